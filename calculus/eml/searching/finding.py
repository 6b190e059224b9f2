"""`search`: the shortest tree of a constant or a function that can be found, and how far was looked.

A search makes up to two passes: over trees all of whose values are real, of which there are fewer, and over
all. A pass builds the table of small trees and looks the target up level by level; then it goes on
goal-directed, the cheapest stage first. What it finds is re-checked before it counts, and from then on only
shorter trees are looked for.
"""

import math
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from os import PathLike
from typing import Any

import numpy as np

from calculus.eml.domain import SEMANTICS, SemanticsName
from calculus.eml.expressions.values import mpmath
from calculus.eml.searching import jit
from calculus.eml.searching.goal import Goals, Hit, Wide
from calculus.eml.searching.recheck import recheck
from calculus.eml.searching.records import domain_of
from calculus.eml.searching.result import Found
from calculus.eml.searching.resuming import State
from calculus.eml.searching.table import Table
from calculus.eml.searching.targets import Target
from calculus.eml.syntax import ONE, size
from calculus.eml.witness import Witness
from calculus.machine.budget import DEFAULT_MEMORY, Budget
from calculus.source.diagnostic import UsageProblem
from calculus.term import Term, variable

__all__ = ["search"]

LOOKUPS = 40_000_000
"""Goals that a pass looks up unless told otherwise."""
ENTRIES = (700_000, 700_000, 2_500_000)
"""Entries of the table of small trees, by the number of variables."""
CONSTANTS = 14
"""Leaves of the constants that are in the table of a function."""
FILTERS = "values equal to 12 digits are one, no overflow, no operand lost beside another"
LARGEST = 2001
"""K of the largest trees that are searched for at all."""


def search(
    target: Any,
    *,
    semantics: SemanticsName = "ieee",
    max_size: int | None = None,
    finite: bool = False,
    assume: str | Sequence[str] | None = None,
    count: int = 1,
    max_steps: int | None = None,
    max_seconds: float | None = None,
    max_memory: float | None = DEFAULT_MEMORY,
    entries: int | None = None,
    threads: int | None = None,
    seed: int = 0,
    resume: str | None = None,
    progress: Callable[[str], None] | None = None,
) -> Found:
    """The shortest trees found for a target.

    The target is a text (`2/3`, `sqrt(2)`, `x^y`, or digits that go on, `3.14159265358979…`), a SymPy
    expression or an expression term in up to two variables, which are positive unless `assume` says otherwise
    (`x real`).
    `finite` wants trees without infinite intermediate values, `count` so many trees.

    With `max_size` (K), the search goes on until all trees up to that size are covered; without it, until
    `max_steps` lookups a pass (40 million; after a tree is found, no more than about twice those before).
    `entries` bounds the table of small trees, `threads` is by default the number of cores, `seed` moves the
    points. Limits and Ctrl-C end the search with what there is; with the file `resume` the next call goes on
    from there. `progress` is called now and then with words on how far the search is.

    Raises `SyntaxProblem` and `UsageProblem`, the latter also for a target without a value where it is looked
    at, and when mpmath is missing.
    """
    if semantics not in SEMANTICS:
        raise UsageProblem(f"the semantics is one of {', '.join(SEMANTICS)}; got {semantics!r}")
    _check_number("max_size", max_size, 1, LARGEST)
    _check_number("count", count, 1)
    _check_number("threads", threads, 1)
    _check_number("entries", entries, 1)
    if resume is not None and not isinstance(resume, str | PathLike):
        raise UsageProblem(f"resume: expected the path of a file, found {resume!r}")
    budget = Budget(max_steps, max_seconds, max_memory)
    read = Target.read(target, assume, seed)
    entries = entries or ENTRIES[len(read.variables)]
    question = {
        "target": read.text,
        "semantics": semantics,
        "finite": finite,
        "assume": str(assume),
        "seed": seed,
    }
    state = State.load(resume, question | {"entries": entries})
    with budget.interruptible():
        leaves = (max_size or LARGEST) // 2 + 1
        finder = _Finder(
            *(read, semantics, finite, count, leaves, max_size is not None, entries, threads),
            *(budget, state, progress or (lambda _: None)),
        )
        return finder.run(max_size)


def _check_number(name: str, value: Any, least: int, most: float = math.inf) -> None:
    """Raise `UsageProblem` for what is neither None nor a whole number within the bounds."""
    if value is None or (isinstance(value, int) and not isinstance(value, bool) and least <= value <= most):
        return
    wanted = f"from {least} to {most}" if most < math.inf else f"{least} or more"
    raise UsageProblem(f"{name}: expected a whole number, {wanted}; found {value!r}")


