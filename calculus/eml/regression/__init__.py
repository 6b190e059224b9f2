"""Regression with trainable EML trees: the formula behind data, recovered and checked.

Source: A. Odrzywołek, *All elementary functions from a single binary operator* (arXiv 2603.21852), section
4.3. Nothing is loaded before it is used.
"""

from calculus.lazy import exports

__getattr__, __dir__, __all__ = exports(
    __name__,
    {
        "result": ("Fit",),
        "estimator": ("Regressor",),
        "fitting": ("fit", "fit_data"),
        "reading": ("read_csv",),
    },
)
