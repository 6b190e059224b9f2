"""Enumeration of real values in extended precision (NumPy's `longdouble` of 80 bits), level by level.

The logarithm of a negative number leaves the reals, so such pairs are left out. A value below `TINY` is 0.
Two values within the relative tolerance are one value, the first of them; the 64 binary digits tell more
values apart than double precision, and exponentials go up to e^11356.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from calculus.eml.searching.enumeration import jit

__all__ = ["TOLERANCE", "Long", "available"]

TOLERANCE = 9.97e-16
TINY = np.longdouble("1e-320")
"""With these two, the numbers of values are those known from before, to the last one. From K = 23 on they
depend on the last digits: a tolerance of 1e-15 makes one value fewer of 41367."""
_PORTION = 2_000_000


def available() -> bool:
    """Whether this machine has numbers of 80 bits."""
    kind = np.finfo(np.longdouble)
    return kind.nmant == 63 and kind.maxexp == 16384 and np.dtype(np.longdouble).itemsize == 16


class Long:
    """The real values by level; places as in `Doubles`."""

    name = "80-bit precision"
    lost = 0

    def __init__(self, leaves: Sequence[Any], infinite: bool, tolerance: float) -> None:
        self.infinite = infinite
        self.tolerance = tolerance
        self.exps: list[Any] = [None]
        self.logs: list[Any] = [None]
        self.table = np.zeros(1 << 12, np.int64)
        self.mantissas = np.empty(1 << 11, np.int64)
        self.exponents = np.empty(1 << 11, np.int64)
        self.count = 0
        values = np.array(leaves, np.longdouble)
        assert len(self._sift(values)) == len(values)
        self.keep(values)

    @property
    def bytes(self) -> int:
        kept = sum(array.nbytes for array in (*self.exps[1:], *self.logs[1:]))
        return int(kept) + int(self.table.nbytes + self.mantissas.nbytes + self.exponents.nbytes)

    def needed(self, new: int, stored: bool) -> int:
        return 2 * 16 * (self.count + new) * 2 + (40 * new if stored else 0)

    def reserve(self, new: int) -> None:
        self._room(new)

    def level(self, sizes: Sequence[int], stored: bool, look: Callable[[int], bool]) -> Any:
        """As `Doubles.level`."""
        n = len(sizes)
        found: list[tuple[int, Any, Any]] = []
        count = looked = 0
        for left in range(1, n):
            width = sizes[n - left]
            rows = max(1, _PORTION // max(1, width))
            lefts, rights = [], []
            for low in range(0, sizes[left], rows):
                values = self._values(left, n - left, slice(low, low + rows))
                looked += values.size
                places = np.flatnonzero(self._usable(values).ravel())
                new = places[self._sift(values.ravel()[places])]
                count += len(new)
                lefts.append((low + new // width).astype(np.int32))
                rights.append((new % width).astype(np.int32))
                if look(looked):
                    return None
            if stored:
                empty = np.empty(0, np.int32)
                found.append((left, np.concatenate([empty, *lefts]), np.concatenate([empty, *rights])))
        return found if stored else count

    def close(self, level: Sequence[tuple[int, Any, Any]]) -> None:
        n = len(self.exps)
        self.keep(np.concatenate([self.pair_values(left, n - left, *pairs) for left, *pairs in level]))

    def restore(self, level: Sequence[tuple[int, Any, Any]]) -> None:
        n = len(self.exps)
        values = np.concatenate([self.pair_values(left, n - left, *pairs) for left, *pairs in level])
        self._sift(values)
        self.keep(values)

    def pair_values(self, left: int, right: int, lefts: Any, rights: Any) -> Any:
        with np.errstate(all="ignore"):
            values = self.exps[left][lefts] - self.logs[right][rights]
        return np.where(np.abs(values) < TINY, np.longdouble(0), values)

    def keep(self, values: Any) -> None:
        with np.errstate(all="ignore"):
            self.exps.append(np.exp(values))
            self.logs.append(np.log(values))

    def locate(self, left: int, right: int, wanted: Any) -> tuple[int, int] | None:
        """The first pair of two levels with a value."""
        width = len(self.logs[right])
        rows = max(1, _PORTION // max(1, width))
        for low in range(0, len(self.exps[left]), rows):
            values = self._values(left, right, slice(low, low + rows))
            with np.errstate(all="ignore"):
                near = np.abs(values - wanted) <= self.tolerance * np.maximum(np.abs(values), np.abs(wanted))
            places = np.flatnonzero((near | (values == wanted)) & self._usable(values))
            if len(places):
                return low + int(places[0]) // width, int(places[0]) % width
        return None

    def wanted(self, point: Sequence[complex]) -> Any:
        """The value that is looked for."""
        return np.longdouble(complex(point[0]).real)

    def same(self, wanted: Any, point: Sequence[complex]) -> bool:
        """Whether a value is the one looked for."""
        return bool(abs(self.wanted(point) - wanted) <= self.tolerance * abs(wanted))

    def _values(self, left: int, right: int, rows: slice) -> Any:
        with np.errstate(all="ignore"):
            values = self.exps[left][rows, None] - self.logs[right][None, :]
            values[np.abs(values) < TINY] = 0
        return values

    def _usable(self, values: Any) -> Any:
        return ~np.isnan(values) if self.infinite else np.isfinite(values)

    def _sift(self, values: Any) -> Any:
        """The places of the values that are new; they are known from then on."""
        self._room(len(values))
        words = np.ascontiguousarray(values).view(np.uint64).reshape(-1, 2)
        mantissas = (words[:, 0] >> np.uint64(2)).astype(np.int64)
        exponents = (words[:, 1] & np.uint64(0xFFFF)).astype(np.int64)
        exponents[values == 0] = 0
        new = np.empty(len(values), np.int64)
        found = jit.sift(
            *(mantissas, exponents, self.tolerance, self.table),
            *(self.mantissas, self.exponents, self.count, new),
        )
        self.count += int(found)
        return new[:found]

    def _room(self, new: int) -> None:
        most = self.count + new
        if most > len(self.mantissas):
            size = max(most, 3 * len(self.mantissas) // 2)
            self.mantissas = np.concatenate(
                [self.mantissas[: self.count], np.empty(size - self.count, np.int64)]
            )
            self.exponents = np.concatenate(
                [self.exponents[: self.count], np.empty(size - self.count, np.int64)]
            )
        if 2 * most > len(self.table):
            self.table = np.zeros(1 << (2 * most).bit_length(), np.int64)
            jit.seat(self.exponents[: self.count], self.mantissas[: self.count], self.table)
