"""The smallest trees of constants, for what occurs on the way."""

import cmath
from functools import cache

from calculus.eml.compiler.probes import Step
from calculus.eml.syntax import ONE, eml
from calculus.term import Term

_LARGEST = 13


class SmallConstants:
    """The first tree of each constant that a tree with K ≤ 13 has under a semantics, by its value."""

    def __init__(self, step: Step) -> None:
        self._table = {_rounded(1 + 0j): ONE}
        levels: dict[int, list[tuple[Term, complex]]] = {1: [(ONE, 1 + 0j)]}
        for size in range(3, _LARGEST + 1, 2):
            levels[size] = []
            for left_size in range(1, size - 1, 2):
                for left, a in levels[left_size]:
                    if a.real < 50:
                        for right, b in levels[size - 1 - left_size]:
                            self._add(left, right, step(a, b), levels[size])

    def _add(self, left: Term, right: Term, value: complex, level: list[tuple[Term, complex]]) -> None:
        if cmath.isfinite(value) and abs(value) < 1e9 and _rounded(value) not in self._table:
            tree = self._table[_rounded(value)] = eml(left, right)
            level.append((tree, value))

    def get(self, value: complex) -> Term | None:
        """A tree with this value, if there is one."""
        return self._table.get(_rounded(value)) if cmath.isfinite(value) else None


@cache
def small_constants(step: Step) -> SmallConstants:
    return SmallConstants(step)


def _rounded(value: complex) -> tuple[float, float]:
    return (round(value.real, 11) + 0.0, round(value.imag, 11) + 0.0)
