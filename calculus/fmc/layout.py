"""The one layout of a file; see `calculus.source.layout`."""

from types import MappingProxyType

from calculus.fmc.parser import parse_program
from calculus.fmc.program import Program
from calculus.fmc.syntax import GRAMMAR
from calculus.source.layout import STEP, ItemLayout, lay_out, source_of
from calculus.source.text import Source

_ASCII = {
    "LESS": "<",
    "GREATER": ">",
    "ARROW": "->",
    "DOUBLE_ARROW": "=>",
    "PLUS": "(+)",
    "STAR": "*",
}
_UNICODE = {
    "LESS": "⟨",
    "GREATER": "⟩",
    "ARROW": "→",
    "DOUBLE_ARROW": "⇒",
    "PLUS": "⊕",
    "STAR": "⋆",
}


def format_program(program: Program | Source | str, unicode: bool = False, width: int = 88) -> str:
    """The text of a program in the one layout, in ASCII or Unicode signs; lines of at most `width`
    characters where they can be broken.

    Raises `SyntaxProblem` or `NameProblem` for a text that is no program.
    """
    return lay_out(GRAMMAR, source_of(program, parse_program), _Item, unicode, width)


class _Item(ItemLayout):
    brackets = MappingProxyType({"LPAR": "RPAR", "LSQB": "RSQB", "LESS": "GREATER"})
    solid = frozenset({"LESS"})
    separators = frozenset({"SEMICOLON", "PLUS"})
    joints = frozenset({"DOT"})

    def spelling(self, kind: str, word: str) -> str:
        return (_UNICODE if self.unicode else _ASCII).get(kind, word)

    def spaces(self) -> list[bool]:
        return _spaces(self.kinds, self.closing)

    def broken(self, count: int) -> None:
        if self.kinds[0] != "DATA":
            super().broken(count)
            return
        for index in range(count):
            if self.kinds[index] == "BAR":
                self.wanted = STEP
            self.word(index, STEP)

    def separator(self, at: int, stop: int) -> int:
        return 3 if at + 2 < stop and self.kinds[at + 2] == "ARROW" else 1


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
