"""Ordinary notation: what is read, what is said of mistakes, and that texts come back."""

import cmath
import math
import random
from fractions import Fraction

import pytest

from calculus.eml.expressions.node import ARITY, apply, number, variable
from calculus.eml.expressions.printer import latex, text
from calculus.eml.expressions.reader import read
from calculus.eml.expressions.values import value
from calculus.source.diagnostic import CalculusError, NameProblem, SyntaxProblem
from calculus.term import Term

x, y = variable("x"), variable("y")
two = number(2)


@pytest.mark.parametrize(
    "written, expected",
    [
        ("sin(x)^2 + 1/2", apply("add", apply("pow", apply("sin", x), two), number(Fraction(1, 2)))),
        ("-x^2", apply("minus", apply("pow", x, two))),
        ("2^-x", apply("pow", two, apply("minus", x))),
        ("x^y^2", apply("pow", x, apply("pow", y, two))),
        ("x**2", apply("pow", x, two)),
        ("x²", apply("pow", x, two)),
        ("x⁻¹²", apply("pow", x, number(-12))),
        ("x - y - 2", apply("sub", apply("sub", x, y), two)),
        ("x/y/2", apply("div", apply("div", x, y), two)),
        ("2x", apply("mul", two, x)),
        ("2 (x)", apply("mul", two, x)),
        ("2x^2 y", apply("mul", apply("mul", two, apply("pow", x, two)), y)),
        ("x^2y", apply("mul", apply("pow", x, two), y)),
        ("1/2x", apply("mul", number(Fraction(1, 2)), x)),
        ("2√x", apply("mul", two, apply("sqrt", x))),
        ("√2x", apply("mul", apply("sqrt", two), x)),
        ("√x²", apply("pow", apply("sqrt", x), two)),
        ("2π", apply("mul", two, apply("pi"))),
        ("2e", apply("mul", two, apply("e"))),
        ("2e3", number(2000)),
        ("2.5e-3", number(Fraction(1, 400))),
        (".5x", apply("mul", number(Fraction(1, 2)), x)),
        ("-1/2", number(Fraction(-1, 2))),
        ("1/0", apply("div", number(1), number(0))),
        ("x · y × 2", apply("mul", apply("mul", x, y), two)),
        ("x − y", apply("sub", x, y)),
        ("log(x)", apply("ln", x)),
        ("log(2, x)", apply("log", two, x)),
        ("Log[2, x]", apply("log", two, x)),
        (
            "Sin[x]^2 + Exp[-x]",
            apply("add", apply("pow", apply("sin", x), two), apply("exp", apply("minus", x))),
        ),
        ("ArcSin[Sqrt[x]]", apply("arcsin", apply("sqrt", x))),
        ("Plus[x, y, 2]", apply("add", apply("add", x, y), two)),
        ("asin(x)", apply("arcsin", x)),
        ("acosh(x)", apply("arcosh", x)),
        ("σ(x)", apply("sigma", x)),
        ("sigmoid(x)", apply("sigma", x)),
        ("hypot(x, y)", apply("hypot", x, y)),
        ("eml(x, y)", apply("sub", apply("exp", x), apply("ln", y))),
        ("sec(x)", apply("inv", apply("cos", x))),
        ("Pi + π + pi", apply("add", apply("add", apply("pi"), apply("pi")), apply("pi"))),
        ("E*I", apply("mul", apply("e"), apply("i"))),
        ("{e} + {sin}", apply("add", variable("e"), variable("sin"))),
        ("rate_2", variable("rate_2")),
    ],
)
def test_what_is_read(written: str, expected: Term) -> None:
    assert read(written) is expected


@pytest.mark.parametrize(
    "written, message, place, help",
    [
        ("", "expected an expression, found nothing", (0, 0), None),
        ("x +", "expected an expression, found the end of the text", (2, 3), None),
        ("(x", "expected an operator or `)`, found the end of the text", (1, 2), None),
        ("x)", "found `)` that closes nothing", (1, 2), None),
        ("sin(x]", "expected an operator, `,` or `)`, found `]`", (5, 6), None),
        ("x y", "expected an operator or the end, found `y`", (2, 3), "a product is written `x*y`"),
        ("(x)(y)", "expected an operator or the end, found `(`", (3, 4), "a product is written `…)*(…)`"),
        ("sin x", "expected `(` after `sin`, found `x`", (4, 5), None),
        ("x!", "expected an operator, found `!`", (1, 2), "the basis has no factorial"),
        ("2e99999", "expected a power of ten of at most 10000, found `99999`", (0, 7), None),
    ],
)
def test_mistakes_have_a_place(written: str, message: str, place: tuple[int, int], help: str | None) -> None:
    with pytest.raises(SyntaxProblem) as caught:
        read(written)
    found = caught.value
    assert (found.diagnostic.message, found.diagnostic.help) == (message, help)
    assert found.span is not None
    assert (found.span.start, found.span.end) == place


