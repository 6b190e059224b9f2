"""What is searched for: a constant, or a function of up to two variables, with the points looked at.

Points are chosen on both sides of 1, at numbers that no small tree has as its value by accident. Without an
assumption the variables are positive; where the function is not real there, they are beyond 1 or between
0 and 1 if it is real there.
"""

import math
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import Any

from calculus.eml.assumptions import parse_assumption
from calculus.eml.compiler.compilation import as_expression
from calculus.eml.domain import Condition
from calculus.eml.domains import holds
from calculus.eml.expressions import values
from calculus.eml.expressions.node import APPLY, VARIABLE, apply, number, variable
from calculus.eml.facts import facts_of
from calculus.eml.searching.recheck import Wanted
from calculus.eml.syntax import variables
from calculus.source.diagnostic import UsageProblem
from calculus.source.text import Source
from calculus.term import Term

__all__ = ["Target"]

SEARCHED = ((0.5772156649015329, 0.6434105462883380), (1.2824271291006226, 1.3063778838630806))
"""Where x and y are looked at, before they are moved into the domain."""
CHECKED = (
    (0.2360679774997897, 2.5029078750958928),
    (3.3598856662431777, 0.3036630028987326),
    (1.9435964368207592, 1.1319882487943),
)
"""Where a tree that was found is looked at besides."""
IMAGINARY = ((0.3102, -0.4177), (-0.7012, 0.2399), (0.1873, 0.8312), (-1.2011, -0.5533), (0.9127, 1.0333))

Places = tuple[tuple[float, float], ...]

MIN_DIGITS = 10


@dataclass(frozen=True, slots=True)
class Range:
    """Where a variable is: between two real numbers, or anywhere in the complex plane."""

    low: float = -math.inf
    high: float = math.inf
    plane: bool = False

    @property
    def whole(self) -> bool:
        """The real line, both sides of 0."""
        return not self.plane and math.isinf(self.low) and math.isinf(self.high)

    def at(self, place: int, u: float) -> complex:
        """The number of this range for the number u > 0."""
        if self.plane:
            return complex(u)
        if math.isinf(self.low):
            return complex(self.high - u) if not math.isinf(self.high) else complex(-u if place % 2 else u)
        if math.isinf(self.high):
            return complex(self.low + u)
        return complex(self.low + (self.high - self.low) * u / (1 + u))


POSITIVE = Range(0)
TRIED = (POSITIVE, Range(1), Range(0, 1))


@dataclass(frozen=True)
class Target:
    """An expression, or (`expression` None) a number known to some digits, with the points of the search.

    `searched` are the points whose values the search compares, `checked` those where a tree is looked at
    besides.
    """

    text: str
    expression: Term | None
    variables: tuple[str, ...]
    ranges: Mapping[str, Range]
    searched: tuple[dict[str, complex], ...]
    checked: tuple[dict[str, complex], ...]
    conditions: tuple[Condition, ...] = ()
    decimal: Fraction | None = None
    allowed: float = 0.0

    @classmethod
    def read(cls, target: Any, assume: "str | Sequence[str] | None" = None, seed: int = 0) -> "Target":
        """A target from a text, a SymPy expression or an expression term.

        A text such as `3.14159265358979…` is a number of which only these digits are known. `assume` says
        where the variables are, as in `x > 0, -1 < y < 1` or `x real` or `x complex`. Raises
        `SyntaxProblem` and `UsageProblem`.
        """
        text = (target.text if isinstance(target, Source) else str(target)).strip()
        if isinstance(target, str | Source) and (known := re.fullmatch(r"([-+]?\d*\.\d+)(?:\.\.\.|…)", text)):
            return cls._decimal(text, known[1])
        expression = _expression(target)
        names = tuple(sorted(variables(expression)))
        if len(names) > 2:
            raise UsageProblem(f"expected a function of up to two variables, found {', '.join(names)}")

        def moved(places: Places) -> Places:
            # By up to a sixteenth, so both sides of 1 stay both sides.
            part = 1 + (seed * 0.6180339887498949 % 1) / 16
            return tuple((x * part, y * part) for x, y in places)

        ranges, conditions = _assumed(assume, names)
        if not conditions and not ranges:
            ranges = _where_real(expression, names)
        ranges = {name: ranges.get(name, POSITIVE) for name in names}
        searched, checked = (
            _points(names, ranges, moved(SEARCHED), 0),
            _points(names, ranges, moved(CHECKED), 2),
        )
        if any(item.whole for item in ranges.values()):
            searched += _points(names, ranges, moved(SEARCHED[:1]), 1)
        if not all(holds(condition, point) for condition in conditions for point in searched + checked):
            raise UsageProblem("expected bounds of single variables, `real` or `complex` as assumptions")
        if not conditions:
            conditions = tuple(item for name in names for item in _conditions(ranges[name], name))
        return cls(text, expression, names, ranges, searched, checked, conditions)

    @classmethod
    def _decimal(cls, text: str, digits: str) -> "Target":
        significant = len(digits.lstrip("+-").replace(".", "").lstrip("0"))
        if significant < MIN_DIGITS:
            raise UsageProblem(
                f"expected {MIN_DIGITS} digits of the number or more, found {significant} in {text}"
            )
        places = len(digits.partition(".")[2])
        return cls(text, None, (), {}, ({},), (), (), Fraction(digits), 1.0 / 10**places)

    def at(self, point: Mapping[str, complex], ctx: Any) -> Any:
        """The value at a point, at the precision of an mpmath context."""
        if self.expression is None:
            assert self.decimal is not None
            return ctx.mpc(self.decimal.numerator) / self.decimal.denominator
        return values.value_mp(self.expression, {name: ctx.mpc(value) for name, value in point.items()}, ctx)

    def wanted(self, points: "tuple[dict[str, complex], ...]") -> "list[Wanted]":
        """Points with what gives the values there. Raises `UsageProblem` where there is none."""
        ctx = values.mpmath().mp.clone()
        for point in points:
            value = self.at(point, ctx)
            at = ", ".join(f"{name} = {part}" for name, part in point.items())
            where = f" at {at}" if at else ""
            if not ctx.isfinite(value):
                raise UsageProblem(f"{self.text} has no value{where}")
            if abs(value) > sys.float_info.max:
                raise UsageProblem(
                    f"{self.text} is too large for complex128{where}, so it cannot be looked for"
                )
        return [(point, partial(self.at, point)) for point in points]


