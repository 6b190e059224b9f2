"""Enumeration in complex double precision, level by level, on one core or several.

A level is all trees of n leaves (K = 2n - 1); it is made from all pairs of levels i and n - i. Each of
`parts` has its own table and looks for the new values whose fingerprints belong to it, so the parts need no
locks, and the outcome is the same for any number of them.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

from calculus.eml.searching.enumeration import jit

__all__ = ["Doubles"]

PORTION = 6_000_000
"""Pairs between two looks at the limits."""
_CHUNK = 200_000
_FULL = 0.8
_BYTES = 8


class Doubles:
    """The values at the probes, as exponentials and logarithms by level, and the tables of fingerprints.

    `pairs[n]` holds for each value of level n the places of its left and right subtree; a place counts
    through all levels, `offsets[n]` is the first of level n.
    """

    name = "complex double precision"

    def __init__(self, leaves: Sequence[Sequence[complex]], flags: int, bits: int, threads: int) -> None:
        self.flags = flags
        self.bits = bits
        self.parts = 1 << (threads - 1).bit_length()
        self.tables = [np.zeros(1 << 12, np.int64) for _ in range(self.parts)]
        self.filled = [0] * self.parts
        self.lost = 0
        self.news: list[Any] = [np.empty((2, 0), np.int32)] * self.parts
        self.values = np.array([[part(x) for x in leaf for part in (_re, _im)] for leaf in leaves]).T.copy()
        self.exps: list[Any] = [None]
        self.logs: list[Any] = [None]
        self.keep(self.values)
        self._insert(self.fingerprints(self.values))

    @property
    def bytes(self) -> int:
        """What the tables and values take."""
        kept = sum(array.nbytes for array in (*self.exps[1:], *self.logs[1:]))
        return int(kept) + sum(table.nbytes for table in self.tables)

    def needed(self, new: int, stored: bool) -> int:
        """How many bytes a level of up to so many new values takes at most, beside those taken."""
        tables = sum(_size(filled + new // self.parts) for filled in self.filled) * _BYTES
        rows = 2 * 8 * len(self.values) + 8 if stored else 0
        return int(tables + new * rows)

    def reserve(self, new: int) -> None:
        """Make room in the tables for so many new values, evenly spread."""
        for part in range(self.parts):
            self._grow(part, _size(self.filled[part] + new // self.parts))

    def level(self, sizes: Sequence[int], stored: bool, look: Callable[[int], bool]) -> Any:
        """The new values of the next level, n = len(sizes): their pairs as (split, left, right), or their
        number.

        `sizes` are those of the levels so far. `look` is told how many pairs were looked at, and ends the
        level by saying True: then None is returned, and the tables are spoilt for further levels.
        """
        n = len(sizes)
        found: list[tuple[int, Any, Any]] = []
        count = looked = 0
        with ThreadPoolExecutor(self.parts) as pool:
            for left in range(1, n):
                rows = sizes[left]
                states = [np.array([0, 0, filled, 0, 0]) for filled in self.filled]
                news: list[list[Any]] = [[] for _ in range(self.parts)]
                pending = list(range(self.parts))
                while pending:
                    tasks = [
                        pool.submit(self._scan, part, left, n - left, rows, stored, states[part], news[part])
                        for part in pending
                    ]
                    looked += sum(task.result() for task in tasks) // self.parts
                    for part in range(self.parts):
                        self.filled[part] = int(states[part][jit.FILLED])
                    if look(looked):
                        return None
                    pending = [part for part in pending if states[part][jit.LEFT] < rows]
                count += sum(int(state[jit.NEW]) for state in states)
                self.lost += int(states[0][jit.LOST])
                if stored:
                    found += [(left, *_in_order(news))]
        return found if stored else count

    def _scan(
        self, part: int, left: int, right: int, rows: int, stored: bool, state: Any, news: list[Any]
    ) -> int:
        if self.filled[part] + jit.BLOCK > _FULL * len(self.tables[part]):
            self._grow(part, 2 * len(self.tables[part]))
        table = self.tables[part]
        if stored and not self.news[part].size:
            self.news[part] = np.empty((2, PORTION + jit.BLOCK), np.int32)
        lefts, rights = self.news[part] if stored else np.empty((2, 0), np.int32)
        before = int(state[jit.NEW])
        state[jit.NEW] = 0
        most = int(_FULL * len(table))
        exps, logs = self.exps[left], self.logs[right]
        looked = jit.scan(
            exps,
            logs,
            rows,
            PORTION,
            self.flags,
            self.bits,
            table,
            part,
            self.parts,
            most,
            lefts,
            rights,
            state,
        )
        new = int(state[jit.NEW])
        if stored:
            news.append((lefts[:new].copy(), rights[:new].copy()))
        state[jit.NEW] += before
        return int(looked)

    def close(self, level: Sequence[tuple[int, Any, Any]]) -> None:
        """Keep the values of the pairs of a level."""
        n = len(self.exps)
        shape = len(self.values), sum(len(lefts) for _, lefts, _ in level)
        exps, logs = np.empty(shape), np.empty(shape)
        start = 0
        for left, lefts, rights in level:
            for low in range(0, len(lefts), _CHUNK):
                here = slice(low, low + _CHUNK)
                values = self.pair_values(left, n - left, lefts[here], rights[here])
                jit.functions_of(values, self.flags, exps, logs, start)
                start += values.shape[1]
        self.exps.append(exps)
        self.logs.append(logs)

    def restore(self, level: Sequence[tuple[int, Any, Any]]) -> None:
        """Keep a level that was enumerated before, and what its fingerprints say."""
        n = len(self.exps)
        for left, lefts, rights in level:
            self._insert(self._fingerprints_of_pairs(self.exps[left], self.logs[n - left], lefts, rights))
        self.close(level)

    def pair_values(self, left: int, right: int, lefts: Any, rights: Any) -> Any:
        """The values of pairs of two levels, a column each."""
        values = np.empty((len(self.values), len(lefts)))
        jit.values_of(self.exps[left], self.logs[right], lefts, rights, self.flags, values)
        return values

    def keep(self, values: Any) -> None:
        exps, logs = np.empty_like(values), np.empty_like(values)
        jit.functions_of(values, self.flags, exps, logs, 0)
        self.exps.append(exps)
        self.logs.append(logs)

    def fingerprints(self, values: Any) -> Any:
        """The fingerprints of values, 0 for those that are left out."""
        return self._fingerprints_of_pairs(
            values,
            np.zeros((len(values), 1)),
            np.arange(values.shape[1]),
            np.zeros(values.shape[1], np.int64),
        )

    def _fingerprints_of_pairs(self, exps: Any, logs: Any, lefts: Any, rights: Any) -> Any:
        found = np.empty(len(lefts), np.int64)
        jit.fingerprints_of_pairs(exps, logs, lefts, rights, self.flags, self.bits, found)
        return found

    def locate(self, left: int, right: int, wanted: int) -> tuple[int, int] | None:
        """The first pair of two levels with a fingerprint."""
        a, b = jit.locate(self.exps[left], self.logs[right], self.flags, self.bits, wanted)
        return None if a < 0 else (int(a), int(b))

    def wanted(self, point: Sequence[complex]) -> int:
        """The fingerprint of a value."""
        values = np.array([[part(x)] for x in point for part in (_re, _im)])
        return int(self.fingerprints(values)[0])

    def same(self, wanted: int, point: Sequence[complex]) -> bool:
        """Whether a value has that fingerprint."""
        return wanted == self.wanted(point)

    def _insert(self, fingerprints: Any) -> None:
        for part in range(self.parts):
            self._grow(part, _size(self.filled[part] + len(fingerprints)))
            self.filled[part] += int(jit.insert(fingerprints, part, self.parts, self.tables[part]))

    def _grow(self, part: int, size: int) -> None:
        if size > len(self.tables[part]):
            table = np.zeros(size, np.int64)
            jit.move(self.tables[part], table)
            self.tables[part] = table


def _in_order(news: list[list[Any]]) -> tuple[Any, Any]:
    """The new pairs of all parts, in the order of the pairs."""
    lefts = np.concatenate([lefts for part in news for lefts, _ in part])
    rights = np.concatenate([rights for part in news for _, rights in part])
    if len(news) == 1:
        return lefts, rights
    order = np.lexsort((rights, lefts))
    return lefts[order], rights[order]


def _size(entries: int) -> int:
    """The size of a table for so many fingerprints."""
    return max(1 << 12, int((entries + 2 * jit.BLOCK) / _FULL))


def _re(value: complex) -> float:
    return complex(value).real


def _im(value: complex) -> float:
    return complex(value).imag
