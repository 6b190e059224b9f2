"""Values of trees at points: in complex128 as IEEE computes it, exactly at any precision, in rigorous
balls, and how well conditioned a value is.

Nothing is loaded before it is used, so what needs only complex128 loads neither mpmath nor flint.
"""

from calculus.lazy import exports

__getattr__, __dir__, __all__ = exports(
    __name__,
    {
        "values": ("Value", "evaluate"),
        "ieee": ("eml_ieee", "evaluate_ieee"),
        "balls": ("Enclosure", "enclose"),
        "sensitivity": ("Conditioning", "conditioning"),
        "establishing": ("Counterexample", "Examination", "Refuted", "discover", "establish", "examine"),
    },
)
