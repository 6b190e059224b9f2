"""The one layout of a file; see `calculus.source.layout`."""

from calculus.rmc.parser import parse_items
from calculus.rmc.program import Program
from calculus.rmc.syntax import BRACKETS, GRAMMAR, LAW_WORDS
from calculus.source.layout import ItemLayout, Task, further, lay_out, source_of
from calculus.source.text import Source

_ASCII = {"EX": "ex", "SKIP": "skip", "DUAL": "~", "EQUATE": "==", "GREATER": ">", "LAMBDA": "lambda"}
_UNICODE = {"EX": "∃", "SKIP": "⋆", "DUAL": "†", "EQUATE": "≐", "GREATER": "⟩"}
_CLOSING = frozenset(BRACKETS.values())
_SIGNS = frozenset({"CARET", "SLASH"})
_TIGHT = _CLOSING | _SIGNS | {"SEMICOLON", "COMMA", "STAR", "DUAL", "DOT", "COLON"}


def format_program(program: Program | Source | str, unicode: bool = False, width: int = 88) -> str:
    """The text of a program in the one layout, in ASCII or Unicode signs; lines of at most `width`
    characters where they can be broken.

    Raises `SyntaxProblem` or `NameProblem` for a text that is no program.
    """
    return lay_out(GRAMMAR, source_of(program, parse_items), _Item, unicode, width)


class _Item(ItemLayout):
    brackets = BRACKETS
    separators = frozenset({"PLUS"})
    joints = frozenset({"SEMICOLON", "COMMA"})
    law_words = LAW_WORDS

    def spelling(self, kind: str, word: str) -> str:
        if kind == "POPOPEN":
            location = word[:-1] if self.unicode else word[:-1].replace("λ", "lambda")
            return location + ("⟨" if self.unicode else "<")
        if kind == "PUSHCLOSE" and not self.unicode:
            return word.replace("λ", "lambda")
        return (_UNICODE if self.unicode else _ASCII).get(kind, word)

    def spaces(self) -> list[bool]:
        touching = {"", *BRACKETS, *_SIGNS} | ({"EX"} if self.unicode else set())
        return [
            before not in touching and kind not in _TIGHT
            for before, kind in zip(["", *self.kinds], self.kinds, strict=False)
        ]

    def after(self, at: int, stop: int) -> int:
        # What `ex` begins takes in all that follows.
        return stop if self.kinds[at] == "EX" else super().after(at, stop)

    def link(self, start: int, stop: int, indent: int) -> list[Task]:
        outer = indent if start else 0  # an item begins in column 1
        if self.kinds[start] == "EX":
            return self.binder(start, stop, further(outer), indent)
        close = self.closing.get(start)
        alone = self.quiet(start, stop) and indent + self.flat_width(start, stop) <= self.width
        if alone or close is None or self.kinds[start] != "LPAR":
            return super().link(start, stop, indent)
        # A group that is opened up has lines of its own.
        if self.column > indent and self.kinds[start - 1] in self.joints:
            self.wanted = indent
        inner = further(outer)
        if self.kinds[start + 1] == "EX":
            body = self.binder(start, close, inner, indent)
        else:
            body = [("words", start, start + 1, indent), ("break", close, close, inner)]
            body.append(("term", start + 1, close, inner))
        last = [("break", stop, stop, indent)] if self.kinds[stop - 1] in self.joints else []
        return [*body, ("break", close, close, outer), ("words", close, stop, indent), *last]

    def binder(self, start: int, stop: int, inner: int, indent: int) -> list[Task]:
        """What `ex` begins: its names, then its body further to the right."""
        body = self.kinds.index("DOT", start) + 1
        if self.column > indent and not self.fits(start, body):
            self.wanted = indent
        return [("words", start, body, indent), ("break", body, body, inner), ("term", body, stop, inner)]
