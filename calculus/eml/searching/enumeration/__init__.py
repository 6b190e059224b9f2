"""All trees bottom-up: every value that trees over some leaves have, by their size."""

from importlib import import_module
from typing import Any

_HOMES = {
    "Enumeration": "calculus.eml.searching.enumeration.result",
    "enumerate_trees": "calculus.eml.searching.enumeration.building",
}

__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(_HOMES[name]), name)
    return value


def __dir__() -> list[str]:
    return __all__
