"""All outcomes of choices."""

import time
from itertools import islice

import pytest

from calculus.machine.budget import Budget
from calculus.machine.explore import Answer, explore
from calculus.source.diagnostic import UsageProblem
from tests.unit.machine.helpers import state

BIT = "nd<b>.((b;True->[[1]];False->[[0]]);<k>.k)"


def shown(answer: Answer) -> tuple[object, ...]:
    values = [" ".join(map(str, items)) for items in answer.stacks.values()]
    return (answer.status, answer.exit, *values)


def test_no_choice() -> None:
    search = explore(state("[1]"), Budget())
    assert [shown(answer) for answer in search] == [("done", "*", "1")]
    assert (search.complete, search.stopped_by, search.steps) == (True, None, 1)


def test_both_ways() -> None:
    search = explore(state("nd<x>.[x]"), Budget())
    assert [shown(answer) for answer in search] == [("done", "*", "True"), ("done", "*", "False")]
    assert search.to_json() == {
        "answers": [
            {"exit": "*", "stacks": {"λ": [value]}, "status": "done", "multiplicity": 1}
            for value in ("True", "False")
        ],
        "complete": True,
        "steps": 4,
        "stopped_by": None,
    }


def test_stuck_branches_are_answers() -> None:
    answers = list(explore(state("nd<b>.(b;True->J;False-><x>)"), Budget()))
    assert [shown(answer) for answer in answers] == [("done", "J"), ("stuck", None)]
    assert answers[1].error is not None and answers[1].error.kind == "stack"
    assert answers[1].to_json()["error"]["kind"] == "stack"


def test_an_endless_branch_does_not_hide_an_answer() -> None:
    search = explore(state("nd<b>.(b;True->(*)^*;False->J)"), Budget(max_answers=1))
    assert [shown(answer) for answer in search] == [("done", "J")]
    assert (search.complete, search.stopped_by, search.pending) == (False, "answers", 1)


def test_infinitely_many_answers_stream() -> None:
    numbers = state("[0].f", {"f": "<n>.nd<b>.((b;True->[[n]];False->[[n].[1].add.f]);<k>.k)"})
    answers = islice(explore(numbers, Budget()), 50)
    assert [shown(answer)[2] for answer in answers] == [str(i) for i in range(50)]


def test_answers_come_by_the_transitions_they_took() -> None:
    """Whatever the slices: one branch takes thousands of transitions before it ends."""
    count = "[300]c.(c<n>.([n].[0].gt;<b>.((b;True->[[n].[1].sub.<m>.[m]c.*];False->[Stop]);<k>.k)))^*"
    answers = list(explore(state(f"nd<a>.(a;True->({count});False->nd<b>.(b;True->Q;False->P))"), Budget()))
    assert [answer.exit for answer in answers] == ["Q", "P", "Stop"]
    assert [answer.steps for answer in answers] == sorted(answer.steps for answer in answers)


def test_merging_counts() -> None:
    search = explore(state(f"{BIT}.{BIT}.add"), Budget(), merge=True)
    list(search)
    counts = {shown(answer)[2]: answer.multiplicity for answer in search.answers}
    assert counts == {"2": 1, "1": 2, "0": 1}
    assert search.complete


def test_merging_is_up_to_bound_names() -> None:
    text = "nd<b>.((b;True->[[<x>.[x]]];False->[[<y>.[y]]]);<k>.k)"
    assert len(list(explore(state(text), Budget()))) == 2
    assert len(list(explore(state(text), Budget(), merge=True))) == 1


@pytest.mark.parametrize("limit", [0, 1, 2, 5, 40])
def test_steps(limit: int) -> None:
    search = explore(state("f", {"f": "nd<b>.f"}), Budget(max_steps=limit))
    assert list(search) == []
    assert search.stopped_by == "steps"
    assert not search.complete
    assert search.steps <= limit


def test_seconds() -> None:
    search = explore(state("(*)^*"), Budget(max_seconds=0.05, started=time.monotonic()))
    assert list(search) == []
    assert search.stopped_by == "seconds"


@pytest.mark.parametrize(("limit", "complete"), [(0, False), (1, False), (2, True), (3, True)])
def test_number_of_answers(limit: int, complete: bool) -> None:
    search = explore(state("nd<x>.[x]"), Budget(max_answers=limit))
    assert len(list(search)) == min(limit, 2)
    assert search.complete is complete
    assert search.stopped_by == (None if complete else "answers")


def test_a_second_iteration_finds_nothing_more() -> None:
    search = explore(state("nd<x>.[x]"), Budget())
    assert len(list(search)) == 2
    assert list(search) == []


def test_the_state_stays_as_it_is() -> None:
    machine = state("[1].nd<x>.[x]")
    list(explore(machine, Budget()))
    assert (machine.steps, machine.status, machine.stacks) == (0, "running", {})


def test_inputs_and_draws_are_the_same_in_every_branch() -> None:
    text = "nd<b>.in<x>.rnd<r>.[x].[r]"
    answers = list(explore(state(text, inputs=["7"], seed=1), Budget()))
    assert len(answers) == 2
    assert answers[0].stacks == answers[1].stacks


def test_random_sources_of_an_exact_state_are_choices() -> None:
    answers = list(explore(state("rnd<x>.nd<y>.[x].[y]", exact=True), Budget()))
    assert [shown(answer)[2] for answer in answers] == [
        *("True True", "True False", "False True", "False False")
    ]


@pytest.mark.parametrize(("text", "kind"), [("ask<x>.[x]", "source"), ("[1]ask", "sink")])
def test_the_host_cannot_be_asked(text: str, kind: str) -> None:
    search = explore(state(f"nd<b>.{text}", hosts={"ask": kind}), Budget())
    with pytest.raises(UsageProblem, match="host's location ask cannot be used") as caught:
        list(search)
    assert caught.value.span is not None
    assert caught.value.span.text in ("ask<x>", "[1]ask")
