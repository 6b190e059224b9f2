"""Claims examined quickly: overflow without exact arithmetic, exceptions at ends, small domains."""

import sys

import pytest

from calculus.eml.domains import parse_assumption, text
from calculus.eml.evaluation.establishing import examine
from calculus.eml.expressions.reader import read
from calculus.eml.postfix import from_postfix

SINH = "111111111EEE1EE11EE1EEEE1EE1x11111E1EEEEx1EE1E1EEE1EE1E"


def examined(postfix, expression, where, semantics="ieee", **options):
    return examine(from_postfix(postfix), read(expression), parse_assumption(where), semantics, **options)


@pytest.mark.parametrize("quick", [True, False])
def test_overflow_is_no_wrong_branch(monkeypatch, quick):
    monkeypatch.setitem(sys.modules, "mpmath", None)
    domain = examined(SINH, "sinh(x)", "x real", quick=quick).domain
    assert [(name, round(low, 2), round(high)) for name, low, high in domain.ranges] == [("x", -6.56, 710)]


def test_wrong_branches_are_found_quickly():
    found = examined("11xE1EEy1EE", "x - y", "y complex", quick=True)
    assert found.domain is None and abs(found.counterexample.point["y"].imag) > 3


def test_single_values_at_the_end_of_a_domain_are_excepted():
    pytest.importorskip("mpmath")
    arcosh = "111111x1EEE1EE111111111EEE1EE11EE1EEEE1EE1111111xEE1EExE1EE11EEE1EEE1EE1E1E1EE1EEE1EE"
    assert text(examined(arcosh, "arcosh(x)", "x >= 1", "principal").domain) == "x ≥ 1, x ≠ 1"


def test_a_domain_without_common_points_is_no_mistake():
    assert examined("x", "x", "x > 5.1, 5.2 > x", quick=True).counterexample is None
