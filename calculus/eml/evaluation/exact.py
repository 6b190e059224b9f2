"""Trees evaluated exactly, in the semantics `principal` and `extended`, to any precision.

Each subtree has a ball (a number of mpmath with a bound of its error), and, as long as it is small, an
exact form. Whether a number is 0, and on which side of the branch cut it lies, is decided by the form where
it tells; else by the ball, at growing precision. What is still within its error of 0 at the greatest
precision is *taken* as exactly 0, and a note says so, with the digits that were seen.

In `extended`, ln 0 = -∞ and exp(-∞) = 0; a value may be ±∞ + iy with a finite y. What has no value (∞ - ∞,
exp(∞ + iy) for y ≠ 0) is undefined, as is ln 0 in `principal`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from calculus.eml.domain import SemanticsName
from calculus.eml.evaluation.forms import Form, Forms
from calculus.eml.evaluation.points import Number
from calculus.eml.syntax import EML, VARIABLE, subtrees
from calculus.source.diagnostic import UsageProblem
from calculus.term import Term

_GUARD = 30
"""Bits beyond those asked for."""
_LARGEST = 100_000
"""The exponential of a number with more bits than this is not computed."""


@dataclass(frozen=True, slots=True)
class Ball:
    """A number and a bound of its error. A `real` one has an imaginary part that is exactly 0, an
    `imaginary` one such a real part.

    `infinite` is the sign of an infinite real part, of which `center` holds the imaginary part alone.
    """

    center: Any
    radius: Any
    form: Form | None
    real: bool
    infinite: int = 0
    imaginary: bool = False

    @property
    def is_zero(self) -> bool:
        return not self.infinite and not self.radius and not self.center


class Undefined(Exception):
    """A subtree without value: which, and why."""

    def __init__(self, why: str, where: Term | None = None) -> None:
        super().__init__(why)
        self.why, self.where = why, where


class TooLarge(Undefined):
    """A number that is too large to be computed with."""


class _Undecided(Exception):
    """The precision does not tell whether a number is 0."""


def context() -> Any:
    """A fresh context of mpmath. Raises `UsageProblem` if it is not installed."""
    try:
        import mpmath
    except ImportError:
        raise UsageProblem("exact evaluation needs mpmath: pip install 'calculus[eml]'") from None
    return mpmath.MPContext()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What exact evaluation found: the ball of the root, the notes, the context of the numbers, and whether
    there were infinite values on the way."""

    ball: Ball
    notes: tuple[str, ...]
    mp: Any
    infinities: bool


def evaluate_exact(
    term: Term, at: Mapping[str, Number], semantics: SemanticsName, digits: int, mp: Any = None
) -> Outcome:
    """The value of a tree, with an error below 10^-digits of it.

    `mp` is the context to compute in, by default a fresh one. Twice the digits, and 100 at least, decide
    whether a number is 0. Raises `Undefined`.
    """
    run = Evaluation(term, at, semantics, mp or context())
    most = max(2 * digits, 100)
    limit = int((most + 10) * 3.33) + _GUARD
    bits = int(digits * 3.33) + _GUARD
    # Mostly nothing has to be seen exactly, and forms would cost more than all the rest.
    ball = run.attempt(bits, None, plain=True)
    while ball is None or not run.accurate(ball, digits, None):
        last = bits >= limit
        ball = run.attempt(bits, most if last else None)
        if ball is not None and run.accurate(ball, digits, most if last else None):
            break
        bits = min(2 * bits, limit) if bits < limit else 2 * bits
        if bits > 64 * limit:
            raise TooLarge(f"cancellation leaves no digit at {bits} bits", term)
    infinities = any(item.infinite for item in run.balls.values())
    return Outcome(run.settled(ball, most), tuple(run.notes.values()), run.mp, infinities)


