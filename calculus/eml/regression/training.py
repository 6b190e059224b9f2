"""Training of many starts at once, on all cores; what a start comes to depends on the seed and its number
alone.

The compiled kernel runs without the interpreter's lock, so threads are enough. Results are handed out in the
order of the starts, whichever is ready first.
"""

import os
import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from calculus.eml.regression import jit
from calculus.eml.regression.architecture import ITERATIONS, Floats, Shape, initial, schedule

CLOSE = 1e-24
"""The loss of a snapped tree, relative to the spread of the data and squared, at which training stops."""
PORTION = 250
"""Iterations between two looks at whether to stop."""


@dataclass(frozen=True, slots=True)
class History:
    """How the training of a start went.

    `soft` and `snapped` are the losses of the soft tree and of the tree it would be rounded to: the mean of
    ln(1 + |f - y|²/s²) with the standard deviation s of y.
    """

    iterations: list[int]
    soft: list[float]
    snapped: list[float]


@dataclass(frozen=True, slots=True)
class Start:
    """A trained start: its number, its logits, whether its rounded tree came close, its history."""

    number: int
    logits: Floats
    close: bool
    history: History
    complete: bool


@dataclass(frozen=True, slots=True)
class Problem:
    """What the starts train on: points[V, P], the target at them, and its spread."""

    shape: Shape
    points: Floats
    target: Floats
    seed: int = 0
    iterations: int = ITERATIONS

    @property
    def scale(self) -> float:
        return spread(self.target)


def spread(target: Floats) -> float:
    """The standard deviation, or for a constant a tenth of its size."""
    with np.errstate(over="ignore"):
        deviation = float(np.std(target))
    if not np.isfinite(deviation):  # of squares that overflow
        size = float(np.max(np.abs(target)))
        deviation = size * float(np.std(target / size))
    return deviation or 0.1 * max(1.0, float(np.max(np.abs(target))))


def train(problem: Problem, number: int, stop: Callable[[], bool] = lambda: False) -> Start:
    """Train one start, until its snapped tree is close, the schedule is over or `stop()` says so."""
    shape = problem.shape
    logits = initial(shape, problem.seed, number)
    moments = np.zeros((2, *logits.shape))
    generator = np.random.default_rng((problem.seed, number, 1)).integers(0, 2**63, 1).astype(np.uint64)
    work = np.zeros((4, 2, shape.nodes, problem.points.shape[1]))
    slopes = np.zeros((3, *logits.shape))
    rows = schedule(problem.iterations)
    history = np.full((problem.iterations, 2), np.nan)
    reached = -1
    done = 0
    while done < problem.iterations and reached < 0 and not stop():
        end = min(done + PORTION, problem.iterations)
        reached = jit.train(
            *(logits, moments, generator, problem.points, problem.target, problem.scale, rows, done, end),
            *(work, slopes, history, CLOSE),
        )
        done = end
    # The snapped tree is looked at every tenth iteration; between two looks the soft loss is left out.
    kept = range(0, done if reached < 0 else reached + 1, jit.LOOK)
    return Start(
        number,
        logits,
        reached >= 0,
        History(list(kept), history[kept, 0].tolist(), history[kept, 1].tolist()),
        reached >= 0 or done == problem.iterations,
    )


def train_all(
    problem: Problem, restarts: int, stop: Callable[[], bool], workers: int | None = None
) -> Iterator[Start]:
    """The starts 0, 1, … in order. Whoever has enough closes the iterator; then the others stop."""
    over = threading.Event()
    count = workers or available()

    def task(number: int) -> Start:
        return train(problem, number, lambda: over.is_set() or stop())

    with ThreadPoolExecutor(count) as pool:
        waiting: deque[Future[Start]] = deque()
        try:
            for number in range(restarts):
                waiting.append(pool.submit(task, number))
                # A few more than there are cores, so that none waits for the consumer.
                if len(waiting) > 2 * count:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            over.set()
            for future in waiting:
                future.cancel()


def available() -> int:
    """The cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
