"""The theorems about plans, and the statements that fail with their smallest counterexamples."""

import dataclasses

import pytest

from calculus.rlm.planning import check_theorems
from calculus.rlm.planning.theorems import statements, trees
from calculus.rlm.planning.theorems.theorem import fails, holds, tree

FOUND = {theorem.name: theorem for theorem in check_theorems(12)}


def test_theorems_hold_and_statements_fail_as_documented() -> None:
    assert [theorem.name for theorem in FOUND.values() if not theorem.as_expected] == []
    assert sum(theorem.verdict == "holds" for theorem in FOUND.values()) == 15


@pytest.mark.parametrize(
    ("name", "counterexample"),
    [
        ("k^d + 1", {"n": 2, "k": 3, "tau": 1, "planned": 4, "made": 3}),
        ("k^d + 1, neural ⊕", {"n": 2, "k": 2, "tau": 1, "planned": 3, "made": 4}),
        ("reference code", {"planned": 21, "made": 291}),
        ("k* = 2", {"n": 3, "tau": 1, "cost at 2": 4, "k": 3, "cost": 3}),
        ("k* = 2 at n/τ = 64", {"cost at 2": 126, "k": 64, "cost": 64}),
        ("k* = √n", {"n": 3, "tau": 1, "chosen": 2, "its cost": 4, "k": 3, "cost": 3}),
        ("A_⊕^d", {"n": 4, "k": 2, "tau": 1}),
        ("power law", {"n": 2, "k": 2, "tau": 1}),
        ("cuts", {"n": 7, "k": 3, "tau": 2, "planned": 5, "leaves": 7}),
        ("best k", {"n": 8, "tau": 1, "at most": 4, "k": 4, "best k": 3}),
        ("logarithms", {"n": 125, "k": 5, "wrong powers": 23}),
    ],
)
def test_the_smallest_counterexamples(name: str, counterexample: dict) -> None:
    found = FOUND[name].counterexample
    assert found is not None
    assert counterexample.items() <= found.items()


def test_counterexamples_can_be_counted_by_hand() -> None:
    # Seven letters in three parts of 3, 2 and 2; the first is larger than 2 and is split again.
    assert sum(not node.children for node in tree(7, 3, 2)) == 5
    assert sum(sum(not node.children for node in tree(size, 3, 2)) for size in (1, 3, 3)) == 7


def test_a_theorem_that_fails_says_where(monkeypatch: pytest.MonkeyPatch) -> None:
    # The formula of the paper in the place of ours.
    wrong = lambda n, k, tau: trees.Shape(k ** trees.levels(n, k, tau), 0, 0)  # noqa: E731
    monkeypatch.setattr(trees, "shape", wrong)
    found = trees.shapes(12)
    assert (found.verdict, found.as_expected) == ("refuted", False)
    assert (
        found.counterexample is not None and found.counterexample["counted"] != found.counterexample["found"]
    )


def test_a_statement_that_does_not_fail_is_a_surprise() -> None:
    found = fails("true", "1 = 1", "nobody", [(1,), (2,)], lambda number: None)
    assert (found.verdict, found.as_expected, found.tried) == ("holds", False, 2)
    assert holds("true", "1 = 1", [(1,)], lambda number: None).as_expected


def test_larger_limits_try_more() -> None:
    assert trees.shapes(20).tried > trees.shapes(12).tried
    assert statements.calls(20).counterexample == statements.calls(12).counterexample


def test_theorems_are_data() -> None:
    for theorem in FOUND.values():
        value = theorem.to_json()
        assert value == dataclasses.asdict(theorem)
        assert (value["counterexample"] is None) == (value["verdict"] == "holds")
