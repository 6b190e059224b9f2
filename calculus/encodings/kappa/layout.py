"""The layout of programs of the κ-calculus; see `calculus.source.layout`."""

from calculus.encodings.kappa.syntax import BRACKETS, GRAMMAR
from calculus.source.layout import ItemLayout, lay_out
from calculus.source.text import Source

_ASCII = {"KAPPA": "kappa", "SKIP": "skip"}
_UNICODE = {"KAPPA": "κ", "SKIP": "⋆"}
_TIGHT = frozenset({*BRACKETS.values(), "SEMICOLON", "COMMA", "DOT"})
WIDTH = 88


def format_program(source: Source, unicode: bool = False) -> str:
    """The text in the one layout; it must parse."""
    return lay_out(GRAMMAR, source, _Item, unicode, WIDTH)


class _Item(ItemLayout):
    brackets = BRACKETS
    separators = frozenset()
    joints = frozenset({"SEMICOLON", "COMMA"})

    def spelling(self, kind: str, word: str) -> str:
        return (_UNICODE if self.unicode else _ASCII).get(kind, word)

    def spaces(self) -> list[bool]:
        touching = {"", *BRACKETS} | ({"KAPPA"} if self.unicode else set())
        return [
            before not in touching and kind not in _TIGHT
            for before, kind in zip(["", *self.kinds], self.kinds, strict=False)
        ]
