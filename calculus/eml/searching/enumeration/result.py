"""What an enumeration found."""

import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from calculus.eml.searching.enumeration.checking import agrees
from calculus.eml.syntax import eml
from calculus.eml.tree import Tree
from calculus.source.diagnostic import UsageProblem
from calculus.term import Term

__all__ = ["Enumeration"]

_FORMAT = 1


class Enumeration:
    """The values of all trees, by the number of leaves n; K = 2n - 1.

    `counts[n - 1]` is the number of values that trees of n leaves have and smaller ones do not. `filters`
    says what counts as a value, and when two are one: every statement drawn from an enumeration holds up to
    that. `stopped_by` is `max_memory`, `max_seconds` or `interrupted` if it ended before all levels that
    were asked for.
    """

    def __init__(
        self,
        leaves: Sequence[Term],
        names: tuple[str, ...],
        points: dict[str, tuple[complex, ...]],
        semantics: str,
        filters: str,
        store: Any,
    ) -> None:
        self.leaves = names
        self.probes = points
        self.semantics = semantics
        self.filters = filters
        self.store = store
        self.counts: list[int] = [len(leaves)]
        self.stopped_by: str | None = None
        self._terms = list(leaves)
        self._levels: list[Sequence[tuple[int, Any, Any]]] = [()]

    def __repr__(self) -> str:
        return f"<Enumeration over {', '.join(self.leaves)} up to K = {self.K}: {self.total:,} values>"

    @property
    def complete(self) -> int:
        """The number of leaves up to which all trees were looked at."""
        return len(self.counts)

    @property
    def K(self) -> int:  # noqa: N802 - the name of the field
        """The size up to which all trees were looked at."""
        return 2 * self.complete - 1

    @property
    def total(self) -> int:
        """How many values there are."""
        return sum(self.counts)

    @property
    def lost(self) -> int:
        """How many pairs were left out because an operand was lost to rounding."""
        return int(self.store.lost)

    @property
    def listed(self) -> int:
        """The number of leaves up to which trees can be listed: a large last level is only counted."""
        return len(self._levels)

    def trees(self, leaves: int) -> Iterator[Tree]:
        """The first tree of each value that is new with so many leaves."""
        if not 1 <= leaves <= self.listed:
            raise UsageProblem(f"trees of 1 to {self.listed} leaves can be listed; got {leaves!r}")
        if leaves == 1:
            yield from map(Tree, self._terms)
            return
        for left, lefts, rights in self._levels[leaves - 1]:
            for a, b in zip(lefts.tolist(), rights.tolist(), strict=True):
                yield Tree(self._pair((left, a), (leaves - left, b)))

    def find(self, value: Any) -> Tree | None:
        """The first tree with a value, None if no tree that was looked at has it.

        The value is a number, a function of the variables (a callable, in the order of the leaves), or its
        numbers at the probes. What is found is checked: with mpmath at 40 digits, else at fresh points where
        the value is a function. A tree that fails is no answer.
        """
        numbers = self._numbers(value)
        wanted = self.store.wanted(numbers)
        if isinstance(wanted, int) and wanted == 0:
            return None
        for tree in self._candidates(wanted, numbers):
            if agrees(tree, self.probes, numbers, self.semantics, value if callable(value) else None):
                return Tree(tree)
        return None

    def _candidates(self, wanted: Any, numbers: Sequence[complex]) -> Iterator[Term]:
        for place, term in enumerate(self._terms):
            row = [1.0] * len(numbers) if self.leaves[place] == "1" else self.probes[self.leaves[place]]
            if self.store.same(wanted, row):
                yield term
        for n in range(2, self.complete + 1):
            for left in range(1, n):
                pair = self.store.locate(left, n - left, wanted)
                if pair is not None:
                    yield self._pair((left, pair[0]), (n - left, pair[1]))

    def _numbers(self, value: Any) -> list[complex]:
        count = len(next(iter(self.probes.values()), (1,)))
        variables = [name for name in self.leaves if name != "1"]
        if callable(value):
            points = zip(*(self.probes[name] for name in variables), strict=True)
            return [complex(value(*point)) for point in points] if variables else [complex(value())]
        numbers = list(value) if isinstance(value, list | tuple | np.ndarray) else [value] * count
        if len(numbers) != count:
            raise UsageProblem(f"expected the value at {count} probes, found {len(numbers)} numbers")
        try:
            return [complex(number) for number in numbers]
        except (TypeError, ValueError) as problem:
            raise UsageProblem(f"expected numbers, found {value!r}") from problem

    def _pair(self, left: tuple[int, int], right: tuple[int, int]) -> Term:
        """The tree of two places, each the leaves and the place among the values of so many leaves."""
        made: dict[tuple[int, int], Term] = {(1, k): term for k, term in enumerate(self._terms)}
        waiting = [left, right]
        while waiting:
            here = waiting[-1]
            parts = self._parts(here) if here not in made else None
            missing = [part for part in parts or () if part not in made]
            if missing:
                waiting += missing
                continue
            if parts:
                made[here] = eml(made[parts[0]], made[parts[1]])
            waiting.pop()
        return eml(made[left], made[right])

    def _parts(self, place: tuple[int, int]) -> tuple[tuple[int, int], tuple[int, int]]:
        n, k = place
        for left, lefts, rights in self._levels[n - 1]:
            if k < len(lefts):
                return (left, int(lefts[k])), (n - left, int(rights[k]))
            k -= len(lefts)
        raise AssertionError(place)

    def add(self, level: Sequence[tuple[int, Any, Any]]) -> None:
        """A further level, whose values the store keeps."""
        self._levels.append(level)
        self.counts.append(sum(len(lefts) for _, lefts, _ in level))

    def count_only(self, count: int) -> None:
        """A last level that is not kept."""
        self.counts.append(count)

    def write(self, path: Path) -> None:
        """Keep the levels in a file, which is there as a whole or not at all."""
        arrays = {}
        for n, level in enumerate(self._levels[1:], 2):
            for left, lefts, rights in level:
                arrays[f"{n} {left} left"], arrays[f"{n} {left} right"] = lefts, rights
        counts = np.array(self.counts[: self.listed])
        draft = path.with_name(path.name + ".part")
        with draft.open("wb") as file:
            np.savez(file, format=_FORMAT, filters=self.filters, lost=self.lost, counts=counts, **arrays)
        draft.replace(path)

    def read(self, path: Path, most: int) -> None:
        """Take up to `most` levels from a file. Raises `UsageProblem` if it is of another enumeration."""
        try:
            with np.load(path, allow_pickle=False) as data:
                if int(data["format"]) != _FORMAT or str(data["filters"]) != self.filters:
                    raise UsageProblem(f"{path} is of another enumeration: {data['filters']}")
                for n in range(2, min(most, len(data["counts"])) + 1):
                    level = [
                        (left, data[f"{n} {left} left"], data[f"{n} {left} right"]) for left in range(1, n)
                    ]
                    self.store.restore(level)
                    self.add(level)
                self.store.lost = int(data["lost"])
        except (OSError, ValueError, KeyError, zipfile.BadZipFile) as problem:
            raise UsageProblem(f"{path} is no enumeration: {problem}") from problem
