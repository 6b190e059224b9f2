"""The text format of nets: `place h 4, o 2`, `transition burn: 2 h + o -> 2 w`, and questions about them."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, NamedTuple, TypeVar

from calculus.encodings.lines import nothing_there, unknown
from calculus.encodings.petri.net import (
    Before,
    Goal,
    Net,
    Question,
    Transition,
    bag_of,
    name_problem,
    name_text,
)
from calculus.source.diagnostic import Diagnostic, NameProblem, Note, SyntaxProblem
from calculus.source.explain import END, Unexpected, Wording, expectation, syntax
from calculus.source.grammar import Grammar
from calculus.source.integer import read_integer
from calculus.source.items import ItemReader, by_place, complain, item_ranges
from calculus.source.strings import ESCAPES, read_text
from calculus.source.text import Source, Span

MOST_TOKENS = 1_000_000
"""The tokens of all bags of a net taken together: each is a part of the term that a net becomes."""

_DIGITS = re.compile(r"[0-9]+$")


_WORDS = frozenset({"NET", "PLACE", "TRANSITION", "GOAL", "BEFORE", "DEADLOCK"})


def _keyword(problem: Unexpected) -> Diagnostic | None:
    """A word of the language where a name or nothing more was expected."""
    if problem.kind not in _WORDS or not problem.before:
        return None
    help = None
    if "NAME" in problem.acceptable:
        help = f'a name that is a word of the language stands in quotes: `"{problem.found}"`'
    elif END in problem.acceptable and problem.symbol == "item" and problem.kind != "DEADLOCK":
        help = "an item begins in column 1 of its own line"
    return syntax(problem, expectation(problem, GRAMMAR.wording), help=help) if help else None


GRAMMAR = Grammar(
    "petri",
    ("item", "query"),
    Wording(
        words={
            "NAME": "a name",
            "STRING": "",
            "NUMBER": "a number",
            "NET": "",
            "PLACE": "`place`",
            "TRANSITION": "`transition`",
            "GOAL": "`goal`",
            "BEFORE": "`before`",
            "DEADLOCK": "`deadlock`",
            "ARROW": "`->`",
            "COMPARE": "`>=`",
            "EQUAL": "`=`",
            "PLUS": "`+`",
            "COLON": "`:`",
            "COMMA": "`,`",
        },
        hints=(nothing_there("a place, a transition or a question"), _keyword),
    ),
)


class Name(NamedTuple):
    word: str
    span: Span


class Tokens(NamedTuple):
    """So many tokens in a place; no place goes with no tokens."""

    place: Name | None
    number: int


class Condition(NamedTuple):
    """A condition of a goal; `deadlock` has no place."""

    place: Name | None
    number: int
    exact: bool
    span: Span


class _Title(NamedTuple):
    name: Name
    span: Span


class _Places(NamedTuple):
    places: list[Tokens]


class _Transition(NamedTuple):
    name: Name
    inputs: list[Tokens]
    outputs: list[Tokens]


class _Asked(NamedTuple):
    """A question as it was read: a marking to reach or to come from, or conditions."""

    parts: list[Any]
    before: bool
    span: Span


Item = TypeVar("Item", _Title, _Asked)


class Actions:
    """Builds the items of one text."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.text = source.text

    def _span(self, start: int, end: int) -> Span:
        return Span(self.source, start, end, end)

    def _number(self, start: int, end: int, least: int, what: str) -> int:
        """The number that ends a range of the text."""
        found = _DIGITS.search(self.text, start, end)
        assert found is not None
        value = read_integer(found[0])
        if not least <= value <= MOST_TOKENS:
            digits = found[0] if len(found[0]) < 30 else f"{found[0][:29]}…"
            message = f"expected {what} from {least} to {MOST_TOKENS:,}, found {digits}"
            raise SyntaxProblem(Diagnostic("syntax", message, self._span(*found.span())))
        return value

    def one(self, start: int, end: int, item: Any) -> list[Any]:
        return [item]

    def more(self, start: int, end: int, items: list[Any], _: int, item: Any) -> list[Any]:
        items.append(item)
        return items

    def word(self, start: int, end: int, _: int) -> Name:
        return Name(self.text[start:end], self._span(start, end))

    def string(self, start: int, end: int, _: int) -> Name:
        value, wrong = read_text(self.text[start:end])
        if wrong is not None:
            message, at, stop = wrong
            span = self._span(start + at, start + stop)
            raise SyntaxProblem(Diagnostic("syntax", message, span, help=ESCAPES))
        if refused := name_problem(value):
            raise SyntaxProblem(Diagnostic("syntax", refused, self._span(start, end)))
        return Name(value, self._span(start, end))

    def title(self, start: int, end: int, _: int, name: Name) -> _Title:
        return _Title(name, name.span)

    def places(self, start: int, end: int, _: int, places: list[Tokens]) -> _Places:
        return _Places(places)

    def empty_place(self, start: int, end: int, name: Name) -> Tokens:
        return Tokens(name, 0)

    def filled_place(self, start: int, end: int, name: Name, number: int) -> Tokens:
        return Tokens(name, self._number(name.span.end, number, 0, "a number of tokens"))

    def transition(
        self,
        start: int,
        end: int,
        _t: int,
        name: Name,
        _c: int,
        inputs: list[Tokens],
        _a: int,
        outputs: list[Tokens],
    ) -> _Transition:
        return _Transition(name, inputs, outputs)

    def token(self, start: int, end: int, name: Name) -> Tokens:
        return Tokens(name, 1)

    def tokens(self, start: int, end: int, number: int, name: Name) -> Tokens:
        return Tokens(name, self._number(start, number, 1, "a weight"))

    def nothing(self, start: int, end: int, number: int) -> Tokens:
        if read_integer(self.text[start:end]):
            message = f"expected a place after the number {self.text[start:end]}"
            raise SyntaxProblem(Diagnostic("syntax", message, self._span(start, end)))
        return Tokens(None, 0)

    def question(self, start: int, end: int, _: int, asked: _Asked) -> _Asked:
        return asked._replace(span=self._span(start, end))

    def question_before(self, start: int, end: int, asked: _Asked) -> _Asked:
        return asked

    def before(self, start: int, end: int, _: int, bag: list[Tokens]) -> _Asked:
        return _Asked(bag, True, self._span(start, end))

    def marking(self, start: int, end: int, bag: list[Tokens]) -> _Asked:
        return _Asked(bag, False, self._span(start, end))

    def conditions(self, start: int, end: int, conditions: list[Condition]) -> _Asked:
        return _Asked(conditions, False, self._span(start, end))

    def exactly(self, start: int, end: int, name: Name, _: int, number: int) -> Condition:
        count = self._number(name.span.end, number, 0, "a number of tokens")
        return Condition(name, count, True, self._span(start, end))

    def at_least(self, start: int, end: int, name: Name, _: int, number: int) -> Condition:
        count = self._number(name.span.end, number, 0, "a number of tokens")
        return Condition(name, count, False, self._span(start, end))

    def deadlock(self, start: int, end: int, _: int) -> Condition:
        return Condition(None, 0, False, self._span(start, end))


