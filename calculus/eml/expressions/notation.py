"""The names that ordinary notation and Wolfram's have for the constants and functions of the basis.

Names of functions are compared without regard to case, so `Sin`, `ArcSin` and `SIN` are among them; names of
constants are as written here. Every other name is a variable.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from calculus.eml.expressions.node import ARITY, apply, number
from calculus.term import Term

CONSTANTS: Mapping[str, str] = MappingProxyType(
    {"pi": "pi", "Pi": "pi", "π": "pi", "e": "e", "E": "e", "i": "i", "I": "i"}
)

_OTHER_NAMES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "inv": ("reciprocal",),
        "minus": ("neg", "negate"),
        "sqr": ("square",),
        "sigma": ("σ", "sigmoid", "logistic", "logisticsigmoid", "expit"),
        "arcsin": ("asin",),
        "arccos": ("acos",),
        "arctan": ("atan",),
        "arsinh": ("asinh", "arcsinh"),
        "arcosh": ("acosh", "arccosh"),
        "artanh": ("atanh", "arctanh"),
        "add": ("plus",),
        "sub": ("subtract",),
        "mul": ("times", "multiply"),
        "div": ("divide",),
        "pow": ("power",),
        "avg": ("average", "mean"),
    }
)

ALIASES: Mapping[str, str] = MappingProxyType(
    {name: name for name, arity in ARITY.items() if arity}
    | {other: name for name, others in _OTHER_NAMES.items() for other in others}
)
"""The function of the basis that a name in lower case stands for."""


def _reciprocal(name: str) -> Callable[[Term], Term]:
    return lambda x: apply("inv", apply(name, x))


def _of_reciprocal(name: str) -> Callable[[Term], Term]:
    return lambda x: apply(name, apply("inv", x))


EXPANSIONS: Mapping[str, tuple[int, Callable[..., Term]]] = MappingProxyType(
    {
        "eml": (2, lambda x, y: apply("sub", apply("exp", x), apply("ln", y))),
        "log2": (1, lambda x: apply("log", number(2), x)),
        "log10": (1, lambda x: apply("log", number(10), x)),
        "sec": (1, _reciprocal("cos")),
        "csc": (1, _reciprocal("sin")),
        "cot": (1, lambda x: apply("div", apply("cos", x), apply("sin", x))),
        "sech": (1, _reciprocal("cosh")),
        "csch": (1, _reciprocal("sinh")),
        "coth": (1, lambda x: apply("div", apply("cosh", x), apply("sinh", x))),
        **{name: (1, _of_reciprocal("arccos")) for name in ("arcsec", "asec")},
        **{name: (1, _of_reciprocal("arcsin")) for name in ("arccsc", "acsc")},
        **{name: (1, _of_reciprocal("arctan")) for name in ("arccot", "acot")},
        **{name: (1, _of_reciprocal("arcosh")) for name in ("arsech", "arcsech", "asech")},
        **{name: (1, _of_reciprocal("arsinh")) for name in ("arcsch", "arccsch", "acsch")},
        **{name: (1, _of_reciprocal("artanh")) for name in ("arcoth", "arccoth", "acoth")},
    }
)
"""Functions beside the basis: how many arguments each has, and the expression it stands for."""


def is_reserved(name: str) -> bool:
    """Whether a name, as it stands, is not that of a variable."""
    return name in CONSTANTS or name.lower() in ALIASES or name.lower() in EXPANSIONS or "π" in name
