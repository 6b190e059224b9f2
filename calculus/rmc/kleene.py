"""Equality of iterating terms whose runs are those of a finite automaton, by bisimulation.

One location is *read*: it is only ever popped, for closed values or for anything at all, and the values read
are the letters of a word. What else a run has, what is left to do and the other stacks, must be one of
finitely many configurations (see `calculus.rmc.symbolic`); that is found out by exploring. Then a term is a
deterministic automaton whose states are the sets of configurations that a word leads to, and whose outputs
are finite sets of spans over the other locations. Two automata are explored side by side. If the outputs are
equal at the level asked for after every word, the terms are equal; else the word tells them apart.

This decides terms that only pop constants at one location (a regular expression), those that besides keep
constants of bounded number elsewhere (an automaton), and, without a location that is read, iterations that
come to an end up to what they leave alone. By duality it decides those that push instead. Multiplicities do
not fit in: the levels are `set` and `ground`.
"""

from collections import Counter, deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count, islice
from typing import Any

from calculus.machine.budget import Budget
from calculus.machine.relational.instructions import POP, PUSH, constructor, variable
from calculus.rmc.dual import dual, dual_name
from calculus.rmc.program import calls
from calculus.rmc.signature import Signature
from calculus.rmc.spans import Heights, Span, span
from calculus.rmc.subsumption import Difference, Level, difference
from calculus.rmc.symbolic import (
    ANYTHING,
    Configuration,
    Overdrawn,
    Run,
    Seen,
    Symbolic,
    finished,
)
from calculus.term import Term
from calculus.term.node import postorder

MOST_PAIRS = 20_000
"""Pairs of states after which an exploration stops."""

SHOWN = 100
"""Pairs that a proof lists."""

_Key = frozenset[tuple[Configuration, Heights]]


class NotRegular(Exception):
    """A term reads something else than closed values and anything."""


@dataclass(slots=True)
class _State:
    """What a term may do after a word: end with one of the spans, or go on with a letter as those runs."""

    outputs: "Counter[Span]"
    moves: dict[Term, list[Run]] = field(default_factory=dict)


class _Automaton:
    """The states of one term, made as they are asked for."""

    def __init__(self, symbolic: Symbolic, bound: int) -> None:
        self.symbolic = symbolic
        self.bound = bound
        self.states: dict[_Key, _State] = {}

    def start(self, term: Term) -> _Key:
        return self.key([self.symbolic.start(term)])

    def key(self, runs: list[Run]) -> _Key:
        """The state that some runs are in, which is made if it is new."""
        seen = Seen(self.bound)
        fresh = [run for run in runs if not seen.before(run)]
        key = seen.key()
        if key not in self.states:
            self.states[key] = self._state(fresh)
        return key

    def _state(self, runs: list[Run]) -> _State:
        state = _State(Counter())

        def reading(run: Run) -> None:
            letter = self.symbolic.read(run)
            if letter is None:
                raise NotRegular
            state.moves.setdefault(letter, []).append(run)

        for run in finished(self.symbolic, runs, seen=Seen(self.bound), reading=reading):
            state.outputs[run.span()] = 1
        return state

    def after(self, key: _Key, letter: Term | None, level: Level) -> _Key:
        """The state after a letter; None stands for a value that no run asks for."""
        moves = self.states[key].moves
        runs = [] if letter is None else moves.get(letter, [])
        if level == "ground" and letter is not ANYTHING:
            runs = runs + moves.get(ANYTHING, [])
        return self.key([run.copy(run.term) for run in runs])


@dataclass(frozen=True, slots=True)
class Bisimulation:
    """Words, read from the top of a stack, that lead to every pair of states there is, and what the left
    term may end with then; the right one with the same. The first `SHOWN` are kept."""

    location: str | None
    backwards: bool
    pairs: int
    words: tuple[tuple[tuple[Term, ...], tuple[Span, ...]], ...]

    def to_json(self) -> dict[str, Any]:
        return {
            "method": "bisimulation",
            "location": self.location,
            "backwards": self.backwards,
            "pairs": self.pairs,
            "words": [
                {"word": list(map(str, word)), "spans": list(map(str, outputs))}
                for word, outputs in self.words
            ],
        }

    def explained(self) -> Iterator[str]:
        if self.location is None:
            yield "by exploring all configurations, up to what the runs leave alone"
            return
        way = "pushed to" if self.backwards else "read from"
        many = f"{self.pairs} pair{'s' * (self.pairs != 1)} of states"
        yield f"by bisimulation: what is {way} {self.location} leads to {many}, alike in what they end with"


