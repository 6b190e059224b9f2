"""The relations over integers that the machine knows: `add(x, y, z)` holds if x + y = z.

They leave the stacks alone and hold at most once, so each is its own dual, as `s == t` is. What can be
worked out must have one solution: `add` and `sub` need two of their three values, the others those that
come before the last. Without them a run is stuck, as Prolog's arithmetic is.
"""

import operator
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from calculus.machine.primitives import MOST_BITS


class Unready(Exception):
    """A relation lacks a value; `position` says which (from 0)."""

    def __init__(self, position: int) -> None:
        super().__init__(position)
        self.position = position


class Refused(Exception):
    """A relation has no meaning on its values; `kind` is that of the diagnostic."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


class Relation(NamedTuple):
    """A relation, its number of values, and whether the last is worked out from those before.

    `function` takes the values that must be known: to what the last one is, or to whether it holds.
    """

    name: str
    arity: int
    computes: bool
    function: Callable[..., int | bool]


def _mul(left: int, right: int) -> int:
    if left.bit_length() + right.bit_length() - 1 > MOST_BITS:
        raise Refused("size", f"an integer of more than {MOST_BITS} bits is too large")
    return left * right


def _dividing(function: Callable[[int, int], int]) -> Callable[[int, int], int]:
    def divide(left: int, right: int) -> int:
        if right == 0:
            raise Refused("division", "division by zero")
        return function(left, right)

    return divide


def _quotient(left: int, right: int) -> int:
    found = abs(left) // abs(right)
    return found if (left < 0) == (right < 0) else -found


def _remainder(left: int, right: int) -> int:
    return left - right * _quotient(left, right)


RELATIONS: Mapping[str, Relation] = MappingProxyType(
    {
        item.name: item
        for item in (
            Relation("add", 3, True, operator.add),
            Relation("sub", 3, True, operator.sub),
            Relation("mul", 3, True, _mul),
            Relation("div", 3, True, _dividing(operator.floordiv)),
            Relation("mod", 3, True, _dividing(operator.mod)),
            Relation("quo", 3, True, _dividing(_quotient)),
            Relation("rem", 3, True, _dividing(_remainder)),
            Relation("eq", 2, False, operator.eq),
            Relation("ne", 2, False, operator.ne),
            Relation("lt", 2, False, operator.lt),
            Relation("le", 2, False, operator.le),
            Relation("gt", 2, False, operator.gt),
            Relation("ge", 2, False, operator.ge),
        )
    }
)


def solve(name: str, values: tuple[int | None, ...]) -> tuple[int, ...] | None:
    """The values that make the relation hold, None if none do. An unknown value is given as None.

    Raises `Unready` and `Refused`.
    """
    entry = RELATIONS[name]
    if not entry.computes:
        known = _known(values)
        return known if entry.function(*known) else None
    if name in ("add", "sub") and values.count(None) == 1 and values[2] is not None:
        return _solve_sum(name, values)
    left, right = _known(values[:2])
    found = int(entry.function(left, right))
    return (left, right, found) if values[2] in (None, found) else None


def _solve_sum(name: str, values: tuple[int | None, ...]) -> tuple[int, ...]:
    """`x + y = z` or `x - y = z`, with z and one of the others known."""
    x, y, z = values
    assert z is not None
    if name == "sub":  # x - y = z is z + y = x
        return (z + y, y, z) if y is not None else (_the(x), _the(x) - z, z)
    return (z - y, y, z) if y is not None else (_the(x), z - _the(x), z)


def _the(value: int | None) -> int:
    assert value is not None
    return value


def _known(values: tuple[int | None, ...]) -> tuple[int, ...]:
    for position, value in enumerate(values):
        if value is None:
            raise Unready(position)
    return tuple(value for value in values if value is not None)
