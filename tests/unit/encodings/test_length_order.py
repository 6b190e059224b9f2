"""The strategy that lists words: the lowest stacks first, those of one height sorted."""

from typing import Any

import calculus
from calculus.encodings.length_order import LengthOrder
from calculus.machine.relational.query import Query
from calculus.machine.relational.search import Search
from calculus.machine.relational.state import State, stack_values


def key(state: State) -> list[str]:
    return [str(value) for value in stack_values(state.memory.get("a"))]


def search(text: str) -> Search:
    made = Search(Query(calculus.parse("rmc", text)))
    made.frontier = LengthOrder(made.frontier.first(1), "a", key)
    return made


def found(text: str) -> list[Any]:
    return [[str(value) for value in answer.stacks.get("a", ())] for answer in search(text)]


def test_the_lowest_come_first_and_those_of_one_height_sorted() -> None:
    assert found("([C]a; [C]a + [B]a + ([A]a + 1; 1; 1; 1) + [B]a; [A]a)") == [
        [],
        ["A"],
        ["B"],
        ["B", "A"],
        ["C", "C"],
    ]


def test_other_stacks_cost_nothing() -> None:
    assert found("([B]b; [B]b; [A]a + [C]a)") == [["A"], ["C"]]


def test_each_answer_comes_before_anything_higher_is_explored() -> None:
    answers = iter(search("[A]a*"))
    assert [len(next(answers).stacks.get("a", ())) for _ in range(4)] == [0, 1, 2, 3]


def test_a_copy_goes_on_alone() -> None:
    first = search("([A]a + [B]a)*")
    answers = iter(first)
    for _ in range(4):
        next(answers)
    second = first.copy()
    after = [str(next(iter(second)).stacks) for _ in range(5)]
    assert len(first.frontier) > 0
    assert [str(next(iter(first)).stacks) for _ in range(5)] == after


def test_what_is_pending_is_told_in_order() -> None:
    made = search("([B]a + [A]a + [A]a; [A]a)")
    while len(made.frontier.first(9)) < 3:
        made.step()
    assert len(made.frontier) == len(made.frontier.first(9)) == 3
    assert made.frontier.first(2) == made.frontier.first(9)[:2]
    assert not made.frontier.exhausted
    assert len(list(made)) == 3
    assert made.frontier.exhausted
