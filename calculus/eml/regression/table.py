"""All small trees over 1 and the variables, with their values at the points of the data.

Trees with equal values are one entry, the smallest of them. Looked up by value, relative to the size of the
value; what is found agrees at all points.
"""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from calculus.eml.regression.architecture import Floats, Ints
from calculus.eml.regression.values import Complexes
from calculus.eml.syntax import ONE, eml, variable
from calculus.term import Term

ENTRIES = 60_000
"""A level that could lead to more entries is not built."""
PROBES = 4
"""Points that an entry is looked up by, before all are compared."""
TOLERANCE = 1e-8
"""Relative difference of values that count as equal: they went through inverses, which lose digits. What is
put together is checked afterwards."""
FAINT = 1e-6
LARGEST = 1e15
"""Entries with larger values, or none, are left out: nothing can be told from them."""


class Table:
    """Entries 0, 1, … by size: `values[entry, P]`, their exponentials and logarithms, and `sizes` (K)."""

    def __init__(self, names: list[str], points: Floats, entries: int = ENTRIES, largest: int = 25) -> None:
        self.names = names
        count = points.shape[1]
        leaves = np.concatenate([np.ones((1, count)), points]).astype(np.complex128)
        random = np.random.default_rng(1)
        probes = np.linspace(0, count - 1, min(PROBES, count)).astype(int)
        self.probes: Ints = probes
        self._signs = random.uniform(0.5, 1.5, len(probes)) + 1j * random.uniform(0.5, 1.5, len(probes))
        self.values: Complexes = np.empty((0, count), np.complex128)
        self.left: Ints = np.empty(0, np.int64)
        self.right: Ints = np.empty(0, np.int64)
        self.sizes: Ints = np.empty(0, np.int64)
        self.known: dict[bytes, list[Term]] = {}
        """What was found before for values, by their bytes."""
        self._levels: list[tuple[int, int]] = []
        self._keys: Floats = np.empty(0)
        self._order: Ints = np.empty(0, np.int64)
        nothing = -np.arange(1, len(leaves) + 1)
        self._add(leaves, nothing, nothing, 1)
        while 2 * len(self._levels) + 1 <= largest and self._pairs() <= entries:
            self._grow()
        with np.errstate(all="ignore"):
            self._powers = np.exp(self.values[:, probes])
            self._logarithms = np.log(self.values[:, probes])

    @property
    def largest(self) -> int:
        """K up to which every tree is in the table."""
        return 2 * len(self._levels) - 1

    def _splits(self) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
        for level in range(len(self._levels)):
            yield self._levels[level], self._levels[len(self._levels) - 1 - level]

    def _pairs(self) -> int:
        """How many pairs the next level is made of."""
        return len(self.values) + sum((a[1] - a[0]) * (b[1] - b[0]) for a, b in self._splits())

    def _grow(self) -> None:
        with np.errstate(all="ignore"):
            powers, logarithms = np.exp(self.values), np.log(self.values)
            made = []
            for (a, b), (c, d) in self._splits():
                value = (powers[a:b, None] - logarithms[None, c:d]).reshape(-1, self.values.shape[1])
                left, right = np.divmod(np.arange(len(value)), d - c)
                made.append((value, left + a, right + c))
        values, left, right = (np.concatenate(parts) for parts in zip(*made, strict=True))
        self._add(values, left, right, 2 * len(self._levels) + 1)

    def _add(self, values: Complexes, left: Ints, right: Ints, size: int) -> None:
        """Add the values that are new as a level."""
        with np.errstate(all="ignore"):
            good = np.all(np.isfinite(values) & (np.abs(values) < LARGEST), axis=1)
        values, left, right = values[good], left[good], right[good]
        if len(self.values):
            entry, _ = self._match(values[:, self.probes], values)
            new = np.setdiff1d(np.arange(len(values)), entry)
            values, left, right = values[new], left[new], right[new]
        keys = self._key(values[:, self.probes])
        order = np.argsort(keys, kind="stable")
        # Neighbours by key that agree everywhere are the same; the first of them is kept.
        same = np.zeros(len(values), bool)
        near = _agree(values[order[:-1]], values[order[1:]])
        same[np.maximum(order[:-1], order[1:])[near]] = True
        keep = ~same
        start = len(self.values)
        self.values = np.concatenate([self.values, values[keep]])
        self.left = np.concatenate([self.left, left[keep]])
        self.right = np.concatenate([self.right, right[keep]])
        self.sizes = np.concatenate([self.sizes, np.full(int(keep.sum()), size)])
        self._levels.append((start, len(self.values)))
        keys = self._key(self.values[:, self.probes])
        self._order = np.argsort(keys, kind="stable")
        self._keys = keys[self._order]

    def _key(self, probes: Complexes) -> Floats:
        """One number for the values at the probes."""
        keys: Floats = (probes * self._signs[: probes.shape[1]]).real.sum(axis=1)
        return keys

    def _match(self, probes: Complexes, values: Complexes | None = None) -> tuple[Ints, Ints]:
        """Pairs (row, entry) that agree at the probes, and with `values` at all points."""
        with np.errstate(all="ignore"):
            keys = self._key(probes)
            width = 4 * TOLERANCE * np.maximum(1.0, np.abs(probes)).sum(axis=1)
            keys, width = np.where(np.isfinite(keys), keys, np.inf), np.where(np.isfinite(width), width, 0)
            low = np.searchsorted(self._keys, keys - width)
            high = np.searchsorted(self._keys, keys + width, side="right")
            counts = np.minimum(high - low, 64)
            rows = np.repeat(np.arange(len(keys)), counts)
            offsets = np.arange(len(rows)) - np.repeat(np.cumsum(counts) - counts, counts)
            entries = self._order[low[rows] + offsets]
            if values is None:
                good = _agree(probes[rows], self.values[np.ix_(entries, self.probes)])
            else:
                good = _agree(values[rows], self.values[entries])
        return rows[good], entries[good]

    def find(self, values: Complexes) -> int | None:
        """The smallest entry with these values, or None."""
        _, entries = self._match(values[None, self.probes], values[None, :])
        return int(entries.min()) if len(entries) else None

    def complete(self, values: Complexes, most: int) -> Iterator[tuple[int, int]]:
        """Pairs of entries (A, B) with eml(A, B) equal to some values, at the probes at least, smallest
        first: one of them is among the first `most` entries, and the other, B = exp(exp(A) - value) or A =
        ln(value + ln(B)), is looked up.
        """
        with np.errstate(all="ignore"):
            value = values[None, self.probes]
            powers, logarithms = self._powers[:most], self._logarithms[:most]
            # Where the one swallows the value, anything would do for the other.
            told = np.abs(value) > FAINT * np.abs(powers)
            right = np.where(told, np.exp(powers - value), np.nan)
            told = np.abs(value) > FAINT * np.abs(logarithms)
            left = np.where(told, np.log(value + logarithms), np.nan)
        rows, entries = self._match(right)
        others, firsts = self._match(left)
        a, b = np.concatenate([rows, firsts]), np.concatenate([entries, others])
        for i in np.argsort(self.sizes[a] + self.sizes[b], kind="stable"):
            yield int(a[i]), int(b[i])

    def tree(self, entry: int) -> Term:
        """The tree of an entry."""
        leaves = [ONE, *(variable(name) for name in self.names)]
        made: dict[int, Term] = {}
        stack = [entry]
        while stack:
            item = stack[-1]
            if self.left[item] < 0:
                made[item] = leaves[-int(self.left[item]) - 1]
            else:
                parts = (int(self.left[item]), int(self.right[item]))
                missing = [part for part in parts if part not in made]
                if missing:
                    stack += missing
                    continue
                made[item] = eml(made[parts[0]], made[parts[1]])
            stack.pop()
        return made[entry]


def _agree(left: Complexes, right: Complexes) -> npt.NDArray[np.bool_]:
    good: npt.NDArray[np.bool_] = np.all(
        np.abs(left - right) <= TOLERANCE * np.maximum(1.0, np.abs(right)), axis=-1
    )
    return good
