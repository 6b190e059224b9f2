"""Running a program against an oracle: concurrency, limits, retries, a journal, and what it came to."""

from importlib import import_module
from typing import Any

_HOME = {
    "Cache": "cache",
    "Journal": "journal",
    "Limits": "limits",
    "Outcome": "outcome",
    "Record": "outcome",
    "resume": "running",
    "run": "running",
    "run_async": "running",
}

__all__ = sorted(_HOME)


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
