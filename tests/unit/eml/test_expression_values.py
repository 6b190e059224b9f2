"""Values of expressions: against NumPy and mpmath, on both sides of every cut, at poles and at infinity."""

import cmath
import math
import random

import mpmath
import numpy
import pytest

from calculus.eml.expressions.node import ARITY, apply, variable
from calculus.eml.expressions.reader import read
from calculus.eml.expressions.values import value, value_array, value_mp
from calculus.source.diagnostic import UsageProblem

INFINITY = math.inf
NUMPY = {
    "exp": numpy.exp,
    "ln": numpy.log,
    "sqrt": numpy.sqrt,
    "sin": numpy.sin,
    "cos": numpy.cos,
    "tan": numpy.tan,
    "arcsin": numpy.arcsin,
    "arccos": numpy.arccos,
    "arctan": numpy.arctan,
    "sinh": numpy.sinh,
    "cosh": numpy.cosh,
    "tanh": numpy.tanh,
    "arsinh": numpy.arcsinh,
    "arcosh": numpy.arccosh,
    "artanh": numpy.arctanh,
}
x, y = variable("x"), variable("y")
FUNCTIONS = [name for name, arity in ARITY.items() if arity]


def points(seed: int, count: int) -> list[dict[str, complex]]:
    source = random.Random(seed)
    return [{name: complex(source.gauss(0, 2), source.gauss(0, 2)) for name in "xy"} for _ in range(count)]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_three_evaluators_agree(name: str) -> None:
    expression = apply(name, *[x, y][: ARITY[name]])
    at = points(len(name), 40)
    arrays = {v: numpy.array([point[v] for point in at]) for v in "xy"}
    together = value_array(expression, arrays, numpy)
    for point, from_array in zip(at, together, strict=True):
        found = value(expression, point)
        exact = complex(value_mp(expression, point))
        assert cmath.isclose(found, exact, rel_tol=1e-12, abs_tol=1e-13)
        assert cmath.isclose(found, from_array, rel_tol=1e-12, abs_tol=1e-13)


@pytest.mark.parametrize("name", NUMPY)
def test_both_sides_of_cuts(name: str) -> None:
    sides = [complex(re, im) for re in (-2.0, -0.5, 0.5, 2.0) for im in (0.0, -0.0)]
    sides += [complex(re, im) for re in (0.0, -0.0) for im in (-2.0, -0.5, 0.5, 2.0)]
    for z in sides:
        found, expected = value(apply(name, x), {"x": z}), complex(NUMPY[name](z))
        assert cmath.isclose(found, expected, rel_tol=1e-14), z
        for mine, theirs in ((found.real, expected.real), (found.imag, expected.imag)):
            assert mine == 0 == theirs or math.copysign(1, mine) == math.copysign(1, theirs), z


@pytest.mark.parametrize("name", [name for name in NUMPY if name != "exp"])
def test_exact_values_on_cuts_are_those_of_mpmath(name: str) -> None:
    theirs = {"ln": "log", "arcsin": "asin", "arccos": "acos", "arctan": "atan"}
    theirs |= {"arsinh": "asinh", "arcosh": "acosh", "artanh": "atanh"}
    for z in (-2, 2, mpmath.mpc(0, 2), mpmath.mpc(0, -2)):
        expected = getattr(mpmath.mp, theirs.get(name, name))(mpmath.mpc(z))
        assert abs(value_mp(apply(name, x), {"x": z}) - expected) < 1e-14


@pytest.mark.parametrize(
    "written, expected",
    [
        ("ln(0)", complex(-INFINITY, 0)),
        ("exp(1000)", complex(INFINITY, 0)),
        ("exp(-1000)", 0j),
        ("artanh(1)", complex(INFINITY, 0)),
        ("artanh(-1)", complex(-INFINITY, 0)),
        ("0^0", 1 + 0j),
        ("0^2", 0j),
        ("sigma(-1000)", 0j),
        ("sigma(1000)", 1 + 0j),
        ("sqrt(-1)", 1j),
        ("hypot(3e200, 4e200)", 5e200 + 0j),
        ("hypot(3e-200 i, 5e-200)", 4e-200 + 0j),
        ("cosh(1000)", complex(INFINITY, 0)),
        ("sinh(-1000)", complex(-INFINITY, 0)),
    ],
)
def test_total(written: str, expected: complex) -> None:
    found = value(read(written), {})
    assert cmath.isclose(found, expected, rel_tol=1e-14) or found == expected


def test_the_zero_whose_side_is_said() -> None:
    assert value(apply("ln", x), {"x": complex(-1, -0.0)}).imag == -math.pi
    assert value(apply("ln", x), {"x": complex(-0.0, 0.0)}).imag == math.pi
    assert value(apply("inv", x), {"x": complex(-0.0, 0.0)}).real == -INFINITY
    assert math.isnan(value(read("x - x"), {"x": complex(INFINITY, 0)}).real)


def test_any_precision() -> None:
    context = mpmath.MPContext()
    context.dps = 60
    found = value_mp(read("arctan(1/2) + arctan(1/3) - pi/4"), {}, context)
    assert abs(found) < context.mpf(10) ** -58
    assert context.isnan(value_mp(read("1/(x - x)"), {"x": 2}, context).real)
    assert value_mp(read("exp(-exp(exp(exp(20))))"), {}, context) == 0


def test_arrays_broadcast_and_do_not_warn() -> None:
    found = value_array(
        read("ln(x) + 1/y"), {"x": numpy.array([[0j], [1]]), "y": numpy.array([1, 2, 0j])}, numpy
    )
    assert found.shape == (2, 3)
    assert found[1, 1] == 0.5
    assert value_array(read("pi"), {"x": numpy.zeros(4)}, numpy).shape == (4,)


def test_variables_need_values() -> None:
    with pytest.raises(UsageProblem, match="expected a value for the variable `y`, found none"):
        value(read("x + y"), {"x": 1j})


def test_shared_parts_are_evaluated_once() -> None:
    term = x
    for _ in range(200):
        term = apply("avg", term, term)
    assert value(term, {"x": 3 + 0j}) == 3
