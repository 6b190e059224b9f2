"""Text to programs of Prolog: clauses, the query that is run, and what is wrong or doubtful.

A text is cut into clauses at its full stops, so that a mistake in one does not hide those in others. Of
several queries the last is run. Whatever can be reported is: a program that parses has no mistakes left.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from calculus.encodings.prolog import goals
from calculus.encodings.prolog.build import either
from calculus.encodings.prolog.encode import Clause, Encoder
from calculus.encodings.prolog.printer import indicator_text
from calculus.encodings.prolog.syntax import GRAMMAR, PrologActions
from calculus.encodings.prolog.terms import COMPOUND, Indicator, indicator, is_compound
from calculus.rmc.program import Definition
from calculus.rmc.program import Program as RmcProgram
from calculus.source.diagnostic import CalculusError, Diagnostic
from calculus.source.grammar import collector_paused
from calculus.source.items import MOST_PROBLEMS, by_place, complain
from calculus.source.text import Source
from calculus.term import VARIABLE, Term
from calculus.term.node import postorder

_DECLARATIONS = frozenset(
    {"dynamic", "discontiguous", "multifile", "use_module", "ensure_loaded", "module", "set_prolog_flag"}
    | {"style_check", "encoding", "license"}
)
"""Directives that change nothing about what Horn clauses mean."""

_CLOSED = goals.BUILT_IN | goals.CONTROL | {("!", 0), ("->", 2), ("*->", 2), ("\\+", 1), (":-", 2), ("|", 2)}


@dataclass(frozen=True)
class PrologProgram:
    """Clauses in the order of the text, and the body of the query to run; the translation is made when it is
    first asked for.
    """

    source: Source
    clauses: tuple[Clause, ...]
    query: Term | None
    warnings: tuple[Diagnostic, ...] = ()

    @property
    def main(self) -> Term | None:
        return self.query

    @cached_property
    def rmc(self) -> RmcProgram:
        """A program whose main term is the query; without one, it defines what the iteration would be of."""
        encoder = Encoder()
        clauses = encoder.clauses(self.clauses)
        if self.query is None:
            body = Definition("clauses", either(clauses, None))
            return RmcProgram(self.source, {body.name: body}, (), None)
        return RmcProgram(self.source, {}, (), encoder.query(self.query, clauses))


def read_program(source: Source, before: Sequence[Clause] = (), *, whole: bool = True) -> PrologProgram:
    """The program that a text is, after the clauses that come `before` it. What is not the `whole` program
    may call predicates that are yet to come, but in a query.

    Raises `SyntaxProblem` or `NameProblem` with all mistakes.
    """
    reader = _Reader(source, before, whole)
    with collector_paused():
        for start, stop in clause_ranges(source):
            reader.read(start, stop)
            if len(reader.problems) >= MOST_PROBLEMS:
                break
        else:
            reader.check()
    complain(sorted(reader.problems, key=by_place))
    query = reader.queries[-1] if reader.queries else None
    return PrologProgram(source, tuple(reader.clauses), query, tuple(sorted(reader.warnings, key=by_place)))


def read_term(source: Source) -> Term:
    """The term that a text is. Raises `SyntaxProblem`."""
    term: Term = GRAMMAR.parse(source, "whole", PrologActions(source))
    return term


def clause_ranges(source: Source) -> Iterator[tuple[int, int]]:
    """Where each clause of a text begins and ends; the last may lack its full stop."""
    start, open = 0, False
    for token in GRAMMAR.tokens(source.text):
        if token.kind == "END":
            yield start, token.end
            start, open = token.end, False
        elif token.kind != "COMMENT":
            open = True
    if open:
        yield start, len(source.text)


class _Reader:
    """Reads clause by clause, then checks what can only be known at the end."""

    def __init__(self, source: Source, before: Sequence[Clause], whole: bool) -> None:
        self.source = source
        self.whole = whole
        self.actions = PrologActions(source)
        self.known = len(before)
        self.clauses = list(before)
        self.queries: list[Term] = []
        self.problems: list[Diagnostic] = []
        self.warnings: list[Diagnostic] = []

    def read(self, start: int, stop: int) -> None:
        try:
            sentence: Term = GRAMMAR.parse(self.source, "clause", self.actions, start, stop)
        except CalculusError as problem:
            self.problems += problem.diagnostics
            return
        if is_compound(sentence, "?-", 1):
            self.queries.append(sentence.children[0])
        elif is_compound(sentence, ":-", 1):
            self._directive(sentence)
        elif is_compound(sentence, ":-", 2):
            self._clause(sentence.children[0], sentence.children[1], sentence)
        else:
            self._clause(sentence, None, sentence)

    def _clause(self, head: Term, body: Term | None, whole: Term) -> None:
        if head.op is not COMPOUND:
            message = f"expected the head of a clause, found `{head.text(40)}`"
            help = "a head is a name, perhaps with arguments in parentheses"
            self.problems.append(Diagnostic("syntax", message, head.span, help=help))
        elif indicator(head) in _CLOSED:
            message = f"expected the head of a clause, found `{indicator_text(indicator(head))}`"
            help = "what it means is fixed"
            self.problems.append(Diagnostic("name", message, head.span, help=help))
        elif is_compound(head, "-->", 2):
            self.problems += goals.mistakes(head, ())
        else:
            self.clauses.append(Clause(head, body, whole.span))

    def _directive(self, sentence: Term) -> None:
        for goal in goals.goals(sentence.children[0]):
            if goal.op is COMPOUND and goal.label in _DECLARATIONS:
                message = f"the directive `{goal.text(40)}` is not needed, and left out"
                self.warnings.append(Diagnostic("syntax", message, goal.span, severity="warning"))
            else:
                message = f"expected a clause or a query, found the directive `{goal.text(40)}`"
                help = "a query begins with `?-`"
                if goal.op is COMPOUND and goal.label == "op":
                    help = "the operators are those of the standard, and no others"
                self.problems.append(Diagnostic("syntax", message, goal.span, help=help))

    def check(self) -> None:
        """Look at what the bodies ask for, now that all predicates are known."""
        defined: set[Indicator] = {indicator(item.head) for item in self.clauses}
        bodies = [item.body for item in self.clauses[self.known :] if item.body is not None]
        for body in [*bodies, *self.queries]:
            self.problems += goals.mistakes(body, defined)
        if self.problems:
            return
        for body in [*(bodies if self.whole else ()), *self.queries[-1:]]:
            self.warnings += goals.warnings(body, defined)
        for clause in self.clauses[self.known :]:
            self.warnings += _singletons(clause)
        for query in self.queries[:-1]:
            message = "only the last query of a text is run, and this is not the last"
            self.warnings.append(Diagnostic("name", message, query.span, severity="warning"))


def _singletons(clause: Clause) -> Iterator[Diagnostic]:
    """A warning for each variable that stands in one place only."""
    parts = [clause.head] if clause.body is None else [clause.head, clause.body]
    found = [item for part in parts for item in postorder(part) if item.op is VARIABLE]
    counts = Counter(item.label for item in found)
    for item in found:
        if counts[item.label] == 1 and not item.label.startswith("_"):
            yield Diagnostic(
                "name",
                f"the variable `{item.label}` stands in one place only",
                item.span,
                help=f"write `_` or `_{item.label}` if that is meant",
                severity="warning",
            )
