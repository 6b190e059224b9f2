"""A regressor after the conventions of scikit-learn, which is not imported unless it asks for tags itself."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

import numpy as np

from calculus.eml.regression.architecture import ITERATIONS, Floats
from calculus.eml.regression.data import DataProblem
from calculus.eml.regression.fitting import RESTARTS, Backend, Progress, fit
from calculus.source.diagnostic import UsageProblem

if TYPE_CHECKING:
    from calculus.eml.regression.result import Fit


class Regressor:
    """Finds the formula behind data; the parameters are those of `calculus.eml.fit`.

    After `fit`: `fit_` (all that was found), `tree_`, `expression_`, `recovered_`, `n_features_in_`, and
    `feature_names_in_` where X has columns with names.
    """

    def __init__(
        self,
        *,
        depth: int = 4,
        restarts: int = RESTARTS,
        seed: int = 0,
        max_seconds: float | None = None,
        noise: float | None = None,
        finish: bool = True,
        progress: Progress | None = None,
        backend: Backend = "numba",
        workers: int | None = None,
        iterations: int = ITERATIONS,
    ) -> None:
        self.depth = depth
        self.restarts = restarts
        self.seed = seed
        self.max_seconds = max_seconds
        self.noise = noise
        self.finish = finish
        self.progress = progress
        self.backend = backend
        self.workers = workers
        self.iterations = iterations

    @classmethod
    def _names(cls) -> list[str]:
        return [name for name in inspect.signature(cls.__init__).parameters if name != "self"]

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """The parameters by name."""
        return {name: getattr(self, name) for name in self._names()}

    def set_params(self, **params: Any) -> Regressor:
        """Set parameters by name. Raises `UsageProblem` for one there is not."""
        known = self._names()
        for name, value in params.items():
            if name not in known:
                raise UsageProblem(f"there is no parameter {name!r}; they are {', '.join(known)}")
            setattr(self, name, value)
        return self

    def fit(self, X: Any, y: Any) -> Regressor:  # noqa: N803 - as everywhere
        """Find the formula of y in the columns of X[N, V]. Raises `UsageProblem`."""
        columns = getattr(X, "columns", None)
        _check_rows(X)
        found: Fit = fit(X, y, **self.get_params())
        self.fit_ = found
        self.tree_ = found.tree
        self.expression_ = found.expression
        self.recovered_ = found.recovered
        self.n_features_in_ = len(found.names)
        if columns is not None:
            self.feature_names_in_ = np.array([str(name) for name in columns], dtype=object)
        elif hasattr(self, "feature_names_in_"):
            del self.feature_names_in_
        return self

    def predict(self, X: Any) -> Floats:  # noqa: N803
        """The formula's values. Raises `UsageProblem` before `fit`."""
        self._check_fitted()
        columns = _check_rows(X)
        if columns is not None and columns != self.n_features_in_:
            expected = f"but Regressor is expecting {self.n_features_in_} features as input"
            raise DataProblem(f"X has {columns} features, {expected}")
        return self.fit_.predict(X)

    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:  # noqa: N803
        """The coefficient of determination R²: 1 minus the sum of the squares of the errors over that of the
        deviations from the mean.
        """
        target = np.asarray(y, float).reshape(-1)
        weights = np.ones(len(target)) if sample_weight is None else np.asarray(sample_weight, float)
        left = float(np.sum(weights * (target - self.predict(X)) ** 2))
        whole = float(np.sum(weights * (target - np.average(target, weights=weights)) ** 2))
        if whole == 0:
            return 1.0 if left == 0 else 0.0
        return 1 - left / whole

    def _check_fitted(self) -> None:
        if not hasattr(self, "fit_"):
            problem = _not_fitted()
            raise problem(f"this {type(self).__name__} has not been fitted: call fit first")

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "fit_")

    def __sklearn_tags__(self) -> Any:
        from sklearn.utils import InputTags, RegressorTags, Tags, TargetTags

        return Tags(
            estimator_type="regressor",
            target_tags=TargetTags(required=True),
            regressor_tags=RegressorTags(poor_score=True),
            input_tags=InputTags(),
        )

    def __repr__(self) -> str:
        defaults = type(self)().get_params()
        changed = [f"{name}={v!r}" for name, v in self.get_params().items() if v != defaults[name]]
        return f"{type(self).__name__}({', '.join(changed)})"


def _check_rows(X: Any) -> int | None:  # noqa: N803
    """The number of columns, if X has that already. Raises `DataProblem` for a single column without a
    shape."""
    shape = X.shape if hasattr(X, "shape") else np.asarray(X).shape
    if len(shape) == 1:
        raise DataProblem("expected X of shape (N, V). Reshape your data: X.reshape(-1, 1) is one variable")
    return shape[1] if len(shape) == 2 else None


def _not_fitted() -> type[UsageProblem]:
    """The error before `fit`; for whoever uses scikit-learn it is a `NotFittedError` as well."""
    import sys

    if "sklearn" not in sys.modules:
        return UsageProblem
    from sklearn.exceptions import NotFittedError

    class NotFittedProblem(UsageProblem, NotFittedError):  # type: ignore[misc]
        pass

    return NotFittedProblem
