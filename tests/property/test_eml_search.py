"""The search against brute force over all small trees."""

from functools import cache

import mpmath
import numpy as np
import pytest

from calculus.eml.evaluation.ieee import evaluate_ieee, values_ieee
from calculus.eml.searching import jit, search
from calculus.eml.searching.recheck import Absorbed, exact_value
from calculus.eml.searching.table import Table
from calculus.eml.syntax import ONE, eml, size, variable
from calculus.term import Term

X = variable("x")
POINTS = (0.5772156649015329, 1.2824271291006226)


@cache
def trees(leaves: int, with_x: bool) -> list[Term]:
    """All trees of so many leaves."""
    if leaves == 1:
        return [ONE, X] if with_x else [ONE]
    return [
        eml(left, right)
        for n in range(1, leaves)
        for left in trees(n, with_x)
        for right in trees(leaves - n, with_x)
    ]


def real_constants(leaves: int) -> dict[str, int]:
    """The digits of each real value of trees of up to so many leaves, with its smallest K; extended."""
    found: dict[str, int] = {}
    context = mpmath.mp.clone()
    context.dps = 60
    for n in range(1, leaves + 1):
        for tree in trees(n, False):
            try:
                value, _ = exact_value(tree, {}, "extended", context, values_ieee(tree, {}))
            except (ArithmeticError, Absorbed):
                continue
            if context.isfinite(value) and value.imag == 0 and 1e-3 < abs(value.real) < 1e6:
                digits = context.nstr(value.real, 35, strip_zeros=False, min_fixed=-99, max_fixed=99)
                found.setdefault(digits, size(tree))
    return found


@pytest.mark.parametrize("entries", [None, 20])
def test_every_number_is_found_at_its_size(entries: int | None) -> None:
    """By enumeration, and (with few entries in the table) by inverse search."""
    expected = real_constants(6)
    assert len(expected) > 30
    for digits, k in expected.items():
        found = search(f"{digits}…", semantics="extended", entries=entries, max_size=k, threads=1)
        assert found.witness is not None, digits
        assert k == found.witness.K, digits
        shorter = search(
            f"{digits}…", semantics="extended", entries=entries, max_size=max(1, k - 2), threads=1
        )
        assert k == 1 or shorter.status == "none", digits


def test_a_table_has_every_value_of_small_trees_once() -> None:
    table = Table(2, jit.INFINITE)
    table.add(ONE, [1 + 0j, 1 + 0j])
    table.add(X, [complex(point) for point in POINTS])
    table.close_level()
    for leaves in range(1, 6):
        if leaves > 1:
            table.add_pairs(lambda: None)
            table.close_level()
        seen = set()
        for n in range(1, leaves + 1):
            for tree in trees(n, True):
                values = [evaluate_ieee(tree, {"x": complex(point)}) for point in POINTS]
                if np.all(np.isfinite(values)):
                    seen.add(tuple(f"{part + 0.0:.9e}" for v in values for part in (v.real + 0.0, v.imag)))
        rows = table.values[: table.count]
        finite = rows[np.all(np.isfinite(rows), axis=1)]
        listed = {tuple(f"{part + 0.0:.9e}" for part in row) for row in finite.tolist()}
        assert len(listed) == len(finite)
        assert listed <= seen
        # What is missing has an operand that is lost beside another, or what only rounding keeps from 0.
        assert len(seen - listed) <= len(seen) // 20
