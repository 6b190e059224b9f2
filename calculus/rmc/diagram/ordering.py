"""The order of the nodes in each layer: few edges cross."""

from bisect import bisect_right, insort
from collections.abc import Sequence

from calculus.rmc.diagram.node import Edge, Node

SWEEPS = 24
PATIENCE = 6
"""Sweeps in a row that may fail to improve the order."""


def ordered(nodes: Sequence[Node], links: Sequence[Edge], rank: Sequence[int]) -> list[list[int]]:
    """The layers, each from the top downwards. Nodes held at a border stay in the order in which they are
    given.

    Barycentres (Sugiyama, Tagawa and Toda 1981) with positions of ports, and exchanges of neighbours.
    """
    best: list[list[int]] = []
    fewest = -1
    for start in ("before", "after"):
        order = _Order(nodes, links, rank, start)
        idle = 0
        for sweep in range(SWEEPS):
            number = order.crossings()
            idle += 1
            if fewest < 0 or number < fewest:
                best, fewest, idle = order.copy(), number, 0
            if fewest == 0 or idle == PATIENCE:
                break
            order.sweep(forwards=sweep % 2 == 0)
            order.exchange()
    return best


class _Order:
    def __init__(self, nodes: Sequence[Node], links: Sequence[Edge], rank: Sequence[int], start: str) -> None:
        self.nodes = nodes
        count = len(nodes)
        # For each node its own port and the other end, with its port, as parts of their nodes' heights.
        self.before: list[list[tuple[float, int, float]]] = [[] for _ in range(count)]
        self.after: list[list[tuple[float, int, float]]] = [[] for _ in range(count)]
        for link in links:
            exit = _share(nodes[link.source].right, link.exit)
            entry = _share(nodes[link.target].left, link.entry)
            self.before[link.target].append((entry, link.source, exit))
            self.after[link.source].append((exit, link.target, entry))
        self.layers: list[list[int]] = [[] for _ in range(max(rank, default=-1) + 1)]
        for node in self._first_seen(start):
            self.layers[rank[node]].append(node)
        for layer in self.layers:
            if any(nodes[node].at for node in layer):
                layer.sort()
        self.place = [0] * count
        for layer in self.layers:
            self._number(layer)

    def _first_seen(self, start: str) -> list[int]:
        """The nodes as a depth-first search finds them that begins where edges do, or where they end."""
        edges, back = (self.after, self.before) if start == "before" else (self.before, self.after)
        seen: dict[int, None] = {}
        stack = [node for node, others in enumerate(back) if not others][::-1]
        while stack:
            node = stack.pop()
            if node not in seen:
                seen[node] = None
                stack += [other for _, other, _ in sorted(edges[node], reverse=True)]
        return list(seen)

    def copy(self) -> list[list[int]]:
        return [list(layer) for layer in self.layers]

    def _number(self, layer: list[int]) -> None:
        for index, node in enumerate(layer):
            self.place[node] = index

    def _held(self, layer: list[int]) -> bool:
        return any(self.nodes[node].at for node in layer)

    def sweep(self, forwards: bool) -> None:
        """Order each layer by where the neighbours in the one before it, or after it, are."""
        ends = self.before if forwards else self.after
        place = self.place
        for layer in self.layers if forwards else self.layers[::-1]:
            if self._held(layer):
                continue
            centre: dict[int, float] = {}
            for node in layer:
                others = [place[other] + share - 0.5 * own for own, other, share in ends[node]]
                centre[node] = sum(others) / len(others) if others else float(place[node])
            layer.sort(key=centre.__getitem__)
            self._number(layer)

    def exchange(self) -> None:
        """Exchange neighbours as long as fewer edges cross."""
        for layer in self.layers:
            if self._held(layer):
                continue
            # Where the edges end, which does not change within the layer.
            ends = {
                node: [
                    sorted(self.place[other] + share for _, other, share in side[node])
                    for side in (self.before, self.after)
                ]
                for node in layer
            }
            better = True
            while better:
                better = False
                for index in range(len(layer) - 1):
                    upper, lower = layer[index], layer[index + 1]
                    if _crossings(ends[lower], ends[upper]) < _crossings(ends[upper], ends[lower]):
                        layer[index], layer[index + 1] = lower, upper
                        better = True
            self._number(layer)

    def crossings(self) -> int:
        total = 0
        for layer in self.layers:
            ends: list[float] = []
            for node in layer:
                leaving = sorted((own, self.place[other] + share) for own, other, share in self.after[node])
                for _, end in leaving:
                    total += len(ends) - bisect_right(ends, end)
                    insort(ends, end)
        return total


def _share(ports: Sequence[float], index: int) -> float:
    """Where a port is among those of its side, strictly between 0 and 1."""
    return (index + 1) / (len(ports) + 1)


def _crossings(upper: list[list[float]], lower: list[list[float]]) -> int:
    """How often the edges of two nodes cross, if the first is above the second; their ends are sorted."""
    total = 0
    for ours, theirs in zip(upper, lower, strict=True):
        if ours and theirs and ours[-1] > theirs[0]:
            total += sum(len(ours) - bisect_right(ours, end) for end in theirs)
    return total
