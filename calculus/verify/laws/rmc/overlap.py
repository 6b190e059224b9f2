"""Whether two spans both run on some memory, and then leave the same."""

from dataclasses import dataclass

from calculus.machine.relational.instructions import constructor, variable
from calculus.rmc.mgu import mgu
from calculus.rmc.spans import Span, framed, memory_variables, span
from calculus.term import Term
from calculus.term.binding import substitute


@dataclass(frozen=True, slots=True)
class Overlap:
    """The memories on which two spans run, as what both pop; and what each leaves."""

    left: Span
    right: Span

    @property
    def agrees(self) -> bool:
        """Whether both leave the same, whatever the memory."""
        return self.left == self.right

    def memory(self) -> dict[str, tuple[Term, ...]]:
        """A closed memory on which both run, its variables being constants that nothing else has."""
        popped = self.left.popped
        names = memory_variables(popped)
        constants = {name: constructor(f"A{number}") for number, name in enumerate(names, 1)}
        return {
            place: tuple(substitute(value, constants) for value in values) for place, values in popped.items()
        }


def overlap(left: Span, right: Span) -> Overlap | None:
    """What two spans have in common; None if no memory lets both run."""
    first, second = _as_high_as(left, right), _renamed(_as_high_as(right, left))
    places = sorted(first.popped)
    pairs = [pair for place in places for pair in zip(first.popped[place], second.popped[place], strict=True)]
    bindings = mgu(pairs, [*first.variables, *second.variables])
    if bindings is None:
        return None
    return Overlap(_instance(first, bindings), _instance(second, bindings))


def _as_high_as(low: Span, high: Span) -> Span:
    """A span on memories that are at least as high as another one needs."""
    heights = {place: len(values) for place, values in low.popped.items()}
    lacking = {place: len(values) - heights.get(place, 0) for place, values in high.popped.items()}
    return framed(low, {place: number for place, number in lacking.items() if number > 0})


def _renamed(item: Span) -> Span:
    """The span with other names for its variables."""
    names = {name: variable(f"{name}'") for name in item.variables}

    def renamed(values: tuple[Term, ...]) -> tuple[Term, ...]:
        return tuple([substitute(value, names) for value in values])

    sides = tuple([(place, renamed(popped), renamed(pushed)) for place, popped, pushed in item.sides])
    return Span(sides, tuple([found.label for found in names.values()]))


def _instance(item: Span, bindings: dict[str, Term]) -> Span:
    popped, pushed = (
        {place: tuple(substitute(value, bindings) for value in values) for place, values in side.items()}
        for side in (item.popped, item.pushed)
    )
    return span(popped, pushed)
