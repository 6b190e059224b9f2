"""Completeness: every entry of the calculator basis has a tree, under each semantics, and where it holds."""

from importlib import import_module
from typing import Any

_HOME = {
    "Report": "rows",
    "Row": "rows",
    "Step": "chain",
    "Wrong": "checker",
    "discovery_chain": "chain",
    "recheck": "checker",
    "verify": "rows",
    "verify_claim": "rows",
    "write_certificates": "certificate",
}

__all__ = sorted(_HOME)


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
