"""The recursion tree of the balanced split: how many leaves, inner nodes and levels.

A part of size n is a leaf if n ≤ τ, and is otherwise split into min(k, n) parts whose sizes differ by at
most one.
With m = min{ℓ : ⌊n/k^ℓ⌋ ≤ τ} and e = max(0, n - τ·k^m) the tree has

    L = min(k^m, n) + (min(k, τ + 1) - 1)·e leaves,
    I = (k^m - 1)/(k - 1) + e inner nodes, and
    d = m + [e > 0] levels.

(Corrected from A. Roy et al., arXiv 2603.20105, whose k^d + 1 overlooks that splits are uneven; `theorems`
compares the two.)
"""

from typing import NamedTuple


class Shape(NamedTuple):
    """Leaves, inner nodes and levels below the root of a recursion tree."""

    leaves: int
    internal: int
    depth: int


def levels(n: int, k: int, tau: int) -> int:
    """m: the least ℓ with ⌊n/k^ℓ⌋ ≤ τ, in integers (logarithms of exact powers are off by rounding)."""
    level = 0
    while n > tau:
        n //= k
        level += 1
    return level


def shape(n: int, k: int, tau: int) -> Shape:
    """The tree of a text of size n, by the formulas; k ≥ 2 and τ ≥ 1."""
    m = levels(n, k, tau)
    excess = max(0, n - tau * k**m)
    leaves = min(k**m, n) + (min(k, tau + 1) - 1) * excess if n else 1
    return Shape(leaves, (k**m - 1) // (k - 1) + excess, m + (excess > 0))


def part_sizes(n: int, k: int) -> dict[int, int]:
    """The one or two sizes of the parts of a balanced split, and how many have each; none is empty."""
    count = min(k, n)
    small, larger = divmod(n, count) if count else (0, 0)
    return {size: times for size, times in ((small + 1, larger), (small, count - larger)) if times}


def parts(n: int, k: int) -> list[int]:
    """The sizes of the parts of a balanced split, the larger ones first; none is empty."""
    return [size for size, times in part_sizes(n, k).items() for _ in range(times)]


def counted(n: int, k: int, tau: int) -> Shape:
    """The tree counted level by level: what the formulas are checked against."""
    leaves = internal = depth = 0
    sizes = {n: 1}  # of the parts of a level; there are few different ones
    while sizes:
        below: dict[int, int] = {}
        for size, count in sizes.items():
            if size <= tau:
                leaves += count
                continue
            internal += count
            for part, times in part_sizes(size, k).items():
                below[part] = below.get(part, 0) + count * times
        depth += bool(below)
        sizes = below
    return Shape(leaves, internal, depth)


def freedom(n: int, k: int, tau: int) -> tuple[int, int] | None:
    """The least and the largest size that every child of a part of size n may have, whichever way the cuts
    fall, without changing the shape of the tree; None if only the balanced split has that shape.

    All sizes from max((τ + 1)·k^(m-1), k^m) to τ·k^m have the full tree of m levels, so children may have any
    sizes of that range one level lower that add up to n.
    """
    m = levels(n, k, tau)
    if m == 0 or n > tau * k**m or n < k**m:
        return None
    if m == 1:
        return 1, tau
    return max((tau + 1) * k ** (m - 2), k ** (m - 1)), tau * k ** (m - 1)