@pytest.mark.parametrize(
    "written, message, help",
    [
        ("abs(x)", "there is no function `abs`", None),
        ("sinn(x)", "there is no function `sinn`", "did you mean `sin` or `sinh` or `asin`?"),
        ("x(x + 1)", "there is no function `x`", "a product is written `x*(…)`"),
        ("exp(x, y)", "`exp` expects 1 argument, found 2", None),
        ("hypot(x)", "`hypot` expects 2 arguments, found 1", None),
        (
            "sin + 1",
            "expected the arguments of the function `sin` in brackets, found none",
            "write `sin(…)`; a variable of that name is written `{sin}`",
        ),
    ],
)
def test_functions_that_are_not_there(written: str, message: str, help: str | None) -> None:
    with pytest.raises(NameProblem) as caught:
        read(written)
    assert (caught.value.diagnostic.message, caught.value.diagnostic.help) == (message, help)
    assert caught.value.span is not None


def test_unknown_functions_list_those_there_are() -> None:
    with pytest.raises(NameProblem) as caught:
        read("gamma(x)")
    assert "arsinh" in caught.value.diagnostic.notes[0].message


def test_nothing_else_escapes() -> None:
    letters = [
        "x",
        "2",
        "(",
        ")",
        "[",
        "]",
        "+",
        "-",
        "*",
        "^",
        "√",
        "sin",
        ",",
        "π",
        "{x}",
        ".",
        "e",
        "²",
        "?",
    ]
    source = random.Random(7)
    for _ in range(1000):
        written = "".join(source.choice(letters) for _ in range(source.randrange(8)))
        try:
            read(written)
        except CalculusError as problem:
            assert problem.span is not None


def random_expression(source: random.Random, depth: int) -> Term:
    if depth == 0 or source.random() < 0.2:
        leaf = source.randrange(3)
        if leaf == 0:
            return number(Fraction(source.randint(-3, 3), source.choice([1, 1, 2, 3])))
        if leaf == 1:
            return variable(source.choice(["x", "y", "e", "sin", "alpha", "π"]))
        return apply(source.choice(["pi", "e", "i"]))
    names = (
        [n for n, a in ARITY.items() if a]
        if source.random() < 0.5
        else ["add", "sub", "mul", "div", "pow", "minus"]
    )
    name = source.choice(names)
    return apply(name, *[random_expression(source, depth - 1) for _ in range(ARITY[name])])


def test_texts_are_read_back() -> None:
    source = random.Random(1)
    for _ in range(1500):
        expression = random_expression(source, source.randrange(6))
        assert read(text(expression)) is expression


def test_few_parentheses() -> None:
    for written in (
        "x + y*(2 - x)",
        "(x + y)/2",
        "-x^2",
        "(-x)^2",
        "x^(1/2)",
        "x - (y - 2)",
        "-(x*y)",
        "2*x^-y",
    ):
        assert text(read(written)) == written
    assert str(apply("sin", x)) == "sin(x)"


def test_arithmetic_is_that_of_python() -> None:
    source = random.Random(3)
    signs = ["+", "-", "*", "/", "**"]
    for _ in range(500):
        operands = source.choices(["x", "-y", "2", "-3.5", "(x-1)", "cos(x)"], k=source.randint(1, 5))
        written = "".join(operand + source.choice(signs) for operand in operands)
        written += source.choice(["x", "y"])
        at = {"x": 1.25 + 0j, "y": 0.75 + 0j}
        try:
            expected = complex(eval(written, {"cos": cmath.cos}, at))
        except (OverflowError, ZeroDivisionError):
            continue
        assert cmath.isclose(value(read(written), at), expected, rel_tol=1e-9) or not cmath.isfinite(expected)


def test_deep_and_long_texts() -> None:
    count = 50_000
    assert read("(" * count + "x" + ")" * count) is x
    deep = read("sin(" * count + "x" + ")" * count)
    assert text(deep, 20) == "sin(sin(sin(sin(sin" + "…"
    assert len(text(deep)) == 5 * count + 1
    assert read("-" * 1000 + "x") is read(text(read("-" * 1000 + "x")))


@pytest.mark.parametrize(
    "written, expected",
    [
        ("x/y + exp(2x)", r"\frac{x}{y} + e^{2 \, x}"),
        ("sin(x)^2", r"\sin^{2}\left(x\right)"),
        ("2*3", r"2 \cdot 3"),
        ("(x + 1)^(1/2)", r"\left(x + 1\right)^{\frac{1}{2}}"),
        ("log(2, x) - arsinh(x)", r"\log_{2}\left(x\right) - \operatorname{arsinh}\left(x\right)"),
        ("hypot(x, rate_1)", r"\sqrt{x^{2} + \mathrm{rate\_1}^{2}}"),
    ],
)
def test_latex(written: str, expected: str) -> None:
    assert latex(read(written)) == expected


def test_large_numbers() -> None:
    digits = "7" * 20_000
    assert read(digits).label % 10**6 == 777777
    assert text(read(digits)) == digits
    assert math.isinf(value(read(digits), {}).real)
