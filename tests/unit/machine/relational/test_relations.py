"""The relations over integers, by themselves."""

import operator
from itertools import product

import pytest

from calculus.machine.primitives import MOST_BITS
from calculus.machine.relational.relations import RELATIONS, Refused, Unready, solve

NUMBERS = range(-5, 6)


@pytest.mark.parametrize("name", ["add", "sub"])
def test_two_of_three_values_give_the_third(name: str) -> None:
    function = {"add": operator.add, "sub": operator.sub}[name]
    for x, y in product(NUMBERS, repeat=2):
        whole = (x, y, function(x, y))
        for missing in (None, 0, 1, 2):
            given = tuple(None if place == missing else value for place, value in enumerate(whole))
            assert solve(name, given) == whole
        assert solve(name, (x, y, whole[2] + 1)) is None


def test_division_with_remainder() -> None:
    for x, y in product(NUMBERS, repeat=2):
        if y == 0:
            continue
        floor, modulus = (solve(name, (x, y, None)) for name in ("div", "mod"))
        assert floor is not None and modulus is not None
        assert x == y * floor[2] + modulus[2]
        assert 0 <= modulus[2] * (1 if y > 0 else -1) < abs(y)
        quotient, remainder = (solve(name, (x, y, None)) for name in ("quo", "rem"))
        assert quotient is not None and remainder is not None
        assert x == y * quotient[2] + remainder[2]
        assert abs(quotient[2]) == abs(x) // abs(y)
        assert remainder[2] * x >= 0


@pytest.mark.parametrize("name", ["eq", "ne", "lt", "le", "gt", "ge"])
def test_comparisons(name: str) -> None:
    for x, y in product(NUMBERS, repeat=2):
        assert solve(name, (x, y)) == ((x, y) if getattr(operator, name)(x, y) else None)


@pytest.mark.parametrize(
    ("name", "values", "position"),
    [
        ("add", (None, None, 3), 0),
        ("add", (1, None, None), 1),
        ("sub", (None, 2, None), 0),
        ("mul", (None, 2, 4), 0),
        ("div", (4, None, 2), 1),
        ("lt", (1, None), 1),
    ],
)
def test_what_cannot_be_worked_out_yet(name: str, values: tuple[int | None, ...], position: int) -> None:
    with pytest.raises(Unready) as caught:
        solve(name, values)
    assert caught.value.position == position


@pytest.mark.parametrize("name", ["div", "mod", "quo", "rem"])
def test_nothing_is_divided_by_zero(name: str) -> None:
    with pytest.raises(Refused) as caught:
        solve(name, (1, 0, None))
    assert caught.value.kind == "division"


def test_integers_have_a_largest_size() -> None:
    large = 1 << (MOST_BITS // 2 + 1)
    with pytest.raises(Refused) as caught:
        solve("mul", (large, large, None))
    assert caught.value.kind == "size"


def test_every_relation_has_its_number_of_values() -> None:
    assert {entry.arity for entry in RELATIONS.values() if entry.computes} == {3}
    assert {entry.arity for entry in RELATIONS.values() if not entry.computes} == {2}
