"""Intervals that enclose real numbers with certainty; their ends are rational numbers plus rational multiples
of π, so that what is said of angles is exact.

Exponentials and logarithms of ends are computed by `decimal`, whose results are correctly rounded, and then
rounded outwards.
"""

from dataclasses import dataclass
from decimal import Context, Decimal, DecimalException
from fractions import Fraction

_DIGITS = 40
_CONTEXT = Context(prec=_DIGITS, Emax=10**9, Emin=-(10**9))
_PI_DIGITS = "3.1415926535897932384626433832795028841971693993751058209749445923078164062862089986280348"
_PI_LOW = Fraction(_PI_DIGITS)
_PI_HIGH = _PI_LOW + Fraction(1, 10 ** (len(_PI_DIGITS) - 2))
_LARGE = 1000
"""The exponential of a larger number is only known to be larger than that of this one."""


@dataclass(frozen=True, slots=True)
class Bound:
    """The number `rational` + `turns`·π."""

    rational: Fraction = Fraction(0)
    turns: Fraction = Fraction(0)

    def __add__(self, other: "Bound") -> "Bound":
        return Bound(self.rational + other.rational, self.turns + other.turns)

    def scaled(self, factor: Fraction) -> "Bound":
        return Bound(self.rational * factor, self.turns * factor)

    def low(self) -> Fraction:
        return self.rational + self.turns * (_PI_LOW if self.turns > 0 else _PI_HIGH)

    def high(self) -> Fraction:
        return self.rational + self.turns * (_PI_HIGH if self.turns > 0 else _PI_LOW)

    def sign(self) -> int | None:
        """-1, 0 or 1; None if π would have to be known better."""
        if not self.turns:
            return (self.rational > 0) - (self.rational < 0)
        return 1 if self.low() > 0 else -1 if self.high() < 0 else None


_ZERO = Bound()


@dataclass(frozen=True, slots=True)
class Interval:
    """The numbers between two ends; None is an infinite end. An `open` end is not among them."""

    low: Bound | None = None
    high: Bound | None = None
    low_open: bool = False
    high_open: bool = False

    def __add__(self, other: "Interval") -> "Interval":
        if self is ZERO or other is ANY:
            return other
        if other is ZERO or self is ANY:
            return self
        low = None if self.low is None or other.low is None else self.low + other.low
        high = None if self.high is None or other.high is None else self.high + other.high
        return Interval(low, high, self.low_open or other.low_open, self.high_open or other.high_open)

    def scaled(self, factor: Fraction) -> "Interval":
        if not factor:
            return ZERO
        if factor == 1 or self is ZERO or self is ANY:
            return self
        low = None if self.low is None else self.low.scaled(factor)
        high = None if self.high is None else self.high.scaled(factor)
        if factor > 0:
            return Interval(low, high, self.low_open, self.high_open)
        return Interval(high, low, self.high_open, self.low_open)

    def __and__(self, other: "Interval") -> "Interval":
        if self is other or other is ANY:
            return self
        if self is ANY:
            return other
        low, low_open = _stricter(self.low, self.low_open, other.low, other.low_open, 1)
        high, high_open = _stricter(self.high, self.high_open, other.high, other.high_open, -1)
        return Interval(low, high, low_open, high_open)

    def __le__(self, other: "Interval") -> bool:
        """Whether it is certain that all its numbers are in another interval."""
        return self is other or (
            _inside(self.low, self.low_open, other.low, other.low_open, 1)
            and _inside(self.high, self.high_open, other.high, other.high_open, -1)
        )

    @property
    def is_zero(self) -> bool:
        return self is ZERO or self.low == _ZERO == self.high

    @property
    def is_positive(self) -> bool:
        return self <= POSITIVE

    @property
    def is_negative(self) -> bool:
        return self <= NEGATIVE

    @property
    def excludes_zero(self) -> bool:
        return self.is_positive or self.is_negative

    def __mul__(self, other: "Interval") -> "Interval":
        if self.is_zero or other.is_zero:
            return ZERO
        ends = [
            _product(mine, other_end)
            for mine in (_end(self, False), _end(self, True))
            for other_end in (_end(other, False), _end(other, True))
        ]
        # An infinite end has its sign in the place of a number.
        low = min(ends, key=_order)
        high = max(ends, key=_order)
        found = Interval(
            None if isinstance(low, str) else Bound(_rounded(low, False)),
            None if isinstance(high, str) else Bound(_rounded(high, True)),
        )
        if self.excludes_zero and other.excludes_zero:
            same = self.is_positive == other.is_positive
            return found & (POSITIVE if same else NEGATIVE)
        return found

    def inverse(self) -> "Interval":
        """Of 1/x for its numbers x."""
        if not self.excludes_zero:
            return ANY
        if self.is_negative:
            return self.scaled(Fraction(-1)).inverse().scaled(Fraction(-1))
        low = Fraction(0) if self.high is None else _rounded(1 / self.high.high(), False)
        high = None if self.low is None or self.low.low() <= 0 else _rounded(1 / self.low.low(), True)
        exact = self.low == self.high and self.low is not None and not self.low.turns
        return Interval(Bound(low), None if high is None else Bound(high)) & (ANY if exact else POSITIVE)

    def exp(self) -> "Interval":
        low = (_exp(self.low, False) if self.low is not None else None) or Fraction(0)
        high = _exp(self.high, True) if self.high is not None else None
        low_open = self.low_open or low == 0
        return Interval(Bound(low), None if high is None else Bound(high), low_open, self.high_open)

    def ln(self) -> "Interval":
        """Of its numbers, all of which are positive."""
        low = None if self.low is None or self.low.low() <= 0 else _ln(self.low.low(), False)
        high = None if self.high is None or self.high.high() <= 0 else _ln(self.high.high(), True)
        return Interval(
            None if low is None else Bound(low),
            None if high is None else Bound(high),
            self.low_open,
            self.high_open,
        )


