"""Trees in complex128 as IEEE arithmetic computes them, without NumPy.

`exp` and `log` follow Annex G of the C standard, as NumPy does: a zero has a sign that tells the two edges of
a branch cut apart, log(±0) is -inf, an exponential that overflows is infinite in the directions of its
cosine and sine, and nothing is ever raised. The values differ from NumPy's by an ulp or two at most.
"""

import math
from collections.abc import Mapping
from math import copysign, inf, isfinite, isinf, isnan, nan

from calculus.eml.syntax import EML, VARIABLE, subtrees
from calculus.source.diagnostic import NameProblem
from calculus.term import Term

_LARGE = 709.0
"""A whole number of which the exponential is just finite."""
_EXP_LARGE = math.exp(_LARGE)
_MAX = 1.7976931348623157e308
_MIN_NORMAL = 2.2250738585072014e-308
_SPLIT = 134217729.0


def exp_ieee(z: complex) -> complex:
    """The exponential of a complex128."""
    x, y = z.real, z.imag
    if isfinite(x) and isfinite(y):
        sine, cosine = (math.sin(y), math.cos(y)) if abs(y) > _MIN_NORMAL else (y, 1.0)
        if x > _LARGE:
            # The product may be finite where the exponential of the real part is not.
            steps = 2 if x > 2 * _LARGE else 1
            for _ in range(steps):
                x, sine, cosine = x - _LARGE, sine * _EXP_LARGE, cosine * _EXP_LARGE
        factor = _MAX if x > _LARGE else math.exp(x)
        return complex(factor * cosine, factor * sine)
    if isfinite(y):  # x is infinite or no number
        if isnan(x):
            return complex(nan, y if y == 0 else nan)
        limit = inf if x > 0 else 0.0
        if y == 0:
            return complex(limit, y)
        return complex(copysign(limit, math.cos(y)), copysign(limit, math.sin(y)))
    if isinf(x):
        return complex(inf, nan) if x > 0 else complex(0.0, copysign(0.0, y))
    return complex(nan, nan)


def log_ieee(z: complex) -> complex:
    """The principal logarithm of a complex128; on the cut, the sign of the zero says which edge is meant."""
    x, y = z.real, z.imag
    if isnan(x) or isnan(y):
        return complex(inf if isinf(x) or isinf(y) else nan, nan)
    return complex(_log_abs(abs(x), abs(y)), math.atan2(y, x))


def _log_abs(x: float, y: float) -> float:
    """log |x + iy| for x, y ≥ 0, accurate near 1 as well."""
    if x < y:
        x, y = y, x
    if x == 0:
        return -inf
    if x == inf:
        return inf
    if 0.5 <= x < 2 and y < 1:
        if y == 0:
            return math.log(x)
        return math.log1p(_square_sum_less_one(x, y)) / 2
    if x > _MAX / 2:
        return math.log(math.hypot(x / 2, y / 2)) + math.log(2)
    if x < _MIN_NORMAL:
        return math.log(math.hypot(x * 2.0**60, y * 2.0**60)) - 60 * math.log(2)
    return math.log(math.hypot(x, y))


def _square_sum_less_one(x: float, y: float) -> float:
    """x² + y² - 1, rounded once."""
    parts = [-1.0]
    for number in (x, y):
        scaled = _SPLIT * number
        high = scaled - (scaled - number)
        low = number - high
        parts += (high * high, 2 * high * low, low * low)
    return math.fsum(parts)


def eml_ieee(x: complex, y: complex) -> complex:
    """exp(x) - ln(y) in complex128."""
    return exp_ieee(x) - log_ieee(y)


def values_ieee(term: Term, at: Mapping[str, complex]) -> dict[int, complex]:
    """The value of each distinct subtree, by its id. Raises `NameProblem` for a variable without value."""
    values: dict[int, complex] = {}
    for item in subtrees(term):
        if item.op is EML:
            left, right = item.children
            values[id(item)] = exp_ieee(values[id(left)]) - log_ieee(values[id(right)])
        elif item.op is VARIABLE:
            if item.label not in at:
                raise NameProblem(f"expected a value of the variable {item.label}, found none")
            values[id(item)] = complex(at[item.label])
        else:
            values[id(item)] = 1 + 0j
    return values


def evaluate_ieee(term: Term, at: Mapping[str, complex] | None = None) -> complex:
    """The value of a tree in complex128, by one operation for each distinct subtree.

    `at` gives the variables' values. Raises `NameProblem` for one that is missing.
    """
    return values_ieee(term, at or {})[id(term)]
