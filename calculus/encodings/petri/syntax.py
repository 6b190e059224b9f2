"""The text format of nets: `place h 4, o 2`, `transition burn: 2 h + o -> 2 w`, and questions about them."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from calculus.encodings.petri.net import Before, Goal, Net, Question, Transition, bag_of, name_problem
from calculus.source.diagnostic import Diagnostic, NameProblem, Note, SyntaxProblem
from calculus.source.explain import END, Unexpected, Wording, expectation, syntax
from calculus.source.grammar import Grammar
from calculus.source.integer import read_integer
from calculus.source.items import ItemReader, item_ranges
from calculus.source.strings import ESCAPES, read_text
from calculus.source.text import Source, Span

MOST_TOKENS = 1_000_000
"""The tokens of all bags of a net taken together: each is a part of the term that a net becomes."""

_NAME = frozenset({"NAME", "STRING"})


def _empty(problem: Unexpected) -> Diagnostic | None:
    if problem.kind != END or problem.before:
        return None
    found = "comments" if problem.source.text.strip() else "nothing"
    wanted = "a marking or a condition" if problem.symbol == "query" else "a place or a transition"
    return syntax(problem, f"expected {wanted}, found {found}", label="the text is empty")


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
        hints=(_empty, _keyword),
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


class Actions:
    """Builds the items of one text."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.text = source.text

    def _span(self, start: int, end: int) -> Span:
        return Span(self.source, start, end, end)

    def _count(self, start: int, end: int, least: int, what: str) -> int:
        """The number that stands in a range of the text, perhaps with a name or a sign."""
        stop = len(self.text[start:end].rstrip()) + start
        begin = stop
        while begin > start and self.text[begin - 1].isascii() and self.text[begin - 1].isdigit():
            begin -= 1
        value = read_integer(self.text[begin:stop])
        if not least <= value <= MOST_TOKENS:
            wanted = f"{least} to {MOST_TOKENS:,}"
            found = self.text[begin:stop] if stop - begin < 30 else f"{self.text[begin : begin + 29]}…"
            raise SyntaxProblem(
                Diagnostic("syntax", f"expected {what} from {wanted}, found {found}", self._span(begin, stop))
            )
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
        return _Title(name)

    def places(self, start: int, end: int, _: int, places: list[Tokens]) -> _Places:
        return _Places(places)

    def empty_place(self, start: int, end: int, name: Name) -> Tokens:
        return Tokens(name, 0)

    def filled_place(self, start: int, end: int, name: Name, number: int) -> Tokens:
        return Tokens(name, self._count(name.span.end, number, 0, "a number of tokens"))

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
        return Tokens(name, self._count(start, number, 1, "a weight"))

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
        count = self._count(name.span.end, number, 0, "a number of tokens")
        return Condition(name, count, True, self._span(start, end))

    def at_least(self, start: int, end: int, name: Name, _: int, number: int) -> Condition:
        count = self._count(name.span.end, number, 0, "a number of tokens")
        return Condition(name, count, False, self._span(start, end))

    def deadlock(self, start: int, end: int, _: int) -> Condition:
        return Condition(None, 0, False, self._span(start, end))


class _Reader(ItemReader):
    """Reads a net; what names a place is looked at when all places are known."""

    def __init__(self, source: Source) -> None:
        super().__init__(GRAMMAR, source)
        self.title: Name | None = None
        self.places: dict[str, Name] = {}
        self.initial: dict[str, int] = {}
        self.transitions: dict[str, Name] = {}
        self.arcs: list[_Transition] = []
        self.asked: _Asked | None = None

    def add(self, item: Any) -> None:
        match item:
            case _Title(name):
                if self.title is None:
                    self.title = name
                else:
                    self.second("name of the net", name.span, self.title.span)
            case _Places(places):
                for place, count in places:
                    assert place is not None
                    if self.is_new("place", place.word, place.span, self.places):
                        self.places[place.word] = place
                        self.initial |= {place.word: count} if count else {}
            case _Transition(name):
                if self.is_new("transition", name.word, name.span, self.transitions):
                    self.transitions[name.word] = name
                    self.arcs.append(item)
            case _Asked():
                if self.asked is None:
                    self.asked = item
                else:
                    self.second("question", item.span, self.asked.span)

    def second(self, what: str, span: Span, first: Span) -> None:
        note = Note("the first is here", first)
        self.problems.append(Diagnostic("name", f"expected one {what}, found a second", span, notes=(note,)))

    def net(self) -> Net:
        transitions = []
        total = sum(self.initial.values())
        for name, inputs, outputs in self.arcs:
            takes, puts = self.bag(inputs), self.bag(outputs)
            total += sum(takes.values()) + sum(puts.values())
            transitions.append(Transition(name.word, takes, puts, name.span))
            if total > MOST_TOKENS:
                self.problems.append(too_many(name.span))
                break
        net = Net(tuple(self.places), tuple(transitions), self.initial, self.title.word if self.title else "")
        if self.asked is not None:
            found, problems = _question(self.asked, self.places)
            self.problems += problems
            net = replace(net, question=found)
        self.problems.sort(key=lambda problem: problem.span.start if problem.span else 0)
        self.complain()
        return net

    def bag(self, tokens: Iterable[Tokens]) -> dict[str, int]:
        bag, problems = _bag(tokens, self.places)
        self.problems += problems
        return bag


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
            problems.append(unknown_place(place.word, known, place.span))
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
            problems.append(unknown_place(place.word, places, place.span))
    return bag_of(bag), problems


def unknown_place(name: str, places: Iterable[str], span: Span | None) -> Diagnostic:
    from difflib import get_close_matches  # only needed for a mistake

    close = get_close_matches(name, list(places), n=1, cutoff=0.6)
    help = f"did you mean `{close[0]}`?" if close else f"declare it: `place {name}`"
    return Diagnostic("name", f"there is no place `{name}`", span, help=help)
