"""Decompilation of known trees, its conditions, proofs of identities, simplification, and SymPy."""

from fractions import Fraction

import pytest

from calculus.eml import Tree, decompile
from calculus.eml.decompiler import proves
from calculus.eml.domain import SemanticsName
from calculus.eml.domains import condition_text
from calculus.eml.evaluation import evaluate_ieee
from calculus.eml.expressions.node import NUMBER, number
from calculus.eml.expressions.normal.interval import POSITIVE, ZERO, Bound, Interval, angles, exactly
from calculus.eml.expressions.printer import text
from calculus.eml.expressions.reader import read
from calculus.eml.expressions.simplify import fold, simplify
from calculus.eml.expressions.values import value
from calculus.eml.postfix import from_postfix
from calculus.eml.syntax import eml, substitute, variable
from calculus.source.diagnostic import SyntaxProblem, UsageProblem
from calculus.term import Term

TREES = {
    "ln": "11xE1EE",
    "sub": "11xE1EEy1EE",
    "minus": "111x1EEE1EE11E1EE",
    "inv": "111xEE1EE11E1EE1E",
    "add": "11xE1EE111y1EEE1EE11E1EE1EE",
    "mul": "1111xEE1EEyE1EE1E",
    "div": "111yEE1EE1xE1EE1E",
    "half": "111111111EEE1EE11EE1EEEE1EE1xE1EE1E",
    "sqrt": "111111111EEE1EE11EE1EEEE1EE111xE1EEE1EE1E1E",
}

# The table "best known" of the design: the tree, what it is, the semantics, and the conditions found.
TABLE: list[tuple[str, str, SemanticsName, list[str]]] = [
    ("11xE1EEy1EE", "x - y", "principal", ["-π < Im y ≤ π", "x ≠ 0"]),
    ("11111E1EEEEx1EE", "-x", "extended", ["-π < Im x ≤ π"]),
    ("11111E1EEEEx1EE", "-x", "ieee", ["|Im x| < π"]),
    ("111x1EEE1EE11E1EE", "-x", "principal", ["-π < Im x ≤ π", "e ≠ x"]),
    ("11111E1EEEExE1E", "1/x", "extended", ["x ≠ 0"]),
    ("111xEE1EE11E1EE1E", "1/x", "principal", ["x ≠ 0", "e ≠ ln(x)"]),
    ("111111EEE1EE11EE1EE", "2", "principal", []),
    ("111E11111E1EEEE11E1E1EE1EEE1E", "1/2", "extended", []),
    ("111E11111E1E1EEE1EE11E1EE1EEE1E", "1/2", "principal", []),
    ("11xE1EE111y1EEE1EE11E1EE1EE", "x + y", "principal", ["|Im y| < π", "x ≠ 0", "ln(exp(y)) ≠ e"]),
    ("1111x1EEE1EEy1EE1EE", "x + y", "principal", ["|Im(x + y)| < π", "ln(exp(x)) ≠ e"]),
    ("1111xEE1EEyE1EE1E", "x*y", "principal", ["x ≠ 0", "e ≠ ln(x)", "y ≠ 0"]),
    ("111yEE1EE1xE1EE1E", "x/y", "principal", ["y ≠ 0", "e ≠ ln(y)", "x ≠ 0"]),
    (
        "111111xE1EEEE1EEyE1EE1E1E",
        "x^y",
        "principal",
        ["x not in (-∞, 0]", "x ≠ 1", "e ≠ ln(ln(x))", "y ≠ 0"],
    ),
    (
        "11111xE1EEEE1EE111yE1EEE1EE1E",
        "log(x, y)",
        "principal",
        ["x not in (-∞, 0]", "y not in (-∞, 0]", "x ≠ 1", "e ≠ ln(ln(x))", "y ≠ 1"],
    ),
    ("1111xEE1EExE1EE1E", "x^2", "principal", ["x ≠ 0", "e ≠ ln(x)"]),
    ("11xE11111E1EEEE1xE1E1EE1EEE1E", "x/2", "extended", ["|Im(exp(e)/x)| < π", "x ≠ 0"]),
    ("111111111EEE1EE11EE1EEEE1EE1xE1EE1E", "x/2", "principal", ["x ≠ 0"]),
    (TREES["sqrt"], "sqrt(x)", "principal", ["x not in (-∞, 0]", "x ≠ 1"]),
    ("11xE1EEx11111E1EEEE11EE1EEE1E", "sigma(x)", "extended", ["x ≠ 0", "exp(x) + 1 ≠ 0"]),
    ("11xE1EE", "ln(x)", "ieee", ["x not in (-∞, 0]"]),
]


