"""Laws of EML: verdicts against values computed by hand, and what is wrong with laws."""

import cmath
from fractions import Fraction
from itertools import pairwise

import pytest

from calculus.eml.assumptions import parse_assumption
from calculus.eml.calculus import EML
from calculus.eml.evaluation.ieee import values_ieee
from calculus.eml.postfix import from_postfix
from calculus.eml.syntax import EML as OPERATOR
from calculus.eml.syntax import subtrees
from calculus.source.diagnostic import CalculusError
from calculus.source.text import Source
from calculus.verify.enumeration.eml import space
from calculus.verify.finding import Finding
from calculus.verify.laws import mistakes
from calculus.verify.laws.eml import domains
from calculus.verify.laws.eml.equations import as_expression
from calculus.verify.laws.eml.points import number_text, simple
from calculus.verify.laws.verifying import verify

DEFINITIONS = """\
def exp(x) = eml(x, 1)
def ln(x) = eml(1, eml(eml(1, x), 1))
def zero = ln(1)

"""


def decided(law: str, more: str = "") -> Finding:
    """The finding on one law."""
    (finding,) = verify(f"{DEFINITIONS}law l: {law}\n\n{more}", "eml").findings
    return finding


PROVED = [
    ("zero = 0", "symbolic identity"),
    ("exp(ln(x)) = x where x > 0", "symbolic identity"),
    ("x = exp(ln(x)) where x != 0 under principal", "symbolic identity"),
    ("ln(exp(x)) = exp(ln(x)) where x > 0", "symbolic identity"),
    ("eml(ln(x), exp(y)) = x - y where x > 0, y real under principal", "symbolic identity"),
    ("ln(x) = eml(1, eml(eml(1, x), 1))", "the same tree"),
    ("x1E = e^x", "symbolic identity"),
    ("exp(x) = e^x under extended", "symbolic identity"),
    ("ln(x) defined where x != 0 under principal", "the normal form"),
    ("ln(x) finite where x > 0 under extended", "the normal form"),
    ("exp(x) finite where -10 < x < 10", "rigorous enclosures"),
    ("ln(x) finite where x >= 1/4, x <= 4", "rigorous enclosures"),
    ("eml(x, y) finite where 1 < x < 2, 1/2 < y < 1", "rigorous enclosures"),
    ("zero finite", "rigorous enclosures"),
    ("zero defined under principal", "rigorous enclosures"),
    # -1 - i0 is on the other side of the cut, and finite all the same.
    ("1xE finite where -2 < x < -1", "rigorous enclosures"),
]


@pytest.mark.parametrize(("law", "by"), PROVED)
def test_laws_that_are_proved(law: str, by: str) -> None:
    finding = decided(law)
    assert (finding.verdict, finding.by) == ("proved", by)
    assert finding.explained


REFUTED = [
    # Outside of the strip the logarithm comes back 2πi away.
    ("ln(exp(x)) = x", {"x": "4i"}, f"{number_text(complex(0, 4 - 2 * cmath.pi))}", "4i"),
    ("x = ln(exp(x))", {"x": "4i"}, "4i", f"{number_text(complex(0, 4 - 2 * cmath.pi))}"),
    ("exp(ln(x)) = x under principal", {"x": "0"}, "the tree has no value: ln 0", "0"),
    ("ln(x) = x where x real", {"x": "0"}, "the tree gives -inf", "0"),
    ("exp(x) = x where x > 2", {"x": "3"}, f"{number_text(cmath.exp(3))}", "3"),
    ("zero = 1", {}, "0", "1"),
]


@pytest.mark.parametrize(("law", "at", "left", "right"), REFUTED)
def test_laws_that_are_refuted_at_the_simplest_point(
    law: str, at: dict[str, str], left: str, right: str
) -> None:
    finding = decided(law)
    assert finding.verdict == "refuted"
    example = finding.counterexample
    assert example is not None
    assert (example["at"], example["left"], example["right"]) == (at, left, right)
    assert finding.explained


