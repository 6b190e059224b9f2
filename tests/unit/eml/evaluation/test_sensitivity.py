"""The conditioning report: derivatives against differences, rounding against measured errors, branches."""

import json
import math
import random

import pytest

from calculus.eml.evaluation import conditioning, evaluate
from calculus.eml.evaluation.ieee import evaluate_ieee, values_ieee
from calculus.eml.evaluation.sensitivity import derivatives, is_robust, zero_signs_matter
from calculus.eml.postfix import from_postfix
from calculus.eml.syntax import VARIABLE, substitute, subtrees

LN = "11xE1EE"
MINUS = "111x1EEE1EE11E1EE"
PRODUCT = "1111xEE1EEyE1EE1E"


@pytest.mark.parametrize("postfix", [LN, MINUS, PRODUCT])
def test_derivatives_are_those_of_differences(postfix):
    term = from_postfix(postfix)
    at = {"x": 0.7 + 0.4j, "y": 1.3 - 0.2j}
    slopes = derivatives(term, values_ieee(term, at))
    for item in subtrees(term):
        if item.op is VARIABLE:
            step = 1e-6
            up, down = ({**at, item.label: at[item.label] + s} for s in (step, -step))
            difference = (evaluate_ieee(term, up) - evaluate_ieee(term, down)) / (2 * step)
            assert slopes[id(item)] == pytest.approx(difference, rel=1e-7)


@pytest.mark.parametrize("postfix", [LN, MINUS, PRODUCT])
def test_the_bound_holds_the_error(postfix):
    chance = random.Random(6)
    names = [name for name in "xy" if name in postfix]
    for _ in range(20):
        report = conditioning(postfix, {name: chance.uniform(0.1, 5) for name in names})
        assert report.error <= 2 * report.bound
        assert report.bound < 1e-13 * max(1, report.largest)


def test_cancellation_is_found_where_it_happens():
    report = conditioning("11xE1EEy1EE", {"x": 1, "y": 1 - 2**-40})
    assert report.worst[0].error <= report.bound
    lossy = {loss.subtree: loss for loss in report.worst}["11xE1EEy1EE"]
    assert lossy.digits == pytest.approx(math.log10(2**40), abs=0.1)
    assert report.condition["x"] == pytest.approx(2**40, rel=0.01)


def test_another_branch_is_told_from_rounding():
    report = conditioning(LN, {"x": -2})
    assert report.turns == 1
    assert report.exact.imag == pytest.approx(-math.pi)
    assert [tree for tree, _ in report.branches] == ["x", "1xE1E"]
    assert "another branch" in str(report)
    assert conditioning(LN, {"x": 2}).turns == 0


def test_infinities_and_overflow():
    extended = conditioning("11111E1EEEEx1EE", {"x": 0.5})
    assert not extended.finite
    assert extended.exact_semantics == "extended"
    assert extended.error == 0
    near = conditioning("x1E", {"x": 709})
    assert near.overflow_margin == pytest.approx(0.78, abs=0.01)
    assert near.finite
    assert not conditioning("x1E", {"x": 710}).finite


def test_signs_of_zeros():
    # e - e^(e^e) is negative, so its logarithm is ±iπ by the sign of a zero.
    negative = "111E1E1EE"
    assert evaluate(negative).re.startswith("-12.")
    assert zero_signs_matter(from_postfix(f"1{negative}E"), {})
    assert not zero_signs_matter(from_postfix(negative), {})
    assert not zero_signs_matter(from_postfix(LN), {"x": 2})


def test_rounding_decides_a_branch_where_exact_values_differ():
    minus_one = from_postfix("11111EEE1EE11E1EE")
    root = from_postfix("111111111EEE1EE11EE1EEEE1EE111xE1EEE1EE1E1E")
    tree = substitute(root, {"x": minus_one})
    assert not is_robust(tree, {})
    assert complex(evaluate(tree)).imag > 0 > complex(evaluate(tree, semantics="principal")).imag
    assert not is_robust(from_postfix(LN), {"x": -2})
    assert is_robust(from_postfix(LN), {"x": 2})
    assert is_robust(from_postfix(MINUS), {"x": -2})
    assert is_robust(from_postfix("1"), {})


def test_the_report_goes_to_json():
    report = conditioning(LN, {"x": "0.5"})
    data = json.loads(json.dumps(report.to_json(), allow_nan=False))
    assert data["robust"] is True
    assert data["condition"]["x"] == pytest.approx(1 / abs(math.log(0.5)))
