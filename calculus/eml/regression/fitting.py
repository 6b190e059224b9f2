"""`fit`: the formula behind data, by training soft EML trees and finishing by search.

The rows are divided by the seed: three quarters are trained on, the fresh rest only checks. Starts are
trained until one of them leads to a tree that `verification` calls recovered, in the order of the starts, so
that the result depends neither on the number of workers nor on their speed (a limit on seconds apart). If
none does, the result is the tree that describes the rows trained on in the fewest bits.
"""

import math
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from typing import Any, Literal

import numpy as np

from calculus.eml.regression.architecture import ITERATIONS, MAX_DEPTH, Floats, Shape, choices, terms
from calculus.eml.regression.data import Data, from_arrays
from calculus.eml.regression.finishing import finish as finished
from calculus.eml.regression.finishing import improved, searched, shortened
from calculus.eml.regression.result import Fit, result
from calculus.eml.regression.table import Table
from calculus.eml.regression.training import History, Problem, Start, spread, train_all
from calculus.eml.regression.values import values
from calculus.eml.regression.verification import Verdict, check
from calculus.eml.syntax import ONE, size, variable
from calculus.source.diagnostic import UsageProblem
from calculus.term import Term

POINTS = 32
"""Rows that a start is trained on; more would take longer and tell no more about a law."""
RESTARTS = 64
FEWEST = 8
"""With fewer rows none is kept fresh, so nothing can be recovered."""
SHORT_TABLE = 3000
"""Entries of the table that formulas are shortened with where nothing is finished by search."""
ENOUGH = 8
"""With noise, no more starts than this are needed if the errors are within the noise."""
ROUNDS = 12
"""So often the best tree is improved in the end if none is exact."""

Backend = Literal["numba", "torch"]
Progress = Callable[[int, int, float], None]


def fit(
    X: Any,  # noqa: N803 - as everywhere
    y: Any,
    *,
    depth: int = 4,
    names: Sequence[str] | None = None,
    restarts: int = RESTARTS,
    seed: int = 0,
    max_seconds: float | None = None,
    noise: float | None = None,
    finish: bool = True,
    progress: Progress | None = None,
    backend: Backend = "numba",
    workers: int | None = None,
    iterations: int = ITERATIONS,
) -> Fit:
    """The formula behind y = f(X), an EML tree over 1 and the columns of X.

    X has the shape (N, V) with V ≤ 5, or (N,); both are real. `depth` is that of the trained tree, at most 8;
    `noise` is the standard deviation of the errors of y, in the units of y: with noise, what is found is a
    fit and never called recovered. `finish=False` leaves out the search. `progress(starts done, restarts,
    error of the best tree so far)` is called after every start. Ctrl-C and `max_seconds` end it with the best
    so far (`Fit.stopped_by`). Raises `UsageProblem`.
    """
    return fit_data(
        *(from_arrays(X, y, names),),
        depth=depth,
        restarts=restarts,
        seed=seed,
        max_seconds=max_seconds,
        noise=noise,
        finish=finish,
        progress=progress,
        backend=backend,
        workers=workers,
        iterations=iterations,
    )


def fit_data(
    data: Data,
    *,
    depth: int = 4,
    restarts: int = RESTARTS,
    seed: int = 0,
    max_seconds: float | None = None,
    noise: float | None = None,
    finish: bool = True,
    progress: Progress | None = None,
    backend: Backend = "numba",
    workers: int | None = None,
    iterations: int = ITERATIONS,
) -> Fit:
    """`fit` of data that are read already."""
    _check_options(depth, restarts, seed, max_seconds, noise, backend, iterations)
    run = _Run(data, depth, seed, noise, finish, iterations)
    began = time.monotonic()
    deadline = math.inf if max_seconds is None else began + max_seconds

    def late() -> bool:
        return time.monotonic() >= deadline

    stopped_by = None
    starts = _train(backend, run.problem, restarts, late, workers)
    try:
        for start in () if run.recovered else starts:
            run.take(start, late)
            if progress is not None:
                progress(run.starts, restarts, run.error)
            if run.recovered or run.satisfied or late():
                break
        run.refine(late)
    except KeyboardInterrupt:
        stopped_by = "interrupt"
    finally:
        close = getattr(starts, "close", None)
        if close is not None:
            close()
    if stopped_by is None and not run.recovered and late():
        stopped_by = "seconds"
    return run.result(restarts, time.monotonic() - began, stopped_by)


