"""What to say of a token that does not fit: expected first, found second, and what would help.

A language gives a `Wording`: words for its terminals, and hints for the mistakes that are common in
it.
"""

import unicodedata
from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass, replace
from typing import NamedTuple

from calculus.source.diagnostic import Diagnostic, Note
from calculus.source.text import Source, Span

END = "$END"
UNKNOWN = "$UNKNOWN"


class Token(NamedTuple):
    """A token of a text: the name of its terminal (`$UNKNOWN` if there is none), and where it
    is.
    """

    kind: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Unexpected:
    """A token that does not fit (`kind` is `$END` at the end of the text), and what is around it.

    `symbol` is what the text was read as, `before` all tokens before, `after` a few tokens after,
    `acceptable` the terminals that would have fitted, and `more` whether the text goes on after the
    part that was read.
    """

    source: Source
    symbol: str
    kind: str
    span: Span
    before: tuple[Token, ...]
    after: tuple[Token, ...]
    acceptable: frozenset[str]
    more: bool

    @property
    def found(self) -> str:
        return "" if self.kind == END else self.span.text

    def text(self, token: Token) -> str:
        return self.source.text[token.start : token.end]

    def place(self, token: Token) -> Span:
        return Span(self.source, token.start, token.end, token.end)

    def kind_before(self, distance: int = 1) -> str:
        """The kind of the token `distance` before this one, or an empty string."""
        return self.before[-distance].kind if distance <= len(self.before) else ""

    def kind_after(self) -> str:
        return self.after[0].kind if self.after else ""


Hint = Callable[[Unexpected], Diagnostic | None]


@dataclass(frozen=True)
class Wording:
    """How to speak of a grammar.

    `words` names each terminal (an empty word: never listed as expected), `groups` gives one name
    to terminals that can all stand in a place, `brackets` maps each opening terminal to its closing
    one, and `hints` are asked in turn for something better than the list of what was expected.
    """

    words: Mapping[str, str]
    groups: tuple[tuple[str, frozenset[str]], ...] = ()
    brackets: Mapping[str, str] | None = None
    hints: tuple[Hint, ...] = ()


def explain(problem: Unexpected, wording: Wording) -> Diagnostic:
    """The diagnostic for a token that does not fit."""
    for hint in (*wording.hints, _unknown_character, _empty):
        found = hint(problem)
        if found is not None:
            return found
    return bracket_problem(problem, wording) or syntax(problem, expectation(problem, wording))


def syntax(
    problem: Unexpected,
    message: str,
    *,
    label: str = "",
    help: str | None = None,
    notes: tuple[Note, ...] = (),
    span: Span | None = None,
) -> Diagnostic:
    """A diagnostic at the unexpected token, unless another place is given."""
    return Diagnostic("syntax", message, span or problem.span, label, notes, help)


def expectation(problem: Unexpected, wording: Wording) -> str:
    """`expected X or Y, found Z`"""
    return f"expected {expected_words(problem, wording)}, found {found_words(problem)}"


def expected_words(problem: Unexpected, wording: Wording) -> str:
    """The acceptable terminals in friendly words."""
    left = set(problem.acceptable)
    names: list[str] = []
    for name, members in wording.groups:
        if members <= left:
            names.append(name)
            left -= members
    names += [word for kind, word in wording.words.items() if kind in left and word]
    names = list(dict.fromkeys(names))
    if not names and END in left:
        return "nothing more"
    return one_of(names) if names else "something else"


def one_of(names: list[str]) -> str:
    """`a`, `a or b`, `a, b or c`"""
    return " or ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else names[0]


def found_words(problem: Unexpected) -> str:
    """The token that does not fit, quoted and not too long."""
    if problem.kind == END:
        return end_words(problem)
    text = problem.found
    return f"`{text if len(text) <= 40 else text[:39] + '…'}`"


def end_words(problem: Unexpected) -> str:
    """What ends where more was expected."""
    return "the end of the item" if problem.more else "the end of the text"


def innermost_open(problem: Unexpected, wording: Wording) -> Token | None:
    """The last bracket before the token that is not closed."""
    brackets = wording.brackets or {}
    stack: list[Token] = []
    for token in problem.before:
        if token.kind in brackets:
            stack.append(token)
        elif stack and token.kind == brackets[stack[-1].kind]:
            stack.pop()
    return stack[-1] if stack else None


def bracket_problem(problem: Unexpected, wording: Wording) -> Diagnostic | None:
    """A bracket that is never closed, closed by another, or closed without being open."""
    brackets = wording.brackets or {}
    opening = innermost_open(problem, wording)
    closes = problem.kind in brackets.values()
    if opening is None:
        if not closes:
            return None
        expected = "" if END in problem.acceptable else expected_words(problem, wording)
        return syntax(
            problem,
            f"{expected and f'expected {expected}, '}found `{problem.found}` that closes nothing",
            label="no bracket is open here",
        )
    wanted = brackets[opening.kind]
    if problem.kind == wanted or not (closes or problem.kind == END or wanted in problem.acceptable):
        return None
    note = Note(f"`{problem.text(opening)}` opened here is not closed", problem.place(opening))
    return syntax(problem, expectation(problem, wording), notes=(note,))


_INDENT = "a line that begins in column 1 begins a new item; indent a line that goes on"


def column_problem(problem: Unexpected, wording: Wording) -> Diagnostic | None:
    """An item that ends too early, or begins with what cannot begin one."""
    if problem.symbol != "item":
        return None
    if problem.kind == END and problem.before and problem.more:
        plain = bracket_problem(problem, wording) or syntax(problem, expectation(problem, wording))
        return replace(plain, help=_INDENT)
    if problem.kind not in {END, UNKNOWN} and not problem.before and problem.span.start > 0:
        return syntax(problem, expectation(problem, wording), help=_INDENT)
    return None


def law_problem(problem: Unexpected, wording: Wording, reserved: Set[str]) -> Diagnostic | None:
    """An unfinished or unnamed law."""
    if not problem.before or problem.before[0].kind != "LAW" or len(problem.before) > 3:
        return None
    if problem.kind == UNKNOWN or problem.kind in reserved:
        return None
    return syntax(problem, expectation(problem, wording), help="a law is written `law name: M = N`")


def _unknown_character(problem: Unexpected) -> Diagnostic | None:
    if problem.kind != UNKNOWN:
        return None
    character = problem.found
    if character == '"':
        line_end = problem.source.text.find("\n", problem.span.start)
        end = len(problem.source.text) if line_end < 0 else line_end
        return syntax(
            problem,
            'expected `"` at the end of the string, found the end of the line',
            label="this string is not closed",
            help='a string stands on one line; a new line in it is written `\\n`, a quote `\\"`',
            span=Span(problem.source, problem.span.start, end, end),
        )
    name = unicodedata.name(character, "")
    shown = f"`{character}`" if character.isprintable() else f"U+{ord(character):04X}"
    more = f" ({name.lower()})" if name and not character.isascii() else ""
    return syntax(problem, f"unknown character {shown}{more}", label="no term has this character")


def _empty(problem: Unexpected) -> Diagnostic | None:
    if problem.kind != END or problem.before:
        return None
    what = "comments" if problem.source.text.strip() else "nothing"
    return syntax(problem, f"expected a term, found {what}", label="the text is empty")
