"""Asking directly, a flat map-reduce and λ-RLM on the same generated tasks, with an oracle that errs.

This is a simulation. It tells what a method makes of a given rate of errors, and what it costs, and nothing
about how often any model is right.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from statistics import fmean
from typing import Any

from calculus.rlm.library import load_program
from calculus.rlm.oracles import Noise, SimulatedOracle
from calculus.rlm.planning import Certificate, Model, PlanProblem
from calculus.rlm.tasks.fitting import fitted
from calculus.rlm.tasks.generators import TASKS, generate
from calculus.rlm.tasks.scoring import interval
from calculus.rlm.tasks.task import METHODS, Method, Task
from calculus.rlm.tasks.trial import Progress, Trial, trial
from calculus.rlm.text import Document
from calculus.source.diagnostic import UsageProblem

SIZES = (4_000, 16_000, 64_000)
MODEL = Model(window=8192)
"""A small window, so that small documents do what large ones do with a larger. How long an answer may be
depends on the task."""

FLIP = 0.01
"""How often an item is read wrongly, unless told otherwise."""


@dataclass(frozen=True, slots=True)
class Score:
    """The mean of a metric over all runs, with its 95 % confidence interval."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True)
class Comparand:
    """A method on a task of a size: means over `runs`.

    `refused` is why there was no plan, and `failed` how many runs had no result; both count as 0 in the
    scores. `read` is the share of the document that is read. `predicted` has what the certificates say of
    the accuracy; `bounded` is false if a run made more calls, or an exact plan fewer, than was planned.
    """

    task: str
    size: int
    method: Method
    runs: int
    scores: dict[str, Score]
    calls: float
    tokens_in: float
    tokens_out: float
    cost: float
    seconds: float
    read: float
    failed: int
    refused: str | None
    planned_calls: float
    bounded: bool
    predicted: dict[str, float]
    errors: tuple[str, ...] = ()


@dataclass(frozen=True)
class Comparison:
    """What was compared, and with what model and noise."""

    rows: list[Comparand]
    model: Model
    noise: Noise
    workers: int
    seeds: tuple[int, ...]
    stopped_by: str | None = None
    note: str = field(default="a simulation: it says nothing of how often a model is right", init=False)

    def to_json(self) -> dict[str, Any]:
        return {
            "language": "rlm",
            "status": "done" if self.stopped_by is None else "budget",
            "rows": [asdict(row) for row in self.rows],
            "model": self.model.to_json(),
            "noise": asdict(self.noise),
            "workers": self.workers,
            "seeds": list(self.seeds),
            "stopped_by": self.stopped_by,
            "note": self.note,
        }


@dataclass(frozen=True, slots=True)
class _Settings:
    noise: Noise
    model: Model
    tau: int | None
    workers: int
    retries: int


def noise_of(model: Model, flip: float = FLIP) -> Noise:
    """The noise that a model's plans assume, and so many items read wrongly."""
    return Noise(
        accuracy=model.accuracy,
        rho=model.decay,
        window=model.window,
        merge=model.merge_accuracy,
        recall=model.recall,
        false_positive=model.false_positives,
        flip=flip,
    )


def compare(
    tasks: Sequence[str] = TASKS,
    sizes: Sequence[int] = SIZES,
    seeds: int | Sequence[int] = 10,
    *,
    methods: Sequence[Method] = METHODS,
    noise: Noise | None = None,
    model: Model | None = None,
    tau: int | None = None,
    workers: int = 16,
    retries: int = 4,
    progress: Progress | None = None,
) -> Comparison:
    """Run each method on each task, size and seed, and judge the answers.

    `seeds` are how many, or which; they are those of the tasks and of the oracle. `noise` is by default what
    the `model` assumes. With `tau` λ-RLM has smaller leaves than would fit. Ctrl-C ends with what is
    complete. Raises `UsageProblem`.
    """
    model = model or MODEL
    noise = noise_of(model) if noise is None else noise
    chosen = tuple(range(seeds)) if isinstance(seeds, int) else tuple(seeds)
    _check(tasks, sizes, chosen, methods)
    settings = _Settings(noise, model, tau, workers, retries)
    rows: list[Comparand] = []
    stopped_by = None
    try:
        for name in tasks:
            for size in sizes:
                generated = [generate(name, size, seed) for seed in chosen]
                for method in methods:
                    if progress is not None:
                        progress(f"{name}, {size:,} bytes, {method}")
                    rows.append(_row(method, generated, size, chosen, settings))
    except KeyboardInterrupt:
        stopped_by = "interrupt"
    return Comparison(rows, model, noise, workers, chosen, stopped_by)