class _Overdrawn(Exception):
    """A limit was reached."""


@dataclass
class _Finder:
    """A search under way."""

    target: Target
    semantics: SemanticsName
    finite: bool
    wanted_trees: int
    max_leaves: int
    thorough: bool
    entries: int
    threads: int | None
    budget: Budget
    state: State
    say: Callable[[str], None]
    found: list[tuple[int, Term, bool, float]] = field(default_factory=list)
    refused: set[Term] = field(default_factory=set)
    stopped_by: str | None = None
    covered: dict[bool, int] = field(default_factory=lambda: {True: 0, False: 0})
    enumerated: int = 0
    tried: dict[str, int] = field(
        default_factory=lambda: {"trees": 0, "goals": 0, "lookups": 0, "impostors": 0}
    )

    def run(self, max_size: int | None) -> Found:
        self.first = self.target.wanted(self.target.searched)
        self.rest = self.target.wanted(self.target.checked)
        self.values = [complex(at(mpmath().mp)) for _, at in self.first]
        for tree in self.state.trees:
            self._consider_tree(tree)
        try:
            for real in (True, False):
                if not real or self._is_real():
                    self._pass(real)
        except _Overdrawn:
            pass
        finally:
            self.state.save(tree for _, tree, _, _ in self.found)
        return self._found(max_size)

    def _is_real(self) -> bool:
        numbers = [number for point, _ in self.first for number in point.values()]
        return all(number.imag == 0 for number in [*self.values, *numbers])

    def most(self) -> int:
        """The number of leaves of the largest trees that would still help."""
        if len(self.found) < self.wanted_trees:
            return self.max_leaves
        return min(self.max_leaves, self.found[-1][0] - 1)

    def limits(self) -> None:
        """Raises when time or memory has run out."""
        stopped = self.budget.overdrawn()
        if stopped is not None:
            self.stopped_by = stopped
            raise _Overdrawn

    def _pass(self, real: bool) -> None:
        flags = jit.REAL if real else 0
        if self.semantics != "principal" and not self.finite:
            flags |= jit.INFINITE
        if self.semantics == "ieee":
            flags |= jit.SIDES
        table = self._table(real, flags)
        if self.covered[real] < self.most():
            self._goal_directed(real, flags, table)

    # The table, level by level

    def _table(self, real: bool, flags: int) -> Table:
        table = Table(len(self.values), flags)
        table.add(ONE, [1 + 0j] * len(self.values))
        for name in self.target.variables:
            table.add(variable(name), [point[name] for point, _ in self.first])
        self._close(table, real, complete=True)
        self._grow(table, real, self.entries)
        if self.target.variables and self.covered[real] < self.most():
            constants = Table(1, flags)
            constants.add(ONE, [1 + 0j])
            constants.close_level()
            constants.complete = 1
            self._grow(constants, real, self.entries, CONSTANTS, alone=True)
            for n in range(table.complete + 1, constants.complete + 1):
                start, stop = constants.level(n)
                values = np.tile(constants.values[start:stop], (1, table.probes))
                table.add_entries(constants, start, stop, values)
                self._close(table, real, complete=False)
        self.tried["trees"] += table.count
        return table

    def _grow(self, table: Table, real: bool, entries: int, largest: int = 1000, alone: bool = False) -> None:
        """Add levels while the next one is likely to fit into so many entries."""
        while table.complete < min(largest, self.most()):
            levels = table.levels
            last = levels[-1] - levels[-2]
            growth = last / max(1, levels[-2] - levels[-3]) if len(levels) > 2 else 2
            if levels[-1] + last * growth > entries and table.complete >= 4:
                return
            self.say(f"trees of K = {2 * len(levels) - 1}")
            table.add_pairs(self.limits)
            if alone:
                table.close_level()
                table.complete += 1
            else:
                self._close(table, real, complete=True)

    def _close(self, table: Table, real: bool, complete: bool) -> None:
        """Close a level, and see whether the target is on it."""
        table.close_level()
        n = len(table.levels) - 1
        if complete:
            table.complete = n
        start, stop = table.level(n)
        if n <= self.most():
            close = np.ones(stop - start, bool)
            for p, value in enumerate(self.values):
                numbers = table.values[start:stop, 2 * p] + 1j * table.values[start:stop, 2 * p + 1]
                close &= np.abs(numbers - value) <= 1e-10 * abs(value) + 1e-14 + 2 * self.target.allowed
            for k in np.flatnonzero(close):
                self._consider_tree(table.tree(start + int(k)))
        if complete:
            self.covered[real] = max(self.covered[real], n)
            if not real:
                self.enumerated = n

    # Goal-directed

    def _goal_directed(self, real: bool, flags: int, table: Table) -> None:
        goals = Goals(self.values, table, flags, error=self.target.allowed, threads=self.threads)
        done = self.state.passes[real]
        allowance = self.budget.max_steps or LOOKUPS
        endless = self.thorough and self.budget.max_steps is None
        try:
            while (covered := goals.covered()) < (most := self.most()):
                self.covered[real] = max(self.covered[real], covered)
                narrow = goals.narrow_done + 1
                stages: list[tuple[int, Wide | None]] = [*goals.wide_stages(most)]
                if narrow < most:
                    stages.append((goals.narrow_cost(narrow), None))
                if not stages:
                    break
                cost, stage = min(stages, key=lambda item: item[0])
                if goals.tried + cost > allowance and not endless:
                    self.stopped_by = "steps"
                    break
                before = self.most()
                if stage is None:
                    self.say(f"goals beside {narrow} leaves")
                    self._look(goals, [goals.narrow(narrow, most, self.limits)])
                elif stage in done:
                    goals.skip(stage, cost)
                else:
                    self.say(f"goals beside {stage[0]} leaves and trees of {stage[1]}")
                    self._look(goals, goals.wide(stage, most, self.limits))
                    done.add(stage)
                if self.most() < before and not self.thorough:
                    allowance = min(allowance, 2 * goals.tried + LOOKUPS // 8)
        finally:
            self.covered[real] = max(self.covered[real], goals.covered())
            self.tried["lookups"] += goals.tried
            self.tried["goals"] += goals.count

    def _look(self, goals: Goals, portions: Iterable[list[Hit]]) -> None:
        for hits in portions:
            for hit in sorted(hits, key=goals.leaves):
                if goals.leaves(hit) > self.most():
                    break
                self.limits()
                self._consider_tree(goals.tree(hit))

    def _consider_tree(self, tree: Term) -> None:
        """Keep a tree if it passes the check and is among the shortest."""
        leaves = (size(tree) + 1) // 2
        if (
            leaves > self.most()
            or tree in self.refused
            or any(tree == other for _, other, _, _ in self.found)
        ):
            return
        checked = recheck(tree, [*self.first, *self.rest], self.semantics, self.target.allowed)
        if checked.wrong is None and self.finite and not checked.finite:
            self.refused.add(tree)
        elif checked.wrong is not None:
            self.refused.add(tree)
            self.tried["impostors"] += 1
        else:
            self.found.append((leaves, tree, checked.finite, checked.error))
            self.found.sort(key=lambda item: item[0])
            del self.found[self.wanted_trees :]
            self.say(f"found K = {size(tree)}")

    # The outcome

    def _found(self, max_size: int | None) -> Found:
        covered = min(self.covered[False], self.max_leaves)
        witnesses = tuple(self._witness(*item) for item in self.found)
        whole = covered >= self.most()
        if witnesses:
            status, stopped_by = "found", self.stopped_by
        elif max_size is not None and whole:
            status, stopped_by = "none", None
        else:
            status, stopped_by = "budget", self.stopped_by or "steps"
        real = max(self.covered[True], covered) if self._is_real() else covered
        return Found(
            target=self.target.text,
            semantics=self.semantics,
            finite=self.finite,
            status=status,  # type: ignore[arg-type]
            witnesses=witnesses,
            covered=max(0, 2 * covered - 1),
            covered_real=max(0, 2 * real - 1),
            enumerated=max(0, 2 * min(self.enumerated, covered) - 1),
            bound=self._bound(covered, real, witnesses),
            tried=self.tried,
            seconds=time.monotonic() - self.budget.started,
            stopped_by=stopped_by,
        )

    def _bound(self, covered: int, real: int, witnesses: tuple[Witness, ...]) -> str:
        least = min((witness.K for witness in witnesses), default=LARGEST + 2)

        def none(leaves: int) -> str:
            k = max(0, min(2 * leaves - 1, least - 2))
            return f"{'none shorter' if witnesses else 'none'} with K ≤ {k}"

        parts = [f"{none(covered)} under {self.semantics}{', finite' if self.finite else ''}"]
        if 2 * self.enumerated - 1 < min(2 * covered - 1, least - 2):
            parts.append(f"by enumeration up to K = {2 * self.enumerated - 1}, beyond by inverse search")
        if real > covered and covered < least // 2:
            parts.append(f"among trees of real values only, {none(real)}")
        return "; ".join([*parts, f"filters: {FILTERS}"])

    def _witness(self, leaves: int, tree: Term, finite: bool, error: float) -> Witness:
        domain = domain_of(tree, self.target, self.semantics, finite, error)
        return Witness(tree, self.target.expression, domain)
