"""A λ-calculus as a calculus of the registry: parsed by its own grammar, run by the FMC."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import ClassVar, cast

from calculus.encodings import printing  # noqa: F401  # terms print once it is imported
from calculus.encodings import terms as t
from calculus.encodings.layout import lay_out
from calculus.encodings.outcome import ReadBack, SourceResult
from calculus.encodings.reading import Definition, Program, read_program, read_term
from calculus.encodings.translator import Translator
from calculus.fmc.calculus import FMC
from calculus.fmc.printer import to_text
from calculus.fmc.program import Program as FmcProgram
from calculus.fmc.program import unbound
from calculus.machine.engine import EngineName, run
from calculus.machine.instructions import POP, PRIMITIVE, STAR, Jump, Text, jump
from calculus.machine.primitives import PRIMITIVES
from calculus.machine.result import Result
from calculus.machine.state import Closure, State, capture
from calculus.settings import Settings
from calculus.source.diagnostic import CalculusError, Diagnostic, NameProblem, UsageProblem
from calculus.source.grammar import Grammar
from calculus.source.text import Source
from calculus.term import Term, node

_FMC = FMC()
_TYPES = {"Int": "a number", "Bool": "a Boolean", "Text": "a text"}
_SIGNS = {primitive: sign for sign, primitive in t.PRIMITIVE_OF.items()} | {"neg": "-"}


@dataclass(frozen=True)
class Encoded:
    """A program and, made when it is first asked for, its translation.

    `origins` pairs the terms that were translated with what they became.
    """

    source: Source
    definitions: dict[str, Definition]
    main: Term | None
    translator: type[Translator]

    @cached_property
    def _translation(self) -> tuple[FmcProgram, list[tuple[Term, Term]]]:
        translator = self.translator(self.definitions, self.main)
        return translator.program(self.source), translator.origins

    @property
    def fmc(self) -> FmcProgram:
        return self._translation[0]

    @property
    def origins(self) -> list[tuple[Term, Term]]:
        return self._translation[1]


def fmc_text(program: FmcProgram) -> str:
    """The text of a translated program, in the one layout of the FMC."""
    lines = [f"def {name} = {to_text(item.term)}" for name, item in program.definitions.items()]
    if program.main is not None:
        lines.append(to_text(program.main))
    return _FMC.format(Source("\n\n".join(lines))) if lines else ""


def main_state(name: str, program: FmcProgram, settings: Settings) -> State:
    """The initial state of a translated program; raises `UsageProblem` if it has nothing to run."""
    if program.main is None:
        raise UsageProblem(
            Diagnostic(
                "usage",
                f"{program.source.name} has no main term, so there is nothing to run",
                help=f"write a term of {name} in column 1 of its own line",
            )
        )
    return _FMC.state(program, settings)


class LambdaLanguage:
    """What the λ-calculi have in common; each gives its grammar and its translator."""

    name: str
    endings: tuple[str, ...]
    program_type = Encoded
    grammar: ClassVar[Grammar]
    translator: ClassVar[type[Translator]]

    def parse(self, source: Source) -> Encoded:
        return self._encoded(read_program(self.grammar, source))

    def parse_term(self, source: Source) -> Term:
        return read_term(self.grammar, source)

    def program(self, term: Term) -> Encoded:
        return self._encoded(Program(Source(""), {}, term))

    def _encoded(self, program: Program) -> Encoded:
        return Encoded(program.source, program.definitions, program.main, self.translator)

    def extend(
        self, program: Encoded | None, source: Source, *, file: bool = False
    ) -> tuple[Encoded, list[str]]:
        """The program with what an input or a file defines, its term as the main term; and what is new."""
        new = self.parse(source)
        definitions = {**(program.definitions if program else {}), **new.definitions}
        return replace(new, definitions=definitions), list(new.definitions)

    def saved(self, program: Encoded | None, runs: Sequence[tuple[Term, Jump]]) -> str:
        """A session as a program: its definitions, and the term that was run last as the main term."""
        definitions = program.definitions if program else {}
        items = [f"def {name} = {item.term}" for name, item in definitions.items()]
        items += [str(term) for term, _ in runs[-1:]]
        return self.format(Source("\n\n".join(items))) if items else ""

    def format(self, source: Source, *, unicode: bool = False) -> str:
        self.parse(source)
        return lay_out(self.grammar, source, unicode=unicode)

    def check(self, source: Source) -> list[Diagnostic]:
        """All mistakes: those of syntax, or all uses of names that are not bound."""
        try:
            return self.unbound(self.parse(source))
        except CalculusError as problem:
            return list(problem.diagnostics)

    def unbound(self, program: Encoded) -> list[Diagnostic]:
        """A diagnostic for every use of a name that is not bound, in the order of the text."""
        terms = [item.term for item in program.definitions.values()]
        terms += [] if program.main is None else [program.main]
        found = [_plainly(problem) for term in terms for problem in unbound(term, program.definitions)]
        return sorted(found, key=lambda problem: problem.span.start if problem.span else 0)

    def translate(self, program: Encoded) -> str:
        """The FMC program, as text that parses back."""
        return fmc_text(program.fmc)

    def state(self, program: Encoded, settings: Settings) -> State:
        """The initial state; raises `NameProblem` if a name is not bound."""
        if missing := self.unbound(program):
            raise NameProblem(*missing)
        values = {name: [to_value(term) for term in terms] for name, terms in settings.stacks.items()}
        inputs = [to_value(term) for term in settings.inputs]
        return main_state(self.name, program.fmc, replace(settings, stacks=values, inputs=inputs))

    def run(self, program: Encoded, settings: Settings) -> SourceResult:
        state = self.state(program, settings)
        stopped_by, engine = run(state, settings.budget(), cast(EngineName, settings.engine))
        return self.present(program, Result.of(self.name, state, stopped_by, engine))

    def as_value(self, term: Term) -> Term:
        """The value that pushes what `term` runs."""
        return term

    def as_computation(self, term: Term) -> Term:
        """The term that runs a value."""
        return term

    def present(self, program: Encoded, result: Result) -> SourceResult:
        """A result of the machine in the language's own terms."""
        state = result.state
        assert state is not None
        read = ReadBack(program.origins, self.as_value)
        output = tuple(line(read(value)) for value in state.stacks.get("out", ()))
        values = tuple(read(value) for value in state.stacks.get("λ", ())[-1:])
        if result.status == "done" and result.exit == STAR:
            return SourceResult(result, "done", values, output)
        if result.status == "done":
            return SourceResult(result, "stuck", (), output, error=_left(state, read))
        if result.status != "stuck":
            return SourceResult(result, result.status, (), output)
        if _waits_for_argument(state):
            function = Closure(state.term, capture(state.term, state.environment))
            return SourceResult(result, "done", (self.as_computation(read(function)),), output)
        return SourceResult(result, "stuck", (), output, error=explained(state, read))


