"""The one layout of a file of items.

It works on tokens, not on terms, so nothing that was written is lost: comments, sugar, redundant
brackets. What comes out depends only on the tokens, on whether a comment stands on a line of its
own, and on where there are blank lines between items; all of that it keeps, so laying out twice
changes nothing. A language says in a subclass of `ItemLayout` what its signs are.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from itertools import accumulate, pairwise
from typing import ClassVar, Protocol

from calculus.source.explain import Token
from calculus.source.grammar import Grammar, collector_paused
from calculus.source.items import item_ranges
from calculus.source.laws import LawWords
from calculus.source.text import Source

STEP = 2
DEEPEST = 40
"""No line begins further to the right, or what nests deeply would fill the file with spaces."""

Task = tuple[str, int, int, int]
"""What to lay out: how, from which word, to which, and at which indentation."""


class Sourced(Protocol):
    """A program that has a text."""

    @property
    def source(self) -> Source: ...


def source_of(program: Sourced | Source | str, parse: Callable[[Source], object]) -> Source:
    """The text of a program; one that is given as a text must parse."""
    if not isinstance(program, Source | str):
        return program.source
    source = Source(program) if isinstance(program, str) else program
    parse(source)
    return source


def lay_out(grammar: Grammar, source: Source, layout: "type[ItemLayout]", unicode: bool, width: int) -> str:
    """The text of a file whose items have a layout."""
    lines: list[str] = []
    with collector_paused():
        for blank, entry in _entries(grammar, source):
            if blank and lines:
                lines.append("")
            if not isinstance(entry, str):
                entry = layout(source, entry, unicode, width).text()
            lines.append(entry)
    return "\n".join([*lines, ""]) if lines else ""


def _entries(grammar: Grammar, source: Source) -> Iterator[tuple[bool, str | list[Token]]]:
    """Items, and the comments between them, and whether a blank line comes before."""
    text = source.text
    end = 0
    ranges = list(item_ranges(grammar, source))
    starts = [0, *(start for start, _ in ranges)]
    stops = [ranges[0][0] if ranges else len(text), *(stop for _, stop in ranges)]
    for start, stop in zip(starts, stops, strict=True):
        tokens = list(grammar.tokens(text, start, stop))
        last = max((i for i, token in enumerate(tokens) if token.kind != "COMMENT"), default=-1)
        # A comment on the line where the item ends belongs to it.
        follows = last + 1
        if 0 <= last < len(tokens) - 1 and _same_line(text, tokens[last], tokens[follows]):
            follows += 1
        if last >= 0:
            own = tokens[:follows]
            blank = _blank(text, end, own[0].start)
            yield blank, own
            end = own[-1].end
        for token in tokens[follows:]:
            yield _blank(text, end, token.start), _comment(text, token)
            end = token.end


def _same_line(text: str, left: Token, right: Token) -> bool:
    return "\n" not in text[left.end : right.start]


def _blank(text: str, end: int, start: int) -> bool:
    return text.count("\n", end, start) > 1


def _comment(text: str, token: Token) -> str:
    return text[token.start : token.end].rstrip()


class ItemLayout(ABC):
    """Lays out one item.

    `words` are the tokens other than comments; `before[i]` are the comments between words i-1 and
    i, each with whether it stands on the line of the word before it.
    """

    brackets: ClassVar[Mapping[str, str]]
    """The closing bracket of each opening one."""
    solid: ClassVar[frozenset[str]] = frozenset()
    """The brackets whose contents stay on one line."""
    separators: ClassVar[frozenset[str]]
    """What a term is broken at first; it begins a line."""
    joints: ClassVar[frozenset[str]]
    """What a part of a term is broken at; it ends a line."""
    law_words: ClassVar[LawWords | None] = None
    """What a law is broken at, where there are laws."""

    def __init__(self, source: Source, tokens: list[Token], unicode: bool, width: int) -> None:
        text = source.text
        self.unicode = unicode
        self.width = width
        self.kinds: list[str] = []
        self.words: list[str] = []
        self.before: list[list[tuple[bool, str]]] = [[]]
        previous: Token | None = None
        for token in tokens:
            if token.kind == "COMMENT":
                trailing = previous is not None and _same_line(text, previous, token)
                self.before[-1].append((trailing, _comment(text, token)))
            else:
                self.kinds.append(token.kind)
                self.words.append(self.spelling(token.kind, text[token.start : token.end]))
                self.before.append([])
            previous = token
        self.closing = _matching(self.kinds, self.brackets)
        self.cuts = self._cuts()
        self.spaced = self.spaces()
        widths = [len(word) + space for word, space in zip(self.words, self.spaced, strict=True)]
        self.reach = [0, *accumulate(widths)]
        self.remarks = [0, *accumulate(len(comments) for comments in self.before)]
        self.pieces: list[str] = []
        self.column = 0
        self.wanted: int | None = None  # a line to begin, at this indentation, before the next word

    @abstractmethod
    def spelling(self, kind: str, word: str) -> str:
        """A word in the spelling that is wanted."""

    @abstractmethod
    def spaces(self) -> list[bool]:
        """Whether a space stands before each word, on a line."""

    def text(self) -> str:
        """The item in its layout."""
        count = len(self.words)
        if self.fits(0, count):
            self.flat(0, count, STEP)
        else:
            self.broken(count)
        self.comments(count, STEP)
        return "".join(self.pieces)

    def broken(self, count: int) -> None:
        """Lay out an item that does not fit on a line."""
        start = 0
        if self.kinds[0] == "LAW":
            self.law(count)
            return
        if self.kinds[0] == "DEF":
            start = self.kinds.index("EQUAL") + 1
            self.flat(0, start, STEP)
            self.wanted = STEP
        self.term(start, count)

    def law(self, count: int) -> None:
        """A law as its pieces, each on a line that begins with its word."""
        start = self.kinds.index("COLON") + 1
        self.flat(0, start, STEP)
        for first, stop in pairwise([start, *self.cuts, count]):
            self.wanted = STEP
            if first in self.cuts:
                self.word(first, STEP)
                first += 1
            if first < stop:
                self.term(first, stop, STEP if first == start else further(STEP))

    def _cuts(self) -> list[int]:
        """The words that a law is cut at."""
        if self.law_words is None or self.kinds[0] != "LAW":
            return []
        start = self.kinds.index("COLON") + 1
        return [start + index for index in self.law_words.cuts(self.kinds[start:], self.words[start:])]

    # Writing

    def flat_width(self, start: int, stop: int) -> int:
        return self.reach[stop] - self.reach[start] - self.spaced[start]

    def quiet(self, start: int, stop: int) -> bool:
        """Whether no comment stands between the words of a range."""
        return stop <= start + 1 or self.remarks[stop] == self.remarks[start + 1]

    def fits(self, start: int, stop: int, more: int = 0) -> bool:
        """Whether a range fits on the line that is being written, with `more` characters after
        it.
        """
        column = self.column + self.spaced[start] if self.wanted is None else self.wanted
        return self.quiet(start, stop) and column + self.flat_width(start, stop) + more <= self.width

    def comments(self, index: int, indent: int) -> None:
        for trailing, comment in self.before[index]:
            if trailing:
                self.pieces.append(f"  {comment}")
            else:
                if self.pieces:
                    self.newline(indent)
                self.pieces.append(comment)
            if self.wanted is None:
                self.wanted = indent

    def newline(self, indent: int) -> None:
        self.pieces.append("\n" + " " * indent)
        self.column = indent

    def word(self, index: int, indent: int) -> None:
        self.comments(index, indent)
        if self.wanted is not None:
            self.newline(self.wanted)
            self.wanted = None
        elif self.spaced[index]:
            self.pieces.append(" ")
            self.column += 1
        self.pieces.append(self.words[index])
        self.column += len(self.words[index])

    def flat(self, start: int, stop: int, indent: int) -> None:
        for index in range(start, stop):
            self.word(index, indent)

    # Layout

    def term(self, start: int, stop: int, indent: int = STEP) -> None:
        """Lay out a term; `tasks` are ranges yet to be written: of a term, of a chain, or of
        plain words.
        """
        tasks: list[Task] = [("term", start, stop, indent)]
        while tasks:
            task, start, stop, indent = tasks.pop()
            if task == "break":
                self.wanted = indent
            elif task == "words" or self.fits(start, stop):
                self.flat(start, stop, indent)
            else:
                tasks += reversed(self.parts(task, start, stop, indent))

    def parts(self, task: str, start: int, stop: int, indent: int) -> list[Task]:
        """The parts of a range that does not fit on the line."""
        if task == "term":
            return self.segments(start, stop, indent)
        return self.links(start, stop, indent) if task == "chain" else self.link(start, stop, indent)

    def segments(self, start: int, stop: int, indent: int) -> list[Task]:
        """A term as its parts between separators, each on a line."""
        parts: list[Task] = []
        at = begin = start
        deeper = indent
        while at <= stop:
            if at < stop and self.kinds[at] not in self.separators:
                at = self.after(at, stop)
                continue
            parts.append(("chain", begin, at, deeper))
            if at < stop:
                begin = at + self.separator(at, stop)
                parts += [("break", at, at, indent), ("words", at, begin, indent)]
                at, deeper = begin - 1, further(indent)
            at += 1
        return parts

    def separator(self, at: int, stop: int) -> int:
        """How many words the separator takes that begins at `at`."""
        return 1

    def after(self, at: int, stop: int) -> int:
        """Where what begins at `at` ends: a word, or all between brackets."""
        return self.closing.get(at, at) + 1

    def links(self, start: int, stop: int, indent: int) -> list[Task]:
        """A chain as its links, each with the joint after it."""
        parts: list[Task] = []
        at = begin = start
        while at < stop:
            if self.kinds[at] in self.joints:
                parts.append(("link", begin, at + 1, indent))
                begin = at + 1
            at = self.after(at, stop)
        return [*parts, ("link", begin, stop, indent)]

    def link(self, start: int, stop: int, indent: int) -> list[Task]:
        """A link that does not fit on this line: on the next one, or its bracket opened up."""
        close = self.closing.get(start)
        alone = self.quiet(start, stop) and indent + self.flat_width(start, stop) <= self.width
        if alone or close is None or self.kinds[start] in self.solid:
            if self.column > indent and (not self.spaced[start] or self.kinds[start - 1] in self.joints):
                self.wanted = indent
            return [("words", start, stop, indent)]
        inner = further(indent)
        return [
            ("words", start, start + 1, indent),
            ("break", start, start, inner),
            ("term", start + 1, close, inner),
            ("break", close, close, indent),
            ("words", close, stop, indent),
        ]


def further(indent: int) -> int:
    """The indentation one step to the right."""
    return min(indent + STEP, DEEPEST)


def _matching(kinds: list[str], brackets: Mapping[str, str]) -> dict[int, int]:
    """Where the bracket that opens at an index closes."""
    found: dict[int, int] = {}
    open_at: list[int] = []
    for index, kind in enumerate(kinds):
        if kind in brackets:
            open_at.append(index)
        elif open_at and kind == brackets[kinds[open_at[-1]]]:
            found[open_at.pop()] = index
    return found
