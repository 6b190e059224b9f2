"""Trees, numbers and what the machine has yet to do, as text."""

from math import copysign, inf, isnan, nan

import pytest

from calculus import eml
from calculus.eml.latex import to_latex
from calculus.eml.number import number_text, read_number
from calculus.eml.postfix import to_postfix
from calculus.eml.printer import LARGEST, bounded_size, to_text
from calculus.eml.program import call
from calculus.eml.syntax import ONE, size, variable
from calculus.eml.syntax import eml as node
from calculus.machine.instructions import SKIP
from calculus.machine.numeric import compute, number
from calculus.source.diagnostic import SyntaxProblem, UsageProblem
from calculus.source.text import Source
from calculus.term import Term

x = variable("x")
LN = node(ONE, node(node(ONE, x), ONE))


def doubling(count: int) -> Term:
    tree = x
    for _ in range(count):
        tree = node(tree, tree)
    return tree


def test_text_and_postfix() -> None:
    assert str(LN) == to_text(LN) == str(eml.Tree(LN)) == "eml(1, eml(eml(1, x), 1))"
    assert to_postfix(LN) == eml.Tree(LN).postfix == "11xE1EE"
    assert to_text(call("f", ONE, x)) == "f(1, x)"


@pytest.mark.parametrize("name", ["eml", "def", "law", "xyE"])
def test_names_that_would_be_read_otherwise_stand_in_braces(name: str) -> None:
    tree = node(variable(name), ONE)
    assert to_text(tree) == f"eml({{{name}}}, 1)"
    assert eml.Tree(to_text(tree)).term is tree


def test_a_limit_cuts() -> None:
    assert to_text(LN, limit=10) == "eml(1, em…"
    deep = doubling(1_000)
    assert len(to_text(deep, limit=500)) == 500
    assert len(to_postfix(deep, 500)) <= 502


def test_what_is_too_large_to_print_says_so() -> None:
    deep = doubling(100)
    for printed in (str, to_text, to_latex, lambda tree: eml.Tree(tree).postfix):
        with pytest.raises(UsageProblem, match="too large to print"):
            printed(deep)  # type: ignore[operator]
    assert len(repr(eml.Tree(deep))) < 300


def test_bounded_size() -> None:
    assert bounded_size(LN, 100) == size(LN) == 7
    assert bounded_size(LN, 7) == 7
    assert bounded_size(LN, 6) > 6
    # K has 6,000 digits, and those of all subtrees would fill the memory.
    assert bounded_size(doubling(20_000), LARGEST) == LARGEST + 1


def test_latex() -> None:
    assert to_latex(LN) == (r"\operatorname{eml}(1, \operatorname{eml}(\operatorname{eml}(1, x), 1))")
    assert to_latex(node(variable("rate"), ONE)) == r"\operatorname{eml}(\mathrm{rate}, 1)"


def test_what_the_machine_has_yet_to_do_is_postfix() -> None:
    assert str(compute(LN, SKIP)) == "11xE1EE"
    assert compute(LN, SKIP).text(4) == "11x…"
    assert len(compute(doubling(1_000), SKIP).text(100)) <= 100


NUMBERS = {
    "0": 0j,
    "-0": complex(-0.0, 0.0),
    "1": 1 + 0j,
    "0.5": 0.5 + 0j,
    "-2.5e-300": complex(-2.5e-300, 0.0),
    "1e+22": 1e22 + 0j,
    "2.718281828459045": complex(2.718281828459045),
    "inf": complex(inf, 0.0),
    "-inf": complex(-inf, 0.0),
    "1+2i": 1 + 2j,
    "1-2i": 1 - 2j,
    "1-0i": complex(1.0, -0.0),
    "-0-0i": complex(-0.0, -0.0),
    "-3i": complex(0.0, -3.0),
    "-0+3i": complex(-0.0, 3.0),
    "inf-infi": complex(inf, -inf),
    "5e-324i": complex(0.0, 5e-324),
}


@pytest.mark.parametrize(("text", "value"), NUMBERS.items(), ids=NUMBERS.keys())
def test_numbers(text: str, value: complex) -> None:
    assert number_text(value) == text
    found = read_number(Source(text))
    assert found == value
    assert copysign(1, found.real) == copysign(1, value.real)
    assert copysign(1, found.imag) == copysign(1, value.imag)
    assert str(number(value)) == text


def test_other_spellings_of_numbers() -> None:
    wanted = {"i": 1j, "-i": -1j, "+2": 2 + 0j, " 1 + 2i ": 1 + 2j, ".5": 0.5 + 0j, "3.": 3 + 0j, "2j": 2j}
    for text, value in wanted.items():
        assert read_number(Source(text)) == value, text


def test_no_number_is_one_number() -> None:
    found = read_number(Source("nan+nani"))
    assert isnan(found.real) and isnan(found.imag)
    assert number_text(complex(nan, nan)) == "nan+nani"
    assert number(complex(nan, 0)) is number(complex(-nan, 0))


@pytest.mark.parametrize("text", ["", "x", "1 2", "1+2", "2i3", "1i+2", "1e", "0x10", "infinity", "1+2ii"])
def test_what_is_no_number(text: str) -> None:
    with pytest.raises(SyntaxProblem, match="expected a number"):
        read_number(Source(text))


def test_zeros_of_both_signs_are_different_values() -> None:
    values = {number(complex(a, b)) for a in (0.0, -0.0) for b in (0.0, -0.0)}
    assert len(values) == 4
