"""The grammar of Prolog, how to speak of it, and the terms that its alternatives build."""

import re
from typing import Any, NoReturn

from calculus.encodings.prolog.terms import CELL, COMPOUND, EMPTY, INTEGER, STRING
from calculus.source.diagnostic import Diagnostic, SyntaxProblem
from calculus.source.explain import END, UNKNOWN, Unexpected, Wording, syntax
from calculus.source.grammar import Grammar
from calculus.source.integer import read_integer
from calculus.source.text import Source, Span
from calculus.term import VARIABLE, Op, Term

_TERM = frozenset(
    {
        *("NAME", "QUOTED", "SYMBOL", "CUT", "VARIABLE", "INTEGER", "FLOAT", "STRING", "BACKQUOTED"),
        *("FUNCTOR", "QUOTED_FUNCTOR", "LPAR", "LSQB", "LBRACE", "RELATION", "IS", "BITS", "XOR", "TIMES"),
        *("MOD", "CARET", "POWER", "SEMICOLON", "THEN", "PLUS", "MINUS", "TILDE", "SIGN_CALL", "NOT_CALL"),
    }
)
_ALONE = frozenset({"NECK", "DCG", "ASK", "PLUS", "MINUS", "NOT", "TILDE"})
_TIGHT = frozenset({"CARET", "POWER", "TIMES", "MOD", "PLUS", "MINUS", "SIGN_CALL", "BITS", "XOR"})
_INFIX = _TIGHT | {"RELATION", "IS"}
_BODY = _INFIX | {"COMMA", "SEMICOLON", "THEN"}


def _call_with_space(problem: Unexpected) -> Diagnostic | None:
    if problem.kind != "LPAR" or problem.kind_before() not in ("NAME", "QUOTED", "SYMBOL", "VARIABLE"):
        return None
    name = problem.text(problem.before[-1])
    if problem.kind_before() == "VARIABLE":
        message = f"expected a name before `(`, found the variable `{name}`"
        return syntax(problem, message, help="the name of a goal or a term is known when it is written")
    return syntax(
        problem,
        f"expected `(` right after `{name}`, found a space between them",
        help="the arguments of a term touch its name",
    )


def _missing_stop(problem: Unexpected) -> Diagnostic | None:
    """Two clauses without a full stop between them, or a full stop that touches what follows."""
    if problem.kind in ("NECK", "ASK") and "END" in problem.acceptable and problem.before:
        help = "a clause ends with `.`, and has one `:-`"
        return syntax(problem, f"expected `.` or an operator, found `{problem.found}`", help=help)
    if problem.kind == "SYMBOL" and problem.found.startswith(".") and "END" in problem.acceptable:
        message = "expected white space after the `.` that ends a clause, found none"
        return syntax(problem, message)
    return None


def _strange_operator(problem: Unexpected) -> Diagnostic | None:
    if problem.kind != "SYMBOL" or "END" not in problem.acceptable:
        return None
    return syntax(
        problem,
        f"expected an operator, found `{problem.found}`",
        help="signs that touch are one token: write `X = -1` with a space; new operators cannot be declared",
    )


def _open_quote(problem: Unexpected) -> Diagnostic | None:
    if problem.kind != UNKNOWN or problem.found not in "'`":
        return None
    text = problem.source.text
    line_end = text.find("\n", problem.span.start)
    end = len(text) if line_end < 0 else line_end
    span = Span(problem.source, problem.span.start, end, end)
    return syntax(
        problem,
        f"expected `{problem.found}` at the end of the name, found the end of the line",
        label="this name is not closed",
        help="a quote in a quoted name is written twice",
        span=span,
    )


def _letter(problem: Unexpected) -> Diagnostic | None:
    if problem.kind != UNKNOWN or not problem.found.isalpha():
        return None
    help = "a name that does not begin with one of a to z is written in quotes"
    return syntax(problem, f"expected a term, found the letter `{problem.found}`", help=help)


