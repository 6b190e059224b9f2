"""A tree against an expression, point by point."""

import math
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from calculus.eml.domain import SemanticsName
from calculus.eml.evaluation.ieee import values_ieee
from calculus.eml.evaluation.points import from_complex
from calculus.eml.evaluation.sampling import Point
from calculus.eml.evaluation.sensitivity import is_robust, rounding_bound
from calculus.eml.expressions import values
from calculus.eml.syntax import EML, subtrees, variables
from calculus.source.diagnostic import UsageProblem
from calculus.term import Term

TOLERANCE = 1e-9
"""Of values in complex128, relative to the larger of 1 and the value; beyond, roundings are looked at."""
MODERATE = 8.0
"""Up to which size of the arguments errors are recorded."""

_DIGITS = 20
_OVERFLOW = math.log(sys.float_info.max)
_SAFETY = 64.0


@dataclass(frozen=True, slots=True)
class Counterexample:
    """A point where the tree has another value, or none (`why` then says so)."""

    point: Point
    value: complex | None
    expected: complex
    why: str

    def __str__(self) -> str:
        place = ", ".join(f"{name} = {_number(z)}" for name, z in self.point.items())
        got = self.why or f"the tree gives {_number(self.value or 0j)}"
        return f"{f'at {place}: ' if place else ''}{got}, expected {_number(self.expected)}"


class Trial:
    """One tree against one expression, and what was met: how many points, how many of them with overflow, the
    worst error, whether all was finite, and robust.
    """

    def __init__(
        self, term: Term, expression: Term, semantics: SemanticsName, *, quick: bool = False
    ) -> None:
        """`quick`: in `ieee`, a wrong value is one of overflow where something overflows, without exact
        arithmetic to tell."""
        self.quick = quick
        self.term, self.expression, self.semantics = term, expression, semantics
        self.points = 0
        self.overflows = 0
        self.error = 0.0
        self.finite = True
        self.robust = True
        self.names = variables(term)
        self.mp: Any = None

    def at(self, point: Point) -> Counterexample | None:
        """None if the tree has the right value at a point, as far as its semantics goes."""
        self.points += 1
        return self._in_ieee(point) if self.semantics == "ieee" else self._exactly(point, self.semantics)

    def _in_ieee(self, point: Point) -> Counterexample | None:
        expected = values.value(self.expression, point)
        if not is_finite(expected):
            return None  # a pole of the function itself, or beyond the largest number
        known = values_ieee(self.term, point)
        value = known[id(self.term)]
        infinite = any(is_infinite(known[id(item)]) for item in subtrees(self.term) if item.op is EML)
        error = abs(value - expected)
        relative = error / max(1.0, abs(expected))
        moderate = all(abs(z) <= MODERATE for z in point.values())
        if not relative <= TOLERANCE:
            if (overflows(self.term, known) if self.quick else infinite) and self._exact_is_right(point):
                self.overflows += 1
                return None
            if not is_finite(value):
                return Counterexample(point, None, expected, f"the tree gives {_number(value)}")
            if not error <= _SAFETY * rounding_bound(self.term, known):
                return Counterexample(point, value, expected, "")
        if moderate:
            self.error = max(self.error, relative)
            self.finite = self.finite and not (infinite and self._infinite_beside(point))
            self.robust = self.robust and robust_around(self.term, point)
        return None

    def _exact_is_right(self, point: Point) -> bool:
        """Whether without rounding and overflow the tree is right, so that no branch is to blame."""
        if self.quick:
            return True
        try:
            return self._exactly(point, "extended", record=False) is None
        except UsageProblem:  # no mpmath
            return overflows(self.term, values_ieee(self.term, point))

    def _exactly(self, point: Point, semantics: SemanticsName, record: bool = True) -> Counterexample | None:
        from calculus.eml.evaluation.exact import TooLarge, Undefined, context, evaluate_exact

        self.mp = self.mp or context()
        given = {name: from_complex(point[name]) for name in self.names}
        expected = self._expected(point)
        if expected is None:
            return None
        rounded = complex(expected)
        try:
            outcome = evaluate_exact(self.term, given, semantics, _DIGITS, self.mp)
        except TooLarge:
            return None
        except Undefined as reason:
            return Counterexample(point, None, rounded, f"the tree has no value: {reason.why}")
        mp, ball = outcome.mp, outcome.ball
        if ball.infinite:
            return Counterexample(point, None, rounded, f"the tree gives {'-' if ball.infinite < 0 else ''}∞")
        error = abs(ball.center - expected) / max(1, abs(expected))
        if error > mp.mpf(10) ** (2 - _DIGITS):
            return Counterexample(point, complex(ball.center), rounded, "")
        if record:
            self.error = max(self.error, float(error))
            self.finite = self.finite and not (outcome.infinities and self._infinite_beside(point))
        return None

    def _expected(self, point: Mapping[str, complex]) -> Any:
        mp = self.mp
        mp.dps = _DIGITS + 30
        found = values.value_mp(self.expression, {name: mp.mpc(z) for name, z in point.items()}, mp)
        return found if mp.isfinite(found) else None

    def _infinite_beside(self, point: Point) -> bool:
        """Whether there are infinite values close to a point, too, and not just for one logarithm of 0."""
        known = values_ieee(self.term, beside(point))
        return any(is_infinite(known[id(item)]) for item in subtrees(self.term) if item.op is EML)


def overflows(term: Term, known: Mapping[int, complex]) -> bool:
    """Whether a finite value on the way has an exponential beyond the largest number, or below the least."""
    operands = (known[id(item.children[0])] for item in subtrees(term) if item.op is EML)
    return any(_OVERFLOW < abs(left.real) < math.inf for left in operands)


def robust_around(term: Term, point: Point) -> bool:
    """Whether rounding decides no branch at a point, or at that single point alone."""
    return is_robust(term, point) or is_robust(term, beside(point))


def beside(point: Point) -> Point:
    """A point close by, on the real axis where the first is."""
    return {name: complex(z.real * (1 + 1e-7) + 1e-9, z.imag) for name, z in point.items()}


def is_finite(z: complex) -> bool:
    return math.isfinite(z.real) and math.isfinite(z.imag)


def is_infinite(z: complex) -> bool:
    return math.isinf(z.real) or math.isinf(z.imag)


def _number(z: complex) -> str:
    if z.imag == 0 and math.copysign(1, z.imag) > 0:
        return f"{z.real:.10g}"
    return f"{z.real:.10g}{z.imag:+.10g}i"
