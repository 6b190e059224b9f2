"""The FMC as a calculus of the registry: its parser, printer, checker and machine under the common
names.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import reduce
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, cast

from calculus.fmc.parser import parse_line, parse_program, parse_term
from calculus.fmc.program import Data, Definition, Program, check_names
from calculus.fmc.syntax import GRAMMAR
from calculus.machine.effects import STANDARD, Effects, Kind
from calculus.machine.engine import EngineName, run
from calculus.machine.instructions import POP, SKIP, STAR, Jump, join
from calculus.machine.primitives import PRIMITIVES
from calculus.machine.result import Result
from calculus.machine.state import Closure, State
from calculus.settings import Settings
from calculus.source.diagnostic import CalculusError, Diagnostic, NameProblem, UsageProblem
from calculus.source.editing import Editing
from calculus.source.items import Law, indented, item_ranges, no_definition, no_main
from calculus.source.text import Source
from calculus.term import Term
from calculus.term.node import postorder

if TYPE_CHECKING:
    from calculus.fmc.equality import Verdict
    from calculus.fmc.normal import NormalForm
    from calculus.fmc.reduction import Strategy
    from calculus.fmc.types import Typing
    from calculus.machine.exact import Distribution
    from calculus.machine.explore import Exploration
    from calculus.machine.rewriting import Redex, Reduction

_STYLES = {
    "COMMENT": "comment",
    "INT": "number",
    "STRING": "string",
    "JUMP": "label",
    "STAR": "label",
    "SKIP": "label",
    "LOC": "location",
    "TYPE_LOC": "location",
    "BASE": "type",
    **dict.fromkeys(("DEF", "LAW", "DATA", "MAIN"), "keyword"),
    **dict.fromkeys(("ARROW", "DOUBLE_ARROW", "SEMICOLON", "CARET", "PLUS", "EQUAL"), "operator"),
    "$UNKNOWN": "wrong",
}

_NEXT = {
    "NAME": ("name",),
    "LOC": ("location",),
    "JUMP": ("label",),
    "DEF": ("def", "law"),  # a law is read by hand, wherever a definition may be
    "DATA": ("data",),
    "SKIP": ("skip",),
    "BASE": ("Int", "Bool", "Text"),
}


class FMC(Editing):
    """The Functional Machine Calculus with control."""

    name = "fmc"
    endings = (".fmc",)
    program_type = Program
    known = MappingProxyType({"name": tuple(PRIMITIVES), "source": ("in", "rnd", "nd"), "sink": ("out",)})
    grammar = GRAMMAR
    styles = _STYLES
    following = _NEXT

    def parse(self, source: Source) -> Program:
        return parse_program(source)

    def parse_term(self, source: Source) -> Term:
        return parse_term(source)

    def program(self, term: Term) -> Program:
        """The program whose main term is given and that defines nothing."""
        return _program(Source(""), term)

    def format(self, source: Source, *, unicode: bool = False) -> str:
        from calculus.fmc.printer import format_program

        return format_program(source, unicode=unicode)

    def check(self, source: Source, *, types: bool = False) -> list[Diagnostic]:
        """All mistakes and warnings.

        The calculus is untyped, so that a term has no type is a warning, unless the program writes
        types somewhere or `types` asks for them.
        """
        try:
            program = parse_program(source)
        except CalculusError as problem:
            return list(problem.diagnostics)
        unbound = check_names(program)
        found = [*program.warnings, *unbound]
        if unbound:
            return found
        from calculus.fmc.types import types_of, writes_types

        problems = types_of(program).problems.values()
        if types or writes_types(program):
            return [*found, *problems]
        return [*found, *(replace(item, severity="warning") for item in problems)]

    def types(self, program: Program, hosts: Mapping[str, str] | None = None) -> "Typing":
        """The principal types of all definitions and of the main term; raises `NameProblem`."""
        from calculus.fmc.types import types_of

        unbound = check_names(program)
        if unbound:
            raise NameProblem(*unbound)
        return types_of(program, cast(Mapping[str, Kind], hosts))

    def infer(
        self, program: Program, name: str | None = None, hosts: Mapping[str, str] | None = None
    ) -> Term:
        """The principal type of the main term, or of a definition.

        Raises `TypeProblem` when it has none, `NameProblem`, and `UsageProblem` when there is no
        such definition or no main term.
        """
        if name is None and program.main is None:
            raise no_main(program.source, "type")
        if name is not None and name not in program.definitions:
            raise UsageProblem(
                Diagnostic(
                    "usage",
                    f"{program.source.name} has no definition of `{name}`",
                    help=f"it defines {', '.join(program.definitions) or 'nothing'}",
                )
            )
        typing = self.types(program, hosts)
        is_main = name is None or name == "main"
        failure = typing.failure("" if is_main or name is None else name)
        if failure is not None:
            raise failure
        found = typing.main if is_main else typing.types[str(name)]
        assert found is not None
        return found

    def state(self, program: Program, settings: Settings) -> State:
        """The initial state of the program's main term; raises `UsageProblem` if it has none."""
        if program.main is None:
            raise no_main(program.source, "run")
        return State(
            program.main,
            {name: definition.term for name, definition in program.definitions.items()},
            {
                location: [Closure(value, {}) for value in values]
                for location, values in settings.stacks.items()
            },
            Effects(settings.inputs, settings.seed, cast(Mapping[str, Kind], settings.hosts)),
        )

    def run(self, program: Program, settings: Settings) -> Result:
        state = self.state(program, settings)
        stopped_by, engine = run(state, settings.budget(), cast(EngineName, settings.engine))
        return Result.of(self.name, state, stopped_by, engine)

    def choices(self, program: Program) -> set[str]:
        """The locations the program pops whose every outcome is explored (`nd`)."""
        return set(_popped(program, lambda location: STANDARD.get(location) == "choice"))

    def explore(self, program: Program, settings: Settings) -> "Exploration":
        """A search for all outcomes; iterate over it."""
        from calculus.machine.explore import explore

        if settings.strategy not in (None, "fair", "bfs"):
            raise UsageProblem(
                f"fmc explores breadth-first, which is fair; it has no strategy {settings.strategy!r}"
            )
        merge = settings.mode == "set" or settings.count
        return explore(self.state(program, settings), settings.budget(), merge)

    def exact(self, program: Program, settings: Settings) -> "Distribution":
        """The distribution over the outcomes of `rnd`."""
        from calculus.machine.exact import infer

        budget = settings.budget()
        with budget.interruptible():
            return infer(self.state(program, settings), budget, settings.depth)

    def reduce(
        self, program: Program, *, unfold: bool = False, strategy: str = "normal", **options: Any
    ) -> "Reduction | NormalForm":
        """A reduction of the main term; with the strategy `machine`, its normal form by running it.

        Definitions are unfolded if that is asked for.
        """
        from calculus.fmc.normal import normal_form
        from calculus.fmc.reduction import reduce

        term, definitions = self._main(program), _bodies(program) if unfold else None
        if strategy == "machine":
            kept = {name: value for name, value in options.items() if name not in ("seed", "keep")}
            return normal_form(term, definitions=definitions, **kept)
        return reduce(term, cast("Strategy", strategy), definitions=definitions, **options)

    def redexes(self, program: Program, *, unfold: bool = False) -> "list[Redex[Any]]":
        """Every redex of the main term."""
        from calculus.fmc.reduction import redexes

        return redexes(self._main(program), definitions=_bodies(program) if unfold else None)

    def equal(self, left: Program, right: Program, **options: Any) -> "Verdict":
        """Whether the main terms of two programs are equal, with the definitions of both."""
        from calculus.fmc.equality import equal

        definitions = {**_bodies(left), **_bodies(right)}
        return equal(self._main(left), self._main(right), definitions=definitions, **options)

    def _main(self, program: Program) -> Term:
        if program.main is None:
            raise UsageProblem(
                Diagnostic(
                    "usage",
                    f"{program.source.name} has no main term",
                    help="write a term in column 1 of its own line, or name a definition",
                )
            )
        return program.main

    def select(self, program: Program, name: str) -> Program:
        """The program whose main term is a definition's body. Raises `UsageProblem`."""
        if name not in program.definitions:
            raise no_definition(program.source, name, program.definitions)
        return replace(program, main=program.definitions[name].term)

    # For the REPL

    def extend(
        self, program: Program | None, source: Source, *, file: bool = False
    ) -> tuple[Program, list[str]]:
        """The program with what an input or a file defines, its term as the main term; and what is
        new.
        """
        old = program or _program(source)
        if file:
            return _together(old, parse_program(source))
        if len(list(item_ranges(GRAMMAR, source))) > 1:
            # Several items pasted, or a term whose lines happen to begin in column 1.
            with suppress(CalculusError):
                return _together(old, parse_program(source))
        old = replace(old, main=None, warnings=())
        item = parse_line(source, old.definitions, old.data)
        match item:
            case Definition(name="main", term=term):
                return replace(old, main=term), []
            case Definition(name=name):
                definitions = {**old.definitions, name: item}
                return replace(old, definitions=definitions, warnings=_hiding(item)), [name]
            case Data(name=name):
                return replace(old, data={**old.data, name: item}), [name]
            case Law(name=name):
                return replace(old, laws=(*old.laws, item)), [name]
            case _:
                return replace(old, main=item), []

    def saved(self, program: Program | None, runs: Sequence[tuple[Term, Jump]]) -> str:
        """A file with a program's definitions, whose main term repeats runs (terms and exits)."""
        from calculus.fmc.printer import to_text

        lines: list[str] = []
        if program is not None:
            lines += [indented(item.span) for item in program.data.values() if item.span]
            lines += [indented(law.span) for law in program.laws]
            for item in program.definitions.values():
                type = f" : {to_text(item.type)}" if item.type else ""
                lines.append(f"def {item.name}{type} = {to_text(item.term)}")
        if runs:
            lines.append(to_text(_in_sequence(runs)))
        text = "".join(f"{line}\n\n" for line in lines)
        return self.format(Source(text)) if lines else ""


