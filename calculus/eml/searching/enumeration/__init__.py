"""All trees bottom-up: every value that trees over some leaves have, by their size."""

from calculus.lazy import exports

__getattr__, __dir__, __all__ = exports(
    __name__,
    {
        "result": ("Enumeration",),
        "building": ("enumerate_trees",),
    },
)
