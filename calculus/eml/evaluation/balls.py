"""Rigorous enclosures: balls of Arb (python-flint), with exact forms beside them.

A ball holds the value for certain, rounding and inexact inputs included. Where it does not tell on which side
of the branch cut an argument lies, or whether it is 0, and the exact form does not either, the precision
grows; if that does not help, the enclosure is undecided, and says where.
"""

import math
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

from calculus.eml.display import Displayed
from calculus.eml.domain import SemanticsName
from calculus.eml.evaluation.exact import Undefined
from calculus.eml.evaluation.forms import Form, Forms
from calculus.eml.evaluation.points import Number, missing_values, number
from calculus.eml.evaluation.values import DIGITS, check_precision, check_semantics
from calculus.eml.postfix import to_postfix
from calculus.eml.syntax import EML, VARIABLE, subtrees, variables
from calculus.eml.tree import Tree
from calculus.source.diagnostic import UsageProblem
from calculus.source.text import Source
from calculus.term import Term

_GUARD = 30
_DOUBLINGS = 5
_INTERVAL = re.compile(r"\s*\[([^,]+),([^,]+)\]\s*")
_SPREAD = re.compile(r"(.+?)\s*(?:\+/-|±)\s*(.+)")


class Undecided(Exception):
    """A ball does not tell what has to be known of it."""

    def __init__(self, why: str, where: Term | None = None) -> None:
        super().__init__(why)
        self.why, self.where = why, where


@dataclass(frozen=True, slots=True)
class Ball:
    """A ball of Arb, and what is known of the number exactly. `infinite` is the sign of ±∞ + iy, of which
    the ball holds iy."""

    value: Any
    form: Form | None
    real: bool
    infinite: int = 0


@dataclass(frozen=True, slots=True, repr=False)
class Enclosure(Displayed):
    """Proven bounds of a value, or why there are none.

    `re` and `im` are texts of balls, `ball` the `acb` of python-flint; `bounds` gives floats. `undefined`
    means that the semantics gives no value there, `undecided` that the balls do not tell; `why` and `where`
    say more.
    """

    re: str | None
    im: str | None
    ball: Any
    semantics: SemanticsName
    precision: int
    status: Literal["enclosed", "undefined", "undecided"] = "enclosed"
    why: str | None = None
    where: str | None = None

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """Bounds of the real and of the imaginary part, rounded outwards: low, high, low, high."""
        return (*_outwards(self.ball.real), *_outwards(self.ball.imag))

    def __contains__(self, value: object) -> bool:
        """Whether a number lies in the ball for certain."""
        with precision_of(int(self.precision * 3.33) + _GUARD):
            return bool(self.ball is not None and self.ball.contains(_exact_ball(number(value))))

    def __str__(self) -> str:
        if self.re is None:
            return f"{self.status}: {self.why}" + (f" at {self.where}" if self.where else "")
        return self.re if self.im == "0" else f"{self.re} + {self.im}i"

    def __repr__(self) -> str:
        return f"<Enclosure {self}, {self.semantics}>"

    def to_json(self) -> dict[str, Any]:
        extras = {"why": self.why, "where": self.where}
        return {
            "re": self.re,
            "im": self.im,
            "semantics": self.semantics,
            "status": self.status,
            "precision": self.precision,
            **{name: item for name, item in extras.items() if item is not None},
        }


