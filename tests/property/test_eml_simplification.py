"""Simplified expressions have the values of the expressions, at points on and off the branch cuts.

At points where rounding would decide on which side of a cut an intermediate value lies, nothing is compared.
"""

import random
from fractions import Fraction
from typing import Any

import mpmath
import pytest

from calculus.eml.expressions.node import ARITY, apply, number, variable
from calculus.eml.expressions.normal.algebra import Algebra
from calculus.eml.expressions.normal.assume import algebra_for
from calculus.eml.expressions.normal.present import present
from calculus.eml.expressions.normal.resolve import resolve
from calculus.eml.expressions.normal.translate import of_expression
from calculus.eml.expressions.printer import text
from calculus.eml.expressions.values import value_mp
from calculus.eml.syntax import subtrees
from calculus.source.diagnostic import UsageProblem
from calculus.term import Term

MP: Any = mpmath.MPContext()
MP.dps = 40
FUNCTIONS = [name for name, arity in ARITY.items() if arity]
ARITHMETIC = ["add", "sub", "mul", "div", "pow", "minus"]
SPECIAL = [-2, -1, "0.5", 2, 0, 1, 1j, -1j, 2j, -2j]


def random_expression(source: random.Random, depth: int) -> Term:
    if depth == 0 or source.random() < 0.15:
        return source.choice(
            [
                number(Fraction(source.randint(-3, 3), source.choice([1, 1, 2, 3]))),
                variable("x"),
                variable("y"),
                apply(source.choice(["pi", "e", "i"])),
            ]
        )
    name = source.choice(FUNCTIONS if source.random() < 0.6 else ARITHMETIC)
    return apply(name, *[random_expression(source, depth - 1) for _ in range(ARITY[name])])


def is_doubtful(expression: Term, at: dict[str, Any]) -> bool:
    for item in subtrees(expression):
        z = value_mp(item, at, MP)
        if not MP.isfinite(z) or abs(z) > 1e30:
            return True
        for near in (z, 1 - z, 1 + z, 1 - z * z, 1 + z * z, 1 + 1j * z, 1 - 1j * z):
            tiny = abs(near) * MP.mpf(10) ** -25
            if 0 < abs(near) < 1e-25 or 0 < abs(near.imag) < tiny or 0 < abs(near.real) < tiny:
                return True
    return False


def wrong(source: random.Random, count: int) -> tuple[list[str], int]:
    problems: list[str] = []
    compared = 0
    for _ in range(count):
        expression = random_expression(source, source.randint(1, 3))
        try:
            # Normal forms themselves: `simplify` keeps the expression where the normal form is longer.
            algebra = algebra_for((), "principal", ["x", "y"])
            found = present(algebra, resolve(algebra, of_expression(algebra, expression).sum))
        except UsageProblem:
            continue
        for _ in range(4):
            special = source.random() < 0.6
            at = {
                name: MP.mpc(source.choice(SPECIAL))
                if special
                else MP.mpc(source.gauss(0, 2), source.gauss(0, 4))
                for name in "xy"
            }
            if is_doubtful(expression, at) or is_doubtful(found, at):
                continue
            compared += 1
            expected = value_mp(expression, at, MP)
            if not abs(value_mp(found, at, MP) - expected) <= MP.mpf(10) ** -15 * max(1, abs(expected)):
                problems.append(f"{text(expression)} is not {text(found)} at {at}")
                break
    return problems, compared


def test_normal_forms_keep_the_values() -> None:
    problems, compared = wrong(random.Random(1), 150)
    assert problems == []
    assert compared > 200


@pytest.mark.long
def test_normal_forms_of_many_expressions() -> None:
    problems, _ = wrong(random.Random(2), 5000)
    assert problems == []


def test_a_seeded_bug_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Algebra, "in_strip", lambda self, item: True)
    problems, _ = wrong(random.Random(1), 150)
    assert problems
