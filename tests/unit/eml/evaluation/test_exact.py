"""Exact evaluation: against plain recursion in mpmath, where zeros are exact, and on the branch cut."""

import random
import sys
from fractions import Fraction

import mpmath
import pytest

from calculus.eml.evaluation import enclose, evaluate
from calculus.eml.postfix import from_postfix
from calculus.eml.syntax import EML, ONE, VARIABLE, eml, substitute, subtrees, variable
from calculus.source.diagnostic import CalculusError, NameProblem, UsageProblem

LN = "11xE1EE"
ZERO = "111E1EE"
MINUS_ONE = {"ext": "11111E1EEEE11EE", "finite": "11111EEE1EE11E1EE"}
TWO = "111111EEE1EE11EE1EE"


def recursion(tree, at):
    """The tree in mpmath at a high precision, operation by operation; None if a logarithm is near its cut."""
    values = {}
    with mpmath.workdps(120):
        for item in subtrees(tree):
            if item.op is EML:
                left, right = (values[id(child)] for child in item.children)
                if abs(left) > 1e5 or abs(right) < 1e-50:
                    return None
                if abs(mpmath.im(right)) < 1e-50 and mpmath.re(right) < 0:
                    return None
                values[id(item)] = mpmath.exp(left) - mpmath.log(right)
            else:
                values[id(item)] = at[item.label] if item.op is VARIABLE else mpmath.mpc(1)
    return values[id(tree)]


def random_tree(chance, leaves):
    trees = [chance.choice([ONE, ONE, variable("x"), variable("y")]) for _ in range(leaves)]
    while len(trees) > 1:
        place = chance.randrange(len(trees) - 1)
        trees[place : place + 2] = [eml(*trees[place : place + 2])]
    return trees[0]


@pytest.mark.parametrize("semantics", ["principal", "extended"])
def test_values_are_those_of_plain_recursion(semantics):
    chance = random.Random(3)
    compared = 0
    for _ in range(150):
        tree = random_tree(chance, chance.randrange(2, 12))
        at = {name: complex(chance.gauss(0, 1), chance.gauss(0, 1)) for name in "xy"}
        expected = recursion(tree, {name: mpmath.mpc(value) for name, value in at.items()})
        if expected is None:
            continue
        value = evaluate(tree, at, semantics=semantics, precision=25)
        assert value.status == "defined"
        with mpmath.workdps(60):
            assert abs(value.number - expected) <= abs(expected) * mpmath.mpf(10) ** -25
        compared += 1
    assert compared > 60


def test_real_arguments_meet_the_cut_exactly():
    chance = random.Random(4)
    for _ in range(100):
        x = Fraction(chance.randrange(-500, 500) or 1, chance.randrange(1, 50))
        value = evaluate(LN, {"x": x}, semantics="principal", precision=40)
        with mpmath.workdps(60):
            expected = mpmath.log(abs(mpmath.mpf(x.numerator)) / x.denominator)
            # On the negative half-line exp(e - ln x) lies on the cut, and the tree is off by 2πi.
            turn = -mpmath.pi if x < 0 else 0
            assert abs(value.number - mpmath.mpc(expected, turn)) < mpmath.mpf(10) ** -38
        assert value.notes == ()


def test_cancellation_is_seen_to_be_exact():
    value = evaluate(ZERO, semantics="principal")
    assert (value.re, value.im, value.notes) == ("0.0", "0.0", ())


def test_zero_to_many_digits_is_taken_as_zero_and_said_so():
    # ln((√2 + √3)²) - ln(5 + 2√6) is 0, which needs more than cancellation to be seen.
    def build(postfix, **parts):
        return substitute(from_postfix(postfix), parts)

    root = "111111111EEE1EE11EE1EEEE1EE111xE1EEE1EE1E1E"
    add, sub, mul, ln = "1111x1EEE1EEy1EE1EE", "11xE1EEy1EE", "1111xEE1EEyE1EE1E", LN
    x, y, z = variable("x"), variable("y"), variable("z")
    both = build(add, x=build(root, x=x), y=build(root, x=y))
    product = build(mul, x=build(root, x=x), y=build(root, x=y))
    five_and = build(add, x=z, y=build(add, x=product, y=product))
    twice = build(add, x=build(ln, x=both), y=build(ln, x=both))
    zero = build(sub, x=twice, y=build(ln, x=five_and))
    value = evaluate(zero, {"x": 2, "y": 3, "z": 5}, semantics="principal", precision=20)
    assert value.re == "0.0"
    assert value.notes == ("the real part is 0 to 100 digits, and taken as 0",)
    other = evaluate(zero, {"x": 2, "y": 3, "z": Fraction(5) + Fraction(1, 10**60)}, semantics="principal")
    assert -1e-60 < float(other.re) < 0
    assert other.notes == ()
    infinite = eml(ONE, zero)
    at = {"x": 2, "y": 3, "z": 5}
    assert evaluate(infinite, at, semantics="principal").why == "ln 0"
    plus = evaluate(infinite, at, semantics="extended")
    assert plus.re == "+inf"
    assert "its value is 0 to 100 digits" in plus.notes[0]


def test_the_logarithm_of_zero():
    infinite = f"1{ZERO}E"
    refused = evaluate(infinite, semantics="principal")
    assert (refused.status, refused.why, refused.re) == ("undefined", "ln 0", None)
    assert refused.where == infinite
    assert evaluate(infinite, semantics="extended").re == "+inf"
    assert evaluate(infinite).re == "inf"