def _bodies(program: Program) -> dict[str, Term]:
    return {name: definition.term for name, definition in program.definitions.items()}


def _program(source: Source, main: Term | None = None) -> Program:
    return Program(source, {}, {}, (), main)


def _together(old: Program, new: Program) -> tuple[Program, list[str]]:
    program = replace(
        new,
        definitions={**old.definitions, **new.definitions},
        data={**old.data, **new.data},
        laws=(*old.laws, *new.laws),
    )
    return program, [*new.data, *(name for name in new.definitions if name != "main")]


def _hiding(item: Definition) -> tuple[Diagnostic, ...]:
    if item.name not in PRIMITIVES:
        return ()
    message = f"the definition of `{item.name}` hides the primitive of that name"
    return (Diagnostic("name", message, item.span, severity="warning"),)


def _in_sequence(runs: Sequence[tuple[Term, Jump]]) -> Term:
    # A run that left with another label than * would end the whole: its exit is caught.
    terms = [term if exit == STAR else join(term, exit, SKIP) for term, exit in runs]
    return reduce(lambda first, then: join(first, STAR, then), terms)


def _popped(program: Program, wanted: Callable[[str], bool]) -> Iterator[str]:
    terms = [definition.term for definition in program.definitions.values()]
    terms += [program.main] if program.main is not None else []
    for term in terms:
        for item in postorder(term):
            if item.op is POP and wanted(item.label[0]):
                yield item.label[0]