def enclose(
    tree: Tree | Term | str | Source,
    at: Mapping[str, Any] | None = None,
    *,
    precision: int | None = None,
    semantics: SemanticsName = "principal",
) -> Enclosure:
    """Proven bounds of the value of a tree at a point, or at all points of a box.

    `at` maps variables to what `evaluate` takes, to balls of python-flint, or to intervals: pairs (low, high)
    of reals, or texts "[1, 2]" and "1.5 +/- 0.1". `precision` is in decimal digits (30); at a box the bounds
    are as wide as the box makes them. Raises `UsageProblem` (also without python-flint, and for `ieee`, whose
    rounded values `evaluate` gives exactly), `NameProblem` and `SyntaxProblem`.
    """
    term = Tree(tree).term
    check_semantics(semantics)
    if semantics == "ieee":
        raise UsageProblem("enclosures are of exact values: expected principal or extended, found 'ieee'")
    digits = check_precision(DIGITS if precision is None else precision)
    missing_values(at, variables(term))
    flint = load()
    given = {name: (at or {})[name] for name in variables(term)}
    bits = int(digits * 3.33) + _GUARD
    problem: Undecided | None = None
    best: Any = None
    for _ in range(_DOUBLINGS):
        with precision_of(bits):
            try:
                found = Balls(semantics).value(term, given)
            except Undefined as reason:
                return Enclosure(
                    None, None, None, semantics, digits, "undefined", reason.why, _place(reason.where)
                )
            except Undecided as reason:
                problem = reason
            else:
                if found.infinite:
                    sign = flint.arb.pos_inf() if found.infinite > 0 else flint.arb.neg_inf()
                    return _enclosure(flint.acb(sign, found.value.imag), semantics, digits)
                narrower = best is None or found.value.rad() < best.rad() / 2
                best = found.value if narrower else best
                # Precision does not help a box.
                if not narrower or found.value.rel_accuracy_bits() > digits * 3.33:
                    break
        bits *= 2
    if best is None or not best.is_finite():
        why = problem.why if problem else "the bounds are infinite"
        where = _place(problem.where) if problem else None
        return Enclosure(None, None, None, semantics, digits, "undecided", why, where)
    return _enclosure(best, semantics, digits)


def _place(where: Term | None) -> str | None:
    return None if where is None else to_postfix(where, 60)


def _enclosure(ball: Any, semantics: SemanticsName, digits: int) -> Enclosure:
    return Enclosure(_text(ball.real, digits), _text(ball.imag, digits), ball, semantics, digits)


def _text(ball: Any, digits: int) -> str:
    """A ball as middle and radius, or, if it is wide, by its ends."""
    if ball == load().arb.pos_inf() or ball == load().arb.neg_inf():
        return "+inf" if ball > 0 else "-inf"
    if ball.rad() * 10 <= ball.abs_lower():
        text: str = ball.str(digits)
        return text
    low, high = _outwards(ball)
    return f"[{_rounded(low, -1)}, {_rounded(high, 1)}]" if low or high else "0"


