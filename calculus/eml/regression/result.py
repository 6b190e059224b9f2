"""What a fit comes to."""

from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from calculus.eml.display import Displayed
from calculus.eml.domain import Condition, Domain
from calculus.eml.expressions.node import apply, number, variable
from calculus.eml.regression.architecture import Floats, Ints
from calculus.eml.regression.data import Data, from_arrays
from calculus.eml.regression.formula import formula
from calculus.eml.regression.training import History
from calculus.eml.regression.values import values
from calculus.eml.syntax import variables
from calculus.eml.tree import Tree
from calculus.eml.witness import Witness
from calculus.term import Term


@dataclass(frozen=True, repr=False)
class Fit(Displayed):
    """The tree found for data, and what is known of it.

    `recovered` says that the tree *is* the law as far as the data can tell (see
    `calculus.eml.regression.verification`); `reason` says why it is not. Errors are roots of mean squares in
    the units of y: `error` over the rows trained on, `fresh_error` over the others (None if there are none),
    `worst` the largest distance in all rows. `within_noise`: with noise, whether the errors at fresh rows are
    as large as the noise lets expect (χ² at three standard deviations).

    `how`: `training`, the rounded tree of the start number `start`; `finishing`, that tree completed by
    search; `search`, without a trained tree; or `leaf`. `history` is that of the start. `stopped_by` is None,
    `seconds` or `interrupt`. `digits` is the precision of the check.
    """

    witness: Witness
    names: list[str]
    target: str
    error: float
    fresh_error: float | None
    worst: float
    recovered: bool
    reason: str | None
    noise: float
    within_noise: bool | None
    how: str
    start: int | None
    starts: int
    restarts: int
    history: History
    seconds: float
    stopped_by: str | None
    digits: int
    notes: tuple[str, ...]
    data: Data = field(repr=False)
    trained: Ints = field(repr=False)

    @property
    def tree(self) -> Tree:
        return self.witness.tree

    @property
    def expression(self) -> str:
        """The formula in ordinary notation."""
        from calculus.eml.expressions.printer import text

        assert self.witness.expression is not None
        return text(self.witness.expression)

    def predict(self, X: Any) -> Floats:  # noqa: N803 - as everywhere
        """The real parts of the tree's values at the rows of X[N, V]. Raises `UsageProblem`."""
        rows = np.asarray(X)
        data = from_arrays(X, np.zeros(len(rows)) if rows.ndim else rows, self.names)
        found: Floats = values(self.witness.term, _columns(data), data.count).real
        return found

    def plot(self, path: str | Path) -> None:
        """Draw data and formula, and the training, into a file, whose ending says the format. Needs the extra
        `plots`.
        """
        from calculus.eml.regression.plotting import plot

        plot(self, path)

    def __getstate__(self) -> dict[str, Any]:
        # Nodes are compared by identity, so the tree is pickled by `Tree`, and the record made anew.
        domain = self.witness.domain
        return self.__dict__ | {"witness": (self.tree, domain.finite, domain.how, domain.error)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        tree, finite, how, error = state["witness"]
        witness = _witness(tree.term, state["data"], finite, how, error)
        self.__dict__.update(state | {"witness": witness})

    def to_json(self) -> dict[str, Any]:
        return self.witness.to_json() | {
            "expression": self.expression,
            "recovered": self.recovered,
            "reason": self.reason,
            "error": _finite(self.error),
            "fresh_error": _finite(self.fresh_error),
            "worst": _finite(self.worst),
            "noise": self.noise,
            "within_noise": self.within_noise,
            "variables": self.names,
            "target": self.target,
            "how": self.how,
            "start": self.start,
            "starts": self.starts,
            "restarts": self.restarts,
            "stopped_by": self.stopped_by,
            "digits": self.digits,
            "notes": list(self.notes),
        }

    def __str__(self) -> str:
        return f"{self.target} = {self.expression}"

    def __repr__(self) -> str:
        return f"<Fit {self}: {self._verdict()}>"

    def described(self) -> str:
        return f"{self}\n  {self.witness.postfix}  K = {self.witness.K}\n{self._verdict()}"

    def _verdict(self) -> str:
        return "recovered" if self.recovered else f"not recovered, error {self.error:.3g}"


def result(
    data: Data,
    tree: Term,
    trained: Ints,
    fresh: Ints,
    *,
    recovered: bool,
    noise: float,
    **known: Any,
) -> Fit:
    """A fit with its errors worked out."""
    with np.errstate(all="ignore"):
        distance = np.abs(values(tree, _columns(data), data.count) - data.target)
    fresh_error = _root_mean_square(distance[fresh]) if len(fresh) else None
    within = None
    if noise and fresh_error is not None:
        within = bool((fresh_error / noise) ** 2 <= 1 + 3 * np.sqrt(2 / len(fresh)))
    worst = float(np.max(distance))
    witness = _witness(
        tree,
        data,
        bool(np.all(np.isfinite(distance))),
        "points" if recovered else None,
        float(np.max(distance / np.maximum(1.0, np.abs(data.target)))) if recovered else None,
    )
    return Fit(
        witness=witness,
        names=data.names,
        target=data.target_name,
        error=_root_mean_square(distance[trained]),
        fresh_error=fresh_error,
        worst=worst,
        recovered=recovered,
        noise=noise,
        within_noise=within,
        notes=data.notes,
        data=data,
        trained=trained,
        **known,
    )


def _witness(tree: Term, data: Data, finite: bool, how: str | None, error: float | None) -> Witness:
    """The tree is known to have the data's values between the smallest and the largest of each variable."""
    conditions: list[Condition] = []
    for name, column in zip(data.names, data.rows, strict=True):
        if name in variables(tree):
            x = variable(name)
            low, high = (number(Fraction(repr(float(end)))) for end in (column.min(), column.max()))
            conditions += [
                Condition("real", x),
                Condition("nonnegative", apply("sub", x, low)),
                Condition("nonnegative", apply("sub", high, x)),
            ]
    domain = Domain("ieee", tuple(conditions), finite=finite, how=how, error=error)
    return Witness(tree, formula(tree, domain.conditions, _columns(data), data.count), domain)


def _columns(data: Data) -> dict[str, Floats]:
    return dict(zip(data.names, data.rows, strict=True))


def _root_mean_square(distance: Floats) -> float:
    with np.errstate(all="ignore"):
        return float(np.sqrt(np.mean(distance**2)))


def _finite(value: float | None) -> float | None:
    """What JSON can say."""
    return value if value is not None and np.isfinite(value) else None
