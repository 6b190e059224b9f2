"""Prolog as a calculus of the registry."""

from collections.abc import Iterator, Sequence
from typing import Any

from calculus.encodings.prolog.layout import lay_out
from calculus.encodings.prolog.outcome import explained, view
from calculus.encodings.prolog.printer import indicator_text, to_text
from calculus.encodings.prolog.program import PrologProgram, clause_ranges, read_program, read_term
from calculus.encodings.prolog.syntax import GRAMMAR
from calculus.encodings.prolog.terms import indicator
from calculus.encodings.relational import RelationalLanguage
from calculus.machine.relational.answers import Answer, View
from calculus.rmc.program import Program as RmcProgram
from calculus.settings import Settings
from calculus.source.diagnostic import Diagnostic, UsageProblem
from calculus.source.text import Source
from calculus.term import Term

_STYLES = {
    "COMMENT": "comment",
    "INTEGER": "number",
    "STRING": "string",
    **dict.fromkeys(("NAME", "QUOTED", "FUNCTOR", "QUOTED_FUNCTOR"), "label"),
    **dict.fromkeys(("NECK", "ASK"), "keyword"),
    **dict.fromkeys(("RELATION", "IS", "MOD", "PLUS", "MINUS", "TIMES", "CARET", "POWER"), "operator"),
    "$UNKNOWN": "wrong",
}


class Prolog(RelationalLanguage[PrologProgram]):
    """Horn clauses, with integers."""

    name = "prolog"
    endings = (".pl",)
    program_type = PrologProgram
    nothing = "false"

    def parse(self, source: Source) -> PrologProgram:
        return read_program(source)

    def parse_term(self, source: Source) -> Term:
        return read_term(source)

    def format(self, source: Source, *, unicode: bool = False) -> str:
        read_program(source)
        return lay_out(source)

    def given(self, program: PrologProgram, settings: Settings) -> tuple[RmcProgram, Settings]:
        if program.query is None:
            raise UsageProblem(
                Diagnostic(
                    "usage",
                    f"{program.source.name} has no query, so there is nothing to run",
                    help="add one, as in `?- goal(X).`",
                )
            )
        return program.rmc, settings

    def view(self, program: PrologProgram, answer: Answer) -> View:
        """The values of the query's variables, or `true` if it has none."""
        assert program.query is not None
        return view(program.query, answer)

    def explain(self, program: PrologProgram, error: Diagnostic) -> Diagnostic:
        return explained(program, error)

    # For the REPL

    def extend(
        self, program: PrologProgram | None, source: Source, *, file: bool = False
    ) -> tuple[PrologProgram, list[str]]:
        """The program with the clauses and the query of an input or a file; and which predicates grow."""
        old = program.clauses if program else ()
        new = read_program(source, old, whole=file)
        added = dict.fromkeys(indicator(clause.head) for clause in new.clauses[len(old) :])
        return new, [indicator_text(which) for which in added]

    def saved(self, program: PrologProgram | None, runs: Sequence[tuple[Term, Any]]) -> str:
        """A file with the clauses of a session, and the query that was run last."""
        lines = [clause.span.text for clause in program.clauses if clause.span] if program else []
        lines += [f"?- {to_text(query)}" for query, _ in runs[-1:]]
        return lay_out(Source("".join(f"{line}.\n" for line in lines)))

    def is_incomplete(self, text: str) -> bool:
        """Whether an input of the REPL needs another line: its last clause has no full stop yet."""
        ranges = list(clause_ranges(Source(text)))
        return bool(ranges) and GRAMMAR.is_incomplete(text[slice(*ranges[-1])], "clause")

    def tokens(self, text: str) -> Iterator[tuple[str, int, int]]:
        """The tokens of a text, each with what it is."""
        for token in GRAMMAR.tokens(text):
            yield _STYLES.get(token.kind, ""), token.start, token.end