class Evaluation:
    """One tree at one point: passes over the distinct subtrees, each at a greater precision."""

    def __init__(self, term: Term, at: Mapping[str, Number], semantics: SemanticsName, mp: Any) -> None:
        self.mp = mp
        self.term, self.at, self.semantics = term, at, semantics
        self.order = list(subtrees(term))
        self.notes: dict[tuple[int, str], str] = {}
        self.taken: set[tuple[int, str]] = set()
        """The decisions that no precision made: subtrees (by id) taken as `zero` or `real`."""
        self.most: int | None = None

    def attempt(self, bits: int, most: int | None, plain: bool = False) -> Ball | None:
        """A pass at a precision; with `most`, what is 0 to that many digits is taken as 0. A `plain` pass has
        no forms, and decides nothing that balls alone do not tell.
        """
        mp = self.mp
        mp.prec = bits
        self.unit = mp.ldexp(1, 4 - bits)
        self.forms = Forms()
        self.balls: dict[int, Ball] = {}
        self.most = most
        self.plain = plain
        try:
            for item in self.order:
                self.balls[id(item)] = self._value(item)
        except _Undecided:
            return None
        return self.balls[id(self.term)]

    def accurate(self, ball: Ball, digits: int, most: int | None) -> bool:
        """Whether both parts are known to enough digits, or are 0 as far as can be seen."""
        mp = self.mp
        if ball.infinite or not ball.radius:
            return True
        parts = [] if ball.imaginary else [mp.re(ball.center)]
        parts += [] if ball.real else [mp.im(ball.center)]
        bound = ball.radius * mp.mpf(10) ** digits
        tiny = mp.mpf(10) ** -most if most else 0
        return all(abs(part) > bound or (abs(part) <= 4 * ball.radius <= tiny) for part in parts)

    def settled(self, ball: Ball, most: int) -> Ball:
        """The root's ball, with a part that cannot be told from 0 taken as 0."""
        mp = self.mp
        if ball.infinite or not ball.radius:
            return ball
        real, imag = mp.re(ball.center), mp.im(ball.center)
        for name, part in (("real", real), ("imaginary", imag)):
            known = (name == "imaginary" and ball.real) or (name == "real" and ball.imaginary)
            if abs(part) <= 4 * ball.radius and not known:
                self._note(self.term, name, f"the {name} part is 0 to {most} digits, and taken as 0")
                real, imag = (mp.mpf(0), imag) if name == "real" else (real, mp.mpf(0))
        return replace(ball, center=mp.mpc(real, imag))

    # Subtrees.

    def _value(self, item: Term) -> Ball:
        if item.op is VARIABLE:
            return self._given(item.label)
        if item.op is not EML:
            return self._exactly(Fraction(1))
        left, right = (self.balls[id(child)] for child in item.children)
        power = self._exp(left, item)
        logarithm = self._ln(right, item)
        return self._difference(power, logarithm, item)

    def _given(self, name: str) -> Ball:
        given = self.at[name]
        mp, forms = self.mp, self.forms
        if given.parts is None:
            real, imag = given.rounded.real, given.rounded.imag
            if self.semantics == "extended" and abs(real) == float("inf") and abs(imag) < float("inf"):
                return Ball(mp.mpc(0, imag), mp.mpf(0), None, imag == 0, 1 if real > 0 else -1)
            raise UsageProblem(f"expected a finite number for {name}, found {given.rounded}")
        scales = {"1": mp.mpf(1), "pi": +mp.pi, "e": +mp.e}
        center = mp.mpc(0)
        for unit, pair in given.parts.items():
            center += mp.mpc(*(mp.mpf(p.numerator) / p.denominator for p in pair)) * scales[unit]
        exact = given.parts.keys() <= {"1"} and all(
            p.denominator & (p.denominator - 1) == 0 and p.numerator.bit_length() < mp.prec
            for p in given.parts.get("1", ())
        )
        radius = mp.mpf(0) if exact else self.unit * abs(center)
        form = None if self.plain else forms.of_number(given.parts)
        return self._ball(center, radius, form, given.is_real)

    def _exactly(self, value: Fraction) -> Ball:
        mp = self.mp
        center = mp.mpf(value.numerator) / value.denominator
        radius = mp.mpf(0) if value.denominator == 1 else self.unit * abs(center)
        return Ball(mp.mpc(center), radius, None if self.plain else self.forms.rational(value), True)

    def _ball(self, center: Any, radius: Any, form: Form | None, real: bool) -> Ball:
        """A ball, sharpened by what the form tells."""
        mp = self.mp
        if form is not None:
            constant = self.forms.constant(form)
            if constant is not None and (constant.denominator == 1 or radius):
                return self._exactly(constant)
            real = real or form.real
        if real:
            return Ball(mp.mpc(mp.re(center), 0), radius, form, True)
        if form is not None and self.forms.imaginary(form):
            return Ball(mp.mpc(0, mp.im(center)), radius, form, False, imaginary=True)
        return Ball(center, radius, form, False)

    def _exp(self, ball: Ball, item: Term) -> Ball:
        mp, forms = self.mp, self.forms
        if ball.infinite < 0:
            return self._exactly(Fraction(0))
        if ball.infinite:
            if not ball.real and not self._is_real(ball, item.children[0]):
                raise Undefined("exp(∞ + iy) with y ≠ 0", item)
            return Ball(mp.mpc(0), mp.mpf(0), None, True, 1)
        if ball.center and max(mp.mag(mp.re(ball.center)), mp.mag(mp.im(ball.center))) > _LARGEST:
            raise TooLarge(f"exp of a number beyond 2^{_LARGEST}", item)
        if ball.is_zero:
            return self._exactly(Fraction(1))
        if ball.radius > 1:
            raise _Undecided
        center = mp.mpc(mp.exp(mp.re(ball.center))) if ball.real else mp.exp(ball.center)
        radius = abs(center) * (ball.radius * (1 + ball.radius) + self.unit)
        return self._ball(center, radius, ball.form and forms.exp(ball.form), ball.real)

    def _ln(self, ball: Ball, item: Term) -> Ball:
        mp = self.mp
        place = item.children[1]
        if ball.infinite > 0:
            return Ball(mp.mpc(0), mp.mpf(0), None, True, 1)
        if ball.infinite:
            upper = ball.real or self._side(ball, place) >= 0
            return Ball(mp.mpc(0, mp.pi if upper else -mp.pi), self.unit, None, False, 1)
        if self._is_zero(ball, place):
            if self.semantics == "principal":
                raise Undefined("ln 0", item)
            return Ball(mp.mpc(0), mp.mpf(0), None, True, -1)
        size = abs(ball.center)
        if ball.center == 1 and not ball.radius:
            return self._exactly(Fraction(0))
        real = ball.real or (mp.re(ball.center) <= ball.radius and self._is_real(ball, place))
        positive = mp.re(ball.center) > 0
        center = mp.log(mp.mpc(mp.re(ball.center), 0) if real else ball.center)
        radius = ball.radius / (size - ball.radius) + self.unit * (1 + abs(center))
        form = self._ln_form(ball, place, real, positive)
        return self._ball(center, radius, form, real and positive)

    def _ln_form(self, ball: Ball, place: Term, real: bool, positive: bool) -> Form | None:
        forms, imag = self.forms, self.mp.im(ball.center)
        if self.plain:
            return None
        if not real and place.op is EML:
            inner, one = (self.balls[id(child)] for child in place.children)
            if one.form is forms.one and inner.form is not None and not inner.infinite:
                return forms.ln_of_exp(inner.form, self._turns(inner))
        if ball.form is None:
            return None
        if real:
            return forms.ln(ball.form, "positive" if positive else "negative")
        if abs(imag) <= ball.radius:
            return forms.ln(ball.form, "off")
        return forms.ln(ball.form, "upper" if imag > 0 else "lower")

    def _turns(self, ball: Ball) -> int | None:
        """By how many times 2πi a number and the logarithm of its exponential differ; None if unclear."""
        mp = self.mp
        half_turns = mp.im(ball.center) / mp.pi
        count = int(mp.ceil((half_turns - 1) / 2))
        margin = min(half_turns - (2 * count - 1), (2 * count + 1) - half_turns)
        return count if margin > ball.radius + self.unit * (1 + abs(half_turns)) else None

    def _difference(self, power: Ball, logarithm: Ball, item: Term) -> Ball:
        mp = self.mp
        infinite = power.infinite or -logarithm.infinite
        if power.infinite and logarithm.infinite and power.infinite == logarithm.infinite:
            raise Undefined("∞ - ∞", item)
        real = power.real and logarithm.real
        center = power.center - logarithm.center
        radius = power.radius + logarithm.radius
        if infinite:
            return Ball(mp.mpc(0, mp.im(center)), radius, None, real, infinite)
        # An exact sum has no error, so that e.g. 1 - 0 stays exact.
        if logarithm.center and power.center:
            radius += self.unit * (abs(power.center) + abs(logarithm.center))
        form = None
        if power.form is not None and logarithm.form is not None:
            form = self.forms.add(power.form, logarithm.form, -1)
        if (id(item), "zero") in self.taken:
            return self._exactly(Fraction(0))
        real = real or (id(item), "real") in self.taken
        if form is None and not self.plain:
            form = self.forms.symbol(f"#{id(item)}", real)
        return self._ball(center, radius, form, real)

    # Decisions.

    def _is_zero(self, ball: Ball, place: Term) -> bool:
        if ball.is_zero:
            return True
        if abs(ball.center) > 2 * ball.radius:
            return False
        return self._take(place, "zero", ball, "its value")

    def _is_real(self, ball: Ball, place: Term) -> bool:
        """Whether the imaginary part is 0."""
        if ball.real:
            return True
        if abs(self.mp.im(ball.center)) > ball.radius:
            return False
        return self._take(place, "real", ball, "its imaginary part")

    def _side(self, ball: Ball, place: Term) -> int:
        """The sign of the imaginary part."""
        return 0 if self._is_real(ball, place) else (1 if self.mp.im(ball.center) > 0 else -1)

    def _take(self, place: Term, what: str, ball: Ball, name: str) -> bool:
        if self.most is None or ball.radius > self.mp.mpf(10) ** -self.most:
            raise _Undecided
        self.taken.add((id(place), what))
        self._note(place, what, f"{name} is 0 to {self.most} digits, and taken as 0")
        return True

    def _note(self, place: Term, what: str, text: str) -> None:
        from calculus.eml.postfix import to_postfix

        where = "" if place is self.term else f"at {to_postfix(place, 60)}: "
        self.notes[id(place), what] = where + text
