"""Files of items: where each begins, and a reader that keeps the mistakes of all of them.

A file is cut into items where a line begins with anything but white space, a comment or a closing
bracket, so a mistake in one item does not hide those in others.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, ClassVar

from calculus.source.diagnostic import (
    CalculusError,
    Diagnostic,
    NameProblem,
    Note,
    SyntaxProblem,
    UsageProblem,
)
from calculus.source.grammar import Grammar
from calculus.source.text import Source, Span

MOST_PROBLEMS = 20
"""How many mistakes of a file are reported at once."""

_ITEM = re.compile(r"^(?=[^\s)\]}])(?!--(?!>))", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Law:
    """`law name: …`, kept as text; `body` is the place of what follows the colon."""

    name: str
    body: Span
    span: Span


class LawActions:
    """What the alternatives of a law build, for the actions of a grammar that has laws."""

    source: Source

    def law_word(self, start: int, end: int, _: int) -> None:
        return None

    def law_begins(self, start: int, end: int, _: None) -> int:
        return start

    def law_goes_on(self, start: int, end: int, begun: int, _: None) -> int:
        return begun

    def law(self, start: int, end: int, _l: int, name: str, colon: int, body: int) -> Law:
        return Law(name, Span(self.source, body, end, end), Span(self.source, start, end, colon))


def item_ranges(grammar: Grammar, source: Source) -> Iterator[tuple[int, int]]:
    """Where each item of a file begins and ends, the comments and blank lines after it included."""
    starts = [match.start() for match in _ITEM.finditer(source.text)]
    end = len(source.text)
    first = next((token.start for token in grammar.tokens(source.text) if token.kind != "COMMENT"), end)
    if first < (starts[0] if starts else end):
        starts.insert(0, first)
    yield from pairwise([*starts, end])


def complain(problems: Sequence[Diagnostic]) -> None:
    """Raise the mistakes found, if there are any."""
    if problems:
        kinds = {problem.kind for problem in problems}
        raise (SyntaxProblem if "syntax" in kinds else NameProblem)(*problems)


def by_place(problem: Diagnostic) -> int:
    """To sort mistakes in the order of the text."""
    return problem.span.start if problem.span else 0


class ItemReader(ABC):
    """Reads the items of a file, keeping the mistakes.

    A language says in `add` what becomes of an item that parses.
    """

    def __init__(self, grammar: Grammar, source: Source) -> None:
        self.grammar = grammar
        self.source = source
        self.problems: list[Diagnostic] = []
        self.laws: dict[str, Law] = {}
        self.main: tuple[Any, Span] | None = None

    @abstractmethod
    def add(self, item: Any) -> None:
        """Take in an item."""

    def read(self, actions: object, ranges: list[tuple[int, int]]) -> None:
        """Parse the items; raises `SyntaxProblem` or `NameProblem` with a diagnostic for every one
        that is wrong.
        """
        for start, stop in ranges:
            try:
                self.add(self.grammar.parse(self.source, "item", actions, start, stop))
            except CalculusError as problem:
                self.problems += problem.diagnostics
            if len(self.problems) >= MOST_PROBLEMS:
                break
        complain(self.problems)

    def add_law(self, law: Law) -> None:
        if self.is_new("law", law.name, law.span, self.laws):
            self.laws[law.name] = law

    def is_new(self, what: str, name: str, span: Span, known: Mapping[str, Any]) -> bool:
        """Whether a name is defined for the first time, which it ought to be."""
        if name not in known:
            return True
        first = known[name].span
        self.problems.append(
            Diagnostic(
                "name",
                f"expected one {what} `{name}`, found a second",
                name_span(name, span),
                notes=(Note("the first is here", name_span(name, first)),),
            )
        )
        return False

    def set_main(self, term: Any, span: Span) -> None:
        """Take the main term, of which there is one."""
        if self.main is None:
            self.main = (term, span)
            return
        help = "give all but one a name: `def name = …`; a line that goes on is indented"
        self.problems.append(
            Diagnostic(
                "syntax",
                "expected one main term, found a second",
                first_line(span),
                notes=(Note("the first is here", first_line(self.main[1])),),
                help=help,
            )
        )


class DefinitionReader(ItemReader):
    """Reads files of definitions, laws and a main term, which may be the definition of `main`.

    `definition` is the class of a definition, which has a `name`, a `term` and a `span`.
    """

    definition: ClassVar[type[Any]]

    def __init__(self, grammar: Grammar, source: Source) -> None:
        super().__init__(grammar, source)
        self.definitions: dict[str, Any] = {}

    def add(self, item: Any) -> None:
        if isinstance(item, Law):
            self.add_law(item)
        elif not isinstance(item, self.definition):
            self.set_main(item, item.span)
        elif self.is_new("definition of", item.name, item.span, self.definitions):
            self.definitions[item.name] = item
            if item.name == "main":
                self.set_main(item.term, item.span)


def name_span(name: str, span: Span) -> Span:
    """The first place of a name in an item."""
    found = re.compile(rf"\b{re.escape(name)}(?!\w)").search(span.source.text, span.start, span.end)
    start, end = found.span() if found else (span.start, span.end)
    return Span(span.source, start, end, end)


def first_line(span: Span) -> Span:
    """The first line of a place."""
    end = span.source.text.find("\n", span.start, span.end)
    end = span.end if end < 0 else end
    return Span(span.source, span.start, end, end)


def indented(span: Span) -> str:
    """The text of an item whose lines after the first are indented, as a file wants it."""
    first, *others = span.text.splitlines()
    return "\n".join([first, *(f"  {line.strip()}" for line in others)])


def no_main(source: Source, what: str) -> UsageProblem:
    """A program without a main term cannot be run, or whatever was asked for."""
    return UsageProblem(
        Diagnostic(
            "usage",
            f"{source.name} has no main term, so there is nothing to {what}",
            help="write a term in column 1 of its own line, or `def main = …`",
        )
    )


def no_definition(source: Source, name: str, known: Iterable[str]) -> UsageProblem:
    """A definition that was named is not there."""
    names = ", ".join(known) or "none"
    return UsageProblem(
        Diagnostic("usage", f"{source.name} does not define {name}", help=f"its definitions are: {names}")
    )
