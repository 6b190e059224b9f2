"""The syntax of patterns: the reader, and the nodes it builds.

| node | label | children |
|---|---|---|
| `LETTER`: one character out of a set | the set | |
| `SEQUENCE`, which may be empty | | the parts |
| `CHOICE` | | the alternatives |
| `REPEAT` | the least number of times, the greatest or None | what is repeated |
| `ANCHOR` `^`, `$` | the character | |
"""

import re
import unicodedata

from calculus.encodings.regex.characters import Characters, category, characters, complement, one
from calculus.source.diagnostic import Diagnostic, Note, SyntaxProblem
from calculus.source.explain import UNKNOWN, Unexpected, Wording, syntax
from calculus.source.grammar import Grammar
from calculus.source.text import Source, Span
from calculus.term import Op, Term

LETTER = Op("regex.letter")
SEQUENCE = Op("regex.sequence")
CHOICE = Op("regex.choice")
REPEAT = Op("regex.repeat")
ANCHOR = Op("regex.anchor")

MOST_TIMES = 99_999
"""The greatest number that a repetition may name."""

_GROUPS = "groups are written `(…)`, `(?:…)` and `(?P<name>…)`"


def _quantifier(problem: Unexpected) -> Diagnostic | None:
    if problem.kind != "QUANTIFIER":
        return None
    if problem.kind_before() == "QUANTIFIER":
        return syntax(
            problem,
            f"expected one quantifier, found the second, `{problem.found}`",
            help="to repeat a repetition put it in a group, as in `(?:a*)*`",
        )
    return syntax(
        problem,
        f"expected something to repeat before `{problem.found}`, found nothing",
        help=f"the character itself is written `\\{problem.found[0]}`",
    )


def _class(problem: Unexpected) -> Diagnostic | None:
    if problem.kind != UNKNOWN:
        return None
    if problem.found == "[":
        end = len(problem.source.text)
        return syntax(
            problem,
            "expected `]` at the end of the class, found the end of the pattern",
            label="this class is not closed",
            help="the character itself is written `\\[`; a `]` that comes first in a class is a member of it",
            span=Span(problem.source, problem.span.start, end, end),
        )
    return syntax(problem, "expected a character after `\\`, found the end of the line")


GRAMMAR = Grammar(
    "regex",
    ("pattern",),
    Wording(
        words={"RPAR": "`)`"},
        brackets={"LPAR": "RPAR"},
        hints=(_quantifier, _class),
    ),
)


def read(source: Source) -> Term:
    """The pattern that a text is; raises `SyntaxProblem`."""
    term: Term = GRAMMAR.parse(source, "pattern", _Actions(source))
    return term


