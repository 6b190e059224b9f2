"""The points at which laws are tried: the simplest first, then those of every region."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import pairwise, product

from calculus.eml.domain import Condition, SemanticsName
from calculus.eml.domains import holds, variables_of
from calculus.eml.evaluation import sampling
from calculus.eml.facts import comparison
from calculus.eml.syntax import variable

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
    columns = [_numbers(name, conditions, semantics) for name in names]
    found = 0
    for values in _rows(columns):
        point = dict(zip(names, values, strict=True))
        if found < MOST_SIMPLE and all(holds(item, point) for item in conditions):
            found += 1
            yield point


def _numbers(name: str, conditions: Iterable[Condition], semantics: SemanticsName) -> list[complex]:
    """Simple numbers that a variable may have, and then some around its limits, if it has any."""
    numbers = list(SIMPLE)
    if semantics == "ieee":
        numbers[3:3] = [complex(-1, -0.0)]
    limits = sorted(_limits(name, conditions))
    near = [limit + step for limit in limits for step in (0, 1, -1, Fraction(1, 2), Fraction(-1, 2))]
    between = [(low + high) / 2 for low, high in pairwise(limits)]
    numbers += [complex(float(number)) for number in dict.fromkeys([*between, *near])]
    alone = [item for item in conditions if variables_of(item) == [name]]
    return [number for number in numbers if all(holds(item, {name: number}) for item in alone)]


def _limits(name: str, conditions: Iterable[Condition]) -> set[Fraction]:
    """The numbers other than 0, of an ordinary size, that a variable is compared with."""
    found = (comparison(item) for item in conditions)
    return {
        item.limit
        for item in found
        if item is not None and item.expression is variable(name) and 0 < abs(item.limit) < 10**9
    }


def _rows(columns: Sequence[Sequence[complex]]) -> Iterator[tuple[complex, ...]]:
    """All rows of numbers, by the place of the least simple of them, up to a bound."""
    if len(columns) > 4:
        yield from zip(*columns, strict=False)
        return
    deepest = {1: 100, 2: 14, 3: 6, 4: 4}.get(len(columns), 1)
    places = product(*(range(min(len(column), deepest)) for column in columns))
    for row in sorted(places, key=lambda row: (max(row, default=0), sum(row), row)):
        yield tuple(column[place] for column, place in zip(columns, row, strict=True))


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
