"""Where the body of a law is cut.

A law is a few pieces, each but the first after a word such as `=`, `at` or `terminates` that stands outside
of all brackets.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LawWords:
    """The words that a calculus cuts its laws at.

    `brackets` has the closing terminal of each opening one. After a terminal in `joints` a word is a part of
    a term, as `at` is in `x.at`.
    """

    words: frozenset[str]
    brackets: Mapping[str, str]
    joints: frozenset[str] = frozenset()

    def cuts(self, kinds: Sequence[str], words: Sequence[str]) -> list[int]:
        """Which of the tokens of a body, given by their terminals and texts, it is cut at."""
        closing = set(self.brackets.values())
        found: list[int] = []
        depth = 0
        before = ""
        for index, (kind, word) in enumerate(zip(kinds, words, strict=True)):
            if kind in closing:
                depth -= 1
            elif depth <= 0 and word in self.words and not (word.isalpha() and before in self.joints):
                found.append(index)
            depth += kind in self.brackets
            before = kind
        return found
