"""Terms, values, memories and programs of the Relational Machine Calculus.

All terms are well scoped: a variable that occurs is bound by `ex` or is one of the names given as `free`, and
a definition that is called exists. Terms are built while an idea is kept of what lies on the stacks: most
pops take a generalization of what was pushed, so that a fair part of all runs succeeds, and the others fail
in all the ways there are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from calculus.machine.relational.instructions import (
    FAILURE,
    LAMBDA,
    NOTHING,
    Text,
    call,
    constant,
    constructor,
    new,
    pop,
    push,
    relation,
    sequence,
    star,
    sum_of,
    test,
    variable,
)
from calculus.machine.relational.query import Query
from calculus.machine.relational.relations import RELATIONS
from calculus.rmc import printer  # noqa: F401  # terms print once it is imported
from calculus.term import VARIABLE, Term, node
from calculus.term.node import size as size_of
from calculus.verify.generation.choices import between, chance, distinct, pick
from calculus.verify.property import Choose

CONSTRUCTORS: Mapping[str, int] = MappingProxyType({"A": 0, "Z": 0, "S": 1, "F": 2})
CONSTANTS: tuple[int | Text, ...] = (0, 1, 2, -3, 2**70, Text("t"))

Memory = dict[str, list[Term]]
"""Stacks, bottom first."""


@dataclass(frozen=True)
class Features:
    """What the terms may contain.

    `constructors` maps names to arities, the first of them 0; `names` are those that `ex` binds; `constants`
    are integers and texts to use; `stars` allows iterations, `tests` equations, `relations` the relations
    over integers (which often get stuck); `free` are variables that may occur unbound, and `definitions`
    names to call.
    """

    constructors: Mapping[str, int] = field(default_factory=lambda: CONSTRUCTORS)
    locations: Sequence[str] = (LAMBDA, "a")
    names: Sequence[str] = ("x", "y", "z")
    constants: Sequence[int | Text] = ()
    stars: bool = True
    tests: bool = True
    relations: bool = False
    free: Sequence[str] = ()
    definitions: Sequence[str] = ()


def value(choose: Choose, size: int, **features: Any) -> Term:
    """A value of at most `size` nodes, with variables from `free`; ground without any.

    The other keyword arguments, here and below, are those of `Features`.
    """
    chosen = Features(**features)
    return _Builder(choose, chosen).value(size, chosen.free)


def term(choose: Choose, size: int, **features: Any) -> Term:
    """A term of at most `size` nodes; closed but for the names in `free`."""
    chosen = Features(**features)
    return _Builder(choose, chosen).term(size, tuple(chosen.free), {})


def memory(choose: Choose, height: int, *, size: int = 4, **features: Any) -> Memory:
    """Stacks of at most so many values each, of at most `size` nodes."""
    chosen = Features(**features)
    builder = _Builder(choose, chosen)
    return {
        location: [builder.value(size, chosen.free) for _ in range(choose(height + 1))]
        for location in chosen.locations
    }


def query(choose: Choose, size: int, **features: Any) -> Query:
    """A term of at most `size` nodes on a memory that it partly fits, with the variables `free` in both."""
    chosen = Features(**features)
    stacks = memory(choose, 2, **features)
    known = {location: list(values) for location, values in stacks.items()}
    return Query(_Builder(choose, chosen).term(size, tuple(chosen.free), known), {}, stacks)


def program(choose: Choose, size: int, *, count: int = 2, **features: Any) -> Query:
    """A query with definitions `d0`, `d1`, …, half as large, often recursive."""
    names = tuple(f"d{number}" for number in range(count))
    chosen = replace(Features(**features), definitions=names)
    closed = _Builder(choose, replace(chosen, free=()))
    definitions = {name: closed.term(max(2, size // 2), (), {}) for name in names}
    stacks = memory(choose, 2, **features)
    known = {location: list(values) for location, values in stacks.items()}
    return Query(_Builder(choose, chosen).term(size, tuple(chosen.free), known), definitions, stacks)


_PUSH, _POP, _NEW, _SUM, _STAR, _TEST, _RELATION, _CALL, _LEAF = range(9)
_OFTEN = {_PUSH: 64, _POP: 52, _NEW: 32, _SUM: 24, _STAR: 12, _TEST: 6, _RELATION: 24, _CALL: 12, _LEAF: 3}


@lru_cache
def _kinds(stars: bool, tests: bool, relations: bool, calls: bool) -> tuple[int, ...]:
    """The kinds of parts that there may be, each as often as it is to be chosen."""
    allowed = {_STAR: stars, _TEST: tests, _RELATION: relations, _CALL: calls}
    return tuple(kind for kind, times in _OFTEN.items() if allowed.get(kind, True) for _ in range(times))


@dataclass
class _Builder:
    """Terms nest no deeper than the logarithm of their size."""

    choose: Choose
    features: Features

    def __post_init__(self) -> None:
        self.arities = tuple(self.features.constructors.items())
        self.nullary = tuple(name for name, arity in self.arities if arity == 0)
        self.definitions = tuple(self.features.definitions)
        features = self.features
        self.kinds = _kinds(features.stars, features.tests, features.relations, bool(self.definitions))

    def term(self, size: int, scope: tuple[str, ...], memory: Memory) -> Term:
        """A term of at most this size; `memory`, which is a guess, follows it."""
        parts: list[Term] = []
        left = size
        while self.choose(24) and (left > 1 or (left and not parts)):
            part, used = self.part(left, scope, memory)
            parts.append(part)
            left -= used + 1
        if len(parts) > 2 and chance(self.choose, 30):
            # Sequences lean to the left as well.
            split = between(self.choose, 1, len(parts) - 1)
            return sequence(sequence(*parts[:split]), *parts[split:])
        return sequence(*parts)

    def part(self, size: int, scope: tuple[str, ...], memory: Memory) -> tuple[Term, int]:
        """A term of at most this size, and what of it was used."""
        kind = self.kinds[self.choose(len(self.kinds))]
        if kind == _CALL:
            return call(pick(self.choose, self.definitions)), 1
        if size < 2:
            kind = _LEAF
        if kind == _PUSH:
            return self.push(size, scope, memory)
        if kind == _POP:
            return self.pop(size, scope, memory)
        if kind == _NEW:
            return self.new(size, scope, memory)
        if kind == _SUM and size > 2:
            return self.sum(size, scope, memory)
        if kind == _STAR:
            inner = between(self.choose, 1, size // 2)
            return star(self.term(inner, scope, {})), inner + 1
        if kind == _TEST and size > 2:
            left = self.value(min(5, size - 2), scope)
            right = self.near(left, size - 1 - size_of(left), scope)
            return test(left, right), 1 + size_of(left) + size_of(right)
        if kind == _RELATION and size > 3:
            return self.relation(scope)
        return pick(self.choose, (NOTHING, NOTHING, FAILURE)), 1

    def value(self, size: int, scope: Sequence[str]) -> Term:
        """A value of at most this size."""
        return self._value(min(size, 7), scope, 2)

    def _value(self, size: int, scope: Sequence[str], depth: int) -> Term:
        choose = self.choose
        if scope and choose(3) == 0:
            return variable(scope[choose(len(scope))])
        if self.features.constants and chance(choose, 20):
            return constant(pick(choose, self.features.constants))
        name, arity = self.arities[choose(len(self.arities))]
        if arity and (depth == 0 or size <= arity):
            name, arity = pick(choose, self.nullary), 0
        if not arity:
            return constructor(name)
        each = (size - 1) // arity
        return constructor(name, *[self._value(each, scope, depth - 1) for _ in range(arity)])

    def near(self, value: Term, size: int, scope: Sequence[str]) -> Term:
        """A value of at most this size that mostly unifies with the one given."""
        if size_of(value) > size or chance(self.choose, 25):
            return self.value(size, scope)
        return self._generalized(value, scope)

    def _generalized(self, value: Term, scope: Sequence[str]) -> Term:
        """A value that `value` is an instance of, unless variables are used twice by chance; no larger."""
        if scope and chance(self.choose, 40):
            return variable(pick(self.choose, scope))
        if value.op is VARIABLE:
            return value if value.label in scope else constructor(pick(self.choose, self.nullary))
        return node(
            value.op, value.label, tuple([self._generalized(child, scope) for child in value.children])
        )

    def push(self, size: int, scope: tuple[str, ...], memory: Memory) -> tuple[Term, int]:
        location, value = pick(self.choose, self.features.locations), self.value(size - 1, scope)
        memory.setdefault(location, []).append(value)
        return push(value, location), 1 + size_of(value)

    def pop(self, size: int, scope: tuple[str, ...], memory: Memory) -> tuple[Term, int]:
        full = [location for location in self.features.locations if memory.get(location)]
        if not full or chance(self.choose, 10):
            location, value = pick(self.choose, self.features.locations), self.value(size - 1, scope)
        else:
            location = pick(self.choose, full)
            value = self.near(memory[location].pop(), size - 1, scope)
        return pop(value, location), 1 + size_of(value)

    def new(self, size: int, scope: tuple[str, ...], memory: Memory) -> tuple[Term, int]:
        most = min(len(self.features.names), size - 1)
        chosen = distinct(self.choose, self.features.names, between(self.choose, 1, most))
        inner = between(self.choose, 1, max(1, (size - len(chosen)) * 4 // 5))
        body = self.term(inner, (*(name for name in scope if name not in chosen), *chosen), memory)
        return new(chosen, body), inner + len(chosen)

    def sum(self, size: int, scope: tuple[str, ...], memory: Memory) -> tuple[Term, int]:
        choose = self.choose
        count = pick(choose, (2, 2, 3)) if size > 4 else 2
        most = (size - count + 1) // count
        sizes = [between(choose, 1, most) for _ in range(count)]
        memories = [{location: list(stack) for location, stack in memory.items()} for _ in range(count)]
        summands = [self.term(*each) for each in zip(sizes, [scope] * count, memories, strict=True)]
        memory.clear()
        memory.update(pick(choose, memories))
        used = sum(sizes) + count - 1
        if count == 3 and chance(choose, 50):
            return sum_of(sum_of(*summands[:2]), summands[2]), used
        return sum_of(*summands), used

    def relation(self, scope: Sequence[str]) -> tuple[Term, int]:
        entry = RELATIONS[pick(self.choose, _RELATION_NAMES)]
        arguments = [
            variable(pick(self.choose, scope))
            if scope and chance(self.choose, 40)
            else constant(between(self.choose, 0, 6) if chance(self.choose, 80) else -1)
            for _ in range(entry.arity)
        ]
        return relation(entry.name, *arguments), 1 + entry.arity


_RELATION_NAMES = tuple(sorted(RELATIONS))
