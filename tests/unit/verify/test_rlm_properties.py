"""The properties of λ-RLM hold where they are looked at, and notice what is broken on purpose."""

from importlib import import_module
from typing import Any

import pytest

from calculus.encodings import terms as t
from calculus.machine.data import FUNCTIONS, Function
from calculus.rlm import guard, prompts
from calculus.rlm.planning import checker, planner, recheck
from calculus.rlm.planning import shape as shapes
from calculus.rlm.planning.shape import Shape
from calculus.rlm.program import parse_program
from calculus.rlm.prompts import prompt
from calculus.rlm.types import infer
from calculus.source.text import Source
from calculus.verify.catalogue import properties
from calculus.verify.independent.combinators import Given, Stuck, balanced, evaluated
from calculus.verify.property import Part, Plan, Tally

splitting = import_module("calculus.rlm.splitting.split")

PARTS = {(item.name, part.name): part for item in properties("rlm") for part in item.parts}

SOME = {
    ("split", "exhaustive"): 2_500,
    ("split", "generated"): 300,
    ("plans", "ranks"): 180,
    ("plans", "runs"): 25,
    ("plans", "changes"): 30,
    ("theorems", "theorems"): 14,
    ("theorems", "accuracy"): 5,
    ("theorems", "statements"): 9,
    ("translation", "exhaustive"): 400,
    ("translation", "generated"): 40,
    ("types", "exhaustive"): 400,
    ("types", "generated"): 40,
    ("termination", "generated"): 30,
    ("termination", "guard"): 18,
    ("prompts", "generated"): 200,
}
"""How many subjects of each part the tests look at."""

COMPARED = {
    ("split", "exhaustive"): ("parts", "trees"),
    ("split", "generated"): ("parts", "trees"),
    ("plans", "ranks"): ("calls", "certificates"),
    ("plans", "runs"): ("calls", "certificates", "exact", "bounds"),
    ("plans", "changes"): ("changed",),
    ("theorems", "theorems"): ("cases", "holds", "refuted"),
    ("theorems", "accuracy"): ("cases", "holds"),
    ("theorems", "statements"): ("cases", "refuted"),
    ("translation", "exhaustive"): ("values",),
    ("translation", "generated"): ("values", "prompts", "orders"),
    ("types", "exhaustive"): ("typed", "without a type", "pure"),
    ("types", "generated"): ("pure", "neural"),
    ("termination", "generated"): ("steps", "values"),
    ("termination", "guard"): ("refused",),
    ("prompts", "generated"): ("prompts",),
}
"""What has to have been counted, so that something was compared at all."""


def looked(property: str, name: str, most: int | None = None, **plan: Any) -> Tally:
    """A part, checked on its first subjects."""
    part: Part = PARTS[property, name]
    chosen = Plan(**plan)
    total = part.total(chosen)
    return part.check(chosen, 0, total if most is None else min(most, total))


def test_every_part_is_looked_at_here() -> None:
    assert set(PARTS) == set(SOME) == set(COMPARED)


@pytest.mark.parametrize("key", sorted(SOME))
def test_properties_hold(key: tuple[str, str]) -> None:
    size = 12 if key[0] == "theorems" else None
    tally = looked(*key, most=SOME[key], size=size)
    assert tally.failures == []
    assert tally.checked == SOME[key]
    assert all(tally.counts[what] > 0 for what in COMPARED[key]), tally.counts


def test_certificates_hold_for_the_independent_checker() -> None:
    claims = looked("plans", "ranks", most=30, certify=True).claims
    assert len(claims) == 30
    for claim in claims:
        assert claim["claim"] == "rlm-plan"
        assert recheck(claim["certificate"]) == []
    wrong = {**claims[5]["certificate"], "calls": claims[5]["certificate"]["calls"] + 1}
    assert recheck(wrong)


def test_a_split_that_loses_a_character_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    right = splitting.chunks

    def lossy(text: Any, *rest: Any) -> Any:
        parts = right(text, *rest)
        return parts[:-1] if len(parts) > 2 else parts

    monkeypatch.setattr(splitting, "chunks", lossy)
    (failure, *_) = looked("split", "exhaustive", most=3_000).failures
    assert failure.size == 3
    assert failure.what.startswith("the parts are together not the text")
    (failure, *_) = looked("split", "generated", most=100).failures
    assert failure.size == 3


def test_a_split_inside_of_a_character_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    from calculus.rlm.splitting import measures

    monkeypatch.setattr(measures, "between_characters", lambda data, position: position)
    (failure, *_) = looked("split", "exhaustive", most=3_000).failures
    assert failure.what.startswith("a part begins inside of a character")
    assert failure.size == 1


