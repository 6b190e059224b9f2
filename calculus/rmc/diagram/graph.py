"""String diagrams as values: wires, boxes and boundaries, and nothing about how they are drawn.

A graph is a hypergraph with a boundary. A wire is what one variable of the term has become: it may end at any
number of ports, and is drawn as a line where it ends at two and as a spider otherwise, so that the laws of a
special commutative Frobenius monoid hold by the representation. A box is a constructor, a relation, a
definition or an iteration; `left` and `right` list its ports as they are drawn, from the top downwards. A
*bundle* is a wire that carries a whole stack.

A term's sum makes a diagram of several graphs, its summands; the box of an iteration has a diagram inside.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal, NamedTuple

Kind = Literal["constructor", "relation", "stack", "call", "star"]

Role = Literal["result", "argument", "value", "whole", "rest", "item", "input", "output", "variable"]
"""What a port is to its box: of a constructor its result or an argument, of a relation a value, of a stack
(which is packed into a bundle, or unpacked) the whole, the rest or an item. Boxes with a diagram inside and
boundaries have inputs and outputs, each at a location, and the variables that are free inside.
"""

SHOWN = 200
"""Characters of a term shown as the title of its diagram."""


class Port(NamedTuple):
    """An end of a wire. `place` is the location or the variable's name, `number` counts arguments, or the
    values of a stack from the bottom.
    """

    wire: int
    role: Role
    place: str = ""
    number: int = 0


class Wire(NamedTuple):
    """`name` is the variable's that the wire stems from, if there is one."""

    name: str | None = None
    bundle: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Box:
    """A constructor whose result is at its left takes a value apart (it stems from a pop); one whose result
    is at its right makes one. Both are the same relation.
    """

    kind: Kind
    label: str
    left: tuple[Port, ...]
    right: tuple[Port, ...]
    inner: "Diagram | None" = None

    @property
    def ports(self) -> tuple[Port, ...]:
        return self.left + self.right


@dataclass(frozen=True, slots=True, eq=False)
class Graph:
    """`left` has the inputs (what the term pops) and its free variables, `right` the outputs."""

    wires: tuple[Wire, ...]
    boxes: tuple[Box, ...]
    left: tuple[Port, ...]
    right: tuple[Port, ...]

    @property
    def inputs(self) -> dict[str, list[int]]:
        """The wires that enter at each location, bottom of the stack first."""
        return _stacks(self.left, "input")

    @property
    def outputs(self) -> dict[str, list[int]]:
        """The wires that leave at each location, bottom of the stack first."""
        return _stacks(self.right, "output")

    @property
    def variables(self) -> dict[str, int]:
        """The wires of free variables."""
        return {port.place: port.wire for port in self.left if port.role == "variable"}

    def degrees(self) -> list[int]:
        """How many ends each wire has."""
        found = [0] * len(self.wires)
        for port in self.left + self.right:
            found[port.wire] += 1
        for box in self.boxes:
            for port in box.ports:
                found[port.wire] += 1
        return found

    def spiders(self) -> list[int]:
        """The wires that are not lines with two ends."""
        return [wire for wire, degree in enumerate(self.degrees()) if degree != 2]


@dataclass(frozen=True, slots=True, eq=False)
class Diagram:
    """The diagram of a term: of a sum that of every summand, of `0` none. `title` is the term's text."""

    summands: tuple[Graph, ...]
    title: str = ""

    def boxes(self) -> Iterator[Box]:
        """Every box, those inside others too."""
        for part in nested(self):
            for graph in part.summands:
                yield from graph.boxes

    def mirrored(self) -> "Diagram":
        """The diagram of the dual: inputs and outputs exchanged, left and right too."""
        return rebuilt(self, _mirrored)

    def isomorphic(self, other: "Diagram") -> bool:
        """Whether the diagrams are equal up to the order of wires and boxes, which is to say up to the laws
        of the Frobenius monoid. On which side of a constructor its result is drawn makes no difference.
        """
        from calculus.rmc.diagram.isomorphism import isomorphic

        return isomorphic(self, other)

    def to_svg(self) -> str:
        """The picture, as the text of an SVG file. Raises `UsageProblem` if it is too large."""
        from calculus.rmc.diagram.svg import to_svg

        return to_svg(self)

    def to_discopy(self) -> list[Any]:
        """A `discopy.frobenius.Diagram` for each summand. Raises `UsageProblem` without DisCoPy."""
        from calculus.rmc.diagram.discopy import to_discopy

        return to_discopy(self)

    def to_json(self) -> dict[str, Any]:
        """The graphs as JSON values."""
        from calculus.rmc.diagram.serial import to_json

        return to_json(self)

    def _repr_svg_(self) -> str:
        return self.to_svg()

    def __str__(self) -> str:
        counts = [
            _count(len(self.summands), "summand"),
            _count(sum(1 for _ in self.boxes()), "box"),
            _count(sum(len(graph.wires) for part in nested(self) for graph in part.summands), "wire"),
        ]
        return f"diagram of {self.title or 'a term'}: {', '.join(counts)}"

    def __repr__(self) -> str:
        return f"<{self}>"


def nested(diagram: Diagram) -> list[Diagram]:
    """The diagram and all those inside its boxes, outer ones first."""
    found = [diagram]
    for part in found:  # which grows
        found += [box.inner for graph in part.summands for box in graph.boxes if box.inner is not None]
    return found


def rebuilt(diagram: Diagram, change: Callable[[Graph], Graph | None]) -> Diagram:
    """The diagram with every graph changed, inner ones first; those that become None are left out."""
    done: dict[int, Diagram] = {}
    for part in reversed(nested(diagram)):
        graphs = []
        for graph in part.summands:
            boxes = [
                replace(box, inner=done[id(box.inner)]) if box.inner is not None else box
                for box in graph.boxes
            ]
            changed = change(replace(graph, boxes=tuple(boxes)))
            if changed is not None:
                graphs.append(changed)
        done[id(part)] = replace(part, summands=tuple(graphs))
    return done[id(diagram)]


def _mirrored(graph: Graph) -> Graph:
    boxes = []
    for box in graph.boxes:
        label = box.label
        if box.kind == "call":
            label = label[:-1] if label.endswith("~") else f"{label}~"
        left, right = _exchanged(box.left, box.right)
        boxes.append(replace(box, label=label, left=left, right=right))
    left, right = _exchanged(graph.left, graph.right)
    return replace(graph, boxes=tuple(boxes), left=left, right=right)


def _exchanged(left: tuple[Port, ...], right: tuple[Port, ...]) -> tuple[tuple[Port, ...], ...]:
    """The other way round; but variables stay at the left."""
    roles: dict[Role, Role] = {"input": "output", "output": "input"}
    variables = tuple([port for port in left if port.role == "variable"])
    sides = [
        tuple(
            [port._replace(role=roles.get(port.role, port.role)) for port in side if port.role != "variable"]
        )
        for side in (right, left)
    ]
    return sides[0] + variables, sides[1]


def _stacks(side: tuple[Port, ...], role: Role) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for port in sorted(side, key=lambda port: port.number):
        if port.role == role:
            found.setdefault(port.place, []).append(port.wire)
    return found


def _count(number: int, noun: str) -> str:
    plural = "es" if noun.endswith("x") else "s"
    return f"{number:,} {noun}{plural if number != 1 else ''}"