def split(count: int, seed: int) -> tuple[Any, Any]:
    """The numbers of the rows that are trained on, in random order, and of the fresh ones."""
    order = np.random.default_rng((seed, 2)).permutation(count)
    fresh = max(4, count // 4) if count >= FEWEST else 0
    return order[fresh:], order[:fresh]


def _train(
    backend: Backend, problem: Problem, restarts: int, stop: Callable[[], bool], workers: int | None
) -> Iterator[Start]:
    if backend == "torch":
        from calculus.eml.regression.torch_backend import train_all as train_on_torch

        return train_on_torch(problem, restarts, stop)
    return train_all(problem, restarts, stop, workers)


def _check_options(
    depth: int,
    restarts: int,
    seed: int,
    max_seconds: float | None,
    noise: float | None,
    backend: str,
    iterations: int,
) -> None:
    for name, value, low, high in (
        ("depth", depth, 1, MAX_DEPTH),
        ("restarts", restarts, 1, 10**9),
        ("seed", seed, 0, 2**63 - 1),
        ("iterations", iterations, 1, 10**9),
    ):
        if isinstance(value, bool) or not isinstance(value, int | np.integer) or not low <= value <= high:
            range_ = f"from {low} to {high}" if high < 10**9 else f"{low} or more"
            raise UsageProblem(f"expected a whole number {range_} for {name}, found {value!r}")
    for name, limit in (("max_seconds", max_seconds), ("noise", noise)):
        if limit is not None and not (isinstance(limit, int | float | np.number) and limit >= 0):
            raise UsageProblem(f"expected a number, 0 or more, for {name}; found {limit!r}")
    if backend not in ("numba", "torch"):
        raise UsageProblem(f"expected the backend numba or torch, found {backend!r}")


class _Run:
    """What a fit has found so far."""

    def __init__(
        self, data: Data, depth: int, seed: int, noise: float | None, finish: bool, iterations: int
    ) -> None:
        self.data = data
        self.noise = noise or 0.0
        self.finish = finish
        trained, fresh = split(data.count, seed)
        self.trained, self.fresh = trained, fresh
        self.shape = Shape(int(depth), len(data.names))
        few = np.sort(trained[:POINTS])
        self.points: Floats = np.ascontiguousarray(data.rows[:, few])
        self.target: Floats = np.ascontiguousarray(data.target[few])
        self.problem = Problem(self.shape, self.points, self.target, int(seed), int(iterations))
        self.rows = dict(zip(data.names, data.rows[:, trained], strict=True))
        self.scale = spread(data.target[trained])
        self._table: Table | None = None
        self._seen: set[Term] = set()
        self._searched = False
        self.starts = 0
        self.best: tuple[float, Term, Start | None, str] | None = None
        self.verdict: Verdict | None = None
        for leaf in (ONE, *map(variable, data.names)):
            self.consider(leaf, None, "leaf")

    @property
    def recovered(self) -> bool:
        return self.verdict is not None

    @property
    def satisfied(self) -> bool:
        """Whether, after `ENOUGH` starts, the errors are no larger than the noise makes them (three standard
        deviations of χ²).
        """
        most = self.noise * math.sqrt(1 + 3 * math.sqrt(2 / max(1, len(self.trained))))
        return bool(self.noise) and self.starts >= ENOUGH and self.error <= most

    @property
    def error(self) -> float:
        """The root of the mean square error of the best tree, over the rows trained on."""
        return self._deviation(self.best[1]) if self.best else math.inf

    @property
    def table(self) -> Table:
        if self._table is None:
            entries = {} if self.finish else {"entries": SHORT_TABLE}
            self._table = Table(self.data.names, self.points, **entries)
        return self._table

    def take(self, start: Start, late: Callable[[], bool]) -> None:
        """Round a trained start, check it, and finish it by search."""
        self.starts += start.complete
        tree = terms(self.shape, choices(self.shape, start.logits), self.data.names)[0]
        self.consider(tree, start, "training")
        if self.recovered or not self.finish:
            return
        if not self.noise:
            for found in finished(self.shape, start.logits, self.table, self.points, self.target):
                self.consider(found, start, "finishing")
                if self.recovered or late():
                    return
        if not self._searched:
            self._searched = True
            self._search(late)

    def _search(self, late: Callable[[], bool]) -> None:
        """Look for trees without a trained one: near ones among the small trees, and exact ones."""
        # In the place of the leaf 1: the small trees themselves.
        near = improved(ONE, self.table, self.points, self.target)
        exact = iter(()) if self.noise else searched(self.table, self.target)
        for found in chain(near, exact):
            self.consider(found, None, "search")
            if self.recovered or late():
                return

    def refine(self, late: Callable[[], bool]) -> None:
        """Improve the best tree, if none is exact, by small trees in the place of subtrees, one at a time."""
        if self.recovered or not self.finish:
            return
        for _ in range(ROUNDS):
            assert self.best is not None
            _, tree, start, _ = self.best
            for found in improved(tree, self.table, self.points, self.target):
                self.consider(found, start, "finishing" if start else "search")
                if self.recovered or late():
                    return
            if self.best[1] is tree:
                return

    def consider(self, tree: Term, start: Start | None, how: str) -> None:
        """Keep a tree if it is the best so far."""
        if tree in self._seen:
            return
        self._seen.add(tree)
        price = self._price(tree)
        if self.best is None or price < self.best[0]:
            self.best = (price, tree, start, how)
        if not self.noise and self._near(tree):
            verdict = self._check(tree)
            if verdict.recovered:
                self.best, self.verdict = (price, tree, start, how), verdict
                self._shorten()

    def _shorten(self) -> None:
        assert self.best is not None
        price, tree, start, how = self.best
        shorter = shortened(tree, self.table, self.points)
        if size(shorter) < size(tree):
            verdict = self._check(shorter)
            if verdict.recovered:
                self.best, self.verdict = (price, shorter, start, how), verdict

    def _check(self, tree: Term) -> Verdict:
        fresh = np.zeros(self.data.count, bool)
        fresh[self.fresh] = True
        return check(tree, self.data.names, self.data.rows, self.data.target, fresh)

    def _deviation(self, tree: Term) -> float:
        with np.errstate(all="ignore"):
            off = np.abs(values(tree, self.rows, len(self.trained)) - self.data.target[self.trained])
            found = float(np.sqrt(np.mean(off**2)))
        return found if math.isfinite(found) else math.inf

    def _near(self, tree: Term) -> bool:
        return self._deviation(tree) < 1e-5 * self.scale

    def _price(self, tree: Term) -> float:
        """Bits of the tree and of the errors it leaves; what is below the noise is no better than it."""
        deviation = self._deviation(tree)
        if math.isinf(deviation):
            return math.inf
        left = max(deviation, self.noise, 1e-16 * self.scale) / self.scale
        return len(self.trained) * math.log2(left) + size(tree) * math.log2(self.shape.columns)

    def result(self, restarts: int, seconds: float, stopped_by: str | None) -> Fit:
        assert self.best is not None
        _, tree, start, how = self.best
        verdict = self.verdict or self._check(tree)
        reason = "the data have noise" if self.noise else verdict.reason
        return result(
            data=self.data,
            tree=tree,
            trained=self.trained,
            fresh=self.fresh,
            recovered=self.recovered,
            reason=None if self.recovered else reason,
            digits=verdict.digits,
            noise=self.noise,
            how=how,
            start=start.number if start else None,
            history=start.history if start else History([], [], []),
            starts=self.starts,
            restarts=restarts,
            seconds=seconds,
            stopped_by=stopped_by,
        )
