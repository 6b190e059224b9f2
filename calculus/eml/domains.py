"""Conditions and domain records: as text, at a point, simplified, and read from assumptions.

text(Domain("ieee", parse_assumption("x > 0, y real")))      # 'x > 0, y real'
"""

import math
from collections.abc import Iterable, Mapping
from itertools import product
from typing import Any

from calculus.eml.assumptions import parse_assumption
from calculus.eml.domain import Condition, Domain, Kind
from calculus.eml.expressions.node import APPLY
from calculus.eml.expressions.printer import text as expression_text
from calculus.eml.expressions.values import value
from calculus.eml.facts import comparison, facts_of, implied
from calculus.eml.syntax import VARIABLE, variables
from calculus.term import Term

__all__ = [
    "condition_text",
    "contains",
    "facts_of",
    "holds",
    "implied",
    "parse_assumption",
    "simplify",
    "text",
    "to_json",
]

EVERYWHERE = "everywhere"

_STRENGTH: tuple[Kind, ...] = (
    *("nonzero", "not_one", "strip", "open_strip", "below"),
    *("off_cut", "right", "real", "nonnegative", "positive"),
)


def text(domain: Domain) -> str:
    """The conditions, `everywhere` without any, and where arguments do not overflow."""
    reals = [c for c in domain.conditions if c.kind == "real" and c.expression.op is VARIABLE]
    parts: list[str] = []
    for condition in domain.conditions:
        if condition not in reals:
            parts.append(condition_text(condition))
        elif condition is reals[0]:
            parts.append(", ".join(item.expression.label for item in reals) + " real")
    described = ", ".join(parts) or EVERYWHERE
    ranges: dict[str, list[str]] = {}
    for name, low, high in domain.ranges:
        ranges.setdefault(name, []).append(_range_text(name, low, high))
    free = ", ".join(" or ".join(texts) for texts in ranges.values())
    return described + (f" (no overflow for {free})" if free else "")


def condition_text(condition: Condition) -> str:
    """One condition, as in `x > 0`, `|Im x| < π` or `x not in (-∞, 0]`."""
    e = condition.expression
    name = expression_text(e)
    bound = "" if condition.bound is None else expression_text(condition.bound).replace("pi", "π")
    part = name if e.op is VARIABLE else f"({name})"
    gap = " " if e.op is VARIABLE else ""
    match condition.kind:
        case "positive":
            return _relation(e, ">", "<")
        case "nonnegative":
            return _relation(e, "≥", "≤")
        case "nonzero":
            return _relation(e, "≠", "≠")
        case "not_one":
            return f"{name} ≠ 1"
        case "real":
            return f"{name} real"
        case "strip":
            return f"-{bound} < Im{gap}{part} ≤ {bound}"
        case "open_strip":
            return f"|Im{gap}{part}| < {bound}"
        case "off_cut":
            return f"{name} not in (-∞, 0]"
        case "right":
            return f"Re{gap}{part} > 0"
        case "below":
            return f"Re{gap}{part} < {bound}"


def _relation(e: Term, relation: str, turned: str) -> str:
    if e.op is APPLY and e.label == "sub":
        left, right = e.children
        if not variables(left):
            return f"{expression_text(right)} {turned} {expression_text(left)}"
        return f"{expression_text(left)} {relation} {expression_text(right)}"
    if e.op is APPLY and e.label == "minus":
        return f"{expression_text(e.children[0])} {turned} 0"
    return f"{expression_text(e)} {relation} 0"


def _range_text(name: str, low: float, high: float) -> str:
    if low == -math.inf:
        return f"{name} < {high:.6g}"
    return f"{name} > {low:.6g}" if high == math.inf else f"{low:.6g} < {name} < {high:.6g}"


def contains(domain: Domain, point: Mapping[str, complex]) -> bool:
    """Whether all conditions hold at a point. Raises `UsageProblem` for a variable that the point lacks."""
    return all(holds(condition, point) for condition in domain.conditions)


def holds(condition: Condition, point: Mapping[str, complex]) -> bool:
    """Whether a condition holds at a point, in complex128 arithmetic."""
    z = value(condition.expression, point)
    if math.isnan(z.real) or math.isnan(z.imag):
        return False
    bound = math.inf if condition.bound is None else value(condition.bound, point).real
    match condition.kind:
        case "real":
            return z.imag == 0
        case "positive":
            return z.imag == 0 and z.real > 0
        case "nonnegative":
            return z.imag == 0 and z.real >= 0
        case "nonzero":
            return z != 0
        case "not_one":
            return z != 1
        case "strip":
            return -bound < z.imag <= bound
        case "open_strip":
            return -bound < z.imag < bound
        case "off_cut":
            return z.imag != 0 or z.real > 0
        case "right":
            return z.real > 0
        case "below":
            return z.real < bound


def to_json(domain: Domain) -> dict[str, Any]:
    """The record as plain data."""
    return {
        "semantics": domain.semantics,
        "text": text(domain),
        "conditions": [condition_text(condition) for condition in domain.conditions],
        "finite": domain.finite,
        "robust": domain.robust,
        "how": domain.how,
        "error": domain.error,
        "no_overflow": [
            {"variable": name, "low": _finite(low), "high": _finite(high)}
            for name, low, high in domain.ranges
        ],
    }


def _finite(x: float) -> float | None:
    return x if math.isfinite(x) else None


def simplify(
    conditions: Iterable[Condition], assumptions: Iterable[Condition] = ()
) -> tuple[Condition, ...] | None:
    """The conditions that do not follow from the others and the assumptions; None if they cannot all hold."""
    assumed = list(assumptions)
    kept: list[Condition] = []
    for condition in dict.fromkeys(conditions):
        if variables_of(condition):
            kept.append(condition)
        elif not holds(condition, {}):
            return None
    if _contradictory(kept + assumed):
        return None
    # The weaker ones are tried first, so that of two that follow from others the telling one stays.
    for condition in sorted(kept, key=lambda item: _STRENGTH.index(item.kind)):
        rest = [other for other in kept if other is not condition]
        if implied(condition, rest + assumed):
            kept = rest
    return tuple(kept)


def variables_of(condition: Condition) -> list[str]:
    """The variables of a condition."""
    return variables(condition.expression)


def _contradictory(conditions: Iterable[Condition]) -> bool:
    """Whether what is said of an expression by comparison with numbers cannot be."""
    compared = [item for item in map(comparison, conditions) if item]
    for low, high in product(compared, compared):
        if low.lower and not high.lower and low.expression == high.expression:
            nothing_between = low.limit == high.limit and (low.strict or high.strict)
            if low.limit > high.limit or nothing_between:
                return True
    return any(item.kind in ("nonzero", "off_cut") and _is_zero(item.expression) for item in conditions)


def _is_zero(e: Term) -> bool:
    return e.op is APPLY and e.label == "sub" and e.children[0] == e.children[1]
