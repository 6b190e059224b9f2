"""Probes: the points at which every candidate tree is checked while it is built.

A probe is a value for each variable. *Required* probes lie in the domain that is asked for; the others,
complex ones, only decide between trees of the same size. `eml` is computed under the semantics in complex128:
`ieee` as it is; `principal` and `extended` with values that differ from a real number or 0 by rounding alone
taken as that. What passes here is checked again, at other points, before it is returned.
"""

import cmath
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from calculus.eml.compiler.quantities import unsigned
from calculus.eml.domain import Condition, SemanticsName
from calculus.eml.domains import holds
from calculus.eml.evaluation.ieee import exp_ieee, log_ieee
from calculus.eml.expressions import scalar
from calculus.eml.expressions.node import NUMBER
from calculus.eml.expressions.values import all_values, value
from calculus.eml.syntax import ONE, VARIABLE, subtrees, variables
from calculus.term import Term

_SNAP = 1e-12
_SPECIAL = (0.0, 1.0, -1.0, 2.0, 0.5, -2.0, 0.01, -0.01)
_WIDTHS = (1, 4, 2, 4)
_LARGE = 300.0
"""Exponentials of sums of a few numbers up to this do not overflow."""
_MOST_WORK = 100_000
"""Operations at most, or a few more, to find points."""
_NAN = complex(math.nan, math.nan)

_SUMS = {"add", "sub", "minus", "avg"}

Step = Callable[[complex, complex], complex]
Point = Mapping[str, complex]


@dataclass(frozen=True, slots=True)
class Probe:
    """A point, whether the tree must be right there, how `eml` is computed on the way, and whether the point
    is a special one, at which infinite values on the way are no surprise."""

    point: Point
    required: bool
    step: Step
    special: bool = False


def _ieee(left: complex, right: complex) -> complex:
    return exp_ieee(left) - log_ieee(right)


def _positive_zeros(left: complex, right: complex) -> complex:
    return unsigned(exp_ieee(left) - log_ieee(right))


def _exact(infinite: bool) -> Step:
    def step(left: complex, right: complex) -> complex:
        if right == 0 and not infinite:
            return _NAN
        power = scalar.exp(left) if left.real != -math.inf else 0j
        if power.imag and abs(power.imag) <= _SNAP * abs(power.real):
            power = complex(power.real, 0.0)
        logarithm = scalar.ln(unsigned(right))
        real, imag = power.real - logarithm.real, power.imag - logarithm.imag
        if abs(real) <= _SNAP * max(abs(power.real), abs(logarithm.real)) < math.inf:
            real = 0.0
        if abs(imag) <= _SNAP * max(abs(power.imag), abs(logarithm.imag), 0.1 * abs(real)) < math.inf:
            imag = 0.0
        return complex(real, imag)

    return step


STEPS: Mapping[SemanticsName, Step] = {
    "ieee": _ieee,
    "principal": _exact(infinite=False),
    "extended": _exact(infinite=True),
}


def steps(semantics: SemanticsName, robust: bool) -> list[Step]:
    """How `eml` is computed in checks; a robust tree has the same values by exact and by IEEE arithmetic."""
    if not robust:
        return [STEPS[semantics]]
    exact = "extended" if semantics == "ieee" else semantics
    return [STEPS[semantics], STEPS[exact], _positive_zeros]


