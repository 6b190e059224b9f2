"""Plans: what a program will call, need and cost, before the first call, and whether that fits.

Nothing is loaded before it is used.
"""

from importlib import import_module
from typing import Any

_HOMES = {
    "calculus.rlm.planning.certificate": ("Certificate",),
    "calculus.rlm.planning.checker": ("recheck",),
    "calculus.rlm.planning.model": ("Model",),
    "calculus.rlm.planning.problem": ("PlanProblem",),
    "calculus.rlm.planning.planner": ("plan",),
    "calculus.rlm.planning.theorems": ("Theorem", "check_theorems"),
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
