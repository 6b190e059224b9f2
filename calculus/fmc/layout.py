"""The one layout of a file; see `calculus.source.layout`."""

from calculus.fmc.parser import parse_program
from calculus.fmc.program import Program
from calculus.fmc.syntax import BRACKETS, GRAMMAR, LAW_WORDS
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
    brackets = BRACKETS
    solid = frozenset({"LESS"})
    separators = frozenset({"SEMICOLON", "PLUS"})
    joints = frozenset({"DOT"})
    law_words = LAW_WORDS

    def spelling(self, kind: str, word: str) -> str:
        return (_UNICODE if self.unicode else _ASCII).get(kind, word)

    def spaces(self) -> list[bool]:
        typed = next((at for at in self.cuts if self.words[at] in ("at", ":")), None)
        return _spaces(self.kinds, self.closing, typed)

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


def _spaces(kinds: list[str], closing: dict[int, int], typed_from: int | None) -> list[bool]:
    """Whether a space stands before each word, on a line; in a law there are types from some word on."""
    spaces: list[bool] = []
    typed_until = 0
    previous = ""
    outer: list[int] = []
    for index, kind in enumerate(kinds):
        if kind == "LESS":
            outer.append(closing[index])
        elif kind == "GREATER":
            outer.pop()
        if (index == 0 and kind == "DATA") or index == typed_from:
            typed_until = len(kinds)
        elif kind == "COLON" and outer:
            typed_until = outer[-1]
        elif kind == "COLON" and kinds[0] == "DEF":
            typed_until = kinds.index("EQUAL")
        of_law = kind == "COLON" and kinds[0] == "LAW" and index == 2
        spaces.append(not of_law and _space(previous, kind, index < typed_until))
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
