"""What languages of words have in common: a word lies on the stack `i`, its first letter on top and `Eof`
below it; the translation takes it off, and the dual of the translation puts it there.

With an input, a run tells whether the language has that word. Without, it lists the words of the language: it
searches the dual for the cheapest answers first, where each push on `i` costs one.
"""

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from calculus.encodings.names import EOF
from calculus.encodings.relational import Encoded, RelationalLanguage, input_text
from calculus.machine.relational.answers import Answer, Answers, View
from calculus.machine.relational.instructions import Text, constant, constructor
from calculus.rmc.calculus import RMC
from calculus.rmc.program import Program
from calculus.settings import Settings
from calculus.term import Term

if TYPE_CHECKING:
    from calculus.rmc.verdict import Verdict

WORD = "i"
"""The location of the word."""
END = constructor(EOF)
"""What lies below the word."""

P = TypeVar("P", bound=Encoded)

_RMC = RMC()


class WordLanguage(RelationalLanguage[P], ABC):
    """A language whose programs stand for sets of words."""

    mode = "set"
    nothing = "no"

    @abstractmethod
    def word(self, program: P, text: str) -> list[Term]:
        """The letters of an input."""

    @abstractmethod
    def order(self, program: P) -> Sequence[str]:
        """The letters, in the order in which words of one length are listed."""

    @abstractmethod
    def joined(self, program: P, letters: Sequence[str]) -> View:
        """A word, to be shown."""

    def aligned(self, left: P, right: P) -> tuple[Program, Program]:
        """The translations of two programs, with the same letters."""
        return left.rmc, right.rmc

    def generator(self, program: P) -> Program:
        """The program whose dual makes the words."""
        return program.rmc

    def given(self, program: P, settings: Settings) -> tuple[Program, Settings]:
        text = input_text(settings.inputs)
        if text is None:
            maker = self.generator(program)
            return replace(maker, main=_RMC.dual(maker)), settings
        stacks = {**settings.stacks, WORD: stack(self.word(program, text))}
        return program.rmc, replace(settings, stacks=stacks, inputs=())

    def solve(self, program: P, settings: Settings) -> Answers:
        if settings.inputs or settings.strategy:
            return super().solve(program, settings)
        from calculus.encodings.generation import Words

        ranks = {letter_value(letter): number for number, letter in enumerate(self.order(program))}
        query = _RMC.query(*self.given(program, settings))
        answers = Words(query, WORD, END, ranks, settings.budget())
        answers.language = self.name
        answers.view = partial(self.view, program)
        answers.nothing = "no word"
        return answers

    def equal(self, left: P, right: P, **options: Any) -> "Verdict":
        """Whether two programs have the same words; if not, the verdict has a `word` of one of them."""
        from calculus.encodings.word_verdict import about_words

        verdict = _RMC.equal(*self.aligned(left, right), **options)
        return about_words(verdict, lambda letters: self.joined(left, letters))

    def view(self, program: P, answer: Answer) -> View:
        if WORD not in answer.stacks:
            return View("yes", {"accepted": True})
        return self.joined(program, _letters(answer.stacks[WORD]))


def letter_value(letter: str) -> Term:
    """A letter as it lies on the stack."""
    return constant(Text(letter))


def stack(letters: Iterable[Term]) -> list[Term]:
    """The stack that holds a word, bottom first."""
    return [END, *reversed(list(letters))]


def split(text: str, letters: Collection[str]) -> list[str]:
    """The letters of a text: its characters if all `letters` are single characters, otherwise its words.

    White space and commas separate; those that are letters of one character count as letters.
    """
    if all(len(letter) == 1 for letter in letters):
        return [item for item in text if item in letters or not (item.isspace() or item == ",")]
    return text.replace(",", " ").split()


def _letters(values: Sequence[Term]) -> list[str]:
    """The word on a stack, bottom first."""
    return [value.label.value for value in reversed(values[1:])]
