"""Whole numbers and fractions as trees: how large, and right in exact and in floating-point arithmetic."""

import cmath
import math
import subprocess
import sys
from collections.abc import Iterator
from fractions import Fraction
from itertools import product
from typing import Any

import mpmath
import pytest

from calculus.eml.compiler.numbers import integer, rational
from calculus.eml.compiler.numbers.known import KNOWN
from calculus.eml.compiler.numbers.rules import RULES
from calculus.eml.compiler.numbers.table import MODES, PATH, Mode, chains
from calculus.eml.postfix import from_postfix
from calculus.eml.syntax import dag_size, size, subtrees
from calculus.source.diagnostic import UsageProblem
from calculus.term import Term

FIELDS = [mode._asdict() for mode in MODES]


Sum = frozenset[tuple[Any, Fraction]]
"""Rational multiples of atoms: 1, iπ, exponentials of sums, and logarithms of primes and of other sums."""

ONE_ATOM, TURN = "1", "iπ"


def total(*parts: tuple[Sum, Fraction | int]) -> Sum:
    found: dict[Any, Fraction] = {}
    for terms, factor in parts:
        for atom, value in terms:
            found[atom] = found.get(atom, Fraction(0)) + value * factor
    return frozenset((atom, value) for atom, value in found.items() if value)


def number(value: Fraction) -> Sum:
    return total((frozenset({(ONE_ATOM, Fraction(1))}), value))


def exponential(exponent: Sum) -> Sum:
    """exp of a sum: exp(ln p) is p, exp(ln s) is s, exp(iπ) is -1; what is left is an atom."""
    coefficient, rest = Fraction(1), []
    for atom, value in exponent:
        if atom == TURN:
            assert value.denominator == 1
            coefficient *= -1 if value % 2 else 1
        elif atom[0] == "ln" and isinstance(atom[1], int) and value.denominator == 1:
            coefficient *= Fraction(atom[1]) ** int(value)
        else:
            rest.append((atom, value))
    if not rest:
        return number(coefficient)
    if len(rest) == 1 and rest[0][0][0] == "ln" and rest[0][1] == 1:
        return total((rest[0][0][1], coefficient))
    return frozenset({(("exp", frozenset(rest)), coefficient)})


def logarithm(of: Sum, negative: bool) -> Sum:
    """The logarithm of a sum whose sign is known: ln(r exp(s)) is ln r + s."""
    terms = sorted(of, key=repr)
    content = abs(terms[0][1])
    sign = frozenset({(TURN, Fraction(1))}) if negative else frozenset()
    logs: dict[Any, Fraction] = {}
    for part, direction in ((content.numerator, 1), (content.denominator, -1)):
        prime = 2
        while part > 1:
            while part % prime == 0:
                part //= prime
                logs["ln", prime] = logs.get(("ln", prime), Fraction(0)) + direction
            prime += 1
    inner = total((of, (-1 if negative else 1) / content))
    if len(terms) > 1 or (terms[0][0] != ONE_ATOM and terms[0][0][0] != "exp"):
        root = frozenset({(("ln", inner), Fraction(1))})
    else:
        root = frozenset() if terms[0][0] == ONE_ATOM else terms[0][0][1]
    return total((sign, 1), (frozenset(logs.items()), 1), (root, 1))


class Proof:
    """Exact values of trees whose logarithms are all of real numbers; and which of these are negative."""

    def __init__(self) -> None:
        self.values: dict[Term, tuple[Sum, mpmath.mpc]] = {}
        self.negative: set[Term] = set()

    def value(self, tree: Term) -> Fraction | None:
        with mpmath.workdps(50):
            for item in subtrees(tree):
                if item not in self.values:
                    self.values[item] = self._step(item)
        terms = dict(self.values[tree][0])
        return terms.get(ONE_ATOM, Fraction(0)) if set(terms) <= {ONE_ATOM} else None

    def meets_negative(self, tree: Term) -> bool:
        return any(item in self.negative for item in subtrees(tree))

    def _step(self, item: Term) -> tuple[Sum, mpmath.mpc]:
        if not item.children:
            return number(Fraction(1)), mpmath.mpc(1)
        (a, x), (b, y) = (self.values[child] for child in item.children)
        assert b, "the logarithm of 0"
        assert abs(y.imag) < 1e-30 * abs(y), "the logarithm of a number that is not real"
        if y.real < 0:
            self.negative.add(item)
        exact = total((exponential(a), 1), (logarithm(b, y.real < 0), -1))
        return exact, mpmath.exp(x) - mpmath.log(mpmath.mpc(y.real, 0))