def bisimilar(
    left: Term,
    right: Term,
    definitions: Mapping[str, Term],
    level: Level,
    signature: Signature | None,
    reads: str | None,
    bound: int,
    budget: Budget,
) -> Bisimulation | Difference:
    """Explore two closed terms side by side, as far as no configuration has more symbols than the bound.

    A difference is a span with what is read among what is popped. Raises `NotRegular`, `Overdrawn` and
    `calculus.rmc.symbolic.Outside`.
    """
    symbolic = Symbolic(definitions, budget, reads)
    sides = (_Automaton(symbolic, bound), _Automaton(symbolic, bound))
    start = (sides[0].start(left), sides[1].start(right))
    waiting: deque[tuple[tuple[_Key, _Key], tuple[Term, ...]]] = deque([(start, ())])
    known = {start}
    words: list[tuple[tuple[Term, ...], tuple[Span, ...]]] = []
    while waiting:
        pair, word = waiting.popleft()
        ours, theirs = (side.states[key] for side, key in zip(sides, pair, strict=True))
        found = difference(ours.outputs, theirs.outputs, level, signature, budget)
        if found is not None:
            return Difference(found.side, _with_word(found.span, reads, word))
        if len(words) < SHOWN:
            words.append((word, tuple(sorted(ours.outputs, key=Span.key))))
        for letter, value in _letters({**ours.moves, **theirs.moves}, level, signature, len(word)):
            after = (
                sides[0].after(pair[0], letter, level),
                sides[1].after(pair[1], letter, level),
            )
            if after not in known:
                if len(known) >= MOST_PAIRS:
                    raise Overdrawn("pairs")
                known.add(after)
                waiting.append((after, (*word, value)))
    return Bisimulation(reads, False, len(known), tuple(words))


def _letters(
    moves: Mapping[Term, object], level: Level, signature: Signature | None, position: int
) -> Iterator[tuple[Term | None, Term]]:
    """The letters to try, each with the value that stands for it in a word."""
    closed = [letter for letter in moves if letter is not ANYTHING]
    for letter in closed:
        if signature is None or signature.has(letter):
            yield letter, letter
    if ANYTHING in moves:
        if level == "set":
            yield ANYTHING, variable(f"_{position}")
            return
        others = (
            (constructor(f"Other{n or ''}") for n in count()) if signature is None else signature.values()
        )
        for other in islice(others, len(closed) + 1):
            if other not in moves:
                yield None, other
                return


def _with_word(item: Span, reads: str | None, word: tuple[Term, ...]) -> Span:
    if reads is None:
        return item
    return span({**item.popped, reads: word[::-1]}, item.pushed)


# Which location to read


@dataclass(frozen=True, slots=True)
class Orientation:
    """A way to explore: the location that is read, and whether the duals are explored."""

    reads: str | None
    backwards: bool

    def __str__(self) -> str:
        if self.reads is None:
            return "nothing read"
        return f"reading {self.reads}{' backwards' * self.backwards}"


def orientations(terms: list[Term], definitions: Mapping[str, Term]) -> list[Orientation]:
    """The ways to explore terms: every location that is only popped or only pushed, then none."""
    popped, pushed = set(), set()
    for term in reachable(terms, definitions):
        for item in postorder(term):
            if item.op is POP:
                popped.add(item.label)
            elif item.op is PUSH:
                pushed.add(item.label)
    return [
        *(Orientation(place, False) for place in sorted(popped - pushed)),
        *(Orientation(place, True) for place in sorted(pushed - popped)),
        Orientation(None, False),
    ]


def reachable(terms: list[Term], definitions: Mapping[str, Term]) -> list[Term]:
    """The terms and the bodies of all definitions that they use."""
    found = list(terms)
    known: set[str] = set()
    for term in found:
        for name in calls(term):
            if name not in known and name in definitions:
                known.add(name)
                found.append(definitions[name])
    return found


def dual_definitions(definitions: Mapping[str, Term]) -> dict[str, Term]:
    """Bodies for the duals of all definitions."""
    return {dual_name(name): dual(body) for name, body in definitions.items()}


def explore(
    left: Term,
    right: Term,
    definitions: Mapping[str, Term],
    level: Level,
    signature: Signature | None,
    way: Orientation,
    bound: int,
    budget: Budget,
) -> Bisimulation | Difference:
    """`bisimilar` in one of the orientations."""
    if not way.backwards:
        return bisimilar(left, right, definitions, level, signature, way.reads, bound, budget)
    turned = dual_definitions(definitions)
    found = bisimilar(dual(left), dual(right), turned, level, signature, way.reads, bound, budget)
    if isinstance(found, Difference):
        return Difference(found.side, found.span.dual())
    return Bisimulation(found.location, True, found.pairs, found.words)
