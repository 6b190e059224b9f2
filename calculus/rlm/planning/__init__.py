"""Plans: what a program will call, need and cost, before the first call, and whether that fits.

Nothing is loaded before it is used.
"""

from calculus.lazy import exports

__getattr__, __dir__, __all__ = exports(
    __name__,
    {
        "certificate": ("Certificate",),
        "checker": ("recheck",),
        "model": ("Model",),
        "problem": ("PlanProblem",),
        "planner": ("plan",),
        "theorems": ("Theorem", "check_theorems"),
    },
)
