"""How far a tree reaches in complex128 in a domain far from 0, such as y > 30, before it overflows."""

import math
from collections.abc import Callable, Iterator, Sequence

from calculus.eml.compiler.probes import STEPS, Point, run
from calculus.eml.domain import Condition
from calculus.eml.domains import holds
from calculus.eml.expressions.values import value
from calculus.term import Term

_ERROR = 1e-6
_HALVINGS = 40
_STEPS = [*(10.0 ** (power / 4) for power in range(-8, 48)), *(10.0**power for power in range(12, 308, 4))]
"""How far from the start is looked."""


def reach(
    tree: Term, expression: Term, conditions: Sequence[Condition], start: Point
) -> Iterator[tuple[str, float, float]]:
    """For each variable that a tree overflows in, the interval around a point where its values are right,
    the others being as they are there; ends of the domain are no ends here."""
    for name in start:

        def inside(x: float, name: str = name) -> bool:
            return all(holds(item, {**start, name: complex(x)}) for item in conditions)

        def good(x: float, name: str = name) -> bool:
            point = {**start, name: complex(x)}
            target = value(expression, point)
            error = abs(run(tree, point, STEPS["ieee"]) - target)
            return not math.isfinite(abs(target)) or error <= _ERROR * max(1.0, abs(target))

        here = start[name].real
        low, high = (_end(here, sign, inside, good) for sign in (-1.0, 1.0))
        if low > -math.inf or high < math.inf:
            yield name, low, high


def _end(start: float, sign: float, inside: Callable[[float], bool], good: Callable[[float], bool]) -> float:
    """The last good number on one side; infinite if there is no bad one before the domain ends."""
    last = start
    for step in _STEPS:
        x = start + sign * step
        if not inside(x):
            break
        if not good(x):
            return _border(last, x, good)
        last = x
    return sign * math.inf


def _border(inner: float, outer: float, good: Callable[[float], bool]) -> float:
    for _ in range(_HALVINGS):
        middle = inner + (outer - inner) / 2
        inner, outer = (middle, outer) if good(middle) else (inner, middle)
    return inner
