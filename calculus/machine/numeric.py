"""Instructions on numbers: trees of operators, computed on λ.

| node | label | children |
|---|---|---|
| `COMPUTE` `t.M` | | t, M |
| `OPERATE` `f.M` | the name of f | M |
| `NUMBER`, a value | a `Number` | |

A tree is a term whose operators and leaves a calculus has made known by `computed_by` and `stands_for`; its
variables are locations, whose top is read and not consumed. `f(t, u).M` *is* `t.u.f.M`, its postfix: that
is no transition, so a tree takes as many as it has nodes. It is written out only where the machine stands,
so that the machine stays small however often the parts of a tree are shared.
"""

from collections.abc import Callable
from math import nan
from struct import Struct
from typing import NamedTuple

from calculus.term import Op, Term, node

COMPUTE = Op("numeric.compute")
OPERATE = Op("numeric.operate")
NUMBER = Op("numeric.number")


_PARTS = Struct(">dd")


class Number(NamedTuple):
    """A complex number of two doubles, told from others by its bits: 0 and -0 are two numbers."""

    bits: bytes

    @classmethod
    def of(cls, value: complex) -> "Number":
        real, imaginary = value.real, value.imag
        # All that are no numbers are one.
        return cls(_PARTS.pack(real if real == real else nan, imaginary if imaginary == imaginary else nan))

    @property
    def value(self) -> complex:
        return complex(*_PARTS.unpack(self.bits))


class Operator(NamedTuple):
    """What computes an operator: its name as a rule of the machine, how many operands, and the function."""

    name: str
    arity: int
    function: Callable[..., complex]


OPERATORS: dict[str, Operator] = {}
"""The operators that have been made known, by the names of their `Op`."""


CONSTANTS: dict[Op, Term] = {}
"""The values of the leaves that have been made known."""


def computed_by(op: Op, name: str, arity: int, function: Callable[..., complex]) -> None:
    """Let the machine compute an operator of trees."""
    OPERATORS[op.name] = Operator(name, arity, function)


def stands_for(op: Op, value: complex) -> None:
    """Let the machine know the value of a leaf of trees."""
    CONSTANTS[op] = number(value)


def number(value: complex) -> Term:
    """A number as a value."""
    return node(NUMBER, Number.of(value))


def compute(tree: Term, body: Term) -> Term:
    """`tree.body`, with the first leaf in front."""
    # These nodes live for a moment only, so they are not worth being hash-consed.
    while tree.children:
        body = Term(OPERATE, tree.op.name, (body,), tree.span)
        for child in tree.children[:0:-1]:
            body = Term(COMPUTE, None, (child, body), child.span)
        tree = tree.children[0]
    return Term(COMPUTE, None, (tree, body), tree.span)
