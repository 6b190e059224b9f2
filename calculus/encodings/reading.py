"""What the named alternatives of the grammars of the λ-calculi build, and files of items."""

import re
from dataclasses import dataclass
from typing import Any, NamedTuple

from calculus.encodings import terms as t
from calculus.machine.instructions import Jump, Text
from calculus.source.diagnostic import CalculusError, Diagnostic, NameProblem, Note, SyntaxProblem
from calculus.source.explain import Wording
from calculus.source.grammar import Grammar, collector_paused
from calculus.source.integer import read_integer
from calculus.source.items import MOST_PROBLEMS, item_ranges
from calculus.source.strings import read_text
from calculus.source.text import Source, Span
from calculus.term import VARIABLE, Op, Term

SIGNS = {"≠": "!=", "≤": "<=", "≥": ">="}

WORDS = {
    "NAME": "a name",
    "CONSTRUCTOR": "a constructor",
    "LPAR": "`(`",
    "DEF": "`def`",
    "DOT": "`.`",
    "SEMICOLON": "`;`",
    "EQUAL": "`=`",
    "ARROW": "`->`",
    "BIND": "`<-`",
    "IN": "`in`",
    "THEN": "`then`",
    "ELSE": "`else`",
    "TO": "`to`",
    "LBRACE": "`{`",
    "RPAR": "`)`",
    "RBRACE": "`}`",
}

_ATOMS = frozenset({"NAME", "CONSTRUCTOR", "NUMBER", "STRING", "LPAR", "MATCH"})
_INFIX = frozenset({"SIGN", "MINUS", "TIMES"})


def wording(prefixes: frozenset[str], atoms: frozenset[str] = _ATOMS) -> Wording:
    """How to speak of one of the grammars; `prefixes` are the words that begin a term in it."""
    whole = atoms | {"LAMBDA", "LET", "IF", "NOT", "MINUS", "LENGTH"} | prefixes
    return Wording(
        words=WORDS,
        groups=(
            ("a definition or a term", whole | {"DEF"}),
            ("a term", whole),
            ("a term", atoms | {"LENGTH", "MINUS"}),
            ("a variable", frozenset({"NAME", "UNDERSCORE"})),
            ("an argument or an operator", atoms | _INFIX),
            ("an operator", _INFIX),
            ("an argument", atoms),
            ("a pattern", frozenset({"CONSTRUCTOR", "NUMBER", "STRING", "MINUS"})),
        ),
        brackets={"LPAR": "RPAR", "LBRACE": "RBRACE"},
    )


class Definition(NamedTuple):
    """`def name = term`"""

    name: str
    term: Term
    span: Span


