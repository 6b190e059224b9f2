"""What a layered layout is about: nodes with ports, the edges between these, and paths."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

Point = tuple[float, float]


Path = list[tuple[Point, ...]]
"""Where a line begins; then for each of its parts the end of a straight one, or the two control points and
the end of a cubic curve.
"""


@dataclass(slots=True)
class Node:
    """A rectangle with ports, given by their distances from its top.

    All ports of a `loose` node are one point, to which edges may lead from either side. A node may be held
    `at` the left or the right border.
    """

    width: float
    height: float
    left: Sequence[float] = ()
    right: Sequence[float] = ()
    loose: bool = False
    at: Literal["left", "right"] | None = None
    gap: float = 14
    """The least distance from its neighbour above."""
    x: float = 0
    y: float = 0


class Edge(NamedTuple):
    """From a port at the right of a node to a port at the left of another."""

    source: int
    exit: int
    target: int
    entry: int


def turns(node: Node) -> bool:
    """Whether an edge turns around at the node."""
    return node.loose and not node.width


def passes(node: Node) -> bool:
    """Whether a long edge passes through a layer at the node."""
    return not node.loose and not node.width and node.at is None
