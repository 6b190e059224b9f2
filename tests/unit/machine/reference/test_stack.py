"""Push and pop, on stacks and on the locations of effects."""

import pytest

from calculus.machine.instructions import LAMBDA
from calculus.machine.reference import resume, step
from calculus.machine.state import Closure
from tests.unit.machine.helpers import finish, place, run, stacks, state, term


def test_push_leaves_the_argument_unevaluated() -> None:
    assert stacks(run("[add.[1]]a")) == {"a": ["add.[1]"]}


def test_push_of_a_variable_pushes_its_value() -> None:
    assert stacks(run("[5].<x>.[x].[1].add")) == {LAMBDA: ["6"]}


def test_push_substitutes_in_a_thunk() -> None:
    assert stacks(run("[5].<x>.[[x].<y>.y]")) == {LAMBDA: ["[5].<y>.y"]}


def test_a_pushed_definition_stays_a_name() -> None:
    machine = run("[one].<x>.x.x.add", {"one": "[1]"})
    assert stacks(machine) == {LAMBDA: ["2"]}


def test_reading_back_does_not_capture() -> None:
    machine = run("[d].<x>.[<d>.[x].d]", {"d": "[1]"})
    assert stacks(machine) == {LAMBDA: ["<d1>.[d].d1"]}


def test_locations_are_independent() -> None:
    assert stacks(run("[1]a.[2]b.a<x>.[x].b<y>.[y]")) == {LAMBDA: ["1", "2"]}


def test_annotated_pop() -> None:
    assert stacks(run("[1].<x:Int>.[x]a")) == {"a": ["1"]}


@pytest.mark.parametrize(
    ("text", "kind", "message", "at"),
    [
        ("[1].<x>.<y>.*", "stack", "cannot pop from λ: the stack is empty", "<y>"),
        ("[1].c<x>", "stack", "cannot pop from c: the stack is empty", "c<x>"),
        ("[1]in", "location", "cannot push to in, which is a source", "[1]in"),
        ("[1]rnd", "location", "cannot push to rnd, which is a source", "[1]rnd"),
        ("[1]nd.[2]", "location", "cannot push to nd, which is a source", "[1]nd"),
        ("out<x>.[2]", "location", "cannot pop from out, which is a sink", "out<x>"),
        ("in<x>.in<y>", "input", "cannot pop from in: there is no input left", "in<y>"),
    ],
)
def test_stuck(text: str, kind: str, message: str, at: str) -> None:
    machine = run(text, inputs=["7"])
    assert machine.status == "stuck"
    assert machine.error is not None
    assert (machine.error.kind, machine.error.message) == (kind, message)
    assert place(machine) == at


def test_stuck_says_how_far_it_came_and_what_is_there() -> None:
    machine = run("[1].[2].[3]b.c<x>")
    assert machine.error is not None
    assert [note.message for note in machine.error.notes] == [
        "after 3 steps; top of each stack: b: 3, λ: … 2"
    ]
    machine = run("<x>")
    assert machine.error is not None
    assert [note.message for note in machine.error.notes] == ["after 0 steps; all stacks are empty"]


def test_stuck_stays_stuck() -> None:
    machine = run("<x>")
    assert step(machine) is None
    assert machine.steps == 0


def test_input_and_output() -> None:
    machine = run("in<x>.[x]out.in<y>.[y]out", inputs=["3", "[4]"])
    assert stacks(machine) == {"out": ["3", "[4]"]}


def test_random_locations_have_their_own_draws() -> None:
    alone = run("rnd<a>.[a].rnd<b>.[b]", seed=3)
    mixed = state("rnd<a>.[a].dice<c>.rnd<b>.[b]", seed=3)
    mixed.effects.kinds = {**mixed.effects.kinds, "dice": "random"}
    assert stacks(finish(mixed)) == stacks(alone)


def test_host_source_suspends_and_resumes() -> None:
    machine = run("ask<x>.[x].[1].add", hosts={"ask": "source"})
    assert machine.status == "suspended"
    assert machine.request is not None
    assert (machine.request.location, machine.request.value) == ("ask", None)
    with pytest.raises(ValueError, match="waits for a value"):
        resume(machine)
    resume(machine, Closure(term("41"), {}))
    assert stacks(finish(machine)) == {LAMBDA: ["42"]}
    assert machine.steps == 4
    with pytest.raises(ValueError, match="not suspended"):
        resume(machine, Closure(term("1"), {}))


def test_host_sink_suspends_with_the_value() -> None:
    machine = run("[1].<x>.[[x]]tell.[2]", hosts={"tell": "sink"})
    assert machine.request is not None and machine.request.value is not None
    assert str(machine.request.value.read_back()) == "[1]"
    resume(machine)
    assert stacks(finish(machine)) == {LAMBDA: ["2"]}


def test_choice_suspends() -> None:
    machine = run("nd<x>.[x]")
    assert machine.status == "suspended"
    assert machine.request is not None and machine.request.location == "nd"
