"""States as JSON."""

import copy
import json
from random import Random
from typing import Any

import pytest

from calculus.machine.effects import Effects
from calculus.machine.instructions import SKIP, Text, jump, pop, push, variable
from calculus.machine.reference import resume, step
from calculus.machine.serial import state_from_json, state_to_json
from calculus.machine.state import Closure, State
from calculus.source.diagnostic import UsageProblem
from calculus.verify.generation import fmc as generation
from tests.unit.machine.helpers import finish, run, stacks, state, term


def through_json(machine: State) -> State:
    return state_from_json(json.loads(json.dumps(state_to_json(machine))))


def same(left: State, right: State) -> None:
    assert left.memory() == right.memory()
    for name in ("steps", "status", "exit", "term"):
        assert getattr(left, name) == getattr(right, name)
    assert type(left.exit) is type(right.exit)
    assert (left.error and left.error.to_json()) == (right.error and right.error.to_json())
    assert state_to_json(left) == state_to_json(right)


def test_random_programs_continue_step_for_step() -> None:
    seen = set()
    for seed in range(250):
        rng = Random(seed)
        definitions, main = generation.program(rng.randrange, 70, effects=("in", "rnd", "out"), big=True)
        machine = State(main, definitions, effects=Effects([jump(1), push(jump(2))], seed))
        for _ in range(rng.randrange(200)):
            step(machine)
        loaded = through_json(machine)
        same(machine, loaded)
        for _ in range(200):
            rule = step(machine)
            assert step(loaded) == rule
            if rule is None:
                break
        same(machine, loaded)
        seen.add(machine.status)
    assert seen == {"done", "stuck", "running"}


def test_places_survive() -> None:
    machine = state("[1].[2].<x>.add")
    step(machine)
    loaded = finish(through_json(machine))
    assert loaded.error is not None and loaded.error.span is not None
    assert loaded.error.span.text == "add"


def test_sharing_survives() -> None:
    value = Closure(SKIP, {})
    for _ in range(100):
        value = Closure(push(variable("x"), push(variable("x"))), {"x": value})
    machine = State(SKIP, stacks={"λ": [value, value]})
    data = state_to_json(machine)
    assert len(data["closures"]) == 101
    assert len(data["terms"]) == 4
    loaded = state_from_json(data)
    first, second = loaded.stacks["λ"]
    assert first is second


@pytest.mark.parametrize(
    "label",
    [
        2**53,
        2**53 + 1,
        -(2**63),
        10**100,
        "J'",
        Text("\ud83d\ude00"),
        Text("a\ud800"),
        Text("\U0001f600"),
    ],
)
def test_labels(label: Any) -> None:
    machine = State(push(jump(label), jump(label)), stacks={"λ": [Closure(jump(label), {})]})
    loaded = through_json(machine)
    assert loaded.term is machine.term
    assert loaded.stacks["λ"][0].term is jump(label)


def test_a_pair_of_surrogates_is_not_one_character() -> None:
    pair = Text("\ud83d" + "\ude00")
    loaded = through_json(State(jump(pair)))
    assert len(loaded.term.label.value) == 2


def test_suspended_states_resume() -> None:
    machine = run("ask<x>.[x].[1].add", hosts={"ask": "source"})
    loaded = through_json(machine)
    resume(loaded, Closure(term("41"), {}))
    assert stacks(finish(loaded)) == {"λ": ["42"]}
    sink = through_json(run("[[1]]tell.[2]", hosts={"tell": "sink"}))
    assert sink.request is not None and sink.request.value is not None
    resume(sink)
    assert stacks(finish(sink)) == {"λ": ["2"]}


def test_effects_survive() -> None:
    machine = state("*", inputs=["1", "<x>.x"], seed=2**70, exact=True, hosts={"ask": "source"})
    machine.effects.draw("rnd")
    machine.effects.give_back("rnd", [jump("True"), jump("False")])
    loaded = through_json(machine).effects
    assert loaded.kinds == machine.effects.kinds
    assert (loaded.seed, loaded.exact) == (2**70, True)
    assert loaded.inputs == machine.effects.inputs
    assert loaded.drawn == machine.effects.drawn
    draws = [[effects.draw("rnd") for _ in range(30)] for effects in (loaded, machine.effects)]
    assert draws[0] == draws[1]


def test_annotated_pops_survive() -> None:
    machine = state("[1].<x:Int>.[x]")
    assert stacks(finish(through_json(machine))) == {"λ": ["1"]}


def deep(height: int) -> None:
    body = SKIP
    for i in range(height):
        body = push(jump(i), body)
    value = Closure(SKIP, {})
    for _ in range(height):
        value = Closure(push(variable("x")), {"x": value})
    machine = State(body, stacks={"a": [value] * height})
    loaded = state_from_json(state_to_json(machine))
    assert loaded.term is body
    assert len(loaded.stacks["a"]) == height
    step(loaded)
    assert loaded.steps == 1


def test_deep_states() -> None:
    deep(20_000)


@pytest.mark.long
def test_very_deep_states() -> None:
    deep(1_000_000)