def floating(tree: Term, known: dict[Term, complex]) -> complex:
    """The value in complex128, with ln 0 = -inf."""
    for item in subtrees(tree):
        if item not in known:
            if not item.children:
                known[item] = 1
                continue
            a, b = (known[child] for child in item.children)
            power = 0 if a.real == -math.inf else cmath.exp(a)
            if b == 0:
                logarithm: complex = -math.inf
            else:
                logarithm = complex(math.inf, 0) if b.real == math.inf else cmath.log(b)
            known[item] = power - logarithm
    return known[tree]


def mpmath_value(tree: Term, digits: int) -> mpmath.mpc:
    with mpmath.workdps(digits):
        values: dict[Term, mpmath.mpc] = {}
        for item in subtrees(tree):
            if not item.children:
                values[item] = mpmath.mpc(1)
                continue
            a, b = (values[child] for child in item.children)
            power = mpmath.mpf(0) if a == -mpmath.inf else mpmath.exp(a)
            log = -mpmath.inf if b == 0 else mpmath.inf if b.real == mpmath.inf else mpmath.log(b)
            value = power - log
            lost = mpmath.isfinite(value) and abs(value) < mpmath.mpf(10) ** (10 - digits) * abs(power)
            values[item] = mpmath.mpc(0) if lost else value
        return values[tree]


def sizes(finite: bool, robust: bool) -> list[int]:
    return [size(integer(n, finite=finite, robust=robust)) for n in range(1, 1001)]


@pytest.mark.parametrize("mode", FIELDS, ids=str)
def test_whole_numbers_reach_their_sizes(mode: dict[str, bool]) -> None:
    found = sizes(**mode)
    assert sum(found) / 1000 <= 175
    assert max(found) <= 245
    assert found[99] <= 121


def test_sizes_never_grow_with_freedom() -> None:
    free, finite, robust, both = (sizes(*mode) for mode in MODES)
    assert all(
        a <= min(b, c) <= max(b, c) <= d for a, b, c, d in zip(free, finite, robust, both, strict=True)
    )
    assert sum(free) < sum(finite) < sum(robust) < sum(both)


@pytest.mark.parametrize(
    ("number", "infinite", "finite"),
    [
        *(("0", 7, 7), ("1", 1, 1), ("2", 19, 19), ("-1", 15, 17), ("-2", 27, 27), ("3", 29, 29)),
        *(("1/2", 29, 31), ("-1/2", 29, 31), ("2/3", 39, 39), ("-2/3", 37, 39), ("1/3", 35, 37)),
        *(("-3", 35, 35), ("-3/2", 31, 33)),
    ],
)
def test_small_numbers_are_as_short_as_searches_find(number: str, infinite: int, finite: int) -> None:
    assert size(rational(Fraction(number))) == infinite
    assert size(rational(Fraction(number), finite=True)) == finite


@pytest.mark.parametrize("robust", [False, True])
def test_whole_numbers_are_proved(robust: bool) -> None:
    proof = Proof()
    for n in (*range(-689, 0, 3), *range(1, 1001)):
        tree = integer(n, finite=True, robust=robust)
        assert proof.value(tree) == n
        assert not (robust and proof.meets_negative(tree))


@pytest.mark.parametrize("mode", FIELDS, ids=str)
def test_whole_numbers_are_accurate_in_floating_point(mode: dict[str, bool]) -> None:
    known: dict[Term, complex] = {}
    for n in (*range(-1000, 0, 7), *range(1, 1001)):
        assert abs(floating(integer(n, **mode), known) / n - 1) < 1e-13


def fractions() -> Iterator[Fraction]:
    for q, p in product(range(2, 13), range(-26, 27)):
        if math.gcd(p, q) == 1 and (p + q) % 13 == 1:
            yield Fraction(p, q)
    for text in (
        "1/101",
        "0.001",
        "-1/1000",
        "-1e-20",
        "3.14159",
        "-3.14159",
        "-689.5",
        "-700.5",
        "1/10007",
        "1e-30",
    ):
        yield Fraction(text)


