"""Theorems about how often an answer is right, checked by adding up the probabilities of all outcomes."""

from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import product
from typing import Any

from calculus.rlm.planning.costs import false_positive_factor
from calculus.rlm.planning.shape import shape
from calculus.rlm.planning.theorems.theorem import EARLIER, LEAST, Node, Theorem, fails, grid, holds, tree

LEAF, MERGE, FALSE = Fraction(9, 10), Fraction(4, 5), Fraction(1, 3)
MOST = 10
"""The largest trees whose outcomes are enumerated have so many leaves and inner nodes."""


def _small(limit: int) -> Iterator[tuple[int, int, int]]:
    seen = set()
    for n, k, tau in grid(LEAST, 4, 3):
        leaves, internal, _ = shape(n, k, tau)
        if n and leaves + internal <= MOST and (n, k, tau) not in seen:
            seen.add((n, k, tau))
            yield n, k, tau


def _chance(nodes: list[Node], right: Callable[[tuple[bool, ...]], bool]) -> Fraction:
    """How often an answer is right, which is told from which leaves and merges are."""
    total = Fraction(0)
    for outcome in product((False, True), repeat=len(nodes)):
        if right(outcome):
            chance = Fraction(1)
            for node, good in zip(nodes, outcome, strict=True):
                rate = MERGE if node.children else LEAF
                chance *= rate if good else 1 - rate
            total += chance
    return total


def all_leaves(limit: int) -> Theorem:
    def wrong(n: int, k: int, tau: int) -> dict[str, Any] | None:
        nodes = tree(n, k, tau)
        counted = _chance(nodes, all)
        leaves, internal, _ = shape(n, k, tau)
        found = LEAF**leaves * MERGE**internal
        return None if counted == found else {"n": n, "k": k, "tau": tau, "counted": str(counted)}

    return holds("all leaves", "all leaves and merges are right with A(τ)^L·A_⊕^I", _small(limit), wrong)


def one_path(limit: int) -> Theorem:
    def wrong(n: int, k: int, tau: int) -> dict[str, Any] | None:
        nodes = tree(n, k, tau)
        bound = LEAF * MERGE ** shape(n, k, tau).depth
        for number, node in enumerate(nodes):
            if node.children:
                continue
            path = [number]
            while nodes[path[-1]].parent >= 0:
                path.append(nodes[path[-1]].parent)
            counted = _chance(nodes, lambda outcome, path=path: all(outcome[i] for i in path))  # type: ignore[misc]
            exact = counted == LEAF * MERGE**node.level
            if not exact or counted < bound:
                return {"n": n, "k": k, "tau": tau, "leaf": number, "counted": str(counted)}
        return None

    return holds(
        "one path", "a leaf and the merges above it are right with A(τ)·A_⊕^d or more", _small(limit), wrong
    )


def needle(limit: int) -> Theorem:
    def wrong(n: int, k: int, tau: int) -> dict[str, Any] | None:
        nodes = tree(n, k, tau)
        leaves = [i for i, node in enumerate(nodes) if not node.children]
        mean = sum((_picked(nodes, leaf) for leaf in leaves), Fraction(0)) / len(leaves)
        found = false_positive_factor(len(leaves), float(FALSE))
        if abs(float(mean) - found) < 1e-12:
            return None
        return {"n": n, "k": k, "tau": tau, "mean": float(mean), "found": found}

    return holds(
        "needle",
        "`best` at every node picks the right leaf, whichever it is, with (1 - (1-f)^L)/(L·f) on average",
        _small(limit),
        wrong,
    )


def needle_anywhere(limit: int) -> Theorem:
    def wrong(n: int, k: int, tau: int) -> dict[str, Any] | None:
        nodes = tree(n, k, tau)
        leaves = [i for i, node in enumerate(nodes) if not node.children]
        odds = [float(_picked(nodes, leaf)) for leaf in leaves]
        found = false_positive_factor(len(leaves), float(FALSE))
        if max(abs(chance - found) for chance in odds) < 1e-12:
            return None
        return {"n": n, "k": k, "tau": tau, "f": str(FALSE), "formula": found, "by leaf": odds}

    return fails(
        "needle anywhere",
        "the false-positive factor (1 - (1-f)^L)/(L·f) is that of a needle in any leaf",
        EARLIER,
        _small(limit),
        wrong,
    )


def _picked(nodes: list[Node], leaf: int) -> Fraction:
    """How often the answer of a leaf gets to the root, through a uniform choice at every node among the
    children that have any, if each other leaf gives one by mistake.
    """
    others = [i for i, node in enumerate(nodes) if not node.children and i != leaf]
    total = Fraction(0)
    for mistakes in product((False, True), repeat=len(others)):
        answers = {leaf, *(i for i, mistake in zip(others, mistakes, strict=True) if mistake)}
        chance = Fraction(1)
        for mistake in mistakes:
            chance *= FALSE if mistake else 1 - FALSE
        for number in range(len(nodes) - 1, -1, -1):
            if answers & set(nodes[number].children):
                answers.add(number)
        place = leaf
        while place:
            place = nodes[place].parent
            chance /= len(answers & set(nodes[place].children))
        total += chance
    return total


def never_better(limit: int) -> Theorem:
    """A(n) = A₀·ρ^n, in units of the window."""
    accuracy, decay = Fraction(99, 100), Fraction(9, 10)

    def wrong(n: int, k: int, tau: int) -> dict[str, Any] | None:
        split = Fraction(1)
        for node in tree(n, k, tau):
            if not node.children:
                split *= accuracy * decay**node.size
        direct = accuracy * decay**n
        return None if split <= direct else {"n": n, "k": k, "tau": tau}

    return holds(
        "splitting",
        "where A(n) = A₀·ρ^(n/K), all leaves are never right more often than one call on everything is",
        grid(limit),
        wrong,
    )


CHECKS: tuple[Callable[[int], Theorem], ...] = (
    all_leaves,
    one_path,
    needle,
    never_better,
    needle_anywhere,
)