def test_a_tree_without_a_value_where_another_tree_has_one() -> None:
    # eml(1, zero) has no value, and 1 has: whichever stands on the left.
    for law in ("eml(zero, 1) = eml(1, eml(1, zero))", "eml(1, eml(1, zero)) = eml(zero, 1)"):
        finding = decided(f"{law} under principal")
        assert finding.verdict == "refuted"
        assert finding.counterexample is not None
        assert "the tree has no value: ln 0" in finding.counterexample.values()


DOMAINS = [
    ("ln(x) defined under principal", {"x": "0"}, "ln 0 at 1xE"),
    ("eml(1, zero) finite under extended", {}, "an infinite value on the way"),
    ("exp(x) finite", {"x": "1000"}, "x1E is inf"),
    ("ln(x) finite where x real", {"x": "0"}, "1xE is inf"),
]


@pytest.mark.parametrize(("law", "at", "why"), DOMAINS)
def test_domains_that_are_refuted(law: str, at: dict[str, str], why: str) -> None:
    finding = decided(law)
    assert finding.verdict == "refuted"
    assert finding.counterexample is not None
    assert (finding.counterexample["at"], finding.counterexample["why"]) == (at, why)


def test_infinite_values_are_defined_where_infinities_are() -> None:
    assert decided("eml(1, zero) defined under extended").verdict == "proved"
    assert decided("eml(1, zero) defined under principal").verdict == "refuted"


UNKNOWN = [
    # True for all x > 0, but 0 is at the edge of every box.
    ("ln(x) defined where 0 < x <= 1/2", "undecided"),
    ("exp(x) finite where x < 700", "given up"),
    # At x = e^e the tree has no value, which no point that is tried shows.
    ("1111xEE1EEyE1EE1E = x*y where x > 1, y > 1 under principal", "proved where also"),
]


@pytest.mark.parametrize(("law", "key"), UNKNOWN)
def test_what_is_unknown_says_what_was_tried(law: str, key: str) -> None:
    finding = decided(law)
    assert finding.verdict == "unknown"
    assert key in finding.tried
    assert finding.tried["points"] > 3


def test_points_lie_where_the_conditions_say() -> None:
    finding = decided("exp(x) = 3.3*10^43 where x > 100, x < 101")
    assert finding.counterexample is not None
    assert finding.counterexample["at"] == {"x": "100.5"}


def test_main_is_the_main_tree() -> None:
    assert decided("main = ln(x) where x > 0", "11xE1EE\n").verdict == "proved"
    assert decided("main = exp(x)", "11xE1EE\n").verdict == "refuted"


def test_single_names_are_variables_and_constants() -> None:
    assert decided("11E = e").verdict == "proved"
    assert decided("eml(x, 1) = exp(x)").by == "the same tree"


WRONG = [
    ("x = y", "expected a tree in the law `l`, found an expression"),
    ("x defined", "expected a tree in the law `l`, found an expression"),
    ("ln(x) = foo(x)", "there is no function `foo`"),
    ("ln(x) = x where x >", "expected an expression beside the relation"),
    ("ln(x) = x where x in [0, 1)", "expected an assumption, found `x in [0, 1)`"),
    ("ln(x) = x where x > 0,", "expected an assumption, found nothing"),
    ("ln(x) = x where", "expected conditions after `where`, found the end of the law"),
    ("ln(x) = x under what", "expected principal, ieee or extended, found `what`"),
    ("ln(x) = x under", "expected a semantics after `under`, found the end of the law"),
    ("ln(x) where x > 0", "expected `=`, `defined`, `finite` or the end of the law, found `where`"),
    ("ln(x) defined x", "expected the end of the law after `defined`, found `x`"),
    ("ln(x)", "expected `=`, `defined` or `finite` in the law `l`, found the end of the law"),
    ("eml(foo(x), 1) = x", "there is no definition `foo`"),
]


@pytest.mark.parametrize(("law", "message"), WRONG)
def test_what_is_wrong_with_a_law(law: str, message: str) -> None:
    source = Source(f"{DEFINITIONS}law l: {law}\n", "laws.eml")
    with pytest.raises(CalculusError) as found:
        verify(source)
    assert message in found.value.diagnostic.message
    span = found.value.diagnostic.span
    assert span is not None
    assert span.source is source
    assert span.start >= source.text.index("law l")


