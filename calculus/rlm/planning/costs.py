"""What a plan costs, how long it takes and how often it is right: the formulas, and the best k.

For a tree of L leaves, I inner nodes and d levels, with N calls of which D wait for each other:

    N = [detect] + L + I·[neural ⊕] + (L + I - 1)·[neural filter]
    span at P workers ≤ ((N - D)/P + D) calls        (Graham's bound for any order of the calls)
    A(n) = A₀·ρ^(n/K)
    all leaves right   A_det·A(τ)^L·A_⊕^I
    one path right     A_det·A(τ)·A_⊕^d
    a needle found     the latter · recall^d · (1 - (1 - f)^L)/(L·f)
"""

from collections.abc import Callable

from calculus.rlm.planning.model import Model
from calculus.rlm.planning.shape import Shape

BAND = 4
"""How many k below the least one without an uneven last level are looked at, for each number of levels."""


def candidates(n: int, tau: int, most: int) -> list[int]:
    """The k up to `most` among which the cheapest one is, at a leaf size.

    For every number of levels, the least k whose tree is full, and the few below it whose last level is not:
    with more children than that, a tree of as many levels has more leaves and more inner nodes.
    """
    found: set[int] = set()
    least = -(-n // tau)
    level = 1
    while most >= 2:
        k = max(2, _root(least, level))
        for near in range(max(2, k - BAND), k + 1):
            if near <= most:
                found.add(near)
        if k == 2:
            break
        level += 1
    return sorted(found | ({most} if 2 <= most < least else set()), reverse=True)


def _root(value: int, degree: int) -> int:
    """The least k with k^degree ≥ value."""
    low, high = 1, 1
    while high**degree < value:
        high *= 2
    while low < high:
        middle = (low + high) // 2
        if middle**degree >= value:
            high = middle
        else:
            low = middle + 1
    return low


def cheapest(n: int, tau: int, most: int, cost: Callable[[int], float]) -> int:
    """The best k from 2 to `most`, by the cost of each."""
    return min(candidates(n, tau, most), key=cost)


def span(calls: int, chain: int, workers: int, seconds: float) -> float:
    """How long the calls take at most, begun in any order as soon as they can be and a worker is free."""
    return seconds * ((calls - chain) / workers + chain)


def false_positive_factor(leaves: int, rate: float) -> float:
    """How often `best` picks the right answer among those of the leaves, each other of which gives an answer
    by mistake at some rate: E[1/(1 + Bin(L - 1, f))] = (1 - (1 - f)^L)/(L·f).
    """
    if leaves <= 1 or rate == 0:
        return 1.0
    return float((1 - (1 - rate) ** leaves) / (leaves * rate))


def accuracies(
    model: Model,
    *,
    shape: Shape,
    largest: int,
    total: int,
    merges: int,
    path: int,
    filters: int,
    detect: bool,
) -> dict[str, float]:
    """How often the answer is right, by what right means. `largest` and `total` are the tokens of the largest
    leaf and of all; `merges` the neural merges, of which `path` are on a path from the root to a leaf;
    `filters` how often a part on that path is filtered.
    """
    detected = model.detect_accuracy if detect else 1.0
    leaf = model.right(largest)
    leaves = max(1, shape.leaves)
    joined = model.merge_accuracy**merges
    one = detected * leaf * model.merge_accuracy**path
    sizes = model.accuracy**leaves * model.decay ** (total / model.window)
    return {
        "all_leaves": detected * leaf**leaves * joined,
        "all_leaves_by_size": float(detected * sizes * joined),
        "one_path": one,
        "needle": one * model.recall**filters * false_positive_factor(leaves, model.false_positives),
    }


METRICS = ("all_leaves", "all_leaves_by_size", "one_path", "needle")

ASSUMPTIONS = (
    "accuracy is a model, not a measurement: A(n) = A₀·ρ^(n/K) for a call, independent of the others",
    "all_leaves: the answer is right only if every leaf and every merge is",
    "one_path: the answer depends on one leaf and the merges above it",
    "needle: one_path, if filters keep the part on the way and `best` does not pick another leaf's mistake",
)

__all__ = ["accuracies", "candidates", "cheapest", "false_positive_factor", "span"]
