"""What is too large to draw, or cannot be drawn, is said; nothing recurses."""

import json
import time
from itertools import pairwise

import pytest

import calculus
from calculus.machine.relational.instructions import (
    FAILURE,
    NOTHING,
    call,
    constructor,
    pop,
    push,
    sequence,
    star,
    sum_of,
)
from calculus.machine.relational.instructions import test as equation
from calculus.rmc.diagram import diagram
from calculus.rmc.diagram.size import MOST, parts
from calculus.source.diagnostic import NameProblem, UsageProblem
from calculus.term import Term
from tests.unit.rmc.diagram.diagrams import drawn

A = constructor("A")
MANY = 20_000


def nest(depth: int) -> Term:
    term = push(A)
    for _ in range(depth):
        term = star(term)
    return term


def deep(depth: int) -> Term:
    value = A
    for _ in range(depth):
        value = constructor("S", value)
    return push(value)


def choices(count: int) -> Term:
    return sequence(*[sum_of(push(A), pop(A))] * count)


@pytest.mark.parametrize(
    ("term", "number"),
    [
        (nest(MANY), "40,002"),
        (deep(MANY), "20,002"),
        (sequence(*[push(A)] * MANY), "40,000"),
        (choices(40), "more than 1,000,000,000,000"),
        (sum_of(*[NOTHING] * MANY), "20,000"),
    ],
    ids=["stars", "values", "sequence", "choices", "summands"],
)
def test_too_large(term: Term, number: str) -> None:
    started = time.monotonic()
    with pytest.raises(UsageProblem, match=f"^too large to draw: {number} parts") as caught:
        diagram(term)
    assert caught.value.diagnostic.help
    assert time.monotonic() - started < 20


def test_what_draws_little_may_be_long() -> None:
    found = diagram(sequence(*[NOTHING] * MANY))
    assert found.summands[0].boxes == ()
    assert diagram(sequence(choices(40), FAILURE)).summands == ()


def test_as_large_as_may_be() -> None:
    depth = 300
    term = nest(depth)
    assert MOST / 2 < parts(term) <= MOST
    found = diagram(term)
    assert found.isomorphic(diagram(term))
    assert found.mirrored().mirrored().isomorphic(found)
    assert not found.isomorphic(found.mirrored())
    assert found.to_svg().count('class="star"') == depth
    assert len(json.loads(json.dumps(found.to_json()))["diagrams"]) == depth + 1


def test_normal_forms_that_grow() -> None:
    """Each of 12 values holds the one before twice."""
    names = [f"x{number}" for number in range(13)]
    tests = "; ".join(f"{after} == F({name}, {name})" for name, after in pairwise(names))
    text = f"ex {' '.join(names)}. {tests}; [x12]"
    assert len(drawn(text).summands[0].boxes) == 12
    with pytest.raises(UsageProblem, match=r"^too large to draw"):
        drawn(text, normal=True)


def test_undefined_names() -> None:
    with pytest.raises(NameProblem, match="there is no definition `f`"):
        diagram(call("f"))
    with pytest.raises(NameProblem, match="there is no definition `g`"):
        diagram(call("f~"), {"f": call("g")})
    dual_is_enough = diagram(call("f~"), {"f": push(A)}, unfold=True)
    assert [box.label for box in dual_is_enough.boxes()] == ["A"]


def test_unfolding_shared_definitions() -> None:
    """Each calls the next twice: 2⁶⁰ calls, which are counted and not made."""
    definitions = {f"f{number}": sequence(*[call(f"f{number + 1}")] * 2) for number in range(60)}
    definitions["f60"] = push(A)
    with pytest.raises(UsageProblem, match="more than"):
        diagram(call("f0"), definitions, unfold=True)
    with pytest.raises(UsageProblem, match="more than"):  # a box of so many wires
        diagram(call("f0"), definitions)
    definitions["f60"] = equation(A, A)
    (box,) = diagram(call("f0"), definitions).boxes()
    assert box.ports == ()


def test_the_library_says_what_it_cannot_draw() -> None:
    with pytest.raises(calculus.UsageProblem, match="fmc cannot draw a term"):
        calculus.diagram("fmc", "[1]")
    with pytest.raises(calculus.UsageProblem, match="no main term"):
        calculus.diagram("rmc", "def f = 1")
    with pytest.raises(calculus.SyntaxProblem):
        calculus.diagram("rmc", "[A")
