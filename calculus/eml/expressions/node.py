"""Expressions over the calculator basis, as hash-consed terms: what is compiled into trees, and what trees
are decompiled into.

| node | label | children |
|---|---|---|
| `NUMBER` | a `Fraction` | |
| `VARIABLE` (of `calculus.term`) | its name | |
| `APPLY` | the name of a constant or function of `ARITY` | its arguments |

The basis is that of Odrzywołek's Table 1 (arXiv 2603.21852), 36 entries with the variables x and y and the
numbers -1, 1 and 2. `log(x, y)` is the logarithm of y to the base x.
"""

from fractions import Fraction
from types import MappingProxyType

from calculus.term import VARIABLE, Op, Term, node, variable

__all__ = ["APPLY", "ARITY", "NUMBER", "VARIABLE", "apply", "number", "variable"]

NUMBER = Op("expression.number")
APPLY = Op("expression.apply")

ARITY = MappingProxyType(
    {
        **dict.fromkeys(("pi", "e", "i"), 0),
        **dict.fromkeys(
            (
                *("exp", "ln", "inv", "half", "minus", "sqrt", "sqr", "sigma"),
                *("sin", "cos", "tan", "arcsin", "arccos", "arctan"),
                *("sinh", "cosh", "tanh", "arsinh", "arcosh", "artanh"),
            ),
            1,
        ),
        **dict.fromkeys(("add", "sub", "mul", "div", "log", "pow", "avg", "hypot"), 2),
    }
)
"""The constants and functions, with how many arguments each has. `sigma` is 1/(1 + exp(-x)), `inv` 1/x,
`half` x/2, `minus` -x, `avg` (x + y)/2 and `hypot` sqrt(x² + y²)."""


def number(value: int | Fraction) -> Term:
    """A rational number."""
    return node(NUMBER, Fraction(value))


def apply(name: str, *arguments: Term) -> Term:
    """A constant, or a function applied to arguments."""
    assert ARITY[name] == len(arguments), name
    return node(APPLY, name, arguments)
