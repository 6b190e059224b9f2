"""The table of small trees: every value that trees of up to so many leaves have, with the first tree for it.

Built level by level, by the number of leaves n (K = 2n - 1), from all pairs of entries. Two trees whose
values agree to about 12 digits at all probes are one entry.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from calculus.eml.searching import jit
from calculus.eml.syntax import eml
from calculus.term import Term

__all__ = ["Index", "Table"]

PORTION = 10_000_000
"""Pairs between two looks at the limits."""


class Table:
    """Entries with their values, exponentials and logarithms at the probes, by `cost` in leaves.

    `levels[n]` is the number of entries of up to n leaves; in each level, those before `splits[n]` are
    constants. Of a pair of entries, `left` and `right` are their
    numbers; of other entries `left` is -1 - the number of their source, which is a tree, or a table in which
    they are entry `right`. `complete` is the number of leaves up to which all trees were looked at.
    """

    def __init__(self, probes: int, flags: int) -> None:
        self.probes = probes
        self.flags = flags
        self.values = self.exps = self.logs = np.empty((0, 2 * probes))
        self.left = self.right = np.empty(0, np.int32)
        self.cost = np.empty(0, np.int16)
        self.tags = np.zeros(1 << 12, np.int64)
        self.count = 0
        self.levels = [0]
        self.splits = [0]
        self.complete = 0
        self.sources: list[Term | Table] = []

    @property
    def arrays(self) -> tuple[Any, Any, Any, Any]:
        """What the search looks at."""
        return self.values, self.exps, self.logs, self.cost

    @property
    def bytes(self) -> int:
        """Memory that the arrays take."""
        arrays = (self.values, self.exps, self.logs, self.left, self.right, self.cost, self.tags)
        return sum(int(array.nbytes) for array in arrays)

    def level(self, n: int) -> tuple[int, int]:
        """The entries of n leaves, as a range."""
        return self.levels[n - 1], self.levels[n]

    def add(self, tree: Term, values: Sequence[complex]) -> bool:
        """Add a tree to the level that is open, the first one after those closed; whether it is new."""
        row = np.array([part for value in values for part in (value.real, value.imag)], dtype=float)
        return self._add(tree, row.reshape(1, -1), np.zeros(1, np.int32)) > 0

    def add_entries(self, other: "Table", start: int, stop: int, values: Any) -> int:
        """Add entries of another table, with these rows of values here; how many are new."""
        return self._add(other, values, np.arange(start, stop, dtype=np.int32))

    def _add(self, source: "Term | Table", rows: Any, numbers: Any) -> int:
        self._make_room(len(rows))
        before = self.count
        self.sources.append(source)
        self.count = jit.add_rows(
            self.values,
            self.left,
            self.right,
            self.tags,
            self.count,
            rows,
            numbers,
            -len(self.sources),
            self.flags,
        )
        return self.count - before

    def close_level(self) -> None:
        """End the open level; the next one has one more leaf."""
        start = self.levels[-1]
        self.levels.append(self.count)
        self.splits.append(self._constants_first(start))
        self.cost[start : self.count] = len(self.levels) - 1
        jit.exponentials(self.values, self.exps, self.logs, start, self.count, self.flags)

    def _constants_first(self, start: int) -> int:
        """Sort the open level; the end of the constants in it."""
        if self.probes == 1:
            return self.count
        level = self.values[start : self.count]
        constant = np.all(level == np.tile(level[:, :2], (1, self.probes)), axis=1)
        order = np.argsort(~constant, kind="stable")
        for array in (self.values, self.left, self.right):
            array[start : self.count] = array[start : self.count][order]
        return start + int(constant.sum())

    def add_pairs(self, limits: Callable[[], None]) -> int:
        """Add to the open level all trees that combine entries; how many values are new.

        `limits` is called every now and then. What it raises ends the level as if it had not begun.
        """
        n, before = len(self.levels), self.count
        try:
            for i in range(1, n):
                self._combine(self.level(i), self.level(n - i), limits)
        except BaseException:
            self.count = before
            self.tags = np.zeros(1 << 12, np.int64)
            self._rehash(before)
            raise
        return self.count - before

    def _combine(self, a: tuple[int, int], b: tuple[int, int], limits: Callable[[], None]) -> None:
        (at, end), (start, stop) = a, b
        width = stop - start
        if not width:
            return
        rows = max(1, PORTION // width)
        while at < end:
            limits()
            self._make_room(width)
            until = min(end, at + rows)
            self.count, at = jit.combine(
                *(self.values, self.exps, self.logs, self.left, self.right, self.tags),
                *(at, until, start, stop, self.count, min(len(self.values), len(self.tags) // 2), self.flags),
            )

    def _make_room(self, more: int) -> None:
        wanted = self.count + more
        if wanted > len(self.values):
            room = max(wanted, len(self.values) * 3 // 2, 1 << 11)
            for name in ("values", "exps", "logs", "left", "right", "cost"):
                old = getattr(self, name)
                grown = np.empty((room, *old.shape[1:]), old.dtype)
                grown[: self.count] = old[: self.count]
                setattr(self, name, grown)
        if wanted > len(self.tags) // 2:
            self._rehash(wanted)

    def _rehash(self, wanted: int) -> None:
        self.tags = np.zeros(1 << (4 * wanted).bit_length(), np.int64)
        jit.tag_rows(self.values, self.count, self.tags, self.flags)

    def tree(self, entry: int) -> Term:
        """The tree of an entry."""
        made: dict[tuple[int, int], Term] = {}
        stack: list[tuple[Table, int]] = [(self, entry)]
        while stack:
            table, k = stack[-1]
            left, right = int(table.left[k]), int(table.right[k])
            if left < 0:
                source = table.sources[-1 - left]
                if isinstance(source, Term):
                    made[id(table), k] = source
                elif (id(source), right) in made:
                    made[id(table), k] = made[id(source), right]
                else:
                    stack.append((source, right))
                    continue
            else:
                missing = [child for child in (left, right) if (id(table), child) not in made]
                if missing:
                    stack += [(table, child) for child in missing]
                    continue
                made[id(table), k] = eml(made[id(table), left], made[id(table), right])
            stack.pop()
        return made[id(self), entry]


class Index:
    """Where in a table values are, by those at the first probe."""

    def __init__(self, table: Table) -> None:
        bits = max(8, table.count.bit_length() + 1)
        self.shift = 64 - bits
        self.starts = np.zeros((1 << bits) + 1, np.int32)
        self.order = np.empty(table.count, np.int32)
        jit.build_index(table.values, table.count, self.starts, self.order, self.shift)
        self.infinity = _minus_infinity(table)

    @property
    def arrays(self) -> tuple[Any, Any, int, int]:
        """What the search looks at."""
        return self.starts, self.order, self.shift, self.infinity


def _minus_infinity(table: Table) -> int:
    """The first entry that is -∞ at all probes; -1 if there is none."""
    found = np.flatnonzero(np.all(np.isneginf(table.values[: table.count, ::2]), axis=1))
    return int(found[0]) if len(found) else -1
