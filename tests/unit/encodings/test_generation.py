"""The list of words: the lowest stacks first, those of one height in order, each once, without delay."""

from itertools import islice
from typing import Any

import pytest

import calculus
from calculus.encodings.generation import Words
from calculus.machine.budget import Budget
from calculus.machine.relational.instructions import constructor
from calculus.machine.relational.query import Query

RANKS = {constructor(name): rank for rank, name in enumerate("ABC")}


def words(text: str, **limits: Any) -> Words:
    query = Query(calculus.parse("rmc", f"[Eof]i; ({text})"))
    return Words(query, "i", constructor("Eof"), RANKS, Budget(**limits))


def listed(answers: Any) -> list[str]:
    """The words, the top of the stack first."""
    return ["".join(map(str, reversed(answer.stacks["i"][1:]))) for answer in answers]


def test_the_shortest_come_first_and_those_of_one_length_in_order() -> None:
    found = words("[C]i; [C]i + [B]i + ([A]i + 1; 1; 1; 1) + [B]i; [A]i")
    assert listed(found) == ["", "A", "B", "AB", "CC"]
    assert found.complete


def test_other_stacks_cost_nothing_and_are_looked_at() -> None:
    term = "[A]q; (q<A>; [C]i; [B]q + q<B>; [A]i; [A]q + q<B>; [B]q)*; q<A>"
    found = words(term, max_answers=4)
    assert listed(found) == ["", "AC", "ACAC", "ACACAC"]
    assert (found.complete, found.stopped_by) == (False, "answers")


def test_each_word_comes_once() -> None:
    found = words("([A]i + [A]i); ([B]i + 1; 1); 1*; ([A]i* + [A]i)", max_answers=5)
    assert listed(found) == ["A", "AA", "BA", "AAA", "ABA"]


def test_no_word() -> None:
    found = words("[A]i*; 0")
    assert (listed(found), found.complete, found.status) == ([], True, "done")


def test_what_leads_nowhere_is_not_followed_for_ever() -> None:
    found = words("[A]q; (q<A>; [B]i; [A]q + q<A>; [A]i; [B]q)*; q<C> + [A]i")
    assert (listed(found), found.complete) == (["A"], True)


def test_words_do_not_wait_for_others_of_their_length() -> None:
    found = words("; ".join(["([A]i + [B]i)"] * 40))
    assert listed(islice(found, 3)) == ["A" * 40, "A" * 39 + "B", "A" * 38 + "BA"]
    assert found.steps < 1_000


def test_it_goes_on_where_it_was() -> None:
    found = words("([A]i + [B]i)*")
    assert listed(islice(found, 3)) == ["", "A", "B"]
    assert listed(islice(found, 2)) == ["AA", "AB"]
    assert found.found == 5


@pytest.mark.parametrize(
    ("limits", "stopped_by", "number"),
    [
        ({"max_answers": 0}, "answers", 0),
        ({"max_answers": 2}, "answers", 2),
        ({"max_steps": 3}, "steps", 0),
        ({"max_seconds": 0.3}, "seconds", None),
    ],
)
def test_limits(limits: dict[str, Any], stopped_by: str, number: int | None) -> None:
    found = words("([A]i + [B]i)*", **limits)
    found.keep = False
    count = sum(1 for _ in found)
    assert (found.stopped_by, found.complete, found.status) == (stopped_by, False, "budget")
    assert number is None or count == number
    if stopped_by == "steps":
        assert found.steps == 3


def test_an_interruption_ends_it() -> None:
    found = words("([A]i + [B]i)*")
    found.budget.interrupted = True
    for _ in found:
        pass
    assert found.stopped_by == "interrupt"


def test_a_long_word_and_many_lengths() -> None:
    found = words("; ".join(["[A]i"] * 3000))
    assert listed(found) == ["A" * 3000]
    gaps = words(f"({'; '.join(['[A]i'] * 200)})*", max_answers=20)
    assert [len(word) for word in listed(gaps)] == [200 * number for number in range(20)]
