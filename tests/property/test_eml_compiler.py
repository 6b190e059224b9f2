"""Random expressions compiled under every semantics and option, against their values in the domain."""

import cmath
import random

import pytest

from calculus.eml.compiler import NoTree, compile
from calculus.eml.compiler.probes import STEPS, run
from calculus.eml.expressions.node import ARITY, apply, number, variable
from calculus.eml.expressions.values import value
from calculus.eml.syntax import variables

NAMES = ("add", "sub", "mul", "div", "exp", "ln", "minus", "sqr", "sqrt", "inv", "half", "sinh", "sigma")


def expression(source, depth):
    if depth == 0 or source.random() < 0.15:
        return source.choice((variable("x"), variable("y"), number(source.randint(1, 4))))
    name = source.choice(NAMES)
    return apply(name, *(expression(source, depth - 1) for _ in range(ARITY[name])))


@pytest.mark.parametrize("seed", range(24))
def test_compiled_expressions_have_their_values(seed):
    source = random.Random(seed)
    semantics = ("ieee", "principal", "extended")[seed % 3]
    options = {
        "finite": seed % 2 == 0,
        "shortest": ("K", "dag")[seed % 5 == 0],
        "assume": "x > 1, 2 > y, y > 0",
    }
    term = expression(source, 2)
    try:
        witness = compile(term, semantics=semantics, **options)
    except NoTree:
        return
    for _ in range(10):
        point = {name: complex(source.uniform(1, 2) - (name == "y")) for name in ("x", "y")}
        target = value(term, point)
        if (
            variables(term)
            and witness.domain.contains(point)
            and cmath.isfinite(target)
            and abs(target) < 600
        ):
            found = run(witness.term, point, STEPS[semantics])
            assert abs(found - target) <= 1e-8 * max(1, abs(target)), point


@pytest.mark.parametrize("seed", range(100, 112))
def test_robust_trees_have_their_values_in_every_arithmetic(seed):
    source = random.Random(seed)
    term = expression(source, 2)
    try:
        witness = compile(term, robust=True, assume="x > 1, 2 > y, y > 0")
    except NoTree:
        return
    for point in points(source, term, witness):
        target = value(term, point)
        for semantics in ("ieee", "extended"):
            found = run(witness.term, point, STEPS[semantics])
            assert abs(found - target) <= 1e-7 * max(1, abs(target)), (semantics, point)


@pytest.mark.parametrize("seed", range(200, 210))
def test_deeper_expressions_have_their_values(seed):
    source = random.Random(seed)
    term = expression(source, 5)
    try:
        witness = compile(term, assume="x > 1, 2 > x, 2 > y, y > 0")
    except NoTree:
        return
    for point in points(source, term, witness):
        found, target = run(witness.term, point, STEPS["ieee"]), value(term, point)
        if all(low < point[name].real < high for name, low, high in witness.domain.ranges):
            assert abs(found - target) <= 1e-4 * max(1, abs(target)), point


def points(source, term, witness):
    """Points of the domain at which the expression has a moderate value."""
    for _ in range(10):
        point = {name: complex(source.uniform(1, 2) - (name == "y")) for name in ("x", "y")}
        target = value(term, point)
        if witness.domain.contains(point) and cmath.isfinite(target) and abs(target) < 300:
            yield point
