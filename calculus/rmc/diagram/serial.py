"""Diagrams as JSON values. Those inside boxes are numbered, so that a text is never nested deeper than its
reader may go.
"""

from collections.abc import Sequence
from typing import Any

from calculus.rmc.diagram.graph import Diagram, Graph, Port, nested


def to_json(diagram: Diagram) -> dict[str, Any]:
    """All diagrams, that of the term first; `inner` of a box is the number of the one inside."""
    order = list({id(part): part for part in nested(diagram)}.values())
    numbers = {id(part): number for number, part in enumerate(order)}
    return {
        "term": diagram.title,
        "diagrams": [{"summands": [_graph(graph, numbers) for graph in part.summands]} for part in order],
    }


def _graph(graph: Graph, numbers: dict[int, int]) -> dict[str, Any]:
    boxes = [
        {
            "kind": box.kind,
            "label": box.label,
            "left": _side(box.left),
            "right": _side(box.right),
            "inner": None if box.inner is None else numbers[id(box.inner)],
        }
        for box in graph.boxes
    ]
    return {
        "wires": [wire._asdict() for wire in graph.wires],
        "boxes": boxes,
        "left": _side(graph.left),
        "right": _side(graph.right),
    }


def _side(side: Sequence[Port]) -> list[dict[str, Any]]:
    return [port._asdict() for port in side]
