"""Why an iteration ends on closed memories: something that gets smaller each time.

A *measure* gives a memory a natural number: the symbols of all values on some stacks, the values on a stack,
or the symbols of the value at a place of it that no step moves. If each step makes one of some measures
smaller and none before that larger, the iteration does not go on for ever.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from calculus.machine.state import location_order
from calculus.rmc.spans import Span
from calculus.verify.laws.rmc.segments import Program, Step, parts_of, sizes_in

Change = Literal["less", "no more", "perhaps more"]


class Measure(Protocol):
    def change(self, step: Span) -> Change:
        """What a step does to it, whatever the values of its variables."""


@dataclass(frozen=True, slots=True)
class Symbols:
    """The symbols of all values on the stacks."""

    places: tuple[str, ...]

    def change(self, step: Span) -> Change:
        before = tuple(value for place in self.places for value in step.popped.get(place, ()))
        after = tuple(value for place in self.places for value in step.pushed.get(place, ()))
        return _compared(sizes_in(before), sizes_in(after))

    def __str__(self) -> str:
        return f"the symbols on {' and '.join(self.places)}"


@dataclass(frozen=True, slots=True)
class Height:
    """The number of values on a stack."""

    place: str

    def change(self, step: Span) -> Change:
        before, after = len(step.popped.get(self.place, ())), len(step.pushed.get(self.place, ()))
        return "less" if after < before else "no more" if after == before else "perhaps more"

    def __str__(self) -> str:
        return f"the number of values on {self.place}"


@dataclass(frozen=True, slots=True)
class Place:
    """The symbols of the value at a depth of a stack, 0 for the top, whose height no step changes."""

    place: str
    depth: int

    def change(self, step: Span) -> Change:
        before, after = step.popped.get(self.place, ()), step.pushed.get(self.place, ())
        if len(before) != len(after):
            return "perhaps more"
        if len(before) <= self.depth:
            return "no more"
        index = -1 - self.depth
        return _compared(sizes_in((before[index],)), sizes_in((after[index],)))

    def __str__(self) -> str:
        which = "on top" if self.depth == 0 else f"under {self.depth} others"
        return f"the symbols of the value {which} of {self.place}"


def _compared(before: tuple[int, dict[str, int]], after: tuple[int, dict[str, int]]) -> Change:
    if any(number > before[1].get(name, 0) for name, number in after[1].items()):
        return "perhaps more"
    # A variable stands for a value of at least one symbol.
    lost = before[0] - after[0] + sum(before[1].values()) - sum(after[1].values())
    return "less" if lost > 0 else "no more" if lost == 0 else "perhaps more"


def _measures(spans: Sequence[Span]) -> list[Measure]:
    places = sorted({place for item in spans for place, _, _ in item.sides}, key=location_order)
    depth = max((len(side) for item in spans for _, *both in item.sides for side in both), default=0)
    measures: list[Measure] = [Symbols((place,)) for place in places]
    measures += [Symbols(tuple(places))] if len(places) > 1 else []
    measures += [Height(place) for place in places]
    measures += [Place(place, number) for place in places for number in range(depth)]
    return measures


def ranking(body: Program) -> list[Measure] | None:
    """Measures that show that the body of an iteration is not run for ever, if it ends itself; or None."""
    if len(body) == 1 and isinstance(body[0], Step):
        return _in_turn(body[0].spans)
    # Something that is always run makes it smaller, and nothing else more.
    steps = [part for part in parts_of(body) if isinstance(part, Step)]
    always = [part for part in body if isinstance(part, Step)]
    for measure in _measures([item for part in steps for item in part.spans]):
        if any(measure.change(item) == "perhaps more" for part in steps for item in part.spans):
            continue
        if any(all(measure.change(item) == "less" for item in part.spans) for part in always):
            return [measure]
    return None


def _in_turn(spans: Sequence[Span]) -> list[Measure] | None:
    measures = _measures(spans)
    left = list(spans)
    found: list[Measure] = []
    while left:
        for measure in measures:
            changes = [measure.change(item) for item in left]
            if "perhaps more" not in changes and "less" in changes:
                break
        else:
            return None
        found.append(measure)
        left = [item for item, change in zip(left, changes, strict=True) if change != "less"]
    return found
