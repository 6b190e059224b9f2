"""One run against a simulated oracle, on a clock that only moves when a call ends.

So a run of an hour takes as long as its machines, and its latency depends on nothing but the seconds of a
call, the number of workers, and what has to wait for what.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from heapq import heappop, heappush
from typing import Any

from calculus.rlm.calls import Call, OracleFailure, Reply
from calculus.rlm.evaluation import Evaluation
from calculus.rlm.oracles import SimulatedOracle
from calculus.rlm.planning import Certificate
from calculus.rlm.program import Program
from calculus.rlm.runtime.driver import FIRST_WAIT, LONGEST_WAIT, ErrorPolicy
from calculus.rlm.runtime.outcome import OutcomeStatus
from calculus.rlm.text import Document


@dataclass(frozen=True, slots=True)
class Trial:
    """What a run came to. `calls` were answered, in so many `attempts`; `seconds` are those of the clock."""

    status: OutcomeStatus
    value: Any
    calls: int
    attempts: int
    left_out: int
    tokens_in: int
    tokens_out: int
    cost: float
    seconds: float
    error: str | None = None


class _Clock:
    """Calls under way, at most so many at a time."""

    def __init__(self, evaluation: Evaluation, oracle: SimulatedOracle, seconds: float) -> None:
        self.evaluation = evaluation
        self.oracle = oracle
        self.seconds = seconds
        self.now = 0.0
        self.attempts = self.tokens_in = self.tokens_out = 0
        # The time, a number so that calls are never compared, the call, and what comes of it.
        self.active: list[tuple[float, int, Call, Reply | OracleFailure]] = []

    def send(self, call: Call, wait: float = 0.0) -> None:
        self.attempts += 1
        found: Reply | OracleFailure
        try:
            found = reply = self.oracle.ask_now(call)
        except OracleFailure as failure:
            # It may have been paid for.
            self.tokens_in += self.oracle.tokens(call.prompt)
            found = failure
        else:
            self.tokens_in += reply.tokens_in
            self.tokens_out += reply.tokens_out
        heappush(self.active, (self.now + wait + self.seconds, self.attempts, call, found))

    def run(self, workers: int, retries: int, on_error: ErrorPolicy) -> None:
        evaluation = self.evaluation
        while True:
            while len(self.active) < workers and (calls := evaluation.ready(workers - len(self.active))):
                for call in calls:
                    self.send(call)
            if evaluation.done or not self.active:
                return
            self.now, _, call, found = heappop(self.active)
            if isinstance(found, Reply):
                evaluation.answer(call, found)
            elif found.retryable and call.attempt < retries:
                wait = found.retry_after
                self.send(
                    replace(call, attempt=call.attempt + 1),
                    min(LONGEST_WAIT, FIRST_WAIT * 2.0**call.attempt) if wait is None else wait,
                )
            elif on_error == "partial":
                evaluation.leave_out(call)
            else:
                evaluation.fail(call, found)


def trial(
    program: Program,
    document: Document,
    query: str,
    oracle: SimulatedOracle,
    certificate: Certificate,
    *,
    retries: int = 4,
    on_error: ErrorPolicy = "fail",
    max_steps: int | None = None,
) -> Trial:
    """Run a planned program. The oracle has no delay of its own: a call takes what the plan's model says."""
    limits: dict[str, Any] = {} if max_steps is None else {"max_steps": max_steps}
    evaluation = Evaluation(
        program,
        document,
        query,
        k=certificate.k,
        tau=certificate.tau,
        by=certificate.by,
        measure=certificate.unit,
        seed=oracle.seed,
        roles=certificate.roles,
        limit=certificate.o,
        **limits,
    )
    model = certificate.model
    clock = _Clock(evaluation, oracle, model["seconds"])
    clock.run(certificate.workers, retries, on_error)
    coverage, stopped = evaluation.coverage, evaluation.error
    kinds: dict[str, OutcomeStatus] = {"failed": "failed", "stuck": "stuck", "steps": "budget"}
    return Trial(
        kinds[stopped.kind] if stopped is not None else "done" if coverage.complete else "partial",
        evaluation.result,
        coverage.answered,
        clock.attempts,
        len(coverage.left_out),
        clock.tokens_in,
        clock.tokens_out,
        (clock.tokens_in * model["price_in"] + clock.tokens_out * model["price_out"]) / 1e6,
        clock.now,
        None if stopped is None else stopped.error.message,
    )


Progress = Callable[[str], None]
"""Is told how far something is."""
