"""Pictures of trees, and of their graphs, in which equal subtrees are one.

`tidy` places the nodes of a tree, `layered` those of a graph; `svg` draws what was placed; `outline` draws a
tree with characters.
"""

from typing import Any

from calculus.eml.drawing.graph import Graph, graph_of, tree_of
from calculus.eml.drawing.layered import layered
from calculus.eml.drawing.outline import outline
from calculus.eml.drawing.svg import to_svg
from calculus.eml.drawing.tidy import tidy
from calculus.eml.printer import to_text
from calculus.term import Term

__all__ = ["Drawing", "outline"]

TITLE = 200
"""Characters of a tree in the title of its picture."""


class Drawing:
    """The picture of a tree; `shared`, of its graph. Raises `UsageProblem` for what is too large to draw."""

    def __init__(self, tree: Term, shared: bool = False) -> None:
        self.shared = shared
        self.title = to_text(tree, limit=TITLE)
        self.graph: Graph = graph_of(tree) if shared else tree_of(tree)
        self.places = layered(self.graph) if shared else tidy(self.graph)

    def to_svg(self) -> str:
        """The picture as the text of an SVG file."""
        return to_svg(self.graph, self.places, self.title)

    def to_json(self) -> dict[str, Any]:
        """The nodes with their labels and places, and the edges from parents to children, the left child
        first.
        """
        nodes = [
            {"label": label, "x": round(x, 3), "y": round(y, 3)}
            for label, (x, y) in zip(self.graph.labels, self.places.nodes, strict=True)
        ]
        edges = [[node, child] for node, pair in enumerate(self.graph.children) for child in pair]
        return {"tree": self.title, "shared": self.shared, "nodes": nodes, "edges": edges}

    def __str__(self) -> str:
        return f"a {'graph' if self.shared else 'tree'} of {len(self.graph.labels)} nodes"

    def _repr_svg_(self) -> str:
        return self.to_svg()
