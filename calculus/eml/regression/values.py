"""Values of trees at many points, with bounds of what rounding may have done to them.

`calculus.eml.arrays` evaluates faster; here the errors count.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from calculus.eml.regression.architecture import Floats
from calculus.eml.syntax import EML, VARIABLE, subtrees
from calculus.term import Term

Complexes = npt.NDArray[np.complex128]

EPSILON = float(np.finfo(np.float64).eps)


@dataclass(frozen=True, slots=True)
class Values:
    """The values of a tree in complex128 (`ieee`); `bound` is a running bound of their rounding errors, those
    of the variables included; `absorbed` says that some operand is lost to rounding at every point, so that
    the data say nothing about it.
    """

    values: Complexes
    bound: Floats
    absorbed: bool


def values(tree: Term, points: dict[str, Floats], count: int) -> Complexes:
    """The values of a tree at `count` points."""
    return _evaluate(tree, points, count)[0]


def values_with_bounds(tree: Term, points: dict[str, Floats], count: int) -> Values:
    """The values of a tree, with bounds to first order. Source: running error analysis, Higham,
    *Accuracy and Stability of Numerical Algorithms*, section 3.3.
    """
    found, bound, absorbed = _evaluate(tree, points, count, True)
    return Values(found, bound, absorbed)


def _evaluate(
    tree: Term, points: dict[str, Floats], count: int, bounds: bool = False
) -> tuple[Complexes, Floats, bool]:
    made: dict[int, tuple[Complexes, Floats]] = {}
    absorbed = False
    with np.errstate(all="ignore"):
        for item in subtrees(tree):
            if item.op is EML:
                (left, left_error), (right, right_error) = (made[id(child)] for child in item.children)
                power, logarithm = np.exp(left), np.log(right)
                value = power - logarithm
                error = np.zeros(count)
                if bounds:
                    large, small = np.abs(power), np.abs(logarithm)
                    error = large * (left_error + EPSILON * (1 + np.abs(left))) + right_error / np.abs(right)
                    error += EPSILON * (small + np.abs(value))
                    # A logarithm of 1 is 0, and is meant to be.
                    lost = (large < EPSILON * small) | ((small < EPSILON * large) & (small > 0))
                    absorbed = absorbed or bool(np.all(lost))
            else:
                number = points[item.label] if item.op is VARIABLE else np.ones(count)
                value = number.astype(np.complex128)
                error = EPSILON / 2 * np.abs(number) if item.op is VARIABLE else np.zeros(count)
            made[id(item)] = (value, error)
    value, error = made[id(tree)]
    return value, error, absorbed
