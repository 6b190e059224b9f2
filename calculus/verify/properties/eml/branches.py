"""The one operator against its definition: exp and the principal logarithm, on the cut and beside it."""

import math
from functools import cache
from typing import Any

from calculus.eml.domain import SemanticsName
from calculus.eml.evaluation.exact import Undefined as NoValue
from calculus.eml.evaluation.exact import context as fresh_context
from calculus.eml.evaluation.exact import evaluate_exact
from calculus.eml.evaluation.ieee import values_ieee
from calculus.eml.evaluation.points import number as read
from calculus.eml.syntax import EML, variables
from calculus.eml.syntax import size as nodes
from calculus.term import Term
from calculus.verify.enumeration.eml import space
from calculus.verify.independent.exponentials import Exact, Unclear, Undefined, context, exactly, operator
from calculus.verify.properties.eml.places import EXACT, ROUNDED, Place, number, shown
from calculus.verify.property import Exhaustive, Property, Tally

DIGITS = 20
ULPS = 8
"""Units in the last place by which two ways to compute one operator may differ."""

EXACTLY: tuple[SemanticsName, ...] = ("principal", "extended")


def _exact(tree: Term, tally: Tally) -> str | None:
    """Whether the exact evaluator gives what mpmath does, at all points."""
    for text in EXACT if variables(tree) else EXACT[:1]:
        place = dict.fromkeys(variables(tree), text)
        for semantics in EXACTLY:
            found, why = _evaluated(tree, place, semantics)
            try:
                expected = exactly(tree, {name: number(value) for name, value in place.items()}, semantics)
            except Unclear:
                tally.count("unclear")
                continue
            except Undefined as reason:
                tally.count("undefined")
                if found is not None:
                    return _told(place, semantics, _shown(found), f"no value ({reason})")
                continue
            tally.count("values")
            if found is None or not _same(found, expected):
                return _told(place, semantics, why if found is None else _shown(found), _text(expected))
    return None


def _evaluated(tree: Term, place: Place, semantics: SemanticsName) -> tuple[Any, str]:
    """What the evaluator gives: a number, or None and why there is none."""
    given = {name: read(text) for name, text in place.items()}
    try:
        outcome = evaluate_exact(tree, given, semantics, DIGITS, _evaluator_context())
    except NoValue as reason:
        return None, f"no value ({reason.why})"
    mp, ball = outcome.mp, outcome.ball
    return (mp.mpc(ball.infinite * mp.inf, ball.center.imag) if ball.infinite else ball.center), ""


@cache
def _evaluator_context() -> Any:
    return fresh_context()


def _same(found: Any, expected: Exact) -> bool:
    mp = context()
    value = mp.mpc(found)
    if expected.infinite:
        close = abs(value.imag - expected.number.imag) <= mp.mpf(10) ** -(DIGITS - 4)
        return bool(value.real == expected.infinite * mp.inf and close)
    return bool(abs(value - expected.number) <= max(1, abs(expected.number)) * mp.mpf(10) ** -(DIGITS - 4))


def _shown(found: Any) -> str:
    return str(context().nstr(found, DIGITS))


def _text(expected: Exact) -> str:
    sign = {1: "+∞, imaginary part ", -1: "-∞, imaginary part "}.get(expected.infinite, "")
    mp = context()
    number = expected.number.imag if expected.infinite else expected.number
    return f"{sign}{mp.nstr(number, DIGITS)}"


def _told(place: Place, semantics: str, found: str, expected: str) -> str:
    return f"at {shown(place)} in {semantics}: evaluator: {found}; by definition: {expected}"


def _rounded(tree: Term, tally: Tally) -> str | None:
    """Whether the evaluator of complex128 gives, of the values of both subtrees, what NumPy does."""
    names = variables(tree)
    for z in ROUNDED if names else ROUNDED[:1]:
        known = values_ieee(tree, dict.fromkeys(names, z))
        if tree.op is not EML:
            continue
        left, right = (known[id(child)] for child in tree.children)
        tally.count("values")
        if (wrong := differs(known[id(tree)], left, right)) is not None:
            place = shown(dict.fromkeys(names, z))
            return f"at {place} in ieee: evaluator: {known[id(tree)]}; NumPy: {wrong}"
    return None


def differs(found: complex, left: complex, right: complex) -> complex | None:
    """What NumPy gives for exp(left) - ln(right), if that is not `found` up to rounding."""
    expected = operator(left, right)
    scale = ULPS * _size(left, right)
    for one, other in ((found.real, expected.real), (found.imag, expected.imag)):
        same = math.isnan(one) == math.isnan(other) and (one == other or not abs(one - other) > scale)
        if not same or math.isinf(one) != math.isinf(other) or (math.isinf(one) and one != other):
            return expected
    return None


def _size(left: complex, right: complex) -> float:
    """A unit in the last place of the larger operand of the difference."""
    sizes = [abs(operator(left, 1 + 0j)), abs(operator(complex(-math.inf), right))]
    return max([size for size in sizes if math.isfinite(size)], default=0.0) * 2.0**-52 + 5e-324


PROPERTIES = (
    Property(
        "branches",
        "eml(x, y) is exp(x) - ln(y), with the principal logarithm: exactly, with ln 0 = -∞ in `extended`, "
        "and in complex128 with the side of the cut that a zero's sign tells",
        "A. Odrzywołek, arXiv 2603.21852; the C standard, Annex G",
        (
            Exhaustive(
                f"every tree of up to {{size}} nodes over 1 and x has, under `principal` and `extended`, the "
                f"value that mpmath gives, wherever its digits tell, at {len(EXACT)} points",
                space,
                _exact,
                size=7,
                unit=15,
                name="exact",
                measure=nodes,
            ),
            Exhaustive(
                f"every tree of up to {{size}} nodes over 1 and x has in complex128, of the values of its "
                f"subtrees, what NumPy gives, at {len(ROUNDED)} points",
                space,
                _rounded,
                size=9,
                unit=400,
                name="complex128",
                measure=nodes,
            ),
        ),
    ),
)
