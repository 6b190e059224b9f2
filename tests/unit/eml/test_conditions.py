"""Conditions and domain records: read, printed, simplified, as JSON, and at points."""

import json

import pytest

from calculus.eml.domain import Condition, Domain
from calculus.eml.domains import contains, holds, implied, parse_assumption, simplify, text, to_json
from calculus.eml.expressions.node import apply, number
from calculus.eml.facts import facts_of
from calculus.eml.syntax import variable
from calculus.source.diagnostic import CalculusError, NameProblem, SyntaxProblem

X, Y, PI = variable("x"), variable("y"), apply("pi")


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("x>0", [Condition("positive", X)]),
        ("0 < x", [Condition("positive", X)]),
        ("x < 0", [Condition("positive", apply("minus", X))]),
        ("x >= 1", [Condition("nonnegative", apply("sub", X, number(1)))]),
        ("x != 0, y real", [Condition("nonzero", X), Condition("real", Y)]),
        ("x, y real", [Condition("real", X), Condition("real", Y)]),
        ("x complex", []),
        ("everywhere", []),
        ("|im x| < pi", [Condition("open_strip", X, PI)]),
        ("pi > |Im x|", [Condition("open_strip", X, PI)]),
        ("-pi < im x <= pi", [Condition("strip", X, PI)]),
        ("|im(x*y)| < 2", [Condition("open_strip", apply("mul", X, Y), number(2))]),
        ("x not in (-oo, 0]", [Condition("off_cut", X)]),
        ("x off the cut", [Condition("off_cut", X)]),
        ("re x > 0", [Condition("right", X)]),
        ("Re x < 7", [Condition("below", X, number(7))]),
        ("x != 1", [Condition("not_one", X)]),
        ("x > 0, x>0", [Condition("positive", X)]),
    ],
)
def test_assumptions_are_conditions(written, expected):
    assert parse_assumption(written) == expected


def test_chains_are_several_conditions():
    assert text(Domain("ieee", tuple(parse_assumption("0 < x <= 1/2")))) == "x > 0, x ≤ 1/2"


@pytest.mark.parametrize(
    ("written", "problem", "place"),
    [
        ("", SyntaxProblem, 0),
        ("x", SyntaxProblem, 0),
        ("x > 0, y", SyntaxProblem, 6),
        ("x > 0 > ", SyntaxProblem, 7),
        ("|im x| > 2", SyntaxProblem, 0),
        ("-1 < im x < 2", SyntaxProblem, 0),
        ("|im x| < y", SyntaxProblem, 8),
        ("x > 0, foo(y) > 1", NameProblem, 7),
        ("x + > 0", CalculusError, 2),
    ],
)
def test_mistakes_have_their_place(written, problem, place):
    with pytest.raises(problem) as caught:
        parse_assumption(written)
    assert abs(caught.value.span.start - place) <= 1


def test_conditions_at_points():
    def at(written, **point):
        return all(holds(item, point) for item in parse_assumption(written))

    assert at("x > 0", x=2) and not at("x > 0", x=-2) and not at("x > 0", x=2 + 1j)
    assert at("x off cut", x=1j) and not at("x off cut", x=-1) and not at("x off cut", x=0)
    assert at("|im x| < pi", x=3j) and not at("|im x| < pi", x=4j)
    assert at("-pi < im x <= pi", x=3.14j) and not at("-pi < im x <= pi", x=complex(0, -3.1416))
    assert not at("1/x > 0", x=0)
    assert not at("x != 0", x=complex("nan"))
    assert contains(Domain("ieee", tuple(parse_assumption("x < y"))), {"x": 1, "y": 2})


@pytest.mark.parametrize(
    ("given", "wanted", "expected"),
    [
        ("x > 0", "x real", True),
        ("x > 0", "x off cut", True),
        ("x > 0", "|im x| < pi", True),
        ("x > 0", "sqrt(x) > 0", True),
        ("x > 1", "x != 1", True),
        ("x > 1", "x > 1/2", True),
        ("x > 1/2", "x > 1", False),
        ("x > -1", "x + 1 > 0", True),
        ("x < 1", "1 - x >= 0", True),
        ("x < 1", "x < 2", True),
        ("x real", "exp(x) > 0", True),
        ("x real", "x^2 >= 0", False),
        ("x real, x != 0", "x > 0", False),
        ("|im x| < 3", "|im x| < pi", True),
        ("|im x| < pi", "|im x| < 3", False),
        ("|im x| < pi", "exp(x) off cut", True),
        ("-pi < im x <= pi", "exp(x) off cut", False),
        ("x != 0", "-pi < im ln(x) <= pi", True),
        ("x != 0", "|im ln(x)| < pi", False),
        ("x off cut", "|im ln(x)| < pi", True),
        ("re x > 0", "|im ln(x)| < 2", True),
        ("x complex", "x - x != 0", False),
        ("x complex", "exp(x) != 0", True),
    ],
)
def test_implication(given, wanted, expected):
    (condition,) = parse_assumption(wanted)
    assert implied(condition, parse_assumption(given)) is expected


def test_simplification():
    simple = simplify(parse_assumption("x > 0, x real, x != 0, |im x| < pi, 2 > 1, y != 0"))
    assert text(Domain("ieee", simple)) == "x > 0, y ≠ 0"
    assert simplify(parse_assumption("x real"), parse_assumption("x > 0")) == ()
    for impossible in ("x > 0, x < 0", "x > 1, x <= 1", "1 < 0", "x - x != 0"):
        assert simplify(parse_assumption(impossible)) is None


def test_facts_of_deep_expressions_need_no_recursion():
    deep = X
    for _ in range(20_000):
        deep = apply("exp", deep)
    assert facts_of(deep, parse_assumption("x real")).positive


def test_a_record_as_json():
    domain = Domain("ieee", tuple(parse_assumption("|im x| < pi")), True, True, "symbolic", 1e-15)
    ranged = Domain("ieee", ranges=(("x", float("-inf"), 709.5), ("y", 1.0, 2.0), ("y", 3.0, float("inf"))))
    assert to_json(domain) == {
        "semantics": "ieee",
        "text": "|Im x| < π",
        "conditions": ["|Im x| < π"],
        "finite": True,
        "robust": True,
        "how": "symbolic",
        "error": 1e-15,
        "no_overflow": [],
    }
    assert str(ranged) == "everywhere (no overflow for x < 709.5, 1 < y < 2 or y > 3)"
    assert json.loads(json.dumps(to_json(ranged), allow_nan=False))["no_overflow"][0]["low"] is None
