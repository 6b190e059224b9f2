"""A program on a document again and again, against oracles that err: what may come of it, and how often."""

from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from calculus.rlm.calls import Call
from calculus.rlm.library import load_program
from calculus.rlm.oracles import Noise, SimulatedOracle
from calculus.rlm.planning import Certificate, Model, plan
from calculus.rlm.program import Program
from calculus.rlm.runtime.driver import ErrorPolicy
from calculus.rlm.tasks.comparing import noise_of
from calculus.rlm.tasks.scoring import quantile, wilson
from calculus.rlm.tasks.trial import Progress, Trial, trial
from calculus.rlm.text import Document
from calculus.source.diagnostic import UsageProblem

QUANTILES = (0.0, 0.25, 0.5, 0.75, 0.95, 1.0)
"""Which are told of calls, tokens, cost and seconds: the least, the median, …, the most."""


MEASURES = ("calls", "attempts", "tokens_in", "tokens_out", "cost", "seconds")


@dataclass(frozen=True, slots=True)
class Result:
    """A value that runs had, in how many of them, and the 95 % confidence interval of that share."""

    value: Any
    runs: int
    share: float
    low: float
    high: float


@dataclass(frozen=True)
class Simulation:
    """What so many `runs` came to.

    `values` are those of runs that were done or partial, the most frequent first. `right` is the value of a
    run without any error, `accuracy` how often runs that were done had it, of all runs. `measures` has the
    quantiles of calls, attempts, tokens, cost and seconds; `errors` why runs failed, and how many.
    """

    runs: int
    values: list[Result]
    statuses: dict[str, int]
    right: Any
    accuracy: Result
    measures: dict[str, dict[str, float]]
    errors: dict[str, int]
    certificate: Certificate
    noise: Noise
    stopped_by: str | None = None

    def to_json(self) -> dict[str, Any]:
        return {
            "language": "rlm",
            "status": "done" if self.stopped_by is None else "budget",
            "runs": self.runs,
            "values": [asdict(value) for value in self.values],
            "statuses": self.statuses,
            "right": self.right,
            "accuracy": {name: getattr(self.accuracy, name) for name in ("share", "low", "high")},
            "measures": self.measures,
            "errors": self.errors,
            "planned": {
                "calls": self.certificate.calls,
                "calls_exact": self.certificate.calls_exact,
                "attempts": self.certificate.calls_most,
                "tokens_in": self.certificate.tokens_in,
                "tokens_out": self.certificate.tokens_out,
                "cost": self.certificate.cost,
                "seconds": self.certificate.span,
                "accuracy": self.certificate.accuracy,
            },
            "noise": asdict(self.noise),
            "stopped_by": self.stopped_by,
        }


def simulate(
    program: Program | str | Path,
    *,
    document: Document | str | bytes,
    query: str = "",
    runs: int = 100,
    noise: Noise | None = None,
    model: Model | None = None,
    solve: Callable[[Call], str] | None = None,
    retries: int = 4,
    on_error: ErrorPolicy = "fail",
    seed: int = 0,
    max_steps: int | None = None,
    certificate: Certificate | None = None,
    progress: Progress | None = None,
    **planned: Any,
) -> Simulation:
    """Run a program on a document so many times, each with a seed of its own.

    The `noise` is by default what the `model` assumes; `solve` gives right answers, by default those of the
    built-in oracle; `planned` are further options of `plan`, which a given `certificate` makes unnecessary.
    Ctrl-C ends with the runs that are complete. Raises what `plan` raises, and `UsageProblem`.
    """
    if isinstance(runs, bool) or not isinstance(runs, int) or runs < 1:
        raise UsageProblem(f"a simulation has 1 run or more; got {runs!r}")
    loaded = load_program(program)
    text = document if isinstance(document, Document) else Document(document)
    if certificate is None:
        certificate = plan(
            loaded, document=text, query=query, model=model, retries=retries, seed=seed, **planned
        )
    if noise is None:
        noise = noise_of(Model.from_json(certificate.model))

    def run(noise: Noise | None, seed: int) -> Trial:
        return trial(
            loaded,
            text,
            query,
            SimulatedOracle(solve, noise, seed),
            certificate,
            retries=retries,
            on_error=on_error,
            max_steps=max_steps,
        )

    right = run(None, seed)
    trials: list[Trial] = []
    stopped_by = None
    try:
        for number in range(runs):
            trials.append(run(noise, seed + number))
            if progress is not None:
                progress(f"{number + 1:,} of {runs:,} runs")
    except KeyboardInterrupt:
        stopped_by = "interrupt"
    return _simulation(trials, right, certificate, noise, stopped_by)


def _simulation(
    trials: list[Trial], right: Trial, certificate: Certificate, noise: Noise, stopped_by: str | None
) -> Simulation:
    ended = [found for found in trials if found.status in ("done", "partial")]
    # Values are texts, numbers, lists and pairs, which print in one way each.
    counts = Counter(repr(found.value) for found in ended)
    values = {repr(found.value): found.value for found in ended}
    good = sum(
        found.status == "done" and right.status == "done" and found.value == right.value for found in trials
    )
    return Simulation(
        runs=len(trials),
        values=[_result(values[key], count, len(trials)) for key, count in counts.most_common()],
        statuses=dict(Counter(found.status for found in trials)),
        right=right.value,
        accuracy=_result(right.value, good, len(trials)),
        measures={name: _quantiles([getattr(found, name) for found in trials]) for name in MEASURES},
        errors=dict(Counter(found.error for found in trials if found.error).most_common()),
        certificate=certificate,
        noise=noise,
        stopped_by=stopped_by,
    )


def _quantiles(values: list[float]) -> dict[str, float]:
    return {f"{share:g}": quantile(values, share) for share in QUANTILES} if values else {}


def _result(value: Any, count: int, runs: int) -> Result:
    return Result(value, count, count / runs if runs else 0.0, *wilson(count, runs))
