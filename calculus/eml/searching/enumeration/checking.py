"""A second look at what an enumeration finds, with more digits than it had.

In double precision a value may rest on an operand that rounding has swallowed. With mpmath the tree is
evaluated at 40 digits; without it, a function is compared at points where the enumeration did not look.
"""

import cmath
import math
from collections.abc import Callable, Sequence
from typing import Any

from calculus.eml.syntax import VARIABLE, subtrees
from calculus.term import Term

__all__ = ["agrees"]

_NEAR = 1e-9
_FRESH = (0.8349, 1.1572 - 0.21j, 0.6931 + 0.17j)


def agrees(
    tree: Term,
    probes: dict[str, tuple[complex, ...]],
    numbers: Sequence[complex],
    semantics: str,
    function: Callable[..., Any] | None,
) -> bool:
    """Whether a tree has these numbers at the probes."""
    try:
        import mpmath
    except ImportError:
        mpmath = None
    if mpmath is not None and semantics != "ieee":
        with mpmath.workdps(40):
            return _all_near(tree, probes, numbers, mpmath)
    if not _all_near(tree, probes, numbers, cmath):
        return False
    if function is None or not probes:
        return True
    fresh = {name: tuple(x + 0.05 * k for x in _FRESH) for k, name in enumerate(probes)}
    return _all_near(tree, fresh, [function(*point) for point in zip(*fresh.values(), strict=True)], cmath)


def _all_near(
    tree: Term, probes: dict[str, tuple[complex, ...]], numbers: Sequence[complex], arithmetic: Any
) -> bool:
    for k, number in enumerate(numbers):
        found = _value(tree, {name: points[k] for name, points in probes.items()}, arithmetic)
        if found is None:
            return False
        found = complex(found)
        if found != number and not abs(found - number) <= _NEAR * max(abs(number), 1e-300):
            return False
    return True


def _value(tree: Term, at: dict[str, complex], arithmetic: Any) -> Any:
    """The value with ln 0 = -∞ and exp(-∞) = 0; None where there is none."""
    values: dict[int, Any] = {}
    for item in subtrees(tree):
        if not item.children:
            value = at[item.label] if item.op is VARIABLE else 1.0
            values[id(item)] = value if arithmetic is cmath else arithmetic.mpmathify(value)
            continue
        a, b = (values[id(child)] for child in item.children)
        try:
            power = 0.0 if a.real == -math.inf else a.real if a.real == math.inf else arithmetic.exp(a)
            log = -math.inf if b == 0 else b.real if b.real == math.inf else arithmetic.log(b)
        except (OverflowError, ValueError):
            return None
        values[id(item)] = value = power - log
        if value != value:
            return None
        # Zero is recognised, too, where digits are left over.
        if arithmetic is not cmath and abs(value) < arithmetic.mpf(10) ** (8 - arithmetic.mp.dps) * abs(
            power
        ):
            values[id(item)] = arithmetic.mpf(0)
    return values[id(tree)]
