"""What variables stand for: numbers as users give them, read exactly.

A number is a sum of rational complex multiples of 1, π and e. Text is read as written, so "0.1" is 1/10
and not the nearest float, and keeps the sign of a zero, which tells the edges of a cut apart in complex128.
"""

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from numbers import Complex, Rational
from typing import Any

from calculus.source.diagnostic import Diagnostic, NameProblem, UsageProblem
from calculus.source.integer import read_integer

PI = Fraction("3.14159265358979323846264338327950288419716939937510582097494459230781640628620899")
E = Fraction("2.71828182845904523536028747135266249775724709369995957496696762772407663035354759")
_UNITS = {"1": Fraction(1), "pi": PI, "e": E}
"""For rounding to a float, for which 80 digits are plenty."""

LARGEST_EXPONENT = 10_000
"""Of a decimal; what it means is written out as a fraction."""
MOST_DIGITS = 4_300
"""Of a decimal; as many as Python itself reads."""

_TOKEN = re.compile(
    r"\s*(?:(?P<digits>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(?P<word>pi|π|e|i|j|inf|nan)(?![^\W\d_])"
    r"|(?P<operator>[-+*/]))\s*"
)


@dataclass(frozen=True, slots=True)
class Number:
    """A complex number: exactly, as `parts` of 1, π and e (None if it is infinite or none), and rounded."""

    rounded: complex
    parts: Mapping[str, tuple[Fraction, Fraction]] | None = field(default=None)

    @property
    def is_real(self) -> bool:
        return self.parts is not None and not any(imag for _, imag in self.parts.values())


def number(value: Any) -> Number:
    """A number of Python, mpmath, NumPy, SymPy's rationals, or a text such as "0.5", "1/3", "1+2i", "-pi/2".

    Raises `UsageProblem`.
    """
    match value:
        case Number():
            return value
        case str():
            return _from_text(value)
        case bool():
            raise _no_number(value)
        case int() | Rational():
            return _made({"1": (Fraction(int(value.numerator), int(value.denominator)), Fraction(0))})
        case float() | complex():
            return from_complex(complex(value))
    if hasattr(value, "_mpf_") or hasattr(value, "_mpc_"):
        return _from_mpmath(value)
    if isinstance(value, Complex) or hasattr(value, "__complex__") or hasattr(value, "__float__"):
        try:
            return from_complex(complex(value))
        except (TypeError, ValueError):
            pass
    raise _no_number(value)


def point(at: Mapping[str, Any] | None, needed: Iterable[str]) -> dict[str, Number]:
    """The numbers that the variables stand for. Raises `NameProblem` for those missing, `UsageProblem`."""
    needed = list(needed)
    missing_values(at, needed)
    return {name: number((at or {})[name]) for name in needed}


def missing_values(at: Mapping[str, Any] | None, needed: Iterable[str]) -> None:
    """Raises `NameProblem` if a variable has no value, and `UsageProblem` if `at` is no mapping."""
    if at is not None and not isinstance(at, Mapping):
        raise UsageProblem(f"expected a mapping of names to numbers, found {at!r}")
    missing = [name for name in needed if name not in (at or {})]
    if missing:
        names, what = ", ".join(missing), "values of" if len(missing) > 1 else "a value of"
        hint = " ".join(f"--at {name}=…" for name in missing)
        raise NameProblem(
            Diagnostic("name", f"expected {what} {names}, found none", help=f"the command takes {hint}")
        )


def from_complex(value: complex) -> Number:
    """A complex128, exactly."""
    if not (math.isfinite(value.real) and math.isfinite(value.imag)):
        return Number(value)
    return Number(value, {"1": (Fraction(value.real), Fraction(value.imag))})


def _from_mpmath(value: Any) -> Number:
    real, imag = getattr(value, "_mpc_", None) or (value._mpf_, (0, 0, 0, 0))
    parts = [_fraction(part) for part in (real, imag)]
    if None in parts:
        return Number(complex(value))
    return _made({"1": (parts[0] or Fraction(0), parts[1] or Fraction(0))})


def _fraction(part: tuple[int, int, int, int]) -> Fraction | None:
    sign, mantissa, exponent, _ = part
    if not mantissa and exponent:  # an infinity, or no number
        return None
    size: Fraction = Fraction(int(mantissa)) * Fraction(2) ** int(exponent)
    return -size if sign else size


