"""Instructions on data: texts, lists and pairs as values, and functions on them.

| node | label | children |
|---|---|---|
| `APPLY` `f.M` | the name of f | M |
| `DATUM`, a value | a `Datum` | |

A calculus makes its functions known by `function`. They take Python values: integers and Booleans, texts
(`str`, or an object of the calculus's own whose `str` is the text), `tuple` for lists and `Pair`.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from calculus.machine.instructions import JUMP, Text
from calculus.machine.state import Closure
from calculus.term import Op, Term, node

APPLY = Op("data.apply")
DATUM = Op("data.datum")


class Pair(NamedTuple):
    """A pair of values."""

    left: Any
    right: Any


class Datum(NamedTuple):
    """A text, list or pair as the label of a value."""

    value: Any


class Function(NamedTuple):
    """A function on data: how many arguments it takes, and what computes it."""

    arity: int
    compute: Callable[..., Any]


FUNCTIONS: dict[str, Function] = {}
"""The functions that have been made known, by name."""

_TRUE, _FALSE = node(JUMP, "True"), node(JUMP, "False")


def function(name: str, arity: int, compute: Callable[..., Any]) -> None:
    """Let the machine compute a function; it may raise `PrimitiveFailure`."""
    FUNCTIONS[name] = Function(arity, compute)


def to_value(value: Any) -> Closure:
    """A Python value as a value of the machine."""
    return Closure(to_term(value), {})


def to_term(value: Any) -> Term:
    """A Python value as a term."""
    if value is True or value is False:
        return _TRUE if value else _FALSE
    if type(value) is int:
        return node(JUMP, value)
    if type(value) is str:
        return Term(JUMP, Text(value), (), None)
    # Large and used once, as a rule, so not worth being hash-consed.
    return Term(DATUM, Datum(value), (), None)


def from_value(value: Closure) -> Any:
    """The Python value that a value of the machine is; raises `ValueError` for a function."""
    term = value.term
    if term.op is DATUM:
        return term.label.value
    if term.op is JUMP:
        label = term.label
        if type(label) is int:
            return label
        if type(label) is Text:
            return label.value
        if label in ("True", "False"):
            return label == "True"
    raise ValueError("not data")
