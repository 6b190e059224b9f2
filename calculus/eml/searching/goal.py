"""Goal-directed search: the values that a missing subtree should have, found by inverting from the target.

A tree for the target t = exp(A) - ln(B) is known once A is, for then B = exp(exp(A) - t), or once B is, for
then A = ln(t + ln(B)) + 2πik. So a chain of small siblings leads from the target to a *goal*, and a goal that
is in the table of small trees completes a tree: the search meets in the middle. Goals are stored by the
number of leaves of their siblings (`levels`); equal goals once, with the fewest leaves.

Two kinds of stages:

- `narrow(m)` stores the goals beside siblings of m leaves in all, and looks each up in the table;
- `wide(m, s, …)` looks up what is missing beside each goal of m leaves and each entry of s leaves, and stores
  nothing. Constants and other entries are stages of their own, as there are far fewer constants.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

from calculus.eml.searching import jit
from calculus.eml.searching.table import Index, Table
from calculus.eml.syntax import eml
from calculus.term import Term

__all__ = ["Goals", "Hit", "Wide"]

PORTION = 400_000
"""Lookups a thread does between two looks at the limits."""
MOST_HITS = 4096
"""Hits of one portion that are kept."""

Hit = tuple[int, int, int, int]
"""Goal, sibling (-1 for the goal itself), side of the sibling, entry."""

Wide = tuple[int, int, bool]
"""A wide stage: leaves beside the goals, leaves of the siblings, whether they are constants."""


class Goals:
    """The goals of a target, known up to an error, over a table. `guard` keeps absorbed operands out."""

    def __init__(
        self,
        target: Sequence[complex],
        table: Table,
        flags: int,
        *,
        error: float = 0.0,
        guard: bool = True,
        threads: int | None = None,
    ) -> None:
        self.table = table
        self.index = Index(table)
        self.flags = flags
        self.guard = guard
        self.turns = 0 if flags & jit.REAL else 1
        self.threads = threads or os.cpu_count() or 1
        probes = table.probes
        self.rows = np.empty((1 << 10, 2 * probes))
        self.rows[0] = [part for value in target for part in (value.real, value.imag)]
        self.errors = np.empty((1 << 10, probes))
        self.errors[0] = [max(error, 1e-16 * abs(value)) for value in target]
        self.origins = np.zeros((1 << 10, 3), np.int32)
        self.tags = np.zeros(1 << 12, np.int64)
        jit.insert(self.tags, jit.fingerprint(self.rows[0], 0))
        self.levels = [0, 1]
        self.wide_done: set[Wide] = set()
        self.count = 1
        self.tried = 0

    @property
    def bytes(self) -> int:
        """Memory that the goals take."""
        arrays = (self.rows, self.errors, self.origins, self.tags)
        return sum(int(array.nbytes) for array in arrays)

    @property
    def narrow_done(self) -> int:
        """The largest number of leaves for which the goals are stored."""
        return len(self.levels) - 2

    def level(self, m: int) -> tuple[int, int]:
        """The goals whose siblings have m leaves, as a range."""
        return self.levels[m], self.levels[m + 1]

    def covered(self) -> int:
        """The number of leaves up to which what is done covers all trees, but for what is left out."""
        n = self.table.complete
        while self._covers(n + 1):
            n += 1
        return n

    def _covers(self, n: int) -> bool:
        """Whether it covers all trees of n leaves: each leads from the root along the larger operands, beside
        smaller ones, to a subtree in the table."""
        top = self.table.complete
        states = {0}
        while states:
            m = min(states)
            states.remove(m)
            if n - m <= top:
                continue
            for s in range(1, (n - m) // 2 + 1):
                if m + s <= self.narrow_done and s <= top:
                    states.add(m + s)
                elif max(s, n - m - s) > top or not {(m, s, True), (m, s, False)} <= self.wide_done:
                    return False
        return True

    def wide_stages(self, most: int) -> list[tuple[int, Wide]]:
        """The wide stages that could be next, with the number of lookups each takes."""
        found = []
        for m in range(self.narrow_done + 1):
            for s in range(max(1, self.narrow_done - m + 1), min(most - m, len(self.table.levels))):
                for constant in (True, False):
                    if (m, s, constant) not in self.wide_done:
                        start, stop = self._siblings(s, constant)
                        if start < stop:
                            cost = self._goals(m) * (stop - start) * (2 + 2 * self.turns)
                            found.append((cost, (m, s, constant)))
                        else:
                            self.wide_done.add((m, s, constant))
        return found

    def _siblings(self, s: int, constant: bool) -> tuple[int, int]:
        start, split, stop = self.table.levels[s - 1], self.table.splits[s], self.table.levels[s]
        return (start, split) if constant else (split, stop)

    def narrow_cost(self, m: int) -> int:
        """At most how many goals the stage makes."""
        return sum(self._goals(m - s) * self._entries(s) for s in range(1, m + 1)) * (2 + 2 * self.turns)

    def _goals(self, m: int) -> int:
        start, stop = self.level(m)
        return stop - start

    def _up_to(self, leaves: int) -> int:
        """How many entries have at most so many leaves."""
        levels = self.table.levels
        return levels[min(max(leaves, 0), len(levels) - 1)]

    def _entries(self, s: int) -> int:
        return self._up_to(s) - self._up_to(s - 1)

    def at_once(self, limits: Callable[[], None]) -> list[Hit]:
        """Look up the target itself."""
        return self._look_up(0, 1, len(self.table.levels))

    def narrow(self, m: int, most: int, limits: Callable[[], None]) -> list[Hit]:
        """Store the goals of m leaves and look them up: trees of up to `most` leaves.

        What `limits` raises leaves the goals as they were before.
        """
        before = self.count
        try:
            for s in range(1, m + 1):
                self._spread(self.level(m - s), (self._up_to(s - 1), self._up_to(s)), limits)
        except BaseException:
            self.count = before
            raise
        self.levels.append(self.count)
        hits: list[Hit] = []
        for start in range(before, self.count, 10 * PORTION):
            limits()
            hits += self._look_up(start, min(start + 10 * PORTION, self.count), most - m)
        return hits

    def _look_up(self, start: int, stop: int, most: int) -> list[Hit]:
        found = np.empty((MOST_HITS, 4), np.int64)
        count = jit.look_up(
            *(self.rows, self.errors, (start, stop), self.table.arrays, most, self.index.arrays, found)
        )
        self.tried += stop - start
        return [_hit(row) for row in found[:count]]

    def _spread(self, goals: tuple[int, int], siblings: tuple[int, int], limits: Callable[[], None]) -> None:
        (at, end), (start, stop) = goals, siblings
        each = (stop - start) * (2 + 2 * self.turns)
        if not each:
            return
        portion = max(1, PORTION // each)
        while at < end:
            limits()
            until = min(end, at + portion)
            self._make_room(each * min(until - at, portion))
            self.count, at = jit.spread(
                *(self.rows, self.errors, self.origins, self.count, at, until, self.table.arrays, siblings),
                *(self.tags, self.turns, self.flags, self.guard),
            )

    def _make_room(self, more: int) -> None:
        wanted = self.count + more
        if wanted > len(self.rows):
            room = max(wanted, len(self.rows) * 3 // 2)
            for name in ("rows", "errors", "origins"):
                old = getattr(self, name)
                grown = np.empty((room, *old.shape[1:]), old.dtype)
                grown[: self.count] = old[: self.count]
                setattr(self, name, grown)
        if wanted > len(self.tags) // 2:
            self.tags = np.zeros(1 << (4 * self.count + 2 * more).bit_length(), np.int64)
            jit.tag_rows(self.rows, self.count, self.tags, 0)

    def wide(self, stage: Wide, most: int, limits: Callable[[], None]) -> Iterator[list[Hit]]:
        """Look up what is missing beside each goal and sibling of a stage: trees of up to `most` leaves.

        Yields the hits of each portion.
        """
        m, size, constant = stage
        start, stop = self.level(m)
        first, last = self._siblings(size, constant)
        entries = last - first
        if not entries or start == stop:
            return
        goals_each = max(1, PORTION // (entries * (2 + 2 * self.turns)))
        entries_each = max(1, PORTION // (2 + 2 * self.turns))
        portions = (
            (g, min(g + goals_each, stop), s, min(s + entries_each, last))
            for g in range(start, stop, goals_each)
            for s in range(first, last, entries_each)
        )
        with ThreadPoolExecutor(self.threads) as pool:
            while batch := [portion for _, portion in zip(range(self.threads), portions, strict=False)]:
                limits()
                for found, tried in pool.map(lambda portion: self._meet(portion, most - m), batch):
                    self.tried += tried
                    yield found
        self.wide_done.add(stage)

    def skip(self, stage: Wide, lookups: int) -> None:
        """Take a stage for done that an earlier search did."""
        self.wide_done.add(stage)
        self.tried += lookups

    def _meet(self, portion: tuple[int, int, int, int], most: int) -> tuple[list[Hit], int]:
        g, g_stop, s, s_stop = portion
        found = np.empty((MOST_HITS, 4), np.int64)
        count, tried = jit.meet(
            *(self.rows, self.errors, (g, g_stop), self.table.arrays, (s, s_stop), most, self.index.arrays),
            *(self.turns, self.flags, self.guard, found),
        )
        return [_hit(row) for row in found[:count]], tried

    def leaves(self, hit: Hit) -> int:
        """The number of leaves of the tree of a hit."""
        goal, sibling, _, entry = hit
        context = int(np.searchsorted(self.levels, goal, side="right")) - 1
        cost = self.table.cost
        return context + (int(cost[sibling]) if sibling >= 0 else 0) + int(cost[entry])

    def tree(self, hit: Hit) -> Term:
        """The tree of a hit."""
        goal, sibling, side, entry = hit
        tree = self.table.tree(entry)
        if sibling >= 0:
            tree = self._with(sibling, side, tree)
        while goal:
            goal, sibling, side = (int(part) for part in self.origins[goal])
            tree = self._with(sibling, side, tree)
        return tree

    def _with(self, sibling: int, side: int, tree: Term) -> Term:
        other = self.table.tree(sibling)
        return eml(other, tree) if side == jit.LEFT else eml(tree, other)


def _hit(row: Any) -> Hit:
    goal, sibling, side, entry = row
    return int(goal), int(sibling), int(side), int(entry)