def _check(
    tasks: Sequence[str], sizes: Sequence[int], seeds: tuple[int, ...], methods: Sequence[str]
) -> None:
    for what, given, known in (("task", tasks, TASKS), ("method", methods, METHODS)):
        for name in given:
            if name not in known:
                raise UsageProblem(f"there is no {what} {name!r}; there are {', '.join(known)}")
    if any(isinstance(size, bool) or not isinstance(size, int) or size < 1 for size in sizes):
        raise UsageProblem("a size is a whole number of bytes, 1 or more")
    if not seeds:
        raise UsageProblem("a comparison needs a run: give 1 seed or more")


def _row(
    method: Method,
    tasks: list[Task],
    size: int,
    seeds: tuple[int, ...],
    settings: _Settings,
) -> Comparand:
    ended, refused = [], None
    try:
        for task, seed in zip(tasks, seeds, strict=True):
            ended.append(_run(method, task, seed, settings))
    except PlanProblem as problem:
        # The sizes are alike, so what does not fit once does not fit.
        ended, refused = [], problem.diagnostic.message
    return _summed(method, tasks, size, ended, refused)


def _run(method: Method, task: Task, seed: int, settings: _Settings) -> tuple[Certificate, Trial]:
    program = load_program(task.programs[method])
    document = Document(task.document)
    limit = max(1, int(settings.model.window * task.output))
    certificate = fitted(
        method,
        program,
        task,
        document,
        replace(settings.model, max_output=limit),
        tau=settings.tau,
        workers=settings.workers,
        seed=seed,
    )
    oracle = SimulatedOracle(task.solve, settings.noise, seed)
    return certificate, trial(program, document, task.query, oracle, certificate, retries=settings.retries)


def _summed(
    method: Method, tasks: list[Task], size: int, ended: list[tuple[Certificate, Trial]], refused: str | None
) -> Comparand:
    trials = [found for _, found in ended]
    scores = {}
    for name in tasks[0].metrics:
        values = [
            task.metrics[name](found.value) if found.status == "done" else 0.0
            for task, found in zip(tasks, trials, strict=False)
        ]
        mean = fmean(values) if values else 0.0
        scores[name] = Score(mean, *interval(values)) if values else Score(0.0, 0.0, 0.0)
    done = [(plan, found) for plan, found in ended if found.status == "done"]
    return Comparand(
        task=tasks[0].name,
        size=size,
        method=method,
        runs=len(tasks),
        scores=scores,
        **{name: _mean(trials, name) for name in ("calls", "tokens_in", "tokens_out", "cost", "seconds")},
        read=_mean(list(_shares(method, ended))),
        failed=sum(found.status != "done" for found in trials),
        refused=refused,
        planned_calls=_mean([plan.calls for plan, _ in ended]),
        bounded=all(
            found.calls == plan.calls if plan.calls_exact else found.calls <= plan.calls
            for plan, found in done
        ),
        predicted={name: _mean([plan.accuracy[name] for plan, _ in ended]) for name in _names(ended)},
        errors=tuple(dict.fromkeys(found.error for found in trials if found.error)),
    )


def _shares(method: Method, ended: list[tuple[Certificate, Trial]]) -> Iterator[float]:
    for plan, _ in ended:
        yield min(1.0, plan.tau / max(1, plan.n)) if method == "direct" else 1.0


def _names(ended: list[tuple[Certificate, Trial]]) -> list[str]:
    return list(ended[0][0].accuracy) if ended else []


def _mean(values: Sequence[Any], name: str = "") -> float:
    numbers = [getattr(value, name) if name else value for value in values]
    return fmean(numbers) if numbers else 0.0
