"""The one layout of a file; see `calculus.source.layout`."""

from itertools import pairwise

from calculus.eml.parser import parse_program
from calculus.eml.program import Program
from calculus.eml.wording import BRACKETS, GRAMMAR, LAW_WORDS, WORD
from calculus.source.explain import Token
from calculus.source.layout import ItemLayout, lay_out, source_of
from calculus.source.text import Source

_TIGHT = {"RPAR", "COMMA", "COLON"}


def format_program(program: Program | Source | str, unicode: bool = False, width: int = 88) -> str:
    """The text of a program in the one layout; lines of at most `width` characters where they can be
    broken. There is one spelling only, so `unicode` changes nothing.

    Raises `SyntaxProblem` or `NameProblem` for a text that is no program.
    """
    return lay_out(GRAMMAR, source_of(program, parse_program), _Item, unicode, width)


class _Item(ItemLayout):
    brackets = BRACKETS
    separators = frozenset()
    joints = frozenset({"COMMA"})
    law_words = LAW_WORDS

    def __init__(self, source: Source, tokens: list[Token], unicode: bool, width: int) -> None:
        words = [token for token in tokens if token.kind != "COMMENT"]
        self.apart = [False, *(one.end < other.start for one, other in pairwise(words))]
        super().__init__(source, tokens, unicode, width)

    def spelling(self, kind: str, word: str) -> str:
        # What takes arguments is one token with its bracket.
        return f"{word[:-1].rstrip()}(" if kind in BRACKETS else word

    def spaces(self) -> list[bool]:
        plain = [
            bool(before) and before not in BRACKETS and kind not in _TIGHT and not {before, kind} <= WORD
            for before, kind in zip(["", *self.kinds], self.kinds, strict=False)
        ]
        if self.kinds[0] != "LAW":
            return plain
        start = self.kinds.index("COLON") + 1
        return [*plain[:start], *(self._in_law(index, start) for index in range(start, len(plain)))]

    def _in_law(self, index: int, start: int) -> bool:
        """What a law says may be an expression or a condition, whose words and signs stay as they are."""
        before, kind = self.kinds[index - 1], self.kinds[index]
        if before in BRACKETS or kind in _TIGHT:
            return False
        told = index == start or before == "COMMA" or index in self.cuts or index - 1 in self.cuts
        return told or self.apart[index]
