"""Whether a tree *is* the law behind data, and not only near it.

A tree is recovered if, at every row, the fresh ones included, its value differs from the datum by no more
than the rounding errors of evaluating it (`TIMES` the running bound), and

- there are at least `LEAST` different fresh rows;
- these bounds say something: at half of the fresh rows at least they are below `SHARP` relative to the larger
  of 1 and the datum;
- no operand is lost to rounding at every row (an absorption impostor: any other operand would do as well);
- with mpmath, the value computed with 50 digits in exact arithmetic passes the same test.

So data with noise, or given to few digits, are never recovered: what is found for them is a fit.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from calculus.eml.regression.architecture import Floats
from calculus.eml.regression.values import EPSILON, values_with_bounds
from calculus.eml.syntax import EML, VARIABLE, subtrees
from calculus.term import Term

LEAST = 4
TIMES = 8.0
SHARP = 1e-9
DIGITS = 50
MOST_PRECISE = 64
"""At so many rows the value is also computed with many digits."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check found: whether the tree is recovered, and if not, why; the worst error at the rows looked
    at, relative to the larger of 1 and the datum; how precise the check was.
    """

    recovered: bool
    reason: str | None
    error: float
    digits: int = 16


def check(tree: Term, names: list[str], rows: Floats, target: Floats, fresh: Floats) -> Verdict:
    """Check a tree against data: rows[V, N], target[N], and fresh[N], true for rows not trained on."""
    count = len(target)
    found = values_with_bounds(tree, dict(zip(names, rows, strict=True)), count)
    with np.errstate(all="ignore"):
        size = np.maximum(1.0, np.abs(target))
        distance = np.abs(found.values - target)
        tolerance = TIMES * (found.bound + EPSILON * np.abs(target))
        error = float(np.max(distance / size)) if np.all(np.isfinite(distance)) else np.inf
        if not np.all(distance <= tolerance):
            row = int(np.argmax(np.where(np.isfinite(distance), distance / tolerance, np.inf)))
            expected, value = _told_apart(float(target[row]), complex(found.values[row]))
            return Verdict(False, f"expected {expected} in one row, found {value}", error)
    chosen = fresh.astype(bool)
    if len(np.unique(rows[:, chosen], axis=1).T) < LEAST:
        return Verdict(
            False, f"there are fewer than {LEAST} different rows apart from those trained on", error
        )
    if np.mean((tolerance / size)[chosen] <= SHARP) < 0.5:
        return Verdict(False, "rounding errors are too large to tell", error)
    if found.absorbed:
        return Verdict(False, "an operand is lost to rounding at every row", error)
    return _precisely(tree, names, rows, target, tolerance, error)


def _told_apart(expected: float, found: complex) -> tuple[str, str]:
    """Two numbers to six digits, or to as many as it takes to tell them apart."""
    number = found.real if found.imag == 0 else found
    texts = "", ""
    for digits in range(6, 18):
        texts = f"{expected:.{digits}g}", f"{number:.{digits}g}"
        if texts[0] != texts[1]:
            break
    return texts


def _precisely(
    tree: Term, names: list[str], rows: Floats, target: Floats, tolerance: Floats, error: float
) -> Verdict:
    try:
        import mpmath
    except ImportError:
        return Verdict(True, None, error)
    step = max(1, len(target) // MOST_PRECISE)
    with mpmath.workdps(DIGITS):
        for row in range(0, len(target), step):
            at = {name: mpmath.mpf(float(rows[i, row])) for i, name in enumerate(names)}
            made: dict[int, Any] = {}
            for item in subtrees(tree):
                if item.op is EML:
                    left, right = (made[id(child)] for child in item.children)
                    if right == 0 or mpmath.re(left) > 1e6:
                        return Verdict(False, "exactly, its value is not finite in one row", error, DIGITS)
                    made[id(item)] = mpmath.exp(left) - mpmath.log(right)
                else:
                    made[id(item)] = at[item.label] if item.op is VARIABLE else mpmath.mpf(1)
            if abs(made[id(tree)] - mpmath.mpf(float(target[row]))) > tolerance[row]:
                return Verdict(False, "exactly, its value is another in one row", error, DIGITS)
    return Verdict(True, None, error, DIGITS)
