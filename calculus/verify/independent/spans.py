"""Spans by their definition: run on a memory, put one after the other, and named, all by substitution.

A *shape* is what a span pops and what it pushes, by location and bottom first. Nothing here uses the spans of
the package, or its unification.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from calculus.machine.relational.answers import Answer
from calculus.machine.relational.instructions import (
    LAMBDA,
    VARIABLE,
    constructor,
    new,
    pop,
    push,
    sequence,
    variable,
)
from calculus.term import Term
from calculus.verify.independent.relational import solution, substitute

Segments = Mapping[str, Sequence[Term]]
"""Values by location, bottom first."""


class Shape(NamedTuple):
    """`ex x…. (pops) ; (pushes)`, whatever the variables are called."""

    popped: Segments
    pushed: Segments

    @property
    def term(self) -> Term:
        """The span as a term, its variables named x1, x2, …"""
        names = [f"x{number}" for number, _ in enumerate(variables(self.values), 1)]
        shape = self.under(dict(zip(variables(self.values), map(variable, names), strict=True)))
        pops = [pop(value, place) for place in self.places for value in reversed(shape.popped.get(place, ()))]
        pushes = [push(value, place) for place in self.places for value in shape.pushed.get(place, ())]
        return new(names, sequence(*pops, *pushes))

    @property
    def places(self) -> list[str]:
        """λ first, then by name."""
        used = {place for side in self for place, values in side.items() if values}
        return sorted(used, key=lambda place: (place != LAMBDA, place))

    @property
    def values(self) -> list[Term]:
        """All values in order: place by place, what is popped and then what is pushed."""
        return [value for place in self.places for side in self for value in side.get(place, ())]

    def under(self, values: Mapping[str, Term]) -> "Shape":
        return Shape(
            *(
                {place: [substitute(x, values) for x in found] for place, found in side.items()}
                for side in self
            )
        )

    def apart(self, mark: str) -> "Shape":
        """With other names, which nothing else has."""
        return self.under({name: variable(f"{mark}{name}") for name in variables(self.values)})

    def key(self) -> tuple[object, ...]:
        """Equal just for shapes that are equal up to the names of variables."""
        names = {name: variable(f"#{number}") for number, name in enumerate(variables(self.values))}
        named = self.under(names)
        return tuple(
            (place, tuple(named.popped.get(place, ())), tuple(named.pushed.get(place, ())))
            for place in self.places
        )


def variables(values: Iterable[Term]) -> list[str]:
    """The variables of values in the order in which they occur first."""
    found: dict[str, None] = {}
    todo = list(values)[::-1]
    while todo:
        item = todo.pop()
        if item.op is VARIABLE:
            found[item.label] = None
        todo += reversed(item.children)
    return list(found)


def composed(first: Shape, second: Shape) -> Shape | None:
    """What two spans do one after the other; None if that never runs."""
    one, two = first.apart("l'"), second.apart("r'")
    popped = {place: list(values) for place, values in one.popped.items()}
    stacks = {place: list(values) for place, values in one.pushed.items()}
    equations: list[tuple[Term, Term]] = []
    for place, values in two.popped.items():
        for value in reversed(values):
            stack = stacks.setdefault(place, [])
            if stack:
                equations.append((stack.pop(), value))
            else:
                # What lies below what the first pops.
                popped.setdefault(place, []).insert(0, value)
    for place, values in two.pushed.items():
        stacks.setdefault(place, []).extend(values)
    found = solution(equations)
    return None if found is None else Shape(popped, stacks).under(found)


def answer(step: Shape, memory: Segments) -> Answer | None:
    """The answer that a span gives on a memory; None if it has none there."""
    places = sorted(memory, key=lambda place: (place != LAMBDA, place))
    names = variables(value for place in places for value in memory[place])
    mine = {name: variable(f"m'{name}") for name in names}
    stacks = {place: [substitute(value, mine) for value in values] for place, values in memory.items()}
    apart = step.apart("s'")
    equations: list[tuple[Term, Term]] = []
    for place, values in apart.popped.items():
        for value in reversed(values):
            if not stacks.get(place):
                return None
            equations.append((stacks[place].pop(), value))
    for place, values in apart.pushed.items():
        stacks.setdefault(place, []).extend(values)
    found = solution(equations)
    if found is None:
        return None
    bound = {name: substitute(mine[name], found) for name in names}
    return Answer.of(
        bound, {place: [substitute(value, found) for value in values] for place, values in stacks.items()}
    )


def instance(general: Shape, special: Shape) -> bool:
    """Whether putting values for the variables of the first makes it the second, value by value."""
    left, right = (shape.places for shape in (general, special))
    if left != right or any(
        len(one.get(place, ())) != len(other.get(place, ()))
        for one, other in zip(general, special, strict=True)
        for place in left
    ):
        return False
    # With its variables for constants the second is closed, so that a unifier is a match.
    mine, fixed = general.apart("g'"), special.values
    closed = {name: constructor(f"!{name}") for name in variables(fixed)}
    return solution(zip(mine.values, (substitute(value, closed) for value in fixed), strict=True)) is not None


def general_memories(height: int, places: Sequence[str]) -> Iterator[dict[str, list[Term]]]:
    """Memories of different variables, each location up to so high."""
    heights = [0] * len(places)
    while True:
        yield {
            place: [variable(f"{'x' if place == LAMBDA else place}{number}") for number in range(count)]
            for place, count in zip(places, heights, strict=True)
        }
        at = 0
        while at < len(heights) and heights[at] == height:
            heights[at] = 0
            at += 1
        if at == len(heights):
            return
        heights[at] += 1
