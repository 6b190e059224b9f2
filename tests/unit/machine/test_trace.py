"""Traces."""

import json
import time

import pytest

from calculus.machine.budget import Budget
from calculus.machine.instructions import SKIP, jump, push
from calculus.machine.reference import resume
from calculus.machine.state import Closure, State
from calculus.machine.trace import SHOWN, trace
from tests.unit.machine.helpers import state, term


def test_every_transition_and_the_end() -> None:
    entries = list(trace(state("([2].K; I->[9]); K->[3]"), Budget()))
    assert [(entry.step, entry.rule, entry.term) for entry in entries] == [
        (1, "sequence", "[2].K ; I -> [9]"),
        (2, "sequence", "[2].K"),
        (3, "push", "K"),
        (4, "reject", "K"),
        (5, "select", "[3]"),
        (6, "push", "*"),
        (6, "done", "*"),
    ]
    assert [entry.last for entry in entries] == [False] * 6 + [True]
    assert entries[2].stacks == {"λ": ["2"]}
    assert entries[2].continuations == ["K -> [3]", "I -> [9]"]


def test_an_entry_says_what_fired_and_what_comes_next() -> None:
    entries = list(trace(state("[2].<x>.[x].add"), Budget(), start=True))
    places = [
        (entry.rule, entry.span and entry.span.text, entry.upcoming and entry.upcoming.text)
        for entry in entries
    ]
    assert places == [
        ("start", None, "[2]"),
        ("push", "[2]", "<x>"),
        ("pop", "<x>", "[x]"),
        ("push", "[x]", "add"),
        ("stuck", "add", None),
    ]


def test_variables_are_shown_by_their_values() -> None:
    entries = list(trace(state("[[1]].<f>.[[f].f]a.f"), Budget()))
    assert [entry.term for entry in entries[:4]] == [
        "<f>.[[f].f]a.f",
        "[[[1]].[1]]a.[1]",
        "[1]",
        "*",
    ]
    assert entries[2].stacks == {"a": ["[[1]].[1]"]}


def test_entries_stay_as_they_were() -> None:
    entries = list(trace(state("[1].<x>.[2].<x>.[x]"), Budget()))
    assert [entry.stacks for entry in entries[:5]] == [
        {"λ": ["1"]},
        {},
        {"λ": ["2"]},
        {},
        {"λ": ["2"]},
    ]


def test_json() -> None:
    entries = [entry.to_json() for entry in trace(state("[1].<x>"), Budget())]
    assert entries[0] == {
        "step": 1,
        "rule": "push",
        "span": {"line": 1, "column": 1, "end_line": 1, "end_column": 4},
        "next": {"line": 1, "column": 5, "end_line": 1, "end_column": 8},
        "term": "<x>",
        "stacks": {"λ": ["1"]},
        "continuations": [],
    }
    assert entries[-1]["rule"] == "done"
    assert entries[-1]["exit"] == "*"
    json.dumps(entries)


def test_stuck_at_the_end() -> None:
    last = list(trace(state("<x>"), Budget()))[-1]
    assert (last.rule, last.step) == ("stuck", 0)
    assert last.error is not None and last.error.kind == "stack"
    assert last.to_json()["error"]["kind"] == "stack"


@pytest.mark.parametrize("limit", [0, 1, 7])
def test_a_budget_ends_it(limit: int) -> None:
    entries = list(trace(state("(*)^*"), Budget(max_steps=limit)))
    assert len(entries) == limit + 1
    assert (entries[-1].rule, entries[-1].stopped_by) == ("budget", "steps")


def test_seconds_end_it() -> None:
    budget = Budget(max_seconds=0.05, started=time.monotonic())
    *_, last = trace(state("(*)^*"), budget)
    assert last.stopped_by == "seconds"


def test_a_suspended_run_goes_on_with_another_trace() -> None:
    machine = state("ask<x>.[x]", hosts={"ask": "source"})
    (last,) = trace(machine, Budget())
    assert (last.rule, last.waits_for) == ("suspended", "ask")
    resume(machine, Closure(term("5"), {}))
    entries = list(trace(machine, Budget()))
    assert [entry.step for entry in entries] == [2, 2]
    assert entries[-1].stacks == {"λ": ["5"]}


def test_deep_stacks_are_cut() -> None:
    *_, last = trace(state("[0]." + "[1]." * 20 + "[2]"), Budget())
    assert last.stacks == {"λ": [f"… {22 - SHOWN} more", *["1"] * (SHOWN - 1), "2"]}
    *_, last = trace(state("(" * 20 + "J" + "; I -> *)" * 20), Budget(max_steps=20))
    assert last.continuations == [f"… {20 - SHOWN} more", *["I -> *"] * SHOWN]


def test_the_text_of_large_terms_costs_little() -> None:
    body = SKIP
    for i in range(50_000):
        body = push(jump(i), body)
    entries = trace(State(body), Budget())
    started = time.monotonic()
    texts = [next(entries).term for _ in range(500)]
    assert time.monotonic() - started < 5
    assert all(len(text) < 200 for text in texts)
    assert texts[0].startswith("[49998].[49997].")
    assert texts[0].endswith("…")


def test_the_text_of_deep_values_costs_little() -> None:
    doubling = "[1].(<x>.[[x].[x]].J)^J"
    started = time.monotonic()
    *_, last = trace(state(doubling), Budget(max_steps=3000))
    assert len(str(last.to_json())) < 3000
    assert time.monotonic() - started < 5
