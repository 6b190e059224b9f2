"""EML: trees of one operator, eml(x, y) = exp(x) - ln(y), that compute the elementary functions.

    from calculus import eml

    found = eml.compile("sin(x)/x")
    found.K, found.domain

Nothing is loaded before it is used.
"""

from importlib import import_module
from typing import Any

_HOMES = {
    "calculus.eml.tree": ("Tree",),
    "calculus.eml.domain": ("Condition", "Domain"),
    "calculus.eml.witness": ("Witness",),
    "calculus.eml.compiler": ("compile",),
    "calculus.eml.decompiler": ("decompile",),
    "calculus.eml.evaluation": ("conditioning", "enclose", "evaluate"),
    "calculus.eml.arrays": ("compile_array", "evaluate_array"),
    "calculus.eml.searching": ("enumerate_trees", "search"),
    "calculus.eml.completeness": ("discovery_chain", "verify"),
    "calculus.eml.regression": ("Regressor", "fit"),
}
_HOME = {name: home for home, names in _HOMES.items() for name in names}

__all__ = sorted(_HOME)


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(_HOME[name]), name)
    return value


def __dir__() -> list[str]:
    return __all__
