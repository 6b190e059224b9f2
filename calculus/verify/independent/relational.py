"""The relational machine as its table is written: slow, and with every substitution made.

Each transition substitutes into memory, term and continuation stack. Nothing here uses the package's binding,
substitution, unification or machine, only its nodes.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Literal, NamedTuple

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
    """Variables replaced where they are free. What is put in never holds a name that the term binds."""
    if not values:
        return term
    results: list[Term] = []
    # To do: a term with what to replace in it; or, without, a node to build from the latest results.
    todo: list[tuple[Term, Substitution | None]] = [(term, values)]
    while todo:
        item, inside = todo.pop()
        if inside is None:
            split = len(results) - len(item.children)
            results[split:] = [node(item.op, item.label, tuple(results[split:]))]
        elif item.op is VARIABLE:
            results.append(inside.get(item.label, item))
        elif not item.children:
            results.append(item)
        else:
            if item.op is NEW and item.label[0] in inside:
                inside = {name: value for name, value in inside.items() if name != item.label[0]}
            todo.append((item, None))
            todo += [(child, inside) for child in reversed(item.children)]
    return results[0]


def occurs(name: str, value: Term) -> bool:
    """Whether a variable is in a value."""
    todo = [value]
    while todo:
        item = todo.pop()
        if item.op is VARIABLE and item.label == name:
            return True
        todo += item.children
    return False


def mgu(left: Term, right: Term) -> dict[str, Term] | None:
    """A most general unifier of two values, idempotent; None if there is none."""
    return solution([(left, right)])


def solution(equations: Iterable[tuple[Term, Term]]) -> dict[str, Term] | None:
    """Robinson's algorithm, each variable replaced at once wherever it is."""
    todo = list(reversed(list(equations)))
    found: dict[str, Term] = {}
    while todo:
        left, right = (substitute(side, found) for side in todo.pop())
        if left == right:
            continue
        if left.op is not VARIABLE and right.op is VARIABLE:
            left, right = right, left
        if left.op is VARIABLE:
            if occurs(left.label, right):
                return None
            one = {left.label: right}
            found = {name: substitute(value, one) for name, value in found.items()} | one
        elif (left.op, left.label, len(left.children)) != (right.op, right.label, len(right.children)):
            return None
        else:
            todo += reversed(list(zip(left.children, right.children, strict=True)))
    return found


class Stuck(Exception):
    """A relation lacks an integer."""


class Configuration(NamedTuple):
    """`(S, M, K)`, with the values that the initial variables have come to, and the unfoldings so far.

    Stacks and the continuation stack have their tops first.
    """

    memory: Mapping[str, tuple[Term, ...]]
    term: Term
    frames: tuple[Term, ...]
    initial: tuple[Term, ...]
    depth: int = 0

    def under(self, values: Substitution) -> "Configuration":
        if not values:
            return self
        return Configuration(
            {name: tuple([substitute(x, values) for x in stack]) for name, stack in self.memory.items()},
            substitute(self.term, values),
            tuple([substitute(x, values) for x in self.frames]),
            tuple([substitute(x, values) for x in self.initial]),
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
        done = state._replace(term=NOTHING)
        if term.op is SKIP:
            yield state._replace(term=frames[0], frames=frames[1:])
        elif term.op is SEQUENCE:
            yield state._replace(term=term.children[0], frames=(term.children[1], *frames))
        elif term.op is PUSH:
            stack = (term.children[0], *memory.get(term.label, ()))
            yield done._replace(memory={**memory, term.label: stack})
        elif term.op is POP and memory.get(term.label):
            top, *below = memory[term.label]
            values = mgu(top, term.children[0])
            if values is not None:
                yield done._replace(memory={**memory, term.label: tuple(below)}).under(values)
        elif term.op is TEST:
            values = mgu(*term.children)
            if values is not None:
                yield done.under(values)
        elif term.op is RELATION:
            values = relate(term.label, term.children)
            if values is not None:
                yield done.under(values)
        elif term.op is NEW:
            yield state._replace(term=substitute(term.children[0], {term.label[0]: self.new_variable()}))
        elif term.op is SUM:
            yield state._replace(term=term.children[0])
            yield state._replace(term=term.children[1])
        elif term.op is STAR:
            yield done
            yield state._replace(term=sequence(term.children[0], term), depth=state.depth + 1)
        elif term.op is CALL:
            yield state._replace(term=self.query.definitions[term.label], depth=state.depth + 1)
        else:
            assert term.op in (FAIL, POP)


def relate(name: str, values: tuple[Term, ...]) -> dict[str, Term] | None:
    """The relations over integers, as Prolog has them; what makes one hold."""
    known = [v.label if v.op is CONSTANT and isinstance(v.label, int) else None for v in values]
    solution: int | None = None
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
            quotient = abs(x) // abs(y) if (x < 0) == (y < 0) else -(abs(x) // abs(y))
            solution = {"div": x // y, "mod": x % y, "quo": quotient, "rem": x - y * quotient}[name]
        case ("eq" | "ne" | "lt" | "le" | "gt" | "ge", [int(x), int(y)]):
            holds = {"eq": x == y, "ne": x != y, "lt": x < y, "le": x <= y, "gt": x > y, "ge": x >= y}
            return {} if holds[name] else None
        case _:
            raise Stuck
    return mgu(values[place], constant(solution))
