"""Building FMC terms that carry places of a source language, and what all translations share: the
names they may use and the case encoding.
"""

from collections.abc import Callable, Iterable

from calculus.machine.effects import STANDARD
from calculus.machine.instructions import (
    JOIN,
    JUMP,
    LAMBDA,
    LOOP,
    POP,
    PRIMITIVE,
    PUSH,
    SKIP,
    STAR,
    VARIABLE,
    Jump,
)
from calculus.machine.primitives import PRIMITIVES
from calculus.source.text import Span
from calculus.term import Label, Op, Term, node
from calculus.term.binding import fresh
from calculus.term.node import postorder

RESERVED = frozenset({"def", "law", "data", "main", "skip"})
_NOT_VARIABLES = RESERVED | PRIMITIVES.keys()
_NOT_LOCATIONS = RESERVED | STANDARD.keys() | {"lambda"}


def variable_name(name: str) -> str:
    """The FMC's name for a variable or a definition: the same, but for names that the FMC has a use for.

    Different names stay different: `add` becomes `add_`, and `add_` becomes `add__`.
    """
    return f"{name}_" if name.rstrip("_") in _NOT_VARIABLES else name


def location_name(name: str) -> str:
    """The FMC's location for a cell."""
    return f"{name}_" if name.rstrip("_") in _NOT_LOCATIONS else name


def source_name(name: str) -> str:
    """The source's name for a variable of the FMC."""
    return name[:-1] if name.endswith("_") and name.rstrip("_") in _NOT_VARIABLES else name


class Names:
    """Names for what a translation binds, none of them among those taken by the program.

    One name for each purpose is enough: what a translation binds is used outside every subterm of
    the program that stands in its scope.
    """

    def __init__(self, taken: Iterable[str]) -> None:
        self._taken = {variable_name(name) for name in taken} | _NOT_VARIABLES
        self._given: dict[str, str] = {}

    def __getitem__(self, purpose: str) -> str:
        name = self._given.get(purpose)
        if name is None:
            name = self._given[purpose] = fresh(purpose, self._taken)
            self._taken.add(name)
        return name


class Place:
    """Builds FMC terms that stand at one place of the source."""

    def __init__(self, span: Span | None) -> None:
        self.span = span

    def _build(self, op: Op, label: Label, children: tuple[Term, ...]) -> Term:
        return node(op, label, children) if self.span is None else Term(op, label, children, self.span)

    def variable(self, name: str) -> Term:
        return self._build(VARIABLE, name, ())

    def jump(self, label: Jump) -> Term:
        return self._build(JUMP, label, ())

    def push(self, argument: Term, body: Term = SKIP, location: str = LAMBDA) -> Term:
        return self._build(PUSH, location, (argument, body))

    def pop(self, name: str, body: Term = SKIP, location: str = LAMBDA) -> Term:
        return self._build(POP, (location, name), (body,))

    def primitive(self, name: str, body: Term = SKIP) -> Term:
        return self._build(PRIMITIVE, name, (body,))

    def loop(self, body: Term, label: Jump = STAR) -> Term:
        return self._build(LOOP, label, (body,))

    def join(self, first: Term, label: Jump, handler: Term) -> Term:
        return self._build(JOIN, label, (first, handler))

    def then(self, first: Term, rest: Term) -> Term:
        return self._build(JOIN, STAR, (first, rest))

    def case(self, scrutinee: Term, branches: Iterable[tuple[Jump, Term]], names: Names) -> Term:
        """`(scrutinee; J->branch; …) ; <k>.k`

        Each branch pushes what is to be run, so nothing it does is caught by the other cases.
        """
        for label, branch in branches:
            scrutinee = self.join(scrutinee, label, branch)
        return self.run(scrutinee, names)

    def run(self, first: Term, names: Names) -> Term:
        """`first ; <k>.k`"""
        return self.then(first, self.pop(names["k"], self.variable(names["k"])))

    def conditional(self, condition: Term, yes: Term, no: Term, names: Names) -> Term:
        """`condition ; <b>.((b; True->[yes]; False->[no]) ; <k>.k)`"""
        name = names["b"]
        branches = [("True", self.push(yes)), ("False", self.push(no))]
        return self.then(condition, self.pop(name, self.case(self.variable(name), branches, names)))


def fold(term: Term, build: Callable[[Term, list[Term]], Term]) -> Term:
    """`build` on every node, given what it made of the children; without recursion."""
    done: dict[int, Term] = {}
    for item in postorder(term):
        done[id(item)] = build(item, [done[id(child)] for child in item.children])
    return done[id(term)]
