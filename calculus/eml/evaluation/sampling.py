"""Where trees are tried: real and complex points, on both edges of every cut, near 0 and far out; and boxes.

The points are the same in every run. Those that conditions exclude are left out.
"""

import cmath
import math
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from calculus.eml.domain import Condition
from calculus.eml.domains import holds

Point = dict[str, complex]

_FIRST = (
    1,
    -1,
    0.5,
    -2,
    2j,
    -0.5j,
    1 + 1j,
    -1 + 0.5j,
    -0.5 - 2j,
    2 - 1j,
    0.25 + 4j,
    -3 - 5j,
    -1 + 3j,
    6j,
    -4j,
)
"""One of each region: the half-lines, the quadrants, inside and outside the strip |Im z| < π."""
_POSITIVE = (0.5, 2.0, 0.1, 3.25, 0.875, 7.5, 1e-3, math.e, 20.0, 1e-8, 50.0)
_IMAGINARY = (0.5, 1.0, 2.0, 3.0, 0.01, math.pi / 2, 6.0)
_BESIDE = 1e-9
_BOX = 2.0**-7


def values(signed_zeros: bool) -> Iterator[complex]:
    """Values for one variable, the telling ones first; with zeros of both signs beside the real axis."""
    yield from map(complex, _FIRST)
    yield 0j
    for size in _POSITIVE:
        for x in (size, -size):
            yield complex(x)
            if signed_zeros:
                yield complex(x, -0.0)
    for index, size in enumerate(_POSITIVE[:8]):
        for angle in (1, 3, 5, 7, 9, 11, 13, 15):
            yield cmath.rect(size, (angle + 0.2 * (index % 4)) * math.pi / 8)
        for x in (size, -size):
            yield from (complex(x, _BESIDE), complex(x, -_BESIDE))
    for y in _IMAGINARY:
        yield from (complex(0, y), complex(0, -y), complex(_BESIDE, y), complex(-_BESIDE, -y))


def points(
    names: Sequence[str], conditions: Iterable[Condition], most: int, signed_zeros: bool = False
) -> list[Point]:
    """At most so many points at which the conditions hold; one, without coordinates, for no variables."""
    if not names:
        return [{}]
    conditions = list(conditions)
    found = (point for point in _all(names, signed_zeros) if all(holds(item, point) for item in conditions))
    if all(item.kind not in ("real", "positive", "nonnegative") for item in conditions):
        # As many off the real axis as on it.
        pool = list(islice(found, 8 * most))
        real = [point for point in pool if all(z.imag == 0 for z in point.values())]
        other = [point for point in pool if any(z.imag != 0 for z in point.values())]
        half = max(most // 2, most - len(other))
        return (real[:half] + other)[:most]
    return list(islice(found, most))


def _all(names: Sequence[str], signed_zeros: bool) -> Iterator[Point]:
    pool = list(values(signed_zeros))
    if len(names) == 1:
        for z in pool:
            yield {names[0]: z}
        return
    # Real ones with real ones first, then every value of the first with some of the others, so that all pairs
    # of regions occur.
    real = [z for z in pool if z.imag == 0]
    for group in (real, pool):
        for shift in (1, 7, 16, 29, 43, 60, 77):
            for index, z in enumerate(group):
                rest = {
                    name: group[(index * (3 + 2 * place) + shift * (place + 1)) % len(group)]
                    for place, name in enumerate(names[1:])
                }
                yield {names[0]: z, **rest}


def boxes(
    names: Sequence[str], conditions: Iterable[Condition], most: int
) -> list[dict[str, tuple[complex, float]]]:
    """Boxes by their middles and half widths, all of whose corners are in the domain; of real variables where
    the middle is real, in which case the imaginary part is exactly 0.
    """
    conditions = list(conditions)
    found = []
    for point in points(names, conditions, 4 * most):
        box = {name: (z, _BOX * min(1.0, abs(z)) / 2) for name, z in point.items()}
        if all(width for _, width in box.values()) and all(
            holds(item, corner) for item in conditions for corner in _corners(box)
        ):
            found.append(box)
        if len(found) >= most:
            break
    return found


def _corners(box: dict[str, tuple[complex, float]]) -> Iterator[Point]:
    for x, y in ((1, 1), (1, -1), (-1, 1), (-1, -1)):
        yield {
            name: middle + complex(x * width, y * width if middle.imag else 0)
            for name, (middle, width) in box.items()
        }
