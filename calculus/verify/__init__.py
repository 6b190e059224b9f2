"""The verifier: laws of programs and properties of the calculi, proved or refuted."""

from calculus.lazy import exports

__getattr__, __dir__, __all__ = exports(
    __name__,
    {
        "campaigns.checking": ("check_calculus",),
        "finding": ("Finding",),
        "property": ("Exhaustive", "Failure", "Generated", "Part", "Plan", "Property", "Structural", "Tally"),
    },
    rooms=("strategies",),
)