class _Reader(ItemReader):
    """Reads a net; the items are looked at when all are known."""

    def __init__(self, source: Source) -> None:
        super().__init__(GRAMMAR, source)
        self.items: list[Any] = []

    def add(self, item: Any) -> None:
        self.items.append(item)

    def net(self) -> Net:
        places: dict[str, Name] = {}
        initial: dict[str, int] = {}
        for place, number in (
            part for item in self.items if isinstance(item, _Places) for part in item.places
        ):
            assert place is not None
            if self.is_new("place", place.word, place.span, places):
                places[place.word] = place
                initial |= {place.word: number} if number else {}
        title = self.only("name of the net", _Title)
        asked = self.only("question", _Asked)
        question = None
        if asked is not None:
            question, problems = _question(asked, places)
            self.problems += problems
        transitions = tuple(self.transitions(places, sum(initial.values())))
        complain(sorted(self.problems, key=by_place))
        return Net(tuple(places), transitions, initial, title.name.word if title else "", question)

    def only(self, what: str, kind: type[Item]) -> Item | None:
        """The item of a kind, of which there is one at most."""
        found = [item for item in self.items if isinstance(item, kind)]
        for item in found[1:]:
            note = Note("the first is here", found[0].span)
            self.problems.append(
                Diagnostic("name", f"expected one {what}, found a second", item.span, notes=(note,))
            )
        return found[0] if found else None

    def transitions(self, places: Mapping[str, Name], tokens: int) -> Iterator[Transition]:
        """The transitions, `tokens` being those of the initial marking."""
        known: dict[str, Name] = {}
        for name, inputs, outputs in (item for item in self.items if isinstance(item, _Transition)):
            if self.is_new("transition", name.word, name.span, known):
                known[name.word] = name
            (takes, wrong), (puts, also) = _bag(inputs, places), _bag(outputs, places)
            self.problems += wrong + also
            tokens += sum(takes.values()) + sum(puts.values())
            if tokens > MOST_TOKENS:
                self.problems.append(too_many(name.span))
                return
            yield Transition(name.word, takes, puts, name.span)


