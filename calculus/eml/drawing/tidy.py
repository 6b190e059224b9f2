"""The layout of a tree: parents over the middle of their children, equal subtrees drawn alike, and no wider
than it must be (Reingold and Tilford 1981), in linear time.
"""

from calculus.eml.drawing.graph import Graph, Places

NONE = -1


def tidy(graph: Graph) -> Places:
    """The places of the nodes of a tree."""
    contours = _Contours(graph)
    for children in graph.children:
        if children:
            contours.join(*children)
    root = len(graph.labels) - 1
    across = [0.0] * len(graph.labels)
    down = [0.0] * len(graph.labels)
    for node in range(root, -1, -1):
        for child in graph.children[node]:
            across[child] = across[node] + contours.offset[child]
            down[child] = down[node] + 1
    nodes = list(zip(across, down, strict=True))
    edges = {
        (node, which): [nodes[node], nodes[child]]
        for node, children in enumerate(graph.children)
        for which, child in enumerate(children)
    }
    return Places(nodes, edges)


class _Contours:
    """How far each node is to the right of its parent, and the outlines of subtrees.

    An outline goes from a node to its outer child or, where it has none, along its `thread`, to the next node
    of the outline one level further down, so many steps to the right as `leap` says.
    """

    def __init__(self, graph: Graph) -> None:
        count = len(graph.labels)
        self.children = graph.children
        self.offset = [0.0] * count
        self.thread = [NONE] * count
        self.leap = [0.0] * count

    def _next(self, node: int, side: int) -> tuple[int, float]:
        """The next node of the left (0) or right (-1) outline, and how far to the right it is."""
        if self.children[node]:
            child = self.children[node][side]
            return child, self.offset[child]
        return self.thread[node], self.leap[node]

    def join(self, left: int, right: int) -> None:
        """Move two subtrees together as close as they go."""
        inner, outer = (left, right), (left, right)  # the outlines that face each other, and the others
        at, out = (0.0, 0.0), (0.0, 0.0)  # their places, each from the root of its subtree
        apart = 1.0
        while True:
            apart = max(apart, at[0] - at[1] + 1)
            (a, to_a), (b, to_b) = self._next(inner[0], -1), self._next(inner[1], 0)
            if a == NONE or b == NONE:
                break
            (c, to_c), (d, to_d) = self._next(outer[0], 0), self._next(outer[1], -1)
            inner, at = (a, b), (at[0] + to_a, at[1] + to_b)
            outer, out = (c, d), (out[0] + to_c, out[1] + to_d)
        # The outline of the whole goes on where one of the two ends and the other does not.
        if a != NONE:
            self.thread[outer[1]], self.leap[outer[1]] = a, at[0] + to_a - apart - out[1]
        elif b != NONE:
            self.thread[outer[0]], self.leap[outer[0]] = b, at[1] + to_b + apart - out[0]
        self.offset[left], self.offset[right] = -apart / 2, apart / 2
