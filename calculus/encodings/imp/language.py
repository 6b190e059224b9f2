"""`imp` as a calculus of the registry."""

from dataclasses import dataclass, replace
from typing import cast

from calculus.encodings import printing  # noqa: F401  # terms print once it is imported
from calculus.encodings import terms as t
from calculus.encodings.build import location_name
from calculus.encodings.imp.scope import Scope, resolve
from calculus.encodings.imp.syntax import GRAMMAR, ImpActions
from calculus.encodings.imp.translation import ImpTranslator
from calculus.encodings.language import explained, fmc_text, line, main_state, to_value
from calculus.encodings.layout import lay_out
from calculus.encodings.outcome import ReadBack, SourceResult
from calculus.fmc.program import Program as FmcProgram
from calculus.machine.engine import EngineName, run
from calculus.machine.instructions import STAR
from calculus.machine.result import Result
from calculus.machine.state import State
from calculus.settings import Settings
from calculus.source.diagnostic import CalculusError, Diagnostic, NameProblem
from calculus.source.text import Source
from calculus.term import Term, node


@dataclass(frozen=True, slots=True)
class ImpProgram:
    """A program, what its names are, and its translation."""

    source: Source
    term: Term
    scope: Scope
    fmc: FmcProgram


class Imp:
    """An imperative language with cells, loops, exceptions and procedures."""

    name = "imp"
    endings = (".imp",)
    program_type = ImpProgram

    def parse(self, source: Source) -> ImpProgram:
        """Raises `SyntaxProblem` at the first mistake of syntax, `NameProblem` with all others."""
        term: Term = GRAMMAR.parse(source, "program", ImpActions(source))
        scope = resolve(term)
        if scope.problems:
            raise NameProblem(*sorted(scope.problems, key=lambda item: item.span.start if item.span else 0))
        return ImpProgram(source, term, scope, ImpTranslator(term, scope).program(source))

    def parse_term(self, source: Source) -> Term:
        """An expression."""
        term: Term = GRAMMAR.parse(source, "expression", ImpActions(source))
        return term

    def format(self, source: Source, *, unicode: bool = False) -> str:
        GRAMMAR.parse(source, "program", ImpActions(source))
        return lay_out(GRAMMAR, source, unicode=unicode, items=False)

    def check(self, source: Source) -> list[Diagnostic]:
        try:
            self.parse(source)
        except CalculusError as problem:
            return list(problem.diagnostics)
        return []

    def translate(self, program: ImpProgram) -> str:
        """The FMC program, as text that parses back."""
        return fmc_text(program.fmc)

    def state(self, program: ImpProgram, settings: Settings) -> State:
        stacks = {name: [to_value(term) for term in terms] for name, terms in settings.stacks.items()}
        inputs = [to_value(term) for term in settings.inputs]
        return main_state(self.name, program.fmc, replace(settings, stacks=stacks, inputs=inputs))

    def run(self, program: ImpProgram, settings: Settings) -> SourceResult:
        state = self.state(program, settings)
        stopped_by, engine = run(state, settings.budget(), cast(EngineName, settings.engine))
        return self.present(program, Result.of(self.name, state, stopped_by, engine))

    def present(self, program: ImpProgram, result: Result) -> SourceResult:
        """The printed lines, the final cells, and the exception that nothing caught."""
        state = result.state
        assert state is not None
        read = ReadBack([])
        output = tuple(line(read(value)) for value in state.stacks.get("out", ()))
        cells = []
        for name in program.scope.cells:
            if values := state.stacks.get(location_name(name)):
                cells.append((name, str(read(values[-1]))))
        shown = SourceResult(result, result.status, (), output, tuple(cells))
        if result.status == "stuck":
            return replace(shown, error=_plainly(explained(state, read)))
        if result.status != "done" or result.exit == STAR:
            return shown
        if not isinstance(result.exit, str):
            found = str(node(t.LITERAL, result.exit))
            span = state.term.span
            message = f"a condition expects a Boolean, found {found}"
            error = Diagnostic("match", message, span.at_head() if span else None)
            return replace(shown, status="stuck", error=error)
        carried = [str(read(value)) for value in state.stacks.get("λ", ())[-1:]]
        return replace(shown, uncaught=f"{result.exit}({carried[0]})" if carried else result.exit)


def _plainly(error: Diagnostic) -> Diagnostic:
    if error.kind == "input":
        return replace(error, message="`read` expects an input, found none left")
    return error
