"""Planting bugs and looking whether they are noticed, each in a process of its own."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

from calculus.verify.bugs.bug import Bug, Where
from calculus.verify.bugs.listing import named
from calculus.verify.catalogue import find
from calculus.verify.property import Failure, Part, Plan, raised

MOST_SECONDS = 120.0
"""After which a process is given up."""


@dataclass(frozen=True, slots=True)
class Result:
    """Whether a bug was refuted, by which part, and the smallest counterexample found there."""

    bug: str
    room: str
    refuted: bool
    by: str
    counterexample: str | None = None
    what: str | None = None
    nodes: int | None = None
    seconds: float = 0.0
    error: str | None = None

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    def __str__(self) -> str:
        if not self.refuted:
            return f"{self.bug}: not refuted by {self.by} ({self.seconds:.1f} s)" + (
                f": {self.error}" if self.error else ""
            )
        size = f", {self.nodes} nodes" if self.nodes else ""
        found = f"{self.counterexample}: {self.what}"
        return f"{self.bug}: refuted by {self.by} in {self.seconds:.1f} s{size}: {found}"


def look(bug: Bug) -> Result:
    """Plant a bug in this process and look for a counterexample, as the default campaign does."""
    began = time.process_time()
    with bug.plant():
        found = _first_failure(bug.refuted_by)
    seconds = round(time.process_time() - began, 3)
    if found is None:
        return Result(bug.name, bug.room, False, str(bug.refuted_by), seconds=seconds)
    part, failure = found
    where = str(bug.refuted_by._replace(part=part.name))
    nodes = failure.size or None
    return Result(bug.name, bug.room, True, where, failure.subject, failure.what, nodes, seconds)


def _first_failure(where: Where) -> tuple[Part, Failure] | None:
    item = find(where.calculus, where.property)
    parts = item.parts if where.part is None else (item.part(where.part),)
    for part in parts:
        failure = _failure(part, Plan())
        if failure is not None:
            return part, failure
    return None


def _failure(part: Part, plan: Plan) -> Failure | None:
    """The smallest failure among the first ones that a part has."""
    total = part.total(plan)
    for start in range(0, total, part.unit):
        try:
            found = part.check(plan, start, min(total, start + part.unit)).failures
        except Exception as problem:  # what has a bug may do anything
            return Failure(start, "…", raised(problem), 0)
        if found:
            return min(found, key=lambda failure: failure.size)
    return None


def check(names: Iterable[str] | None = None) -> Iterator[Result]:
    """Look for a counterexample to each of the bugs of those names, or to all of the catalogue.

    Each is planted in a fresh process, so that nothing of it stays. Raises `UsageProblem` for a name that is
    not known.
    """
    for bug in named(names):
        yield _apart(bug)


def _apart(bug: Bug) -> Result:
    environment = dict(os.environ)
    if bug.interpreted:
        environment["NUMBA_DISABLE_JIT"] = "1"
    command = [sys.executable, "-m", "calculus.verify.bugs", bug.name]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, env=environment, timeout=MOST_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        error = f"stopped after {MOST_SECONDS:.0f} s"
        return Result(bug.name, bug.room, False, str(bug.refuted_by), seconds=MOST_SECONDS, error=error)
    if done.returncode not in (0, 1) or not done.stdout:
        lines = done.stderr.strip().splitlines() or [f"exit status {done.returncode}"]
        return Result(bug.name, bug.room, False, str(bug.refuted_by), error=lines[-1])
    return Result(**json.loads(done.stdout))
