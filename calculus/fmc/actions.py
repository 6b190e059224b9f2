"""What each named alternative of `fmc.lark` builds.

Every node of a term is an occurrence with its span. A name that is a primitive is read as the
primitive; `resolve` corrects that where a binder or a definition has the name.
"""

import re
from functools import cached_property
from typing import NamedTuple

from calculus.fmc.types_actions import Part, TypeActions
from calculus.machine.instructions import (
    JOIN,
    JUMP,
    LAMBDA,
    LOOP,
    POP,
    PRIMITIVE,
    PUSH,
    STAR,
    VARIABLE,
    Jump,
    Text,
)
from calculus.machine.primitives import PRIMITIVES
from calculus.source.diagnostic import Diagnostic, SyntaxProblem
from calculus.source.integer import read_integer
from calculus.source.items import LawActions
from calculus.source.strings import ESCAPES, read_text
from calculus.source.text import Span
from calculus.term import Term
from calculus.term.binding import fresh


class ParsedDefinition(NamedTuple):
    """`def name : type = term`"""

    name: str
    term: Term
    type: Term | None
    span: Span


class ParsedData(NamedTuple):
    """`data name parameters = constructors`, a constructor being its name and the types of its
    arguments.
    """

    name: str
    parameters: tuple[str, ...]
    constructors: tuple[tuple[str, tuple[Term, ...]], ...]
    span: Span


