"""The grammar of the κ-calculus, how to speak of it, and what its alternatives build: terms of the RMC.

`κx.M ↦ ∃x.(<x>; M)`; pushes, composition, values and definitions are those of the RMC. An operation, as
`add`, takes two integers and leaves one: `∃a b c. <b>; <a>; add(a, b, c); [c]`.
"""

from calculus.machine.relational.instructions import (
    CALL,
    LAMBDA,
    NEW,
    POP,
    PUSH,
    RELATION,
    SEQUENCE,
    VARIABLE,
)
from calculus.rmc.actions import Actions
from calculus.rmc.program import Definition
from calculus.source.diagnostic import Diagnostic, NameProblem
from calculus.source.explain import Wording
from calculus.source.grammar import Grammar
from calculus.term import Op, Term

OPERATIONS = ("add", "sub", "mul", "div", "mod")
"""The relations of the machine that a term may name as a function."""
_RESERVED = frozenset({"ex", "fail", "law"})

BRACKETS = {"LPAR": "RPAR", "LSQB": "RSQB", "LBRACE": "RBRACE", "CONSOPEN": "RPAR"}
_VALUE = frozenset({"NAME", "CONS", "CONSOPEN", "INT", "STRING", "LBRACE"})
_ATOM = frozenset({"NAME", "SKIP", "LPAR", "LSQB"})

GRAMMAR = Grammar(
    "kappa",
    ("item", "term", "value"),
    Wording(
        words={
            "NAME": "a name",
            "SEMICOLON": "`;`",
            "DOT": "`.`",
            "COMMA": "`,`",
            "BAR": "`|`",
            "EQUAL": "`=`",
            "RPAR": "`)`",
            "RSQB": "`]`",
            "RBRACE": "`}`",
        },
        groups=(
            ("a definition or a term", _ATOM | {"KAPPA", "DEF"}),
            ("a term", _ATOM | {"KAPPA"}),
            ("a value", _VALUE),
            ("a variable", frozenset({"NAME", "UNDERSCORE"})),
        ),
        brackets=BRACKETS,
    ),
)


class KappaActions(Actions):
    """Builds the terms of one text."""

    def word(self, start: int, end: int, _: int) -> tuple[str, int]:
        name = self._name(start, end)
        return ("_0" if name == "_" else name), start

    def call(self, start: int, end: int, _: int) -> Term:
        name = self._name(start, end)
        if name in OPERATIONS:
            return self._operation(name, start, end)
        return self._node(CALL, name, (), start, end)

    def variable(self, start: int, end: int, _: int) -> Term:
        return self._node(VARIABLE, self._name(start, end), (), start, end)

    def abstraction(
        self, start: int, end: int, _k: int, names: list[tuple[str, int]], dot: int, body: Term
    ) -> Term:
        """`κx.M` as `∃x.(<x>; M)`"""
        for number, (name, at) in reversed(list(enumerate(names))):
            first = at if number else start
            value = self._node(VARIABLE, name, (), at, at + len(name))
            pop = self._node(POP, LAMBDA, (value,), first, dot)
            body = self._node(SEQUENCE, None, (pop, body), first, end)
            body = self._node(NEW, (name,), (body,), first, end, dot)
        return body

    def define(self, start: int, end: int, _d: int, name_end: int, _e: int, term: Term) -> Definition:
        found = super().define(start, end, _d, name_end, _e, term)
        if found.name in OPERATIONS or found.name in _RESERVED:
            self._taken(found.name, name_end - len(found.name), name_end)
        return found

    def _operation(self, name: str, start: int, end: int) -> Term:
        def built(op: Op, label: object, *children: Term) -> Term:
            return self._node(op, label, children, start, end)

        left, right, result = (built(VARIABLE, letter) for letter in "abc")
        term = built(PUSH, LAMBDA, result)
        steps = (
            built(POP, LAMBDA, right),
            built(POP, LAMBDA, left),
            built(RELATION, name, left, right, result),
        )
        for step in reversed(steps):
            term = built(SEQUENCE, None, step, term)
        for letter in "cba":
            term = built(NEW, (letter,), term)
        return term

    def _name(self, start: int, end: int) -> str:
        name = self.text[start:end]
        if name in _RESERVED:
            self._taken(name, start, end)
        return name

    def _taken(self, name: str, start: int, end: int) -> None:
        message = f"expected a name, found `{name}`"
        help = "it is an operation" if name in OPERATIONS else "it is a word of the RMC"
        raise NameProblem(Diagnostic("name", message, self._span(start, end), help=help))
