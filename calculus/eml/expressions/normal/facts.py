"""What is known of a number: intervals of its real part, imaginary part and angle.

The angle is that of the principal logarithm, in (-π, π]. In the semantics `ieee` the two sides of the
negative real axis have the angles π and -π, and which of them a rounded value has is not known.
"""

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from calculus.eml.expressions.normal.interval import (
    ANY,
    NEGATIVE,
    NOT_NEGATIVE,
    NOT_POSITIVE,
    POSITIVE,
    ZERO,
    Interval,
    angles,
    exactly,
)

HALF = Fraction(1, 2)
PRINCIPAL = angles(-1, 1, True)
ROUNDED = angles(-1, 1)
INNER = angles(-1, 1, True, True)


@dataclass(frozen=True, slots=True)
class Facts:
    """`nonzero` and `off_cut` (not a real number ≤ 0) say that it is proved."""

    re: Interval = ANY
    im: Interval = ANY
    arg: Interval = ANY
    nonzero: bool = False
    off_cut: bool = False

    @property
    def real(self) -> bool:
        return self.im.is_zero

    @property
    def positive(self) -> bool:
        return self.real and self.re.is_positive

    def __and__(self, other: "Facts") -> "Facts":
        return Facts(
            self.re & other.re,
            self.im & other.im,
            self.arg & other.arg,
            self.nonzero or other.nonzero,
            self.off_cut or other.off_cut,
        )


@lru_cache(maxsize=10_000)
def completed(facts: Facts, exact: bool) -> Facts:
    """The facts with what follows from each of them; `exact` says that no value is rounded."""
    re, im, arg = facts.re, facts.im, facts.arg & (PRINCIPAL if exact else ROUNDED)
    off_cut = facts.off_cut or im.excludes_zero or re.is_positive
    if facts.nonzero and facts.arg <= INNER:
        off_cut = True
    arg = arg & _angle(re, im, exact)
    if off_cut:
        arg = arg & INNER
    nonzero = facts.nonzero or off_cut or re.excludes_zero
    if arg == ZERO:
        im = ZERO
        re = re & NOT_NEGATIVE
    elif arg <= angles(0, 1):
        im = im & NOT_NEGATIVE
    elif arg <= angles(-1, 0):
        im = im & NOT_POSITIVE
    if arg <= angles(-HALF, HALF):
        re = re & NOT_NEGATIVE
    if nonzero:
        re, im = _strict(re, im, arg)
    # Whoever looks for these looks for the very objects first.
    re, im = (ZERO if part.is_zero else ANY if part == ANY else part for part in (re, im))
    return Facts(re, im, arg, nonzero, off_cut)


def _strict(re: Interval, im: Interval, arg: Interval) -> tuple[Interval, Interval]:
    if arg <= angles(-HALF, HALF, True, True):
        re = re & POSITIVE
    if arg <= angles(0, 1, True, True):
        im = im & POSITIVE
    if arg <= angles(-1, 0, True, True):
        im = im & NEGATIVE
    if arg == exactly(0, 1):
        im, re = ZERO, re & NEGATIVE
    return re, im


def _angle(re: Interval, im: Interval, exact: bool) -> Interval:
    """The angles of nonzero numbers with such parts."""
    found = PRINCIPAL if exact else ROUNDED
    if im.is_zero:
        if re <= NOT_NEGATIVE:
            return ZERO
        if exact:
            return exactly(0, 1) if re <= NOT_POSITIVE else angles(0, 1)
        return found
    if im.is_positive:
        found = angles(0, 1, True, True)
    elif im.is_negative:
        found = angles(-1, 0, True, True)
    elif im <= NOT_NEGATIVE and exact:
        found = angles(0, 1)
    if re.is_positive:
        found = found & angles(-HALF, HALF, True, True)
    elif re <= NOT_NEGATIVE:
        found = found & angles(-HALF, HALF)
    return found