@pytest.mark.parametrize("mode", FIELDS, ids=str)
def test_fractions_are_right(mode: dict[str, bool]) -> None:
    known: dict[Term, complex] = {}
    for value in list(fractions())[:: 1 if mode["finite"] and mode["robust"] else 3]:
        tree = rational(value, **mode)
        assert abs(floating(tree, known) / float(value) - 1) < 1e-12
        assert abs(mpmath_value(tree, 90) * value.denominator / value.numerator - 1) < 1e-40


def test_robust_fractions_have_only_logarithms_of_positive_numbers() -> None:
    proof = Proof()
    for value in [value for value in fractions() if not -0.01 < value < 0 and value > -688][::3]:
        tree = rational(value, finite=True, robust=True)
        assert proof.value(tree) == value
        assert not proof.meets_negative(tree)


LARGE = [1001, 123456789, 10**30 + 7, 12345**7 + 500, 10**100 + 123]


@pytest.mark.parametrize("mode", FIELDS, ids=str)
def test_large_numbers_are_right(mode: dict[str, bool]) -> None:
    for n in (*LARGE, *(-n for n in LARGE)):
        tree = integer(n, **mode)
        assert abs(mpmath_value(tree, 320) / n - 1) < 1e-200
        assert abs(floating(tree, {}) / n - 1) < 1e-12


def test_size_grows_with_the_logarithm() -> None:
    for digits in (10, 40, 80):
        n = int("1234567890" * (digits // 10)) + 3
        assert size(integer(n)) <= 80 * digits
    assert size(integer(10**30)) <= 210
    # No recursion: a number of thousands of digits.
    assert size(integer(7**2000 + 1)) < 1000


def test_sharing_is_counted_on_request() -> None:
    for n in (1001, 123456789, 10**40 + 12345):
        by_size, by_dag = integer(n), integer(n, shortest="dag")
        assert dag_size(by_dag) <= dag_size(by_size)
        assert size(by_size) <= size(by_dag)


def test_table_is_what_the_rules_give() -> None:
    from calculus.eml.compiler.numbers.generator import text

    assert PATH.read_text(encoding="utf-8") == text()


def test_costs_of_rules_are_those_of_the_trees() -> None:
    # K of the operations as published: a - b, a + b, ab, a/b and -a add so many nodes.
    assert RULES["l<n"].cost + RULES["n<v"].cost + RULES["difference"].cost + RULES["x<v"].cost == 9
    names = ("x<v", "w<x", "sum under e", "x<v", "v<w")
    assert sum(RULES[name].cost for name in names) == 17
    assert sum(RULES[name].cost for name in ("n<v", "product under e", "l<n", "v<l")) == 15
    assert RULES["u<x"].cost + 2 == 14
    assert RULES["x<v"].cost + RULES["w<x"].cost + RULES["u<w"].cost == 16


def test_known_trees_are_what_they_claim() -> None:
    for value, trees in KNOWN.items():
        for known in trees:
            tree = from_postfix(known.postfix)
            assert abs(mpmath_value(tree, 60) * value.denominator - value.numerator) < 1e-40
            if known.finite:
                proof = Proof()
                assert proof.value(tree) == value
                assert proof.meets_negative(tree) != known.robust
            else:
                with pytest.raises(AssertionError, match="logarithm of 0"):
                    Proof().value(tree)


def test_trees_are_the_same_each_time() -> None:
    assert integer(777) is integer(777)
    assert chains(Mode(True, True)).tree("v", 777) is integer(777, finite=True, robust=True)


def test_nothing_heavy_is_imported() -> None:
    program = (
        "import sys; from fractions import Fraction\n"
        "from calculus.eml.compiler.numbers import integer, rational\n"
        "integer(100); integer(10**30); rational(Fraction(1, 7));"
        "assert not {'numpy', 'numba', 'sympy', 'mpmath'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


@pytest.mark.parametrize("wrong", [1.5, "2", True, None])
def test_what_is_no_number_is_refused(wrong: object) -> None:
    with pytest.raises(UsageProblem, match="expected a"):
        integer(wrong)  # type: ignore[arg-type]
    with pytest.raises(UsageProblem, match="expected a"):
        rational(wrong)  # type: ignore[arg-type]


def test_unknown_measures_are_refused() -> None:
    with pytest.raises(UsageProblem, match="shortest is one of K, dag"):
        integer(5, shortest="depth")