def too_many(span: Span | None) -> Diagnostic:
    return Diagnostic("syntax", f"expected at most {MOST_TOKENS:,} tokens in a net, found more", span)


def read_net(source: Source) -> Net:
    """The net of a text; raises `SyntaxProblem` or `NameProblem` with all its mistakes."""
    reader = _Reader(source)
    # A text without any item is read as one, so that it is said what is missing.
    reader.read(Actions(source), list(item_ranges(GRAMMAR, source)) or [(0, len(source.text))])
    return reader.net()


def read_question(source: Source, net: Net) -> Question:
    """The question that a text is: a marking, conditions, or `before` and a marking."""
    asked = parse_question(source)
    found, problems = _question(asked, net.places)
    if problems:
        raise NameProblem(*problems)
    return found


def parse_question(source: Source) -> _Asked:
    """A question whose places are not looked at."""
    asked: _Asked = GRAMMAR.parse(source, "query", Actions(source))
    return asked


def _question(asked: _Asked, places: Iterable[str]) -> tuple[Question, list[Diagnostic]]:
    known = dict.fromkeys(places)
    if asked.before:
        bag, problems = _bag(asked.parts, known)
        return Before(bag, asked.span), problems
    if isinstance(asked.parts[0], Tokens):
        bag, problems = _bag(asked.parts, known)
        return Goal(exactly=dict.fromkeys(known, 0) | bag, span=asked.span), problems
    exactly: dict[str, int] = {}
    at_least: dict[str, int] = {}
    first: dict[str, Name] = {}
    problems = []
    for place, count, exact, _ in asked.parts:
        if place is None:
            continue
        if place.word not in known:
            problems.append(_unknown(place, known))
        elif place.word in first:
            note = Note("the first is here", first[place.word].span)
            message = f"expected one condition on `{place.word}`, found a second"
            problems.append(Diagnostic("name", message, place.span, notes=(note,)))
        else:
            first[place.word] = place
            (exactly if exact else at_least)[place.word] = count
    dead = any(condition.place is None for condition in asked.parts)
    return Goal(exactly, at_least, dead, asked.span), problems


def _bag(tokens: Iterable[Tokens], places: Mapping[str, Any]) -> tuple[dict[str, int], list[Diagnostic]]:
    bag: list[tuple[str, int]] = []
    problems = []
    for place, count in tokens:
        if place is None:
            continue
        if place.word in places:
            bag.append((place.word, count))
        else:
            problems.append(_unknown(place, places))
    return bag_of(bag), problems


def _unknown(place: Name, known: Collection[str]) -> Diagnostic:
    help = f"declare it: `place {name_text(place.word)}`"
    return unknown("place", place.word, known, place.span, help)
