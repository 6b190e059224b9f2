"""Finite automata as a calculus of the registry."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from calculus.encodings.automaton.syntax import GRAMMAR, Automaton, read_automaton
from calculus.encodings.automaton.translation import translate
from calculus.encodings.layout import lay_out
from calculus.encodings.words import WordLanguage, letter_value, split
from calculus.machine.relational.answers import View
from calculus.rmc.program import Program
from calculus.source.diagnostic import Diagnostic
from calculus.source.text import Source
from calculus.term import Term


@dataclass(frozen=True)
class AutomatonProgram:
    """An automaton, and its translation."""

    source: Source
    automaton: Automaton

    @cached_property
    def rmc(self) -> Program:
        return Program(self.source, {}, (), translate(self.automaton))

    @property
    def warnings(self) -> tuple[Diagnostic, ...]:
        return self.automaton.warnings


class FiniteAutomaton(WordLanguage[AutomatonProgram]):
    """Finite automata, which may have several ways to go on and steps without a letter."""

    name = "automaton"
    endings = (".fa",)
    program_type = AutomatonProgram

    def parse(self, source: Source) -> AutomatonProgram:
        """Raises `SyntaxProblem` or `NameProblem` with all mistakes."""
        return AutomatonProgram(source, read_automaton(source))

    def format(self, source: Source, *, unicode: bool = False) -> str:
        read_automaton(source)
        return lay_out(GRAMMAR, source, unicode=unicode)

    def word(self, program: AutomatonProgram, text: str) -> list[Term]:
        return [letter_value(letter) for letter in split(text, program.automaton.letters)]

    def order(self, program: AutomatonProgram) -> Sequence[str]:
        return program.automaton.letters

    def generator(self, program: AutomatonProgram) -> Program:
        """Without the states that no run comes to: the dual would come to them, and perhaps never end."""
        automaton = program.automaton
        return Program(program.source, {}, (), translate(automaton, automaton.reachable()))

    def joined(self, program: AutomatonProgram, letters: Sequence[str]) -> View:
        short = all(len(letter) == 1 for letter in program.automaton.letters)
        text = ("" if short else " ").join(letters)
        return View(text or "ε", {"word": list(letters)})
