"""Where trees are tried: on the branch cut and on both sides of it, near 0, and away from everything."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from calculus.verify.generation.choices import pick
from calculus.verify.independent.exponentials import context
from calculus.verify.property import Choose

Place = Mapping[str, str]
"""Numbers as texts, which are read exactly."""

EXACT: tuple[str, ...] = ("-1", "1/2", "2", "0", "-1/3", "i", "-2-1/1000i", "-2+1/1000i", "1-4i", "-3+4i")
"""Numbers of exact arithmetic, the telling ones first."""

ROUNDED: tuple[complex, ...] = (
    *(complex(-1, 0.0), complex(-1, -0.0), complex(0, 0.0), complex(0, -0.0), complex(-0.0, 0.0)),
    *(0.5 + 0j, 2 + 0j, complex(2, -0.0), complex(-2, 1e-300), complex(-2, -1e-300)),
    *(1j, -1j, 1 + 1j, -1 - 1j, 3j, -4j, 1 - 4j, -3 + 4j, 1e-300 + 0j, 300 + 0j, -800 + 0j, 710 + 3j),
    *(complex("inf"), complex("-inf"), complex("nan")),
)
"""Numbers of complex128, signed zeros and infinities among them."""


def number(text: str) -> Any:
    """The number of mpmath that a text of `EXACT` means."""
    from calculus.eml.evaluation.points import number as read

    mp = context()
    parts = read(text).parts or {}
    ((real, imag),) = parts.values()
    return mp.mpc(_fraction(real), _fraction(imag))


def _fraction(value: Fraction) -> Any:
    mp = context()
    return mp.mpf(value.numerator) / value.denominator


def exact_place(choose: Choose, names: list[str]) -> Place:
    """A number for each name."""
    return {name: pick(choose, EXACT) for name in names}


def shown(place: Mapping[str, Any]) -> str:
    """`x = -1, y = i`"""
    return ", ".join(f"{name} = {number_text(value)}" for name, value in place.items()) or "no variables"


def number_text(value: Any) -> str:
    """A number for readers; both parts of one in complex128 on the real axis, whose zeros have signs."""
    if isinstance(value, complex):
        sign = "" if repr(value.imag)[0] == "-" else "+"
        return f"{value.real!r}{sign}{value.imag!r}i"
    return str(value)
