"""What is drawn: numbered nodes, children before parents, the root last."""

from dataclasses import dataclass, field

from calculus.eml.printer import bounded_size, to_text
from calculus.eml.syntax import EML, subtrees
from calculus.source.diagnostic import Diagnostic, UsageProblem
from calculus.term import Term, canonical

MOST_IN_TREE = 2_000
MOST_IN_GRAPH = 400
"""Nodes of a picture that somebody may still read."""

HINT = 80
"""Characters of a subtree that its node tells."""

Point = tuple[float, float]


@dataclass(slots=True)
class Graph:
    """Labels, the children of each node (none or two), and the text of each subtree, cut."""

    labels: list[str] = field(default_factory=list)
    children: list[tuple[int, ...]] = field(default_factory=list)
    hints: list[str] = field(default_factory=list)

    def add(self, item: Term, *children: int) -> int:
        label = "eml" if item.op is EML else to_text(item, limit=HINT)
        self.labels.append(label)
        self.children.append(children)
        self.hints.append(to_text(item, limit=HINT) if children else "")
        return len(self.labels) - 1


@dataclass(slots=True)
class Places:
    """Where the nodes are, in steps to the right and down from the root, and the points that each edge goes
    through, by parent and by which child it leads to.
    """

    nodes: list[Point]
    edges: dict[tuple[int, int], list[Point]]


def tree_of(tree: Term) -> Graph:
    """Every node of a tree."""
    if bounded_size(tree, MOST_IN_TREE) > MOST_IN_TREE:
        raise too_large(
            f"the tree has more than {MOST_IN_TREE:,} nodes",
            "draw its graph, in which equal subtrees are one (`--shared`, `shared=True`), or a part of it",
        )
    graph = Graph()
    done: list[int] = []
    stack = [(tree, False)]
    while stack:
        item, entered = stack.pop()
        if item.children and not entered:
            stack.append((item, True))
            stack += [(child, False) for child in reversed(item.children)]
            continue
        children = done[len(done) - len(item.children) :]
        del done[len(done) - len(item.children) :]
        done.append(graph.add(item, *children))
    return graph


def graph_of(tree: Term) -> Graph:
    """Every distinct subtree once; but a leaf wherever it stands: edges to one would cross everything."""
    order = list(subtrees(canonical(tree)))
    inner = sum(1 for item in order if item.children)
    if 2 * inner > MOST_IN_GRAPH:
        raise too_large(
            f"the tree has {inner:,} distinct subtrees with operators, "
            f"and a picture at most {MOST_IN_GRAPH // 2:,}",
            "draw a part of it",
        )
    graph = Graph()
    numbers: dict[int, int] = {}
    for item in order:
        if item.children:
            children = [numbers[id(child)] if child.children else graph.add(child) for child in item.children]
            numbers[id(item)] = graph.add(item, *children)
    if not graph.labels:
        graph.add(order[-1])
    return graph


def too_large(message: str, help: str) -> UsageProblem:
    return UsageProblem(Diagnostic("usage", f"too large to draw: {message}", help=help))
