"""Trees of whole numbers beyond the table.

A number is taken apart, as n = bq + r or as n = q^k + r with a small rest r, until the table has q; each step
is the one after which the estimated K is least. The tree is then put together in a loop, so there is no bound
on n, and K grows with its logarithm.
"""

from collections.abc import Iterator
from functools import cache
from math import isqrt, log
from typing import NamedTuple

from calculus.eml.compiler.numbers.rules import RULES
from calculus.eml.compiler.numbers.table import FAR, TOP, Mode, chains
from calculus.eml.syntax import size
from calculus.term import Term

__all__ = ["candidates"]

_REST = 12
"""The largest rest beside a product."""
_PER_NAT = 26.0
"""About what K grows by when a number grows by the factor e."""
_WIDE = 200
"""Numbers of more bits are divided by the best multipliers only, and not every root of them is taken."""
_FEW = 48
_POWER = 21
"""What a power costs beside its root and its exponent."""
_BASES = (2, 3, 10, 16, 100)


class _Step(NamedTuple):
    """n = factor · q + rest, or n = q^exponent + rest."""

    factor: int = 1
    rest: int = 0
    exponent: int = 1


def candidates(n: int, mode: Mode, sharing: bool) -> Iterator[Term]:
    """Trees of a number that the table does not have; with `sharing`, also those that repeat one factor."""
    yield _built(*_taken_apart(abs(n), n < 0, mode), n < 0, mode)
    if n < 0:
        left, steps = _taken_apart(-n, False, mode)
        yield _built(left, [_Step(), *steps], True, mode)
    if sharing:
        for base in _BASES:
            yield _built(*_in_base(abs(n), base), n < 0, mode)


def _in_base(n: int, base: int) -> tuple[int, list[_Step]]:
    steps: list[_Step] = []
    while n > TOP or not steps:
        n, digit = divmod(n, base)
        steps.append(_Step(base, digit))
    return n, steps


def _taken_apart(n: int, negative: bool, mode: Mode) -> tuple[int, list[_Step]]:
    """What is left in the table, and the steps, last one first; for a negative number, that is a product."""
    steps: list[_Step] = []
    while n > TOP or (negative and not steps):
        ways = [min(_divisions(n, mode))]
        if steps or not negative:
            ways += _powers(n, len(steps) < 2, mode)
        _, n, step = min(ways)
        steps.append(step)
    return n, steps


def _divisions(n: int, mode: Mode) -> Iterator[tuple[float, int, _Step]]:
    """The ways to take n apart as a product and a rest: the estimated K, and what is left."""
    costs, bargains = _costs(mode)
    wide = n.bit_length() > _WIDE
    size_of_n = _PER_NAT * _ln(n)
    for rest in range(-_REST, _REST + 1):
        part = n - rest
        added = _adding(rest, mode)
        for factor in bargains if wide else range(2, FAR):
            if part % factor == 0:
                quotient = part // factor
                left = costs[quotient] if quotient <= TOP else size_of_n - _PER_NAT * log(factor)
                yield left + costs[factor] + added, quotient, _Step(factor, rest)


def _powers(n: int, thorough: bool, mode: Mode) -> Iterator[tuple[float, int, _Step]]:
    """The ways to take n apart as a power and a rest."""
    bits = n.bit_length()
    if bits > _WIDE and not thorough:
        return
    costs = _costs(mode)[0]
    for exponent in range(2, min(bits, TOP)):
        below = _floor_root(n, exponent)
        for root in (below, below + 1):
            rest = n - root**exponent
            if 1 < root < n and abs(rest) < FAR:
                left = costs[root] if root <= TOP else _PER_NAT * _ln(root)
                total = left + costs[exponent] + _POWER + _adding(rest, mode)
                yield total, root, _Step(rest=rest, exponent=exponent)


@cache
def _costs(mode: Mode) -> tuple[list[int], list[int]]:
    """K of the numbers in the table, and the multipliers that are the best bargains, 2 among them."""
    costs = [0, *(size(chains(mode).tree("v", a)) for a in range(1, TOP + 1))]
    bargains = sorted(range(2, FAR), key=lambda a: (costs[a] + 7) / log(a))
    return costs, sorted({2, *bargains[:_FEW]})


@cache
def _adding(rest: int, mode: Mode) -> int:
    if rest == 0:
        return 0
    return size(chains(mode).tree("m" if rest > 0 else "x", abs(rest))) + 3


def _ln(n: int) -> float:
    shift = max(0, n.bit_length() - 1000)
    return log(n >> shift) + shift * log(2)


def _floor_root(n: int, k: int) -> int:
    """The whole part of the k-th root, by Newton's method from above."""
    if k == 2:
        return isqrt(n)
    root = 1 << -(-n.bit_length() // k)
    while True:
        better = ((k - 1) * root + n // root ** (k - 1)) // k
        if better >= root:
            return root
        root = better


def _built(left: int, steps: list[_Step], negative: bool, mode: Mode) -> Term:
    """The tree, from the inside; the factor of the last step takes the sign."""
    table = chains(mode)
    state = ("v", table.tree("v", left))
    for place, (factor, rest, exponent) in enumerate(reversed(steps), 1):
        opposite = negative and place == len(steps)
        multiplier = table.tree("u" if opposite else "v", factor)
        if exponent > 1:
            name, kind = ("power under e^e", "p") if mode.robust else ("power", "n")
            state = ("l", RULES[name].build(_as("l", state), table.tree(kind, exponent)))
        elif mode.robust:
            state = ("l", RULES["product"].build(_as("l", state), RULES["p<v"].build(multiplier)))
        else:
            state = ("n", RULES["product under e"].build(_as("n", state), multiplier))
        if rest:
            name = "sum" if (rest > 0) != opposite else "difference"
            other = table.tree(RULES[name].premises[1], abs(rest))
            state = ("v", RULES[name].build(_as("l", state), other))
    return _as("v", state)


def _as(kind: str, state: tuple[str, Term]) -> Term:
    """The tree of a number in a kind, by the usual conversions."""
    have, tree = state
    while have != kind:
        wanted = "n" if have == "v" else "v" if have == "l" else "l"
        tree = RULES[f"{wanted}<{have}"].build(tree)
        have = wanted
    return tree
