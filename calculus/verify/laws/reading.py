"""The bodies of laws, cut at their words and read piece by piece.

A law is a few pieces between words such as `=`, `at` or `terminates`, which stand outside of all brackets. A
piece is read where it stands, so that a mistake in it is shown at its place in the file.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from itertools import pairwise
from typing import Any

from calculus.source.diagnostic import CalculusError, Diagnostic, SyntaxProblem
from calculus.source.explain import Token, one_of
from calculus.source.grammar import Grammar
from calculus.source.items import Law
from calculus.source.laws import LawWords
from calculus.source.text import Span


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of the body of a law: the word it begins with (empty for the first part) and its place, the
    tokens after that word, and the place of the word after those, if there is one.
    """

    word: str
    span: Span
    tokens: tuple[Token, ...]
    after: Span | None = None

    @property
    def found(self) -> str:
        """What comes after the tokens, as a mistake says it."""
        return f"`{self.after.text}`" if self.after else "the end of the law"

    @property
    def place(self) -> Span:
        """Where the tokens are; the word, if there are none."""
        if not self.tokens:
            return self.span
        start, end = self.tokens[0].start, self.tokens[-1].end
        return Span(self.span.source, start, end, end)

    @property
    def words(self) -> list[str]:
        """The texts of the tokens."""
        text = self.span.source.text
        return [text[token.start : token.end] for token in self.tokens]


@dataclass(frozen=True)
class Cutter:
    """Cuts and reads the laws of a calculus."""

    grammar: Grammar
    words: LawWords

    def cut(self, law: Law) -> list[Piece]:
        """The pieces of a law, of which there is at least one."""
        source, start = law.body.source, law.body.start
        text = source.text
        tokens = [
            token for token in self.grammar.tokens(text, start, law.body.end) if token.kind != "COMMENT"
        ]
        kinds = [token.kind for token in tokens]
        texts = [text[token.start : token.end] for token in tokens]
        cuts = self.words.cuts(kinds, texts)
        found = [Piece("", Span(source, start, start, start), tuple(tokens[: cuts[0]] if cuts else tokens))]
        for at, until in pairwise([*cuts, len(tokens)]):
            token = tokens[at]
            span = Span(source, token.start, token.end, token.end)
            found[-1] = replace(found[-1], after=span)
            found.append(Piece(texts[at], span, tuple(tokens[at + 1 : until])))
        return found

    def read(self, piece: Piece, symbol: str, actions: object, what: str = "a term") -> Any:
        """The value of a piece, read as a symbol of the grammar. Raises `CalculusError`."""
        if not piece.tokens:
            raise lacking(piece, what)
        try:
            place = piece.place
            return self.grammar.parse(place.source, symbol, actions, place.start, place.end)
        except SyntaxProblem as problem:
            raise _before_the_next(problem, piece) from None


def lacking(piece: Piece, what: str) -> SyntaxProblem:
    """A piece that should hold something is empty."""
    where = f" after `{piece.word}`" if piece.word else ""
    return SyntaxProblem(
        Diagnostic("syntax", f"expected {what}{where}, found {piece.found}", piece.after or piece.span)
    )


def shape(
    law: Law,
    pieces: Sequence[Piece],
    first: Sequence[str],
    following: Mapping[str, Sequence[str]],
    forms: Sequence[str],
    read: Callable[[Piece], object],
) -> str:
    """The word that says what a law states, which is one of the `first`.

    `following` has the words that may come after each, `forms` are laws as examples, and `read` reads a term.
    Raises `CalculusError` if the words are not such.
    """
    if len(pieces) == 1:
        raise _unknown_statement(law, pieces[0], first, forms, read)
    allowed = first
    for piece in pieces[1:]:
        if piece.word not in allowed:
            raise _unexpected(piece, allowed, forms)
        allowed = following[piece.word]
    return pieces[1].word


def _unknown_statement(
    law: Law,
    piece: Piece,
    words: Sequence[str],
    forms: Sequence[str],
    read: Callable[[Piece], object],
) -> SyntaxProblem:
    """A law without any of the words that say what it states."""
    source = law.span.source
    expected = one_of([f"`{word}`" for word in words])
    for token, word in zip(piece.tokens, piece.words, strict=True):
        close = get_close_matches(word, [item for item in words if item.isalpha()], n=1, cutoff=0.75)
        if close:
            place = Span(source, token.start, token.end, token.end)
            help = f"did you mean `{close[0]}`?"
            return SyntaxProblem(
                Diagnostic("syntax", f"expected {expected}, found `{word}`", place, help=help)
            )
    read(piece)  # what is wrong in it comes first
    message = f"expected {expected} in the law `{law.name}`, found the end of the law"
    return SyntaxProblem(Diagnostic("syntax", message, law.body, help=_examples(forms)))


def _unexpected(piece: Piece, words: Sequence[str], forms: Sequence[str]) -> SyntaxProblem:
    """A word that has no place where it stands."""
    expected = one_of([*(f"`{word}`" for word in words), "the end of the law"])
    message = f"expected {expected}, found `{piece.word}`"
    return SyntaxProblem(Diagnostic("syntax", message, piece.span, help=_examples(forms)))


def _examples(forms: Sequence[str]) -> str:
    return f"a law says something like {one_of([f'`{form}`' for form in forms])}"


def gathered(*readers: Callable[[], Any]) -> list[Any]:
    """What each of the functions returns. Raises `CalculusError` with the mistakes of all of them."""
    found: list[Any] = []
    problems: list[CalculusError] = []
    for reader in readers:
        try:
            found.append(reader())
        except CalculusError as problem:
            problems.append(problem)
    if problems:
        raise type(problems[0])(*(item for problem in problems for item in problem.diagnostics))
    return found


def no_more(piece: Piece) -> None:
    """Raise `SyntaxProblem` if anything stands in a piece that ought to be empty, as after `terminates`."""
    if piece.tokens:
        message = f"expected the end of the law after `{piece.word}`, found `{piece.words[0]}`"
        raise SyntaxProblem(Diagnostic("syntax", message, piece.place))


def _before_the_next(problem: SyntaxProblem, piece: Piece) -> SyntaxProblem:
    """A piece that ends too early has met what comes next, which is the end of no item."""
    diagnostics = []
    for item in problem.diagnostics:
        for end in ("found the end of the item", "found the end of the text"):
            if end in item.message:
                message = item.message.replace(end, f"found {piece.found}")
                item = replace(item, message=message, span=piece.after or item.span)
        diagnostics.append(item)
    return SyntaxProblem(*diagnostics)
