"""Expressions made simpler by rules that hold everywhere, or under conditions that are assumed."""

from collections.abc import Iterable
from fractions import Fraction

from calculus.eml.domain import Condition, SemanticsName
from calculus.eml.expressions.node import APPLY, NUMBER, apply, number
from calculus.eml.expressions.normal.assume import algebra_for
from calculus.eml.expressions.normal.present import present
from calculus.eml.expressions.normal.resolve import resolve
from calculus.eml.expressions.normal.translate import NoValue, of_expression
from calculus.eml.syntax import size, subtrees, variables
from calculus.source.diagnostic import UsageProblem
from calculus.term import Term

_MOST_BITS = 4096


def simplify(
    expression: Term, assume: Iterable[Condition] = (), semantics: SemanticsName = "principal"
) -> Term:
    """The expression in the shortest of the forms tried: as it is, with rational numbers computed, and in
    normal form.

    The result has the same value wherever the expression has one and the conditions hold: ln(exp(z)) becomes
    z only if -π < Im z ≤ π follows from them. Raises `NoValue` for an expression without any value, such as
    ln(x - x).
    """
    folded = fold(expression)
    try:
        algebra = algebra_for(assume, semantics, variables(folded))
        found = present(algebra, resolve(algebra, of_expression(algebra, folded).sum))
    except NoValue:
        raise
    except UsageProblem:  # too large
        return folded
    return min(found, folded, key=size)


def fold(expression: Term) -> Term:
    """Operations on rational numbers computed; nothing else is changed."""
    made: dict[int, Term] = {}
    for item in subtrees(expression):
        children = tuple(made[id(child)] for child in item.children)
        found = item
        if item.op is APPLY and children:
            found = apply(item.label, *children)
            if all(child.op is NUMBER for child in children):
                value = _computed(item.label, [child.label for child in children])
                found = found if value is None else number(value)
        made[id(item)] = found
    return made[id(expression)]


def _computed(name: str, values: list[Fraction]) -> Fraction | None:
    first = values[0]
    bits = sum(v.numerator.bit_length() + v.denominator.bit_length() for v in values)
    if bits > _MOST_BITS:
        return None
    match name:
        case "add":
            return first + values[1]
        case "sub":
            return first - values[1]
        case "mul":
            return first * values[1]
        case "div":
            return first / values[1] if values[1] else None
        case "inv":
            return 1 / first if first else None
        case "minus":
            return -first
        case "half":
            return first / 2
        case "sqr":
            return first * first
        case "avg":
            return (first + values[1]) / 2
        case "pow":
            exponent = values[1]
            if exponent.denominator != 1 or (not first and exponent <= 0):
                return None
            return first ** int(exponent) if bits * abs(exponent) <= _MOST_BITS else None
        case _:
            return None
