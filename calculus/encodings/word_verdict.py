"""Whether two languages are the same, told by their words."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Any

from calculus.encodings.words import END, WORD
from calculus.machine.relational.answers import View
from calculus.machine.relational.instructions import Text
from calculus.rmc.verdict import Verdict, Witness
from calculus.term.binding import substitute


@dataclass(frozen=True)
class WordVerdict(Verdict):
    """A verdict whose witness comes down to a `word`, which only one side has."""

    word: View | None = None

    def to_json(self) -> dict[str, Any]:
        assert self.witness is not None and self.word is not None
        return super().to_json() | {"source": self.word.data | {"side": self.witness.side}}

    def explained(self) -> Iterator[str]:
        assert self.witness is not None and self.word is not None
        other = "right" if self.witness.side == "left" else "left"
        yield f"the {self.witness.side} has the word {self.word.text}, and the {other} has not"


def about_words(verdict: Verdict, shown: Callable[[Sequence[str]], View]) -> Verdict:
    """The verdict on two translations as one on their words, where it has a witness."""
    witness = verdict.witness
    letters = None if witness is None or witness.counted else _letters(witness)
    if letters is None:
        return verdict
    same = {item.name: getattr(verdict, item.name) for item in fields(verdict)}
    return WordVerdict(**same, word=shown(letters))


def _letters(witness: Witness) -> list[str] | None:
    """The word that the witness's answer takes from the stack; None if it takes no word."""
    letters: list[str] = []
    for value in reversed(witness.stacks.get(WORD, ())):
        value = substitute(value, witness.answer.bindings)
        if value == END:
            return letters
        if not isinstance(value.label, Text):
            return None
        letters.append(value.label.value)
    return None
