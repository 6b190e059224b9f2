"""The grammar of `imp` and what its alternatives build.

Expressions are the terms of the λ-calculi. Statements:

| node | label | children |
|---|---|---|
| `BLOCK` | | the statements |
| `ASSIGN` `x := E;` | x | E |
| `DECLARE` `let x = E;` | x | E |
| `CALL` `f(E, …)`, `DISCARD` `f(E, …);` | f; none | the arguments; the call |
| `WHILE` | | condition, block |
| `BREAK` | | |
| `TRY` | a pair (exception, variable or None) for each `catch` | the block, then those of the catches |
| `THROW` | the exception | its value, if it has one |
| `PROCEDURE` | name, parameters | the block |

`if`, `print` and `return` are `CONDITIONAL`, `PRINT` and `RETURN` of the λ-calculi.
"""

import re

from calculus.encodings import terms as t
from calculus.encodings.reading import WORDS, Actions
from calculus.source.explain import Wording
from calculus.source.grammar import Grammar
from calculus.term import Op, Term

BLOCK = Op("imp.block")
ASSIGN = Op("imp.assign")
DECLARE = Op("imp.declare")
DISCARD = Op("imp.discard")
WHILE = Op("imp.while")
BREAK = Op("imp.break")
TRY = Op("imp.try")
THROW = Op("imp.throw")
PROCEDURE = Op("imp.procedure")

_EXPRESSION = frozenset({"NAME", "BOOLEAN", "NUMBER", "STRING", "READ", "LPAR", "MINUS", "LENGTH"})
_STATEMENT = frozenset(
    {"NAME", "LET", "PRINT", "IF", "WHILE", "BREAK", "TRY", "THROW", "RETURN", "PROCEDURE"}
)
_INFIX = frozenset({"SIGN", "MINUS", "TIMES"})

GRAMMAR = Grammar(
    "imp",
    ("program", "expression"),
    Wording(
        words=WORDS
        | {
            "CONSTRUCTOR": "an exception",
            "ASSIGN": "`:=`",
            "COMMA": "`,`",
            "CATCH": "`catch`",
            "ELSE": "`else`",
        },
        groups=(
            ("a statement", _STATEMENT),
            ("an expression", _EXPRESSION | {"NOT"}),
            ("an expression", _EXPRESSION),
            ("an operator", _INFIX),
        ),
        brackets={"LPAR": "RPAR", "LBRACE": "RBRACE"},
    ),
)

_LAST_WORD = re.compile(r"[A-Za-z0-9_]+\s*$")
Binder = tuple[str, int, int]


class ImpActions(Actions):
    """Builds the statements of one text."""

    def _word(self, start: int, end: int) -> str:
        found = _LAST_WORD.search(self.text_, start, end)
        assert found is not None
        return found[0].strip()

    def block(self, start: int, end: int, statements: list[Term]) -> Term:
        return self._node(BLOCK, None, tuple(statements), start, end)

    def braces(self, start: int, end: int, _o: int, statements: list[Term], _c: int) -> Term:
        return self._node(BLOCK, None, tuple(statements), start, end)

    def assign(self, start: int, end: int, name: int, _a: int, value: Term, _s: int) -> Term:
        return self._node(ASSIGN, self._word(start, name), (value,), start, end, name)

    def let(self, start: int, end: int, _l: int, name: int, _e: int, value: Term, _s: int) -> Term:  # type: ignore[override]
        return self._node(DECLARE, self._word(start, name), (value,), start, end, name)

    def print_statement(self, start: int, end: int, _p: int, value: Term, _s: int) -> Term:
        return self._node(t.PRINT, None, (value,), start, end)

    def call(self, start: int, end: int, name: int, _o: int, arguments: list[Term], _c: int) -> Term:
        return self._node(t.CALL, self._word(start, name), tuple(arguments), start, end)

    def call_statement(self, start: int, end: int, call: Term, _s: int) -> Term:
        return self._node(DISCARD, None, (call,), start, end)

    def loop(self, start: int, end: int, _w: int, condition: Term, block: Term) -> Term:
        place = condition.span
        assert place is not None
        return self._node(WHILE, None, (condition, block), start, end, place.end)

    def leave(self, start: int, end: int, _b: int, _s: int) -> Term:
        return self._node(BREAK, None, (), start, end)

    def when(self, start: int, end: int, _i: int, condition: Term, yes: Term) -> Term:
        return self._choice(start, end, condition, yes, self._node(BLOCK, None, (), end, end))

    def choose(self, start: int, end: int, _i: int, condition: Term, yes: Term, _e: int, no: Term) -> Term:
        return self._choice(start, end, condition, yes, no)

    def _choice(self, start: int, end: int, condition: Term, yes: Term, no: Term) -> Term:
        place = condition.span
        assert place is not None
        return self._node(t.CONDITIONAL, None, (condition, yes, no), start, end, place.end)

    def attempt(
        self, start: int, end: int, _t: int, block: Term, catches: list[tuple[str, str | None, Term]]
    ) -> Term:
        label = tuple((name, variable) for name, variable, _ in catches)
        return self._node(TRY, label, (block, *(item[2] for item in catches)), start, end)

    def catch(self, start: int, end: int, _c: int, name: int, block: Term) -> tuple[str, str | None, Term]:
        return self._word(start, name), None, block

    def catch_value(
        self, start: int, end: int, _c: int, name: int, _o: int, binder: Binder, _p: int, block: Term
    ) -> tuple[str, str | None, Term]:
        return self._word(start, name), binder[0], block

    def throw(self, start: int, end: int, _t: int, name: int, _s: int) -> Term:
        return self._node(THROW, self._word(start, name), (), start, end)

    def throw_value(
        self, start: int, end: int, _t: int, name: int, _o: int, value: Term, _c: int, _s: int
    ) -> Term:
        return self._node(THROW, self._word(start, name), (value,), start, end)

    def give(self, start: int, end: int, _r: int, value: Term, _s: int) -> Term:
        return self._node(t.RETURN, None, (value,), start, end)

    def procedure(
        self,
        start: int,
        end: int,
        _p: int,
        name: int,
        _o: int,
        parameters: list[Binder],
        close: int,
        block: Term,
    ) -> Term:
        label = (self._word(start, name), tuple(word for word, _, _ in parameters))
        return self._node(PROCEDURE, label, (block,), start, end, close)
