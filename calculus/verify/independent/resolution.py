"""SLD resolution for Horn clauses: leftmost goal first, clauses in their order, with occurs check.

Nothing is shared with the translation but how a text is read. A term here is a variable `("?", name)`, or a
name, integer or string in a tuple with its arguments.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from calculus.encodings.prolog.program import PrologProgram
from calculus.encodings.prolog.terms import COMPOUND
from calculus.term import VARIABLE, Term
from calculus.term.node import postorder

Value = tuple[Any, ...]
Bindings = dict[str, Value]
Goals = tuple[Value, "Goals"] | None
"""Goals, the first of them first."""


def value_of(term: Term) -> Value:
    """A term of a text, in which each `_` is a variable of its own."""
    done: dict[int, Value] = {}
    for item in postorder(term):
        if item.op is VARIABLE:
            place = item.span.start if item.label == "_" and item.span else ""
            done[id(item)] = ("?", f"{item.label}{place}")
        else:
            key = item.label if item.op is COMPOUND else (item.op.name, item.label)
            done[id(item)] = (key, *(done[id(child)] for child in item.children))
    return done[id(term)]


class Spent(Exception):
    """A search has tried as many clauses as it may."""


@dataclass
class Resolution:
    """The search for the answers of a program's query; `tried` counts clauses."""

    program: PrologProgram
    most: int
    tried: int = 0

    def __post_init__(self) -> None:
        self.clauses: dict[tuple[Any, int], list[tuple[Value, Value | None]]] = {}
        for clause in self.program.clauses:
            head = value_of(clause.head)
            body = None if clause.body is None else value_of(clause.body)
            self.clauses.setdefault((head[0], len(head)), []).append((head, body))

    def answers(self) -> Iterator[Bindings]:
        """The bindings of each answer, in the order in which they are found. Raises `Spent`."""
        assert self.program.query is not None
        waiting: list[tuple[Goals, Bindings]] = [((value_of(self.program.query), None), {})]
        while waiting:
            goals, bindings = waiting.pop()
            if goals is None:
                yield bindings
                continue
            goal, rest = goals
            self.tried += 1
            if self.tried > self.most:
                raise Spent
            waiting += reversed(list(self.after(walked(goal, bindings), rest, bindings)))

    def after(self, goal: Value, rest: Goals, bindings: Bindings) -> Iterator[tuple[Goals, Bindings]]:
        """What a goal leaves to do, for each way to begin with it."""
        match goal:
            case ("true",):
                yield rest, bindings
            case (",", first, second):
                yield (first, (second, rest)), bindings
            case (";", first, second):
                yield (first, rest), bindings
                yield (second, rest), bindings
            case ("=", left, right):
                if (found := unified(left, right, bindings)) is not None:
                    yield rest, found
            case _:
                for head, body in self.clauses.get((goal[0], len(goal)), ()):
                    mark = f"#{self.tried}"
                    found = unified(renamed(head, mark), goal, bindings)
                    if found is not None:
                        yield rest if body is None else (renamed(body, mark), rest), found


def renamed(value: Value, mark: str) -> Value:
    """The term with variables of its own."""
    if value[0] == "?":
        return ("?", value[1] + mark)
    return (value[0], *(renamed(part, mark) for part in value[1:]))


def walked(value: Value, bindings: Bindings) -> Value:
    """What a variable stands for, as far as it is known."""
    while value[0] == "?" and value[1] in bindings:
        value = bindings[value[1]]
    return value


def unified(left: Value, right: Value, bindings: Bindings) -> Bindings | None:
    """The bindings with those that make the terms equal; None if nothing does."""
    bindings = dict(bindings)
    pairs = [(left, right)]
    while pairs:
        one, other = (walked(side, bindings) for side in pairs.pop())
        if one == other:
            continue
        if one[0] != "?":
            one, other = other, one
        if one[0] == "?":
            if occurs(one[1], other, bindings):
                return None
            bindings[one[1]] = other
        elif (one[0], len(one)) == (other[0], len(other)):
            pairs += zip(one[1:], other[1:], strict=True)
        else:
            return None
    return bindings


def occurs(name: str, value: Value, bindings: Bindings) -> bool:
    """Whether a variable is a part of a term."""
    waiting = [value]
    while waiting:
        item = walked(waiting.pop(), bindings)
        if item == ("?", name):
            return True
        if item[0] != "?":
            waiting += item[1:]
    return False


def resolved(value: Value, bindings: Bindings) -> Value:
    """The term with everything that is known of its variables."""
    value = walked(value, bindings)
    return value if value[0] == "?" else (value[0], *(resolved(part, bindings) for part in value[1:]))


def numbered(values: list[Value]) -> list[Value]:
    """The terms with their variables numbered in the order in which they occur."""
    numbers: dict[str, int] = {}

    def change(value: Value) -> Value:
        if value[0] == "?":
            return ("?", numbers.setdefault(value[1], len(numbers)))
        return (value[0], *map(change, value[1:]))

    return [change(value) for value in values]
