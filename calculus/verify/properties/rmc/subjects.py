"""What the properties of the RMC are looked into with: terms and memories, and how outcomes are told."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isqrt
from typing import Any

from calculus.machine.budget import Budget
from calculus.machine.relational.answers import Answer
from calculus.machine.relational.instructions import (
    LAMBDA,
    constructor,
    variable,
)
from calculus.machine.relational.query import Query
from calculus.machine.relational.search import Search
from calculus.term import Term
from calculus.term.node import postorder, size
from calculus.verify.independent.relational import LiteralMachine
from calculus.verify.independent.spans import general_memories
from calculus.verify.shrinking import shrunk

Memory = Mapping[str, Sequence[Term]]
"""Stacks, bottom first."""

PLACES = (LAMBDA, "a")

PLENTY = 20_000
"""Transitions of a search that must end."""

_A, _X, _Y = constructor("A"), variable("x"), variable("y")

MEMORIES: tuple[Memory, ...] = (
    *(memory for memory in general_memories(2, PLACES) if sum(map(len, memory.values())) < 4),
    {LAMBDA: [_A]},
    {"a": [_A]},
    {LAMBDA: [constructor("S", _X)], "a": [_X]},
    {LAMBDA: [_X, _X]},
    {LAMBDA: [_Y, constructor("S", _A)], "a": [constructor("S", _Y)]},
)
"""Memories on which terms over A, S/1 and two locations are run: of different variables, which tell apart
what small terms do, and some with values in them or a variable twice.
"""


@dataclass(frozen=True)
class Listed:
    """A list as a space."""

    items: Sequence[Any]

    @property
    def total(self) -> int:
        return len(self.items)

    def range(self, start: int, stop: int) -> Iterator[Any]:
        return iter(self.items[start:stop])


@dataclass(frozen=True)
class Pairs:
    """All pairs of a list, so that those of the first n come before all others."""

    items: Sequence[Any]

    @property
    def total(self) -> int:
        return len(self.items) ** 2

    def range(self, start: int, stop: int) -> Iterator[tuple[Any, Any]]:
        for number in range(start, min(stop, self.total)):
            # Shell k has the pairs of which the later is k: k of them with it first, then k + 1.
            shell = isqrt(number)
            at = number - shell * shell
            left, right = (shell, at) if at < shell else (at - shell, shell)
            yield self.items[left], self.items[right]


@dataclass(frozen=True)
class Couples:
    """All pairs of a list in which the first does not come after the second, in the order of the second."""

    items: Sequence[Any]

    @property
    def total(self) -> int:
        return len(self.items) * (len(self.items) + 1) // 2

    def range(self, start: int, stop: int) -> Iterator[tuple[Any, Any]]:
        for number in range(start, min(stop, self.total)):
            later = (isqrt(8 * number + 1) - 1) // 2
            yield self.items[number - later * (later + 1) // 2], self.items[later]


def literal(term: Term, memory: Memory, limit: int = PLENTY) -> LiteralMachine:
    """A term run on a memory by literal substitution, depth-first."""
    return LiteralMachine(Query(term, {}, memory), "dfs", limit)


def counted(answers: Iterable[Answer]) -> "Counter[Hashable]":
    """How often each answer is there."""
    return Counter(answer.key() for answer in answers)


SHOWN = 8
"""Answers that are told, of many."""


def told(answers: Sequence[Answer]) -> str:
    """Answers in a line: `x = A; λ: x, B | …`."""
    lines = [*map(_told, answers[:SHOWN])]
    if len(answers) > SHOWN:
        lines.append(f"{len(answers) - SHOWN} more")
    return " | ".join(lines) or "no answer"


def _told(answer: Answer) -> str:
    parts = [f"{name} = {value}" for name, value in answer.bindings.items()]
    parts += [f"{place}: {', '.join(map(str, values))}" for place, values in answer.stacks.items()]
    times = f" ({answer.multiplicity} times)" if answer.multiplicity > 1 else ""
    return ("; ".join(parts) or "empty stacks") + times


def shown(memory: Memory) -> str:
    """A memory in words: `on λ: A, B`."""
    parts = [f"{place}: {', '.join(map(str, values))}" for place, values in memory.items() if values]
    return f"on {'; '.join(parts)}" if parts else "on empty stacks"


def asked(query: Query) -> str:
    """A query in words."""
    definitions = "".join(f"def {name} = {body}; " for name, body in query.definitions.items())
    return f"{definitions}{query.term} {shown(query.stacks)}"


def nodes(query: Query) -> int:
    """How large a query is: the nodes of its term and of what it calls."""
    return sum(map(size, (query.term, *query.definitions.values())))


def steps_only(steps: int) -> Budget:
    """A budget that no memory that the process has taken before has a say in."""
    return Budget(max_steps=steps, max_memory=None)


def solved(query: Query, steps: int = PLENTY, **options: Any) -> Search:
    """A search on the reference machine, to its end."""
    search = Search(query, steps_only(steps), **options)
    for _ in search:
        pass
    return search


def rebuilt(term: Term, change: Callable[[Term, tuple[Term, ...]], Term]) -> Term:
    """The term with every node, the inner ones first, replaced by what `change` makes of it and of its
    children.
    """
    done: dict[int, Term] = {}
    for item in postorder(term):
        done[id(item)] = change(item, tuple([done[id(child)] for child in item.children]))
    return done[id(term)]


def shrunk_terms(subject: tuple[Term, ...], fails: Callable[[tuple[Term, ...]], bool]) -> tuple[Term, ...]:
    """Small terms that still fail together, each made small in its turn."""
    for place in range(len(subject)):

        def fails_there(term: Term, given: tuple[Term, ...] = subject, place: int = place) -> bool:
            return fails((*given[:place], term, *given[place + 1 :]))

        smaller = shrunk(subject[place], fails_there)
        subject = (*subject[:place], smaller, *subject[place + 1 :])
    return subject