class _Actions:
    """Builds the nodes of one pattern."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.names: dict[str, Span] = {}

    def _span(self, start: int, end: int) -> Span:
        return Span(self.source, start, end, end)

    def _letter(self, ranges: Characters, start: int, end: int) -> Term:
        return Term(LETTER, ranges, (), self._span(start, end))

    def pattern(self, start: int, end: int, alternatives: list[Term]) -> Term:
        return self._choice(start, end, alternatives)

    def _choice(self, start: int, end: int, alternatives: list[Term]) -> Term:
        if len(alternatives) == 1:
            return alternatives[0]
        return Term(CHOICE, None, tuple(alternatives), self._span(start, end))

    def first(self, start: int, end: int, items: list[Term]) -> list[Term]:
        return [self._sequence(start, end, items)]

    def further(self, start: int, end: int, before: list[Term], bar: int, items: list[Term]) -> list[Term]:
        before.append(self._sequence(bar, end, items))
        return before

    def _sequence(self, start: int, end: int, items: list[Term]) -> Term:
        if len(items) == 1:
            return items[0]
        return Term(SEQUENCE, None, tuple(items), self._span(start, end))

    def nothing(self, start: int, end: int) -> list[Term]:
        return []

    def then(self, start: int, end: int, items: list[Term], item: Term) -> list[Term]:
        items.append(item)
        return items

    def repeat(self, start: int, end: int, item: Term, quantifier: int) -> Term:
        place = item.span
        assert place is not None
        found = _QUANTIFIER.search(self.source.text, place.end, quantifier)
        assert found is not None
        # A group ends after the term that it is.
        span = self._span(found.start(), quantifier)
        if found["kind"] == "+":
            help = "it never gives back what it took, which no translation keeps; leave out the last `+`"
            raise _unsupported("a possessive quantifier", span, help)
        if item.op is ANCHOR:
            raise SyntaxProblem(
                Diagnostic("syntax", f"expected something to repeat, found the anchor `{place.text}`", place)
            )
        if re.search("[1-9][0-9]{5}", found["sign"]):
            message = f"expected a repetition of at most {MOST_TIMES:,} times, found `{span.text}`"
            raise SyntaxProblem(Diagnostic("syntax", message, span))
        least, greatest = _bounds(found["sign"])
        if greatest is not None and least > greatest:
            raise SyntaxProblem(
                Diagnostic(
                    "syntax", f"expected at least {least} as the second number, found {greatest}", span
                )
            )
        return Term(REPEAT, (least, greatest), (item,), Span(self.source, start, end, end))

    def character(self, start: int, end: int, _: int) -> Term:
        return self._letter(one(self.source.text[start]), start, end)

    def dot(self, start: int, end: int, _: int) -> Term:
        return self._letter(complement(one("\n")), start, end)

    def anchor(self, start: int, end: int, _: int) -> Term:
        text = self.source.text[start:end]
        return Term(ANCHOR, {"\\A": "^", "\\Z": "$"}.get(text, text), (), self._span(start, end))

    def escape(self, start: int, end: int, _: int) -> Term:
        return self._letter(self._escape(self._span(start, end), outside=True), start, end)

    def group(self, start: int, end: int, opened: int, alternatives: list[Term], _: int) -> Term:
        text = self.source.text[start:opened]
        if text.startswith("(?P"):
            self._name(text, self._span(start, opened))
        # The place of a group is needed by the quantifier after it, so a group is a node of its own.
        return Term(SEQUENCE, None, (self._choice(opened, end - 1, alternatives),), self._span(start, end))

    def _name(self, text: str, span: Span) -> None:
        name = text[4:-1]
        if not text.endswith(">") or not name.isidentifier():
            found = f"`{text[4:].removesuffix('>')}`" if text[4:].removesuffix(">") else "none"
            raise SyntaxProblem(
                Diagnostic(
                    "syntax", f"expected a name for the group, as in `(?P<name>…)`, found {found}", span
                )
            )
        if name in self.names:
            raise SyntaxProblem(
                Diagnostic(
                    "syntax",
                    f"expected one group `{name}`, found a second",
                    span,
                    notes=(Note("the first is here", self.names[name]),),
                )
            )
        self.names[name] = span

    def unsupported(self, start: int, end: int, _: int) -> Term:
        text = self.source.text[start:end]
        span = self._span(start, end)
        if text in ("\\b", "\\B"):
            raise _unsupported(f"the word boundary `{text}`", span)
        if text.startswith("\\") or text.startswith("(?P="):
            raise _unsupported(
                f"the back-reference `{text}`", span, "a pattern with back-references is not regular"
            )
        if text.startswith("(?#"):
            raise SyntaxProblem(
                Diagnostic("syntax", "expected `)` at the end of the comment, found the end", span)
            )
        if text.startswith(("(?=", "(?!", "(?<=", "(?<!")):
            raise _unsupported(f"the {'look-behind' if '<' in text else 'look-ahead'} `{text}…)`", span)
        if text.startswith("(?>"):
            raise _unsupported("the atomic group `(?>…)`", span, "write `(?:…)`")
        if text.startswith("(?("):
            raise _unsupported(f"the conditional group `{text}…)`", span)
        if re.fullmatch(r"\(\?[a-zA-Z-]+[:)]", text):
            raise _unsupported(f"the flags `{text}`", span, "write the classes out, as in `[aA]`")
        raise SyntaxProblem(Diagnostic("syntax", f"expected a group, found `{text}`", span, help=_GROUPS))

    def set(self, start: int, end: int, _: int) -> Term:
        """`[…]`"""
        text = self.source.text
        negated = text.startswith("^", start + 1)
        at = start + 1 + negated
        ranges: list[tuple[int, int]] = []
        members = [found.span() for found in _MEMBER.finditer(text, at, end - 1)]
        index = 0
        while index < len(members):
            first, begin = self._member(*members[index]), members[index][0]
            index += 1
            if index + 1 < len(members) and text[slice(*members[index])] == "-":
                stop = members[index + 1][1]
                last = self._member(*members[index + 1])
                ranges.append(self._range(first, last, self._span(begin, stop)))
                index += 2
            else:
                ranges += first
        found = characters(ranges)
        return self._letter(complement(found) if negated else found, start, end)

    def _member(self, start: int, end: int) -> Characters:
        if end == start + 1:
            return one(self.source.text[start])
        return self._escape(self._span(start, end), outside=False)

    def _range(self, first: Characters, last: Characters, span: Span) -> tuple[int, int]:
        for side in (first, last):
            if len(side) != 1 or side[0][0] != side[0][1]:
                raise SyntaxProblem(
                    Diagnostic("syntax", "expected a range between two characters, found a class in it", span)
                )
        if first > last:
            raise SyntaxProblem(
                Diagnostic("syntax", f"expected a range from less to more, found `{span.text}`", span)
            )
        return first[0][0], last[0][1]

    def _escape(self, span: Span, *, outside: bool) -> Characters:
        """What an escape stands for, outside a class or in one."""
        text = span.text
        letter = text[1]
        if letter in "dswDSW":
            return category(letter)
        if letter in _SIMPLE:
            return one(_SIMPLE[letter])
        if letter == "b" and not outside:
            return one("\b")
        if letter in _DIGITS:
            return one(self._hexadecimal(text, _DIGITS[letter], span))
        if letter == "N":
            try:
                return one(unicodedata.lookup(text[3:-1]))
            except (KeyError, TypeError):
                message = f"expected the name of a character, as in `\\N{{EM DASH}}`, found `{text}`"
                raise SyntaxProblem(Diagnostic("syntax", message, span)) from None
        if letter in "01234567":
            return one(self._octal(text, span))
        if letter.isascii() and letter.isalnum():
            message = f"expected an escape that means something, found `{text}`"
            raise SyntaxProblem(
                Diagnostic("syntax", message, span, help=f"a letter needs no `\\`: `{letter}`")
            )
        return one(letter)

    def _hexadecimal(self, text: str, count: int, span: Span) -> str:
        if len(text) != count + 2:
            message = f"expected {count} hexadecimal digits after `{text[:2]}`, found {len(text) - 2}"
            raise SyntaxProblem(Diagnostic("syntax", message, span))
        return _character(int(text[2:], 16), span)

    def _octal(self, text: str, span: Span) -> str:
        code = int(text[1:], 8)
        if code > 0o377:
            message = f"expected an octal number of at most `\\377`, found `{text}`"
            raise SyntaxProblem(Diagnostic("syntax", message, span))
        return chr(code)


_QUANTIFIER = re.compile(r"(?P<sign>[*+?]|\{[0-9,]+\})(?P<kind>[?+]?)\Z")
_MEMBER = re.compile(
    r"\\(?:x[0-9a-fA-F]{0,2}|u[0-9a-fA-F]{0,4}|U[0-9a-fA-F]{0,8}|N(?:\{[^}]*\}?)?|[0-7]{1,3}|.)|[^\r\n]"
)
_SIMPLE = {"a": "\a", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_DIGITS = {"x": 2, "u": 4, "U": 8}


def _bounds(sign: str) -> tuple[int, int | None]:
    if sign in _BOUNDS:
        return _BOUNDS[sign]
    least, comma, greatest = sign[1:-1].partition(",")
    if not comma:
        return int(least), int(least)
    return int(least or 0), int(greatest) if greatest else None


_BOUNDS: dict[str, tuple[int, int | None]] = {"*": (0, None), "+": (1, None), "?": (0, 1)}


def _character(code: int, span: Span) -> str:
    if code > 0x10FFFF or 0xD800 <= code < 0xE000:
        what = "half of one" if code < 0xE000 else "a number beyond the last"
        raise SyntaxProblem(Diagnostic("syntax", f"expected a character, found {what}", span))
    return chr(code)


def _unsupported(what: str, span: Span, help: str | None = None) -> SyntaxProblem:
    return SyntaxProblem(
        Diagnostic("syntax", f"expected a regular expression, found {what}", span, help=help)
    )
