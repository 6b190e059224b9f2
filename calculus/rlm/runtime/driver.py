"""Drives an evaluation: hands its calls to an oracle, a bounded number at a time, and gives it the answers.

Everything happens in one thread of control, so nothing is locked: between two calls under way there is
always a moment where the state of the run is whole. An oracle that answers at once (`ask_now`) is asked
directly.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from calculus.rlm.calls import Call, FailureKind, Oracle, OracleFailure, Reply
from calculus.rlm.evaluation import Evaluation
from calculus.rlm.runtime.cache import Cache
from calculus.rlm.runtime.journal import Journal
from calculus.rlm.runtime.limits import Ledger, LimitName, Limits, Overdrawn, limit_text
from calculus.rlm.runtime.outcome import Outcome, OutcomeStatus, Record
from calculus.source.diagnostic import Diagnostic, UsageProblem

ErrorPolicy = Literal["fail", "partial"]

LIMIT_OUT = 1024
"""Tokens reserved for an answer where a call has no limit of its own."""

FIRST_WAIT, LONGEST_WAIT, JITTER = 0.1, 30.0, 1.0
"""Seconds before the first repetition, before any, and added at random at most."""


@dataclass(frozen=True, slots=True)
class Options:
    """How calls are made: at most `workers` at a time; each up to `retries` times more if that may help,
    and for `timeout` seconds; what is done about a call that fails in the end: `fail`, or go on without it
    (`partial`). `tokens` tells how many tokens a text has at most.
    """

    workers: int = 16
    retries: int = 4
    timeout: float | None = 120.0
    on_error: ErrorPolicy = "fail"
    first_wait: float = FIRST_WAIT
    tokens: Callable[[str], int] = lambda text: len(text.encode("utf-8", "surrogatepass"))

    def __post_init__(self) -> None:
        if self.workers < 1 or self.retries < 0:
            raise UsageProblem("a run has 1 worker or more, and no fewer than 0 retries")
        if self.on_error not in ("fail", "partial"):
            raise UsageProblem(f"on an error a run can fail or be partial; got {self.on_error!r}")


@dataclass
class Driver:
    """One run. `outcome` can be asked for at any time, also after an interrupt."""

    evaluation: Evaluation
    oracle: Oracle
    options: Options = field(default_factory=Options)
    ledger: Ledger = field(default_factory=lambda: Ledger(Limits()))
    journal: Journal | None = None
    cache: Cache | None = None
    certificate: Any = None
    before: "Driver | None" = None
    """The run that found out the task, whose calls are among those of this one; their ledger is one."""
    records: list[Record] = field(default_factory=list)
    reused: int = 0
    stopped_by: LimitName | None = None

    def __post_init__(self) -> None:
        self._started = time.perf_counter()
        self._ended: float | None = None
        self._idle: list[asyncio.Future[None]] = []
        self._under_way = 0

    @property
    def answered(self) -> int:
        return self.evaluation.coverage.answered + (self.before.answered if self.before else 0)

    # One after the other

    def run_now(self) -> Outcome:
        """Run with an oracle that answers at once."""
        ask: Callable[[Call], Reply] = self.oracle.ask_now  # type: ignore[attr-defined]
        while self.stopped_by is None:
            calls = self.evaluation.ready(self.options.workers)
            if not calls:
                break
            for call in calls:
                if self.stopped_by is None and not self._reuse(call):
                    self._ask_now(call, ask)
        return self.outcome()

    def _ask_now(self, call: Call, ask: Callable[[Call], Reply]) -> None:
        record = self._begin(call)
        for attempt in range(self.options.retries + 1):
            if self._late():
                return
            try:
                most = self._reserve(call)
            except Overdrawn as overdrawn:
                self.stopped_by = overdrawn.name
                return
            record.attempts += 1
            try:
                reply = ask(replace(call, attempt=attempt))
            except OracleFailure as failure:
                self.ledger.settle(*most, None, failure.kind)
                record.error = str(failure)
                if not failure.retryable or attempt == self.options.retries:
                    self._give_up(call, record, failure)
                    return
                time.sleep(self._wait(failure, attempt))
            else:
                self.ledger.settle(*most, reply, None)
                self._answered(call, record, reply)
                return

    # Many at a time

    async def run(self) -> Outcome:
        """Run with any oracle."""
        self._finished: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        limit = self.ledger.limits.seconds
        left = None if limit is None else max(0.0, limit - self._elapsed())
        workers = {asyncio.ensure_future(self._work()) for _ in range(self.options.workers)}
        try:
            async with asyncio.timeout(left):
                await self._finished
        except TimeoutError:
            self.stopped_by = "seconds"
        finally:
            for worker in workers:
                worker.cancel()
            await asyncio.gather(*workers, return_exceptions=True)
        return self.outcome()

    async def _work(self) -> None:
        """Make calls, one after the other, as long as there are any."""
        try:
            while not self._finished.done():
                call = self._next()
                if call is not None:
                    # There may be more, which another is to look for; if not, nobody needs to.
                    self._wake()
                    self._under_way += 1
                    try:
                        await self._one(call)
                    finally:
                        self._under_way -= 1
                elif self._under_way and not self.evaluation.done:
                    await self._more()
                elif not self._finished.done():
                    self._finished.set_result(None)
        except Exception as problem:
            # A worker that cannot go on, because the disk is full for one, ends the run.
            if not self._finished.done():
                self._finished.set_exception(problem)

    def _next(self) -> Call | None:
        """The next call that has to be made; None if there is none now."""
        while self.stopped_by is None and not self.evaluation.done:
            calls = self.evaluation.ready(1)
            if not calls:
                break
            if not self._reuse(calls[0]):
                return calls[0]
        return None

    async def _more(self) -> None:
        """Wait until another has found a call."""
        waiter = asyncio.get_running_loop().create_future()
        self._idle.append(waiter)
        await waiter

    def _wake(self) -> None:
        while self._idle:
            waiter = self._idle.pop()
            if not waiter.done():
                waiter.set_result(None)
                return

    async def _one(self, call: Call) -> None:
        record = self._begin(call)
        try:
            reply = await self._attempted(call, record)
        except OracleFailure as failure:
            self._give_up(call, record, failure)
        except Overdrawn as overdrawn:
            self.stopped_by = overdrawn.name
        else:
            self._answered(call, record, reply)

    async def _attempted(self, call: Call, record: Record) -> Reply:
        try:
            return await self._attempt(call, record)
        except OracleFailure as failure:
            if not failure.retryable or not self.options.retries:
                raise
            first = failure
        import stamina

        waits = {"wait_initial": self.options.first_wait, "wait_max": LONGEST_WAIT, "wait_jitter": JITTER}
        await asyncio.sleep(self._wait(first, 0))
        number = 0
        async for attempt in stamina.retry_context(
            on=_again, attempts=self.options.retries, timeout=None, **waits
        ):
            number += 1
            with attempt:
                return await self._attempt(replace(call, attempt=number), record)
        raise AssertionError("the last attempt raises or returns")

    async def _attempt(self, call: Call, record: Record) -> Reply:
        """One attempt; raises `OracleFailure` or `Overdrawn`."""
        most = self._reserve(call)
        record.attempts += 1
        reply: Reply | None = None
        failed: FailureKind | None = "timeout"
        try:
            async with asyncio.timeout(self.options.timeout):
                reply = await self.oracle.ask(call)
            return reply
        except TimeoutError:
            record.error = f"no answer in {self.options.timeout:g} s"
            raise OracleFailure("timeout", record.error, retryable=True) from None
        except OracleFailure as failure:
            record.error = str(failure)
            failed = failure.kind
            raise
        finally:
            self.ledger.settle(*most, reply, failed)

    # What both have in common

    def _begin(self, call: Call) -> Record:
        record = Record(call.path, call.site, call.role, self._elapsed())
        self.records.append(record)
        return record

    def _reuse(self, call: Call) -> bool:
        """Answer a call from the journal or the cache, if it is there."""
        reply = None if self.journal is None else self.journal.find(call)
        if reply is not None:
            source: Literal["journal", "cache"] = "journal"
        elif self.cache is not None and (reply := self.cache.find(self.oracle.name, call)) is not None:
            source = "cache"
            if self.journal is not None:
                self.journal.add(call, reply)
        else:
            return False
        record = self._begin(call)
        record.source, record.ended = source, record.started
        self.reused += 1
        self.evaluation.answer(call, reply)
        return True

    def _reserve(self, call: Call) -> tuple[int, int]:
        most = self.options.tokens(call.prompt), call.limit or LIMIT_OUT
        self.ledger.reserve(*most)
        return most

    def _answered(self, call: Call, record: Record, reply: Reply) -> None:
        record.ended, record.source = self._elapsed(), "oracle"
        record.tokens_in, record.tokens_out = reply.tokens_in, reply.tokens_out
        if self.journal is not None:
            self.journal.add(call, reply)
        if self.cache is not None:
            self.cache.add(self.oracle.name, call, reply)
        self.evaluation.answer(call, reply)

    def _give_up(self, call: Call, record: Record, failure: OracleFailure) -> None:
        record.ended, record.error = self._elapsed(), str(failure)
        if self.options.on_error == "partial":
            self.evaluation.leave_out(call)
        else:
            self.evaluation.fail(call, failure)

    def _wait(self, failure: OracleFailure, attempt: int) -> float:
        if failure.retry_after is not None:
            return failure.retry_after
        return min(self.options.first_wait * 2.0**attempt, LONGEST_WAIT)

    def _late(self) -> bool:
        limit = self.ledger.limits.seconds
        if limit is not None and self._elapsed() >= limit:
            self.stopped_by = "seconds"
            return True
        return False

    def _elapsed(self) -> float:
        return time.perf_counter() - self._started

    def outcome(self) -> Outcome:
        """What the run has come to."""
        self._ended = self._ended or self._elapsed()
        evaluation, ledger = self.evaluation, self.ledger
        coverage = evaluation.coverage
        error = evaluation.error.error if evaluation.error is not None else None
        status: OutcomeStatus
        if evaluation.error is not None:
            kinds: dict[str, OutcomeStatus] = {"failed": "failed", "stuck": "stuck", "steps": "budget"}
            status = kinds[evaluation.error.kind]
        elif evaluation.done:
            status = "done" if coverage.complete else "partial"
        else:
            status = "budget"
            error = Diagnostic("budget", f"stopped by {limit_text(self.stopped_by)}")
        return Outcome(
            status=status,
            value=evaluation.result,
            coverage=coverage,
            calls=self.answered,
            attempts=ledger.calls,
            reused=self.reused + (self.before.reused if self.before else 0),
            tokens_in=ledger.tokens_in,
            tokens_out=ledger.tokens_out,
            cost=ledger.cost,
            seconds=self._ended,
            steps=evaluation.steps,
            error=error,
            stopped_by=self.stopped_by,
            certificate=self.certificate,
            records=[*(self.before.records if self.before else ()), *self.records],
        )


def _again(problem: Exception) -> bool | float:
    """Whether stamina is to try again; the seconds to wait, if the oracle has said so."""
    if not isinstance(problem, OracleFailure) or not problem.retryable:
        return False
    return True if problem.retry_after is None else problem.retry_after
