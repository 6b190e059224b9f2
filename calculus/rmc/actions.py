"""What each named alternative of `rmc.lark` builds; every node is an occurrence with its span."""

import re
from typing import Any

from calculus.machine.relational.instructions import (
    CALL,
    CONS,
    CONSTANT,
    CONSTRUCTOR,
    FAIL,
    LAMBDA,
    NEW,
    NIL,
    POP,
    PUSH,
    RELATION,
    SEQUENCE,
    SKIP,
    STAR,
    SUM,
    TEST,
    VARIABLE,
    Text,
)
from calculus.machine.relational.relations import RELATIONS
from calculus.rmc.anonymous import anonymous_names
from calculus.rmc.dual import DUAL, dual_name, without_duals
from calculus.rmc.program import Definition
from calculus.rmc.syntax import unknown_relation
from calculus.source.diagnostic import Diagnostic, NameProblem, SyntaxProblem
from calculus.source.integer import read_integer
from calculus.source.items import LawActions
from calculus.source.strings import ESCAPES, read_text
from calculus.source.text import Source, Span
from calculus.term import Op, Term


class Actions(LawActions):
    """Builds the nodes of one text; without `atoms` it is a value."""

    def __init__(self, source: Source, atoms: bool = True) -> None:
        self.source = source
        self.atoms = atoms
        self.text = source.text
        self.turned = False
        # Of the atom that is being read: the variables that `_` stands for, and the names like theirs.
        self.fresh: list[Term] = []
        self.shown: set[str] = set()

    def _node(
        self, op: Op, label: Any, children: tuple[Term, ...], start: int, end: int, head: int | None = None
    ) -> Term:
        return Term(op, label, children, Span(self.source, start, end, end if head is None else head))

    def _span(self, start: int, end: int) -> Span:
        return Span(self.source, start, end, end)

    # Items

    def word(self, start: int, end: int, _: int) -> tuple[str, int]:
        return self.text[start:end], start

    def define(self, start: int, end: int, _d: int, name_end: int, _e: int, term: Term) -> Definition:
        name = re.compile(r"[a-z][A-Za-z0-9_]*$").search(self.text, start, name_end)
        assert name is not None
        return Definition(name[0], self.whole(term), self._span(start, end))

    def law_name(self, start: int, end: int, _: int) -> str:
        return self.text[start:end]

    def bare(self, start: int, end: int, term: Term) -> Term:
        return self.whole(term)

    def whole(self, term: Term) -> Term:
        """A term that was read, with the duals in it worked out."""
        if not self.turned:
            return term
        self.turned = False
        return without_duals(term)

    def one(self, start: int, end: int, item: Any) -> list[Any]:
        return [item]

    def more(self, start: int, end: int, items: list[Any], *item: Any) -> list[Any]:
        items.append(item[-1])
        return items

    # Terms

    def choice(self, start: int, end: int, left: Term, _: int, right: Term) -> Term:
        return self._node(SUM, None, (left, right), start, end)

    def sequence(self, start: int, end: int, first: Term, _: int, rest: Term) -> Term:
        return self._node(SEQUENCE, None, (first, rest), start, end)

    def exists(
        self, start: int, end: int, _e: int, names: list[tuple[str, int]], dot: int, body: Term
    ) -> Term:
        for name, at in reversed(names[1:]):
            body = self._node(NEW, (name,), (body,), at, end, dot)
        return self._node(NEW, (names[0][0],), (body,), start, end, dot)

    def star(self, start: int, end: int, body: Term, _: int) -> Term:
        return self._node(STAR, None, (body,), start, end)

    def dual(self, start: int, end: int, body: Term, _: int) -> Term:
        if body.op is CALL:
            return self._node(CALL, dual_name(body.label), (), start, end)
        self.turned = True
        return self._node(DUAL, None, (body,), start, end)

    def nothing(self, start: int, end: int, _: int) -> Term:
        return self._node(SKIP, None, (), start, end)

    def failure(self, start: int, end: int, _: int) -> Term:
        return self._node(FAIL, None, (), start, end)

    def group(self, start: int, end: int, _o: int, term: Term, _c: int) -> Term:
        return term

    def call(self, start: int, end: int, _: int) -> Term:
        return self._node(CALL, self.text[start:end], (), start, end)

    def push(self, start: int, end: int, _o: int, value: Term, close: int) -> Term:
        bracket = self.text.rindex("]", start, close)
        location = _location(self.text[bracket + 1 : close])
        return self._atom(self._node(PUSH, location, (value,), start, end))

    def pop(self, start: int, end: int, open: int, value: Term, _: int) -> Term:
        location = _location(self.text[start : open - 1])
        return self._atom(self._node(POP, location, (value,), start, end))

    def test(self, start: int, end: int, left: Term, _: int, right: Term) -> Term:
        return self._atom(self._node(TEST, None, (left, right), start, end))

    def relation(self, start: int, end: int, open: int, values: list[Term], _: int) -> Term:
        name = self.text[start : open - 1]
        if name not in RELATIONS:
            raise NameProblem(unknown_relation(name, self._span(start, open - 1)))
        arity = RELATIONS[name].arity
        if len(values) != arity:
            raise SyntaxProblem(
                Diagnostic(
                    "syntax",
                    f"expected {arity} values of `{name}`, found {len(values)}",
                    self._span(start, end),
                )
            )
        return self._atom(self._node(RELATION, name, tuple(values), start, end))

    def _atom(self, atom: Term) -> Term:
        """An atom within the variables that `_` stands for in it, which get their names here."""
        if self.fresh:
            names = anonymous_names(self.shown)
            for variable in self.fresh:
                variable.label = next(names)
            for variable in reversed(self.fresh):
                atom = Term(NEW, (variable.label,), (atom,), atom.span)
            self.fresh.clear()
        if self.shown:
            self.shown.clear()
        return atom

    # Values

    def variable(self, start: int, end: int, _: int) -> Term:
        name = self.text[start:end]
        if name[0] == "_":
            self.shown.add(name)
        return self._node(VARIABLE, name, (), start, end)

    def anonymous(self, start: int, end: int, _: int) -> Term:
        if not self.atoms:
            raise SyntaxProblem(
                Diagnostic(
                    "syntax",
                    "expected a variable with a name, found `_`",
                    self._span(start, end),
                    help="a variable of an initial stack has a name, by which answers speak of it",
                )
            )
        self.fresh.append(self._node(VARIABLE, "_", (), start, end))
        return self.fresh[-1]

    def constant(self, start: int, end: int, _: int) -> Term:
        return self._node(CONSTRUCTOR, self.text[start:end], (), start, end)

    def constructor(self, start: int, end: int, open: int, values: list[Term], _: int) -> Term:
        return self._node(CONSTRUCTOR, self.text[start : open - 1], tuple(values), start, end)

    def integer(self, start: int, end: int, _: int) -> Term:
        return self._node(CONSTANT, read_integer(self.text[start:end]), (), start, end)

    def string(self, start: int, end: int, _: int) -> Term:
        value, wrong = read_text(self.text[start:end])
        if wrong is not None:
            message, at, stop = wrong
            raise SyntaxProblem(
                Diagnostic("syntax", message, self._span(start + at, start + stop), help=ESCAPES)
            )
        return self._node(CONSTANT, Text(value), (), start, end)

    def nil(self, start: int, end: int, _o: int, _c: int) -> Term:
        return self._node(CONSTRUCTOR, NIL, (), start, end)

    def elements(self, start: int, end: int, _o: int, values: list[Term], close: int) -> Term:
        return self._list(values, self._node(CONSTRUCTOR, NIL, (), close - 1, close), start, end)

    def elements_with_tail(
        self, start: int, end: int, _o: int, values: list[Term], _b: int, tail: Term, _c: int
    ) -> Term:
        return self._list(values, tail, start, end)

    def _list(self, values: list[Term], tail: Term, start: int, end: int) -> Term:
        result = tail
        for value in reversed(values[1:]):
            assert value.span is not None
            result = self._node(CONSTRUCTOR, CONS, (value, result), value.span.start, end)
        return self._node(CONSTRUCTOR, CONS, (values[0], result), start, end)


def _location(word: str) -> str:
    """The location that a word names; the default one has an ASCII name."""
    return LAMBDA if word in ("", "lambda") else word
