"""Decompiled trees have the values of the trees, at points on and off the branch cuts.

The trees are evaluated here by mpmath alone; on the cut, where rounding decides, by the exact evaluator,
which knows nothing of normal forms. That the points find a wrong branch is measured with seeded bugs.
"""

import cmath
import random
from collections.abc import Iterator
from typing import Any

import mpmath
import pytest

from calculus.eml.decompiler import decompile
from calculus.eml.domain import Condition
from calculus.eml.evaluation import evaluate, evaluate_ieee
from calculus.eml.expressions.normal import algebra, facts
from calculus.eml.expressions.values import value, value_mp
from calculus.eml.postfix import to_postfix
from calculus.eml.syntax import variable, variables
from calculus.source.diagnostic import UsageProblem
from calculus.term import Term
from calculus.verify.enumeration.eml import space
from calculus.verify.generation import eml as generation
from calculus.verify.independent import exponentials
from calculus.verify.properties.eml.compiling import holds

MP: Any = exponentials.context()
TINY = MP.mpf(10) ** -15
X, Y = variable("x"), variable("y")
SPECIAL = [-2, -1, "0.5", 2, 3, 20, -30, 1, 1j, -2j, 3j, mpmath.mpc(0, "3.2"), mpmath.mpc(0, -4)]
SPECIAL += [mpmath.mpc(-3, "1e-30"), mpmath.mpc(-3, "-1e-30")]


def points(
    source: random.Random, names: list[str], count: int, real: bool = False
) -> Iterator[dict[str, Any]]:
    for _ in range(count):
        if real:
            yield {name: MP.mpc(source.choice([-2, "0.5", 3, source.gauss(0, 4)])) for name in names}
        elif source.random() < 0.5:
            yield {name: MP.mpc(source.choice(SPECIAL)) for name in names}
        else:
            yield {name: MP.mpc(source.gauss(0, 3), source.gauss(0, 5)) for name in names}


def trees(largest: int) -> list[Term]:
    """All over {1, x} with at most so many nodes."""
    return list(space(largest))


def random_tree(source: random.Random, leaves: int) -> Term:
    """A tree with so many leaves at most, and two variables."""
    return generation.tree(source.randrange, 2 * leaves - 1, variables=("x", "y"))


def wrong(tree: Term, source: random.Random, count: int, **options: Any) -> tuple[str, int]:
    """What is wrong with the decompiled tree, or an empty text, and how many points were compared."""
    try:
        found = decompile(tree, **options)
    except UsageProblem:
        return "", 0
    compared = 0
    for at in points(source, variables(tree), count, bool(options.get("assume"))):
        try:
            if not all(holds(condition, at) for condition in found.conditions):
                continue
            expected = exponentials.exactly(tree, at, "principal").number
        except (exponentials.Unclear, exponentials.Undefined):
            continue
        compared += 1
        if not abs(value_mp(found.expression, at, MP) - expected) <= TINY * max(1, abs(expected)):
            return f"{to_postfix(tree)} is not {found.text} at {at}", compared
    return "", compared


def wrong_on_the_cut(tree: Term) -> tuple[str, int]:
    """The same at negative real numbers."""
    try:
        found = decompile(tree, adopt=False)
    except UsageProblem:
        return "", 0
    compared = 0
    for place in ("-2", "-1/3"):
        expected = evaluate(tree, {"x": place}, semantics="principal", precision=30)
        if expected.status != "defined":
            continue
        compared += 1
        at = {"x": MP.mpf(-2) if place == "-2" else MP.mpf(-1) / 3}
        if not abs(value_mp(found.expression, at, MP) - expected.number) <= TINY * max(
            1, abs(expected.number)
        ):
            return f"{to_postfix(tree)} is not {found.text} at {place}", compared
    return "", compared


def campaign(chosen: list[Term], count: int) -> tuple[list[str], int]:
    source = random.Random(5)
    problems: list[str] = []
    total = 0
    for tree in chosen:
        for options in ({}, {"adopt": False}, {"assume": [Condition("real", X), Condition("real", Y)]}):
            problem, compared = wrong(tree, source, count, **options)
            total += compared
            problems += [problem] if problem else []
    return problems, total


def test_small_trees() -> None:
    chosen = random.Random(1).sample(trees(9), 40)
    problems, compared = campaign(chosen, 5)
    assert problems == []
    assert compared > 200


def test_random_trees() -> None:
    source = random.Random(2)
    problems, compared = campaign([random_tree(source, source.randint(6, 14)) for _ in range(12)], 4)
    assert problems == []
    assert compared > 15


def test_on_the_cut() -> None:
    found = [wrong_on_the_cut(tree) for tree in random.Random(4).sample(trees(9), 40)]
    assert [problem for problem, _ in found if problem] == []
    assert sum(compared for _, compared in found) > 50


def test_values_as_ieee_computes_them() -> None:
    places = [complex(-2, 0.0), complex(-2, -0.0), 0.5 + 0j, 3 + 0j, 1.3 - 2.1j, -0.7 + 3.9j]
    compared = 0
    for tree in random.Random(6).sample(trees(9), 60):
        found = decompile(tree, semantics="ieee", adopt=False)
        for place in places:
            if not all(holds(condition, {"x": MP.mpc(place)}) for condition in found.conditions):
                continue
            expected, computed = evaluate_ieee(tree, {"x": place}), value(found.expression, {"x": place})
            if cmath.isfinite(expected) and cmath.isfinite(computed):
                compared += 1
                assert abs(expected - computed) <= 1e-6 * max(1, abs(expected)), to_postfix(tree)
    assert compared > 150


@pytest.mark.long
def test_all_small_trees_and_many_random_ones() -> None:
    source = random.Random(3)
    chosen = trees(11) + [random_tree(source, source.randint(6, 25)) for _ in range(1000)]
    problems, compared = campaign(chosen, 6)
    assert problems == []
    assert compared > 10_000


def seeded(monkeypatch: pytest.MonkeyPatch, bug: str) -> None:
    if bug == "every logarithm is on the principal branch":
        monkeypatch.setattr(algebra.Algebra, "in_strip", lambda self, item: True)
    elif bug == "the strip has both of its edges":
        monkeypatch.setattr(algebra, "PRINCIPAL", facts.ROUNDED)
    else:
        assert bug == "ln of a product is the sum of logarithms"
        monkeypatch.setattr(algebra.Algebra, "ln", _sum_of_logarithms)


def _sum_of_logarithms(self: Any, item: Any, logarithm: Any = None) -> Any:
    single = item.single()
    if item.is_zero:
        raise ZeroDivisionError
    return self._ln_of_sum(item) if single is None else self._ln_of_term(*single)


@pytest.mark.parametrize(
    "bug",
    [
        "every logarithm is on the principal branch",
        "the strip has both of its edges",
        "ln of a product is the sum of logarithms",
    ],
)
def test_seeded_bugs_are_found(bug: str, monkeypatch: pytest.MonkeyPatch) -> None:
    seeded(monkeypatch, bug)
    source = random.Random(1)
    assert any(wrong(t, source, 12, adopt=False)[0] or wrong_on_the_cut(t)[0] for t in reversed(trees(7)))
