"""The diagram of the normal form: what is joined is unified.

Where two constructors meet at their results, equal ones join their arguments and unequal ones make the
summand vanish, as does a value inside itself. What is left of a term without iterations, calls and relations
is its spans; around those boxes the same is done, and inside them. As in a span, a value is drawn once for
each of its uses, and what leads nowhere is not drawn.
"""

from collections.abc import Iterable
from typing import NamedTuple

from calculus.rmc.diagram.graph import Box, Diagram, Graph, Kind, Port, Wire, rebuilt
from calculus.rmc.diagram.size import check_parts


class _Shape(NamedTuple):
    """What a wire carries: a constructor with its arguments; or of a stack the rest and the topmost item."""

    kind: Kind
    label: str
    arguments: tuple[int, ...]


def normal_form(diagram: Diagram) -> Diagram:
    """The diagram with every graph in normal form. Raises `UsageProblem` if it is too large to draw."""
    return rebuilt(diagram, _normal)


def _normal(graph: Graph) -> Graph | None:
    solved = _Unifier(graph)
    return _Rebuilding(graph, solved).graph() if solved.solve() else None


class _Unifier:
    """The wires of a graph, joined as unification has it."""

    def __init__(self, graph: Graph) -> None:
        self.same = list(range(len(graph.wires)))
        self.shapes: dict[int, _Shape] = {}
        self.pending: list[tuple[int, int]] = []
        self.solvable = True
        self.kept: list[Box] = []
        for box in graph.boxes:
            if box.kind == "constructor":
                self.add_constructor(box)
            elif box.kind == "stack":
                self.add_stack(box)
            elif box.kind == "star" and box.inner is not None and not box.inner.summands:
                self.add_nothing(box)
            else:
                self.kept.append(box)

    def wire(self) -> int:
        self.same.append(len(self.same))
        return len(self.same) - 1

    def root(self, wire: int) -> int:
        same = self.same
        while same[wire] != wire:
            same[wire] = same[same[wire]]
            wire = same[wire]
        return wire

    def shape(self, wire: int) -> _Shape | None:
        return self.shapes.get(self.root(wire))

    def add_constructor(self, box: Box) -> None:
        arguments = sorted((port for port in box.ports if port.role == "argument"), key=_index)
        result = next(port.wire for port in box.ports if port.role == "result")
        self.give(result, _Shape(box.kind, box.label, tuple([port.wire for port in arguments])))

    def add_stack(self, box: Box) -> None:
        by_role = {port.role: port.wire for port in box.ports}
        below = by_role["rest"]
        items = sorted((port for port in box.ports if port.role == "item"), key=_index)
        for item in items:
            above = by_role["whole"] if item is items[-1] else self.wire()
            self.give(above, _Shape(box.kind, box.label, (below, item.wire)))
            below = above

    def add_nothing(self, box: Box) -> None:
        """`0*` leaves every stack as it is."""
        outputs = {port[2:]: port.wire for port in box.right}
        self.pending += [(port.wire, outputs[port[2:]]) for port in box.left if port.role == "input"]

    def give(self, wire: int, shape: _Shape) -> None:
        root = self.root(wire)
        old = self.shapes.setdefault(root, shape)
        if old is not shape:
            self.meet(old, shape)

    def meet(self, left: _Shape, right: _Shape) -> None:
        if left[:2] != right[:2] or len(left.arguments) != len(right.arguments):
            self.solvable = False
        else:
            self.pending += zip(left.arguments, right.arguments, strict=True)

    def solve(self) -> bool:
        """Whether there is a solution; then the wires are joined."""
        while self.pending and self.solvable:
            left, right = map(self.root, self.pending.pop())
            if left == right:
                continue
            self.same[right] = left
            shape = self.shapes.pop(right, None)
            if shape is not None:
                self.give(left, shape)
        return self.solvable and self.finite()

    def finite(self) -> bool:
        """Whether no value is inside itself."""
        done: set[int] = set()
        inside: set[int] = set()
        for start in self.shapes:
            stack = [(start, False)]
            while stack:
                wire, left = stack.pop()
                if left:
                    inside.discard(wire)
                    done.add(wire)
                elif wire in inside:
                    return False
                elif wire not in done and wire in self.shapes:
                    inside.add(wire)
                    stack.append((wire, True))
                    stack += [(self.root(argument), False) for argument in self.shapes[wire].arguments]
        return True


class _Rebuilding:
    """A graph from wires that are joined, every value drawn for each of its uses."""

    def __init__(self, graph: Graph, solved: _Unifier) -> None:
        self.old = graph
        self.solved = solved
        self.wires: list[Wire] = []
        self.boxes: list[Box] = []
        self.size = 0
        self.plain: dict[int, int] = {}  # the wires of roots without a shape
        self.names: dict[int, str | None] = {}
        self.bundles = {solved.root(wire) for wire, (_, bundle) in enumerate(graph.wires) if bundle}
        self.waiting: list[tuple[int, int]] = []
        for wire, (name, _) in enumerate(graph.wires):
            root = solved.root(wire)
            self.names[root] = self.names.get(root) or name

    def graph(self) -> Graph:
        left, right = self.side(self.old.left, False), self.side(self.old.right, True)
        for box in self.solved.kept:
            ours, theirs = self.side(box.left, True), self.side(box.right, False)
            self.boxes.append(Box(box.kind, box.label, ours, theirs, box.inner))
        check_parts(len(self.boxes))
        return Graph(tuple(self.wires), tuple(self.boxes), left, right)

    def side(self, ports: Iterable[Port], made: bool) -> tuple[Port, ...]:
        """Ports whose wires carry values that are made for them, or come from them and are taken apart."""
        return tuple([port._replace(wire=self.value(port.wire, made)) for port in ports])

    def value(self, wire: int, made: bool) -> int:
        first = self.end(wire)
        while self.waiting:
            root, whole = self.waiting.pop()
            shape = self.solved.shapes[root]
            self.size += 1
            check_parts(self.size)
            outer, inner = (
                self.stack(whole, shape) if shape.kind == "stack" else self.constructor(whole, shape)
            )
            self.boxes.append(Box(shape.kind, shape.label, *((inner, outer) if made else (outer, inner))))
        return first

    def end(self, wire: int) -> int:
        """The new wire for an end of an old one: of a variable always the same, of a value another."""
        root = self.solved.root(wire)
        if root in self.plain:
            return self.plain[root]
        shape = self.solved.shapes.get(root)
        bundle = root in self.bundles
        self.wires.append(Wire(None if shape else self.names.get(root), bundle))
        number = len(self.wires) - 1
        if shape is None:
            self.plain[root] = number
        else:
            self.waiting.append((root, number))
        return number

    def constructor(self, whole: int, shape: _Shape) -> tuple[tuple[Port, ...], tuple[Port, ...]]:
        arguments = [Port(self.end(part), "argument", "", i) for i, part in enumerate(shape.arguments)]
        return (Port(whole, "result"),), tuple(arguments)

    def stack(self, whole: int, shape: _Shape) -> tuple[tuple[Port, ...], tuple[Port, ...]]:
        """The ports of one box for all items that are known of a stack, the top first."""
        place = shape.label
        items: list[int] = []
        step: _Shape | None = shape
        while step is not None:
            rest, item = step.arguments
            items.append(item)
            step = self.solved.shape(rest)
        ports = [Port(self.end(item), "item", place, len(items) - 1 - i) for i, item in enumerate(items)]
        return (Port(whole, "whole", place),), (*ports, Port(self.end(rest), "rest", place))


def _index(port: Port) -> int:
    return port.number
