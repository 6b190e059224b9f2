"""Generated tasks with known answers, and how programs do on them against oracles that err.

Nothing is loaded before it is used.
"""

from calculus.lazy import exports

__getattr__, __dir__, __all__ = exports(
    __name__,
    {
        "comparing": ("Comparison", "compare", "noise_of"),
        "generators": ("TASKS", "generate"),
        "simulating": ("Simulation", "simulate"),
        "task": ("METHODS", "Task"),
    },
)