def _open_comment(problem: Unexpected) -> Diagnostic | None:
    start = problem.span.start
    if problem.kind != UNKNOWN or problem.source.text[start : start + 2] != "/*":
        return None
    return syntax(problem, "expected `*/` at the end of the comment, found the end of the text")


def _bar(problem: Unexpected) -> Diagnostic | None:
    if problem.kind != "BAR" or "SEMICOLON" not in problem.acceptable:
        return None
    return syntax(problem, "expected an operator, found `|`", help="alternatives are separated by `;`")


def _unfinished(problem: Unexpected) -> Diagnostic | None:
    if problem.kind != END or "END" not in problem.acceptable:
        return None
    found = "the end of the text"
    return syntax(problem, f"expected `.` at the end of the clause, found {found}")


GRAMMAR = Grammar(
    "prolog",
    ("clause", "whole"),
    Wording(
        words={
            "END": "`.`",
            "NECK": "",
            "COMMA": "`,`",
            "BAR": "`|`",
            "RPAR": "`)`",
            "RSQB": "`]`",
            "RBRACE": "`}`",
            "LPAR": "`(`",
        },
        groups=(
            ("an argument", _TERM | _ALONE),
            ("a clause or a query", _TERM | {"NOT", "NECK", "ASK"}),
            ("a goal", _TERM | {"NOT"}),
            ("a term", _TERM),
            ("a term", _TERM - {"PLUS", "MINUS", "TILDE"}),
            ("an operator", _BODY),
            ("an operator", _INFIX),
            ("an operator", _TIGHT),
        ),
        brackets={"LPAR": "RPAR", "LSQB": "RSQB", "LBRACE": "RBRACE"},
        hints=(
            _open_comment,
            _letter,
            _call_with_space,
            _missing_stop,
            _strange_operator,
            _open_quote,
            _bar,
            _unfinished,
        ),
    ),
)

Word = tuple[str, int, int]
"""An operator, and where it is."""

_ESCAPE = re.compile(
    r"""''|""|\\(?:x([0-9A-Fa-f]+)\\?|([0-7]+)\\?|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))""", re.DOTALL
)
_LETTERS = {
    **{"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v"},
    **{"e": "\x1b", "s": " ", "\\": "\\", "'": "'", '"': '"', "`": "`"},
}