def test_an_unbalanced_split_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    def uneven(n: int, k: int) -> list[int]:
        return [1] * (min(k, n) - 1) + [n - min(k, n) + 1] if n else []

    monkeypatch.setattr(splitting, "parts", uneven)
    (failure, *_) = looked("split", "exhaustive", size=4).failures
    assert failure.what.startswith("the parts are not balanced")
    assert failure.size == 3


def test_a_formula_that_forgets_uneven_splits_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    def even(n: int, k: int, tau: int) -> Shape:
        m = shapes.levels(n, k, tau)
        return Shape(k**m, (k**m - 1) // (k - 1), m)

    monkeypatch.setattr("calculus.verify.properties.rlm.plans.shape", even)
    (failure, *_) = looked("plans", "ranks", most=400).failures
    assert failure.what.startswith("by the formula (")
    assert failure.size <= 3


def test_a_plan_that_counts_no_merges_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    right = planner.certify

    def short(*arguments: Any) -> Any:
        from dataclasses import replace

        found = right(*arguments)
        merges = sum(use["calls"] for use in found.sites if use["role"] == "merge")
        return replace(found, calls=found.calls - merges)

    monkeypatch.setattr(planner, "certify", short)
    (failure, *_) = looked("plans", "ranks", most=400).failures
    assert "by the formula" in failure.what
    assert failure.subject.startswith("neural: n 2, k 2, tau 1")


def test_a_checker_that_believes_everything_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checker._Checker, "_derived", lambda self: iter(()))
    assert looked("plans", "changes", most=60).failures


def test_a_translation_with_the_wrong_order_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    def backwards(texts: tuple[Any, ...]) -> str:
        return "".join(map(str, reversed(texts)))

    monkeypatch.setitem(FUNCTIONS, "rlm.concat", Function(1, backwards))
    (failure, *_) = looked("translation", "generated", most=60).failures
    assert "machine: " in failure.what and "by definition: " in failure.what


def test_an_effect_that_is_lost_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(infer, "make_neural", lambda effect, span: None)
    (failure, *_) = looked("types", "exhaustive", most=1_500).failures
    assert "its effect says that nothing is asked" in failure.what
    assert failure.size <= 4


def test_a_type_that_is_wrong_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    right = infer._Inference._infer

    def mistaken(self: Any, term: Any) -> Any:
        if term.op is t.OPERATION and term.label == "++":
            return iter_value(infer.INT)
        return right(self, term)

    def iter_value(value: Any) -> Any:
        return value
        yield

    monkeypatch.setattr(infer._Inference, "_infer", mistaken)
    (failure, *_) = looked("types", "exhaustive", most=2_500).failures
    assert failure.what.startswith("of type Int, but ")
    assert failure.size == 3


def test_a_guard_that_lets_everything_through_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "_problem", lambda fix: None)
    (failure, *_) = looked("termination", "guard").failures
    assert failure.what == "taken for a guarded recursion"


def test_a_prompt_that_does_not_name_its_contents_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    def block(name: str, content: str) -> list[str]:
        return [f"\n<{name} {'0' * 16}>\n", content, f"\n</{name} {'0' * 16}>\n"]

    monkeypatch.setattr(prompts, "_block", block)
    (failure, *_) = looked("prompts", "generated", most=400).failures
    assert failure.what.startswith("read back as ")


def test_the_definition_by_hand() -> None:
    program = parse_program(
        Source(
            "(fix f. \\P. if size P <= tau then [oracle P] else\n"
            "  reduce append [] (map f (split k P))) document"
        )
    )
    given = Given("abcde", "", 2, 2, str.upper, prompt, lambda texts: texts[0])
    assert evaluated(program, given) == ["AB", "C", "DE"]
    with pytest.raises(Stuck):
        evaluated(parse_program(Source("1 / (k - 2)")), given)
    pairs = parse_program(Source("pairs [1, 2, 3]"))
    assert evaluated(pairs, given) == [(1, 2), (1, 3), (2, 3)]


@pytest.mark.parametrize(
    ("text", "k", "expected"),
    [("abcde", 2, ("abc", "de")), ("ab", 5, ("a", "b")), ("", 3, ()), ("abcdefg", 3, ("abc", "de", "fg"))],
)
def test_balanced_splits_by_hand(text: str, k: int, expected: tuple[str, ...]) -> None:
    assert balanced(text, k) == expected
