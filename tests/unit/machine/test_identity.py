"""When states are the same."""

import pytest

from calculus.machine.identity import Identity, Watch, simplify_last_frame
from calculus.machine.instructions import jump
from calculus.machine.reference import step
from calculus.machine.state import Closure, Frame
from tests.unit.machine.helpers import finish, state, term


def same(left: str, right: str) -> bool:
    identity = Identity()
    return identity.key(finish(state(left))) == identity.key(finish(state(right)))


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("[<x>.[x]].nd<z>.z", "[<y>.[y]].nd<z>.z", True),
        ("[<x>.[x]].nd<z>.z", "[<y>.[y]].nd<u>.u", True),
        ("[1].<x>.nd<z>.[x]", "nd<z>.[1]", True),
        ("[1].<x>.nd<z>.[x]", "nd<z>.[2]", False),
        ("[1].nd<z>.[1]", "[2].nd<z>.[1]", False),
        ("[1].nd<z>", "[1]a.nd<z>", False),
        ("[1]a.a<x>.nd<z>", "nd<z>", True),
        ("nd<z>; J -> [1]", "nd<z>; J -> [2]", False),
        ("nd<z>; 5 -> [1]", 'nd<z>; "5" -> [1]', False),
        ("nd<x>.[1]", "nd<x>.[1] ; *", False),
    ],
)
def test_keys(left: str, right: str, expected: bool) -> None:
    assert same(left, right) is expected


def test_remaining_inputs_matter() -> None:
    identity = Identity()
    machines = [finish(state("in<x>.nd<y>", inputs=inputs)) for inputs in (["1"], ["2"], ["2", "3"])]
    first, second, third = [identity.key(machine) for machine in machines]
    assert first == second != third


def frames(*texts: tuple[str, str]) -> list[Frame]:
    return [Frame(label, term(text), {}) for label, text in texts]


def simplified(label: str, text: str) -> list[tuple[object, str]]:
    found = frames((label, text))
    simplify_last_frame(found)
    return [(frame.label, str(frame.term)) for frame in found]


@pytest.mark.parametrize(
    ("label", "text", "expected"),
    [
        ("J", "J", []),
        ("J", "I", [("J", "I")]),
        ("*", "f ; g", [("*", "g"), ("*", "f")]),
        ("*", "f ; (g ; h)", [("*", "g.h"), ("*", "f")]),
        ("*", "(f ; g) ; h", [("*", "h"), ("*", "g"), ("*", "f")]),
        ("*", "(f ; *) ; h", [("*", "h"), ("*", "f")]),
        ("J", "f ; g", [("J", "f.g")]),
    ],
)
def test_simplifying(label: str, text: str, expected: list[tuple[str, str]]) -> None:
    assert simplified(label, text) == expected


def test_a_variable_that_stands_for_the_jump() -> None:
    found = [Frame("J", term("x"), {"x": Closure(jump("J"), {})})]
    simplify_last_frame(found)
    assert found == []


@pytest.mark.parametrize(
    ("text", "repeats"),
    [
        ("(*)^*", True),
        ("[<x>.[x].x].<x>.[x].x", True),
        ("[0]c.(c<x>.[x].[1].add.<y>.[y]c)^*", False),
        ("([1])^*", False),
        ("([1].<x>.[2].<x>)^*", True),
        ("f", True),
    ],
)
def test_watching_for_repetition(text: str, repeats: bool) -> None:
    machine = state(text, {"f": "f ; *"})
    watch = Watch(Identity())
    found = False
    while machine.steps < 2000 and not found and (rule := step(machine)):
        if rule == "sequence":
            simplify_last_frame(machine.frames)
        found = watch.repeats(machine)
    assert found is repeats
