"""Random terms, values, memories and programs of the Relational Machine Calculus, for all tests.

The `random_…` functions work from a `random.Random`, so a failure is found again from its seed; `terms`,
`queries` and `programs` wrap them for Hypothesis. All terms are well scoped: a variable that occurs is bound
by `ex` or is one of the `free` names, and a definition that is called exists.

Terms are built while an idea is kept of what lies on the stacks: most pops take a generalization of what was
pushed, so that a fair part of all runs succeeds, and the others fail in all the ways there are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from types import MappingProxyType
from typing import Any

from hypothesis import strategies as st

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
from calculus.term import VARIABLE, Term, node

CONSTRUCTORS: Mapping[str, int] = MappingProxyType({"A": 0, "Z": 0, "S": 1, "F": 2})
CONSTANTS: tuple[int | Text, ...] = (0, 1, 2, -3, 2**70, Text("t"))

Memory = dict[str, list[Term]]
"""Stacks, bottom first."""


@dataclass(frozen=True)
class Features:
    """What the terms may contain.

    `constructors` maps names to arities, some of which are 0; `names` are those that `ex` binds; `constants`
    are integers and texts to use; `stars` allows iterations, `tests` equations, `relations` the relations
    over integers (which often get stuck), and `definitions` are names to call.
    """

    constructors: Mapping[str, int] = field(default_factory=lambda: CONSTRUCTORS)
    locations: Sequence[str] = (LAMBDA, "a")
    names: Sequence[str] = ("x", "y", "z")
    constants: Sequence[int | Text] = ()
    stars: bool = True
    tests: bool = True
    relations: bool = False
    definitions: Sequence[str] = ()


def random_value(rng: Random, depth: int, free: Sequence[str] = (), **features: Any) -> Term:
    """A value at most so deep, with variables from `free`; ground without any."""
    return _value(rng, depth, free, Features(**features))


def random_term(rng: Random, size: int, free: Sequence[str] = (), **features: Any) -> Term:
    """A term whose node count grows with `size` (1 to about 40); closed but for the names in `free`."""
    return _Builder(rng, Features(**features)).term(size, tuple(free), {})


def random_memory(rng: Random, height: int, free: Sequence[str] = (), **features: Any) -> Memory:
    """Stacks of at most so many values each, which may hold variables from `free`."""
    chosen = Features(**features)
    return {
        location: [_value(rng, 2, free, chosen) for _ in range(rng.randint(0, height))]
        for location in chosen.locations
    }


def random_query(rng: Random, size: int, free: Sequence[str] = (), **features: Any) -> Query:
    """A term on a memory that it partly fits, with the variables `free` in both."""
    chosen = Features(**features)
    memory = random_memory(rng, 2, free, **features)
    known = {location: list(values) for location, values in memory.items()}
    return Query(_Builder(rng, chosen).term(size, tuple(free), known), {}, memory)


def random_program(
    rng: Random, size: int, free: Sequence[str] = (), count: int = 2, **features: Any
) -> Query:
    """A query with definitions `d0`, `d1`, …, often recursive."""
    names = [f"d{number}" for number in range(count)]
    chosen = Features(**{**features, "definitions": names})
    definitions = {name: _Builder(rng, chosen).term(max(2, size // 2), (), {}) for name in names}
    memory = random_memory(rng, 2, free, **features)
    known = {location: list(values) for location, values in memory.items()}
    return Query(_Builder(rng, chosen).term(size, tuple(free), known), definitions, memory)


def terms(max_size: int = 20, free: Sequence[str] = (), **features: Any) -> st.SearchStrategy[Term]:
    """`random_term` as a Hypothesis strategy; smaller sizes come first when shrinking."""
    return _seeded(random_term, max_size, free, features)


def queries(max_size: int = 20, free: Sequence[str] = (), **features: Any) -> st.SearchStrategy[Query]:
    """`random_query` as a Hypothesis strategy."""
    return _seeded(random_query, max_size, free, features)


def programs(max_size: int = 20, free: Sequence[str] = (), **features: Any) -> st.SearchStrategy[Query]:
    """`random_program` as a Hypothesis strategy."""
    return _seeded(random_program, max_size, free, features)


def values(max_depth: int = 3, free: Sequence[str] = (), **features: Any) -> st.SearchStrategy[Term]:
    """`random_value` as a Hypothesis strategy."""
    return _seeded(random_value, max_depth, free, features)


def _seeded(make: Any, most: int, free: Sequence[str], features: Mapping[str, Any]) -> st.SearchStrategy[Any]:
    return st.builds(
        lambda seed, size: make(Random(seed), size, free, **features),
        st.integers(0, 2**32 - 1),
        st.integers(1, most),
    )


def _value(rng: Random, depth: int, free: Sequence[str], features: Features) -> Term:
    if free and rng.random() < 0.35:
        return variable(rng.choice(free))
    if features.constants and rng.random() < 0.2:
        return constant(rng.choice(features.constants))
    arities = features.constructors
    fitting = [name for name in arities if depth > 0 or arities[name] == 0]
    name = rng.choice(fitting)
    return constructor(name, *(_value(rng, depth - 1, free, features) for _ in range(arities[name])))


def _generalized(rng: Random, value: Term, free: Sequence[str], features: Features) -> Term:
    """A value that `value` is an instance of, unless variables of `free` are used twice by chance."""
    if free and rng.random() < 0.4:
        return variable(rng.choice(free))
    if value.op is VARIABLE:
        return value if value.label in free else _value(rng, 0, free, features)
    children = (_generalized(rng, child, free, features) for child in value.children)
    return node(value.op, value.label, tuple(children))


@dataclass
class _Builder:
    rng: Random
    features: Features

    def term(self, size: int, scope: tuple[str, ...], memory: Memory) -> Term:
        """A term of about this size; `memory`, which is a guess, follows it."""
        parts: list[Term] = []
        while size > 0:
            part, used = self.part(size, scope, memory)
            parts.append(part)
            size -= used
        if len(parts) > 2 and self.rng.random() < 0.3:
            # Sequences lean to the left as well.
            split = self.rng.randrange(1, len(parts))
            return sequence(sequence(*parts[:split]), *parts[split:])
        return sequence(*parts)

    def part(self, size: int, scope: tuple[str, ...], memory: Memory) -> tuple[Term, int]:
        roll = self.rng.random()
        if roll < 0.32:
            return self.push(scope, memory), 1
        if roll < 0.58:
            return self.pop(scope, memory), 1
        if roll < 0.74 and size > 1:
            return self.new(size, scope, memory)
        if roll < 0.86 and size > 2:
            return self.sum(size, scope, memory)
        if roll < 0.92 and size > 2 and self.features.stars:
            inner = self.rng.randint(1, size // 2)
            return star(self.term(inner, scope, {})), inner + 1
        if roll < 0.95 and self.features.tests:
            left = self.value(scope)
            return test(left, self.near(left, scope)), 1
        if roll < 0.97 and self.features.relations:
            return self.relation(scope), 1
        if roll < 0.985 and self.features.definitions:
            return call(self.rng.choice(self.features.definitions)), 1
        return self.rng.choice((NOTHING, NOTHING, FAILURE)), 1

    def value(self, scope: Sequence[str]) -> Term:
        return _value(self.rng, 2, scope, self.features)

    def near(self, value: Term, scope: Sequence[str]) -> Term:
        """A value that mostly unifies with the one given."""
        if self.rng.random() < 0.25:
            return self.value(scope)
        return _generalized(self.rng, value, scope, self.features)

    def push(self, scope: tuple[str, ...], memory: Memory) -> Term:
        location, value = self.rng.choice(self.features.locations), self.value(scope)
        memory.setdefault(location, []).append(value)
        return push(value, location)

    def pop(self, scope: tuple[str, ...], memory: Memory) -> Term:
        full = [location for location in self.features.locations if memory.get(location)]
        if not full or self.rng.random() < 0.1:
            return pop(self.value(scope), self.rng.choice(self.features.locations))
        location = self.rng.choice(full)
        return pop(self.near(memory[location].pop(), scope), location)

    def new(self, size: int, scope: tuple[str, ...], memory: Memory) -> tuple[Term, int]:
        chosen = self.rng.sample(list(self.features.names), self.rng.randint(1, len(self.features.names)))
        inner = self.rng.randint(1, size - 1)
        body = self.term(inner, (*(name for name in scope if name not in chosen), *chosen), memory)
        return new(chosen, body), inner + 1

    def sum(self, size: int, scope: tuple[str, ...], memory: Memory) -> tuple[Term, int]:
        count = self.rng.choice((2, 2, 3))
        inner = max(1, size // (count + 1))
        memories = [{location: list(stack) for location, stack in memory.items()} for _ in range(count)]
        summands = [self.term(self.rng.randint(1, inner), scope, there) for there in memories]
        memory.clear()
        memory.update(self.rng.choice(memories))
        if count == 3 and self.rng.random() < 0.5:
            return sum_of(sum_of(*summands[:2]), summands[2]), count * inner
        return sum_of(*summands), count * inner

    def relation(self, scope: Sequence[str]) -> Term:
        entry = RELATIONS[self.rng.choice(sorted(RELATIONS))]
        arguments = [
            variable(self.rng.choice(scope))
            if scope and self.rng.random() < 0.4
            else constant(self.rng.randint(-2, 4))
            for _ in range(entry.arity)
        ]
        return relation(entry.name, *arguments)