class PrologActions:
    """Builds the terms of one text."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.text = source.text

    def _span(self, start: int, end: int) -> Span:
        return Span(self.source, start, end, end)

    def _node(self, op: Op, label: Any, start: int, end: int, children: tuple[Term, ...] = ()) -> Term:
        return Term(op, label, children, self._span(start, end))

    def _refuse(self, start: int, end: int, message: str, help: str | None = None) -> NoReturn:
        raise SyntaxProblem(Diagnostic("syntax", message, self._span(start, end), help=help))

    def clause(self, start: int, end: int, sentence: Term, _: int) -> Term:
        return sentence

    def word(self, start: int, end: int, _: int) -> Word:
        return self.text[start:end], start, end

    def infix(self, start: int, end: int, left: Term, word: Word, right: Term) -> Term:
        return self._node(COMPOUND, word[0], start, end, (left, right))

    def prefix(self, start: int, end: int, word: Word, operand: Term) -> Term:
        name, _, stop = word
        if name == "-" and self.text[stop].isdigit():
            if operand.op is INTEGER:
                return self._node(INTEGER, -operand.label, start, end)
            # `-1^2` is the power of a negative number.
            base, *others = operand.children
            base = self._node(INTEGER, -base.label, start, base.span.end if base.span else end)
            return self._node(COMPOUND, operand.label, start, end, (base, *others))
        return self._node(COMPOUND, name, start, end, (operand,))

    def declaration(self, start: int, end: int, neck: Word, word: Word, what: Term) -> Term:
        inner = self._node(COMPOUND, word[0], word[1], end, (what,))
        return self._node(COMPOUND, neck[0], start, end, (inner,))

    def group(self, start: int, end: int, _o: int, term: Term, _c: int) -> Term:
        return term

    def one(self, start: int, end: int, item: Term) -> list[Term]:
        return [item]

    def more(self, start: int, end: int, items: list[Term], _: int, item: Term) -> list[Term]:
        items.append(item)
        return items

    def atom(self, start: int, end: int, _: int) -> Term:
        return self._node(COMPOUND, self.text[start:end], start, end)

    def quoted(self, start: int, end: int, _: int) -> Term:
        return self._node(COMPOUND, self._unquoted(start, end), start, end)

    def variable(self, start: int, end: int, _: int) -> Term:
        return self._node(VARIABLE, self.text[start:end], start, end)

    def integer(self, start: int, end: int, _: int) -> Term:
        text = self.text[start:end]
        if text.startswith("0'"):
            value = ord(self._unescaped(start + 2, end))
        elif text[:2] in ("0x", "0o", "0b"):
            value = int(text, 0)
        else:
            value = read_integer(text)
        return self._node(INTEGER, value, start, end)

    def float(self, start: int, end: int, _: int) -> Term:
        message = f"expected an integer, found `{self.text[start:end]}`"
        self._refuse(start, end, message, "numbers are integers, of any size")

    def string(self, start: int, end: int, _: int) -> Term:
        return self._node(STRING, self._unquoted(start, end), start, end)

    def codes(self, start: int, end: int, _: int) -> Term:
        help = 'write a list of integers, or a text as "…"'
        self._refuse(start, end, "expected a term, found a list of codes in backquotes", help)

    def compound(self, start: int, end: int, name: "int | Term", _o: int, items: list[Term], _c: int) -> Term:
        if isinstance(name, Term):
            label = name.label
        elif self.text[start] == "'":
            label = self._unquoted(start, name)
        else:
            label = self.text[start:name]
        return self._node(COMPOUND, label, start, end, tuple(items))

    def empty_list(self, start: int, end: int, _o: int, _c: int) -> Term:
        return self._node(COMPOUND, EMPTY, start, end)

    def whole_list(self, start: int, end: int, _o: int, items: list[Term], close: int) -> Term:
        return self._cells(start, end, items, self._node(COMPOUND, EMPTY, close - 1, close))

    def partial_list(
        self, start: int, end: int, _o: int, items: list[Term], _b: int, tail: Term, _c: int
    ) -> Term:
        return self._cells(start, end, items, tail)

    def _cells(self, start: int, end: int, items: list[Term], tail: Term) -> Term:
        for index in range(len(items) - 1, -1, -1):
            place = items[index].span
            first = start if index == 0 or place is None else place.start
            tail = self._node(COMPOUND, CELL, first, end, (items[index], tail))
        return tail

    def braces(self, start: int, end: int, _o: int, *inner: Any) -> Term:
        return self._node(COMPOUND, "{}", start, end, inner[:-1])

    def _unquoted(self, start: int, end: int) -> str:
        """What stands between quotes; one that is doubled, or escaped, is one."""
        inner = self.text[start + 1 : end - 1]
        if self.text[start] not in inner and "\\" not in inner:
            return inner
        return self._unescaped(start + 1, end - 1)

    def _unescaped(self, start: int, end: int) -> str:
        pieces: list[str] = []
        at = start
        while at < end:
            found = _ESCAPE.match(self.text, at, end)
            pieces.append(self.text[at] if found is None else self._escape(found))
            at = at + 1 if found is None else found.end()
        return "".join(pieces)

    def _escape(self, found: re.Match[str]) -> str:
        if found[0] in ("''", '""'):
            return found[0][0]
        hexadecimal, octal, short, long, letter = found.groups()
        if letter == "\n":  # the text goes on in the next line
            return ""
        if letter in _LETTERS:
            return _LETTERS[letter]
        digits = hexadecimal or short or long
        code = -1 if letter else int(digits, 16) if digits else int(octal, 8)
        if not (0 <= code < 0x110000) or 0xD800 <= code < 0xE000:
            message = f"expected an escape, found `{found[0]}`"
            help = "some escapes are \\n, \\t, \\\\, \\' and, by its code, \\x41\\"
            self._refuse(found.start(), found.end(), message, help)
        return chr(code)
