"""Text to programs and terms.

A file is cut into items where a line begins with anything but white space, a comment or a closing
bracket, so a mistake in one item does not hide those in others.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from itertools import pairwise
from typing import Any

from calculus.fmc.actions import Actions, ParsedData, ParsedDefinition
from calculus.fmc.names import resolve
from calculus.fmc.program import Constructor, Data, Definition, Law, Program
from calculus.fmc.syntax import GRAMMAR
from calculus.machine.primitives import PRIMITIVES
from calculus.source.diagnostic import (
    CalculusError,
    Diagnostic,
    NameProblem,
    Note,
    SyntaxProblem,
)
from calculus.source.grammar import collector_paused
from calculus.source.text import Source, Span
from calculus.term import Term

MOST_PROBLEMS = 20
"""How many mistakes of a file are reported at once."""

_ITEM = re.compile(r"^(?=[^\s)\]])(?!--(?!>))", re.MULTILINE)

Item = ParsedDefinition | ParsedData | Law | Term


def parse_term(
    source: Source,
    definitions: Collection[str] = (),
    data: Mapping[str, Data] | None = None,
) -> Term:
    """The term a text is; lines may begin anywhere.

    `definitions` are names that stand for definitions even if a primitive has them, `data` the data
    types that annotations may mention. Raises `SyntaxProblem`, or `NameProblem` for an unknown data
    type.
    """
    actions = Actions(source, _arities(data))
    term: Term = GRAMMAR.parse(source, "term", actions)
    return _resolved(term, actions.shadowed, _hidden(definitions))


def parse_type(source: Source, data: Mapping[str, Data] | None = None) -> Term:
    """The type a text is. Raises `SyntaxProblem`, or `NameProblem` for an unknown data type."""
    type: Term = GRAMMAR.parse(source, "type", Actions(source, _arities(data)))
    return type


def parse_line(
    source: Source,
    definitions: Collection[str] = (),
    data: Mapping[str, Data] | None = None,
) -> Definition | Data | Law | Term:
    """One input of a REPL: an item or a term, on as many lines as it likes.

    Raises `SyntaxProblem` and `NameProblem`.
    """
    arities = _arities(data) | _declared(source, 0, len(source.text))
    actions = Actions(source, arities)
    item = _item(source, actions, 0, len(source.text))
    match item:
        case ParsedDefinition():
            term = _resolved(item.term, actions.shadowed, _hidden({*definitions, item.name}))
            return Definition(item.name, term, item.type, item.span)
        case ParsedData():
            return _data(item)
        case Law():
            return item
        case _:
            return _resolved(item, actions.shadowed, _hidden(definitions))


def is_incomplete(text: str) -> bool:
    """Whether a REPL should ask for more: `text` begins an item that is right so far and not
    yet whole.
    """
    written = any(token.kind != "COMMENT" for token in GRAMMAR.tokens(text))
    return written and GRAMMAR.is_incomplete(text, "item")


def parse_program(source: Source) -> Program:
    """The program a file is.

    Raises `SyntaxProblem` or `NameProblem` with a diagnostic for every item that is wrong.
    """
    with collector_paused():
        return _Reader(source).program()


class _Reader:
    """Reads the items of a file, keeping the mistakes."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.problems: list[Diagnostic] = []
        self.warnings: list[Diagnostic] = []
        self.definitions: dict[str, ParsedDefinition] = {}
        self.data: dict[str, Data] = {}
        self.laws: dict[str, Law] = {}
        self.main: tuple[Term, Span] | None = None
        self.shadowed: set[int] = set()  # where the items begin that bind the name of a primitive
        self.hidden: set[str] = set()  # the primitives whose names are defined

    def program(self) -> Program:
        ranges = list(item_ranges(self.source))
        arities: dict[str, int] = {}
        for start, stop in ranges:
            for name, count in _declared(self.source, start, stop).items():
                arities.setdefault(name, count)
        actions = Actions(self.source, arities)
        for start, stop in ranges:
            try:
                actions.shadowed = False
                item = _item(self.source, actions, start, stop)
                self._add(item)
                if actions.shadowed:
                    self.shadowed.add(start)
            except CalculusError as problem:
                self.problems += problem.diagnostics
            if len(self.problems) >= MOST_PROBLEMS:
                break
        if self.problems:
            kinds = {problem.kind for problem in self.problems}
            raise (SyntaxProblem if "syntax" in kinds else NameProblem)(*self.problems)
        definitions = {
            name: Definition(name, self._term(item.term, item.span), item.type, item.span)
            for name, item in self.definitions.items()
        }
        main = None
        if "main" in definitions:
            main = definitions["main"].term
        elif self.main:
            main = self._term(*self.main)
        return Program(
            self.source,
            definitions,
            self.data,
            tuple(self.laws.values()),
            main,
            tuple(self.warnings),
        )

    def _term(self, term: Term, span: Span) -> Term:
        return _resolved(term, span.start in self.shadowed, self.hidden)

    def _add(self, item: Item) -> None:
        match item:
            case ParsedDefinition():
                self._add_definition(item)
            case ParsedData():
                if self._is_new("data type", item.name, item.span, self.data):
                    self.data[item.name] = _data(item)
            case Law():
                if self._is_new("law", item.name, item.span, self.laws):
                    self.laws[item.name] = item
            case _:
                assert item.span is not None
                self._set_main(item, item.span)

    def _add_definition(self, item: ParsedDefinition) -> None:
        if not self._is_new("definition of", item.name, item.span, self.definitions):
            return
        self.definitions[item.name] = item
        if item.name == "main":
            self._set_main(item.term, item.span)
        if item.name in PRIMITIVES:
            self.hidden.add(item.name)
            self.warnings.append(
                Diagnostic(
                    "name",
                    f"the definition of `{item.name}` hides the primitive of that name",
                    _name_span(self.source, item.name, item.span),
                    severity="warning",
                )
            )

    def _is_new(self, what: str, name: str, span: Span, known: Mapping[str, Any]) -> bool:
        if name not in known:
            return True
        first = known[name].span
        self.problems.append(
            Diagnostic(
                "name",
                f"expected one {what} `{name}`, found a second",
                _name_span(self.source, name, span),
                notes=(Note("the first is here", _name_span(self.source, name, first)),),
            )
        )
        return False

    def _set_main(self, term: Term, span: Span) -> None:
        if self.main is None:
            self.main = (term, span)
            return
        help = "give all but one a name: `def name = …`; a line that goes on is indented"
        self.problems.append(
            Diagnostic(
                "syntax",
                "expected one main term, found a second",
                _first_line(span),
                notes=(Note("the first is here", _first_line(self.main[1])),),
                help=help,
            )
        )


