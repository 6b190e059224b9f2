"""The search for short trees: all of them bottom-up, and goal-directed from a target.

Source: A. Odrzywołek, *All elementary functions from a single binary operator* (arXiv 2603.21852), where
trees were found by enumeration; Table 4 lists them.
"""

from importlib import import_module
from typing import Any

_HOMES = {
    "Found": "calculus.eml.searching.result",
    "search": "calculus.eml.searching.finding",
    "enumerate_trees": "calculus.eml.searching.enumeration",
}

__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(_HOMES[name]), name)
    return value


def __dir__() -> list[str]:
    return __all__
