"""EML as a calculus of the registry: its parser, printer and runs under the common names.

A tree runs on the abstract machine as its postfix: leaves are pushed on λ, `eml` takes two numbers from
there. The values are those of complex128, the semantics `ieee`.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from calculus import registry
from calculus.eml.evaluation.ieee import eml_ieee
from calculus.eml.expansion import expand
from calculus.eml.layout import format_program
from calculus.eml.number import read_number
from calculus.eml.parser import expanded, parse_line, parse_program, parse_term, raise_names
from calculus.eml.printer import to_text
from calculus.eml.program import Definition, Program, unused
from calculus.eml.syntax import EML as OPERATOR
from calculus.eml.syntax import ONE
from calculus.eml.wording import GRAMMAR
from calculus.machine.effects import Effects, Kind
from calculus.machine.engine import EngineName, run
from calculus.machine.instructions import SKIP, Jump, Text
from calculus.machine.numeric import NUMBER, compute, computed_by, number, stands_for
from calculus.machine.result import Result
from calculus.machine.state import Closure, State
from calculus.settings import Settings
from calculus.source.diagnostic import CalculusError, Diagnostic, UsageProblem
from calculus.source.editing import Editing
from calculus.source.items import Law, indented, item_ranges, no_definition, no_main
from calculus.source.text import Source
from calculus.term import Term

if TYPE_CHECKING:
    from calculus.eml.drawing import Drawing

_STYLES = {
    "COMMENT": "comment",
    "ONES": "number",
    "BRACED": "label",
    **dict.fromkeys(("EML", "DEF", "LAW"), "keyword"),
    "EQUAL": "operator",
    "$UNKNOWN": "wrong",
}

_NEXT = {
    "NAME": ("tree",),
    "DEF": ("def", "law"),  # a law is read by hand, wherever a definition may be
    "EML": ("eml(",),
}


stands_for(ONE.op, 1 + 0j)
computed_by(OPERATOR, "eml", 2, eml_ieee)


class EML(Editing):
    """Trees of the one operator eml(x, y) = exp(x) - ln(y)."""

    name = "eml"
    endings = (".eml",)
    program_type = Program
    location = r"[^\W\d]\w*"
    grammar = GRAMMAR
    styles = _STYLES
    following = _NEXT

    def parse(self, source: Source) -> Program:
        return parse_program(source)

    def parse_term(self, source: Source) -> Term:
        return parse_term(source)

    def parse_value(self, source: Source) -> Term:
        return number(read_number(source))

    def constant(self, value: complex | Text) -> Term:
        """The value that a number of Python is."""
        if isinstance(value, Text | bool):
            raise UsageProblem(f"a value of eml is a number; got {value!r}")
        try:
            return number(complex(value))
        except OverflowError:
            raise UsageProblem("an integer beyond the range of floating point is no value of eml") from None

    numbers = constant

    def program(self, term: Term) -> Program:
        """The program whose main tree is given and that defines nothing."""
        return Program(Source(""), {}, (), term, term)

    def format(self, source: Source, *, unicode: bool = False) -> str:
        return format_program(source, unicode=unicode)

    def check(self, source: Source) -> list[Diagnostic]:
        """All mistakes and warnings."""
        try:
            return unused(parse_program(source))
        except CalculusError as problem:
            return list(problem.diagnostics)

    # Running

    def state(self, program: Program, settings: Settings) -> State:
        """The initial state of the program's main tree; raises `UsageProblem` if it has none, or where a
        stack holds no number.
        """
        if program.main is None:
            raise no_main(program.source, "run")
        for values in settings.stacks.values():
            for value in values:
                if value.op is not NUMBER:
                    raise UsageProblem(f"a stack of eml holds numbers, found {value.text(60)}")
        return State(
            compute(program.main, SKIP),
            {},
            {name: [Closure(value, {}) for value in values] for name, values in settings.stacks.items()},
            Effects(settings.inputs, settings.seed, cast("dict[str, Kind]", settings.hosts)),
        )

    def run(self, program: Program, settings: Settings) -> Result:
        state = self.state(program, settings)
        stopped_by, engine = run(state, settings.budget(), cast(EngineName, settings.engine))
        return Result.of(self.name, state, stopped_by, engine)

    # Trees

    def diagram(self, program: Program, *, shared: bool = False, **others: Any) -> "Drawing":
        """The picture of the main tree; with `shared`, of its graph, where equal subtrees are one."""
        registry.refuse(self.name, "diagram", others)
        from calculus.eml.drawing import Drawing

        if program.main is None:
            raise no_main(program.source, "draw")
        return Drawing(program.main, shared)

    def select(self, program: Program, name: str) -> Program:
        """The program whose main tree is that of a definition, in its parameters. Raises `UsageProblem`."""
        if name not in program.definitions:
            raise no_definition(program.source, name, program.definitions)
        definition = program.definitions[name]
        others = {key: item for key, item in program.definitions.items() if key not in definition.parameters}
        return replace(program, main=expand(definition.term, others), written=definition.term)

    # For the REPL

    def extend(
        self, program: Program | None, source: Source, *, file: bool = False
    ) -> tuple[Program, list[str]]:
        """The program with what an input or a file defines, its tree as the main one; and what is new."""
        old = program or Program(source, {}, (), None)
        if file:
            return _together(old, parse_program(source, old.definitions))
        if len(list(item_ranges(GRAMMAR, source))) > 1:
            # Several items pasted, or a tree whose lines happen to begin in column 1.
            with suppress(CalculusError):
                return _together(old, parse_program(source, old.definitions))
        old = replace(old, main=None, written=None, warnings=())
        match parse_line(source):
            case Definition(name="main", parameters=(), term=tree):
                return replace(old, main=expanded(tree, old.definitions), written=tree), []
            case Definition(name=name) as item:
                definitions = {**old.definitions, name: item}
                raise_names(definitions, list(definitions.values()))
                return replace(old, definitions=definitions), [name]
            case Law(name=name) as law:
                return replace(old, laws=(*old.laws, law)), [name]
            case Term() as tree:
                return replace(old, main=expanded(tree, old.definitions), written=tree), []

    def saved(self, program: Program | None, runs: Sequence[tuple[Term, Jump]]) -> str:
        """A file with a program's definitions, whose main tree is the last one that was run."""
        lines: list[str] = []
        if program is not None:
            lines += [indented(law.span) for law in program.laws]
            for item in program.definitions.values():
                parameters = f"({', '.join(item.parameters)})" if item.parameters else ""
                lines.append(f"def {item.name}{parameters} = {to_text(item.term)}")
        if runs:
            lines.append(to_text(runs[-1][0]))
        text = "".join(f"{line}\n\n" for line in lines)
        return self.format(Source(text)) if lines else ""


def _together(old: Program, new: Program) -> tuple[Program, list[str]]:
    program = replace(new, definitions={**old.definitions, **new.definitions}, laws=(*old.laws, *new.laws))
    return program, [name for name in new.definitions if name != "main"]