class Region:
    """The points that an expression is wanted at: those that the assumptions leave."""

    def __init__(self, expression: Term, assumed: Sequence[Condition], anywhere: frozenset[str]) -> None:
        """`anywhere`: the variables that may be complex."""
        self.expression = expression
        self.names = sorted(variables(expression))
        # Conditions on other variables say nothing here.
        self.assumed = [item for item in assumed if set(variables(item.expression)) <= set(self.names)]
        self.anywhere = anywhere
        self._size = sum(1 for _ in subtrees(expression))
        self._addends = [
            part
            for item in subtrees(expression)
            if item.label in _SUMS
            for part in (item, *item.children)
            if part.op is not NUMBER
        ]
        self._bounds = {name: _bounds(name, assumed) for name in self.names}

    def allows(self, point: Point) -> bool:
        return all(holds(condition, point) for condition in self.assumed)

    def generic(self, count: int, seed: int) -> list[Point]:
        """Points in general position where the expression is real; where it has a value, if never real.

        A tree adds with exponentials of what is added, so points at which these overflow come last.
        """
        if not self.names:
            return [{}]
        random = Random(seed)
        ranks: tuple[list[Point], ...] = ([], [], [], [])
        most = max(48, min(400, _MOST_WORK // self._size))
        for attempt in range(most):
            scale = 10.0 ** -(4 * attempt // most)
            point = {name: self._draw(random, name, attempt, scale) for name in self.names}
            if not self.allows(point):
                continue
            found, moderate = self._value(point)
            if not cmath.isfinite(found) or abs(found) > 1e12:
                continue
            ranks[(0 if self.anywhere or _is_real(found) else 2) + (not moderate)].append(point)
            if len(ranks[0]) >= count or (
                attempt > most // 4 and not any(ranks[:2]) and len(ranks[2]) >= count
            ):
                break
        return next((points[:count] for points in ranks if points), [])

    def special(self, count: int) -> list[Point]:
        """Points of zeros, ones and the like where the expression is real and finite."""
        found: list[Point] = []
        for numbers in _combinations(len(self.names)) if self.names else ():
            point = dict(zip(self.names, map(complex, numbers), strict=True))
            if self.allows(point):
                result, moderate = self._value(point)
                if moderate and cmath.isfinite(result) and _is_real(result):
                    found.append(point)
            if len(found) >= count:
                break
        return found

    def anywhere_complex(self, count: int, seed: int) -> list[Point]:
        """Complex points where the expression has a value, whatever is assumed."""
        random = Random(seed)
        found: list[Point] = []
        for _ in range(4 * count if self.names else 0):
            point = {name: complex(random.uniform(-2, 2), random.uniform(-2, 2)) for name in self.names}
            result = value(self.expression, point)
            if cmath.isfinite(result) and abs(result) < 1e12:
                found.append(point)
        return found[:count]

    def real(self, count: int, seed: int) -> list[Point]:
        """Real points where the expression has a value, real or not."""
        random = Random(seed)
        found: list[Point] = []
        for attempt in range(4 * count if self.names else 0):
            width = _WIDTHS[attempt % 4]
            point = {name: complex(random.uniform(-width, width)) for name in self.names}
            result = value(self.expression, point)
            if cmath.isfinite(result) and abs(result) < 1e12:
                found.append(point)
        return found[:count]

    def _value(self, point: Point) -> tuple[complex, bool]:
        """The value of the expression, and whether exponentials of what it adds are far from overflow."""
        values = all_values(self.expression, point)
        moderate = all(abs(values[id(part)]) < _LARGE for part in self._addends)
        return values[id(self.expression)], moderate

    def _draw(self, random: Random, name: str, attempt: int, scale: float) -> complex:
        low, high = self._bounds[name]
        near = 10 ** random.uniform(-4, -1) if attempt % 3 == 2 else None  # some points are close to an end
        if low > -math.inf and high < math.inf:
            part = random.random() if near is None else random.choice((near, 1 - near))
            real = low + part * (high - low)
        elif low > -math.inf or high < math.inf:
            step = random.uniform(0, random.choice((1, 4, 7))) if near is None else near
            real = low + step if low > -math.inf else high - step
        else:
            width = scale * _WIDTHS[attempt % 4]
            real = random.uniform(-width, width)
        return complex(real, random.uniform(-2, 2) if name in self.anywhere else 0.0)


def run(tree: Term, point: Point, step: Step) -> complex:
    """The value of a tree at a point."""
    return run_all(tree, point, step)[id(tree)]


def run_all(tree: Term, point: Point, step: Step) -> dict[int, complex]:
    """The values of all subtrees at a point, by their ids."""
    values: dict[int, complex] = {}
    for item in subtrees(tree):
        if item.op is VARIABLE:
            values[id(item)] = complex(point[item.label])
        elif item is ONE:
            values[id(item)] = 1 + 0j
        else:
            left, right = item.children
            values[id(item)] = step(values[id(left)], values[id(right)])
    return values


def _is_real(number: complex) -> bool:
    return abs(number.imag) <= 1e-13 * max(1, abs(number))


def _combinations(count: int) -> list[tuple[float, ...]]:
    if count == 1:
        return [(number,) for number in _SPECIAL]
    random = Random(count)
    mixed = [tuple(random.choice(_SPECIAL) for _ in range(count)) for _ in range(40)]
    equal = [(number,) * count for number in _SPECIAL]
    return list(dict.fromkeys([*equal[:3], *mixed, *equal[3:]]))


def _bounds(name: str, assumed: Sequence[Condition]) -> tuple[float, float]:
    """The interval that the assumptions leave for a variable, as far as it is seen."""
    low, high = -math.inf, math.inf
    for condition in assumed:
        expression = condition.expression
        if condition.kind not in ("positive", "nonnegative") or variables(expression) != [name]:
            continue
        at_zero = value(expression, {name: 0j}).real
        slope = value(expression, {name: 1 + 0j}).real - at_zero
        is_linear = abs(value(expression, {name: 3 + 0j}).real - at_zero - 3 * slope) < 1e-9
        if is_linear and slope > 0:
            low = max(low, -at_zero / slope)
        elif is_linear and slope < 0:
            high = min(high, -at_zero / slope)
    return low, high
