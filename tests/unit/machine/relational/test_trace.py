"""Searches, transition by transition."""

import json

import pytest

from calculus.machine.budget import Budget
from calculus.machine.relational.trace import TraceEntry, trace
from tests.unit.machine.relational.helpers import finished, searching


def entries(
    text: str, stacks: dict[str, str] | None = None, budget: Budget | None = None, **options: object
) -> list[TraceEntry]:
    search = searching(text, stacks, **options)
    return list(trace(search, budget or Budget(max_steps=1000), start=True))


def lines(text: str, stacks: dict[str, str] | None = None, **options: object) -> list[str]:
    return [" ".join(entry.line().split()) for entry in entries(text, stacks, **options)]


def test_a_trace() -> None:
    assert lines("ex x. (<S(x)> + <x>); [x]; <Z>", {"λ": "Z"}) == [
        "0 start λ: Z | ex x. (<S(x)> + <x>); [x]; <Z>",
        "1 new λ: Z | (<S(_0)> + <_0>); [_0]; <Z> | x = _0",
        "2 sequence λ: Z | <S(_0)> + <_0> | ([_0]; <Z>)",
        "3 choice λ: Z | <S(_0)> | ([_0]; <Z>) | 1 choice left",
        "4 pop failed: expected S(_) on λ, found Z; back to λ: Z | <_0> | ([_0]; <Z>)",
        "5 pop - | 1 | ([Z]; <Z>) | _0 = Z",
        "6 skip - | [Z]; <Z>",
        "7 sequence - | [Z] | (<Z>)",
        "8 push λ: Z | 1 | (<Z>)",
        "9 skip λ: Z | <Z>",
        "10 pop - | 1",
        "10 answer (no values)",
        "done after 10 steps; 1 answer",
    ]


def test_choices_are_where_they_are() -> None:
    found = entries("([A] + [B] + [C]); (<A> + <B>)")
    choice = next(entry for entry in found if entry.rule == "choice")
    assert choice.pending == 1
    assert choice.to_json()["choices"] == [
        {"span": {"line": 1, "column": 8, "end_line": 1, "end_column": 17}, "term": "[B] + [C]"}
    ]
    assert max(entry.pending for entry in found) == 2


def test_substitutions() -> None:
    def substitutions(text: str, stacks: dict[str, str] | None = None) -> list[dict[str, str]]:
        return [entry.substitution for entry in entries(text, stacks) if entry.substitution]

    assert substitutions("<F(x, S(y))>; [x]; <S(A)>", {"λ": "F(z,w)"}) == [
        {"x": "z", "w": "S(y)"},
        {"z": "S(A)"},
    ]
    assert substitutions("add(1, x, 3); x == y") == [{"x": "2"}, {"y": "2"}]
    assert substitutions("ex x y. F(x, A) == F(y, y)") == [{"x": "_0"}, {"y": "_1"}, {"_0": "A", "_1": "A"}]


def test_answers_are_shown_where_they_are_found() -> None:
    found = [entry for entry in entries("[x] + [A]") if entry.rule == "answer"]
    assert [entry.answer.to_json() for entry in found if entry.answer] == [
        {"bindings": {"x": "_0"}, "stacks": {"λ": ["_0"]}, "multiplicity": 1},
        {"bindings": {"x": "_0"}, "stacks": {"λ": ["A"]}, "multiplicity": 1},
    ]


def test_what_set_mode_drops() -> None:
    found = [entry.rule for entry in entries("1*; 1", mode="set")]
    assert "seen" in found
    assert [entry.rule for entry in entries("1 + 1", mode="set")].count("known") == 1
    assert lines("1 + 1", mode="set")[-2:] == ["1 known", "done after 1 step; 1 answer"]


@pytest.mark.parametrize("strategy", ["dfs", "bfs", "deepening", "fair"])
def test_a_trace_is_the_search(strategy: str) -> None:
    text = "([A] + [B])*; (<A> + [C])"
    search = finished(text, budget=Budget(max_steps=200), strategy=strategy)
    found = entries(text, budget=Budget(max_steps=200), strategy=strategy)
    assert found[-1].step == search.steps
    assert [entry.answer for entry in found if entry.rule == "answer"] == search.answers
    assert len([entry for entry in found if entry.failed]) == len(
        [entry for entry in found if entry.failure is not None]
    )
    for entry in found:
        json.dumps(entry.to_json())


@pytest.mark.parametrize(
    ("text", "budget", "rule", "line"),
    [
        ("0", Budget(), "done", "done after 1 step; no answers"),
        (
            "1*",
            Budget(max_steps=9),
            "budget",
            "stopped by the limit on steps after 9 steps; 3 answers so far",
        ),
        (
            "1*",
            Budget(max_answers=2),
            "budget",
            "stopped by the limit on answers after 4 steps; 2 answers so far",
        ),
        ("[A]; lt(x, 1)", Budget(), "stuck", "stuck after 4 steps; no answers"),
    ],
)
def test_ends(text: str, budget: Budget, rule: str, line: str) -> None:
    last = entries(text, budget=budget)[-1]
    assert last.last and last.rule == rule
    assert last.line() == line
    assert last.went_well == (rule == "done" and last.answers > 0)
    assert (last.error is not None) == (rule == "stuck")
    assert last.to_json()["stopped_by"] == last.stopped_by


def test_an_error_has_its_place() -> None:
    *_, last = entries("[A]; lt(x, 1)")
    assert last.span is not None and last.span.text == "lt(x, 1)"


def test_entries_stay_as_they_are() -> None:
    search = searching("[A]*; <B>")
    coming = trace(search, Budget(max_steps=500))
    first = [next(coming) for _ in range(8)]
    before = [entry.to_json() for entry in first]
    list(coming)
    assert [entry.to_json() for entry in first] == before


def test_deep_stacks_and_values_are_cut() -> None:
    text = "[Z]; (ex x. <x>; [F(x, x)]; [A]a; (1; 1))*; <B>"
    *_, last = entries(text, budget=Budget(max_steps=1500))
    shown = last.to_json()
    assert shown["stacks"]["a"][0].startswith("… ") and len(shown["stacks"]["a"]) == 9
    assert all(len(value) < 500 for values in shown["stacks"].values() for value in values)
    *_, last = entries("def f = f; [A]\n\nf", budget=Budget(max_steps=100))
    assert last.continuations[0].startswith("… ") and len(last.continuations) == 9


def test_the_end_of_a_search_that_was_interrupted() -> None:
    budget = Budget()
    coming = trace(searching("1*; 0"), budget)
    next(coming)
    budget.interrupted = True
    *_, last = coming
    assert (last.rule, last.stopped_by) == ("budget", "interrupt")