class Actions(LawActions, TypeActions):
    """Builds the nodes of one text."""

    shadowed = False
    """Whether a binder has the name of a primitive."""

    # Items

    def word(self, start: int, end: int, _: int) -> str:
        return self.text[start:end]

    def define(self, start: int, end: int, _d: int, name: str, _e: int, term: Term) -> ParsedDefinition:
        return ParsedDefinition(name, term, None, self.span(start, end))

    def define_typed(
        self, start: int, end: int, _d: int, name: str, _c: int, type: Term, _e: int, term: Term
    ) -> ParsedDefinition:
        return ParsedDefinition(name, term, type, self.span(start, end))

    def bare(self, start: int, end: int, term: Term) -> Term:
        return term

    # Terms

    def _skip(self, at: int) -> Term:
        return Term(JUMP, STAR, (), Span(self.source, at, at, at))

    def push(self, start: int, end: int, _o: int, argument: Term, close: int) -> Term:
        return Term(PUSH, LAMBDA, (argument, self._skip(close)), Span(self.source, start, end, close))

    def push_at(self, start: int, end: int, _o: int, argument: Term, close: int, location: int) -> Term:
        children = (argument, self._skip(location))
        label = self.place(close, location)
        return Term(PUSH, label, children, Span(self.source, start, end, location))

    def push_on(self, start: int, end: int, _o: int, argument: Term, close: int, _d: int, body: Term) -> Term:
        return Term(PUSH, LAMBDA, (argument, body), Span(self.source, start, end, close))

    def push_at_on(
        self,
        start: int,
        end: int,
        _o: int,
        argument: Term,
        close: int,
        location: int,
        _d: int,
        body: Term,
    ) -> Term:
        label = self.place(close, location)
        return Term(PUSH, label, (argument, body), Span(self.source, start, end, location))

    def _pop(
        self,
        start: int,
        end: int,
        location: str,
        bind: tuple[str, Term | None],
        close: int,
        body: Term,
    ) -> Term:
        name, type = bind
        children = (body,) if type is None else (body, type)
        return Term(POP, (location, name), children, Span(self.source, start, end, close))

    def pop(self, start: int, end: int, _o: int, bind: tuple[str, Term | None], close: int) -> Term:
        return self._pop(start, end, LAMBDA, bind, close, self._skip(close))

    def pop_at(
        self, start: int, end: int, at: int, _o: int, bind: tuple[str, Term | None], close: int
    ) -> Term:
        return self._pop(start, end, self.place(start, at), bind, close, self._skip(close))

    def pop_on(
        self,
        start: int,
        end: int,
        _o: int,
        bind: tuple[str, Term | None],
        close: int,
        _d: int,
        body: Term,
    ) -> Term:
        return self._pop(start, end, LAMBDA, bind, close, body)

    def pop_at_on(
        self,
        start: int,
        end: int,
        at: int,
        _o: int,
        bind: tuple[str, Term | None],
        close: int,
        _d: int,
        body: Term,
    ) -> Term:
        return self._pop(start, end, self.place(start, at), bind, close, body)

    def bind(self, start: int, end: int, name: str) -> tuple[str, Term | None]:
        if name in PRIMITIVES:
            self.shadowed = True
        return name, None

    def bind_typed(
        self, start: int, end: int, name: str, colon: int, parts: list[Part]
    ) -> tuple[str, Term | None]:
        if name in PRIMITIVES:
            self.shadowed = True
        first = parts[0].type.span if parts else None
        return name, self.single(parts, first.start if first else colon - 1, end)

    def constant(self, start: int, end: int, label: Jump) -> Term:
        return Term(JUMP, label, (), Span(self.source, start, end, end))

    def name(self, start: int, end: int, _: int) -> Term:
        word = self.text[start:end]
        span = Span(self.source, start, end, end)
        if word in PRIMITIVES:
            return Term(PRIMITIVE, word, (self._skip(end),), span)
        return Term(VARIABLE, word, (), span)

    def group(self, start: int, end: int, _o: int, term: Term, _c: int) -> Term:
        return term

    def sequence(self, start: int, end: int, first: Term, _d: int, rest: Term) -> Term:
        if first.op is PRIMITIVE:
            place = first.span
            assert place is not None
            # A primitive in parentheses begins after its bracket, and is no action but a term.
            if place.start == start:
                return Term(PRIMITIVE, first.label, (rest,), Span(self.source, start, end, place.head))
        return Term(JOIN, STAR, (first, rest), Span(self.source, start, end, end))

    def loop(self, start: int, end: int, body: Term, _c: int, label: Jump) -> Term:
        return Term(LOOP, label, (body,), Span(self.source, start, end, end))

    def case(self, start: int, end: int, first: Term, _s: int, label: Jump, _a: int, handler: Term) -> Term:
        return Term(JOIN, label, (first, handler), Span(self.source, start, end, end))

    def then(self, start: int, end: int, first: Term, _s: int, rest: Term) -> Term:
        return Term(JOIN, STAR, (first, rest), Span(self.source, start, end, end))

    def choice(self, start: int, end: int, left: Term, _p: int, right: Term) -> Term:
        """`rnd<b>.((b; True->[left]; False->[right]) ; <k>.k)`, b fresh"""
        place = Span(self.source, start, end, end)
        coin = self._coin
        term = Term(VARIABLE, coin, (), place)
        for label, branch in (("True", left), ("False", right)):
            thunk = Term(PUSH, LAMBDA, (branch, Term(JUMP, STAR, (), place)), place)
            term = Term(JOIN, label, (term, thunk), place)
        run = Term(POP, (LAMBDA, "k"), (Term(VARIABLE, "k", (), place),), place)
        return Term(POP, ("rnd", coin), (Term(JOIN, STAR, (term, run), place),), place)

    @cached_property
    def _coin(self) -> str:
        # One name for all choices of the text, so that finding it costs one pass.
        return fresh("b", set(re.findall(r"[a-z][A-Za-z0-9_]*", self.text)))

    # Jumps

    def jump_name(self, start: int, end: int, _: int) -> Jump:
        return self.text[start:end]

    def jump_integer(self, start: int, end: int, _: int) -> Jump:
        return read_integer(self.text[start:end])

    def jump_text(self, start: int, end: int, _: int) -> Jump:
        value, wrong = read_text(self.text[start:end])
        if wrong is not None:
            message, at, stop = wrong
            raise SyntaxProblem(
                Diagnostic(
                    "syntax",
                    message,
                    self.span(start + at, start + stop),
                    help=ESCAPES,
                )
            )
        return Text(value)

    def jump_skip(self, start: int, end: int, _: int) -> Jump:
        return STAR

    # Data declarations

    def no_parameters(self, start: int, end: int) -> list[str]:
        return []

    def parameter(self, start: int, end: int, names: list[str], name: str) -> list[str]:
        names.append(name)
        return names

    def constructor(self, start: int, end: int, name: str, parts: list[Part]) -> tuple[str, tuple[Term, ...]]:
        grouped = self.grouped(parts)
        for part in grouped:
            self.no_location(part, "a constructor")
        return name, tuple(part.type for part in grouped)

    def data(
        self,
        start: int,
        end: int,
        _d: int,
        name: str,
        parameters: list[str],
        _e: int,
        constructors: list[tuple[str, tuple[Term, ...]]],
    ) -> ParsedData:
        return ParsedData(name, tuple(parameters), tuple(constructors), self.span(start, end))