class Balls:
    """Arithmetic on balls with forms, under one semantics; at the precision that flint has at the time."""

    def __init__(self, semantics: SemanticsName = "principal") -> None:
        self.flint = load()
        self.semantics = semantics
        self.forms = Forms()
        self.symbols = 0

    def value(self, term: Term, given: Mapping[str, Any]) -> Ball:
        """The ball of a tree. Raises `Undefined` and `Undecided` with the subtree."""
        balls: dict[int, Ball] = {}
        for item in subtrees(term):
            if item.op is VARIABLE:
                value = given[item.label]
                balls[id(item)] = value if isinstance(value, Ball) else self.given(item.label, value)
                continue
            if item.op is not EML:
                balls[id(item)] = self.rational(Fraction(1))
                continue
            left, right = (balls[id(child)] for child in item.children)
            try:
                balls[id(item)] = self.subtract(self.exp(left), self._ln_below(right, item, balls))
            except (Undecided, Undefined) as reason:
                reason.where = reason.where or item
                raise
        return balls[id(term)]

    def given(self, name: str, value: Any) -> Ball:
        """The ball of an input, exact or not. Raises `UsageProblem`."""
        flint, forms = self.flint, self.forms
        if isinstance(value, str) and (match := _INTERVAL.fullmatch(value)):
            value = (match[1], match[2])
        elif isinstance(value, str) and (match := _SPREAD.fullmatch(value)):
            middle, spread = (_exact_ball(number(part)) for part in match.groups())
            low, high = middle.real - spread.real, middle.real + spread.real
            value = flint.acb(low.union(high), middle.imag)
        if isinstance(value, tuple) and len(value) == 2:
            low, high = (_exact_ball(number(part)) for part in value)
            if not (low.imag == 0 and high.imag == 0 and low.real <= high.real):
                found = f"[{', '.join(str(part).strip() for part in value)}]"
                raise UsageProblem(
                    f"expected an interval [low, high] with low ≤ high for {name}, found {found}"
                )
            value = flint.acb(low.real.union(high.real))
        if isinstance(value, flint.arb | flint.acb):
            ball = flint.acb(value)
            real = bool(ball.imag == 0)
            if real and ball.real < 0:
                return Ball(ball, forms.scaled(forms.symbol(f"-{name}", True, True), -1), True)
            return Ball(ball, forms.symbol(name, real, real and bool(ball.real > 0)), real)
        exact = number(value)
        if exact.parts is None:
            rounded = exact.rounded
            if self.semantics == "extended" and abs(rounded.real) == float("inf") and rounded.imag == 0:
                return Ball(flint.acb(0), None, True, 1 if rounded.real > 0 else -1)
            raise UsageProblem(f"expected a finite number for {name}, found {rounded}")
        return Ball(_exact_ball(exact), forms.of_number(exact.parts), exact.is_real)

    def rational(self, value: Fraction) -> Ball:
        return Ball(self.flint.acb(_fmpq(value)), self.forms.rational(value), True)

    def half_turns(self, count: Fraction) -> Ball:
        """iπ times `count`."""
        imag = self.flint.arb.pi() * _fmpq(count)
        return Ball(self.flint.acb(0, imag), self.forms.half_turns(count), not count)

    def add(self, left: Ball, right: Ball) -> Ball:
        infinite = left.infinite or right.infinite
        if left.infinite and right.infinite and left.infinite != right.infinite:
            raise Undefined("∞ - ∞")
        real = left.real and right.real
        form = None
        if not infinite and left.form is not None and right.form is not None:
            form = self.forms.add(left.form, right.form)
        return self._ball(left.value + right.value, form, real, infinite)

    def subtract(self, left: Ball, right: Ball) -> Ball:
        return self.add(left, self.scale(right, Fraction(-1)))

    def scale(self, ball: Ball, factor: Fraction) -> Ball:
        form = ball.form and self.forms.scaled(ball.form, factor)
        sign = -1 if factor < 0 else 1
        return self._ball(ball.value * _fmpq(factor), form, ball.real, sign * ball.infinite)

    def multiply(self, left: Ball, right: Ball) -> Ball:
        form = None
        if left.form is not None and right.form is not None:
            form = self.forms.product(left.form, right.form)
        return self._ball(left.value * right.value, form, left.real and right.real)

    def invert(self, ball: Ball) -> Ball:
        """1/z. Raises `Undefined` at 0."""
        if ball.form is not None and ball.form.is_zero:
            raise Undefined("1/0")
        return self._ball(1 / ball.value, ball.form and self.forms.inverse(ball.form), ball.real)

    def exp(self, ball: Ball) -> Ball:
        if ball.infinite < 0:
            return self.rational(Fraction(0))
        if ball.infinite:
            if not ball.real:
                if ball.value.imag.contains(0):
                    raise Undecided("whether the imaginary part is 0")
                raise Undefined("exp(∞ + iy) with y ≠ 0")
            return Ball(self.flint.acb(0), None, True, 1)
        return self._ball(ball.value.exp(), ball.form and self.forms.exp(ball.form), ball.real)

    def ln(self, ball: Ball) -> Ball:
        """The principal logarithm. Raises `Undecided` where the ball meets the cut, or 0."""
        flint, forms = self.flint, self.forms
        if ball.infinite > 0:
            return Ball(flint.acb(0), None, True, 1)
        if ball.infinite:
            if not ball.real and ball.value.imag.contains(0):
                raise Undecided("on which side of the cut it lies")
            turn = -1 if not ball.real and ball.value.imag < 0 else 1
            return Ball(self.half_turns(Fraction(turn)).value, None, False, 1)
        if (ball.form is not None and ball.form.is_zero) or ball.value.is_zero():
            if self.semantics != "extended":
                raise Undefined("ln 0")
            return Ball(flint.acb(0), None, True, -1)
        side = self._side(ball)
        form = ball.form and forms.ln(ball.form, side)
        if side == "positive":
            return self._ball(flint.acb(ball.value.real.log()), form, True)
        if side == "negative":
            return self._ball(flint.acb((-ball.value.real).log(), flint.arb.pi()), form, False)
        return self._ball(ball.value.log(), form, False)

    def _side(self, ball: Ball) -> Literal["positive", "negative", "upper", "lower", "off"]:
        real, imag, form = ball.value.real, ball.value.imag, ball.form
        if ball.real:
            if real > 0 or (form is not None and self.forms.positive(form)):
                return "positive"
            if real < 0:
                return "negative"
            raise Undecided("whether it is 0, or its sign")
        if imag > 0 or imag < 0:
            return "upper" if imag > 0 else "lower"
        if real > 0:
            return "off"
        raise Undecided("on which side of the cut it lies")

    def _ln_below(self, ball: Ball, item: Term, balls: Mapping[int, Ball]) -> Ball:
        """The logarithm of a subtree; of eml(z, 1) it is z up to a multiple of 2πi, without rounding."""
        place = item.children[1]
        if place.op is EML and not ball.infinite:
            inner, one = (balls[id(child)] for child in place.children)
            if one.form is self.forms.one and inner.form is not None and not inner.infinite:
                form = self.forms.ln_of_exp(inner.form, self._turns(inner))
                if form is not None:
                    moved = self.forms.add(form, inner.form, -1)
                    turns = None if moved is None else self.forms.half_turns_of(moved)
                    if turns is not None:
                        shift = self.half_turns(turns)
                        return self._ball(inner.value + shift.value, form, inner.real and not turns)
        return self.ln(ball)

    def _turns(self, ball: Ball) -> int | None:
        half_turns = ball.value.imag / self.flint.arb.pi()
        if not half_turns.is_finite() or half_turns.rad() > 1:
            return None
        count = int(((half_turns.mid() - 1) / 2).ceil().unique_fmpz() or 0)
        inside = half_turns > 2 * count - 1 and half_turns < 2 * count + 1
        return count if inside else None

    def _ball(self, value: Any, form: Form | None, real: bool, infinite: int = 0) -> Ball:
        """A ball, sharpened by what the form tells."""
        flint = self.flint
        if infinite:
            return Ball(flint.acb(0, value.imag), None, real, infinite)
        if form is None:
            self.symbols += 1
            form = self.forms.symbol(f"#{self.symbols}", real)
        constant = self.forms.constant(form)
        if constant is not None:
            return self.rational(constant)
        if real or form.real:
            return Ball(flint.acb(value.real), form, True)
        if self.forms.imaginary(form):
            return Ball(flint.acb(0, value.imag), form, False)
        return Ball(value, form, False)


