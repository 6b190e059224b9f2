"""Unification of values: deep ones, and ones that share parts so much that as trees they are endless."""

import time

import pytest
from immutables import Map

from calculus.machine.relational.instructions import constant, constructor
from calculus.machine.relational.unify import Clash, cyclic, solve, unify
from calculus.machine.relational.values import Bindings, Reading, Structure, Value, glimpse, numbering
from calculus.term import Term
from calculus.term.node import size

A, Z = constructor("A"), constructor("Z")
DEEP = 100_000
NONE: Bindings = Map()


def unified(left: Value, right: Value, bindings: Bindings = NONE) -> Bindings:
    found = unify(left, right, bindings)
    assert found is not None
    return found


def tower(height: int, base: Value) -> Value:
    """S(S(… base))"""
    for _ in range(height):
        base = constructor("S", base) if isinstance(base, Term) else Structure("S", (base,))
    return base


def pair(left: Value, right: Value) -> Structure:
    return Structure("F", (left, right))


def test_a_younger_variable_is_bound_to_an_older() -> None:
    assert dict(unified(0, 1)) == {1: 0} == dict(unified(1, 0))
    assert dict(unified(1, 1)) == {}


def test_what_is_bound_stands_for_its_value() -> None:
    bindings = unified(0, A)
    assert unify(pair(0, 1), pair(1, Z), bindings) is None
    assert dict(unified(pair(0, 1), pair(1, A), bindings)) == {0: A, 1: A}


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (A, Z),
        (A, constant(1)),
        (constructor("S", A), constructor("S", Z)),
        (Structure("S", (0,)), pair(0, 1)),
        (Structure("S", (0,)), Structure("T", (0,))),
        (pair(0, 0), pair(A, Z)),
        (0, Structure("S", (0,))),
        (pair(0, 1), pair(Structure("S", (1,)), Structure("S", (0,)))),
    ],
)
def test_values_without_a_unifier(left: Value, right: Value) -> None:
    assert unify(left, right, NONE) is None
    assert unify(right, left, NONE) is None


def test_a_clash_is_where_the_values_differ_first() -> None:
    left = Structure("G", (0, pair(1, A), Z))
    right = Structure("G", (A, pair(Z, Z), 2))
    found, _ = solve(left, right, NONE)
    assert found == Clash(A, Z)


def test_cycles_through_several_variables() -> None:
    s = [Structure("S", (number,)) for number in range(3)]
    assert cyclic([0], Map({0: s[1], 1: s[2], 2: s[0]}))
    assert not cyclic([0, 1], Map({0: s[1], 1: s[2]}))
    # A variable that is met twice is no cycle.
    assert not cyclic([0], Map({0: pair(1, pair(1, 2)), 1: pair(2, 2)}))


@pytest.mark.long
def test_values_a_million_deep() -> None:
    assert unify(tower(1_000_000, 0), tower(1_000_000, Z), NONE) == Map({0: Z})


def test_deep_values() -> None:
    deep = tower(DEEP, 0)
    assert unify(deep, tower(DEEP, 1), NONE) == Map({1: 0})
    assert unify(deep, tower(DEEP - 1, Z), NONE) is None
    assert unify(deep, 0, NONE) is None
    reading = Reading(unified(deep, 1))
    assert reading.term(pair(0, 1)).children == (reading.term(0), reading.term(deep))


def chain(length: int, last: Value, first: int) -> tuple[Value, Bindings]:
    """A value that is a tree of 2^length leaves, as bindings F(x1, x1), F(x2, x2), … of variables."""
    numbers = range(first, first + length)
    bindings = {number: pair(number + 1, number + 1) for number in numbers}
    return first, Map({**bindings, first + length: last})


def test_shared_parts_cost_nothing() -> None:
    started = time.monotonic()
    length = 2_000
    left, one = chain(length, A, 0)
    right, other = chain(length, A, 10_000)
    both = one.update(other)
    assert unify(left, right, both) == both
    right, other = chain(length, Z, 10_000)
    assert unify(left, right, one.update(other)) is None
    # Unbound at the end, and against a ground value that is shared as much.
    open_, bindings = chain(length, 20_000, 0)
    ground: Term = A
    for _ in range(length):
        ground = constructor("F", ground, ground)
    assert unified(open_, ground, bindings)[20_000] is A
    # The many equations of one unification are checked for cycles together.
    left = Structure("G", tuple(range(length)))
    right = Structure("G", tuple(pair(number + 1, number + 1) for number in range(length)))
    assert len(unified(left, right)) == length
    assert time.monotonic() - started < 5


def test_a_glimpse_is_small() -> None:
    assert size(glimpse(tower(DEEP, 0), NONE, numbering(), 40)) < 200
    wide, bindings = chain(1000, A, 0)
    assert size(glimpse(wide, bindings, numbering(), 40)) < 300
    name = numbering()
    assert glimpse(pair(7, pair(A, 7)), NONE, name, 40) == constructor(
        "F", name(7), constructor("F", A, name(7))
    )
