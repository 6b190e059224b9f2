"""The search for short trees: all of them bottom-up, and goal-directed from a target.

Source: A. Odrzywołek, *All elementary functions from a single binary operator* (arXiv 2603.21852), where
trees were found by enumeration; Table 4 lists them.
"""

from calculus.lazy import exports

__getattr__, __dir__, __all__ = exports(
    __name__,
    {
        "result": ("Found",),
        "finding": ("search",),
        "enumeration": ("enumerate_trees",),
    },
)
