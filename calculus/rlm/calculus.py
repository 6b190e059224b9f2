"""λ-RLM as a calculus of the registry: its parser, types and formatter under the common names.

To run a program on a document is the matter of `calculus.rlm.runtime`; here is what all calculi offer.
"""

from collections.abc import Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from calculus.encodings import terms as t
from calculus.encodings.layout import lay_out
from calculus.machine.instructions import Text
from calculus.rlm.builtins import BUILTINS, GIVEN
from calculus.rlm.program import Program, parse_program, parse_term
from calculus.rlm.syntax import FOLLOWING, GRAMMAR, STYLES
from calculus.rlm.types.infer import Typing, infer_program
from calculus.rlm.types.nodes import INT, Scheme, text
from calculus.settings import Settings
from calculus.source.diagnostic import CalculusError, Diagnostic, TypeProblem, UsageProblem
from calculus.source.editing import Editing
from calculus.source.items import by_place, indented, no_definition, no_main
from calculus.source.text import Source
from calculus.term import Term, canonical, node

if TYPE_CHECKING:
    from calculus.rlm.runtime.outcome import Outcome


class RLM(Editing):
    """The typed combinator calculus λ-RLM."""

    name = "rlm"
    endings = (".rlm",)
    program_type = Program
    grammar = GRAMMAR
    styles = STYLES
    following = FOLLOWING
    known = MappingProxyType({"combinator": (*BUILTINS, *GIVEN)})

    def parse(self, source: Source) -> Program:
        return parse_program(source)

    def parse_term(self, source: Source) -> Term:
        return parse_term(source)

    def program(self, term: Term) -> Program:
        return Program(Source(""), {}, (), term)

    def parse_value(self, source: Source) -> Term:
        """A text or a number, as `--stack` gives them."""
        term = canonical(parse_term(source))
        if term.op is not t.LITERAL:
            raise UsageProblem(Diagnostic("usage", "expected a text in quotes or a number", term.span))
        return term

    def constant(self, value: int | Text) -> Term:
        """A value of Python, as the library takes them."""
        return node(t.LITERAL, value)

    def run(self, program: Program, settings: Settings) -> "Outcome":
        """Run the main term with the built-in oracle.

        The stacks `document` and `query` hold what it is about, `k` and `tau` how it is split, if they are
        given.
        """
        from calculus.rlm.runtime.limits import Limits
        from calculus.rlm.runtime.running import run

        given = {name: values[-1].label for name, values in settings.stacks.items() if values}
        if unknown := sorted(given.keys() - GIVEN.keys()):
            raise UsageProblem(f"a program is given {', '.join(GIVEN)}; it has no stack {unknown[0]}")
        for name, wanted in GIVEN.items():
            if name in given and isinstance(given[name], int) != (wanted is INT):
                raise UsageProblem(f"{name} is {'a number' if wanted is INT else 'a text'}")
        texts = {name: given[name].value if name in given else "" for name in ("document", "query")}
        return run(
            program,
            document=texts["document"],
            query=texts["query"],
            k=given.get("k"),
            tau=given.get("tau"),
            seed=settings.seed,
            limits=Limits(calls=settings.max_answers, seconds=settings.max_seconds),
            max_steps=settings.max_steps,
        )

    def format(self, source: Source, *, unicode: bool = False) -> str:
        parse_program(source)
        return lay_out(GRAMMAR, source, unicode=unicode)

    def check(self, source: Source, *, types: bool = True) -> list[Diagnostic]:
        """All mistakes: of syntax, of names and recursion, or of types."""
        try:
            program = parse_program(source)
        except CalculusError as problem:
            return list(problem.diagnostics)
        return sorted(infer_program(program).problems.values(), key=by_place)

    def infer(self, program: Program, name: str | None = None) -> "Type":
        """The type of a definition, or of the main term; raises `TypeProblem` or `UsageProblem`."""
        if name is not None and name not in program.definitions:
            raise no_definition(program.source, name, program.definitions)
        if name is None and program.main is None:
            raise no_main(program.source, "type")
        typing = infer_program(program)
        found = typing.main if name is None else typing.types.get(name)
        if found is None:
            wanted = typing.problems.get(name or "") or next(iter(typing.problems.values()))
            raise TypeProblem(wanted)
        return Type(found)

    def types(self, program: Program) -> "Types":
        """All types, and what has none."""
        return Types(infer_program(program))

    def select(self, program: Program, name: str) -> Program:
        """The program whose main term is a definition's body. Raises `UsageProblem`."""
        if name not in program.definitions:
            raise no_definition(program.source, name, program.definitions)
        return replace(program, main=program.definitions[name].term)

    def extend(
        self, program: Program | None, source: Source, *, file: bool = False
    ) -> tuple[Program, list[str]]:
        """The program with what an input or a file defines, its term as the main term; and what is new."""
        old = program.definitions if program else {}
        new = parse_program(source, old)
        laws = (*(program.laws if program else ()), *new.laws)
        names = [name for name in new.definitions if new.definitions[name] is not old.get(name)]
        names += [law.name for law in new.laws]
        return replace(new, laws=laws), names

    def saved(self, program: Program | None, runs: Sequence[tuple[Term, Any]]) -> str:
        """A session as a program: its laws and definitions, and the term that was run last."""
        lines: list[str] = []
        if program is not None:
            lines += [indented(law.span) for law in program.laws]
            lines += [f"def {name} = {item.term}" for name, item in program.definitions.items()]
        lines += [str(term) for term, _ in runs[-1:]]
        return self.format(Source("\n\n".join(lines))) if lines else ""


class Type:
    """A type scheme, printed by `str`."""

    def __init__(self, scheme: Scheme) -> None:
        self.scheme = scheme

    def __str__(self) -> str:
        return text(self.scheme)

    def text(self, limit: int | None = None) -> str:
        found = str(self)
        return found if limit is None or len(found) <= limit else found[: limit - 1] + "…"


class Types:
    """The types of a program by name, that of its main term, and the problems."""

    def __init__(self, typing: Typing) -> None:
        self.types = {name: Type(scheme) for name, scheme in typing.types.items()}
        self.main = None if typing.main is None else Type(typing.main)
        self.problems = typing.problems
