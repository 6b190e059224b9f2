"""eml(x, y) = exp(x) - ln(y) by its definition: exactly with mpmath, and in complex128 with NumPy.

Nothing here is shared with the evaluators of `calculus.eml`. mpmath decides on which side of the cut a number
lies by its digits alone; where these do not tell, `Unclear` is raised.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple

from calculus.eml.domain import SemanticsName
from calculus.eml.syntax import EML, VARIABLE, subtrees
from calculus.term import Term

DIGITS = 60
_CLEAR = 45
"""Digits of which the leading ones are certain."""
_LARGEST = 10**6
"""Beyond, an exponential has more digits than anyone wants."""


class Unclear(Exception):
    """The digits do not tell whether a number is 0, or on which side of the cut it is."""


class Undefined(Exception):
    """There is no value."""


class Exact(NamedTuple):
    """A number, or with an `infinite` of 1 or -1 one whose real part is infinite. `size` is the largest
    number that it came from, to which its rounding is relative.
    """

    number: Any
    size: Any
    infinite: int = 0


@cache
def context() -> Any:
    """mpmath with so many digits."""
    import mpmath

    made: Any = mpmath.MPContext()
    made.dps = DIGITS
    return made


def exactly(tree: Term, at: Mapping[str, Any], semantics: SemanticsName) -> Exact:
    """The value under `principal` or `extended`; `at` gives numbers of `context()`, which are exact.

    Raises `Undefined` and `Unclear`.
    """
    mp = context()
    values: dict[int, Exact] = {}
    for item in subtrees(tree):
        if item.op is VARIABLE:
            number = mp.mpc(at[item.label])
            values[id(item)] = Exact(number, abs(number))
        elif item.op is not EML:
            values[id(item)] = Exact(mp.mpc(1), mp.mpf(1))
        else:
            left, right = (values[id(child)] for child in item.children)
            values[id(item)] = _difference(mp, _exp(mp, left), _ln(mp, right, semantics))
    return values[id(tree)]


def _exp(mp: Any, value: Exact) -> Exact:
    if value.infinite < 0:
        return Exact(mp.mpc(0), mp.mpf(0))
    if value.infinite:
        if _sign(mp, value) != 0:
            raise Undefined("exp(∞ + iy) with y ≠ 0")
        return Exact(mp.mpc(0), mp.mpf(0), 1)
    if abs(value.number) > _LARGEST:
        raise Unclear
    number = mp.exp(value.number)
    return Exact(number, abs(number) * max(1, value.size))


def _ln(mp: Any, value: Exact, semantics: SemanticsName) -> Exact:
    if value.infinite:
        turn = 0 if value.infinite > 0 else mp.pi if _sign(mp, value) >= 0 else -mp.pi
        return Exact(mp.mpc(0, turn), mp.mpf(4), 1)
    if abs(value.number) <= value.size * mp.mpf(10) ** -_CLEAR:
        if value.number != 0 or value.size != 0:
            raise Unclear
        if semantics == "principal":
            raise Undefined("ln 0")
        return Exact(mp.mpc(0), mp.mpf(0), -1)
    if value.number.real < 0:
        _sign(mp, value)
    number = mp.log(value.number)
    return Exact(number, max(abs(number), value.size / abs(value.number)))


def _sign(mp: Any, value: Exact) -> int:
    """The sign of the imaginary part."""
    imag = value.number.imag
    if imag == 0:
        return 0
    if abs(imag) <= value.size * mp.mpf(10) ** -_CLEAR:
        raise Unclear
    return 1 if imag > 0 else -1


def _difference(mp: Any, power: Exact, logarithm: Exact) -> Exact:
    size = max(power.size, logarithm.size)
    number = power.number - logarithm.number
    if power.infinite and power.infinite == logarithm.infinite:
        raise Undefined("∞ - ∞")
    infinite = power.infinite or -logarithm.infinite
    if not infinite and number == 0:
        raise Unclear  # two roundings that agree by chance, or two equal numbers
    return Exact(mp.mpc(0, number.imag) if infinite else number, size, infinite)


def operator(left: complex, right: complex) -> complex:
    """exp(left) - ln(right) as NumPy computes them."""
    import numpy as np

    with np.errstate(all="ignore"):
        return complex(np.exp(np.complex128(left)) - np.log(np.complex128(right)))
