"""The text format of finite automata, one thing a line:

    start: even
    accept: even
    even a -> odd
    odd a, b -> even

States and letters are words of any characters but white space and `,`, `:`, `"`; others stand in quotes.
A transition without a letter, or with the letter `ε`, takes none. Several letters or states are separated
by commas. The states are those that transitions begin or end at and those of `start`; `states: …` and
`alphabet: …` name all there are, so that others are mistakes.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from calculus.encodings.lines import Directive, LineActions, LineReader, Word, nothing_there, unknown
from calculus.source.diagnostic import Diagnostic, Note
from calculus.source.explain import Wording
from calculus.source.grammar import Grammar
from calculus.source.items import by_place, complain, item_ranges
from calculus.source.text import Source, Span

GRAMMAR = Grammar(
    "automaton",
    ("item",),
    Wording(
        words={
            "WORD": "a word",
            "STRING": "",
            "EPSILON": "",
            "START": "`start:`",
            "ACCEPT": "`accept:`",
            "STATES": "`states:`",
            "ALPHABET": "`alphabet:`",
            "ARROW": "`->`",
            "COMMA": "`,`",
            "COLON": "`:`",
        },
        groups=(
            ("a line", frozenset({"WORD", "STRING", "START", "ACCEPT", "STATES", "ALPHABET"})),
            ("a letter", frozenset({"WORD", "STRING", "EPSILON"})),
        ),
        hints=(nothing_there("an automaton"),),
    ),
)


class Transition(NamedTuple):
    """From a state to another; the letter is None where it takes none."""

    source: str
    letter: str | None
    target: str


@dataclass(frozen=True, slots=True)
class Automaton:
    """A finite automaton. The letters are in the order of `alphabet: …`, or else sorted."""

    states: tuple[str, ...]
    letters: tuple[str, ...]
    start: tuple[str, ...]
    accept: tuple[str, ...]
    transitions: tuple[Transition, ...]
    warnings: tuple[Diagnostic, ...] = field(default=(), compare=False)

    def reachable(self) -> set[str]:
        """The states that a run can come to."""
        following: dict[str, list[str]] = {}
        for item in self.transitions:
            following.setdefault(item.source, []).append(item.target)
        found = set(self.start)
        waiting = list(self.start)
        while waiting:
            for state in following.get(waiting.pop(), ()):
                if state not in found:
                    found.add(state)
                    waiting.append(state)
        return found


class _Line(NamedTuple):
    """A line of transitions: from a state, with any of the letters, to any of the states."""

    source: Word
    letters: list[Word]
    targets: list[Word]
    span: Span


class _Actions(LineActions):
    """Builds the lines of one text."""

    def silent(self, start: int, end: int, source: Word, *rest: Any) -> _Line:
        return _Line(source, [], rest[-1], self.span(start, end))

    def transition(
        self, start: int, end: int, source: Word, letters: list[Word], _: int, targets: list[Word]
    ) -> _Line:
        return _Line(source, letters, targets, self.span(start, end))


def read_automaton(source: Source) -> Automaton:
    """The automaton of a text; raises `SyntaxProblem` or `NameProblem` with all its mistakes."""
    reader = _Reader(GRAMMAR, source)
    reader.read(_Actions(source), list(item_ranges(GRAMMAR, source)) or [(0, len(source.text))])
    return reader.automaton()


class _Reader(LineReader):
    """Reads the lines; the names in them are looked at when all are known."""

    def __init__(self, grammar: Grammar, source: Source) -> None:
        super().__init__(grammar, source)
        self.lines: list[_Line] = []

    def add(self, item: Directive | _Line) -> None:
        if isinstance(item, Directive):
            self.add_directive(item)
        else:
            self.lines.append(item)

    def automaton(self) -> Automaton:
        start, accept = self.words("start"), self.words("accept")
        if not start:
            end = len(self.source.text.rstrip())
            span = Span(self.source, max(end - 1, 0), end, end)
            help = "write `start:` and the state that every run begins in"
            message = "expected a line `start: …`, found none"
            self.problems.append(Diagnostic("name", message, span, help=help))
        ends = [word for line in self.lines for word in (line.source, *line.targets)]
        read = [word for line in self.lines for word in line.letters]
        states = _distinct(self.words("states") or [*start, *ends])
        letters = _distinct(self.words("alphabet")) or tuple(sorted(_distinct(read)))
        for word in [*start, *accept, *ends]:
            self.must_be("state", word, states)
        for word in read:
            self.must_be("letter", word, letters)
        complain(sorted(self.problems, key=by_place))
        warnings: list[Diagnostic] = []
        transitions = tuple(self.transitions(warnings))
        found = Automaton(states, letters, _distinct(start), _distinct(accept), transitions)
        warnings += self.remarks(found)
        return replace(found, warnings=tuple(sorted(warnings, key=by_place)))

    def must_be(self, what: str, word: Word, known: Collection[str]) -> None:
        if word.word not in known:
            self.problems.append(unknown(what, word.word, known, word.span))

    def transitions(self, warnings: list[Diagnostic]) -> Iterator[Transition]:
        """The transitions, each once; adds a warning where one is given twice."""
        first: dict[Transition, Span] = {}
        for line in self.lines:
            letters: list[str | None] = [word.word for word in line.letters]
            for letter in letters or [None]:
                for target in line.targets:
                    item = Transition(line.source.word, letter, target.word)
                    if item not in first:
                        first[item] = line.span
                        yield item
                        continue
                    note = Note("the first is here", first[item])
                    message = f"the same transition to `{target.word}` is given before"
                    warnings.append(
                        Diagnostic("name", message, target.span, notes=(note,), severity="warning")
                    )

    def remarks(self, automaton: Automaton) -> Iterator[Diagnostic]:
        """Warnings: no state accepts, or no run comes to a state that has transitions."""
        if not automaton.accept:
            place = self.directives.get("accept") or self.directives["start"]
            message = "no state accepts, so there is no word"
            yield Diagnostic("name", message, place.span, severity="warning")
        told = automaton.reachable()
        for line in self.lines:
            name = line.source.word
            if name not in told:
                told.add(name)
                message = f"no run comes to the state `{name}`"
                yield Diagnostic("name", message, line.source.span, severity="warning")


def _distinct(words: list[Word]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word.word for word in words))
