"""When finitely many spans say the same: on all memories, with multiplicities or without, or on closed ones.

| level | two multisets of spans are equal if |
|---|---|
| `multiset` | they are the same |
| `set` | each span of one is a *framed* span of the other: with variables below that it leaves alone |
| `ground` | each span of one is an *instance* of a framed span of the other |
| `ground`, over a declared signature | each closed instance is |

Over infinitely many constructors one span must cover a span alone: fresh constants for its variables give an
instance that is covered by nothing less. Over a declared signature the variables are split into cases, but
only above the depth at which the other spans tell anything apart: below it again one span must do.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count, islice, product
from typing import Literal

from calculus.machine.budget import Budget
from calculus.machine.relational.instructions import VARIABLE, constructor, variable
from calculus.rmc.mgu import mgu
from calculus.rmc.signature import Signature
from calculus.rmc.spans import (
    Heights,
    Span,
    at_most,
    constructors,
    core,
    framed,
    frames_to,
    span,
    subsumes,
)
from calculus.rmc.symbolic import Overdrawn
from calculus.term import Term
from calculus.term.binding import substitute
from calculus.term.node import postorder

Level = Literal["multiset", "set", "ground"]
LEVELS: tuple[Level, ...] = ("multiset", "set", "ground")

MOST_CASES = 200_000
"""Cases into which the variables of a span are split before that is given up."""
LOOK = 64
"""Cases between two looks at the clock and the memory."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A span that one side (0 left, 1 right) has and the other lacks, or has another number of times.

    At level `ground` it is closed: a pair of memories.
    """

    side: int
    span: Span


def difference(
    left: "Counter[Span]",
    right: "Counter[Span]",
    level: Level,
    signature: Signature | None = None,
    budget: Budget | None = None,
) -> Difference | None:
    """The smallest difference of two multisets of spans at a level, None if there is none.

    The signature matters at level `ground` only. Raises `Overdrawn`.
    """
    if level == "multiset":
        other = {item for item in left.keys() | right.keys() if left[item] != right[item]}
        first = min(other, key=Span.key, default=None)
        return None if first is None else Difference(int(left[first] < right[first]), first)
    missing = (
        lacking(left, right, level, signature, budget),
        lacking(right, left, level, signature, budget),
    )
    found = [Difference(side, item) for side, item in enumerate(missing) if item is not None]
    return min(found, key=lambda entry: entry.span.key(), default=None)


def lacking(
    spans: Iterable[Span],
    others: Iterable[Span],
    level: Level,
    signature: Signature | None = None,
    budget: Budget | None = None,
) -> Span | None:
    """The smallest of the spans that the others do not cover, as `uncovered` gives it; None if they do."""
    others = _within(others, signature)
    cover = _Cover(others, level)
    for item in sorted(_within(spans, signature) - others, key=Span.key):
        found = uncovered(item, cover, signature, budget)
        if found is not None:
            return found
    return None


def _within(spans: Iterable[Span], signature: Signature | None) -> set[Span]:
    """The spans that have closed instances over the signature."""
    if signature is None:
        return set(spans)
    return {item for item in spans if all(map(signature.has, item.values))}


def smallest(spans: Iterable[Span], level: Level) -> set[Span]:
    """The spans that are left when those that others cover alone are removed."""
    kept: set[Span] = set()
    for item in sorted(spans, key=Span.key):
        if not _Cover(kept, level).has(item):
            kept = {other for other in kept if not _Cover({item}, level).has(other)} | {item}
    return kept


class _Cover:
    """Spans, by what finds quickly those that may cover another."""

    def __init__(self, spans: Collection[Span], level: Level) -> None:
        self.level = level
        self.spans = spans
        self.cores: dict[Span, list[Heights]] = {}
        self.nets: dict[Heights, list[Span]] = {}
        for item in spans:
            if level == "set":
                inner, frames = core(item)
                self.cores.setdefault(inner, []).append(frames)
            else:
                self.nets.setdefault(_net(item), []).append(item)

    def has(self, item: Span) -> bool:
        """Whether one of the spans covers the item alone."""
        if self.level == "set":
            inner, frames = core(item)
            return any(at_most(heights, frames) for heights in self.cores.get(inner, ()))
        return any(subsumes(other, item) for other in self.near(item))

    def near(self, item: Span) -> list[Span]:
        """Those that change the heights of the stacks as the item does."""
        return self.nets.get(_net(item), [])


def _net(item: Span) -> Heights:
    """By how much a span changes the height of each stack."""
    heights = [(place, len(pushed) - len(popped)) for place, popped, pushed in item.sides]
    return tuple([entry for entry in heights if entry[1]])


def uncovered(
    item: Span, cover: _Cover, signature: Signature | None, budget: Budget | None = None
) -> Span | None:
    """What of a span nothing covers: the span itself, or at level `ground` a closed instance; or None."""
    if cover.has(item):
        return None
    if cover.level == "set":
        return item
    if signature is None:
        return with_fresh_constants(item, cover.spans)
    return _Cases(signature, cover.near(item), budget).uncovered(item)


def with_fresh_constants(item: Span, others: Iterable[Span]) -> Span:
    """An instance whose variables are constants that nothing has."""
    used = constructors(value for other in (item, *others) for value in other.values)
    names = (f"{letter}{number or ''}" for number in count() for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    fresh = (constructor(name) for name in names if (name, 0) not in used)
    return instance(item, dict(zip(item.variables, fresh, strict=False)))


def instance(item: Span, values: Mapping[str, Term]) -> Span:
    """The span with values for its variables."""
    return span(
        {place: [substitute(value, values) for value in popped] for place, popped, _ in item.sides},
        {place: [substitute(value, values) for value in pushed] for place, _, pushed in item.sides},
    )


class _Cases:
    """Splits a span into cases over a finite signature."""

    def __init__(self, signature: Signature, others: Sequence[Span], budget: Budget | None) -> None:
        self.signature = signature
        self.others = others
        self.budget = budget
        self.cases = 0

    def uncovered(self, item: Span) -> Span | None:
        """A closed instance that none of the others covers; None if they cover all."""
        deepest = 1 + max((_depth(value) for one in (item, *self.others) for value in one.values), default=0)
        waiting = [item]
        while waiting:
            self._count()
            case = waiting.pop()
            involved = self._involved(case)
            if involved is None:
                continue
            depths = _variable_depths(case)
            shallow = [name for name in case.variables if name in involved and depths[name] < deepest]
            if not shallow:
                return self._closed(case)
            name = min(shallow, key=depths.__getitem__)
            waiting += [instance(case, {name: value}) for value in self._shapes(name)]
        return None

    def _count(self) -> None:
        self.cases += 1
        if self.cases > MOST_CASES:
            raise Overdrawn("cases")
        if self.budget is not None and self.cases % LOOK == 0:
            limit = self.budget.overdrawn()
            if limit is not None:
                raise Overdrawn(limit)

    def _involved(self, case: Span) -> set[str] | None:
        """The variables of a case on which it depends what covers it; None if one span covers all of it."""
        found: set[str] = set()
        for other in self.others:
            heights = frames_to(other, case)
            if heights is None:
                continue
            solution = _unified(case, framed(other, heights))
            if solution is None:
                continue
            mine = solution.keys() & set(case.variables)
            if not mine:
                return None
            for name in mine:
                found |= {name, *_variable_depths_of(solution[name])}
        return found & set(case.variables)

    def _shapes(self, name: str) -> Iterator[Term]:
        yield from self.signature.constants
        for label, arity in self.signature.constructors:
            if arity:
                yield constructor(label, *(variable(f"{name}'{index}") for index in range(arity)))

    def _closed(self, case: Span) -> Span:
        """A closed instance that is not covered. There is one: variables this deep can be told apart from
        each other and from all others by infinitely many values."""
        for most in count(len(case.variables) + 1):
            values = list(islice(self.signature.values(), most))
            for chosen in product(values, repeat=len(case.variables)):
                self._count()
                found = instance(case, dict(zip(case.variables, chosen, strict=True)))
                if not any(subsumes(other, found) for other in self.others):
                    return found
        raise AssertionError


def _unified(case: Span, other: Span) -> dict[str, Term] | None:
    """What makes the two spans one, the other's variables named apart and bound rather than the case's."""
    names = {name: variable(f"{name}'") for name in other.variables}
    other_values = [substitute(value, names) for value in other.values]
    pairs = zip(case.values, other_values, strict=True)
    return mgu(pairs, (*case.variables, *(value.label for value in names.values())))


def _depth(value: Term) -> int:
    """How deep constructors are nested in a value; 0 for a variable."""
    depths: dict[int, int] = {}
    for item in postorder(value):
        if item.op is VARIABLE:
            depths[id(item)] = 0
        else:
            depths[id(item)] = 1 + max((depths[id(child)] for child in item.children), default=0)
    return depths[id(value)]


def _variable_depths(item: Span) -> dict[str, int]:
    """The least depth at which each variable occurs."""
    found: dict[str, int] = {}
    for value in item.values:
        for name, depth in _variable_depths_of(value).items():
            found[name] = min(depth, found.get(name, depth))
    return found


def _variable_depths_of(value: Term) -> dict[str, int]:
    found: dict[str, int] = {}
    seen = {id(value)}
    level = [value]
    for depth in count():
        below: list[Term] = []
        for item in level:
            if item.op is VARIABLE:
                found.setdefault(item.label, depth)
            for child in item.children:
                if id(child) not in seen:
                    seen.add(id(child))
                    below.append(child)
        if not below:
            return found
        level = below
    raise AssertionError
