"""Whether two diagrams are the same graph.

Both become one graph with coloured nodes and labelled edges: a node for each diagram, summand, box and wire.
Colours are refined by those of the neighbours; where several nodes keep the same colour, a pair of them is
matched by trial.
"""

from collections import Counter
from collections.abc import Hashable

from calculus.rmc.diagram.graph import Diagram

Edges = list[list[tuple[Hashable, int]]]
"""For each node its labelled edges, in both directions."""

Colours = list[int]


def isomorphic(left: Diagram, right: Diagram) -> bool:
    """Equal up to the names of wires and the sides at which constructors and relations have their ports."""
    kinds: list[Hashable] = []
    edges: Edges = []
    _add(left, kinds, edges)
    half = len(kinds)
    _add(right, kinds, edges)
    if len(kinds) != 2 * half:
        return False
    names: dict[Hashable, int] = {}
    stack: list[Colours] = [[names.setdefault(kind, len(names)) for kind in kinds]]
    while stack:
        colours = _refined(stack.pop(), edges)
        classes: dict[int, list[int]] = {}
        for node, colour in enumerate(colours):
            classes.setdefault(colour, []).append(node)
        if any(2 * sum(node < half for node in members) != len(members) for members in classes.values()):
            continue
        open_classes = [members for members in classes.values() if len(members) > 2]
        if not open_classes:
            return True
        ours, *others = min(open_classes, key=len)
        for other in reversed(others):
            if other >= half:
                tried = list(colours)
                tried[ours] = tried[other] = max(colours) + 1
                stack.append(tried)
    return False


def _add(whole: Diagram, kinds: list[Hashable], edges: Edges) -> None:
    """Add the nodes and edges of a diagram."""

    def node(kind: Hashable) -> int:
        kinds.append(kind)
        edges.append([])
        return len(kinds) - 1

    def edge(label: Hashable, source: int, target: int) -> None:
        edges[source].append((("to", label), target))
        edges[target].append((("from", label), source))

    waiting = [(whole, node("diagram"))]
    for part, number in waiting:  # which grows
        for graph in part.summands:
            inside = node("graph")
            edge("summand", number, inside)
            wires = [node(("wire", wire.bundle)) for wire in graph.wires]
            for wire in wires:
                edge("in", inside, wire)
            for port in graph.left + graph.right:
                edge(port[1:], inside, wires[port.wire])
            for box in graph.boxes:
                shape = node((box.kind, box.label, len(box.ports)))
                edge("in", inside, shape)
                for port in box.ports:
                    edge(port[1:], shape, wires[port.wire])
                if box.inner is not None:
                    waiting.append((box.inner, node("diagram")))
                    edge("inner", shape, waiting[-1][1])


def _refined(colours: Colours, edges: Edges) -> Colours:
    """The coarsest finer colouring in which equal nodes have equal neighbours.

    A class splits others by how often their nodes lead to its own; of what comes of a class the largest part
    need not be looked at again (Hopcroft 1971).
    """
    colours = list(colours)
    classes: dict[int, list[int]] = {}
    for node, colour in enumerate(colours):
        classes.setdefault(colour, []).append(node)
    queue = list(classes)
    while queue:
        touched: dict[int, Counter[Hashable]] = {}
        for node in classes[queue.pop()]:
            for label, other in edges[node]:
                touched.setdefault(other, Counter())[label] += 1
        groups: dict[int, dict[Hashable, list[int]]] = {}
        for node, uses in touched.items():
            groups.setdefault(colours[node], {}).setdefault(frozenset(uses.items()), []).append(node)
        for colour, by_use in groups.items():
            parts = list(by_use.values())
            if sum(map(len, parts)) < len(classes[colour]):
                parts.append([node for node in classes[colour] if node not in touched])
            *small, classes[colour] = sorted(parts, key=len)
            for part in small:
                new = len(classes)
                classes[new] = part
                queue.append(new)
                for node in part:
                    colours[node] = new
    return colours
