"""Wires as a graph: cells by number, and what each port is connected to.

It says whether a rule for two cells of one agent treats both alike. If it did not, the result would depend
on which of them is taken as the left one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from calculus.encodings.inet.net import Rule, Wire
from calculus.machine.relational.instructions import VARIABLE
from calculus.term import Term

Port = tuple[int, int]
"""A cell and the number of its port, 0 for the principal one; open ends have the "cells" -1, -2, …."""


@dataclass(slots=True)
class Graph:
    """The agent of each cell, and the port at the other end of the wire of each port."""

    agents: list[str] = field(default_factory=list)
    links: dict[Port, Port] = field(default_factory=dict)

    @classmethod
    def of(cls, wires: Sequence[Wire], free: Mapping[str, Port]) -> "Graph":
        """The graph of wires whose names stand for a wire between two places, or a place and an open end."""
        graph = cls()
        # Between two names that are connected there are two pseudo-ports, each the other one's back.
        ends: dict[str, list[Port]] = {name: [port] for name, port in free.items()}
        backs: dict[Port, Port] = {}
        for number, (left, right) in enumerate(wires):
            if left.op is VARIABLE and right.op is VARIABLE:
                sides = (-3 - number, 0), (-3 - number, 1)
                backs |= {sides[0]: sides[1], sides[1]: sides[0]}
                for name, port in zip((left.label, right.label), sides, strict=True):
                    ends.setdefault(name, []).append(port)
                continue
            ports = [graph.attach(end, ends) for end in (left, right)]
            for end, other in ((left, ports[1]), (right, ports[0])):
                if other is not None and end.op is VARIABLE:
                    ends.setdefault(end.label, []).append(other)
            if ports[0] is not None and ports[1] is not None:
                graph.links |= {ports[0]: ports[1], ports[1]: ports[0]}
        matched = {port: two[1 - side] for two in ends.values() for side, port in enumerate(two)}
        for start, port in matched.items():
            if start not in backs:
                while port in backs:
                    port = matched[backs[port]]
                graph.links[start] = port
        return graph

    def attach(self, end: Term, ends: dict[str, list[Port]]) -> Port | None:
        """Add the cells of an end; the principal port of the outermost, None for a name."""
        if end.op is VARIABLE:
            return None
        waiting: list[tuple[Term, Port | None]] = [(end, None)]
        first = len(self.agents)
        while waiting:
            cell, above = waiting.pop()
            number = len(self.agents)
            self.agents.append(cell.label)
            if above is not None:
                self.links |= {above: (number, 0), (number, 0): above}
            for index, child in enumerate(cell.children, 1):
                if child.op is VARIABLE:
                    ends.setdefault(child.label, []).append((number, index))
                else:
                    waiting.append((child, (number, index)))
        return first, 0

    def ports(self, cell: int) -> list[Port]:
        found: list[Port] = []
        while (cell, len(found)) in self.links:
            found.append((cell, len(found)))
        return found


def is_symmetric(rule: Rule) -> bool:
    """Whether a rule for two cells of one agent gives the same with the two exchanged."""
    free = {name.label: (-1, index) for index, name in enumerate(rule.left.children)}
    free |= {name.label: (-2, index) for index, name in enumerate(rule.right.children)}
    graph = Graph.of(rule.wires, free)
    pairs = [(graph.links[port], graph.links[-3 - port[0], port[1]]) for port in free.values()]
    image = _extended({}, pairs, graph)
    if image is None:
        return False
    # What hangs on no open end is matched part by part.
    for cell in range(len(graph.agents)):
        if cell not in image:
            taken = set(image.values())
            choices = (other for other in range(len(graph.agents)) if other not in taken)
            found = (_extended(image, [((cell, 0), (other, 0))], graph) for other in choices)
            image = next((item for item in found if item is not None), None)
            if image is None:
                return False
    return True


def _extended(
    image: Mapping[int, int], pairs: Sequence[tuple[Port, Port]], graph: Graph
) -> dict[int, int] | None:
    """The images of cells, extended so that each first port of the pairs goes to the second; or None."""
    image = dict(image)
    taken = set(image.values())
    waiting = list(pairs)
    while waiting:
        (cell, port), (other, same) = waiting.pop()
        if port != same or (cell < 0) != (other < 0):
            return None
        if cell < 0:
            if other != -3 - cell:
                return None
        elif cell in image:
            if image[cell] != other:
                return None
        elif other in taken or graph.agents[cell] != graph.agents[other]:
            return None
        else:
            image[cell] = other
            taken.add(other)
            ours, theirs = graph.ports(cell), graph.ports(other)
            waiting += [(graph.links[a], graph.links[b]) for a, b in zip(ours, theirs, strict=True)]
    return image