@pytest.mark.parametrize("tree, expression, semantics, conditions", TABLE)
def test_the_known_trees(tree: str, expression: str, semantics: SemanticsName, conditions: list[str]) -> None:
    found = decompile(tree, semantics=semantics)
    assert found.text == expression
    assert sorted(map(_plain, map(condition_text, found.conditions))) == sorted(map(_plain, conditions))
    # Under these conditions nothing is left to adopt, and they are what was used.
    again = decompile(tree, semantics=semantics, assume=found.conditions, adopt=False)
    assert (again.text, again.adopted, again.refused) == (expression, (), ())
    assert proves(tree, expression, found.conditions, semantics)


def _plain(condition: str) -> str:
    left, sign, right = condition.partition(" ≠ ")
    return sign.join(sorted((left, right))) if sign else condition


def call(name: str, *arguments: Term) -> Term:
    return substitute(from_postfix(TREES[name]), dict(zip("xy", arguments, strict=False)))


X = variable("x")


def exp(term: Term) -> Term:
    return eml(term, from_postfix("1"))


def composed() -> dict[str, Term]:
    one, two = from_postfix("1"), from_postfix("111111EEE1EE11EE1EE")
    rising, falling = exp(X), exp(call("minus", X))
    square = call("mul", X, X)
    root = call("sqrt", call("add", square, one))
    doubled = exp(call("mul", two, X))
    return {
        "cosh(x)": call("half", call("add", rising, falling)),
        "sinh(x)": call("half", call("sub", rising, falling)),
        "tanh(x)": call("div", call("sub", doubled, one), call("add", doubled, one)),
        "sigma(x)": call("inv", call("add", one, falling)),
        "arsinh(x)": call("ln", call("add", X, root)),
        "artanh(x)": call(
            "half", call("sub", call("ln", call("add", one, X)), call("ln", call("sub", one, X)))
        ),
        "x/(x + 1)": call("div", X, call("add", X, one)),
    }


@pytest.mark.parametrize("expression", composed())
def test_composed_trees_are_recognised(expression: str) -> None:
    tree = composed()[expression]
    assert decompile(tree, assume="x real").text == expression
    assume = "0 < x, x < 1"
    assert proves(tree, expression, assume)
    assert not proves(tree, expression + " + 1/10^9", assume)


def test_without_proof_nothing_is_cancelled() -> None:
    found = decompile("11xE1EE", adopt=False)
    assert found.text == "e - ln(exp(e)/x)"
    assert found.notes == ("a simpler form would need x not in (-∞, 0]",)
    assert decompile("11xE1EE", assume="x > 0", adopt=False).text == "ln(x)"
    assert decompile("11xE1EE", assume="re x > 0", adopt=False).text == "ln(x)"
    assert decompile("11xE1EE", assume="x real", adopt=False).text == "e - ln(exp(e)/x)"


def test_only_assumptions_that_are_needed_are_used() -> None:
    found = decompile("11xE1EEy1EE", assume="x > 0, y > 0, y < 1", adopt=False)
    assert found.text == "x - y"
    assert list(map(condition_text, found.used)) in (["x > 0", "y > 0"], ["x > 0", "y < 1"])
    assert decompile("x1E", assume="x > 0").used == ()


def test_the_answer_depends_on_the_semantics() -> None:
    with pytest.raises(UsageProblem, match="takes the logarithm of 0"):
        decompile("11111E1EEEEx1EE")
    with pytest.raises(UsageProblem, match="the value is ∞"):
        decompile("1111E1EEE", semantics="extended")
    with pytest.raises(UsageProblem, match="expected principal, ieee or extended"):
        decompile("1", semantics="float")  # type: ignore[arg-type]


