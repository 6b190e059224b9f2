"""The κ-calculus as a calculus of the registry."""

from collections.abc import Sequence
from types import MappingProxyType
from typing import Any

from calculus.encodings.kappa.layout import format_program
from calculus.encodings.kappa.program import KappaProgram, read_program, read_term, read_value
from calculus.encodings.kappa.syntax import GRAMMAR
from calculus.encodings.relational import RelationalLanguage
from calculus.machine.relational.answers import Answer, View
from calculus.machine.relational.instructions import Text
from calculus.machine.result import value_text
from calculus.rmc.calculus import RMC
from calculus.rmc.program import Program as RmcProgram
from calculus.settings import Settings
from calculus.source.diagnostic import TypeProblem
from calculus.source.editing import Editing
from calculus.source.items import indented, no_main
from calculus.source.text import Source
from calculus.term import Term

_STYLES = MappingProxyType(
    {
        "COMMENT": "comment",
        "INT": "number",
        "STRING": "string",
        **dict.fromkeys(("CONS", "CONSOPEN"), "label"),
        **dict.fromkeys(("DEF", "KAPPA", "SKIP"), "keyword"),
        "SEMICOLON": "operator",
        "$UNKNOWN": "wrong",
    }
)
_NEXT = MappingProxyType(
    {"NAME": ("name",), "CONS": ("label",), "DEF": ("def",), "KAPPA": ("kappa",), "SKIP": ("skip",)}
)


class Kappa(Editing, RelationalLanguage[KappaProgram]):
    """First-order functions between stacks."""

    name = "kappa"
    endings = (".kappa",)
    program_type = KappaProgram
    grammar = GRAMMAR
    styles = _STYLES
    following = _NEXT

    def parse(self, source: Source) -> KappaProgram:
        return read_program(source)

    def parse_term(self, source: Source) -> Term:
        return read_term(source)

    def parse_value(self, source: Source) -> Term:
        return read_value(source)

    def constant(self, value: int | Text) -> Term:
        """The value that an integer, a Boolean or a `Text` of Python is."""
        return RMC().constant(value)

    def format(self, source: Source, *, unicode: bool = False) -> str:
        read_program(source)
        return format_program(source, unicode)

    def given(self, program: KappaProgram, settings: Settings) -> tuple[RmcProgram, Settings]:
        """Raises `UsageProblem` without a main term, `TypeProblem` if it needs more values than there are."""
        if program.main is None:
            raise no_main(program.source, "run")
        lacking = program.lacking(len(settings.stacks.get("λ", ())))
        if lacking is not None:
            raise TypeProblem(lacking)
        return program.rmc, settings

    def view(self, program: KappaProgram, answer: Answer) -> View:
        """The values that are left, the last on top."""
        values = [value_text(value) for value in answer.stacks.get("λ", [])]
        return View(", ".join(values) or "(no values)", {"values": values})

    # For the REPL

    def extend(
        self, program: KappaProgram | None, source: Source, *, file: bool = False
    ) -> tuple[KappaProgram, list[str]]:
        """The program with what an input or a file defines, its term as the main term; and what is new."""
        old = program.rmc.definitions if program else {}
        new = read_program(source, old.values())
        return new, [name for name, item in new.rmc.definitions.items() if old.get(name) is not item]

    def saved(self, program: KappaProgram | None, runs: Sequence[tuple[Term, Any]]) -> str:
        """A file with the definitions of a session, and the term that was run last."""
        items = [item.span for item in program.rmc.definitions.values()] if program else []
        items += [term.span for term, _ in runs[-1:]]
        text = "\n\n".join(indented(span) for span in items if span)
        return format_program(Source(text)) if text else ""
