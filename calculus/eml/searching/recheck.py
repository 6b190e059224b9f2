"""Whether a tree that the search met in double precision has the values of its target: at 60 and 240 digits.

The arithmetic is exact but for rounding at the last digits, with the branches of the semantics: under `ieee`
a number on the cut of the logarithm lies on the side on which complex128 computes it. An operand beyond the
last digits of the other one is never accepted, as nothing about it would be checked.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from calculus.eml.domain import SemanticsName
from calculus.eml.evaluation.ieee import values_ieee
from calculus.eml.expressions.values import mpmath
from calculus.eml.syntax import EML, VARIABLE, subtrees
from calculus.term import Term

__all__ = ["Absorbed", "Checked", "exact_value", "recheck"]

DIGITS = (60, 240)
"""The second time, digits must agree that no accident explains."""
SPARE = 20
"""Digits at the end that rounding may have spoilt."""
LOST = 30
"""Digits at the end in which values need not agree."""
LARGEST = 1_000_000
"""Exponentials of larger numbers are not computed."""


class Absorbed(Exception):
    """An operand is lost in rounding."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check came to: `wrong` says why the tree is refused, None if it is right. `finite`: no
    intermediate value was infinite; `error` is that of complex128, relative to the larger of 1 and the value.
    """

    wrong: str | None
    finite: bool = True
    error: float = 0.0


Wanted = tuple[Mapping[str, complex], Callable[[Any], Any]]
"""A point, and what gives the value there at the precision of a context of mpmath."""


def recheck(tree: Term, wanted: Sequence[Wanted], semantics: SemanticsName, allowed: float = 0.0) -> Checked:
    """Compare a tree with wanted values at points.

    `allowed` is the uncertainty of the values, for a target of which only some digits are known.
    """
    finite, error = True, 0.0
    for digits in DIGITS:
        ctx = mpmath().mp.clone()
        ctx.dps = digits
        for point, at in wanted:
            close = values_ieee(tree, point)
            value = at(ctx)
            size = max(1, abs(value))
            try:
                found, infinite = exact_value(tree, point, semantics, ctx, close)
            except Absorbed:
                return Checked("an operand is lost in rounding")
            except ArithmeticError as problem:
                return Checked(str(problem))
            finite = finite and not infinite
            if abs(found - value) > max(allowed, ctx.mpf(10) ** (LOST - digits) * size):
                return Checked(f"another value at {digits} digits")
            if semantics == "ieee":
                off = abs(close[id(tree)] - complex(value))
                if not off <= max(allowed, 1e-9 * float(size)):
                    return Checked("another value in complex128")
                error = max(error, off / float(size))
    return Checked(None, finite, error)


def exact_value(
    tree: Term,
    point: Mapping[str, complex],
    semantics: SemanticsName,
    ctx: Any,
    close: Mapping[int, complex],
) -> tuple[Any, bool]:
    """The value of a tree at the precision of a context of mpmath, and whether an intermediate value is
    infinite; `close` are the values in complex128.

    Raises `Absorbed`, and `ArithmeticError` where there is no value.
    """
    last = ctx.mpf(10) ** (SPARE - ctx.dps)
    infinite = False
    values: dict[int, Any] = {}
    for item in subtrees(tree):
        if item.op is VARIABLE:
            values[id(item)] = ctx.mpc(point[item.label])
            continue
        if item.op is not EML:
            values[id(item)] = ctx.mpc(1)
            continue
        left, right = item.children
        side = close[id(right)].imag
        down = semantics == "ieee" and (side < 0 or (side == 0 and str(side)[0] == "-"))
        value = _difference(
            ctx, _exp(ctx, values[id(left)]), _ln(ctx, values[id(right)], down, last, semantics), last
        )
        if ctx.isinf(value):
            infinite = True
            if semantics == "principal":
                raise ArithmeticError("an infinite value")
        values[id(item)] = value
    return values[id(tree)], infinite


def _exp(ctx: Any, z: Any) -> Any:
    if ctx.isinf(z):
        return ctx.inf if z.real > 0 else ctx.mpc(0)
    if abs(z.real) > LARGEST:
        raise ArithmeticError("an exponential too large to compute")
    value = ctx.exp(z)
    if value == 1 and z != 0:
        raise Absorbed
    return value


def _ln(ctx: Any, z: Any, down: bool, last: Any, semantics: SemanticsName) -> Any:
    if ctx.isinf(z):
        if z.real < 0:
            raise ArithmeticError("the logarithm of -∞")
        return ctx.inf
    if z == 0:
        if semantics == "principal":
            raise ArithmeticError("the logarithm of 0")
        return -ctx.inf
    if z.real < 0 and abs(z.imag) <= last * abs(z.real):
        return ctx.mpc(ctx.ln(-z.real), -ctx.pi if down else ctx.pi)
    return ctx.ln(z)


def _difference(ctx: Any, a: Any, b: Any, last: Any) -> Any:
    if ctx.isinf(a) or ctx.isinf(b):
        if ctx.isinf(a) and ctx.isinf(b) and a == b:
            raise ArithmeticError("the difference of infinities")
        return ctx.inf if (a if ctx.isinf(a) else -b).real > 0 else -ctx.inf
    small, large = sorted((abs(a), abs(b)))
    if 0 < small < last * large:
        raise Absorbed
    value = a - b
    # What is left where exact numbers cancel.
    noise = last * large
    return ctx.mpc(
        0 if abs(value.real) <= noise else value.real, 0 if abs(value.imag) <= noise else value.imag
    )
