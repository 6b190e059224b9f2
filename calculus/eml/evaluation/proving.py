"""Proofs that a tree and an expression are equal on a box: by exact forms, else as far as enclosures tell.

If no logarithm's branch is left open over the box and both sides have one form, they are equal at each of its
points, on a branch cut as well.
"""

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any, Literal

from calculus.eml.domain import SemanticsName
from calculus.eml.evaluation.balls import Ball, Balls, Undecided, precision_of
from calculus.eml.evaluation.exact import Undefined
from calculus.eml.expressions.node import NUMBER
from calculus.eml.syntax import VARIABLE, subtrees
from calculus.term import Term

_BITS = 128
_ALIKE = 1e-6

Verdict = Literal["proved", "alike", "different", "unknown"]


def on_box(term: Term, expression: Term, box: Mapping[str, Any], semantics: SemanticsName) -> Verdict:
    """What enclosures tell over a box: `box` maps variables to what `enclose` takes.

    `proved`: equal at each point; `alike`: the difference is everywhere below 1e-6 relative to the larger of
    1 and the value; `different`: nowhere equal. Raises `UsageProblem` without python-flint.
    """
    with precision_of(_BITS):
        balls = Balls(semantics)
        return compare(term, expression, {name: balls.given(name, item) for name, item in box.items()}, balls)


def compare(term: Term, expression: Term, given: Mapping[str, Ball], balls: Balls) -> Verdict:
    """What is known of the difference of a tree and an expression."""
    try:
        one, other = balls.value(term, given), expression_ball(expression, given, balls)
    except Undecided:
        return "unknown"
    except Undefined:
        return "different"
    if one.infinite or other.infinite:
        return "proved" if one.infinite == other.infinite else "different"
    if one.form is not None and one.form is other.form:
        return "proved"
    difference = one.value - other.value
    if not difference.is_finite():
        return "unknown"
    if not difference.contains(0):
        return "different"
    size = max(1.0, float(other.value.abs_lower()))
    return "alike" if difference.abs_upper() < _ALIKE * size else "unknown"


def expression_ball(expression: Term, given: Mapping[str, Ball], balls: Balls) -> Ball:
    """The value of an expression. Raises `Undecided`, and `Undefined` at a pole."""
    found: dict[int, Ball] = {}
    functions = _functions(balls)
    for item in subtrees(expression):
        if item.op is NUMBER:
            found[id(item)] = balls.rational(item.label)
        elif item.op is VARIABLE:
            found[id(item)] = given[item.label]
        else:
            found[id(item)] = functions[item.label](*(found[id(child)] for child in item.children))
    return found[id(expression)]


def _functions(balls: Balls) -> Mapping[str, Callable[..., Ball]]:
    add, sub, mul, scale, exp, ln = (
        *(balls.add, balls.subtract, balls.multiply, balls.scale),
        *(balls.exp, balls.ln),
    )
    invert = balls.invert
    one, half = balls.rational(Fraction(1)), Fraction(1, 2)
    unit = exp(balls.half_turns(half))
    opposite = scale(unit, Fraction(-1))

    def is_zero(z: Ball) -> bool:
        return z.form is not None and z.form.is_zero

    def sqrt(z: Ball) -> Ball:
        return z if is_zero(z) else exp(scale(ln(z), half))

    def both(z: Ball) -> tuple[Ball, Ball]:
        return exp(z), exp(scale(z, Fraction(-1)))

    def sinh(z: Ball) -> Ball:
        return scale(sub(*both(z)), half)

    def cosh(z: Ball) -> Ball:
        return scale(add(*both(z)), half)

    def sin(z: Ball) -> Ball:
        return mul(opposite, sinh(mul(unit, z)))

    def cos(z: Ball) -> Ball:
        return cosh(mul(unit, z))

    def divide(a: Ball, b: Ball) -> Ball:
        return mul(a, invert(b))

    def arcsin(z: Ball) -> Ball:
        return mul(opposite, ln(add(mul(unit, z), sqrt(sub(one, mul(z, z))))))

    def artanh(z: Ball) -> Ball:
        return scale(sub(ln(add(one, z)), ln(sub(one, z))), half)

    def power(a: Ball, b: Ball) -> Ball:
        return exp(mul(b, ln(a)))

    return {
        "pi": lambda: mul(opposite, balls.half_turns(Fraction(1))),
        "e": lambda: exp(one),
        "i": lambda: unit,
        "exp": exp,
        "ln": ln,
        "inv": invert,
        "half": lambda z: scale(z, half),
        "minus": lambda z: scale(z, Fraction(-1)),
        "sqrt": sqrt,
        "sqr": lambda z: mul(z, z),
        "sigma": lambda z: invert(add(one, exp(scale(z, Fraction(-1))))),
        "sin": sin,
        "cos": cos,
        "tan": lambda z: divide(sin(z), cos(z)),
        "arcsin": arcsin,
        "arccos": lambda z: sub(scale(mul(opposite, balls.half_turns(Fraction(1))), half), arcsin(z)),
        "arctan": lambda z: mul(opposite, artanh(mul(unit, z))),
        "sinh": sinh,
        "cosh": cosh,
        "tanh": lambda z: divide(sinh(z), cosh(z)),
        "arsinh": lambda z: ln(add(z, sqrt(add(mul(z, z), one)))),
        "arcosh": lambda z: ln(add(z, mul(sqrt(add(z, one)), sqrt(sub(z, one))))),
        "artanh": artanh,
        "add": add,
        "sub": sub,
        "mul": mul,
        "div": divide,
        "log": lambda a, b: divide(ln(b), ln(a)),
        "pow": power,
        "avg": lambda a, b: scale(add(a, b), half),
        "hypot": lambda a, b: sqrt(add(mul(a, a), mul(b, b))),
    }