def _expression(target: Any) -> Term:
    if isinstance(target, int | Fraction) and not isinstance(target, bool):
        return number(target)
    return as_expression(target)


def _assumed(
    assume: "str | Sequence[str] | None", names: tuple[str, ...]
) -> tuple[dict[str, Range], tuple[Condition, ...]]:
    texts = [assume] if isinstance(assume, str) else assume or ()
    if not isinstance(texts, Sequence) or not all(isinstance(text, str | Source) for text in texts):
        raise UsageProblem(f"expected assumptions as texts, such as 'x > 1', found {assume!r}")
    conditions = tuple(condition for text in texts for condition in parse_assumption(text))
    for condition in conditions:
        for name in variables(condition.expression):
            if name not in names:
                raise UsageProblem(f"an assumption is about {name}, which is not in the target")
    ranges: dict[str, Range] = {}
    for name in names:
        if any(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text) for text in texts):
            bounds = [_bounds(condition, name) for condition in conditions]
            low = max((low for low, _ in bounds), default=-math.inf)
            high = min((high for _, high in bounds), default=math.inf)
            if not low < high:
                raise UsageProblem(f"nothing is between the bounds of {name}")
            plane = math.isinf(low) and math.isinf(high) and not facts_of(variable(name), conditions).real
            ranges[name] = Range(low, high, plane)
    return ranges, conditions


def _bounds(condition: Condition, name: str) -> tuple[float, float]:
    """Between which numbers a condition has a variable."""
    whole = (-math.inf, math.inf)
    if condition.kind not in ("positive", "nonnegative"):
        return whole
    match condition.expression:
        case Term(op=op, label=label) if op is VARIABLE and label == name:
            return 0.0, math.inf
        case Term(op=op, label="minus", children=(x,)) if op is APPLY and x == variable(name):
            return -math.inf, 0.0
        case Term(op=op, label="sub", children=(x, low)) if op is APPLY and x == variable(name):
            return (values.value(low, {}).real, math.inf) if not variables(low) else whole
        case Term(op=op, label="sub", children=(high, x)) if op is APPLY and x == variable(name):
            return (-math.inf, values.value(high, {}).real) if not variables(high) else whole
    return whole


def _conditions(where: Range, name: str) -> tuple[Condition, ...]:
    x = variable(name)
    found = []
    if not math.isinf(where.low):
        low = number(Fraction(where.low))
        found.append(Condition("positive", apply("sub", x, low) if where.low else x))
    if not math.isinf(where.high):
        found.append(Condition("positive", apply("sub", number(Fraction(where.high)), x)))
    return tuple(found)


def _points(
    names: tuple[str, ...], ranges: Mapping[str, Range], places: Places, first: int
) -> tuple[dict[str, complex], ...]:
    if not names:
        return ({},) if first == 0 else ()
    found = []
    for k, place in enumerate(places):
        point = {}
        for j, name in enumerate(names):
            value = ranges[name].at(first + k + j, place[j])
            point[name] = value + 1j * IMAGINARY[first + k][j] if ranges[name].plane else value
        found.append(point)
    return tuple(found)


def _where_real(expression: Term, names: tuple[str, ...]) -> dict[str, Range]:
    for where in TRIED:
        ranges = dict.fromkeys(names, where)
        points = _points(names, ranges, SEARCHED, 0) + _points(names, ranges, CHECKED, 2)
        if all(values.value(expression, point).imag == 0 for point in points):
            return ranges
    return {}
