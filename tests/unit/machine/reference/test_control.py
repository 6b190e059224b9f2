"""Sequence, loops and jumps."""

import pytest

from calculus.machine.reference import step, steps
from tests.unit.machine.helpers import run, stacks, state


def rules(text: str) -> list[str]:
    return [rule for rule, _ in steps(state(text))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("*", []),
        ("* ; [1]", ["sequence", "select", "push"]),
        ("J ; [1]", ["sequence", "reject"]),
        ("J ; J -> I", ["sequence", "select"]),
        ("(J)^K", ["iterate", "reject"]),
        ("[1].(<x>.J)^I", ["push", "iterate", "pop", "reject"]),
        # `;` binds weaker than `.`, so the join comes first.
        ("[5].<x>.x ; 5 -> *", ["sequence", "push", "pop", "select"]),
    ],
)
def test_rules(text: str, expected: list[str]) -> None:
    assert rules(text) == expected


def test_labels_of_different_sorts_differ() -> None:
    assert run('"5" ; 5 -> [1]').exit == ("5",)
    assert run("5 ; 5 -> [1]").exit == "*"
    assert run('"a" ; "a" -> [1]').exit == "*"


def test_a_loop_runs_again_with_the_same_variables() -> None:
    text = "[3].<n>.[n]c.(c<i>.[i].[n].sub.[i].[1].sub;<j>.[j]c.(([j].[0].gt);<b>.(b;False->K)))^True"
    machine = run(text)
    assert machine.exit == "K"
    assert stacks(machine) == {"λ": ["0", "-1", "-2"], "c": ["0"]}


def test_handlers_restore_their_variables() -> None:
    assert stacks(run("[1].<x>.(([2].<x>.[x].J); J -> [x])")) == {"λ": ["2", "1"]}


def test_a_loop_that_never_ends_keeps_its_continuation_stack_short() -> None:
    machine = state("(*)^*")
    for _ in range(1000):
        assert step(machine)
    assert len(machine.frames) <= 1


def test_the_end_takes_no_step() -> None:
    machine = state("J")
    assert step(machine) is None
    assert (machine.status, machine.exit, machine.steps) == ("done", "J", 0)
