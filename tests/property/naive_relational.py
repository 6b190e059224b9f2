"""The relational machine as its table is written: recursive, slow, and with every substitution made.

Each transition substitutes into memory, term and continuation stack. Nothing here uses the package's binding,
substitution, unification or machine, only its nodes.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from calculus.machine.relational.answers import Answer
from calculus.machine.relational.instructions import (
    CALL,
    CONSTANT,
    FAIL,
    NEW,
    NOTHING,
    POP,
    PUSH,
    RELATION,
    SEQUENCE,
    SKIP,
    STAR,
    SUM,
    TEST,
    constant,
    sequence,
)
from calculus.machine.relational.query import Query
from calculus.term import VARIABLE, Term, node, variable

Substitution = Mapping[str, Term]


def substitute(term: Term, values: Substitution) -> Term:
    """What is substituted never holds a name that the term binds."""
    if not values:
        return term
    if term.op is VARIABLE:
        return values.get(term.label, term)
    if term.op is NEW:
        values = {name: value for name, value in values.items() if name != term.label[0]}
    return node(term.op, term.label, tuple(substitute(child, values) for child in term.children))


def occurs(name: str, value: Term) -> bool:
    return value.label == name if value.op is VARIABLE else any(occurs(name, x) for x in value.children)


def mgu(left: Term, right: Term) -> dict[str, Term] | None:
    """Robinson's algorithm: a most general unifier, idempotent."""
    if left.op is VARIABLE:
        if left == right:
            return {}
        return None if occurs(left.label, right) else {left.label: right}
    if right.op is VARIABLE:
        return mgu(right, left)
    if (left.op, left.label, len(left.children)) != (right.op, right.label, len(right.children)):
        return None
    found: dict[str, Term] = {}
    for one, other in zip(left.children, right.children, strict=True):
        more = mgu(substitute(one, found), substitute(other, found))
        if more is None:
            return None
        found = {name: substitute(value, more) for name, value in found.items()} | more
    return found


class Stuck(Exception):
    """A relation lacks an integer."""


@dataclass(frozen=True)
class Configuration:
    """`(S, M, K)`, with the values that the initial variables have come to, and the unfoldings so far.

    Stacks and the continuation stack have their tops first.
    """

    memory: Mapping[str, tuple[Term, ...]]
    term: Term
    frames: tuple[Term, ...]
    initial: tuple[Term, ...]
    depth: int = 0

    def under(self, values: Substitution) -> "Configuration":
        return Configuration(
            {name: tuple(substitute(x, values) for x in stack) for name, stack in self.memory.items()},
            substitute(self.term, values),
            tuple(substitute(x, values) for x in self.frames),
            tuple(substitute(x, values) for x in self.initial),
            self.depth,
        )


class LiteralMachine:
    """`answers`, `steps`, `complete` and `stuck` after at most `limit` transitions of a search."""

    def __init__(self, query: Query, strategy: Literal["dfs", "bfs"], limit: int) -> None:
        self.query = query
        self.fresh = 0
        self.steps = 0
        self.answers: list[Answer] = []
        self.depths: list[int] = []
        self.complete = self.stuck = False
        names = {name: self.new_variable() for name in query.variables}
        memory = {
            location: tuple(substitute(value, names) for value in reversed(values))
            for location, values in query.stacks.items()
        }
        start = Configuration(memory, substitute(query.term, names), (), tuple(names.values()))
        self.run([start], strategy, limit)

    def new_variable(self) -> Term:
        """A variable whose name no program binds."""
        self.fresh += 1
        return variable(f"'{self.fresh}")

    def run(self, pending: list[Configuration], strategy: Literal["dfs", "bfs"], limit: int) -> None:
        while pending:
            state = pending.pop(0)
            if state.term.op is SKIP and not state.frames:
                bindings = dict(zip(self.query.variables, state.initial, strict=True))
                stacks = {location: list(stack[::-1]) for location, stack in state.memory.items()}
                self.answers.append(Answer.of(bindings, stacks))
                self.depths.append(state.depth)
                continue
            if self.steps == limit:
                return
            self.steps += 1
            try:
                new = list(self.successors(state))
            except Stuck:
                self.stuck = True
                return
            pending = [*new, *pending] if strategy == "dfs" else [*pending, *new]
        self.complete = True

    def successors(self, state: Configuration) -> Iterator[Configuration]:
        term, frames, memory = state.term, state.frames, state.memory
        done = replace(state, term=NOTHING)
        if term.op is SKIP:
            yield replace(state, term=frames[0], frames=frames[1:])
        elif term.op is SEQUENCE:
            yield replace(state, term=term.children[0], frames=(term.children[1], *frames))
        elif term.op is PUSH:
            stack = (term.children[0], *memory.get(term.label, ()))
            yield replace(done, memory={**memory, term.label: stack})
        elif term.op is POP and memory.get(term.label):
            top, *below = memory[term.label]
            values = mgu(top, term.children[0])
            if values is not None:
                yield replace(done, memory={**memory, term.label: tuple(below)}).under(values)
        elif term.op is TEST:
            values = mgu(*term.children)
            if values is not None:
                yield done.under(values)
        elif term.op is RELATION:
            values = relate(term.label, term.children)
            if values is not None:
                yield done.under(values)
        elif term.op is NEW:
            yield replace(state, term=substitute(term.children[0], {term.label[0]: self.new_variable()}))
        elif term.op is SUM:
            yield replace(state, term=term.children[0])
            yield replace(state, term=term.children[1])
        elif term.op is STAR:
            yield done
            yield replace(state, term=sequence(term.children[0], term), depth=state.depth + 1)
        elif term.op is CALL:
            yield replace(state, term=self.query.definitions[term.label], depth=state.depth + 1)
        else:
            assert term.op in (FAIL, POP)


def relate(name: str, values: tuple[Term, ...]) -> dict[str, Term] | None:
    """The relations over integers, as Prolog has them; what makes one hold."""
    known = [v.label if v.op is CONSTANT and isinstance(v.label, int) else None for v in values]
    solution: int | bool | None = None
    place = 2
    match name, known:
        case ("add" | "sub", [int(x), int(y), _]):
            solution = x + y if name == "add" else x - y
        case ("add" | "sub", [int(x), None, int(z)]):
            place, solution = 1, z - x if name == "add" else x - z
        case ("add" | "sub", [None, int(y), int(z)]):
            place, solution = 0, z - y if name == "add" else z + y
        case ("mul", [int(x), int(y), _]):
            solution = x * y
        case ("div" | "mod" | "quo" | "rem", [int(x), int(y), _]) if y != 0:
            toward_zero = int(x / y)
            solution = {"div": x // y, "mod": x % y, "quo": toward_zero, "rem": x - y * toward_zero}[name]
        case ("eq" | "ne" | "lt" | "le" | "gt" | "ge", [int(x), int(y)]):
            holds = {"eq": x == y, "ne": x != y, "lt": x < y, "le": x <= y, "gt": x > y, "ge": x >= y}
            return {} if holds[name] else None
        case _:
            raise Stuck
    return mgu(values[place], constant(solution))