def test_constants() -> None:
    # ln(-1) with -1 = 1 - 2, whose exact value is iπ; computed, its sign is that of a zero.
    two = from_postfix("111111EEE1EE11EE1EE")
    tree = call("ln", call("sub", call("half", two), two))
    assert decompile(tree).text in ("i*pi", "-i*pi", "-(i*pi)")
    assert decompile("11E").text == "e"
    assert decompile("111E1EE").text == "0"


def test_constants_on_the_cut_are_taken_as_they_are_computed() -> None:
    # √(-1) from the trees of -1 and of the root; the logarithm of -1 is that of a rounded number.
    tree = call("sqrt", from_postfix("11111E1EEEE11EE"))
    exact, computed = decompile(tree, semantics="extended"), decompile(tree, semantics="ieee")
    assert {exact.text, computed.text} == {"i", "-i"}
    assert value(computed.expression, {}).imag == round(evaluate_ieee(tree, {}).imag)
    assert exact.conditions == computed.conditions == ()


def test_proofs_name_what_is_missing() -> None:
    proof = proves("11xE1EEy1EE", "x - y", "x > 0")
    assert not proof
    assert list(map(condition_text, proof.missing)) == ["-π < Im y ≤ π"]
    assert proves("11xE1EEy1EE", "x - y", "x > 0, y real")
    assert proves("11xE1EEy1EE", "x + y", "x > 0, y real").why == "the normal forms differ"


def test_proofs_of_expressions_written_otherwise() -> None:
    tree = call("mul", call("add", X, from_postfix("1")), X)
    for written in ("x*(x+1)", "x^2+x", "(x^3-x)/(x-1)"):
        assert proves(tree, written, "x > 0"), written
    assert not proves(tree, "x^2+1", "x > 0")


def test_mistakes() -> None:
    with pytest.raises(SyntaxProblem):
        decompile("1E")
    with pytest.raises(SyntaxProblem):
        decompile("1", assume="x >")
    with pytest.raises(SyntaxProblem):
        proves("1", "x +")


def test_deep_and_shared_trees() -> None:
    deep = X
    for _ in range(3000):
        deep = exp(deep)
    assert decompile(deep).text.startswith("exp(exp(exp(")
    chain = X
    for _ in range(300):
        chain = eml(from_postfix("1"), eml(chain, from_postfix("1")))
    assert decompile(chain, assume="x real").text == "x"
    doubled = X
    for _ in range(12):
        doubled = call("add", doubled, doubled)
    assert decompile(doubled, assume="x > 0").text == "4096*x"


@pytest.mark.parametrize(
    "written, expected",
    [
        ("sin(x)^2 + cos(x)^2", "1"),
        ("exp(ln(x) + y)", "x*exp(y)"),
        ("x + x", "2*x"),
        ("sqrt(x)*sqrt(x)", "x"),
        ("exp(x)*exp(-x)", "1"),
        ("log(2, 8)", "3"),
        ("2^3 + 1/2", "17/2"),
        ("tan(x)*cos(x)", "sin(x)"),
        ("sin(x)/cos(x)", "tan(x)"),
        ("pi/2 - arcsin(x)", "arccos(x)"),
        ("(ln(1 + x) - ln(1 - x))/2", "artanh(x)"),
        ("exp(x)/(1 + exp(x))", "sigma(x)"),
        ("cosh(i*x)", "cos(x)"),
        # What is not the same for all complex values stays.
        ("ln(exp(x))", "ln(exp(x))"),
        ("sqrt(x^2)", "sqrt(x^2)"),
        ("ln(x*y)", "ln(x*y)"),
        ("(x^y)^2 - x^(2y)", "0"),
        ("ln(x) + ln(1/x)", "ln(x) + ln(1/x)"),
        ("arcsin(sin(x))", "arcsin(sin(x))"),
    ],
)
def test_simplification(written: str, expected: str) -> None:
    assert text(simplify(read(written))) == expected


def test_simplification_under_conditions() -> None:
    from calculus.eml.domains import parse_assumption

    real, positive = parse_assumption("x real"), parse_assumption("x > 0, y > 0")
    assert text(simplify(read("ln(exp(x))"), real)) == "x"
    assert text(simplify(read("sqrt(x^2)"), positive)) == "x"
    assert text(simplify(read("sqrt(x^2)"), real)) == "sqrt(x^2)"
    assert simplify(read("ln(x*y) - ln(x)"), positive) == read("ln(y)")
    assert simplify(read("ln(exp(x + y))"), parse_assumption("|im (x + y)| < pi")) == read("x + y")
    assert simplify(read("ln(exp(2x + 2y))"), parse_assumption("|im (x + y)| < pi/2")) == read("2*x + 2*y")