def test_all_mistakes_of_all_laws_are_told() -> None:
    source = Source(f"{DEFINITIONS}law a: x = y\n\nlaw b: ln(x) = x where x > under what\n")
    found = mistakes("eml", EML().parse(source))
    assert len(found) == 3


@pytest.mark.parametrize("condition", ["x off cut", "x + 1\n  off the cut", "2*x\n  real", "|im\n  x| < 1"])
def test_conditions_stand_on_any_line(condition: str) -> None:
    assert decided(f"exp(x) = e^x where\n  {condition} under principal").verdict == "proved"


def test_the_layout_keeps_what_a_law_says() -> None:
    text = f"{DEFINITIONS}law l:ln( exp(x) )=x   where x real,|im x| < pi,  x >= -1/2 under principal\n"
    laid = EML().format(Source(text))
    assert laid.splitlines()[-1] == (
        "law l: ln(exp(x)) = x where x real, |im x| < pi, x >= -1/2 under principal"
    )
    assert EML().format(Source(laid)) == laid
    long = f"{DEFINITIONS}law l: ln(exp(x)) = x where {', '.join(['x > 0'] * 20)} under principal\n"
    laid = EML().format(Source(long))
    assert EML().format(Source(laid)) == laid
    assert verify(laid, "eml").findings[0].verdict == "proved"


def test_the_simplest_points_come_first() -> None:
    points = list(simple(["x"], (), "ieee"))
    assert [number_text(point["x"]) for point in points[:6]] == ["0", "1", "-1", "-1-0i", "0.5", "2"]
    pairs = list(simple(["x", "y"], parse_assumption("x > 0, y > x"), "principal"))
    assert pairs[0] == {"x": 0.5, "y": 1}
    assert all(point["y"].real > point["x"].real > 0 for point in pairs)
    assert list(simple([], (), "ieee")) == [{}]


def test_a_tree_as_an_expression_has_its_values() -> None:
    from calculus.eml.expressions.values import value

    for text in ("x1E", "11xE1EE", "1xEy1EE", "11E"):
        tree = from_postfix(text)
        at = {"x": 0.7 - 0.2j, "y": -1.5 + 1j}
        assert value(as_expression(tree), at) == pytest.approx(values_ieee(tree, at)[id(tree)])


def test_boxes_of_rounded_values_hold_what_is_computed() -> None:
    # Where the enclosure says that all is finite, it is so at points of the box, on both edges of the cut.
    boxes = [(-2, -1), (Fraction(-1, 2), Fraction(1, 2)), (1, 2), (600, 705), (700, 800)]
    finite = 0
    for text in ("x1E", "1xE", "11xE1EE", "xxE", "x1E1E", "1x1EE", "11x1EE1EE", "1xxEE"):
        tree = from_postfix(text)
        for low, high in boxes:
            box = {"x": (Fraction(low), Fraction(high))}
            with domains.precision_of(domains.BITS):
                told = domains._rounded_is_finite(tree, box)
            points = [float(low) + (float(high) - float(low)) * i / 8 for i in range(9)]
            values = [
                values_ieee(tree, {"x": complex(x, zero)})[id(item)]
                for x in points
                for zero in (0.0, -0.0)
                for item in subtrees(tree)
                if item.op is OPERATOR
            ]
            finite += told
            assert not told or all(map(cmath.isfinite, values)), (text, low, high)
    assert finite > 8


def test_no_logarithm_of_a_tree_that_is_proved_defined_passes_zero() -> None:
    conditions = tuple(parse_assumption("x > 0"))
    grid = [0.01 + 0.05 * step for step in range(100)]
    proved = 0
    for tree in space(7):
        law = domains.DomainClaim(None, "defined", tree, conditions, "principal")  # type: ignore[arg-type]
        if domains._symbolic(law) is None:
            continue
        proved += 1
        known = [values_ieee(tree, {"x": complex(x)}) for x in grid]
        for item in subtrees(tree):
            if item.op is OPERATOR:
                row = [values[id(item.children[1])] for values in known]
                real = [z.real for z in row if z.imag == 0]
                # A real argument that changes its sign, and does not jump, is 0 in between.
                assert not any(one * other < 0 and abs(one - other) < 0.5 for one, other in pairwise(real))
    assert proved > 20
