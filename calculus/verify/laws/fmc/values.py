"""Values of types, the smallest first.

Each value of a base type has a size of its own, so that the memories of one size are few: 0, 1, -1, 2, … have
sizes 1, 2, 3, 4, …
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import count, islice, product

from calculus.fmc.program import Data
from calculus.fmc.types_syntax import (
    BASE,
    DATA_TYPE,
    TYPE_VARIABLE,
    ExitLabel,
    base_type,
    stacks_of,
    type_variable,
)
from calculus.machine.instructions import Jump, Text, jump, pop, push, variable
from calculus.machine.state import location_order
from calculus.term import Term
from calculus.term.node import node, postorder
from calculus.verify.laws.fmc.statements import Slot

LARGEST = 12
"""The largest size of the values of one slot that are tried."""
THUNKS = 24
"""Thunks of a type that are tried."""
ALPHABET = "ab"
LABELS = ("A", "B", "C")

_LABEL = type_variable("label")
"""Stands for the type of the labels, which are values that nothing but running them tells apart."""


class Values:
    """Values of the types of a program with these data types."""

    def __init__(self, data: Mapping[str, Data]) -> None:
        self.data = data
        self._known: dict[tuple[Term, int], list[Term]] = {}

    def sized(self, type: Term, size: int) -> list[Term]:
        """The values of a type that have a size."""
        key = (type, size)
        if key not in self._known:
            self._known[key] = list(self._sized(type, size))
        return self._known[key]

    def _sized(self, type: Term, size: int) -> Iterator[Term]:
        if type.op is BASE:
            yield from _base(type.label, size)
        elif type.op is TYPE_VARIABLE:
            yield from map(jump, LABELS[size - 1 : size])
        elif type.op is DATA_TYPE:
            yield from self._data(type, size)
        else:
            yield from islice(thunks(type, self), size - 1, size)

    def _data(self, type: Term, size: int) -> Iterator[Term]:
        data = self.data[type.label]
        given = dict(zip(data.parameters, type.children, strict=True))
        for constructor in data.constructors:
            types = [_instance(argument, given) for argument in constructor.arguments]
            for sizes in splits(size - 1, len(types)):
                for arguments in product(*map(self.sized, types, sizes)):
                    value = jump(constructor.name)
                    for argument in arguments:
                        value = push(argument, value)
                    yield value

    def all(self, type: Term, most: int = 16) -> list[Term] | None:
        """All values of a type, if there are only finitely many, and not more than so many."""
        if type.op is BASE and type.label == "Bool":
            return [jump("True"), jump("False")]
        if type.op is DATA_TYPE:
            constructors = self.data[type.label].constructors
            if len(constructors) <= most and not any(item.arguments for item in constructors):
                return [jump(item.name) for item in constructors]
        return None

    def memories(self, slots: Sequence[Slot]) -> Iterator[tuple[Term, ...]]:
        """Values for the slots, in the order of their sizes together.

        A type variable stands for the labels, then for the integers.
        """
        kinds = [_LABEL]
        if any(item.op is TYPE_VARIABLE for slot in slots for item in postorder(slot.type)):
            kinds.append(base_type("Int"))
        for kind in kinds:
            types = [_instance(slot.type, {}, kind) for slot in slots]
            for total in range(len(slots), LARGEST + len(slots)):
                for sizes in splits(total, len(slots)):
                    yield from product(*map(self.sized, types, sizes))


def _base(name: str, size: int) -> Iterator[Term]:
    if name == "Int":
        yield jump(size // 2 if size % 2 == 0 else -(size // 2))
    elif name == "Bool":
        yield from map(jump, ("True", "False")[size - 1 : size])
    else:
        words = ("".join(letters) for length in count() for letters in product(ALPHABET, repeat=length))
        yield from (jump(Text(word)) for word in islice(words, size - 1, size))


def thunks(type: Term, values: Values) -> Iterator[Term]:
    """Thunks of a type: they take what is expected, and leave some of it or small constants."""
    expected, *exits = type.children
    taken: list[tuple[str, str, Term]] = []
    for location, types in stacks_of(expected).items():
        taken += ((location, f"x{len(taken) + at}", item) for at, item in enumerate(types))
    found = 0
    for exit in exits:
        left = [
            (location, _sources(item, taken, values))
            for location, types in stacks_of(exit.children[0]).items()
            for item in types
        ]
        for chosen in product(*(sources for _, sources in left)):
            for label in _labels(exit.label):
                body = jump(label)
                for (location, _), source in reversed(list(zip(left, chosen, strict=True))):
                    body = push(source, body, location)
                for location, name, _ in reversed(taken):
                    body = pop(name, body, location)
                yield body
                found += 1
                if found == THUNKS:
                    return


def _labels(label: ExitLabel) -> tuple[Jump, ...]:
    match label:
        case ("class", "Int"):
            return (0, 1)
        case ("class", "Text"):
            return (Text(""), Text("a"))
        case ("class", _):
            return ("True", "False")
        case str() | int() | Text():
            return (label,)
    raise AssertionError(label)


def _sources(type: Term, taken: Sequence[tuple[str, str, Term]], values: Values) -> list[Term]:
    """What a thunk may leave where a value of the type is wanted."""
    found = [variable(name) for _, name, given in taken if given == type]
    for size in (1, 2):
        found += values.sized(type, size) if type.op is not TYPE_VARIABLE or not found else ()
    return found


def _instance(type: Term, given: Mapping[str, Term], otherwise: Term | None = None) -> Term:
    """A type with other types for its variables."""
    names = {item.label for item in postorder(type) if item.op is TYPE_VARIABLE}
    if not names:
        return type
    built: dict[int, Term] = {}
    for item in postorder(type):
        if item.op is TYPE_VARIABLE:
            built[id(item)] = given.get(item.label, item if otherwise is None else otherwise)
        else:
            children = tuple(built[id(child)] for child in item.children)
            built[id(item)] = node(item.op, item.label, children)
    return built[id(type)]


def splits(total: int, parts: int) -> Iterator[tuple[int, ...]]:
    """The ways to write a number as a sum of so many numbers from 1."""
    if parts == 0:
        if total == 0:
            yield ()
        return
    if parts == 1:
        if total >= 1:
            yield (total,)
        return
    for first in range(1, total - parts + 2):
        for rest in splits(total - first, parts - 1):
            yield (first, *rest)


def memory_text(stacks: Mapping[str, Sequence[Term]]) -> str:
    """A memory in words: `1, 2 on λ; True on c`, each stack bottom first."""
    shown = [f"{', '.join(map(str, values))} on {location}" for location, values in stacks.items() if values]
    return "; ".join(shown) or "the empty memory"


def on_stacks(slots: Sequence[Slot], values: Sequence[Term]) -> dict[str, list[Term]]:
    """The memory in which the slots have these values, each stack bottom first."""
    stacks: dict[str, list[Term]] = {}
    for slot, value in zip(slots, values, strict=True):
        stacks.setdefault(slot.location, []).append(value)
    return {location: stacks[location] for location in sorted(stacks, key=location_order)}
