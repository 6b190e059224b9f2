"""The table of the shortest trees known, each under its semantics and on its domain; and trees with a wrong
branch, which are refuted.
"""

import math
import random

import pytest

from calculus.eml.domain import Condition, Domain
from calculus.eml.domains import contains, implied, parse_assumption, simplify, text
from calculus.eml.evaluation import Refuted, discover, establish, evaluate, examine
from calculus.eml.evaluation.sampling import points
from calculus.eml.expressions.reader import read
from calculus.eml.postfix import from_postfix
from calculus.eml.syntax import EML, ONE, eml, size, subtrees

HALF = "111E11111E1EEEE11E1E1EE1EEE1E"
HALF_FINITE = "111E11111E1E1EEE1EE11E1EE1EEE1E"
SAFE_HALF = "111111111EEE1EE11EE1EEEE1EE1xE1EE1E"
SQRT = "111111111EEE1EE11EE1EEEE1EE111xE1EEE1EE1E1E"
OFF_CUT = "x not in (-∞, 0]"
STRIP = "|im x| < pi"

ROWS = [
    ("x - y", "11xE1EEy1EE", 11, "x != 0, |im y| < pi", False),
    ("-x", "11111E1EEEEx1EE", 15, STRIP, True),
    ("-x", "111x1EEE1EE11E1EE", 17, STRIP, False),
    ("1/x", "11111E1EEEExE1E", 15, "x != 0", True),
    ("1/x", "111xEE1EE11E1EE1E", 17, "x != 0", False),
    ("2", "111111EEE1EE11EE1EE", 19, "", False),
    ("1/2", HALF, 29, "", True),
    ("1/2", HALF_FINITE, 31, "", False),
    ("x + y", "1111x1EEE1EEy1EE1EE", 19, "x, y real", False),
    ("x + y", "11xE1EE111y1EEE1EE11E1EE1EE", 27, "x != 0, |im y| < pi", False),
    ("x*y", "1111xEE1EEyE1EE1E", 17, "x != 0, y != 0", False),
    ("x/y", "111yEE1EE1xE1EE1E", 17, "x != 0, y != 0", False),
    ("x^y", "111111xE1EEEE1EEyE1EE1E1E", 25, f"{OFF_CUT}, y != 0", False),
    ("log(x, y)", "11111xE1EEEE1EE111yE1EEE1EE1E", 29, "x > 0, y > 0", False),
    ("x^2", "1111xEE1EExE1EE1E", 17, "x != 0", False),
    ("x/2", "11xE11111E1EEEE1xE1E1EE1EEE1E", 29, "x real, x != 0", True),
    ("x/2", SAFE_HALF, 35, "x != 0", False),
    ("sqrt(x)", SQRT, 43, OFF_CUT, False),
    ("sigma(x)", "11xE1EEx11111E1EEEE11EE1EEE1E", 29, f"x != 0, {STRIP}", True),
]


@pytest.mark.parametrize(("function", "postfix", "nodes", "where", "infinities"), ROWS)
@pytest.mark.parametrize("semantics", ["principal", "extended"])
def test_best_known_trees_in_exact_semantics(function, postfix, nodes, where, infinities, semantics):
    tree, conditions = from_postfix(postfix), parse_assumption(where) if where else []
    assert size(tree) == nodes
    found = examine(tree, read(function), conditions, semantics, points=6)
    if semantics == "principal" and infinities:
        assert found.domain is None
        assert "no value: ln 0" in found.counterexample.why
        return
    assert found.domain is not None, found.counterexample
    assert found.domain.how == "symbolic"
    assert found.domain.finite is not infinities
    assert found.domain.error < 1e-20
    assert set(conditions) <= set(found.domain.conditions)


@pytest.mark.parametrize(("function", "postfix", "nodes", "where", "infinities"), ROWS)
def test_best_known_trees_in_ieee(function, postfix, nodes, where, infinities):
    conditions = parse_assumption(where) if where else []
    domain = establish(from_postfix(postfix), read(function), conditions)
    assert domain.finite is not infinities
    assert domain.robust
    assert domain.error < 1e-12


def test_the_tree_of_29_nodes_for_half_overflows_near_zero():
    # exp(exp(e - ln x)) = exp(e^e/x) is infinite for 0 < x < e^e/709.8, and the tree gives 0.
    tree, half = from_postfix("11xE11111E1EEEE1xE1E1EE1EEE1E"), read("x/2")
    domain = establish(tree, half, parse_assumption("x real, x != 0"))
    below, above = domain.ranges
    edge = math.exp(math.e) / 709.782712893384
    assert above == ("x", pytest.approx(edge), math.inf)
    assert below == ("x", -math.inf, pytest.approx(-edge))
    assert str(domain) == "x real, x ≠ 0 (no overflow for x < -0.0213506 or x > 0.0213506)"
    assert evaluate(tree, {"x": edge * 0.99}).re == "0.0"
    assert float(evaluate(tree, {"x": edge * 1.01}).re) == pytest.approx(edge * 1.01 / 2)


def test_a_single_point_without_value_is_left_out():
    # e^(e - ln x) - e^e/x is 0 and its logarithm undefined: here of x - x at x = 0 alone.
    tree = from_postfix("11xE1EE" + "1E")  # exp(ln x) is x, but for x = 0 in `principal`
    domain = establish(tree, read("x"), [], "principal")
    assert str(domain) == "x ≠ 0"
    assert str(establish(tree, read("x"), [], "extended")) in ("everywhere", "x ≠ 0")


