"""The layout of a graph: parents above their children, each node as high as these allow.

Layers by longest ways from the root, order in them by barycentres (Sugiyama, Tagawa and Toda 1981), places by
least squares: each node tends to the middle of its neighbours. Edges across layers have a bend in each.
"""

from itertools import pairwise

from calculus.eml.drawing.graph import Graph, Places

SWEEPS = 12
APART = 1.0
BEND = 0.4
"""How far nodes, and bends of edges, keep away from what is beside them in their layer."""


def layered(graph: Graph) -> Places:
    """The places of the nodes of a graph, and the bends of its edges."""
    count = len(graph.labels)
    layer = [0] * count
    for node in range(count - 1, -1, -1):
        for child in graph.children[node]:
            layer[child] = max(layer[child], layer[node] + 1)
    below: list[list[int]] = [[] for _ in range(count)]
    chains: dict[tuple[int, int], list[int]] = {}
    for node in range(count):
        for which, child in enumerate(graph.children[node]):
            chain = [node]
            for height in range(layer[node] + 1, layer[child]):
                layer.append(height)
                below.append([])
                chain.append(len(layer) - 1)
            chain.append(child)
            for upper, lower in pairwise(chain):
                below[upper].append(lower)
            chains[node, which] = chain
    above: list[list[int]] = [[] for _ in below]
    for node, others in enumerate(below):
        for other in others:
            above[other].append(node)
    layers = _ordered(layer, above, below)
    across = _placed(layers, above, below, count)
    nodes = [(x, float(layer[node])) for node, x in enumerate(across)]
    edges = {key: [nodes[node] for node in chain] for key, chain in chains.items()}
    return Places(nodes[:count], edges)


def _ordered(layer: list[int], above: list[list[int]], below: list[list[int]]) -> list[list[int]]:
    """The layers, each from left to right."""
    layers: list[list[int]] = [[] for _ in range(max(layer) + 1)]
    place = [0.0] * len(layer)
    for node in _first_seen(above, below):
        place[node] = len(layers[layer[node]])
        layers[layer[node]].append(node)
    for sweep in range(SWEEPS):
        down = sweep % 2 == 0
        for nodes in layers if down else layers[::-1]:
            centre = {node: _mean(above[node] if down else below[node], place, node) for node in nodes}
            nodes.sort(key=centre.__getitem__)
            for index, node in enumerate(nodes):
                place[node] = float(index)
    return layers


def _first_seen(above: list[list[int]], below: list[list[int]]) -> list[int]:
    """The nodes as a search finds them that begins at the root and takes left children first."""
    seen: dict[int, None] = {}
    stack = [node for node, others in enumerate(above) if not others]
    while stack:
        node = stack.pop()
        if node not in seen:
            seen[node] = None
            stack += reversed(below[node])
    return list(seen)


def _placed(
    layers: list[list[int]], above: list[list[int]], below: list[list[int]], real: int
) -> list[float]:
    """How far to the right each node is, the root at 0; from `real` on they are bends."""
    across = [0.0] * len(above)
    for nodes in layers:
        for index, node in enumerate(nodes):
            across[node] = index - len(nodes) / 2
    for sweep in range(SWEEPS):
        for nodes in layers if sweep % 2 == 0 else layers[::-1]:
            neighbours = {node: above[node] + below[node] for node in nodes}
            wanted = [_mean(neighbours[node], across, node) for node in nodes]
            widths = [APART if node < real else BEND for node in nodes]
            for node, x in zip(nodes, _spread(wanted, widths), strict=True):
                across[node] = x
    origin = across[layers[0][0]]
    return [x - origin for x in across]


def _spread(wanted: list[float], widths: list[float]) -> list[float]:
    """Places in order, with room for the widths, whose squared distances from those wanted are least.

    Without the widths they need only increase; then neighbours in the wrong order meet in their mean.
    """
    starts: list[float] = []
    used = 0.0
    for width in widths:
        starts.append(used + width / 2)
        used += width
    blocks: list[tuple[float, int]] = []
    for target, start in zip(wanted, starts, strict=True):
        total, size = target - start, 1
        while blocks and blocks[-1][0] / blocks[-1][1] > total / size:
            more, others = blocks.pop()
            total, size = total + more, size + others
        blocks.append((total, size))
    moved = [total / size for total, size in blocks for _ in range(size)]
    return [start + shift for start, shift in zip(starts, moved, strict=True)]


def _mean(others: list[int], place: list[float], node: int) -> float:
    return sum(place[other] for other in others) / len(others) if others else place[node]