def to_value(term: Term) -> Term:
    """What the machine is given for a term in an option; raises `UsageProblem` if it is no constant."""
    if term.op is t.LITERAL or (term.op is t.CONSTRUCTION and not term.children):
        return jump(term.label)
    if term.op.name.startswith("machine."):
        return term
    raise UsageProblem(
        Diagnostic("usage", "expected a number, a text or a constructor without arguments", term.span)
    )


def _waits_for_argument(state: State) -> bool:
    """Whether the machine stands before a function, with no argument left: a result, not an error."""
    on_stack = state.term.op is POP and state.term.label[0] == "λ"
    return on_stack and not state.frames and not state.stacks.get("λ")


def line(value: Term) -> str:
    """A value as it is printed: a text without its quotes."""
    if value.op is t.LITERAL and isinstance(value.label, Text):
        return value.label.value
    return str(value)


def _left(state: State, read: ReadBack) -> Diagnostic:
    """Why a run left with a label: nothing matched it, or a constant was applied."""
    span = state.term.span
    values = tuple(read(value) for value in reversed(state.stacks.get("λ", ())))
    shown = (
        node(t.CONSTRUCTION, state.exit, values)
        if isinstance(state.exit, str)
        else read(Closure(state.term, {}))
    )
    return Diagnostic(
        "match",
        f"expected a function or a branch that fits, found {shown.text(60)}",
        span.at_head() if span else None,
        help="a `match` needs a branch for each constructor that may come, and only functions are applied",
    )


def explained(state: State, read: ReadBack) -> Diagnostic:
    """Why a run is stuck, in the source's terms."""
    error = state.error
    assert error is not None
    notes = error.notes[:0]
    if error.kind == "primitive" and state.term.op is PRIMITIVE:
        entry = PRIMITIVES[state.term.label]
        found = [read(value).text(60) for value in state.stacks["λ"][-len(entry.operands) :]]
        wanted = [_TYPES.get(word, "a constant") for word in entry.operands]
        sign, values = _SIGNS[entry.name], " and ".join(found)
        message = f"`{sign}` expects {' and '.join(wanted)}, found {values}"
        if entry.operands[0] == "Base":
            message = f"`{sign}` compares constants of one type, found {values}"
        return replace(error, message=message, notes=notes)
    if error.kind == "stack":
        return replace(error, message="expected a value, found a function without its argument", notes=notes)
    if error.kind == "name":
        return _plainly(replace(error, notes=notes))
    return replace(error, notes=notes)


def _plainly(problem: Diagnostic) -> Diagnostic:
    """A diagnostic for an unbound name, without the FMC's primitives."""
    name = problem.span.text if problem.span else ""
    help = problem.help
    if help and any(f"`{primitive}`" in help for primitive in PRIMITIVES):
        help = None
    return replace(problem, message=f"there is no `{name}`: no binder or definition has this name", help=help)