def test_the_logarithm_tree_on_negative_reals():
    tree, ln = from_postfix("11xE1EE"), read("ln(x)")
    negative = parse_assumption("x < 0")
    with pytest.raises(Refuted, match=r"the tree gives .*-3\.14159.*i, expected") as refused:
        establish(tree, ln, negative, "principal", points=6)
    found = refused.value.counterexample
    assert found.value - found.expected == pytest.approx(-2j * 3.141592653589793)
    assert establish(tree, ln, negative, "ieee").error < 1e-12
    assert establish(tree, ln, parse_assumption(OFF_CUT), "principal", points=6).how == "symbolic"


def test_overflow_limits_are_found():
    minus = establish(from_postfix("111x1EEE1EE11E1EE"), read("-x"), parse_assumption(STRIP))
    ((name, low, high),) = minus.ranges
    assert (name, round(low), round(high)) == ("x", -745, 710)
    square = establish(from_postfix("1111xEE1EExE1EE1E"), read("x^2"), [])
    ((_, low, high),) = square.ranges
    assert high == pytest.approx(1.7976931348623157e308**0.5, rel=1e-3)
    assert low == -high


@pytest.mark.parametrize(
    ("function", "postfix", "semantics", "expected"),
    [
        ("ln(x)", "11xE1EE", "principal", OFF_CUT),
        ("ln(x)", "11xE1EE", "ieee", "everywhere"),
        ("-x", "11111E1EEEEx1EE", "extended", "|Im x| < π"),
        ("exp(x)", "x1E", "principal", "everywhere"),
        ("x/2", "11xE11111E1EEEE1xE1E1EE1EEE1E", "extended", "x real, x ≠ 0"),
        ("1/x", "11111E1EEEExE1E", "extended", "x ≠ 0"),
    ],
)
def test_the_largest_domain_is_discovered(function, postfix, semantics, expected):
    found = discover(from_postfix(postfix), read(function), semantics, points=24)
    assert text(found.domain).split(" (no")[0] == expected
    if expected not in ("everywhere", "x ≠ 0"):
        assert found.refused[0][0] == "everywhere"
        assert found.refused[0][1].expected is not None


def test_seeded_wrong_branches_are_refuted():
    chance = random.Random(7)
    seeded = 0
    for function, postfix, _, where, infinities in ROWS:
        tree, wanted = from_postfix(postfix), read(function)
        conditions = parse_assumption(where) if where else []
        for semantics in ("ieee", "extended"):
            broken = _broken(tree, chance)
            found = examine(broken, wanted, conditions, semantics, points=6)
            assert found.domain is None, (function, postfix, semantics, broken)
            seeded += 1
        del infinities
    assert seeded == 2 * len(ROWS)


def _broken(tree, chance):
    """The tree with one subtree turned round, or raised to an exponential."""
    leaves = [item for item in subtrees(tree) if item.op is not EML]
    operators = [item for item in subtrees(tree) if item.op is EML]
    place = chance.choice(operators)
    other = eml(place.children[1], place.children[0]) if chance.random() < 0.5 else eml(place, ONE)
    if other is place:
        other = eml(place, chance.choice(leaves))
    made = {}
    for item in subtrees(tree):
        made[item] = eml(*(made[child] for child in item.children)) if item.op is EML else item
        if item is place:
            made[item] = other
    return made[tree]


def test_a_branch_that_is_wrong_on_one_side_only_is_refuted():
    # ln of x² is 2 ln x for Re x > 0 alone.
    square = "1111xEE1EExE1EE1E"
    tree = from_postfix(f"11{square}E1EE")
    for semantics in ("ieee", "extended"):
        twice = read("2*ln(x)")
        with pytest.raises(Refuted):
            establish(tree, twice, parse_assumption("x != 0"), semantics)
        assert establish(tree, twice, parse_assumption("re x > 0"), semantics, points=12).error < 1e-12


def test_conditions_hold_where_their_texts_say():
    chance = random.Random(8)
    for _ in range(200):
        condition = _random_condition(chance)
        assert parse_assumption(text(Domain("ieee", (condition,)))) == [condition]


def test_what_is_implied_holds():
    chance = random.Random(9)
    implications = 0
    tried = points(["x", "y"], (), 60)
    for _ in range(600):
        given = [_random_condition(chance) for _ in range(2)]
        wanted = _random_condition(chance)
        if wanted in given or not implied(wanted, given):
            continue
        implications += 1
        where = Domain("principal", tuple(given))
        for point in tried:
            if contains(where, point):
                assert contains(Domain("principal", (wanted,)), point), (given, wanted, point)
    assert implications > 20


def test_simplified_conditions_hold_at_the_same_points():
    chance = random.Random(10)
    tried = points(["x", "y"], (), 60)
    for _ in range(200):
        given = tuple(_random_condition(chance) for _ in range(4))
        simple = simplify(given)
        before = [contains(Domain("ieee", given), point) for point in tried]
        if simple is None:
            assert not any(before)
        else:
            assert len(simple) <= len(given)
            assert [contains(Domain("ieee", simple), point) for point in tried] == before


def _random_condition(chance) -> Condition:
    texts = (
        *("x > 0", "x < 0", "x >= 0", "x real", "x != 0", "x != 1", "|im x| < pi", "-pi < im x <= pi"),
        *("x off cut", "re x > 0", "re x < 5", "y > 0", "y real", "x > 1", "x < 1/2", "y != 0"),
        *("|im ln(x)| < pi", "exp(x) > 0", "x*y > 0", "x + y != 0", "ln(x) real", "sqrt(x) off cut"),
        *("re exp(x) > 0", "x^2 >= 0", "1 - x > 0", "-pi < im ln(x*y) <= pi", "|im(x - y)| < 4"),
    )
    (condition,) = parse_assumption(chance.choice(texts))
    return condition
