"""Spans: what one run of a term does to a memory.

A span `ex x…. (pops) ; (pushes)` takes a segment off each stack and puts another in its place. Both are kept
bottom first, so that the dual of a span exchanges them. Variables are named in the order in which they
occur, so spans that are equal up to renaming are equal, and no variable is there that does not occur.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count

from immutables import Map

from calculus.machine.relational.answers import Answer, variables_in_order
from calculus.machine.relational.instructions import CONSTRUCTOR, VARIABLE, new, pop, push, sequence, variable
from calculus.machine.relational.unify import unify
from calculus.machine.relational.values import Bindings, Environment, Reading, Value, evaluate
from calculus.machine.state import location_order
from calculus.rmc.mgu import match
from calculus.term import Term, free_variables
from calculus.term.node import postorder

Segments = Mapping[str, Sequence[Term]]
"""Values by location, bottom first."""

Side = tuple[str, tuple[Term, ...], tuple[Term, ...]]
"""A location, what is popped there and what is pushed there, bottom first."""

Heights = tuple[tuple[str, int], ...]
"""How many values there are at a location, for those where there are any."""


@dataclass(frozen=True, slots=True)
class Span:
    """`sides` has the locations where anything is popped or pushed, λ first. Make one with `span`."""

    sides: tuple[Side, ...]
    variables: tuple[str, ...]

    @property
    def popped(self) -> dict[str, tuple[Term, ...]]:
        return {place: popped for place, popped, _ in self.sides if popped}

    @property
    def pushed(self) -> dict[str, tuple[Term, ...]]:
        return {place: pushed for place, _, pushed in self.sides if pushed}

    @property
    def values(self) -> list[Term]:
        return [value for _, popped, pushed in self.sides for value in (*popped, *pushed)]

    def dual(self) -> "Span":
        """The converse: what was pushed is popped."""
        return span(self.pushed, self.popped)

    def term(self) -> Term:
        """The span as a term."""
        pops = [pop(value, place) for place, popped, _ in self.sides for value in reversed(popped)]
        pushes = [push(value, place) for place, _, pushed in self.sides for value in pushed]
        return new(self.variables, sequence(*pops, *pushes))

    def __str__(self) -> str:
        return str(self.term())

    def size(self) -> int:
        """The number of symbols in its values, those that are shared within a value counted once."""
        return sum(len(postorder(value)) for value in self.values)

    def key(self) -> tuple[object, ...]:
        """A key that sorts spans: small ones first."""
        heights = [(location_order(place), len(popped), len(pushed)) for place, popped, pushed in self.sides]
        values = self.values
        return len(values), heights, [value_key(value) for value in values]


def span(popped: Segments, pushed: Segments) -> Span:
    """The span that pops and pushes those values, its variables named."""
    values = [value for side in (popped, pushed) for segment in side.values() for value in segment]
    names = dict.fromkeys(name for value in values for name in variables_of(value))
    environment: Environment = Map({name: number for number, name in enumerate(names)})
    return read_span(*_evaluated(popped, pushed, environment), Map())


def read_span(
    popped: Mapping[str, Sequence[Value]], pushed: Mapping[str, Sequence[Value]], bindings: Bindings
) -> Span:
    """The span that pops and pushes those values of the machine."""
    places = sorted({*popped, *pushed}, key=location_order)
    named: dict[int, Term] = {}
    names = canonical_names()

    def name(number: int) -> Term:
        if number not in named:
            named[number] = variable(next(names))
        return named[number]

    reading = Reading(bindings, name)
    sides = []
    for place in places:
        ours = tuple(reading.terms(popped.get(place, ())))
        theirs = tuple(reading.terms(pushed.get(place, ())))
        if ours or theirs:
            sides.append((place, ours, theirs))
    return Span(tuple(sides), tuple([value.label for value in named.values()]))


def _evaluated(
    popped: Segments, pushed: Segments, environment: Environment
) -> tuple[dict[str, list[Value]], dict[str, list[Value]]]:
    nothing: Bindings = Map()
    return (
        {
            place: [evaluate(value, environment, nothing) for value in values]
            for place, values in popped.items()
        },
        {
            place: [evaluate(value, environment, nothing) for value in values]
            for place, values in pushed.items()
        },
    )


NOTHING_DONE = Span((), ())
"""The span of `1`."""

_LETTERS = "xyzuvw"


def canonical_names() -> Iterator[str]:
    """`x y z u v w x1 y1 …`"""
    yield from _LETTERS
    for number in count(1):
        for letter in _LETTERS:
            yield f"{letter}{number}"


def variables_of(value: Term) -> list[str]:
    """The variables of a value, in the order of their first occurrence."""
    return list(variables_in_order(value)) if free_variables(value) else []


COMPARED = 1000
"""Symbols of a value by which it is sorted; shared parts can make values that are far larger."""


def value_key(value: Term) -> tuple[object, ...]:
    """A key that sorts values: by size, then from left to right."""
    found: list[tuple[str, str, int]] = []
    stack = [value]
    while stack and len(found) < COMPARED:
        item = stack.pop()
        found.append((item.op.name, str(item.label), len(item.children)))
        stack.extend(reversed(item.children))
    return len(found), tuple(found)


def compose(first: Span, second: Span) -> Span | None:
    """The span of the sequence; None if it never runs."""
    numbers = count()
    popped, given = _evaluated(first.popped, first.pushed, _environment(first, numbers))
    taken, pushed = _evaluated(second.popped, second.pushed, _environment(second, numbers))
    bindings: Bindings | None = Map()
    for place in {*given, *taken}:
        ours, theirs = given.get(place, []), taken.get(place, [])
        shared = min(len(ours), len(theirs))
        split, cut = len(ours) - shared, len(theirs) - shared
        for pair in zip(ours[split:], theirs[cut:], strict=True):
            assert bindings is not None
            bindings = unify(*pair, bindings)
            if bindings is None:
                return None
        # What the second leaves of the first's lies below what it pushes; what it takes from deeper lies
        # below what the first pops.
        pushed[place] = ours[:split] + pushed.get(place, [])
        popped[place] = theirs[:cut] + popped.get(place, [])
    assert bindings is not None
    return read_span(popped, pushed, bindings)


def _environment(of: Span, numbers: Iterator[int]) -> Environment:
    return Map({name: next(numbers) for name in of.variables})


# Frames: what a span leaves alone below what it does


def core(framed: Span) -> tuple[Span, Heights]:
    """The span without the variables that it pops and pushes back at the bottom of a stack and that occur
    nowhere else; and how many of them there were at which location."""
    uses: dict[str, int] = {}
    for value in framed.values:
        for name in variables_of(value):
            uses[name] = uses.get(name, 0) + 1
    popped, pushed, frames = {}, {}, []
    for place, ours, theirs in framed.sides:
        height = 0
        for below, above in zip(ours, theirs, strict=False):
            if below is not above or below.op is not VARIABLE or uses[below.label] != 2:
                break
            height += 1
        popped[place], pushed[place] = ours[height:], theirs[height:]
        if height:
            frames.append((place, height))
    return (span(popped, pushed), tuple(frames)) if frames else (framed, ())


def at_most(some: Heights, others: Heights) -> bool:
    """Whether no height is more than the other one at its location."""
    limits = dict(others)
    return all(height <= limits.get(place, 0) for place, height in some)


def framed(inner: Span, frames: Mapping[str, int]) -> Span:
    """The span with so many new variables below it at each location."""
    popped, pushed = dict(inner.popped), dict(inner.pushed)
    for place, height in frames.items():
        below = tuple([variable(f"{place}'{number}") for number in range(height)])
        popped[place] = below + popped.get(place, ())
        pushed[place] = below + pushed.get(place, ())
    return span(popped, pushed)


def frames_to(inner: Span, outer: Span) -> dict[str, int] | None:
    """How many values below the inner span make it as high as the outer; None if it cannot be."""
    mine = {place: (len(popped), len(pushed)) for place, popped, pushed in inner.sides}
    found = {}
    for place, popped, pushed in outer.sides:
        low, high = mine.pop(place, (0, 0))
        height = len(popped) - low
        if height < 0 or height != len(pushed) - high:
            return None
        found[place] = height
    return None if mine else found


def subsumes(general: Span, special: Span) -> bool:
    """Whether the special span is an instance of the general one, framed alike on both sides."""
    heights = frames_to(general, special)
    if heights is None:
        return False
    bindings: dict[str, Term] = {}
    mine = {place: (popped, pushed) for place, popped, pushed in general.sides}
    for place, popped, pushed in special.sides:
        height = heights[place]
        if any(a is not b for a, b in zip(popped[:height], pushed[:height], strict=True)):
            return False
        ours = mine.get(place, ((), ()))
        for patterns, values in ((ours[0], popped), (ours[1], pushed)):
            if not all(match(*pair, bindings) for pair in zip(patterns, values[height:], strict=True)):
                return False
    return True


# Running a span


def applied(step: Span, memory: Segments) -> Answer | None:
    """The answer that the span gives on a memory; None if it has no run there."""
    numbers = count()
    names = memory_variables(memory)
    environment: Environment = Map({name: next(numbers) for name in names})
    stacks, _ = _evaluated(memory, {}, environment)
    taken, given = _evaluated(step.popped, step.pushed, _environment(step, numbers))
    bindings: Bindings | None = Map()
    for place, wanted in taken.items():
        values = stacks.get(place, [])
        below = len(values) - len(wanted)
        if below < 0:
            return None
        for pair in zip(values[below:], wanted, strict=True):
            assert bindings is not None
            bindings = unify(*pair, bindings)
            if bindings is None:
                return None
        stacks[place] = values[:below]
    for place, values in given.items():
        stacks[place] = [*stacks.get(place, ()), *values]
    assert bindings is not None
    reading = Reading(bindings)
    shown = reading.terms(environment[name] for name in names)
    places = [place for place in sorted(stacks, key=location_order) if stacks[place]]
    return Answer(
        dict(zip(names, shown, strict=True)), {place: reading.terms(stacks[place]) for place in places}
    )


def memory_variables(memory: Segments) -> list[str]:
    """The variables of a memory in the order in which an answer binds them."""
    values = [value for place in sorted(memory, key=location_order) for value in memory[place]]
    return list(dict.fromkeys(name for value in values for name in variables_of(value)))


def constructors(values: Iterable[Term]) -> set[Term | tuple[str, int]]:
    """The constructors of values, each as its name and arity; constants as they are."""
    found: set[Term | tuple[str, int]] = set()
    for value in values:
        for item in postorder(value):
            if item.op is CONSTRUCTOR:
                found.add((item.label, len(item.children)))
            elif item.op is not VARIABLE:
                found.add(item)
    return found
