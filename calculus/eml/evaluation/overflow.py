"""For which real arguments a tree overflows in complex128."""

import math
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby

from calculus.eml.domain import Condition
from calculus.eml.domains import holds
from calculus.eml.evaluation import sampling
from calculus.eml.evaluation.ieee import evaluate_ieee, values_ieee
from calculus.eml.evaluation.sampling import Point
from calculus.eml.evaluation.trial import MODERATE, is_infinite
from calculus.eml.expressions.values import value
from calculus.term import Term

_HALVINGS = 40
_ERROR = 1e-6
_STARTS = 96
_MODERATE_STEPS = [10.0 ** (step / 3) for step in range(-9, 10)]
_FAR_STEPS = [10.0**step for step in range(12, 290, 16)]
_SIZES = sorted([*(1 / size for size in _FAR_STEPS), *_MODERATE_STEPS, *_FAR_STEPS, 1.7e308])
_MODERATE = {sign * size for sign in (1, -1) for size in _MODERATE_STEPS}

Range = tuple[str, float, float]


def free_ranges(
    term: Term, expression: Term, names: Sequence[str], conditions: Sequence[Condition]
) -> Iterator[Range]:
    """The intervals of each variable's real values in the domain in which overflow spoils nothing, the others
    being 1 or so; none for a variable for which it does nowhere.

    What is infinite at an ordinary point is so on purpose, and elsewhere it does no harm if the value is
    right all the same. The ends are found by bisection.
    """
    start = next(
        (
            point
            for point in sampling.points(names, conditions, _STARTS)
            if all(z.imag == 0 and 0.1 <= abs(z) <= MODERATE for z in point.values())
            and _infinite_places(term, point) is not None
        ),
        None,
    )
    usual = None if start is None else _infinite_places(term, start)
    if start is None or usual is None:
        return
    for name in names:

        def inside(x: float, name: str = name) -> bool:
            return all(holds(item, {**start, name: complex(x)}) for item in conditions)

        def good(x: float, name: str = name) -> bool:
            point = {**start, name: complex(x)}
            found = _infinite_places(term, point)
            return found is not None and (found <= usual or _is_right(term, expression, point))

        for low, high in _intervals(inside, good):
            yield name, low, high


def _intervals(inside: Callable[[float], bool], good: Callable[[float], bool]) -> list[tuple[float, float]]:
    """Where in the domain all is good, with moderate numbers in it; empty if it is everywhere. Ends of
    the domain are no ends here."""
    xs = [x for x in [*(-size for size in reversed(_SIZES)), *_SIZES] if inside(x)]
    marks = [good(x) for x in xs]
    if all(marks):
        return []
    found: list[tuple[float, float]] = []
    for mark, group in groupby(range(len(xs)), key=marks.__getitem__):
        places = list(group)
        if not mark or not any(xs[place] in _MODERATE for place in places):
            continue
        first, last = places[0], places[-1]
        low = _border(xs[first], xs[first - 1], good) if first else -math.inf
        high = _border(xs[last], xs[last + 1], good) if last + 1 < len(xs) else math.inf
        found.append((low, high))
    return found


def _border(inner: float, outer: float, good: Callable[[float], bool]) -> float:
    """The last good number from a good one to a bad one."""
    for _ in range(_HALVINGS):
        same = inner * outer > 0
        middle = math.copysign(math.exp((math.log(abs(inner)) + math.log(abs(outer))) / 2), inner)
        middle = middle if same else (inner + outer) / 2
        if good(middle):
            inner = middle
        else:
            outer = middle
    return inner


def _is_right(term: Term, expression: Term, point: Point) -> bool:
    expected = value(expression, point)
    # As in records, errors are relative to the larger of 1 and the value; rounding loses what is below.
    return abs(evaluate_ieee(term, point) - expected) <= _ERROR * max(1.0, abs(expected)) < math.inf


def _infinite_places(term: Term, point: Point) -> set[int] | None:
    """The subtrees with infinite values; None if there is one that is no number."""
    found = set()
    for place, z in values_ieee(term, point).items():
        if math.isnan(z.real) or math.isnan(z.imag):
            return None
        if is_infinite(z):
            found.add(place)
    return found