def _from_text(text: str) -> Number:
    """A sum of terms, each a product of numbers, π, e and i, perhaps divided by numbers."""
    parts: dict[str, tuple[Fraction, Fraction]] = {}
    special: list[float | None] = [None, None]
    for sign, words in _terms(text):
        value, units, turns, limit = Fraction(sign), [], 0, 0.0
        for operator, word in words:
            if word in ("i", "j") and operator == "*":
                turns += 1
            elif word in ("pi", "π", "e") and operator == "*":
                units.append("e" if word == "e" else "pi")
            elif word in ("inf", "nan") and operator == "*":
                limit += float(word)
            elif not word[0].isalpha():
                factor = _decimal(word)
                if operator == "/" and not factor:
                    raise UsageProblem(f"expected a number, found a division by zero in {text!r}")
                value *= factor if operator == "*" else 1 / factor
            else:
                raise _no_number(text)
        if len(units) > 1 or turns > 1:
            raise _no_number(text)
        if limit or (not value and sign < 0):
            special[turns] = sign * limit
        unit = units[0] if units else "1"
        pair = list(parts.get(unit, (Fraction(0), Fraction(0))))
        pair[turns] += value
        parts[unit] = (pair[0], pair[1])
    made = _made(parts)
    rounded = [made.rounded.real, made.rounded.imag]
    for index, item in enumerate(special):
        if item or (item is not None and not rounded[index]):
            rounded[index] = item
    # A zero with a sign is exact; an infinity or NaN, which are true, is not.
    return Number(complex(*rounded), made.parts if not any(special) else None)


def _decimal(word: str) -> Fraction:
    """Digits with or without a point and a power of ten, exactly. Raises `UsageProblem` for too many."""
    digits, _, exponent = word.lower().partition("e")
    whole, _, decimals = digits.partition(".")
    if len(whole + decimals) > MOST_DIGITS:
        count = len(whole + decimals)
        raise UsageProblem(f"expected a number of at most {MOST_DIGITS} digits, found one of {count}")
    # Leading zeros mean nothing; what is longer than the limit without them is larger.
    size = exponent.lstrip("+-").lstrip("0") or "0"
    if len(size) > len(str(LARGEST_EXPONENT)) or int(size) > LARGEST_EXPONENT:
        found = exponent if len(exponent) <= 20 else f"{exponent[:19]}…"
        raise UsageProblem(f"expected a power of ten of at most {LARGEST_EXPONENT}, found {found}")
    power = (-int(size) if exponent.startswith("-") else int(size)) - len(decimals)
    value = read_integer(whole + decimals)
    return Fraction(value * 10**power) if power >= 0 else Fraction(value, 10**-power)


def _terms(text: str) -> Iterator[tuple[int, list[tuple[str, str]]]]:
    """The terms of a sum: their signs, and their factors with the operators before them."""
    compact = text.strip()
    if compact.startswith("(") and compact.endswith(")"):
        compact = compact[1:-1]
    sign, operator, position = 1, "*", 0
    factors: list[tuple[str, str]] = []
    expecting = True  # whether a factor must follow
    while position < len(compact):
        match = _TOKEN.match(compact, position)
        if not match:
            raise _no_number(text)
        position = match.end()
        found = match["operator"]
        if not found:
            if match["digits"] and not expecting:
                raise _no_number(text)
            factors.append((operator, match["digits"] or match["word"]))
            operator, expecting = "*", False
        elif found in "*/" and not expecting:
            operator, expecting = found, True
        elif found in "+-" and (not expecting or not factors) and not (expecting and match.start()):
            if factors:
                yield sign, factors
            sign, factors, expecting = -1 if found == "-" else 1, [], True
        else:
            raise _no_number(text)
    if expecting:
        raise _no_number(text)
    yield sign, factors


def _made(parts: dict[str, tuple[Fraction, Fraction]]) -> Number:
    real, imag = (
        _to_float(sum((pair[index] * _UNITS[unit] for unit, pair in parts.items()), Fraction(0)))
        for index in (0, 1)
    )
    return Number(complex(real, imag), parts)


def _to_float(value: Fraction) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def _no_number(value: Any) -> UsageProblem:
    return UsageProblem(
        Diagnostic(
            "usage",
            f"expected a number, found {value!r}",
            help="numbers are written 0.5, 1/3, -2e-3, 1+2i, pi/2, e, inf or -0",
        )
    )
