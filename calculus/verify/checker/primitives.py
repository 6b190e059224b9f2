"""Integers, Booleans and texts: what primitives give, and which numbers make relations hold."""

import json
import operator
from collections.abc import Callable, Sequence
from typing import Any

from calculus.verify.checker.wrong import Wrong

DIGITS = 4_000
"""Digits of the largest integers that are computed with here."""


class Unknown(Wrong):
    """A relation lacks a number, or has no meaning on those it has."""


def number(label: str) -> int | None:
    """The integer that a label is, if it is one."""
    if label.lstrip("-").isdecimal():
        if len(label) > DIGITS:
            raise Wrong(f"an integer of {len(label)} digits is beyond this checker")
        return int(label)
    return None


def _value(label: str) -> int | bool | str | None:
    if label in ("True", "False"):
        return label == "True"
    if label[:1] == '"':
        text: str = json.loads(label)
        return text
    return number(label)


_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "lt": operator.lt,
    "le": operator.le,
    "gt": operator.gt,
    "ge": operator.ge,
}
_NUMERIC: dict[str, Callable[..., Any]] = {
    "add": operator.add,
    "sub": operator.sub,
    "mul": operator.mul,
    "neg": operator.neg,
    "div": operator.floordiv,
    "mod": operator.mod,
}
_FUNCTIONS: dict[str, tuple[type, Callable[..., Any]]] = {
    **{name: (int, function) for name, function in {**_NUMERIC, **_COMPARISONS}.items()},
    "and": (bool, lambda left, right: left and right),
    "or": (bool, lambda left, right: left or right),
    "not": (bool, operator.not_),
    "concat": (str, operator.add),
    "length": (str, len),
}


def compute(name: str, operands: Sequence[str]) -> str | None:
    """The label that a primitive gives on labels, the second operand last; None if it has no result."""
    wanted, function = _FUNCTIONS[name]
    values = [_value(label) for label in operands]
    if name in ("eq", "ne"):
        wanted = type(values[0])
    if any(value is None or type(value) is not wanted for value in values):
        return None
    try:
        result = function(*values)
    except ZeroDivisionError:
        return None
    if isinstance(result, str):
        return json.dumps(result, ensure_ascii=False)
    return str(result)


def _quotient(left: int, right: int) -> int:
    found = abs(left) // abs(right)
    return found if (left < 0) == (right < 0) else -found


_RESULTS: dict[str, Callable[..., int]] = {
    **_NUMERIC,
    "quo": _quotient,
    "rem": lambda left, right: left - right * _quotient(left, right),
}


def related(name: str, values: Sequence[int | None]) -> list[int] | None:
    """The numbers that make a relation hold, None if none do; an unknown number is given as None.

    Raises `Unknown`.
    """
    known = [value for value in values if value is not None]
    if name in _COMPARISONS:
        if len(known) < len(values):
            raise Unknown(f"{name} lacks a number")
        return known if _COMPARISONS[name](*known) else None
    x, y, z = values
    if name in ("add", "sub") and z is not None and len(known) == 2:
        sign = 1 if name == "add" else -1
        if x is None:
            return [z - sign * known[0], known[0], z]
        return [x, sign * (z - x), z]
    if x is None or y is None:
        raise Unknown(f"{name} lacks a number")
    try:
        found = _RESULTS[name](x, y)
    except ZeroDivisionError:
        raise Unknown(f"{name} divides by zero") from None
    return [x, y, found] if z in (None, found) else None
