"""EML: trees of one operator, eml(x, y) = exp(x) - ln(y), that compute the elementary functions.

    from calculus import eml

    found = eml.compile("sin(x)/x")
    found.K, found.domain

Nothing is loaded before it is used.
"""

from calculus.lazy import exports

__getattr__, __dir__, __all__ = exports(
    __name__,
    {
        "tree": ("Tree",),
        "domain": ("Condition", "Domain"),
        "witness": ("Witness",),
        "compiler": ("compile",),
        "decompiler": ("decompile",),
        "evaluation": ("conditioning", "enclose", "evaluate"),
        "arrays": ("compile_array", "evaluate_array"),
        "searching": ("enumerate_trees", "search"),
        "completeness": ("discovery_chain", "verify"),
        "regression": ("Regressor", "fit"),
    },
)
