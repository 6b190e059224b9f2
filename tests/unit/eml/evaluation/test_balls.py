"""Enclosures hold the value, tell the edges of the cut apart, and say when they cannot."""

import random

import mpmath
import pytest
from flint import acb, arb

from calculus.eml.evaluation import enclose, evaluate
from calculus.eml.evaluation.balls import precision_of
from calculus.source.diagnostic import NameProblem, UsageProblem

LN = "11xE1EE"
MINUS = "111x1EEE1EE11E1EE"
PRODUCT = "1111xEE1EEyE1EE1E"
SEMANTICS = ("principal", "extended")


@pytest.mark.parametrize("tree", [LN, MINUS, PRODUCT, "111111111EEE1EE11EE1EEEE1EE111xE1EEE1EE1E1E"])
def test_enclosures_hold_the_values_of_mpmath(tree):
    chance = random.Random(5)
    for _ in range(30):
        at = {name: complex(chance.gauss(0, 2), chance.gauss(0, 1)) for name in "xy"}
        at = {name: at[name] for name in at if name in tree}
        found = enclose(tree, at, precision=20)
        value = evaluate(tree, at, semantics="principal", precision=60)
        with precision_of(300):
            ball = acb(mpmath.nstr(value.number.real, 55), mpmath.nstr(value.number.imag, 55))
            assert (found.ball - ball).abs_upper() < 1e-18
        assert found.status == "enclosed"


def test_a_box_encloses_all_its_points():
    found = enclose(PRODUCT, {"x": (1, 1.25), "y": "[2, 2.5]"})
    low, high, imag_low, imag_high = found.bounds
    assert low <= 2 and high >= 3.125
    assert imag_low <= 0 <= imag_high
    assert 2.5 in found and 30 not in found
    spread = enclose(LN, {"x": "1.5 +/- 0.1"})
    assert mpmath.log(1.4) in spread and mpmath.log(1.6) in spread
    assert enclose(LN, {"x": arb("1.5 +/- 0.1")}).re == spread.re


def test_a_box_on_the_cut_lies_on_one_edge():
    found = enclose(LN, {"x": (-2, -1)})
    assert found.status == "enclosed"
    assert abs(float(found.ball.imag + arb.pi())) < 1e-14
    assert enclose(LN, {"x": "-3"}).ball.imag.overlaps(-arb.pi())


@pytest.mark.parametrize("semantics", SEMANTICS)
def test_a_box_across_the_cut_is_undecided(semantics):
    across = acb(arb("-1 +/- 0.1"), arb("0 +/- 0.1"))
    found = enclose(LN, {"x": across}, semantics=semantics)
    assert found.status == "undecided"
    assert "side of the cut" in found.why
    assert found.where == "1xE"
    assert enclose(LN, {"x": (-1, 1)}, semantics=semantics).status == "undecided"


def test_exact_zeros():
    assert enclose("1111E1EEE").status == "undefined"
    assert enclose("1111E1EEE", semantics="extended").re == "+inf"
    assert enclose("11111E1EEEEx1EE", {"x": 2}, semantics="extended").re == "-2.00000000000000000000000000000"
    assert enclose("11111E1EEEE1E", semantics="extended").re == "0"


def test_what_makes_no_sense_is_refused():
    with pytest.raises(UsageProblem, match="principal or extended"):
        enclose(LN, {"x": 1}, semantics="ieee")
    with pytest.raises(NameProblem):
        enclose(LN)
    with pytest.raises(UsageProblem, match="interval"):
        enclose(LN, {"x": (2, 1)})
    with pytest.raises(UsageProblem, match="finite"):
        enclose(LN, {"x": float("nan")})


def test_precision_grows_through_cancellation():
    # x + y where y nearly undoes x.
    found = enclose("11xE1EEy1EE", {"x": 1, "y": "0.99999999999999999999999999999999999999"}, precision=20)
    assert abs(float(found.ball.real * arb(10) ** 38) - 1) < 1e-12


def test_an_enclosure_goes_to_json():
    found = enclose(LN, {"x": 2})
    assert found.to_json() == {
        "re": found.re,
        "im": "0",
        "semantics": "principal",
        "status": "enclosed",
        "precision": 30,
    }
    assert str(found) == found.re
