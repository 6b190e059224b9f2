"""Running a program against an oracle: concurrency, limits, retries, a journal, and what it came to."""

from calculus.lazy import exports

__getattr__, __dir__, __all__ = exports(
    __name__,
    {
        "cache": ("Cache",),
        "journal": ("Journal",),
        "limits": ("Limits",),
        "outcome": ("Outcome", "Record"),
        "running": ("resume", "run", "run_async"),
    },
)
