"""Values of trees at points: in complex128 as IEEE computes it, exactly at any precision, in rigorous
balls, and how well conditioned a value is.

Nothing is loaded before it is used, so what needs only complex128 loads neither mpmath nor flint.
"""

from importlib import import_module
from typing import Any

_HOME = {
    "Value": "calculus.eml.evaluation.values",
    "evaluate": "calculus.eml.evaluation.values",
    "eml_ieee": "calculus.eml.evaluation.ieee",
    "evaluate_ieee": "calculus.eml.evaluation.ieee",
    "Enclosure": "calculus.eml.evaluation.balls",
    "enclose": "calculus.eml.evaluation.balls",
    "Conditioning": "calculus.eml.evaluation.sensitivity",
    "conditioning": "calculus.eml.evaluation.sensitivity",
    "Counterexample": "calculus.eml.evaluation.establishing",
    "Examination": "calculus.eml.evaluation.establishing",
    "Refuted": "calculus.eml.evaluation.establishing",
    "discover": "calculus.eml.evaluation.establishing",
    "establish": "calculus.eml.evaluation.establishing",
    "examine": "calculus.eml.evaluation.establishing",
}

__all__ = sorted(_HOME)


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(_HOME[name]), name)
    return value


def __dir__() -> list[str]:
    return __all__
