"""A campaign: the parts of some properties under a plan, cut into units and checked.

A unit is a range of the subjects of a part. Units are checked in any order and by any worker; the verdict
of a part is that of its units in order, up to the first that has a failure, so it does not depend on the
workers.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from calculus.machine.budget import Budget
from calculus.source.diagnostic import Diagnostic, UsageProblem
from calculus.verify.campaigns.ledger import Ledger
from calculus.verify.catalogue import find, properties
from calculus.verify.finding import Finding, Verdict
from calculus.verify.property import Failure, Part, Plan, Property, Tally, raised
from calculus.verify.report import Report

AHEAD = 3
"""Units handed out for each worker, so that none waits."""
LOOK = 0.2
"""Seconds between two looks at the limits while waiting."""


class Unit(NamedTuple):
    """A range of the subjects of a part, by names, so that it can be sent anywhere."""

    calculus: str
    name: str
    part: str
    start: int
    stop: int

    @property
    def key(self) -> str:
        return f"{self.name}/{self.part}/{self.start}"


def work(unit: Unit, plan: Plan) -> tuple[Tally, float]:
    """Check a unit: what it came to, and the seconds of processor time it took."""
    began = time.process_time()
    part = find(unit.calculus, unit.name).part(unit.part)
    try:
        tally = part.check(plan, unit.start, unit.stop)
    except Exception as problem:  # what is checked may do anything when it is wrong
        where = f"one of the subjects {unit.start} to {unit.stop - 1}"
        tally = Tally(failures=[Failure(unit.start, where, raised(problem), 0)])
    return tally, time.process_time() - began


@dataclass
class _Row:
    """A part in a campaign, and what is known of its units."""

    of: Property
    part: Part
    units: list[Unit]
    done: dict[int, tuple[Tally, float]] = field(default_factory=dict)
    failed: int | None = None
    """The first unit with a failure, as far as is known."""

    @property
    def name(self) -> str:
        return f"{self.of.name}/{self.part.name}"

    def take(self, number: int, found: tuple[Tally, float]) -> None:
        self.done[number] = found
        if found[0].failures and (self.failed is None or number < self.failed):
            self.failed = number

    def wanted(self) -> int:
        """How many of the first units decide the verdict."""
        return len(self.units) if self.failed is None else self.failed + 1

    def whole(self) -> bool:
        return all(number in self.done for number in range(self.wanted()))


@dataclass
class Campaign:
    """The properties of a calculus under a plan; `only` names some of them, or parts as `property/part`.

    Raises `UsageProblem` for what is not known.
    """

    calculus: str
    plan: Plan
    only: Sequence[str] = ()
    stopped_by: str | None = None
    rows: list[_Row] = field(init=False)

    def __post_init__(self) -> None:
        known = properties(self.calculus)
        for name in self.only:
            parts = [part.name for part in find(self.calculus, name.partition("/")[0]).parts]
            if "/" in name and name.partition("/")[2] not in parts:
                where = name.partition("/")[0]
                raise UsageProblem(f"{where} has no part {name!r}; its parts are: {', '.join(parts)}")
        self.rows = [
            _Row(item, part, list(self._units(item, part)))
            for item in known
            for part in item.parts
            if not self.only or {item.name, f"{item.name}/{part.name}"} & set(self.only)
        ]

    def _units(self, item: Property, part: Part) -> Iterator[Unit]:
        total = part.total(self.plan)
        for start in range(0, total, part.unit):
            yield Unit(self.calculus, item.name, part.name, start, min(start + part.unit, total))

    @property
    def size(self) -> int:
        """The number of units."""
        return sum(len(row.units) for row in self.rows)

    @property
    def checked(self) -> int:
        """The number of units that are done."""
        return sum(len(row.done) for row in self.rows)

    def run(
        self,
        executor: Executor,
        workers: int,
        ledger: Ledger | None = None,
        budget: Budget | None = None,
        told: Callable[["Campaign"], None] = lambda campaign: None,
    ) -> Report:
        """Check all units that are not in the ledger, until done or until a limit; what it came to so far.

        `told` is called after every unit.
        """
        budget = budget or Budget(max_memory=None)
        if ledger is not None:
            for row in self.rows:
                for number, unit in enumerate(row.units):
                    if (found := ledger.known.get(unit.key)) is not None:
                        row.take(number, found)
        waiting = self._waiting()
        running: dict[Future[tuple[Tally, float]], tuple[_Row, int]] = {}
        with budget.interruptible():
            while True:
                self.stopped_by = budget.overdrawn()
                while self.stopped_by is None and len(running) < AHEAD * workers:
                    following = next(waiting, None)
                    if following is None:
                        break
                    row, number = following
                    running[executor.submit(work, row.units[number], self.plan)] = following
                if self.stopped_by is not None or not running:
                    break
                done, _ = wait(running, timeout=LOOK, return_when=FIRST_COMPLETED)
                for future in done:
                    row, number = running.pop(future)
                    try:
                        found = future.result()
                    except BrokenExecutor:
                        raise UsageProblem(
                            Diagnostic(
                                "usage",
                                f"a worker was killed while it checked {row.name}",
                                help="the memory may not be enough for so many --workers",
                            )
                        ) from None
                    row.take(number, found)
                    if ledger is not None:
                        ledger.add(row.units[number].key, found)
                    told(self)
            for future in running:
                future.cancel()
        return self.report()

    def _waiting(self) -> Iterator[tuple[_Row, int]]:
        for row in self.rows:
            for number in range(len(row.units)):
                if number not in row.done and number < row.wanted():
                    yield row, number

    def report(self) -> Report:
        return Report(tuple(self._finding(row) for row in self.rows))

    def _finding(self, row: _Row) -> Finding:
        whole = row.whole()
        tally = Tally(self.plan.certify)
        seconds = 0.0
        for number in range(row.wanted()):
            if number in row.done:
                found, took = row.done[number]
                tally.add(found)
                seconds += took
        total = row.part.total(self.plan)
        tried: dict[str, Any] = {"checked": tally.checked, "of": total, **tally.counts}
        if self.stopped_by is not None and not whole:
            tried["stopped_by"] = self.stopped_by
        verdict: Verdict = "unknown"
        by = None
        counterexample: dict[str, Any] | None = None
        if tally.failures:
            verdict, by = "refuted", "a counterexample"
            worst = min(tally.failures, key=lambda failure: (failure.size, failure.number))
            counterexample = {"term": worst.subject, "what": worst.what, "nodes": worst.size}
            if row.part.kind == "generated":
                counterexample["seed"] = self.plan.seed
            counterexample["number"] = worst.number
        elif whole and total and row.part.kind != "generated" and not tally.counts.get("given up"):
            how = "exhaustion" if row.part.kind == "exhaustive" else "all cases"
            verdict, by = "proved", f"{how}, {total:,} of {total:,}"
        return Finding(
            row.name,
            verdict,
            row.part.statement(self.plan),
            by,
            counterexample,
            tried,
            claims=tuple(tally.claims),
            seconds=seconds,
            where=self.calculus,
        )
