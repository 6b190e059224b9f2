"""Theorems about recursion trees: their shape, calls and cost, and how far cuts may move."""

from collections.abc import Callable, Iterator
from itertools import product
from math import ceil, log
from typing import Any

from calculus.rlm.planning.shape import Shape, freedom, levels, shape
from calculus.rlm.planning.theorems.theorem import EARLIER, LEAST, Theorem, fails, grid, holds, tree


def shapes(limit: int) -> Theorem:
    def wrong(n: int, k: int, tau: int) -> dict[str, Any] | None:
        nodes = tree(n, k, tau)
        leaves = sum(not node.children for node in nodes)
        counted = Shape(leaves, len(nodes) - leaves, max(node.level for node in nodes))
        found = shape(n, k, tau)
        return None if counted == found else {"n": n, "k": k, "tau": tau, "counted": counted, "found": found}

    return holds(
        "shape",
        "L = min(k^m, n) + (min(k, τ+1) - 1)·e, I = (k^m - 1)/(k - 1) + e, d = m + [e > 0]",
        grid(limit * 4),
        wrong,
    )


def calls(limit: int) -> Theorem:
    def wrong(n: int, k: int, tau: int, neural: bool, filtered: bool, detect: bool) -> dict[str, Any] | None:
        counted = int(detect)
        for node in tree(n, k, tau):
            counted += 1 if not node.children else neural + filtered * len(node.children)
        leaves, internal, _ = shape(n, k, tau)
        found = detect + leaves + internal * neural + (leaves + internal - 1) * filtered
        return None if counted == found else {"n": n, "k": k, "tau": tau, "counted": counted, "found": found}

    cases = ((*case, *flags) for case in grid(limit) for flags in product((False, True), repeat=3))
    return holds("calls", "N = [detect] + L + I·[neural ⊕] + (L + I - 1)·[neural filter]", cases, wrong)


def cost(limit: int) -> Theorem:
    """The prices of a token in and out, and the sizes h, g, h_f, o, o_f, p, are primes, so that no error
    hides another.
    """
    price_in, price_out, h, g, h_f, o, o_f, p = 2, 3, 5, 7, 11, 13, 17, 1

    def wrong(n: int, k: int, tau: int) -> dict[str, Any] | None:
        if n == 0:
            return None
        counted = 0
        for node in tree(n, k, tau):
            if not node.children:
                counted += price_in * (h + node.size) + price_out * o
                continue
            counted += price_in * (g + o * len(node.children)) + price_out * o
            counted += len(node.children) * (price_in * (h_f + p) + price_out * o_f)
        leaves, internal, _ = shape(n, k, tau)
        children = leaves + internal - 1
        found = price_in * (n + h * leaves) + price_out * o * leaves
        found += price_in * (children * o + g * internal) + price_out * o * internal
        found += children * (price_in * (p + h_f) + price_out * o_f)
        return None if counted == found else {"n": n, "k": k, "tau": tau, "counted": counted, "found": found}

    return holds(
        "cost",
        "c_in(n + hL) + c_out·o·L + c_in((L+I-1)o + gI) + c_out·o·I + (L+I-1)(c_in(p + h_f) + c_out·o_f)",
        grid(limit * 2),
        wrong,
    )


def fit(limit: int) -> Theorem:
    h, g, h_f, o, o_f, p = 2, 3, 1, 2, 1, 2

    def wrong(n: int, k: int, tau: int) -> dict[str, Any] | None:
        nodes = tree(n, k, tau)
        longest = 0
        for node in nodes:
            if not node.children:
                longest = max(longest, h + node.size + o)
            else:
                longest = max(longest, g + len(node.children) * o + o)
                longest = max(longest, *(h_f + min(p, nodes[child].size) + o_f for child in node.children))
        bound = max(tau + h + o, k * o + g + o, p + h_f + o_f)
        return None if longest <= bound else {"n": n, "k": k, "tau": tau, "longest": longest, "bound": bound}

    return holds(
        "fit",
        "every prompt and its answer fit if τ + h + o ≤ K, k·o + g + o ≤ K and p + h_f + o_f ≤ K",
        grid(limit * 2),
        wrong,
    )


