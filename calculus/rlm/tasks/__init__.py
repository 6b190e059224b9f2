"""Generated tasks with known answers, and how programs do on them against oracles that err.

Nothing is loaded before it is used.
"""

from importlib import import_module
from typing import Any

_HOMES = {
    "calculus.rlm.tasks.comparing": ("Comparison", "compare", "noise_of"),
    "calculus.rlm.tasks.generators": ("TASKS", "generate"),
    "calculus.rlm.tasks.simulating": ("Simulation", "simulate"),
    "calculus.rlm.tasks.task": ("METHODS", "Task"),
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
