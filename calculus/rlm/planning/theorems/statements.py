"""Statements of the paper that fail, with the smallest case in which each does.

A. Roy et al., *The Y-Combinator for LLMs* (arXiv 2603.20105) and its reference code.
"""

from collections.abc import Callable, Iterator
from fractions import Fraction
from math import isqrt, log
from typing import Any

from calculus.rlm.planning.shape import shape
from calculus.rlm.planning.theorems.theorem import Theorem, fails, grid, tree


def _depth(n: int, k: int, tau: int) -> int:
    """⌈log_k(n/τ)⌉, by whole numbers."""
    depth = 0
    while tau * k**depth < n:
        depth += 1
    return depth


def _split(limit: int) -> Iterator[tuple[int, int, int]]:
    return (case for case in grid(limit) if case[0] > case[2])


def calls(limit: int) -> Theorem:
    def wrong(n: int, k: int, tau: int) -> dict[str, Any] | None:
        depth = _depth(n, k, tau)
        planned = k**depth + 1
        made = 1 + sum(not node.children for node in tree(n, k, tau))
        if made == planned:
            return None
        return {"n": n, "k": k, "tau": tau, "d": depth, "planned": planned, "made": made}

    return fails(
        "k^d + 1",
        "N = k^d + 1 calls, for leaves and a detection, with d = ⌈log_k(n/τ)⌉",
        "paper, Theorem 1",
        _split(limit),
        wrong,
    )


def merges(limit: int) -> Theorem:
    def wrong(n: int, k: int, tau: int) -> dict[str, Any] | None:
        depth = _depth(n, k, tau)
        planned, made = k**depth + 1, 1 + len(tree(n, k, tau))
        if made == planned:
            return None
        return {"n": n, "k": k, "tau": tau, "d": depth, "planned": planned, "made": made}

    return fails(
        "k^d + 1, neural ⊕",
        "N = k^d + 1 calls, where inner nodes ask, too",
        "paper, Theorem 1",
        _split(limit),
        wrong,
    )


def reference(limit: int) -> Theorem:
    """A document of a million characters, with a space wherever one is looked for, and a window of 100,000:
    k = 20, τ = 50,000 and d = 1, as the reference code plans a summary.
    """

    def wrong(n: int, k: int, tau: int) -> dict[str, Any] | None:
        planned = k + 1
        leaves, internal = _moved_by_a_fifth(n, k, tau)
        made = 1 + leaves + internal
        if made == planned:
            return None
        return {
            "n": n,
            "k": k,
            "tau": tau,
            "planned": planned,
            "made": made,
            "leaves": leaves,
            "merges": internal,
        }

    return fails(
        "reference code",
        "its plan of k^d + 1 calls is what its executor makes",
        "paper, reference code",
        [(1_000_000, 20, 50_000)],
        wrong,
    )


def _moved_by_a_fifth(n: int, k: int, tau: int) -> tuple[int, int]:
    """Leaves and inner nodes, if every cut but the last moves to the last space within a fifth of a part."""
    leaves = internal = 0
    waiting = [n]
    while waiting:
        size = waiting.pop()
        if size <= tau:
            leaves += 1
            continue
        internal += 1
        part = max(1, size // k)
        start = 0
        for index in range(k):
            end = size if index == k - 1 else min(size, start + part + max(1, part // 5))
            if end > start:
                waiting.append(end - start)
            start = end
    return leaves, internal


def two(limit: int) -> Theorem:
    def wrong(n: int, k: int, tau: int) -> dict[str, Any] | None:
        at_two = 2 * shape(n, 2, tau).internal
        here = k * shape(n, k, tau).internal
        if here >= at_two:
            return None
        return {"n": n, "tau": tau, "cost at 2": at_two, "k": k, "cost": here}

    cases = ((n, k, tau) for n in range(2, limit + 1) for tau in range(1, n) for k in range(3, n + 1))
    return fails(
        "k* = 2",
        "merging costs least, at c_⊕·k a merge, if k = 2",
        "paper, Theorem 4",
        cases,
        wrong,
    )


def two_at_64(limit: int) -> Theorem:
    def wrong(ratio: int, k: int) -> dict[str, Any] | None:
        at_two, here = 2 * shape(ratio, 2, 1).internal, k * shape(ratio, k, 1).internal
        if here >= at_two:
            return None
        return {"n/tau": ratio, "cost at 2": at_two, "k": k, "cost": here}

    return fails(
        "k* = 2 at n/τ = 64",
        "merging 64 leaves costs least if k = 2",
        "paper, Theorem 4",
        [(64, 64)],
        wrong,
    )


def root(limit: int) -> Theorem:
    def wrong(n: int, k: int, tau: int) -> dict[str, Any] | None:
        chosen = max(2, isqrt(n - 1) + 1)
        at_root, here = (width * shape(n, width, tau).internal for width in (chosen, k))
        if here >= at_root:
            return None
        return {"n": n, "tau": tau, "chosen": chosen, "its cost": at_root, "k": k, "cost": here}

    cases = ((n, k, tau) for n in range(2, limit + 1) for tau in range(1, n) for k in range(2, n + 1))
    return fails(
        "k* = √n",
        "merging costs least, at c_⊕·k a merge, if k = ⌈√(c_in·n/c_⊕)⌉ (c_in = c_⊕ = 1)",
        "paper, reference code",
        cases,
        wrong,
    )


def composition(limit: int) -> Theorem:
    merge = Fraction(9, 10)

    def wrong(n: int, k: int, tau: int) -> dict[str, Any] | None:
        right = Fraction(1)
        for node in tree(n, k, tau):
            right *= merge if node.children else 1
        claimed = merge ** _depth(n, k, tau)
        if right >= claimed:
            return None
        return {"n": n, "k": k, "tau": tau, "A_⊕": 0.9, "claimed": float(claimed), "right": float(right)}

    return fails(
        "A_⊕^d",
        "an answer is right with A_⊕^d or more, if all leaves are",
        "paper, Theorem 3",
        _split(limit),
        wrong,
    )


def power_law(limit: int) -> Theorem:
    leaf = 0.9

    def wrong(n: int, k: int, tau: int) -> dict[str, Any] | None:
        exponent = -log(leaf) / log(k)
        claimed = (n / tau) ** -exponent
        right = leaf ** sum(not node.children for node in tree(n, k, tau))
        if right >= claimed - 1e-12:
            return None
        return {"n": n, "k": k, "tau": tau, "A(τ)": leaf, "claimed": claimed, "right": right}

    return fails(
        "power law",
        "all leaves are right with (n/τ)^(log_k A(τ)) or more: the decay is a power of n",
        "paper, Theorem 3 and Corollary 5",
        _split(limit),
        wrong,
    )


def better(limit: int) -> Theorem:
    accuracy, decay = Fraction(99, 100), Fraction(9, 10)

    def wrong(n: int, k: int, tau: int) -> dict[str, Any] | None:
        direct = accuracy * decay**n
        split = Fraction(1)
        for node in tree(n, k, tau):
            split *= 1 if node.children else accuracy * decay**node.size
        if split >= direct:
            return None
        return {"n": n, "k": k, "tau": tau, "direct": float(direct), "split": float(split)}

    return fails(
        "slower decay",
        "in the worst case, splitting is right more often than one call, where A(n) = A₀·ρ^(n/K)",
        "paper, Corollary 5",
        _split(limit),
        wrong,
    )


CHECKS: tuple[Callable[[int], Theorem], ...] = (
    calls,
    merges,
    reference,
    two,
    two_at_64,
    root,
    composition,
    power_law,
    better,
)