def cuts(limit: int) -> Theorem:
    """Where all sizes of the range have the full tree one level lower, any sizes of it may stand together."""

    def wrong(n: int, k: int, tau: int) -> dict[str, Any] | None:
        allowed = freedom(n, k, tau)
        if allowed is None:
            return None
        whole = _counted(n, k, tau)
        for size in range(allowed[0], allowed[1] + 1):
            part = _counted(size, k, tau)
            if (k * part.leaves, k * part.internal + 1, part.depth + 1) != whole:
                return {"n": n, "k": k, "tau": tau, "part": size}
        return None

    return holds(
        "freedom",
        "parts from max((τ+1)·k^(m-2), k^(m-1)) to τ·k^(m-1) keep the shape, wherever the cuts are",
        grid(limit * 2),
        wrong,
    )


def moved(limit: int) -> Theorem:
    def wrong(n: int, k: int, tau: int) -> dict[str, Any] | None:
        if n <= tau or k > n:
            return None
        cap = -(-n // k)
        whole = shape(n, k, tau).leaves
        for sizes in _divisions(n, k, cap):
            leaves = sum(shape(size, k, tau).leaves for size in sizes)
            if leaves != whole:
                return {"n": n, "k": k, "tau": tau, "parts": sizes, "planned": whole, "leaves": leaves}
        return None

    return fails(
        "cuts",
        "the shape stays if each cut stays within [n - remaining·cap, previous + cap], cap the largest part",
        EARLIER,
        grid(LEAST, 4, 4),
        wrong,
    )


def _divisions(n: int, k: int, cap: int) -> Iterator[list[int]]:
    """All ways to cut n into k parts of 1 to cap."""
    stack: list[list[int]] = [[]]
    while stack:
        sizes = stack.pop()
        left, behind = n - sum(sizes), k - len(sizes)
        if not behind:
            yield sizes
            continue
        least, most = max(1, left - (behind - 1) * cap), min(cap, left - (behind - 1))
        stack += [[*sizes, size] for size in range(most, least - 1, -1)]


def logarithm(limit: int) -> Theorem:
    def wrong(k: int, power: int) -> dict[str, Any] | None:
        found = levels(k**power, k, 1)
        return None if found == power else {"k": k, "power": power, "found": found}

    return holds("levels", "m = d for every n = k^d, by whole numbers", _powers(), wrong)


def rounded(limit: int) -> Theorem:
    def wrong(k: int, power: int) -> dict[str, Any] | None:
        n = k**power
        found = ceil(log(n) / log(k))
        if found == power:
            return None
        count = sum(ceil(log(k**d) / log(k)) != d for k, d in _powers())
        return {"n": n, "k": k, "expected": power, "found": found, "wrong powers": count}

    return fails(
        "logarithms",
        "d = ⌈log n / log k⌉ in floating point, for the powers n = k^d < 2^53 of k ≤ 10",
        "paper, Theorem 1 and its reference code",
        sorted(_powers(), key=lambda case: case[0] ** case[1]),
        wrong,
    )


def _powers() -> Iterator[tuple[int, int]]:
    for k in range(2, 11):
        power = 1
        while k**power < 2**53:
            yield k, power
            power += 1


def _counted(n: int, k: int, tau: int) -> Shape:
    nodes = tree(n, k, tau)
    leaves = sum(not node.children for node in nodes)
    return Shape(leaves, len(nodes) - leaves, max(node.level for node in nodes))


CHECKS: tuple[Callable[[int], Theorem], ...] = (
    shapes,
    calls,
    cost,
    fit,
    cuts,
    logarithm,
    moved,
    rounded,
)
