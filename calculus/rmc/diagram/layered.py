"""Layered layout of boxes with ports: what comes first stands left, edges lead to the right.

`ranks` gives every node its layer, `ordering` its place in the layer, `heights` its height on the page; here
edges that lead backwards are turned around, long ones divided, and all of it is put together. This knows
nothing of diagrams.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from calculus.rmc.diagram.heights import place_vertically
from calculus.rmc.diagram.node import Edge, Node, Path, Point, turns
from calculus.rmc.diagram.ordering import ordered
from calculus.rmc.diagram.ranks import ranks, without_cycles


@dataclass(slots=True)
class Layout:
    """The size of the whole, and for each edge its path, in one part or, where it turns, in several."""

    width: float
    height: float
    paths: list[list[Path]]


def layered(nodes: Sequence[Node], edges: Sequence[Edge]) -> Layout:
    """Place the nodes, and lead the edges between them."""
    nodes = list(nodes)
    parts = without_cycles(nodes, edges)
    rank = ranks(nodes, [edge for group in parts for edge in group])
    chains = [[_divided(edge, nodes, rank) for edge in group] for group in parts]
    links = [link for group in chains for chain in group for link in chain]
    layers = ordered(nodes, links, rank)
    place_vertically(nodes, links, layers)
    top = min((node.y for node in nodes), default=0)
    for node in nodes:
        node.y -= top
    columns = _Columns(nodes, links, layers)
    return Layout(
        columns.width,
        max((node.y + node.height for node in nodes), default=0),
        [[columns.path(chain) for chain in group] for group in chains],
    )


def _divided(edge: Edge, nodes: list[Node], rank: list[int]) -> list[Edge]:
    """The edge as links from layer to layer, with new nodes between."""
    links = []
    source, exit = edge.source, edge.exit
    for layer in range(rank[edge.source] + 1, rank[edge.target]):
        nodes.append(Node(0, 0, [0.0], [0.0]))
        rank.append(layer)
        links.append(Edge(source, exit, len(nodes) - 1, 0))
        source, exit = len(nodes) - 1, 0
    links.append(Edge(source, exit, edge.target, edge.entry))
    return links


NARROW, WIDE = 30.0, 110.0
"""The distances between layers; steep edges need the wider ones."""


class _Columns:
    """Gives every node its place from left to right, and edges their paths."""

    def __init__(self, nodes: list[Node], links: list[Edge], layers: list[list[int]]) -> None:
        self.nodes = nodes
        self.layer = {node: index for index, layer in enumerate(layers) for node in layer}
        steep = [0.0] * len(layers)
        for link in links:
            rise = abs(self.exit(link) - self.entry(link))
            steep[self.layer[link.source]] = max(steep[self.layer[link.source]], rise)
        self.starts: list[float] = []
        self.ends: list[float] = []
        self.width = 0.0
        for index, layer in enumerate(layers):
            width = max(nodes[node].width for node in layer)
            self.starts.append(self.width)
            self.ends.append(self.width + width)
            for node in layer:
                share = {None: 0.5, "left": 1.0, "right": 0.0}[nodes[node].at]
                nodes[node].x = self.width + share * (width - nodes[node].width)
            self.width += width
            if index < len(layers) - 1:
                self.width += min(WIDE, NARROW + steep[index] / 4)

    def exit(self, link: Edge) -> float:
        return self.nodes[link.source].y + self.nodes[link.source].right[link.exit]

    def entry(self, link: Edge) -> float:
        return self.nodes[link.target].y + self.nodes[link.target].left[link.entry]

    def path(self, chain: list[Edge]) -> Path:
        first = self.nodes[chain[0].source]
        path: Path = [((first.x + first.width, self.exit(chain[0])),)]
        for link in chain:
            source, target = self.nodes[link.source], self.nodes[link.target]
            # Edges cross their layers, where they could meet other nodes, in straight lines.
            if not turns(source):
                _line(path, (self.ends[self.layer[link.source]], self.exit(link)))
            start = target.x if turns(target) else self.starts[self.layer[link.target]]
            _curve(path, (start, self.entry(link)), turns(source), turns(target))
            _line(path, (target.x, self.entry(link)))
        return path


def _line(path: Path, end: Point) -> None:
    if end[0] > path[-1][-1][0]:
        path.append((end,))


def _curve(path: Path, end: Point, out_of_bend: bool, into_bend: bool) -> None:
    """A curve to a point further right: level at both ends, but upright where the line turns."""
    (x, y), (end_x, end_y) = path[-1][-1], end
    if y == end_y and not out_of_bend and not into_bend:
        path.append((end,))
        return
    reach = (end_x - x) / 2
    first = (x, y + (end_y - y) / 2) if out_of_bend else (x + reach, y)
    second = (end_x, end_y - (end_y - y) / 2) if into_bend else (end_x - reach, end_y)
    path.append((first, second, end))
