"""Regression with trainable EML trees: the formula behind data, recovered and checked.

Source: A. Odrzywołek, *All elementary functions from a single binary operator* (arXiv 2603.21852), section
4.3. Nothing is loaded before it is used.
"""

from importlib import import_module
from typing import Any

_HOME = {
    "Fit": "calculus.eml.regression.result",
    "Regressor": "calculus.eml.regression.estimator",
    "fit": "calculus.eml.regression.fitting",
    "fit_data": "calculus.eml.regression.fitting",
    "read_csv": "calculus.eml.regression.reading",
}

__all__ = sorted(_HOME)


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(_HOME[name]), name)
    return value


def __dir__() -> list[str]:
    return __all__
