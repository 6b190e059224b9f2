"""Definitions, and names that stand for nothing."""

import pytest

from calculus.machine.reference import steps
from tests.unit.machine.helpers import place, run, stacks, state


def test_a_definition_takes_a_step() -> None:
    machine = state("d.d", {"d": "[1]"})
    assert [rule for rule, _ in steps(machine)] == [
        *("sequence", "definition", "push", "select"),
        *("definition", "push"),
    ]


def test_a_definition_does_not_see_the_variables_of_its_caller() -> None:
    machine = run("[1].<x>.d", {"d": "[x]", "x": "[2]"})
    assert stacks(machine) == {"λ": ["x"]}


def test_a_pop_hides_a_definition() -> None:
    assert stacks(run("[3].<d>.[d]", {"d": "[1]"})) == {"λ": ["3"]}


def test_recursion() -> None:
    factorial = "<n>.([n].[1].le;<b>.((b;True->[[1]];False->[[n].([n].[1].sub.f).mul]);<k>.k))"
    assert stacks(run("[20].f", {"f": factorial})) == {"λ": ["2432902008176640000"]}


@pytest.mark.parametrize(
    ("text", "message", "at", "help"),
    [
        ("[1].nowhere", "nowhere is bound by no pop and defined nowhere", "nowhere", None),
        ("dubble", "dubble is bound by no pop and defined nowhere", "dubble", "double"),
        ("[1].[2].lenght", "lenght is bound by no pop and defined nowhere", "lenght", "length"),
    ],
)
def test_stuck(text: str, message: str, at: str, help: str | None) -> None:
    machine = run(text, {"double": "[2].mul"})
    assert machine.status == "stuck"
    assert machine.error is not None
    assert (machine.error.kind, machine.error.message) == ("name", message)
    assert place(machine) == at
    assert machine.error.help == (f"did you mean {help}?" if help else None)


def test_a_variable_out_of_its_scope_is_stuck() -> None:
    machine = run("[1].<x>.[x] ; x")
    assert machine.error is not None and machine.error.kind == "name"
