"""Data for a fit: columns of real numbers with names, from arrays or from a CSV file.

Guarantees finite float64 columns of one length, at most `MOST_VARIABLES` variables, with distinct names that
a tree can have. Whatever is wrong is a `DataProblem`, or for a file a `SyntaxProblem` with the places.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from calculus.eml.regression.architecture import Floats
from calculus.source.diagnostic import UsageProblem

MOST_VARIABLES = 5
"""More would make the table of small trees, and the choices of every input, too many."""


class DataProblem(UsageProblem, ValueError):
    """Arrays that no formula can be fitted to."""


@dataclass(frozen=True, slots=True)
class Data:
    """rows[V, N] of the variables, target[N], their names, and what is odd about them."""

    names: list[str]
    rows: Floats
    target: Floats
    target_name: str = "y"
    notes: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        return len(self.target)


def from_arrays(X: Any, y: Any, names: Sequence[str] | None = None) -> Data:  # noqa: N803 - as everywhere
    """Data of X[N, V] (or X[N] of one variable) and y[N]. Columns with names, as of a data frame, keep them.
    Raises `DataProblem`.
    """
    columns = getattr(X, "columns", None)
    rows = _numbers(X, "X")
    target = _numbers(y, "y")
    rows = rows[:, None] if rows.ndim == 1 else rows
    target = target[:, 0] if target.ndim == 2 and target.shape[1] == 1 else target
    if rows.ndim != 2 or target.ndim != 1:
        raise DataProblem(f"expected X of shape (N, V) and y of N; found {rows.shape} and {target.shape}")
    if len(rows) != len(target):
        raise DataProblem(f"expected as many rows in X as in y, found {len(rows)} and {len(target)}")
    if names is None and columns is not None:
        names = [str(name) for name in columns]
        names = readable(names) if len(set(readable(names))) == len(names) else None
    return checked(list(names or default_names(rows.shape[1])), rows.T, target)


def checked(
    names: list[str], rows: Floats, target: Floats, target_name: str = "y", notes: Iterable[str] = ()
) -> Data:
    """Data whose shape is right. Raises `DataProblem`."""
    if not names or len(rows) == 0:
        raise DataProblem("expected at least one variable, found none")
    if len(names) != len(rows):
        raise DataProblem(f"expected {len(rows)} names, found {len(names)}")
    if len(rows) > MOST_VARIABLES:
        raise DataProblem(f"expected at most {MOST_VARIABLES} variables, found {len(rows)}")
    for name in names:
        if not isinstance(name, str) or not re.fullmatch(r"[^\W\d]\w*", name):
            raise DataProblem(f"expected the name of a variable, found {name!r}")
    if len(set(names)) < len(names):
        raise DataProblem(f"expected different names, found {', '.join(names)}")
    if len(target) == 0:
        raise DataProblem("expected at least one row, found none")
    for name, column in zip([*names, target_name], [*rows, target], strict=True):
        if not np.all(np.isfinite(column)):
            row = int(np.argmin(np.isfinite(column)))
            found = "NaN" if np.isnan(column[row]) else "inf"
            raise DataProblem(f"expected finite numbers, found {found} in row {row + 1} of {name}")
    odd = list(notes)
    for i, name in enumerate(names):
        if len(target) > 1 and np.all(rows[i] == rows[i][0]):
            odd.append(f"{name} is {rows[i][0]:g} in every row: what it does cannot be told from a constant")
        for j in range(i):
            if len(target) > 1 and np.array_equal(rows[i], rows[j]):
                odd.append(f"{name} is {names[j]} in every row: they cannot be told apart")
    return Data(names, np.ascontiguousarray(rows), np.ascontiguousarray(target), target_name, tuple(odd))


def default_names(count: int) -> list[str]:
    """x, y, z, or x1, x2, … for more."""
    return list("xyz"[:count]) if count <= 3 else [f"x{i + 1}" for i in range(count)]


def readable(names: Sequence[str]) -> list[str]:
    """Names made such that variables can have them: `mass (kg)` becomes `mass_kg`."""
    found = []
    for name in names:
        word = re.sub(r"\W+", "_", name).strip("_") or "_"
        found.append(f"_{word}" if word[0].isdigit() else word)
    return found


def _numbers(given: Any, what: str) -> Floats:
    if given is None:
        raise DataProblem(f"expected numbers for {what}: a fit requires y to be passed, but {what} is None")
    if hasattr(given, "toarray"):
        raise DataProblem(f"expected a dense array for {what}: sparse data are not supported")
    try:
        array = np.asarray(given)
        found: Floats = (array.real if array.dtype.kind == "c" else array).astype(np.float64)
    except (TypeError, ValueError) as problem:
        raise DataProblem(f"expected numbers in {what}: {problem}") from None
    if array.dtype.kind == "c" and np.any(array.imag != 0):
        raise DataProblem(f"expected real numbers in {what}. Complex data not supported")
    return found