# What is not a state.


def sample(steps: int = 4) -> dict[str, Any]:
    machine = state("[5].<x>.([[x].f]a;J->K).ask<y>", {"f": "[1].f"}, hosts={"ask": "source"}, seed=1)
    machine.effects.draw("rnd")
    for _ in range(steps):
        step(machine)
    data = json.loads(json.dumps(state_to_json(machine)))
    assert isinstance(data, dict)
    return data


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (("format",), "other", 'the state should be "format"'),
        (("version",), 2, "the state should be version 1, found 2"),
        (("version",), True, "version 1"),
        (("term",), -1, "term should be an index below"),
        (("term",), 10**9, "term should be an index below"),
        (("term",), "0", "term should be an index below"),
        (("terms", 0, 0), "machine.nothing", "operator of a term should be one that is known"),
        (("terms", 0, 2), [5], "a child of"),
        (("terms", 0), [], "a term should be a list of 4"),
        (("closures", 0), {}, "a closure should be a list of 2"),
        (
            ("closures", 0, 1),
            {"x": 0},
            "x in the environment of a closure should be an index below 0",
        ),
        (("stacks",), [], "stacks should be an object, found a list"),
        (("status",), "asleep", "status should be one of running"),
        (("status",), "stuck", "error should be an object, found nothing"),
        (("status",), "done", "exit should be a jump"),
        (("status",), "suspended", "request should be an object"),
        (("steps",), -1, "steps should be a natural number"),
        (("steps",), 1.5, "steps should be a label"),
        (("effects", "kinds", "in"), "tap", "the kind of in should be one that is known"),
        (("effects", "generators", "rnd"), [3, [1, 2], None], "generators should be states"),
        (("effects", "generators", "rnd"), 7, "generators should be states"),
        (("effects", "seed"), None, "effects should be"),
        (
            ("request",),
            {"location": "ask", "value": None},
            "request should be what the term waits for",
        ),
    ],
)
def test_malformed(path: tuple[Any, ...], value: Any, message: str) -> None:
    data = sample()
    inner = data
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    with pytest.raises(UsageProblem) as caught:
        state_from_json(data)
    assert str(caught.value).startswith("this is no saved state: ")
    assert message in str(caught.value)


@pytest.mark.parametrize("data", [None, 5, "text", [], {}, {"format": "calculus-state"}, {1: 2}])
def test_not_even_close(data: Any) -> None:
    with pytest.raises(UsageProblem, match="no saved state"):
        state_from_json(data)


@pytest.mark.parametrize("field", sorted(sample()))
def test_missing_fields(field: str) -> None:
    data = sample()
    del data[field]
    with pytest.raises(UsageProblem, match="no saved state"):
        state_from_json(data)


JUNK: list[Any] = [
    *(None, True, False, 0, 1, -1, 2, 10**30, 1.5, float("nan"), float("inf"), "", "x", "rnd", "λ"),
    *([], [0], [[]], {}, {"text": "a"}, {"integer": "zz"}, {"integer": "0x5"}, {"points": [-1]}),
    *(
        {"points": [55296]},
        {"x": 0},
        "machine.pop",
        "machine.jump",
        "done",
        [0, 0, 0, 0],
        [None] * 4,
    ),
]


def places(data: Any) -> list[tuple[Any, Any]]:
    """Every (container, key) below."""
    found = []
    stack = [data]
    while stack:
        top = stack.pop()
        keys = list(top) if isinstance(top, dict) else range(len(top))
        for key in keys:
            found.append((top, key))
            if isinstance(top[key], dict | list) and len(top[key]) < 100:
                stack.append(top[key])
    return found


@pytest.mark.parametrize("steps", [4, 20])
def test_junk_anywhere_is_refused_or_runs(steps: int) -> None:
    """Whatever is put where: loading either says no, or gives a state that runs."""
    original = sample(steps)
    rng = Random(5)
    count = len(places(original))
    refused = loaded = 0
    for index in range(count):
        for junk in JUNK:
            data = copy.deepcopy(original)
            container, key = places(data)[index]
            container[key] = copy.deepcopy(junk)
            if rng.random() < 0.2:
                container, key = rng.choice(places(data))
                container[key] = copy.deepcopy(rng.choice(JUNK))
            try:
                machine = state_from_json(data)
            except UsageProblem:
                refused += 1
                continue
            loaded += 1
            if machine.request and machine.request.value is None:
                resume(machine, Closure(jump(1), {}))
            finish(machine, machine.steps + 50)
            machine.memory()
            json.dumps(state_to_json(machine))
    assert refused > 1000
    assert loaded > 100


def test_pops_need_a_name() -> None:
    data = state_to_json(State(pop("x")))
    data["terms"][-1][1] = ["λ"]
    with pytest.raises(UsageProblem, match=r"label of machine\.pop should be a location and a name"):
        state_from_json(data)


def test_integers_beyond_the_digits_that_python_prints() -> None:
    loaded = through_json(State(jump(10**5000)))
    assert loaded.term is jump(10**5000)
