"""Closed memories, the smallest first."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import product

from calculus.machine.relational.answers import Answer
from calculus.machine.relational.instructions import (
    CONSTANT,
    CONSTRUCTOR,
    POP,
    RELATION,
    constant,
    constructor,
)
from calculus.machine.state import location_order
from calculus.rmc.kleene import reachable
from calculus.rmc.spans import Segments
from calculus.term import Term, canonical
from calculus.term.node import postorder

LARGEST = 7
"""Symbols in the values of the memories that are tried."""
OTHERS = ("Other", "Another")
"""Constants that the terms do not know: one, and another if the terms know none."""


class Memories:
    """Memories of values made of what some terms are made of, at the locations that they pop; there are at
    least as many values at a location as `at` has it.
    """

    def __init__(
        self, terms: Sequence[Term], definitions: Mapping[str, Term], at: Sequence[str] = ()
    ) -> None:
        items = [item for term in reachable(list(terms), definitions) for item in postorder(canonical(term))]
        popped = {item.label for item in items if item.op is POP}
        self.places = sorted({*popped, *at}, key=location_order)
        self.least = [sum(place == other for other in at) for place in self.places]
        self.constructors: dict[tuple[str, int], None] = {}
        constants: dict[Term, None] = {}
        if any(item.op is RELATION for item in items):
            constants |= dict.fromkeys(map(constant, (0, 1, 2, -1)))
        for item in items:
            if item.op is CONSTANT:
                constants[item] = None
            elif item.op is CONSTRUCTOR:
                self.constructors[item.label, len(item.children)] = None
        small = [constructor(name) for name, arity in self.constructors if not arity]
        known = [*small, *constants]
        others = list(map(constructor, OTHERS[:1] if known else OTHERS))
        self._values: dict[int, list[Term]] = {1: known + others}

    def sized(self, size: int) -> list[Term]:
        """The closed values of so many symbols."""
        if size not in self._values:
            found: list[Term] = []
            for name, arity in self.constructors:
                for sizes in _splits(size - 1, arity, 1) if arity else ():
                    for arguments in product(*map(self.sized, sizes)):
                        found.append(constructor(name, *arguments))
            self._values[size] = found
        return self._values[size]

    def __iter__(self) -> Iterator[dict[str, tuple[Term, ...]]]:
        for total in range(sum(self.least), LARGEST + sum(self.least)):
            for shares in _splits(total, len(self.places), 0):
                stacks = [
                    list(self._stacks(share, least)) for share, least in zip(shares, self.least, strict=True)
                ]
                for memory in product(*stacks):
                    yield {place: stack for place, stack in zip(self.places, memory, strict=True) if stack}

    def _stacks(self, size: int, least: int) -> Iterator[tuple[Term, ...]]:
        """The stacks of so many symbols and at least so many values."""
        for height in range(least, size + 1):
            for sizes in _splits(size, height, 1):
                yield from product(*map(self.sized, sizes))


def _splits(total: int, parts: int, least: int) -> Iterator[tuple[int, ...]]:
    """The ways to write a number as a sum of so many numbers."""
    if parts == 0:
        if total == 0:
            yield ()
        return
    for first in range(least, total - least * (parts - 1) + 1):
        for rest in _splits(total - first, parts - 1, least):
            yield (first, *rest)


def memory_text(stacks: Segments) -> str:
    """A memory in words: `Z on a; A, B on λ`, each stack bottom first."""
    shown = [f"{', '.join(map(str, values))} on {place}" for place, values in stacks.items() if values]
    return "; ".join(shown) or "the empty memory"


def memory_json(stacks: Segments) -> dict[str, list[str]]:
    return {place: list(map(str, values)) for place, values in stacks.items()}


def answer_text(answer: Answer) -> str:
    """An answer in words."""
    return memory_text(answer.stacks)