def item_ranges(source: Source) -> Iterator[tuple[int, int]]:
    """Where each item of a file begins and ends, the comments and blank lines after it included."""
    starts = [match.start() for match in _ITEM.finditer(source.text)]
    end = len(source.text)
    first = next((token.start for token in GRAMMAR.tokens(source.text) if token.kind != "COMMENT"), end)
    if first < (starts[0] if starts else end):
        starts.insert(0, first)
    yield from pairwise([*starts, end])


def _item(source: Source, actions: Actions, start: int, stop: int) -> Item:
    item: Item = GRAMMAR.parse(source, "item", actions, start, stop)
    return item


def _data(item: ParsedData) -> Data:
    constructors = tuple(Constructor(name, arguments) for name, arguments in item.constructors)
    return Data(item.name, item.parameters, constructors, item.span)


def _arities(data: Mapping[str, Data] | None) -> dict[str, int]:
    return {name: len(item.parameters) for name, item in (data or {}).items()}


def _declared(source: Source, start: int, stop: int) -> dict[str, int]:
    """The arity of the data type that the item declares, if it does, known before anything is
    parsed.
    """
    tokens = (token for token in GRAMMAR.tokens(source.text, start, stop) if token.kind != "COMMENT")
    if (first := next(tokens, None)) is None or first.kind != "DATA":
        return {}
    name = next(tokens, None)
    if name is None or name.kind != "JUMP":
        return {}
    count = 0
    for token in tokens:
        if token.kind == "EQUAL":
            return {source.text[name.start : name.end]: count}
        count += token.kind == "NAME"
    return {}


def _resolved(term: Term, shadowed: bool, hidden: Collection[str]) -> Term:
    """`term` as it is where the primitives `hidden` are definitions, and others perhaps bound
    inside it.
    """
    return resolve(term, hidden) if shadowed or hidden else term


def _hidden(definitions: Collection[str]) -> set[str]:
    return PRIMITIVES.keys() & set(definitions)


def _name_span(source: Source, name: str, span: Span) -> Span:
    """The first place of a name in an item."""
    found = re.compile(rf"\b{re.escape(name)}(?!\w)").search(source.text, span.start, span.end)
    start, end = found.span() if found else (span.start, span.end)
    return Span(source, start, end, end)


def _first_line(span: Span) -> Span:
    end = span.source.text.find("\n", span.start, span.end)
    end = span.end if end < 0 else end
    return Span(span.source, span.start, end, end)
