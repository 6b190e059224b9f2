"""Closures and states as data."""

from calculus.machine.instructions import jump, pop, push, variable
from calculus.machine.reference import step
from calculus.machine.state import Closure, State, capture, evaluate
from tests.unit.machine.helpers import finish, stacks, state

ONE = Closure(jump(1), {})


def test_capture_keeps_what_is_free() -> None:
    term = push(variable("x"), pop("y", variable("y")))
    assert capture(term, {"x": ONE, "y": ONE, "z": ONE}) == {"x": ONE}


def test_evaluating_a_variable_wraps_nothing() -> None:
    assert evaluate(variable("x"), {"x": ONE}) is ONE
    assert evaluate(variable("d"), {"x": ONE}).term is variable("d")


def test_constant() -> None:
    assert ONE.constant == 1
    assert Closure(push(jump(1)), {}).constant is None


def test_read_back_shares() -> None:
    thunk = Closure(push(variable("x")), {"x": ONE})
    pair = Closure(push(variable("a"), push(variable("b"))), {"a": thunk, "b": thunk})
    assert pair.read_back() is push(push(jump(1)), push(push(jump(1))))


def test_read_back_of_many_levels() -> None:
    """Each level uses the one below twice: 2^200 nodes as a tree, 200 as a graph."""
    value = ONE
    for _ in range(200):
        value = Closure(push(variable("x"), push(variable("x"))), {"x": value})
    assert value.read_back().children[0] is value.read_back().children[1].children[0]


def test_read_back_of_a_deep_chain() -> None:
    value = ONE
    for _ in range(100_000):
        value = Closure(push(variable("x")), {"x": value})
    assert value.read_back().text(20).startswith("[[[[[")


def test_a_copy_is_independent() -> None:
    machine = state("[1].[2].(<x>.[x].[3];[4])")
    for _ in range(4):
        step(machine)
    copy = machine.copy()
    finish(copy)
    assert machine.steps == 4
    assert stacks(machine) == {"λ": ["1"]}
    finish(machine)
    assert stacks(machine) == stacks(copy) == {"λ": ["1", "2", "3", "4"]}


def test_memory_leaves_out_empty_stacks() -> None:
    machine = finish(state("[1]a.a<x>.[x]b"))
    assert stacks(machine) == {"b": ["1"]}


def test_initial_stacks() -> None:
    machine = finish(state("add", stacks={"λ": ["1", "2"]}))
    assert stacks(machine) == {"λ": ["3"]}


def test_a_state_takes_its_own_copy_of_the_stacks() -> None:
    given = {"λ": [ONE]}
    finish(State(pop("x"), stacks=given))
    assert given == {"λ": [ONE]}
