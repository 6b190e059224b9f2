"""The RMC as a calculus of the registry: its parser, printer and search under the common names."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import chain
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, cast

from calculus import registry
from calculus.machine.budget import Budget
from calculus.machine.relational.instructions import (
    CONSTANT,
    CONSTRUCTOR,
    VARIABLE,
    Text,
    constructor,
    sequence,
)
from calculus.machine.relational.instructions import constant as constant_node
from calculus.machine.relational.instructions import new as new_variables
from calculus.machine.relational.query import Query
from calculus.machine.relational.relations import RELATIONS
from calculus.rmc.dual import dual
from calculus.rmc.parser import parse_items, parse_line, parse_program, parse_term, parse_value
from calculus.rmc.printer import format_program, to_text
from calculus.rmc.program import Definition, Program, bodies, check_names, unbound, unused
from calculus.rmc.syntax import GRAMMAR
from calculus.settings import Settings
from calculus.source.diagnostic import (
    CalculusError,
    Diagnostic,
    NameProblem,
    SyntaxProblem,
    UsageProblem,
)
from calculus.source.editing import Editing
from calculus.source.items import Law, indented, item_ranges, no_definition, no_main
from calculus.source.text import Source
from calculus.term import Term
from calculus.term.node import postorder

if TYPE_CHECKING:
    from calculus.machine.relational.answers import Answers
    from calculus.machine.relational.engine import EngineName
    from calculus.machine.relational.search import Mode, Search, Strategy
    from calculus.machine.relational.trace import TraceEntry
    from calculus.machine.rewriting import Redex, Reduction
    from calculus.rmc.diagram import Diagram
    from calculus.rmc.normal import NormalForm
    from calculus.rmc.verdict import Verdict

_STYLES = {
    "COMMENT": "comment",
    **dict.fromkeys(("INT", "ONE", "ZERO"), "number"),
    "STRING": "string",
    **dict.fromkeys(("CONS", "CONSOPEN"), "label"),
    **dict.fromkeys(("POPOPEN", "PUSHCLOSE"), "location"),
    **dict.fromkeys(("DEF", "LAW", "EX", "SKIP", "FAIL"), "keyword"),
    **dict.fromkeys(("SEMICOLON", "PLUS", "STAR", "DUAL", "EQUAL", "EQUATE"), "operator"),
    "$UNKNOWN": "wrong",
}

_NEXT = {
    "NAME": ("name",),
    "POPOPEN": ("location",),
    "PUSHCLOSE": ("location",),
    "CONS": ("label",),
    "RELATION": ("relation",),
    "DEF": ("def", "law"),  # a law is read by hand, wherever a definition may be
    "EX": ("ex",),
    "SKIP": ("skip",),
    "FAIL": ("fail",),
}

_VALUES = frozenset({VARIABLE, CONSTANT, CONSTRUCTOR})


class RMC(Editing):
    """The Relational Machine Calculus."""

    name = "rmc"
    endings = (".rmc",)
    program_type = Program
    levels = ("multiset", "set", "ground")
    known = MappingProxyType({"relation": tuple(RELATIONS)})
    grammar = GRAMMAR
    styles = _STYLES
    following = _NEXT

    def parse(self, source: Source) -> Program:
        return parse_program(source)

    def parse_term(self, source: Source) -> Term:
        return parse_term(source)

    def parse_value(self, source: Source) -> Term:
        return parse_value(source)

    def constant(self, value: int | Text) -> Term:
        """The value that an integer, a Boolean or a `Text` of Python is."""
        return constructor(str(value)) if isinstance(value, bool) else constant_node(value)

    def program(self, term: Term) -> Program:
        """The program whose main term is given and that defines nothing."""
        return Program(Source(""), {}, (), term)

    def format(self, source: Source, *, unicode: bool = False) -> str:
        return format_program(source, unicode=unicode)

    def check(self, source: Source) -> list[Diagnostic]:
        """All mistakes and warnings."""
        try:
            program = parse_program(source)
        except CalculusError as problem:
            return list(problem.diagnostics)
        terms = [item.term for item in program.definitions.values() if item.name != "main"]
        terms += [program.main] if program.main is not None else []
        return sorted(chain.from_iterable(map(unused, terms)), key=_start)

    # Running

    def query(self, program: Program, settings: Settings) -> Query:
        """What a search for the answers of the main term is given; inputs lie on `in`, the first on top.

        Raises `UsageProblem` without a main term or where a stack holds no value, and `NameProblem` where
        a definition is missing.
        """
        term = _main(program, "run")
        _raise(check_names(program, closed=False))
        for value in chain(settings.inputs, *settings.stacks.values()):
            _must_be_value(value)
        stacks = dict(settings.stacks)
        if settings.inputs:
            stacks["in"] = [*stacks.get("in", ()), *reversed(settings.inputs)]
        return Query(term, bodies(program), stacks)

    def solve(self, program: Program, settings: Settings) -> "Answers":
        """A search for the answers; iterate over it."""
        from calculus.machine.relational.engine import search

        return search(
            self.query(program, settings),
            settings.budget(),
            engine=cast("EngineName", settings.engine),
            strategy=cast("Strategy", settings.strategy or "dfs"),
            mode=cast("Mode", settings.mode or "multiset"),
            count=settings.count,
        )

    def state(self, program: Program, settings: Settings) -> "Search":
        """A search on the reference machine, to be stepped."""
        from calculus.machine.relational.search import Search

        return Search(
            self.query(program, settings),
            settings.budget(),
            strategy=cast("Strategy", settings.strategy or "dfs"),
            mode=cast("Mode", settings.mode or "multiset"),
            count=settings.count,
        )

    def run(self, program: Program, settings: Settings) -> "Answers":
        """The finished search."""
        answers = self.solve(program, settings)
        for _ in answers:
            pass
        return answers

    def trace(self, state: "Search", budget: Budget, *, start: bool = False) -> "Iterator[TraceEntry]":
        """The search, transition by transition."""
        from calculus.machine.relational.trace import trace

        return trace(state, budget, start)

    # Terms

    def dual(self, program: Program) -> Term:
        """The dual of the main term."""
        return dual(_main(program, "take the dual of"))

    def diagram(
        self, program: Program, *, normal: bool = False, unfold: bool = False, **others: Any
    ) -> "Diagram":
        """The string diagram of the main term."""
        registry.refuse(self.name, "diagram", others)
        from calculus.rmc.diagram import diagram

        return diagram(_main(program, "draw"), bodies(program), normal=normal, unfold=unfold)

    def reduce(
        self, program: Program, *, unfold: bool = False, strategy: str = "normal", **options: Any
    ) -> "Reduction | NormalForm":
        """A reduction of the main term; with the strategy `machine`, its spans by running it.

        Definitions are unfolded if that is asked for. Raises `UsageProblem` where a term has no spans.
        """
        from calculus.rmc.normal import normal_form
        from calculus.rmc.reduction import STRATEGIES, reduce

        if strategy not in (*STRATEGIES, "machine"):
            known = ", ".join(STRATEGIES)
            raise UsageProblem(f"the strategy is one of {known} and machine; got {strategy!r}")
        term, definitions = _main(program, "reduce"), bodies(program) if unfold else None
        if strategy == "machine":
            limits = {name: options.get(name) for name in ("max_steps", "max_seconds")}
            found = normal_form(term, definitions=definitions, **limits)
            if found.outside is not None:
                raise UsageProblem(found.outside)
            return found
        return reduce(term, strategy, definitions=definitions, **options)

    def redexes(self, program: Program, *, unfold: bool = False) -> "list[Redex[Any]]":
        """Every redex of the main term."""
        from calculus.rmc.reduction import redexes
        from calculus.rmc.structure import flat

        term = flat(_main(program, "reduce"))
        return redexes(term, definitions=bodies(program) if unfold else None)

    def equal(self, left: Program, right: Program, **options: Any) -> "Verdict":
        """Whether the main terms of two programs are equal, with the definitions of both."""
        from calculus.rmc.equality import equal

        definitions = {**bodies(left), **bodies(right)}
        terms = _main(left, "compare"), _main(right, "compare")
        return equal(*terms, definitions=definitions, **options)

    def select(self, program: Program, name: str) -> Program:
        """The program whose main term is a definition's body, or that of its dual `name~`. Raises
        `UsageProblem`.
        """
        base = name.removesuffix("~")
        if base not in program.definitions:
            raise no_definition(program.source, base, program.definitions)
        term = program.definitions[base].term
        return replace(program, main=dual(term) if name.endswith("~") else term)

    # For the REPL

    def extend(
        self, program: Program | None, source: Source, *, file: bool = False
    ) -> tuple[Program, list[str]]:
        """The program with what an input or a file defines, its term as the main term; and what is
        new. A definition may call what is not defined yet.
        """
        old = program or Program(source, {}, (), None)
        if file:
            new = parse_items(source)
            _raise(check_names(new, closed=True, known=old.definitions))
            return _together(old, new)
        if len(list(item_ranges(GRAMMAR, source))) > 1:
            # Several items pasted, or a term whose lines happen to begin in column 1.
            with suppress(SyntaxProblem):
                new = parse_items(source)
                for item in new.definitions.values():
                    _raise(unbound(item.term, new.definitions))
                return _together(old, new)
        old = replace(old, main=None, warnings=())
        match parse_line(source):
            case Definition(name=name, term=term) as item:
                _raise(unbound(term, old.definitions))
                if name == "main":
                    return replace(old, main=term), []
                return replace(old, definitions={**old.definitions, name: item}), [name]
            case Law(name=name) as law:
                return replace(old, laws=(*old.laws, law)), [name]
            case Term() as term:
                return replace(old, main=term), []

    def saved(self, program: Program | None, runs: Sequence[tuple[Term, Any]]) -> str:
        """A file with a program's definitions, whose main term repeats runs."""
        lines: list[str] = []
        if program is not None:
            lines += [indented(law.span) for law in program.laws]
            lines += [f"def {item.name} = {to_text(item.term)}" for item in program.definitions.values()]
        if runs:
            lines.append(to_text(sequence(*(_closed(term) for term, _ in runs))))
        text = "".join(f"{line}\n\n" for line in lines)
        return self.format(Source(text)) if lines else ""


def _main(program: Program, what: str) -> Term:
    if program.main is None:
        raise no_main(program.source, what)
    return program.main


def _start(problem: Diagnostic) -> int:
    return problem.span.start if problem.span else 0


def _raise(problems: Iterable[Diagnostic]) -> None:
    if found := list(problems):
        raise NameProblem(*found)


def _closed(term: Term) -> Term:
    """A term of an input as a file may hold it: the variables asked for are new ones."""
    return new_variables(Query(term).variables, term)


def _must_be_value(term: Term) -> None:
    for item in postorder(term):
        if item.op not in _VALUES:
            raise UsageProblem(
                Diagnostic("usage", f"a stack holds values, found the term `{term.text(60)}`", term.span)
            )


def _together(old: Program, new: Program) -> tuple[Program, list[str]]:
    program = replace(new, definitions={**old.definitions, **new.definitions}, laws=(*old.laws, *new.laws))
    return program, [name for name in new.definitions if name != "main"]
