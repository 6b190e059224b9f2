"""Text to programs and terms."""

from collections.abc import Collection, Mapping

from calculus.fmc.actions import Actions, ParsedData, ParsedDefinition
from calculus.fmc.names import resolve
from calculus.fmc.program import Constructor, Data, Definition, Program
from calculus.fmc.syntax import GRAMMAR
from calculus.machine.primitives import PRIMITIVES
from calculus.source.diagnostic import Diagnostic
from calculus.source.grammar import collector_paused
from calculus.source.items import ItemReader, Law, item_ranges, name_span
from calculus.source.text import Source, Span
from calculus.term import Term

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


class _Reader(ItemReader):
    def __init__(self, source: Source) -> None:
        super().__init__(GRAMMAR, source)
        self.warnings: list[Diagnostic] = []
        self.definitions: dict[str, ParsedDefinition] = {}
        self.data: dict[str, Data] = {}
        self.actions = Actions(source, {})
        self.shadowed: set[int] = set()  # where the items begin that bind the name of a primitive
        self.hidden: set[str] = set()  # the primitives whose names are defined

    def program(self) -> Program:
        ranges = list(item_ranges(GRAMMAR, self.source))
        arities: dict[str, int] = {}
        for start, stop in ranges:
            for name, count in _declared(self.source, start, stop).items():
                arities.setdefault(name, count)
        self.actions = Actions(self.source, arities)
        self.read(self.actions, ranges)
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

    def add(self, item: Item) -> None:
        match item:
            case ParsedDefinition():
                self._add_definition(item)
            case ParsedData():
                if self.is_new("data type", item.name, item.span, self.data):
                    self.data[item.name] = _data(item)
            case Law():
                self.add_law(item)
            case _:
                assert item.span is not None
                self.set_main(item, item.span)
        if self.actions.shadowed:
            assert item.span is not None
            self.shadowed.add(item.span.start)
            self.actions.shadowed = False

    def _add_definition(self, item: ParsedDefinition) -> None:
        if not self.is_new("definition of", item.name, item.span, self.definitions):
            return
        self.definitions[item.name] = item
        if item.name == "main":
            self.set_main(item.term, item.span)
        if item.name in PRIMITIVES:
            self.hidden.add(item.name)
            self.warnings.append(
                Diagnostic(
                    "name",
                    f"the definition of `{item.name}` hides the primitive of that name",
                    name_span(item.name, item.span),
                    severity="warning",
                )
            )


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
