"""One summand placed: nodes for boxes, spiders and the ends of the boundary, edges for wires."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

from calculus.rmc.diagram.graph import Box, Graph, Port
from calculus.rmc.diagram.layered import layered
from calculus.rmc.diagram.node import Edge, Node
from calculus.rmc.diagram.picture import (
    LETTER,
    SMALL,
    Anchor,
    Bracket,
    Form,
    Line,
    Picture,
    Shape,
    Style,
    Text,
    columns,
)

STEP, APART = 22.0, 40.0
"""The distances of wires of the same stack, and of different ones."""

CAPTION = 18.0
"""The height of the note above the wires of a stack that says which is the top."""

NOTE = 12.0
"""The height of the name of a location above its wire."""

FRAME = 16.0
"""The space between the border of a box and what is inside."""

DOT = 8.0

LONGEST = 24
"""Characters of a label; longer ones are cut."""


def placed(graph: Graph, inner: Mapping[int, Picture], through: bool) -> Picture:
    """The picture of a graph, given those of the diagrams inside its boxes by their ids.

    If its wires go `through` the sides of a box, they begin at the border of the picture.
    """
    if not graph.boxes and not graph.wires:
        return Picture(24, 20, texts=[Text(12, 10, "1", "sign", "middle")])
    return _Placing(graph, inner, through).picture()


class _Placing:
    def __init__(self, graph: Graph, inner: Mapping[int, Picture], through: bool) -> None:
        self.graph = graph
        self.inner = inner
        self.through = through
        self.nodes: list[Node] = []
        self.edges: list[Edge] = []
        self.wire_of: list[int] = []
        # The ends of each wire, at the right and at the left of nodes.
        self.sources: list[list[tuple[int, int]]] = [[] for _ in graph.wires]
        self.targets: list[list[tuple[int, int]]] = [[] for _ in graph.wires]
        for port, node in zip(graph.left, self.boundary(graph.left), strict=True):
            node.at = "left"
            self.add(node, (), (port,))
        for box in graph.boxes:
            self.add(self.box(box), box.left, box.right)
        for port, node in zip(graph.right, self.boundary(graph.right), strict=True):
            node.at = "right"
            self.add(node, (port,), ())
        self.spiders: list[tuple[int, Node]] = []
        for wire in range(len(graph.wires)):
            self.connect(wire)

    def add(self, node: Node, left: Sequence[Port], right: Sequence[Port]) -> None:
        for index, port in enumerate(left):
            self.targets[port.wire].append((len(self.nodes), index))
        for index, port in enumerate(right):
            self.sources[port.wire].append((len(self.nodes), index))
        self.nodes.append(node)

    def boundary(self, side: Sequence[Port]) -> list[Node]:
        """Nodes for the ends of the boundary, as wide as the names there."""
        longest = max((columns(port.place) for port in side), default=0)
        width = SMALL * longest + 10 if self.through else LETTER * longest + 26
        found = []
        for group in _groups(side):
            above = NOTE if self.through else CAPTION if len(group) > 1 else 0
            for port in group:
                height = above if port is group[0] else 0
                gap = APART - height if port is group[0] else STEP
                found.append(Node(width, height, [height], [height], gap=gap))
        return found

    def box(self, box: Box) -> Node:
        picture = self.inner.get(id(box.inner))
        if picture is not None and _single(box):
            left, right = ([FRAME + y for y in side] for side in (picture.left, picture.right))
            return Node(picture.width, picture.height + 2 * FRAME, left, right)
        names = _width(box.left) + _width(box.right) if box.kind in ("call", "star") else 0
        left, right = _offsets(box.left), _offsets(box.right)
        height = max(26.0, *(side[-1] + 20 for side in (left, right) if side), 0)
        if picture is not None:
            width, height = picture.width + 2 * FRAME + names, max(height, picture.height + 2 * FRAME)
        elif box.kind == "stack":
            width, height = 8.0, height - 4
        else:
            width = LETTER * columns(_short(box.label)) + 18 + names + (12 if box.kind == "relation" else 0)
        return Node(width, height, _centred(left, height), _centred(right, height))

    def connect(self, wire: int) -> None:
        """A wire from the right of one node to the left of another is an edge; all others need a node."""
        sources, targets = self.sources[wire], self.targets[wire]
        if len(sources) == len(targets) == 1:
            self.edges.append(Edge(*sources[0], *targets[0]))
            self.wire_of.append(wire)
            return
        ends = len(sources) + len(targets)
        size = 0.0 if ends == 2 else DOT
        number = len(self.nodes)
        self.nodes.append(Node(size, size, [size / 2], [size / 2], loose=True))
        if ends != 2:
            self.spiders.append((wire, self.nodes[number]))
        self.edges += [Edge(*source, number, 0) for source in sources]
        self.edges += [Edge(number, 0, *target) for target in targets]
        self.wire_of += [wire] * ends

    def picture(self) -> Picture:
        placed = layered(self.nodes, self.edges)
        picture = Picture(placed.width, placed.height)
        graph = self.graph
        for wire, paths in zip(self.wire_of, placed.paths, strict=True):
            name, bundle = graph.wires[wire]
            picture.lines += [Line(path, name or "", bundle) for path in paths]
        for wire, node in self.spiders:
            form: Form = "spider" if self.sources[wire] or self.targets[wire] else "ring"
            picture.shapes.append(Shape(form, node.x, node.y, DOT, DOT, graph.wires[wire].name or ""))
        nodes = iter(self.nodes)
        left = [next(nodes) for _ in graph.left]
        for box in graph.boxes:
            self.draw_box(picture, box, next(nodes))
        right = [next(nodes) for _ in graph.right]
        picture.left = [node.y + node.height for node in left]
        picture.right = [node.y + node.height for node in right]
        self.draw_boundary(picture, graph.left, left)
        self.draw_boundary(picture, graph.right, right)
        return picture

    def draw_box(self, picture: Picture, box: Box, node: Node) -> None:
        form: Form = box.kind
        flipped = any(port.role in ("result", "whole") for port in box.left)
        title = f"{box.kind} {box.label}".rstrip()
        picture.shapes.append(Shape(form, node.x, node.y, node.width, node.height, title, flipped))
        inner = self.inner.get(id(box.inner))
        if inner is not None:
            across = 0 if _single(box) else FRAME + _width(box.left)
            picture.parts.append((inner, node.x + across, node.y + (node.height - inner.height) / 2))
            picture.texts.append(Text(node.x + node.width - 6, node.y + 11, "*", "sign", "end"))
        elif box.kind != "stack":
            # Between the names of locations, and a little off the narrow side of a constructor.
            lean = 0.0
            if box.kind == "constructor":
                lean = 2.0 if flipped else -2.0
            elif box.kind == "call":
                lean = (_width(box.left) - _width(box.right)) / 2
            centre = node.x + node.width / 2 + lean
            label = Text(centre, node.y + node.height / 2, _short(box.label), "label", "middle")
            picture.texts.append(label)
        if box.kind in ("relation", "call") or (box.kind == "star" and not _single(box)):
            for port, y in zip(box.left, node.left, strict=True):
                picture.texts.append(Text(node.x + 4, node.y + y, _note(port), "small", "start"))
            for port, y in zip(box.right, node.right, strict=True):
                picture.texts.append(Text(node.x + node.width - 4, node.y + y, _note(port), "small", "end"))

    def draw_boundary(self, picture: Picture, side: Sequence[Port], nodes: Sequence[Node]) -> None:
        """Lines to the border, the names of locations and variables, and which end of a stack is its top."""
        rest = iter(nodes)
        for group in _groups(side):
            members = [next(rest) for _ in group]
            first, last = members[0], members[-1]
            port = group[0]
            at_left = first.at == "left"
            border = first.x if at_left else first.x + first.width
            inwards = 1 if at_left else -1
            anchor: Anchor = "start" if at_left else "end"
            top, bottom = first.y + first.height, last.y + last.height
            if self.through:
                picture.texts.append(Text(border + 5 * inwards, top - 7, port.place, "small", anchor))
                begin = border
            else:
                begin = border + (first.width - 14) * inwards
                style: Style = "name" if port.role == "variable" else "place"
                away: Anchor = "end" if at_left else "start"
                picture.texts.append(Text(begin - 6 * inwards, (top + bottom) / 2, port.place, style, away))
                if len(group) > 1:
                    picture.brackets.append(Bracket(begin, top - 5, bottom + 5))
                    picture.texts.append(Text(begin, top - 12, "top", "small", "middle"))
            for port, node in zip(group, members, strict=True):
                y = node.y + node.height
                ends = sorted((begin, node.x + node.width if at_left else node.x))
                wire = self.graph.wires[port.wire]
                picture.lines.append(Line([((ends[0], y),), ((ends[1], y),)], wire.name or "", wire.bundle))


def _groups(side: Sequence[Port]) -> list[list[Port]]:
    """The ports of each location together; every variable alone."""
    groups: list[list[Port]] = []
    for port in side:
        if groups and groups[-1][0][1:3] == port[1:3]:
            groups[-1].append(port)
        else:
            groups.append([port])
    return groups


def _single(box: Box) -> bool:
    """Whether the wires of the diagram inside the box go through its sides."""
    return box.inner is not None and len(box.inner.summands) == 1


def _offsets(side: Sequence[Port]) -> list[float]:
    """How far below the first of them ports are."""
    found = [0.0] if side else []
    for above, port in pairwise(side):
        found.append(found[-1] + (STEP if above.place == port.place else APART))
    return found


def _centred(offsets: list[float], height: float) -> list[float]:
    return [offset + (height - offsets[-1]) / 2 for offset in offsets]


def _note(port: Port) -> str:
    """What is said of a port inside its box."""
    return str(port.number + 1) if port.role == "value" else port.place


def _short(label: str) -> str:
    return label if len(label) <= LONGEST else label[: LONGEST - 1] + "…"


def _width(side: Sequence[Port]) -> float:
    """The width of the names of locations beside the ports of a box."""
    return max((SMALL * columns(port.place) + 6 for port in side), default=0)
