"""Complex128 arithmetic against NumPy, on ordinary and on exceptional points."""

import math
import random

import numpy as np
import pytest

from calculus.eml.evaluation.ieee import eml_ieee, evaluate_ieee, exp_ieee, log_ieee
from calculus.eml.postfix import from_postfix
from calculus.eml.syntax import ONE, eml, variable
from calculus.source.diagnostic import NameProblem

PARTS = [0.0, 5e-324, 1e-310, 1e-200, 1e-20, 0.5, 1.0, math.pi, 3.0, 700.0, 709.5, 710.0, 745.2, 800.0]
PARTS += [1419.0, 2000.0, 1e200, 1.7e308, math.inf]
PARTS = [sign * part for part in PARTS for sign in (1, -1)] + [math.nan]
GRID = [complex(x, y) for x in PARTS for y in PARTS]


def ulps(value: float, expected: float) -> float:
    """How many units in the last place two numbers lie apart; 0 for the same exceptional value."""
    if math.isnan(expected) or math.isinf(expected) or expected == 0:
        same = math.isnan(value) if math.isnan(expected) else value == expected
        same = same and (math.isnan(expected) or math.copysign(1, value) == math.copysign(1, expected))
        return 0 if same else math.inf
    return abs(value - expected) / math.ulp(expected)


def worst(value: complex, expected: complex) -> float:
    return max(ulps(value.real, float(expected.real)), ulps(value.imag, float(expected.imag)))


@pytest.mark.parametrize(("ours", "numpy"), [(exp_ieee, np.exp), (log_ieee, np.log)])
def test_exceptional_points_are_those_of_numpy(ours, numpy):
    with np.errstate(all="ignore"):
        expected = numpy(np.array(GRID))
    bad = [(z, ours(z), w) for z, w in zip(GRID, expected, strict=True) if worst(ours(z), w) > 2]
    assert bad == []


@pytest.mark.parametrize(("ours", "numpy"), [(exp_ieee, np.exp), (log_ieee, np.log)])
def test_random_points_are_those_of_numpy(ours, numpy):
    chance = random.Random(1)
    points = [complex(chance.gauss(0, 3), chance.gauss(0, 3)) for _ in range(2000)]
    turns = [chance.uniform(-4, 4) for _ in range(2000)]
    points += [complex(math.cos(turn), math.sin(turn)) for turn in turns]
    points += [complex(chance.uniform(-1, 1) * 10 ** chance.uniform(-300, 300), 1) for _ in range(2000)]
    with np.errstate(all="ignore"):
        expected = numpy(np.array(points))
    assert max(worst(ours(z), w) for z, w in zip(points, expected, strict=True)) <= 2


def test_the_operator_is_the_difference():
    chance = random.Random(2)
    with np.errstate(all="ignore"):
        for _ in range(2000):
            x, y = chance.choice(GRID), chance.choice(GRID)
            left, right = np.exp(np.complex128(x)), np.log(np.complex128(y))
            value, expected = eml_ieee(x, y), left - right
            for part, wanted, one, two in (
                (value.real, expected.real, left.real, right.real),
                (value.imag, expected.imag, left.imag, right.imag),
            ):
                if math.isfinite(wanted):
                    assert abs(part - wanted) <= 4 * (math.ulp(one) + math.ulp(two))
                else:
                    assert ulps(part, float(wanted)) == 0


def test_a_shared_tree_of_astronomic_size_is_one_operation_a_node():
    tree = variable("x")
    for _ in range(400):
        tree = eml(ONE, eml(tree, tree))
    assert isinstance(evaluate_ieee(tree, {"x": 0.3}), complex)


def test_the_logarithm_tree_on_negative_reals_is_the_principal_one():
    tree = from_postfix("11x E1E E".replace(" ", ""))
    assert evaluate_ieee(tree, {"x": -2}) == pytest.approx(complex(math.log(2), math.pi))


def test_a_variable_without_value_is_named():
    with pytest.raises(NameProblem, match="variable y"):
        evaluate_ieee(from_postfix("1yE"), {"x": 1})