def test_folding_is_exact_and_bounded() -> None:
    assert fold(read("0.1 + 0.2 - 3/10")) is number(0)
    assert fold(read("(1/3)^2*9")) is number(1)
    assert fold(read("1/(1 - 1)")).op is not NUMBER
    assert fold(read("10^(10^10)")).op is not NUMBER


def test_intervals_enclose() -> None:
    third = Interval(Bound(Fraction(1, 3)), Bound(Fraction(1, 2)))
    assert (third * third) <= Interval(Bound(Fraction(1, 9)), Bound(Fraction(1, 4)))
    assert exactly(1).exp() <= Interval(Bound(Fraction("2.718281828")), Bound(Fraction("2.718281829")))
    assert exactly(2).ln() <= Interval(Bound(Fraction("0.693147180")), Bound(Fraction("0.693147181")))
    assert not angles(-1, 1) <= angles(-1, 1, True)
    assert angles(-1, 1, True, True) <= angles(-1, 1, True)
    assert POSITIVE.exp() <= Interval(Bound(Fraction(1)), None, True)
    assert not exactly(3, -1) <= POSITIVE and exactly(-3, 1) <= POSITIVE
    assert exactly(2).inverse() == exactly(Fraction(1, 2))
    assert ZERO.scaled(Fraction(3)) == ZERO


class TestSymPy:
    def test_round_trips(self) -> None:
        import sympy

        x, y = sympy.symbols("x y")
        from calculus.eml.expressions.sympy_bridge import from_sympy, to_sympy

        for item in (
            sympy.sin(x) / x,
            x - y / 2,
            sympy.exp(-(x**2) / 2),
            sympy.sqrt(x) + sympy.Rational(1, 3),
            sympy.acosh(x) * sympy.I + sympy.pi**sympy.E,
            x**y / y ** sympy.Rational(3, 2),
            sympy.log(x, 2),
        ):
            assert to_sympy(from_sympy(item)) == item
        assert text(from_sympy(sympy.Float(0.5) * x)) == "1/2*x"
        assert from_sympy(sympy.Float(0.1)) is number(Fraction(0.1))
        assert text(from_sympy(sympy.sec(x) + sympy.acoth(x))) in (
            "inv(cos(x)) + artanh(inv(x))",
            "artanh(inv(x)) + inv(cos(x))",
        )
        assert text(from_sympy(-x)) == "-x"

    def test_what_is_not_over_the_basis(self) -> None:
        import sympy

        from calculus.eml.expressions.sympy_bridge import from_sympy

        x = sympy.Symbol("x")
        for item, name in (
            (sympy.Abs(x), "Abs"),
            (sympy.Piecewise((x, x > 0), (1, True)), "Piecewise"),
            (1 + sympy.gamma(x), "gamma"),
            (sympy.oo, "oo"),
        ):
            with pytest.raises(UsageProblem, match=f"`{name}` of SymPy cannot be written"):
                from_sympy(item)
        with pytest.raises(UsageProblem, match="expected a SymPy expression"):
            from_sympy("x")

    def test_trees_as_nests(self) -> None:
        import sympy

        from calculus.eml.expressions.sympy_bridge import tree_to_sympy

        nest = tree_to_sympy(from_postfix("11xE1EE"))
        assert str(nest) == "-log(exp(-log(x) + exp(1))) + exp(1)"
        assert abs(complex(nest.subs(sympy.Symbol("x"), 3).evalf()) - 1.0986122886681098) < 1e-12
        deep = X
        for _ in range(2000):
            deep = eml(X, deep)
        assert tree_to_sympy(deep).is_Add

    def test_decompiled(self) -> None:
        import sympy

        x = sympy.Symbol("x")
        tree = Tree(composed()["cosh(x)"])
        found = decompile(tree, assume="x real")
        assert found.to_sympy() == sympy.cosh(x)
        assert found.latex == r"\cosh\left(x\right)"
        assert str(found.domain).startswith("x real")
