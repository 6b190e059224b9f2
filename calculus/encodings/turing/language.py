"""Turing machines as a calculus of the registry."""

from dataclasses import dataclass, replace
from functools import cached_property

from calculus.encodings.layout import lay_out
from calculus.encodings.names import as_word
from calculus.encodings.relational import RelationalLanguage, input_text
from calculus.encodings.turing.machine import Machine, tape_text
from calculus.encodings.turing.reading import read_machine, read_tape
from calculus.encodings.turing.syntax import GRAMMAR
from calculus.encodings.turing.translation import STATE, STEPS, stacks, tape_on, translate
from calculus.machine.relational.answers import Answer, View
from calculus.rmc.program import Program
from calculus.settings import Settings
from calculus.source.diagnostic import Diagnostic
from calculus.source.text import Source

LONGEST = 60
"""Cells of a tape that are shown in a line."""


@dataclass(frozen=True)
class TuringProgram:
    """A machine, and its translation."""

    source: Source
    machine: Machine

    @cached_property
    def rmc(self) -> Program:
        return Program(self.source, {}, (), translate(self.machine))

    @property
    def warnings(self) -> tuple[Diagnostic, ...]:
        return self.machine.warnings


class Turing(RelationalLanguage[TuringProgram]):
    """Turing machines with one tape: the answer is how the machine halts."""

    name = "turing"
    endings = (".tm",)
    nothing = "the machine never halts"
    program_type = TuringProgram

    def parse(self, source: Source) -> TuringProgram:
        """Raises `SyntaxProblem` or `NameProblem` with all mistakes."""
        return TuringProgram(source, read_machine(source))

    def format(self, source: Source, *, unicode: bool = False) -> str:
        read_machine(source)
        return lay_out(GRAMMAR, source, unicode=unicode)

    def given(self, program: TuringProgram, settings: Settings) -> tuple[Program, Settings]:
        """In set mode steps are not counted: then a machine that comes back to where it was has no answer."""
        machine = program.machine
        text = input_text(settings.inputs)
        tape = machine.tape
        if text is not None:
            tape = read_tape(Source(text, "--input"), machine)
        rmc = program.rmc
        if settings.mode == "set":
            rmc = replace(rmc, main=translate(machine, counted=False))
        return rmc, replace(settings, inputs=(), stacks={**settings.stacks, **stacks(tape)})

    def view(self, program: TuringProgram, answer: Answer) -> View:
        machine = program.machine
        tape = tape_on(answer.stacks, machine.blank)
        state = as_word(answer.stacks[STATE][-1])
        marks = sum(cell != machine.blank for cell in tape.cells)
        what = "ones" if set(machine.symbols) <= {"0", "1"} and machine.blank == "0" else "symbols"
        found = {"state": state, "tape": tape_text(tape, machine.blank), "marks": marks}
        after = ""
        if values := answer.stacks.get(STEPS):
            steps = values[-1].label
            found = {"state": state, "steps": steps, **found}
            after = f" after {steps:,} step{'s' * (steps != 1)}"
        counted = f"{marks:,} {what if marks != 1 else what[:-1]}"
        shown = tape_text(tape, machine.blank, LONGEST)
        return View(f"halts in {state}{after} with {counted}: {shown}", found)
