"""What the formats that are lines of words have in common: those of finite automata and Turing machines."""

from collections.abc import Collection
from typing import Any, NamedTuple

from calculus.source.diagnostic import Diagnostic, Note, SyntaxProblem
from calculus.source.explain import END, Hint, Unexpected, syntax
from calculus.source.grammar import Grammar
from calculus.source.items import ItemReader
from calculus.source.strings import ESCAPES, read_text
from calculus.source.text import Source, Span


class Word(NamedTuple):
    """A word of a line; `mark` is what it is written in: quotes, brackets or nothing."""

    word: str
    span: Span
    mark: str = ""


class Directive(NamedTuple):
    """A line `kind: word, …`."""

    kind: str
    words: list[Word]
    span: Span


def nothing_there(what: str) -> Hint:
    """Says of an empty text that `what` was expected."""

    def hint(problem: Unexpected) -> Diagnostic | None:
        if problem.kind != END or problem.before:
            return None
        found = "comments" if problem.source.text.strip() else "nothing"
        return syntax(problem, f"expected {what}, found {found}", label="the text is empty")

    return hint


class LineActions:
    """Builds words and directives."""

    def __init__(self, source: Source) -> None:
        self.source = source

    def span(self, start: int, end: int) -> Span:
        return Span(self.source, start, end, end)

    def plain(self, start: int, end: int, _: int) -> Word:
        return Word(self.source.text[start:end], self.span(start, end))

    def quoted(self, start: int, end: int, _: int) -> Word:
        text = self.source.text[start:end]
        value, wrong = read_text(text)
        if wrong is not None:
            message, at, stop = wrong
            span = self.span(start + at, start + stop)
            raise SyntaxProblem(Diagnostic("syntax", message, span, help=ESCAPES))
        if not value:
            message = f"expected a word in the quotes, found `{text}`"
            raise SyntaxProblem(Diagnostic("syntax", message, self.span(start, end)))
        return Word(value, self.span(start, end), '"')

    def one(self, start: int, end: int, item: Any) -> list[Any]:
        return [item]

    def more(self, start: int, end: int, items: list[Any], *item: Any) -> list[Any]:
        items.append(item[-1])
        return items

    def directive(
        self, start: int, end: int, word: int, _: int, words: list[Word] | None = None
    ) -> Directive:
        return Directive(self.source.text[start:word], words or [], self.span(start, end))


class LineReader(ItemReader):
    """Reads the lines; the names in them are looked at when all are known."""

    def __init__(self, grammar: Grammar, source: Source) -> None:
        super().__init__(grammar, source)
        self.directives: dict[str, Directive] = {}

    def add_directive(self, item: Directive) -> None:
        if first := self.directives.get(item.kind):
            self.second(f"line `{item.kind}:`", item.span, first.span)
        else:
            self.directives[item.kind] = item

    def words(self, kind: str) -> list[Word]:
        """The words of a directive."""
        return self.directives[kind].words if kind in self.directives else []

    def second(self, what: str, span: Span, first: Span) -> None:
        """Complain of a second where there can be one."""
        note = Note("the first is here", first)
        message = f"expected one {what}, found a second"
        self.problems.append(Diagnostic("name", message, span, notes=(note,)))


def unknown(what: str, word: str, known: Collection[str], span: Span, help: str = "") -> Diagnostic:
    """There is no such state, letter or symbol; `help` is said where none has a similar name."""
    from difflib import get_close_matches  # only needed for a mistake

    close = get_close_matches(word, list(known), n=1, cutoff=0.6)
    if close:
        help = f"did you mean `{close[0]}`?"
    elif not help and known:
        shown = ", ".join(f"`{item}`" for item in list(known)[:10])
        help = f"the {what}s are {shown}{', …' if len(known) > 10 else ''}"
    return Diagnostic("name", f"there is no {what} `{word}`", span, help=help or None)
