"""The one layout of a file.

It works on tokens, not on terms, so nothing that was written is lost: comments, `⊕`, redundant
brackets. What comes out depends only on the tokens, on whether a comment stands on a line of its
own, and on where there are blank lines between items; all of that it keeps, so laying out twice
changes nothing.
"""

from collections.abc import Iterator
from itertools import accumulate

from calculus.fmc.parser import parse_program
from calculus.fmc.program import Program
from calculus.fmc.syntax import GRAMMAR
from calculus.source.explain import Token
from calculus.source.items import item_ranges
from calculus.source.text import Source

_ASCII = {
    "LESS": "<",
    "GREATER": ">",
    "ARROW": "->",
    "DOUBLE_ARROW": "=>",
    "PLUS": "(+)",
}
_UNICODE = {
    "LESS": "⟨",
    "GREATER": "⟩",
    "ARROW": "→",
    "DOUBLE_ARROW": "⇒",
    "PLUS": "⊕",
}
_CLOSING = {"LPAR": "RPAR", "LSQB": "RSQB", "LESS": "GREATER"}
_SEPARATORS = frozenset({"SEMICOLON", "PLUS"})
STEP = 2
DEEPEST = 40
"""No line begins further to the right, or what nests deeply would fill the file with spaces."""


def format_program(program: Program | Source | str, unicode: bool = False, width: int = 88) -> str:
    """The text of a program in the one layout, in ASCII or Unicode signs; lines of at most `width`
    characters where they can be broken.

    Raises `SyntaxProblem` or `NameProblem` for a text that is no program.
    """
    if isinstance(program, str):
        program = Source(program)
    if isinstance(program, Source):
        parse_program(program)
        source = program
    else:
        source = program.source
    lines: list[str] = []
    for blank, entry in _entries(source, unicode, width):
        if blank and lines:
            lines.append("")
        lines.append(entry)
    return "\n".join([*lines, ""]) if lines else ""


def _entries(source: Source, unicode: bool, width: int) -> Iterator[tuple[bool, str]]:
    """Items and the comments between them, and whether a blank line comes before."""
    text = source.text
    end = 0
    ranges = list(item_ranges(GRAMMAR, source))
    starts = [0, *(start for start, _ in ranges)]
    stops = [ranges[0][0] if ranges else len(text), *(stop for _, stop in ranges)]
    for start, stop in zip(starts, stops, strict=True):
        tokens = list(GRAMMAR.tokens(text, start, stop))
        last = max((i for i, token in enumerate(tokens) if token.kind != "COMMENT"), default=-1)
        # A comment on the line where the item ends belongs to it.
        follows = last + 1
        if 0 <= last < len(tokens) - 1 and _same_line(text, tokens[last], tokens[follows]):
            follows += 1
        if last >= 0:
            yield (
                _blank(text, end, tokens[0].start),
                _item(source, tokens[:follows], unicode, width),
            )
            end = tokens[follows - 1].end
        for token in tokens[follows:]:
            yield _blank(text, end, token.start), _comment(text, token)
            end = token.end


def _same_line(text: str, left: Token, right: Token) -> bool:
    return "\n" not in text[left.end : right.start]


def _blank(text: str, end: int, start: int) -> bool:
    return text.count("\n", end, start) > 1


def _comment(text: str, token: Token) -> str:
    return text[token.start : token.end].rstrip()


def _item(source: Source, tokens: list[Token], unicode: bool, width: int) -> str:
    if tokens[0].kind == "LAW":
        law = source.text[tokens[0].start : tokens[-1].end]
        return "\n".join(line.rstrip() for line in law.split("\n"))
    return _Item(source, tokens, unicode, width).text()


