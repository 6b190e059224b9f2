"""The states that a search in set mode has seen: their arrays, which grow, and those too large for them."""

from collections.abc import Iterable

import numpy as np

from calculus.machine.kernel.buffers import Buffers, Words
from calculus.machine.relational.kernel import seen
from calculus.term import Term

TABLE = 1 << 12
"""Entries of a new table of states; a power of two."""
PAIRS = 1 << 8
"""Entries of a new table of stacks; a power of two."""
ARENA = 1 << 15
"""Words for what the states are written as, at first."""


class States:
    """What `seen.look` needs."""

    def __init__(self, buffers: Buffers, places: int) -> None:
        self._buffers = buffers
        self.arena: Words = buffers.sized("arena", ARENA)
        self.table: Words = np.zeros(TABLE, np.int64)
        self.pairs: Words = np.zeros(4 * PAIRS, np.int64)
        self.counts: Words = np.zeros(seen.LINE + places // 7 + 1, np.int64)
        self.counts[seen.USED] = 1
        self._large: dict[tuple[int, ...], list[Term]] = {}

    @property
    def arrays(self) -> tuple[Words, Words, Words, Words]:
        return self.arena, self.table, self.pairs, self.counts

    def __len__(self) -> int:
        return int(self.counts[seen.STATES]) + len(self._large)

    def enlarge(self) -> bool:
        """Enlarge what is full. False if nothing is: the state is too large to be written in the arena."""
        states, used, pairs, found = self.counts[: seen.LINE].tolist()
        if found == seen.LARGE:
            return False
        if 2 * states > len(self.table):
            larger = self._twice(self.table)
            seen.rehash(self.table, larger, self.arena)
            self.table = larger
        if 2 * pairs >= len(self.pairs) // 4 - 1:
            larger = self._twice(self.pairs)
            seen.rehash_pairs(self.pairs, larger)
            self.pairs = larger
        if len(self.arena) - used < seen.MOST + 4:
            self.arena = self._buffers.grown("arena", self.arena, len(self.counts))
        return True

    def _twice(self, table: Words) -> Words:
        """An empty table twice as large."""
        self._buffers.room(2 * table.nbytes)
        return np.zeros(2 * len(table), np.int64)

    def is_new(self, terms: Iterable[Term], places: Iterable[int]) -> bool:
        """Whether a large state was not seen before: its values in order, as terms, and other numbers."""
        kept = list(terms)
        key = (*map(id, kept), *places)
        return self._large.setdefault(key, kept) is kept


EMPTY: Words = np.zeros(4, np.int64)
NONE = (EMPTY, EMPTY, EMPTY, EMPTY)
"""Instead of the arrays, where states are not compared."""
