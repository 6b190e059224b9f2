"""Bugs that are planted on purpose, to see that the verifier notices: a catalogue, and what runs it."""

from calculus.lazy import exports

__getattr__, __dir__, __all__ = exports(
    __name__,
    {
        "bug": ("Bug",),
        "listing": ("BUGS", "named"),
        "running": ("Result", "check", "look"),
    },
)