ANY = Interval()
ZERO = Interval(_ZERO, _ZERO)
POSITIVE = Interval(_ZERO, None, True)
NEGATIVE = Interval(None, _ZERO, False, True)
NOT_NEGATIVE = Interval(_ZERO, None)
NOT_POSITIVE = Interval(None, _ZERO)


def exactly(rational: Fraction | int = 0, turns: Fraction | int = 0) -> Interval:
    """The number `rational` + `turns`·π alone."""
    bound = Bound(Fraction(rational), Fraction(turns))
    return Interval(bound, bound)


def angles(
    low: Fraction | int, high: Fraction | int, low_open: bool = False, high_open: bool = False
) -> Interval:
    """Between two multiples of π."""
    return Interval(
        Bound(Fraction(0), Fraction(low)), Bound(Fraction(0), Fraction(high)), low_open, high_open
    )


def _comparison(a: Bound, b: Bound) -> int | None:
    """The sign of a - b; None if π would have to be known better."""
    if a.turns == b.turns:
        return (a.rational > b.rational) - (a.rational < b.rational)
    return Bound(a.rational - b.rational, a.turns - b.turns).sign()


def _stricter(
    a: Bound | None, a_open: bool, b: Bound | None, b_open: bool, side: int
) -> tuple[Bound | None, bool]:
    """The stricter of two lower ends (`side` 1) or upper ends (-1)."""
    if a is None or b is None:
        return (b, b_open) if a is None else (a, a_open)
    sign = _comparison(a, b)
    if sign == 0:
        return a, a_open or b_open
    return (a, a_open) if sign == side else (b, b_open)


def _inside(a: Bound | None, a_open: bool, b: Bound | None, b_open: bool, side: int) -> bool:
    """Whether the end a allows no more than the end b."""
    if b is None:
        return True
    if a is None:
        return False
    sign = _comparison(a, b)
    return (a_open or not b_open) if sign == 0 else sign == side


_End = Fraction | str


def _end(interval: Interval, high: bool) -> _End:
    bound = interval.high if high else interval.low
    if bound is None:
        return "+" if high else "-"
    return bound.high() if high else bound.low()


def _product(a: _End, b: _End) -> _End:
    if isinstance(a, str) or isinstance(b, str):
        signs = [_sign(a), _sign(b)]
        sign = signs[0] * signs[1]
        return Fraction(0) if not sign else "+" if sign > 0 else "-"
    return a * b


def _sign(end: _End) -> int:
    if isinstance(end, str):
        return 1 if end == "+" else -1
    return (end > 0) - (end < 0)


def _order(end: _End) -> tuple[int, Fraction]:
    return (_sign(end), Fraction(0)) if isinstance(end, str) else (0, end)


def _decimal(value: Fraction, up: bool) -> Decimal:
    """Within one unit in the last place, on the side asked for."""
    quotient = _CONTEXT.divide(Decimal(value.numerator), Decimal(value.denominator))
    if Fraction(quotient) == value:
        return quotient
    return quotient.next_plus(_CONTEXT) if up else quotient.next_minus(_CONTEXT)


def _rounded(value: Fraction, up: bool) -> Fraction:
    if value.numerator.bit_length() + value.denominator.bit_length() < 8 * _DIGITS:
        return value
    return Fraction(_decimal(value, up))


def _exp(bound: Bound, up: bool) -> Fraction | None:
    value = bound.high() if up else bound.low()
    if value == 0:
        return Fraction(1)
    if value > _LARGE:
        if up:
            return None
        value = Fraction(_LARGE)
    if value < -_LARGE:
        if not up:
            return Fraction(0)
        value = Fraction(-_LARGE)
    found = _CONTEXT.exp(_decimal(value, up))
    return Fraction(found.next_plus(_CONTEXT) if up else found.next_minus(_CONTEXT))


def _ln(value: Fraction, up: bool) -> Fraction | None:
    if value == 1:
        return Fraction(0)
    try:
        found = _CONTEXT.ln(_decimal(value, up))
    except DecimalException:
        return None
    return Fraction(found.next_plus(_CONTEXT) if up else found.next_minus(_CONTEXT))
