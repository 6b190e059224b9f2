"""The primitives: what each expects on λ and what it leaves there.

Operands are listed bottom first, so in `[7].[2].sub` they are 7 and 2. `Int`, `Bool` and `Text` are the base
types; `Base` stands for any one of them, the same throughout a signature. Integers are unbounded, Booleans
are the jumps `True` and `False`, `div` and `mod` round towards minus infinity.
"""

import operator
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from calculus.machine.instructions import Jump, Text


class PrimitiveFailure(Exception):
    """A primitive has no result on operands of its types; `kind` is that of the diagnostic."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


class Primitive(NamedTuple):
    """A primitive: operand types bottom first, the type of its result, and its function on Python values."""

    name: str
    operands: tuple[str, ...]
    result: str
    function: Callable[..., Any]


MOST_BITS = 1 << 21
"""The largest integer has so many bits (631,305 decimal digits): one division of two such takes seconds."""
MOST_CHARACTERS = 1 << 24
"""The longest text has so many characters."""
LARGE = 1 << 16
"""Bits or characters from which a constant is worth a look at the memory."""


def _mul(left: int, right: int) -> int:
    _check_size(left.bit_length() + right.bit_length() - 1, MOST_BITS, "an integer", "bits")
    return left * right


def _concat(left: str, right: str) -> str:
    _check_size(len(left) + len(right), MOST_CHARACTERS, "a text", "characters")
    return left + right


def _check_size(size: int, most: int, what: str, unit: str) -> None:
    if size > most:
        raise PrimitiveFailure("size", f"{what} of more than {most} {unit} is too large")


def _floor_div(left: int, right: int) -> int:
    if right == 0:
        raise PrimitiveFailure("division", "division by zero")
    return left // right


def _floor_mod(left: int, right: int) -> int:
    if right == 0:
        raise PrimitiveFailure("division", "division by zero")
    return left % right


_INTS = ("Int", "Int")
_BOOLS = ("Bool", "Bool")
_BASES = ("Base", "Base")

PRIMITIVES: Mapping[str, Primitive] = MappingProxyType(
    {
        item.name: item
        for item in (
            Primitive("add", _INTS, "Int", operator.add),
            Primitive("sub", _INTS, "Int", operator.sub),
            Primitive("mul", _INTS, "Int", _mul),
            Primitive("neg", ("Int",), "Int", operator.neg),
            Primitive("div", _INTS, "Int", _floor_div),
            Primitive("mod", _INTS, "Int", _floor_mod),
            Primitive("eq", _BASES, "Bool", operator.eq),
            Primitive("ne", _BASES, "Bool", operator.ne),
            Primitive("lt", _INTS, "Bool", operator.lt),
            Primitive("le", _INTS, "Bool", operator.le),
            Primitive("gt", _INTS, "Bool", operator.gt),
            Primitive("ge", _INTS, "Bool", operator.ge),
            Primitive("and", _BOOLS, "Bool", operator.and_),
            Primitive("or", _BOOLS, "Bool", operator.or_),
            Primitive("not", ("Bool",), "Bool", operator.not_),
            Primitive("concat", ("Text", "Text"), "Text", _concat),
            Primitive("length", ("Text",), "Int", len),
        )
    }
)


def base_type(label: Jump) -> str | None:
    """`Int`, `Bool` or `Text` if the jump is a constant of that type, else None."""
    if isinstance(label, int):
        return "Int"
    if isinstance(label, Text):
        return "Text"
    return "Bool" if label in ("True", "False") else None


def fits(primitive: Primitive, operands: tuple[Jump | None, ...]) -> bool:
    """Whether the operands (None for what is no constant) have the types the primitive expects."""
    types = [None if operand is None else base_type(operand) for operand in operands]
    if primitive.operands[0] == "Base":
        return types[0] is not None and types[0] == types[1]
    return tuple(types) == primitive.operands


def apply(primitive: Primitive, operands: tuple[Jump, ...]) -> Jump:
    """The result on operands that fit; raises `PrimitiveFailure` (division by zero, too large)."""
    result = primitive.function(*(_to_python(operand) for operand in operands))
    if isinstance(result, bool):
        return "True" if result else "False"
    if isinstance(result, str):
        return Text(result)
    number: int = result
    _check_size(number.bit_length(), MOST_BITS, "an integer", "bits")
    return number


def is_large(label: Jump | None) -> bool:
    """Whether a constant takes so much memory that a run should look at its budget."""
    if isinstance(label, int):
        return label.bit_length() > LARGE
    return isinstance(label, Text) and len(label.value) > LARGE


def _to_python(label: Jump) -> int | bool | str:
    if isinstance(label, int):
        return label
    return label.value if isinstance(label, Text) else label == "True"
