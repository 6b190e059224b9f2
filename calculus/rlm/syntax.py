"""The grammar of λ-RLM, how to speak of it, and what its alternatives build.

Terms are those of the λ-calculi (`calculus.encodings.terms`) with lists, pairs and `fix`; combinators are
variables.
"""

import re
from types import MappingProxyType
from typing import Any

from calculus.encodings import printing  # noqa: F401  # terms print once it is imported
from calculus.encodings import terms as t
from calculus.encodings.reading import WORDS
from calculus.encodings.reading import Actions as LambdaActions
from calculus.encodings.reading import Definition as Definition
from calculus.source.diagnostic import Diagnostic
from calculus.source.explain import Unexpected, Wording, law_problem
from calculus.source.grammar import Grammar
from calculus.source.items import LawActions
from calculus.source.laws import LawWords
from calculus.term import Term

_ATOMS = frozenset({"NAME", "BOOLEAN", "NUMBER", "STRING", "LPAR", "LSQB"})
_INFIX = frozenset({"SIGN", "MINUS", "TIMES"})
_BRACKETS = MappingProxyType({"LPAR": "RPAR", "LSQB": "RSQB"})
_WHOLE = _ATOMS | {"LAMBDA", "LET", "IF", "FIX", "NOT", "MINUS"}


def _law(problem: Unexpected) -> Diagnostic | None:
    return law_problem(problem, WORDING, frozenset({"DEF", "LAW"}))


WORDING = Wording(
    words={
        **WORDS,
        "LAW": "`law`",
        "LSQB": "`[`",
        "RSQB": "`]`",
        "COMMA": "`,`",
        "COLON": "`:`",
    },
    groups=(
        ("a definition, a law or a term", _WHOLE | {"DEF", "LAW"}),
        ("a term", _WHOLE),
        ("a term", _ATOMS | {"MINUS"}),
        ("a variable", frozenset({"NAME", "UNDERSCORE"})),
        ("an argument or an operator", _ATOMS | _INFIX),
        ("an operator", _INFIX),
        ("an argument", _ATOMS),
    ),
    brackets=_BRACKETS,
    hints=(_law,),
)

GRAMMAR = Grammar("rlm", ("item", "term"), WORDING)

LAW_WORDS = LawWords(
    frozenset({"=", ":", "terminates", "deterministic", "answers", "within", "where"}),
    _BRACKETS,
)

STYLES = {
    "COMMENT": "comment",
    "NUMBER": "number",
    "DECIMAL": "number",
    "STRING": "string",
    "BOOLEAN": "label",
    **dict.fromkeys(("DEF", "LAW", "LET", "IN", "IF", "THEN", "ELSE", "FIX", "AND", "OR", "NOT"), "keyword"),
    **dict.fromkeys(("LAMBDA", "DOT", "COMPARE", "SIGN", "MINUS", "TIMES", "EQUAL", "FUNCTION"), "operator"),
    "$UNKNOWN": "wrong",
}

FOLLOWING = {
    "NAME": ("name", "combinator"),
    "BOOLEAN": ("True", "False"),
    **{word: (word.lower(),) for word in ("DEF", "LAW", "LET", "IN", "IF", "THEN", "ELSE", "FIX", "NOT")},
    **{word: (word.lower(),) for word in ("AND", "OR")},
}


class Actions(LawActions, LambdaActions):
    """Builds the terms of one text."""

    def law_name(self, start: int, end: int, _: int) -> str:
        return self.text_[start:end]

    def fix(self, start: int, end: int, _f: int, name: int, _d: int, body: Term) -> Term:
        word = re.compile(r"[A-Za-z0-9_]+$").search(self.text_, start, name)
        assert word is not None
        return self._node(t.FIX, (word[0],), (body,), start, end, name)

    def pair(self, start: int, end: int, _o: int, left: Term, _c: int, right: Term, _e: int) -> Term:
        return self._node(t.PAIR, None, (left, right), start, end)

    def nil(self, start: int, end: int, _o: int, _c: int) -> Term:
        return self._node(t.LIST, None, (), start, end)

    def elements(self, start: int, end: int, _o: int, items: list[Any], _c: int) -> Term:
        return self._node(t.LIST, None, tuple(items), start, end)

    def application(self, start: int, end: int, function: Term, argument: Term) -> Term:
        # True and False take no arguments; the types say so.
        return self._node(t.APPLICATION, None, (function, argument), start, end)


__all__ = ["FOLLOWING", "GRAMMAR", "LAW_WORDS", "STYLES", "WORDING", "Actions", "Definition"]