class Actions:
    """Builds the terms of one text."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.text_ = source.text

    def _node(
        self, op: Op, label: Any, children: tuple[Term, ...], start: int, end: int, head: int | None = None
    ) -> Term:
        return Term(op, label, children, Span(self.source, start, end, end if head is None else head))

    def define(self, start: int, end: int, _d: int, name_end: int, _e: int, term: Term) -> Definition:
        name = re.compile(r"[A-Za-z0-9_]+$").search(self.text_, start, name_end)
        assert name is not None
        return Definition(name[0], term, Span(self.source, name.start(), name_end, name_end))

    def bare(self, start: int, end: int, term: Term) -> Term:
        return term

    def word(self, start: int, end: int, _: int) -> tuple[str, int, int]:
        return self.text_[start:end], start, end

    def one(self, start: int, end: int, item: Any) -> list[Any]:
        return [item]

    def more(self, start: int, end: int, items: list[Any], *item: Any) -> list[Any]:
        items.append(item[-1])
        return items

    def none(self, start: int, end: int) -> list[Any]:
        return []

    def abstraction(
        self, start: int, end: int, lam: int, binders: list[tuple[str, int, int]], dot: int, body: Term
    ) -> Term:
        for name, at, _ in reversed(binders[1:]):
            body = self._node(t.ABSTRACTION, (name,), (body,), at, end, dot)
        return self._node(t.ABSTRACTION, (binders[0][0],), (body,), start, end, dot)

    def let(
        self, start: int, end: int, _l: int, name: int, _e: int, bound: Term, _i: int, body: Term
    ) -> Term:
        word = re.compile(r"[A-Za-z0-9_]+$").search(self.text_, start, name)
        assert word is not None
        return self._node(t.LET, (word[0],), (bound, body), start, end, name)

    def conditional(
        self, start: int, end: int, head: int, condition: Term, _t: int, yes: Term, _e: int, no: Term
    ) -> Term:
        place = condition.span
        assert place is not None
        return Term(t.CONDITIONAL, None, (condition, yes, no), Span(self.source, start, end, place.end))

    def _operation(self, start: int, end: int, left: Term, sign: str, right: Term) -> Term:
        return self._node(t.OPERATION, sign, (left, right), start, end)

    def binary(self, start: int, end: int, left: Term, sign_end: int, right: Term) -> Term:
        at = sign_end - 1
        if self.text_[at - 1 : sign_end] in {"==", "!=", "<=", ">=", "++"}:
            at -= 1
        sign = self.text_[at:sign_end]
        return self._operation(start, end, left, SIGNS.get(sign, sign), right)

    def either(self, start: int, end: int, left: Term, _: int, right: Term) -> Term:
        return self._operation(start, end, left, "or", right)

    def both(self, start: int, end: int, left: Term, _: int, right: Term) -> Term:
        return self._operation(start, end, left, "and", right)

    def negation(self, start: int, end: int, _: int, term: Term) -> Term:
        return self._node(t.OPERATION, "not", (term,), start, end)

    def length(self, start: int, end: int, _: int, term: Term) -> Term:
        return self._node(t.OPERATION, "length", (term,), start, end)

    def minus(self, start: int, end: int, _: int, term: Term) -> Term:
        if term.op is t.LITERAL and isinstance(term.label, int) and term.label >= 0:
            return self._node(t.LITERAL, -term.label, (), start, end)
        return self._node(t.OPERATION, "negate", (term,), start, end)

    def application(self, start: int, end: int, function: Term, argument: Term) -> Term:
        if function.op is t.CONSTRUCTION:
            return self._node(t.CONSTRUCTION, function.label, (*function.children, argument), start, end)
        return self._node(t.APPLICATION, None, (function, argument), start, end)

    def name(self, start: int, end: int, _: int) -> Term:
        return self._node(VARIABLE, self.text_[start:end], (), start, end)

    def constructor(self, start: int, end: int, _: int) -> Term:
        return self._node(t.CONSTRUCTION, self.text_[start:end], (), start, end)

    def number(self, start: int, end: int, _: int) -> Term:
        return self._node(t.LITERAL, read_integer(self.text_[start:end]), (), start, end)

    def text(self, start: int, end: int, _: int) -> Term:
        return self._node(t.LITERAL, self._string(start, end), (), start, end)

    def _string(self, start: int, end: int) -> Text:
        value, wrong = read_text(self.text_[start:end])
        if wrong is not None:
            message, at, stop = wrong
            span = Span(self.source, start + at, start + stop, start + stop)
            raise SyntaxProblem(Diagnostic("syntax", message, span))
        return Text(value)

    def group(self, start: int, end: int, _o: int, term: Term, _c: int) -> Term:
        return term

    # Matching

    def match(
        self, start: int, end: int, _m: int, subject: Term, open: int, branches: list[Term], _c: int
    ) -> Term:
        first: dict[tuple[type, Jump], Term] = {}
        for branch in branches:
            same = first.setdefault((type(branch.label), branch.label), branch)
            if same is not branch and same.span and branch.span:
                raise NameProblem(
                    Diagnostic(
                        "name",
                        "expected one branch for each constructor, found a second",
                        branch.span.at_head(),
                        notes=(Note("the first is here", same.span.at_head()),),
                    )
                )
        return self._node(t.MATCH, None, (subject, *branches), start, end, open - 1)

    def _branch(
        self, label: Jump, binders: list[tuple[str, int, int]], body: Term, start: int, end: int, head: int
    ) -> Term:
        inner = self._node(t.BODY, None, (body,), start, end, head)
        for name, at, stop in reversed(binders):
            inner = self._node(t.ARGUMENT, (name,), (inner,), at, end, stop)
        return self._node(t.BRANCH, label, (inner,), start, end, head)

    def branch_constructor(
        self, start: int, end: int, name: int, binders: list[tuple[str, int, int]], _a: int, body: Term
    ) -> Term:
        head = binders[-1][2] if binders else name
        return self._branch(self.text_[start:name], binders, body, start, end, head)

    def branch_number(self, start: int, end: int, number: int, _a: int, body: Term) -> Term:
        return self._branch(read_integer(self.text_[start:number]), [], body, start, end, number)

    def branch_negative(self, start: int, end: int, sign: int, number: int, _a: int, body: Term) -> Term:
        digits = self.text_[sign:number].strip()
        return self._branch(-read_integer(digits), [], body, start, end, number)

    def branch_text(self, start: int, end: int, string: int, _a: int, body: Term) -> Term:
        return self._branch(self._string(start, string), [], body, start, end, string)

    # Moggi's metalanguage and call-by-push-value

    def return_value(self, start: int, end: int, _: int, value: Term) -> Term:
        return self._node(t.RETURN, None, (value,), start, end)

    def thunk(self, start: int, end: int, _: int, term: Term) -> Term:
        return self._node(t.THUNK, None, (term,), start, end)

    def force(self, start: int, end: int, _: int, value: Term) -> Term:
        return self._node(t.FORCE, None, (value,), start, end)

    def print(self, start: int, end: int, _: int, value: Term) -> Term:
        return self._node(t.PRINT, None, (value,), start, end)

    def read(self, start: int, end: int, _: int) -> Term:
        return self._node(t.READ, None, (), start, end)

    def perform(
        self,
        start: int,
        end: int,
        _d: int,
        binder: tuple[str, int, int],
        _b: int,
        term: Term,
        _s: int,
        rest: Term,
    ) -> Term:
        return self._node(t.LET, (binder[0],), (term, rest), start, end, binder[2])

    def bind_to(
        self, start: int, end: int, term: Term, _t: int, binder: tuple[str, int, int], dot: int, rest: Term
    ) -> Term:
        return self._node(t.TO, (binder[0],), (term, rest), start, end, dot)


@dataclass(frozen=True, slots=True)
class Program:
    """The items of a file: definitions by name, and the main term."""

    source: Source
    definitions: dict[str, Definition]
    main: Term | None


def read_term(grammar: Grammar, source: Source) -> Term:
    """The term a text is. Raises `SyntaxProblem`."""
    term: Term = grammar.parse(source, "term", Actions(source))
    return term


def read_program(grammar: Grammar, source: Source) -> Program:
    """The program a file is; raises `SyntaxProblem` or `NameProblem` with all its mistakes."""
    problems: list[Diagnostic] = []
    definitions: dict[str, Definition] = {}
    main: Term | None = None
    actions = Actions(source)
    with collector_paused():
        # A text without any item is read as one, so that it is said what is missing.
        for start, stop in list(item_ranges(grammar, source)) or [(0, len(source.text))]:
            try:
                item = grammar.parse(source, "item", actions, start, stop)
            except CalculusError as problem:
                problems += problem.diagnostics
                if len(problems) >= MOST_PROBLEMS:
                    break
                continue
            if isinstance(item, Definition):
                if item.name in definitions:
                    problems.append(
                        _second(f"definition of `{item.name}`", item.span, definitions[item.name].span)
                    )
                definitions.setdefault(item.name, item)
            elif main is not None:
                problems.append(_second("main term", item.span, main.span))
            else:
                main = item
    if problems:
        kinds = {problem.kind for problem in problems}
        raise (SyntaxProblem if "syntax" in kinds else NameProblem)(*problems)
    return Program(source, definitions, main)


def _second(what: str, span: Span, first: Span | None) -> Diagnostic:
    return Diagnostic(
        "name",
        f"expected one {what}, found a second",
        span,
        notes=(Note("the first is here", first),),
        help="a line that begins in column 1 begins a new item; indent a line that goes on"
        if what == "main term"
        else None,
    )