def load() -> Any:
    """The module flint. Raises `UsageProblem` if it is not installed."""
    try:
        import flint
    except ImportError:
        raise UsageProblem("enclosures need python-flint: pip install 'calculus[balls]'") from None
    return flint


@contextmanager
def precision_of(bits: int) -> Iterator[None]:
    """Flint's working precision, which is global, for a while."""
    context = load().ctx
    before = context.prec
    context.prec = bits
    try:
        yield
    finally:
        context.prec = before


def _fmpq(value: Fraction) -> Any:
    return load().fmpq(value.numerator, value.denominator)


def _exact_ball(given: Number) -> Any:
    flint = load()
    if given.parts is None:
        raise UsageProblem(f"expected a finite number, found {given.rounded}")
    units = {"1": flint.arb(1), "pi": flint.arb.pi(), "e": flint.arb.const_e()}
    total = flint.acb(0)
    for unit, pair in given.parts.items():
        total += flint.acb(*(units[unit] * _fmpq(part) if part else flint.arb(0) for part in pair))
    return total


def _outwards(ball: Any) -> tuple[float, float]:
    if ball.is_zero():
        return 0.0, 0.0
    low, high = float(ball.lower()), float(ball.upper())
    return math.nextafter(low, -math.inf), math.nextafter(high, math.inf)


def _rounded(value: float, direction: int) -> str:
    """Six digits, rounded away from the interval."""
    text = f"{value:.6g}"
    if (float(text) - value) * direction < 0:
        step = 10.0 ** (math.floor(math.log10(abs(value))) - 5)
        text = f"{value + direction * step:.6g}"
    return text
