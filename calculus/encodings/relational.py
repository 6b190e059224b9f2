"""What the languages translated into the RMC have in common: a program has its translation, a search runs
that, and answers are told in the language's own terms.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Protocol, TypeVar

from calculus.machine.budget import Budget
from calculus.machine.relational.answers import Answer, Answers, View
from calculus.machine.relational.instructions import Text, constant
from calculus.rmc.calculus import RMC
from calculus.rmc.printer import to_text
from calculus.rmc.program import Program
from calculus.settings import Settings
from calculus.source.diagnostic import CalculusError, Diagnostic
from calculus.source.text import Source
from calculus.term import Term

if TYPE_CHECKING:
    from calculus.machine.relational.search import Search
    from calculus.rmc.diagram import Diagram

_RMC = RMC()


class Encoded(Protocol):
    """A program of a source language: its text, and the RMC program that it is translated into."""

    @property
    def source(self) -> Source: ...

    @property
    def rmc(self) -> Program: ...


P = TypeVar("P", bound=Encoded)
A = TypeVar("A", bound=Answers)


class RelationalLanguage(Generic[P]):
    """A source language. Each gives its reader, its formatter, and `view`; `given` where a run needs more
    than the translation; `strategy` and `mode` where the RMC's own would not do; and `nothing`, what it says
    when there is no answer.
    """

    name: ClassVar[str]
    endings: ClassVar[tuple[str, ...]]
    targets: ClassVar[tuple[str, ...]] = ("rmc",)
    strategy: ClassVar[str] = "dfs"
    mode: ClassVar[str] = "multiset"
    nothing: ClassVar[str] = "no answer"

    def parse(self, source: Source) -> P:
        """The program; raises `SyntaxProblem` or `NameProblem`."""
        raise AssertionError(f"{self.name} has no reader")

    def view(self, program: P, answer: Answer) -> View:
        """An answer in the language's own terms."""
        raise AssertionError(f"{self.name} shows no answers")

    def explain(self, program: P, error: Diagnostic) -> Diagnostic:
        """What made a run end, in the language's own words."""
        return error

    def given(self, program: P, settings: Settings) -> tuple[Program, Settings]:
        """The RMC program to search, and the settings with the stacks it begins on."""
        return program.rmc, settings

    def check(self, source: Source) -> list[Diagnostic]:
        """All mistakes and warnings."""
        try:
            return list(getattr(self.parse(source), "warnings", ()))
        except CalculusError as problem:
            return list(problem.diagnostics)

    def inputs(self, source: Source) -> list[Term]:
        """What `--input` gives: its text, as one constant."""
        return [constant(Text(source.text))]

    def solve(self, program: P, settings: Settings) -> Answers:
        """A search for the answers; iterate over it."""
        return self._shown(program, _RMC.solve(*self._prepared(program, settings)))

    def run(self, program: P, settings: Settings) -> Answers:
        """The finished search."""
        answers = self.solve(program, settings)
        for _ in answers:
            pass
        return answers

    def state(self, program: P, settings: Settings) -> "Search":
        """The search about to begin, to be stepped."""
        return self._shown(program, _RMC.state(*self._prepared(program, settings)))

    def _shown(self, program: P, answers: A) -> A:
        """The search, telling its answers in the language's own terms."""
        answers.language = self.name
        answers.view = partial(self.view, program)
        answers.nothing = self.nothing
        answers.explain = partial(self.explain, program)
        return answers

    def trace(self, state: "Search", budget: Budget, *, start: bool = False) -> Iterator[Any]:
        """The search, step by step."""
        return _RMC.trace(state, budget, start=start)

    def _prepared(self, program: P, settings: Settings) -> tuple[Program, Settings]:
        rmc, settings = self.given(program, settings)
        mode, strategy = settings.mode or self.mode, settings.strategy or self.strategy
        return rmc, replace(settings, mode=mode, strategy=strategy)

    def translate(self, program: P, to: str = "rmc") -> str:
        """The RMC program, as text that parses back (or, of a language with further `targets`, another)."""
        return rmc_text(program.rmc)

    def dual(self, program: P) -> Term:
        """The dual of the RMC program's main term."""
        return _RMC.dual(program.rmc)

    def diagram(self, program: P, **options: Any) -> "Diagram":
        """The string diagram of the RMC program's main term."""
        return _RMC.diagram(program.rmc, **options)


def rmc_text(program: Program) -> str:
    """The text of a translated program, in the one layout of the RMC."""
    lines = [f"def {name} = {to_text(item.term)}" for name, item in program.definitions.items()]
    if program.main is not None:
        lines.append(to_text(program.main))
    return _RMC.format(Source("\n\n".join(lines))) if lines else ""


def input_text(inputs: Sequence[Term]) -> str | None:
    """The text given by `--input`, or None without one."""
    if not inputs:
        return None
    return "".join(item.label.value if isinstance(item.label, Text) else str(item) for item in inputs)
