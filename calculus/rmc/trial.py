"""Differences of terms, found and shown by running both on the same memory."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, islice, product

from calculus.machine.budget import Budget, Portion
from calculus.machine.relational.answers import Answer
from calculus.machine.relational.instructions import (
    CONSTANT,
    CONSTRUCTOR,
    POP,
    RELATION,
    constant,
    constructor,
    variable,
)
from calculus.machine.relational.query import Query
from calculus.machine.relational.search import Search
from calculus.machine.state import location_order
from calculus.rmc.kleene import reachable
from calculus.rmc.mgu import match
from calculus.rmc.normal import OPEN
from calculus.rmc.signature import Signature
from calculus.rmc.spans import Segments, Span, memory_variables, span
from calculus.rmc.subsumption import Level, lacking, with_fresh_constants
from calculus.rmc.symbolic import Outside, Overdrawn, Symbolic, finished
from calculus.rmc.verdict import SIDES, Answered, Naming, Witness
from calculus.term import Term, canonical
from calculus.term.binding import substitute
from calculus.term.node import postorder

RUN_STEPS = 1_000
"""Transitions of a search on a memory that is tried."""
SHOWN_STEPS = 2_000
"""Transitions of a search whose answers are to be shown."""
MEMORIES = 80
"""Memories that are tried."""
EXPLORED = 2_000
"""Transitions by which spans of a term are found that does not end."""
SPANS = 40
"""Spans of each term whose memories are tried."""
HIGHEST = 3
"""Values on a memory that is not that of a span."""
KEPT = 50
"""Answers of a side that a witness keeps."""


@dataclass(frozen=True, slots=True)
class Found:
    """A memory, and an answer on it that the `side` has (0 left, 1 right) and the other lacks, as a span that
    takes the memory to the answer."""

    side: int
    memory: Segments
    span: Span


@dataclass(frozen=True, slots=True)
class Trial:
    """Two closed terms that are to be told apart; `names` are the free variables that they had."""

    sides: tuple[Term, Term]
    definitions: Mapping[str, Term]
    level: Level
    signature: Signature | None
    names: list[str]
    budget: Budget

    def answers(self, side: int, memory: Segments, steps: int) -> Search:
        """A search on a memory that has ended or come to its limit."""
        counts = self.level == "multiset"
        search = Search(
            Query(self.sides[side], self.definitions, memory),
            Portion(self.budget, steps),
            strategy="bfs",
            mode="multiset" if counts else "set",
            count=counts,
        )
        for _ in search:
            pass
        return search

    def on(self, memory: Segments) -> tuple[Found | None, bool]:
        """A difference on a memory, and whether both searches ended.

        A difference is an answer of one side, if the search of the other has ended without it, or with
        fewer of it. Raises `Overdrawn`.
        """
        searches = [self.answers(side, memory, RUN_STEPS) for side in (0, 1)]
        if any(search.error is not None for search in searches):
            return None, False
        found = [_spans(memory, search) for search in searches]
        ended = searches[0].complete and searches[1].complete
        for side in (0, 1):
            if searches[1 - side].complete:
                item = self._lacking(found[side], found[1 - side])
                if item is not None:
                    return Found(side, memory, item), ended
        return None, ended

    def _lacking(self, ours: "Counter[Span]", theirs: "Counter[Span]") -> Span | None:
        if self.level == "ground":
            return lacking(ours, theirs, self.level, self.signature, self.budget)
        counts = self.level == "multiset"
        more = [item for item in ours if (ours[item] > theirs[item] if counts else item not in theirs)]
        return min(more, key=Span.key, default=None)

    def of_span(self, side: int, item: Span) -> Found:
        """The difference that one side has a span which the other does not cover.

        On closed memories it shows on the span's own; else on the most general one that is as high.
        """
        if self.level == "ground":
            return Found(side, item.popped, item)
        return Found(side, _general(item), item)

    def witness(self, found: Found) -> Witness:
        """A difference with what is to be shown about it: the answers of both on the memory."""
        naming = Naming(self.names)
        memory = naming.memory(found.memory)
        searches = [self.answers(side, memory, SHOWN_STEPS) for side in (0, 1)]
        left, right = (
            Answered(tuple(map(naming.answer, search.answers[:KEPT])), search.complete) for search in searches
        )
        answer = _answer(memory, found.span)
        variables, stacks = naming.variables(memory), naming.stacks(memory)
        counted = self.level == "multiset"
        return Witness(variables, stacks, naming.answer(answer), SIDES[found.side], left, right, counted)

    # Memories

    def memories(self) -> Iterator[Segments]:
        """Memories to try: those of spans that the terms have, then others, small ones first.

        Raises `Overdrawn` if the budget is.
        """
        spans = sorted({item for side in self.sides for item in self._some_spans(side)}, key=Span.key)
        known: set[Span] = set()
        for memory in islice(chain(self._of_spans(spans), self._others()), MEMORIES):
            key = span(memory, {})
            if key not in known:
                known.add(key)
                yield memory

    def _some_spans(self, term: Term) -> Iterator[Span]:
        symbolic = Symbolic(self.definitions, Portion(self.budget, EXPLORED))
        try:
            for run in islice(finished(symbolic, [symbolic.start(term)], breadth_first=True), SPANS):
                yield run.span()
        except Outside:
            return
        except Overdrawn as stop:
            if stop.limit != "steps":
                raise

    def _of_spans(self, spans: list[Span]) -> Iterator[Segments]:
        for item in spans:
            if self.level != "ground":
                yield _general(item)
                yield item.popped
            elif self.signature is None:
                yield with_fresh_constants(item, spans).popped
        if self.signature is not None:
            for item in spans:
                for values in islice(product(self._pool(), repeat=len(item.variables)), 4):
                    popped = _instance(item.popped, dict(zip(item.variables, values, strict=True)))
                    if all(self.signature.has(value) for segment in popped.values() for value in segment):
                        yield popped

    def _others(self) -> Iterator[Segments]:
        """Memories of values made of what the terms are made of."""
        terms = reachable(list(self.sides), self.definitions)
        places = sorted({item.label for term in terms for item in postorder(term) if item.op is POP})
        places = sorted((place for place in places if place != OPEN), key=location_order)
        pool = self._pool()
        for height in range(HIGHEST + 1):
            for heights in _splits(height, len(places)):
                for values in product(pool, repeat=height + len(self.names)):
                    rest = iter(values)
                    memory = {
                        place: [next(rest) for _ in range(count)]
                        for place, count in zip(places, heights, strict=True)
                    }
                    if self.names:
                        memory[OPEN] = [constructor("E", *rest)]
                    yield {place: segment for place, segment in memory.items() if segment}

    def _pool(self) -> list[Term]:
        """A few closed values."""
        if self.signature is not None:
            return list(islice(self.signature.values(), 4))
        items = [
            item
            for term in reachable(list(self.sides), self.definitions)
            for item in postorder(canonical(term))
        ]
        found: dict[Term, None] = {}
        if any(item.op is RELATION for item in items):
            found |= dict.fromkeys(map(constant, (0, 1, 2, -1)))
        found |= dict.fromkeys(item for item in items if item.op is CONSTANT)
        found |= dict.fromkeys(
            constructor(item.label) for item in items if item.op is CONSTRUCTOR and not item.children
        )
        found.setdefault(constructor("Other"))
        first = next(iter(found))
        for item in items:
            if item.op is CONSTRUCTOR and item.children and item.label != "E":
                found.setdefault(constructor(item.label, *(first for _ in item.children)))
        return list(found)[:8]


def _spans(memory: Segments, search: Search) -> "Counter[Span]":
    """Answers as spans that take the memory to them."""
    found: Counter[Span] = Counter()
    for answer in search.answers:
        found[span(_instance(memory, answer.bindings), answer.stacks)] += answer.multiplicity
    return found


def _instance(memory: Segments, values: Mapping[str, Term]) -> dict[str, list[Term]]:
    return {place: [substitute(value, values) for value in segment] for place, segment in memory.items()}


def _answer(memory: Segments, item: Span) -> Answer:
    """The answer on a memory that a span which begins on an instance of it stands for."""
    bindings: dict[str, Term] = {}
    for place, values in memory.items():
        for pattern, value in zip(values, item.popped[place], strict=True):
            match(pattern, value, bindings)
    ordered = {name: bindings[name] for name in memory_variables(memory)}
    return Answer.of(ordered, {place: list(values) for place, values in item.pushed.items()})


def _general(item: Span) -> dict[str, list[Term]]:
    """The most general memory on which the span runs and that is no higher than need be."""
    found: dict[str, list[Term]] = {}
    number = 0
    for place, values in item.popped.items():
        found[place] = []
        for value in values:
            arity = len(value.children) if place == OPEN else 1
            names = [variable(f"_{number + index}") for index in range(arity)]
            number += arity
            found[place].append(constructor("E", *names) if place == OPEN else names[0])
    return found


def _splits(total: int, parts: int) -> Iterator[tuple[int, ...]]:
    """The ways to split a number into so many parts."""
    if not parts:
        if not total:
            yield ()
        return
    for cuts in product(range(total + 1), repeat=parts - 1):
        if sum(cuts) <= total:
            yield (total - sum(cuts), *cuts)