class _Item:
    """Lays out one item.

    `words` are the tokens other than comments; `before[i]` are the comments between words i-1 and
    i, each with whether it stands on the line of the word before it.
    """

    def __init__(self, source: Source, tokens: list[Token], unicode: bool, width: int) -> None:
        text = source.text
        signs = _UNICODE if unicode else _ASCII
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
                word = signs.get(token.kind, text[token.start : token.end])
                if token.kind == "STAR":
                    word = "⋆" if unicode else "*"
                self.kinds.append(token.kind)
                self.words.append(word)
                self.before.append([])
            previous = token
        self.closing = _matching(self.kinds)
        self.spaced = _spaces(self.kinds, self.closing)
        widths = [len(word) + space for word, space in zip(self.words, self.spaced, strict=True)]
        self.reach = [0, *accumulate(widths)]
        self.remarks = [0, *accumulate(len(comments) for comments in self.before)]
        self.pieces: list[str] = []
        self.column = 0
        self.wanted: int | None = None  # a line to begin, at this indentation, before the next word

    def text(self) -> str:
        count = len(self.words)
        if self.fits(0, count):
            self.flat(0, count, STEP)
        elif self.kinds[0] == "DATA":
            self.data(count)
        else:
            start = 0
            if self.kinds[0] == "DEF":
                start = self.kinds.index("EQUAL") + 1
                self.flat(0, start, STEP)
                self.wanted = STEP
            self.term(start, count)
        self.comments(count, STEP)
        return "".join(self.pieces)

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

    def data(self, count: int) -> None:
        for index in range(count):
            if self.kinds[index] == "BAR":
                self.wanted = STEP
            self.word(index, STEP)

    def term(self, start: int, stop: int) -> None:
        """Lay out a term; `tasks` are ranges yet to be written: of a term, of a chain, or of
        plain words.
        """
        tasks: list[tuple[str, int, int, int]] = [("term", start, stop, STEP)]
        while tasks:
            task, start, stop, indent = tasks.pop()
            if task == "break":
                self.wanted = indent
            elif task == "words" or self.fits(start, stop):
                self.flat(start, stop, indent)
            elif task == "term":
                tasks += reversed(self.segments(start, stop, indent))
            elif task == "chain":
                tasks += reversed(self.links(start, stop, indent))
            else:
                tasks += reversed(self.link(start, stop, indent))

    def segments(self, start: int, stop: int, indent: int) -> list[tuple[str, int, int, int]]:
        """A term as its parts between `;` or `⊕`, each on a line."""
        parts: list[tuple[str, int, int, int]] = []
        at = begin = start
        deeper = indent
        while at <= stop:
            if at < stop and self.kinds[at] not in _SEPARATORS:
                at = self.closing.get(at, at) + 1
                continue
            parts.append(("chain", begin, at, deeper))
            if at < stop:
                case = at + 2 < stop and self.kinds[at + 2] == "ARROW"
                begin = at + 3 if case else at + 1
                parts += [("break", at, at, indent), ("words", at, begin, indent)]
                at, deeper = begin - 1, _deeper(indent)
            at += 1
        return parts

    def links(self, start: int, stop: int, indent: int) -> list[tuple[str, int, int, int]]:
        """A chain as its links, each with the dot after it."""
        parts: list[tuple[str, int, int, int]] = []
        at = begin = start
        while at < stop:
            if self.kinds[at] == "DOT":
                parts.append(("link", begin, at + 1, indent))
                begin = at + 1
            at = self.closing.get(at, at) + 1
        return [*parts, ("link", begin, stop, indent)]

    def link(self, start: int, stop: int, indent: int) -> list[tuple[str, int, int, int]]:
        """A link that does not fit on this line: on the next one, or its bracket opened up."""
        close = self.closing.get(start)
        alone = self.quiet(start, stop) and indent + self.flat_width(start, stop) <= self.width
        if alone or close is None or self.kinds[start] == "LESS":
            if self.column > indent and not self.spaced[start]:
                self.wanted = indent
            return [("words", start, stop, indent)]
        deeper = _deeper(indent)
        return [
            ("words", start, start + 1, indent),
            ("break", start, start, deeper),
            ("term", start + 1, close, deeper),
            ("break", close, close, indent),
            ("words", close, stop, indent),
        ]


def _deeper(indent: int) -> int:
    return min(indent + STEP, DEEPEST)


def _matching(kinds: list[str]) -> dict[int, int]:
    """Where the bracket that opens at an index closes."""
    found: dict[int, int] = {}
    open_at: list[int] = []
    for index, kind in enumerate(kinds):
        if kind in _CLOSING:
            open_at.append(index)
        elif open_at and kind == _CLOSING[kinds[open_at[-1]]]:
            found[open_at.pop()] = index
    return found


def _spaces(kinds: list[str], closing: dict[int, int]) -> list[bool]:
    """Whether a space stands before each word, on a line."""
    spaces: list[bool] = []
    typed_until = 0
    previous = ""
    outer: list[int] = []
    for index, kind in enumerate(kinds):
        if kind == "LESS":
            outer.append(closing[index])
        elif kind == "GREATER":
            outer.pop()
        if index == 0 and kind == "DATA":
            typed_until = len(kinds)
        elif kind == "COLON":
            typed_until = outer[-1] if outer else kinds.index("EQUAL")
        spaces.append(_space(previous, kind, index < typed_until))
        previous = kind
    return spaces


def _space(previous: str, kind: str, typed: bool) -> bool:
    if previous in {"", "LPAR", "LSQB", "LESS", "CARET"}:
        return False
    if kind in {"RPAR", "RSQB", "GREATER", "CARET"}:
        return False
    if typed:
        if kind == "DOT":
            return previous in {"SUM", "DOUBLE_ARROW"}
        return previous not in {"DOT", "TYPE_LOC"}
    if kind == "DOT" or previous == "DOT" or (previous == "LOC" and kind == "LESS"):
        return False
    return not (previous == "RSQB" and kind == "LOC")
