"""Exact solutions of Markov chains."""

from fractions import Fraction
from random import Random

import pytest

from calculus.machine.chain import Row, absorption

HALF = Fraction(1, 2)


def test_a_coin() -> None:
    assert absorption([{-1: HALF, -2: HALF}]) == ({-1: HALF, -2: HALF}, 0)


def test_a_loop_is_summed() -> None:
    ends, lost = absorption([{-1: HALF, 1: HALF}, {-2: HALF, 0: HALF}])
    assert (ends, lost) == ({-1: Fraction(2, 3), -2: Fraction(1, 3)}, 0)


def test_what_cannot_end_is_lost() -> None:
    assert absorption([{-1: HALF, 1: HALF}, {1: Fraction(1)}]) == ({-1: HALF}, HALF)
    assert absorption([{0: Fraction(1)}]) == ({}, 1)


def test_gamblers_ruin() -> None:
    """From k of n the chance to reach n before 0, in a fair game, is k/n."""
    n, k = 2000, 700
    rows: list[Row] = []
    for at in range(1, n):
        up, down = (-1 if at + 1 == n else at), (-2 if at == 1 else at - 2)
        rows.append({up: HALF, down: HALF})
    assert absorption(rows, k - 1) == ({-1: Fraction(k, n), -2: 1 - Fraction(k, n)}, 0)


@pytest.mark.parametrize("seed", range(30))
def test_agrees_with_iteration(seed: int) -> None:
    rng = Random(seed)
    count = rng.randint(1, 12)
    rows: list[Row] = []
    for _ in range(count):
        row: Row = {}
        for _ in range(4):
            to = rng.randint(-3, count - 1)
            row[to] = row.get(to, Fraction(0)) + Fraction(1, 4)
        rows.append(row)
    ends, lost = absorption(rows)
    mass = [1.0] + [0.0] * (count - 1)
    found: dict[int, float] = {}
    for _ in range(5000):
        after = [0.0] * count
        for state, weight in enumerate(mass):
            for to, share in rows[state].items():
                if to < 0 and weight:
                    found[to] = found.get(to, 0.0) + weight * float(share)
                elif to >= 0:
                    after[to] += weight * float(share)
        mass = after
    assert sum(ends.values()) + lost == 1
    assert {to: float(share) for to, share in ends.items()} == pytest.approx(found, abs=1e-9)
