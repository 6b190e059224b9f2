"""All terms of the Relational Machine Calculus up to a size, one for each way to name what is bound.

The size of a term is the number of its constructs, of which a push or a pop counts as many as its value has.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from calculus.machine.relational.instructions import (
    FAILURE,
    LAMBDA,
    NOTHING,
    constructor,
    new,
    pop,
    push,
    sequence,
    star,
    sum_of,
    variable,
)
from calculus.term import Term


@dataclass(frozen=True)
class Enumeration:
    """Terms over some constructors (names and arities) and locations, with at most so many `ex` around a
    place and, if asked for, iterations. `free` variables may occur too."""

    constructors: tuple[tuple[str, int], ...] = (("A", 0), ("S", 1))
    locations: tuple[str, ...] = (LAMBDA,)
    deepest: int = 2
    stars: bool = False
    free: tuple[str, ...] = ()
    _memo: dict[object, list[Term]] = field(default_factory=dict, compare=False, repr=False)

    def up_to(self, size: int) -> Iterator[Term]:
        """Closed terms (but for the free variables), small ones first."""
        for exactly in range(1, size + 1):
            yield from self.terms(exactly, self.free)

    def values(self, size: int, scope: tuple[str, ...]) -> list[Term]:
        return self._once(("value", size, scope), self._values, size, scope)

    def terms(self, size: int, scope: tuple[str, ...]) -> list[Term]:
        return self._once(("term", size, scope), self._terms, size, scope)

    def _once(self, key: object, make: object, size: int, scope: tuple[str, ...]) -> list[Term]:
        if key not in self._memo:
            self._memo[key] = list(make(size, scope))  # type: ignore[operator]
        return self._memo[key]

    def _values(self, size: int, scope: tuple[str, ...]) -> Iterator[Term]:
        if size == 1:
            yield from map(variable, scope)
        for name, arity in self.constructors:
            for sizes in _splits(size - 1, arity):
                for arguments in _choices([self.values(part, scope) for part in sizes]):
                    yield constructor(name, *arguments)

    def _terms(self, size: int, scope: tuple[str, ...]) -> Iterator[Term]:
        if size == 1:
            yield NOTHING
            yield FAILURE
        for place in self.locations:
            for value in self.values(size, scope):
                yield push(value, place)
                yield pop(value, place)
        if size > 1:
            if len(scope) - len(self.free) < self.deepest:
                name = f"x{len(scope)}"
                yield from (new((name,), body) for body in self.terms(size - 1, (*scope, name)))
            if self.stars:
                yield from map(star, self.terms(size - 1, scope))
        for first in range(1, size - 1):
            for left in self.terms(first, scope):
                for right in self.terms(size - 1 - first, scope):
                    yield sequence(left, right)
                    yield sum_of(left, right)


@lru_cache
def _splits(total: int, parts: int) -> tuple[tuple[int, ...], ...]:
    """The ways to write a number as a sum of so many numbers, 1 or more each."""
    if parts == 0:
        return ((),) if total == 0 else ()
    return tuple(
        (first, *rest) for first in range(1, total + 1) for rest in _splits(total - first, parts - 1)
    )


def _choices(lists: Sequence[list[Term]]) -> Iterator[tuple[Term, ...]]:
    if not lists:
        yield ()
        return
    for first in lists[0]:
        for rest in _choices(lists[1:]):
            yield (first, *rest)
