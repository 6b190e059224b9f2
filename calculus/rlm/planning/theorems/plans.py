"""Theorems about the choice of k and τ, and about how long a plan takes."""

from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import product
from math import isqrt
from typing import Any

from calculus.rlm.planning.costs import cheapest, span
from calculus.rlm.planning.shape import shape
from calculus.rlm.planning.theorems.theorem import EARLIER, Theorem, fails, grid, holds, tree

WEIGHTS = ((1, 1, 0), (3, 0, 0), (5, 1, 1), (1, 9, 2), (1, 1, 9))
"""What a leaf, an inner node and a child cost, in several ways."""


def _cost(n: int, k: int, tau: int, weights: tuple[int, int, int]) -> int:
    leaves, internal, _ = shape(n, k, tau)
    leaf, node, child = weights
    return leaf * leaves + node * internal + child * (leaves + internal - 1)


def _split(limit: int) -> Iterator[tuple[int, int]]:
    for n in range(2, limit + 1):
        for tau in range(1, min(n, 9)):
            yield n, tau


def flat(limit: int) -> Theorem:
    def wrong(n: int, tau: int, weights: tuple[int, int, int]) -> dict[str, Any] | None:
        best = max(2, -(-n // tau))
        found = _cost(n, best, tau, weights)
        for k in range(2, n + 2):
            if _cost(n, k, tau, weights) < found:
                return {"n": n, "tau": tau, "k": k, "instead of": best, "weights": weights}
        return None

    cases = ((n, tau, weights) for n, tau in _split(limit) for weights in WEIGHTS)
    return holds("flat", "k = ⌈n/τ⌉ is cheapest, if the answers of so many children fit", cases, wrong)


def capped(limit: int) -> Theorem:
    def wrong(n: int, tau: int, most: int, weights: tuple[int, int, int]) -> dict[str, Any] | None:
        found = cheapest(n, tau, most, lambda k: _cost(n, k, tau, weights))
        best = min(range(2, most + 1), key=lambda k: _cost(n, k, tau, weights))
        if _cost(n, best, tau, weights) >= _cost(n, found, tau, weights):
            return None
        return {"n": n, "tau": tau, "most": most, "k": best, "instead of": found, "weights": weights}

    cases = (
        (n, tau, most, weights)
        for n, tau in _split(limit * 2)
        for most in (2, 3, 4, 5, 7, 11, 30)
        for weights in WEIGHTS
    )
    return holds(
        "capped",
        "the cheapest k ≤ K' is among the least k with τ·k^m ≥ n, for each m, and the four below it",
        cases,
        wrong,
    )


def capped_by_formula(limit: int) -> Theorem:
    def wrong(n: int, tau: int, most: int) -> dict[str, Any] | None:
        found = min(-(-n // tau), most)
        best = min(range(2, found + 1), key=lambda k: _cost(n, k, tau, (1, 1, 0)))
        calls, fewest = _cost(n, found, tau, (1, 1, 0)), _cost(n, best, tau, (1, 1, 0))
        if fewest >= calls:
            return None
        return {
            "n": n,
            "tau": tau,
            "at most": most,
            "k": found,
            "calls": calls,
            "best k": best,
            "then": fewest,
        }

    cases = ((n, tau, most) for n, tau in _split(limit) for most in range(2, n))
    return fails(
        "best k",
        "the best k at fixed τ is min(⌈n/τ⌉, ⌊(K - g - o)/o⌋)",
        EARLIER,
        cases,
        wrong,
    )


def leaf_size(limit: int) -> Theorem:
    def wrong(n: int, k: int, tau: int) -> dict[str, Any] | None:
        smaller, larger = shape(n, k, tau), shape(n, k, tau + 1)
        if larger.leaves <= smaller.leaves and larger.internal <= smaller.internal:
            return None
        return {"n": n, "k": k, "tau": tau}

    return holds("leaf size", "a larger τ has no more leaves and no more inner nodes", grid(limit * 4), wrong)


def time(limit: int) -> Theorem:
    def wrong(n: int, k: int, tau: int, workers: int, last: bool) -> dict[str, Any] | None:
        found, calls, chain = _scheduled(n, k, tau, workers, last)
        bound = span(calls, chain, workers, 1.0)
        if found <= bound + 1e-9:
            return None
        return {"n": n, "k": k, "tau": tau, "workers": workers, "found": found, "bound": bound}

    cases = (
        (*case, workers, last)
        for case, workers, last in product(grid(limit, 4, 4), (1, 2, 3, 8), (False, True))
    )
    return holds("span", "N calls, D in a chain, take (N - D)/P + D at P workers at most", cases, wrong)


def _scheduled(n: int, k: int, tau: int, workers: int, last: bool) -> tuple[int, int, int]:
    """How long a tree with a filter and a neural ⊕ takes if the first (or last) call that can be made is made
    as soon as a worker is free; how many calls there are, and the longest chain of them.

    A node filters each of its children, then goes into these, then merges.
    """
    nodes = tree(n, k, tau)
    calls: list[list[int]] = []  # what each call waits for
    begins: dict[int, list[int]] = {0: []}
    merges: dict[int, int] = {}
    ends: dict[int, list[int]] = {}
    for number, node in enumerate(nodes):
        if not node.children:
            calls.append(begins[number])
            merges[number] = len(calls) - 1
            continue
        filters = []
        for _ in node.children:
            calls.append(begins[number])
            filters.append(len(calls) - 1)
        for child in node.children:
            begins[child] = filters
        ends[number] = node.children
    for number in sorted(ends, reverse=True):
        calls.append([merges[child] for child in ends[number]])
        merges[number] = len(calls) - 1
    depth: list[int] = []
    for waits in calls:
        depth.append(1 + max((depth[other] for other in waits), default=0))
    done: set[int] = set()
    steps = 0
    while len(done) < len(calls):
        ready = [i for i in range(len(calls)) if i not in done and done.issuperset(calls[i])]
        done |= set(ready[-workers:] if last else ready[:workers])
        steps += 1
    return steps, len(calls), max(depth)


def serial(limit: int) -> Theorem:
    def wrong(n: int, price: int) -> dict[str, Any] | None:
        def waited(k: int) -> Fraction:
            return Fraction(n, k) + price * k

        root = isqrt(n // price)
        found = min(waited(max(1, root)), waited(root + 1))
        best = min(map(waited, range(1, n + 2)))
        return None if found == best else {"n": n, "c": price, "best": str(best), "found": str(found)}

    cases = ((n, price) for n in range(1, limit * 4 + 1) for price in (1, 2, 3, 7))
    return holds(
        "serial span",
        "n/k + c·k, a leaf and then a merge that takes its k answers in turn, is least next to k = √(n/c)",
        cases,
        wrong,
    )


CHECKS: tuple[Callable[[int], Theorem], ...] = (
    flat,
    capped,
    leaf_size,
    time,
    serial,
    capped_by_formula,
)
