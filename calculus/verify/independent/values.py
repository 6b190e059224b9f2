"""How many values the trees of each size have, by trying all pairs at 40 digits.

What counts as a value is as `calculus.eml.enumerate_trees` says in `filters`: pairs in which one operand is
lost to the rounded digits of the other are left out, and so is what leaves the range of doubles.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any

from calculus.eml.domain import SemanticsName

BITS = 38
"""Binary digits by which values are told apart; what is less than that part of the other operand is lost."""
LARGEST, SMALLEST = 709.78, -708.3
"""The exponential of a number with a real part beyond is left out."""
_ZERO = 1e-30

Value = tuple[Any, ...]
"""The numbers at the probes; ±∞ are those of mpmath."""


@cache
def _context() -> Any:
    import mpmath

    made: Any = mpmath.MPContext()
    made.dps = 40
    return made


def counts(
    leaves: Sequence[Sequence[complex]], most: int, semantics: SemanticsName, real: bool = False
) -> list[int]:
    """The number of new values of trees with 1, 2, … `most` leaves, which have these numbers at probes."""
    mp = _context()
    levels: list[list[Value]] = [[], [tuple(mp.mpc(z) for z in leaf) for leaf in leaves]]
    seen = {_key(mp, value) for value in levels[1]}
    for count in range(2, most + 1):
        new: list[Value] = []
        for left in range(1, count):
            for a in levels[left]:
                for b in levels[count - left]:
                    value = _pair(mp, a, b, semantics, real)
                    if value is not None and (key := _key(mp, value)) not in seen:
                        seen.add(key)
                        new.append(value)
        levels.append(new)
    return [len(level) for level in levels[1:]]


def _key(mp: Any, value: Value) -> tuple[Any, ...]:
    """The numbers, rounded to so many digits of the larger part of each."""
    rounded: list[Any] = []
    for z in value:
        if z == 0 or abs(z.real) == mp.inf:
            rounded.append(str(z.real))
            continue
        last = mp.floor(mp.log(max(abs(z.real), abs(z.imag)), 2)) - BITS
        rounded += [(int(mp.nint(mp.ldexp(part, -int(last)))), int(last)) for part in (z.real, z.imag)]
    return tuple(rounded)


def _pair(mp: Any, a: Value, b: Value, semantics: SemanticsName, real: bool) -> Value | None:
    found = []
    for left, right in zip(a, b, strict=True):
        z = _operator(mp, left, right, semantics)
        if z is None or (real and z.imag != 0):
            return None
        found.append(z)
    return tuple(found)


def _operator(mp: Any, left: Any, right: Any, semantics: SemanticsName) -> Any:
    infinite = mp.inf
    if left.real == -infinite:
        power = mp.mpc(0)
    elif left.real != infinite and not SMALLEST <= left.real <= LARGEST:
        return None
    else:
        power = left if left.real == infinite else mp.exp(left)
    if right == 0:
        if semantics == "principal":
            return None
        logarithm = mp.mpc(-infinite)
    elif right.real == -infinite:
        return None  # ∞ + iπ is not real
    else:
        logarithm = right if right.real == infinite else mp.log(right)
    if infinite in (power.real, abs(logarithm.real)):
        both = power.real == infinite == logarithm.real
        return None if both else mp.mpc(infinite if power.real == infinite else -logarithm.real)
    sizes = sorted(max(abs(z.real), abs(z.imag)) for z in (power, logarithm))
    if 0 < sizes[0] < 2.0**-BITS * sizes[1]:
        return None
    difference = power - logarithm
    parts = [0 if abs(part) < _ZERO * sizes[1] else part for part in (difference.real, difference.imag)]
    return mp.mpc(*parts)