@pytest.mark.parametrize(
    ("tree", "expected", "needs_infinities"),
    [
        (ZERO, 0, False),
        (MINUS_ONE["ext"], -1, True),
        (MINUS_ONE["finite"], -1, False),
        (TWO, 2, False),
        ("111E11111E1EEEE11E1E1EE1EEE1E", 0.5, True),
        ("111E11111E1E1EEE1EE11E1EE1EEE1E", 0.5, False),
    ],
)
def test_constants_of_the_best_known_table(tree, expected, needs_infinities):
    principal = evaluate(tree, semantics="principal")
    assert principal.status == ("undefined" if needs_infinities else "defined")
    if not needs_infinities:
        assert complex(principal) == expected
        assert principal.im == "0.0"
    assert complex(evaluate(tree, semantics="extended")) == expected
    assert complex(evaluate(tree)) == pytest.approx(expected, abs=1e-14)


def test_undefined_values_of_extended():
    plus = f"1{ZERO}E"
    assert evaluate(f"{plus}{plus}E", semantics="extended").why == "∞ - ∞"
    assert evaluate(f"{plus}1E", semantics="extended").re == "+inf"
    # e - ln(∞) = -∞, and exp(-∞) - ln(∞) is -∞ again.
    minus = f"1{plus}E"
    assert evaluate(minus, semantics="extended").re == "-inf"
    assert evaluate(f"{minus}1E", semantics="extended").re == "0.0"
    slanted = evaluate("1xE1E", {"x": "0"}, semantics="extended")
    assert slanted.re == "+inf"
    turned = evaluate("xyE1E", {"x": "i", "y": 0}, semantics="extended")
    assert (turned.status, turned.why) == ("undefined", "exp(∞ + iy) with y ≠ 0")


def test_numbers_too_large_are_said_to_be_unknown():
    tower = ONE
    for _ in range(8):
        tower = eml(tower, ONE)
    value = evaluate(tower, semantics="principal")
    assert value.status == "unknown"
    assert "beyond" in value.why


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("0.1", (Fraction(1, 10), 0)),
        ("1/3", (Fraction(1, 3), 0)),
        ("1+2i", (1, 2)),
        ("-2.5e-1 - i/2", (Fraction(-1, 4), Fraction(-1, 2))),
        (Fraction(2, 7), (Fraction(2, 7), 0)),
        (0.1, (Fraction(0.1), 0)),
        (1 - 2j, (1, -2)),
        (mpmath.mpf("0.5"), (Fraction(1, 2), 0)),
        (mpmath.mpc(1, -0.25), (1, Fraction(-1, 4))),
    ],
)
def test_numbers_are_read_exactly(given, expected):
    from calculus.eml.evaluation.points import number

    assert number(given).parts["1"] == expected


def test_multiples_of_pi_and_e_are_exact():
    assert evaluate("x1E", {"x": "pi*i"}, semantics="principal").re == "-1.0"
    assert evaluate("x1E", {"x": "i*pi/2"}, semantics="principal").im == "1.0"
    assert evaluate("1xE", {"x": "e"}, semantics="principal").re.startswith("1.71828182845904523536028747135")
    assert evaluate("11xEE", {"x": "1e"}, semantics="principal").status == "defined"


@pytest.mark.parametrize("wrong", ["", "x", "1+", "--1", "1 2", "1/0", None, True, object(), [1], "1+2k"])
def test_what_is_no_number_is_refused(wrong):
    with pytest.raises(UsageProblem, match="expected a number"):
        evaluate("x1E", {"x": wrong})


def test_signs_of_zeros_reach_complex128():
    upper = evaluate("1xE", {"x": "-1+0i"})
    lower = evaluate("1xE", {"x": "-1-0i"})
    assert float(upper.im) == -float(lower.im) != 0


def test_variables_without_value_are_listed():
    with pytest.raises(NameProblem, match="values of x, y"):
        evaluate("xyE")
    with pytest.raises(NameProblem, match="a value of y"):
        evaluate("xyE", {"x": 1})


@pytest.mark.parametrize(
    "options",
    [{"semantics": "nice"}, {"precision": 20}, {"precision": 0, "semantics": "principal"}],
)
def test_options_without_sense_are_refused(options):
    with pytest.raises(CalculusError):
        evaluate("1", **options)


def test_a_value_prints_and_goes_to_json():
    value = evaluate(from_postfix(LN), {"x": -2})
    assert str(value) == f"{value.re}+{value.im}i"
    assert value.to_json() == {"re": value.re, "im": value.im, "semantics": "ieee", "status": "defined"}
    assert complex(value) == complex(value.mpc)
    assert str(evaluate("1")) == "1.0"


@pytest.mark.parametrize(
    ("module", "call", "extra"),
    [
        ("mpmath", lambda: evaluate(LN, {"x": 1}, semantics="principal"), "eml"),
        ("flint", lambda: enclose(LN, {"x": 1}), "balls"),
    ],
)
def test_a_missing_package_is_named(monkeypatch, module, call, extra):
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(UsageProblem, match=rf"calculus\[{extra}\]"):
        call()


def test_trees_too_deep_for_recursion():
    tree = variable("x")
    for _ in range(1000):
        tree = eml(ONE, eml(eml(ONE, tree), ONE))  # ln x, again and again
    assert evaluate(tree, {"x": 2 + 1j}).status == "defined"
    assert evaluate(tree, {"x": 2 + 1j}, semantics="principal", precision=10).status == "defined"
