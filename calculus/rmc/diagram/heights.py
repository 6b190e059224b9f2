"""The height of every node on the page: edges are straight where they can be.

In turn each layer is placed for its neighbours: the sum of the vertical distances that its edges cover
becomes least, as far as the order and the distances in the layer allow. That is isotonic regression for
absolute values, solved by pooling adjacent violators (Ayer et al. 1955).
"""

from collections.abc import Sequence

from calculus.rmc.diagram.node import Edge, Node, passes, turns

ROUNDS = 10

Target = tuple[float, float]
"""Where an edge would have the node, and the edge's weight."""


def place_vertically(nodes: Sequence[Node], links: Sequence[Edge], layers: Sequence[Sequence[int]]) -> None:
    """Set the top of every node."""
    before: list[list[Edge]] = [[] for _ in nodes]
    after: list[list[Edge]] = [[] for _ in nodes]
    for link in links:
        before[link.target].append(link)
        after[link.source].append(link)

    def targets(node: int, earlier: bool, later: bool) -> list[Target]:
        found = []
        for link in before[node] if earlier else ():
            other = nodes[link.source]
            found.append((other.y + other.right[link.exit] - nodes[node].left[link.entry], weight(link)))
        for link in after[node] if later else ():
            other = nodes[link.target]
            found.append((other.y + other.left[link.entry] - nodes[node].right[link.exit], weight(link)))
        return found

    def weight(link: Edge) -> float:
        # Long edges are straight before short ones are; where an edge turns, its ends are alike.
        ends = nodes[link.source], nodes[link.target]
        return 1 if any(map(turns, ends)) else (1, 2, 8)[sum(map(passes, ends))]

    for layer in layers:
        _place(nodes, layer, [targets(node, True, False) for node in layer])
    for turn in range(ROUNDS):
        last = turn >= ROUNDS - 3
        for layer in reversed(layers):
            _place(nodes, layer, [targets(node, last, True) for node in layer])
        for layer in layers:
            _place(nodes, layer, [targets(node, True, last) for node in layer])


def _place(nodes: Sequence[Node], layer: Sequence[int], targets: Sequence[list[Target]]) -> None:
    """Place a layer for the targets of its nodes."""
    # Less what lies above at least, the tops of the nodes must only not decrease.
    offsets: list[float] = []
    offset = 0.0
    for index, node in enumerate(layer):
        if index:
            above = nodes[layer[index - 1]]
            offset += above.height + nodes[node].gap
        offsets.append(offset)
    blocks: list[tuple[float, list[Target], int]] = []  # where, for what, and how many nodes
    for node, wanted, below in zip(layer, targets, offsets, strict=True):
        # A node without neighbours there would rather stay.
        own = [(y - below, weight) for y, weight in wanted] or [(nodes[node].y - below, 0.01)]
        block = _median(own), own, 1
        while blocks and blocks[-1][0] > block[0]:
            _, others, number = blocks.pop()
            together = others + block[1]
            block = _median(together), together, number + block[2]
        blocks.append(block)
    index = 0
    for value, _, number in blocks:
        for _ in range(number):
            nodes[layer[index]].y = value + offsets[index]
            index += 1


def _median(targets: list[Target]) -> float:
    """The weighted median; halfway if there are two."""
    targets = sorted(targets)
    half = sum(weight for _, weight in targets) / 2
    total = 0.0
    for index, (value, weight) in enumerate(targets):
        total += weight
        if total > half:
            return value
        if total == half:
            return (value + targets[index + 1][0]) / 2
    return targets[-1][0]
