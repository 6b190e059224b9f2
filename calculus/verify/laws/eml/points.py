"""The points at which laws are tried: the simplest first, then those of every region."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product

from calculus.eml.domain import Condition, SemanticsName
from calculus.eml.domains import holds
from calculus.eml.evaluation import sampling

Point = dict[str, complex]

SIMPLE: tuple[complex, ...] = (
    *(0j, 1 + 0j, -1 + 0j, 0.5 + 0j, 2 + 0j, -0.5 + 0j, -2 + 0j, 1j, -1j),
    *(1 + 1j, 3 + 0j, -3 + 0j, 2j, 4j, -4j, 10 + 0j),
)
MOST_SIMPLE = 60
"""Simple points that are tried of several variables."""

MOST: Mapping[SemanticsName, int] = {"ieee": 96, "principal": 24, "extended": 24}
"""Further points."""


def simple(
    names: Sequence[str], conditions: Iterable[Condition], semantics: SemanticsName
) -> Iterator[Point]:
    """Points of simple numbers at which the conditions hold; in complex128 both edges of the cut."""
    conditions = list(conditions)
    numbers = list(SIMPLE)
    if semantics == "ieee":
        numbers[3:3] = [complex(-1, -0.0)]
    found = 0
    for values in _all(numbers, len(names)):
        point = dict(zip(names, values, strict=True))
        if found < MOST_SIMPLE and all(holds(item, point) for item in conditions):
            found += 1
            yield point


def _all(numbers: Sequence[complex], count: int) -> Iterator[tuple[complex, ...]]:
    """All rows of so many numbers, by the place of the least simple of them, up to a bound."""
    places = range(len(numbers) if count == 1 else min(len(numbers), 9) if count == 2 else 4)
    if count > 4:
        yield from ((number,) * count for number in numbers)
        return
    rows = sorted(product(places, repeat=count), key=lambda row: (max(row, default=0), sum(row), row))
    for row in rows:
        yield tuple(numbers[place] for place in row)


def further(names: Sequence[str], conditions: Iterable[Condition], semantics: SemanticsName) -> list[Point]:
    """Points of every region at which the conditions hold."""
    return sampling.points(names, conditions, MOST[semantics], semantics == "ieee")


def shown(point: Mapping[str, complex]) -> dict[str, str]:
    """A point for readers."""
    return {name: number_text(value) for name, value in point.items()}


def number_text(z: complex | None) -> str:
    """A number as it is typed: 1, -0.5, 2i, 1-2i; a zero imaginary part only if its sign is negative."""
    if z is None:
        return "no value"
    real = f"{z.real:.12g}"
    if z.imag == 0:
        return f"{real}-0i" if str(z.imag).startswith("-") else real
    imag = "" if abs(z.imag) == 1 else f"{abs(z.imag):.12g}"
    sign = "-" if z.imag < 0 else "+"
    if z.real == 0:
        return f"{'-' if z.imag < 0 else ''}{imag}i"
    return f"{real}{sign}{imag}i"
