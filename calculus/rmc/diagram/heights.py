"""The height of every node on the page: edges are straight where they can be.

In turn each layer is placed for its neighbours: the sum of the vertical distances that its edges cover
becomes least, as far as the order and the distances in the layer allow. That is isotonic regression for
absolute values, solved by pooling adjacent violators (Ayer et al. 1955).
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import inf

from calculus.rmc.diagram.node import Edge, Node, passes, turns

ROUNDS = 10

Target = tuple[float, float]
"""Where an edge would have the node, and the edge's weight."""


def place_vertically(nodes: Sequence[Node], links: Sequence[Edge], layers: Sequence[Sequence[int]]) -> None:
    """Set the top of every node."""
    found = _Heights(nodes, links, layers)
    found.settle()
    found.straighten()
    found.round()


Neighbour = tuple[int, float, float]
"""A node at the other end of a link, how much further down the link would have us, and its weight."""


class _Heights:
    def __init__(self, nodes: Sequence[Node], links: Sequence[Edge], layers: Sequence[Sequence[int]]) -> None:
        self.nodes = nodes
        self.layers = layers
        self.before: list[list[Neighbour]] = [[] for _ in nodes]
        self.after: list[list[Neighbour]] = [[] for _ in nodes]
        for link in links:
            source, target = nodes[link.source], nodes[link.target]
            down = source.right[link.exit] - target.left[link.entry]
            # Long edges are straight before short ones are; where an edge turns, its ends are alike.
            turning = turns(source) or turns(target)
            weight = 1 if turning else (1, 2, 8)[passes(source) + passes(target)]
            self.before[link.target].append((link.source, down, weight))
            self.after[link.source].append((link.target, -down, weight))

    def settle(self) -> None:
        """Place every layer for its neighbours, in turn."""
        for layer in self.layers:
            self.place(layer, True, False)
        for turn in range(ROUNDS):
            last = turn >= ROUNDS - 3
            for layer in reversed(self.layers):
                self.place(layer, last, True)
            for layer in self.layers:
                self.place(layer, True, last)

    def place(self, layer: Sequence[int], earlier: bool, later: bool) -> None:
        targets = []
        for node in layer:
            ends = [*(self.before[node] if earlier else ()), *(self.after[node] if later else ())]
            targets.append([(self.nodes[other].y + down, weight) for other, down, weight in ends])
        _place(self.nodes, layer, targets)

    def straighten(self) -> None:
        """Take steps out of long edges: as few as there is room for."""
        above: dict[int, int] = {}
        below: dict[int, int] = {}
        for layer in self.layers:
            above |= {node: over for over, node in pairwise(layer)}
            below |= dict(pairwise(layer))
        nodes = self.nodes

        def room(node: int) -> tuple[float, float]:
            over, under = above.get(node), below.get(node)
            return (
                -inf if over is None else nodes[over].y + nodes[over].height + nodes[node].gap,
                inf if under is None else nodes[under].y - nodes[under].gap,
            )

        for chain in self.chains():
            first, *_, last = [*self.before[chain[0]], *self.after[chain[-1]]]
            wanted = [nodes[first[0]].y + first[1], nodes[last[0]].y + last[1]]
            start = 0
            while start < len(chain):
                low, high = room(chain[start])
                end = start + 1
                while end < len(chain):
                    lower, higher = room(chain[end])
                    if max(low, lower) > min(high, higher):
                        break
                    low, high = max(low, lower), min(high, higher)
                    end += 1
                # As high as the one end or the other, if that can be.
                wishes = [y for y in (wanted if end == len(chain) else wanted[:1]) if low <= y <= high]
                y = wishes[0] if wishes else min(max(nodes[chain[start]].y, low), high)
                for node in chain[start:end]:
                    nodes[node].y = y
                wanted[0] = y
                start = end

    def chains(self) -> Iterator[list[int]]:
        """The nodes at which long edges pass through layers, for each edge."""
        for layer in self.layers:
            for node in layer:
                if not passes(self.nodes[node]) or passes(self.nodes[self.before[node][0][0]]):
                    continue
                chain = [node]
                while passes(self.nodes[self.after[chain[-1]][0][0]]):
                    chain.append(self.after[chain[-1]][0][0])
                yield chain

    def round(self) -> None:
        """Where an edge turns, place the turn between its ends. Long edges are not in its way, only nodes."""
        nodes = self.nodes
        for layer in self.layers:
            solid = [node for node in layer if not passes(nodes[node])]
            for over, node, under in zip([None, *solid], solid, [*solid[1:], None], strict=False):
                if not turns(nodes[node]):
                    continue
                ends = [nodes[other].y + down for other, down, _ in (*self.before[node], *self.after[node])]
                low = -inf if over is None else nodes[over].y + nodes[over].height + nodes[node].gap
                high = inf if under is None else nodes[under].y - nodes[under].gap
                nodes[node].y = min(max(sum(ends) / len(ends), low), high)


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
