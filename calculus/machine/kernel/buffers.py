"""The arrays of a run, within the memory budget. Those of earlier runs in the process are used again, because
touching fresh memory is slow.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from calculus.machine.budget import MEGABYTE, Budget, resident_bytes

Words = npt.NDArray[np.int64]

MOST_LEFT_OVER = 256 * MEGABYTE
"""Bytes of arrays kept for the next run."""

NOTHING: Words = np.empty(0, np.int64)
_left_over: dict[str, Words] = {}


class OutOfMemory(Exception):
    """An array would outgrow the budget."""


class Buffers:
    """Arrays by name. `weights` says how many bytes more a word of an array may come to cost elsewhere."""

    def __init__(self, budget: Budget, weights: Mapping[str, int]) -> None:
        self._budget = budget
        self._weights = weights
        self._arrays: dict[str, Words] = {}

    def room(self, more: int) -> None:
        """Raise `OutOfMemory` unless there is room for so many more bytes."""
        limit = self._budget.max_memory
        if limit is not None and resident_bytes() + more > limit * MEGABYTE:
            raise OutOfMemory

    def sized(self, name: str, size: int, start: Sequence[int] | Words = ()) -> Words:
        """The array `name` with `size` words, those of `start` first; the others are anything."""
        buffer: Words = self._arrays[name] if name in self._arrays else _left_over.pop(name, NOTHING)
        if len(buffer) < size:
            self.room(size * (8 + self._weights.get(name, 0)))
            buffer = np.empty(size, np.int64)
        if getattr(start, "base", None) is not buffer:  # grown in place otherwise
            buffer[: len(start)] = start
        self._arrays[name] = buffer
        return buffer[:size]

    def grown(self, name: str, array: Words, least: int = 0) -> Words:
        """The array, twice as large and `least` words more."""
        return self.sized(name, 2 * len(array) + least, array)

    def exchange(self, one: str, other: str) -> None:
        """Each array takes the other's name."""
        arrays = self._arrays
        arrays[one], arrays[other] = arrays[other], arrays[one]

    def release(self) -> None:
        """Leave the arrays to the next run in this process."""
        if sum(buffer.nbytes for buffer in self._arrays.values()) <= MOST_LEFT_OVER:
            _left_over.update(self._arrays)
        self._arrays = {}
