"""What a string diagram says, read off as equations between its wires and solved.

Nothing is used of how diagrams are made. They nest no deeper than iterations do, so this recurses on them.
"""

from collections import Counter
from collections.abc import Iterator
from itertools import product

from calculus.machine.relational.instructions import constructor, variable
from calculus.rmc.diagram import Box, Diagram, Graph, Port
from calculus.rmc.spans import Span, core, span
from calculus.term import VARIABLE, Term
from calculus.verify.independent.relational import solution

PUSHED = "Pushed'"
"""A stack as a value: what it holds on top, and the rest."""


def wires_at(box: Box, role: str) -> list[int]:
    ports = [port for port in box.ports if port.role == role]
    return [port.wire for port in sorted(ports, key=lambda port: port.number)]


Runs = dict[int, tuple["Run", ...]]
"""For each box of a graph with a diagram inside, by its id, the rounds that it makes."""

Run = tuple[Graph, Runs]


def runs(found: Diagram, rounds: int) -> Iterator[Run]:
    """Every choice of a summand, and for its iterations of at most so many rounds."""
    for one in found.summands:
        boxes = [box for box in one.boxes if box.inner is not None]
        ways = []
        for box in boxes:
            assert box.inner is not None
            inside = list(runs(box.inner, rounds))
            ways.append([way for number in range(rounds + 1) for way in product(inside, repeat=number)])
        for choice in product(*ways):
            yield one, {id(box): way for box, way in zip(boxes, choice, strict=True)}


class Flat:
    """A run as equations between values."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.equations: list[tuple[Term, Term]] = []

    def copy_of(self, run: Run) -> list[Term]:
        """New variables for the wires of a graph."""
        found, inside = run
        wires = [variable(f"w{len(self.names) + wire}") for wire in range(len(found.wires))]
        self.names += [wire.label for wire in wires]
        for box in found.boxes:
            if box.kind == "star":
                self.rounds(box, wires, inside[id(box)])
            elif box.kind == "constructor":
                arguments = [wires[wire] for wire in wires_at(box, "argument")]
                # The name keeps constants and constructors of other arities apart.
                made = constructor(f"{box.label}/{len(arguments)}", *arguments)
                self.equations.append((wires[wires_at(box, "result")[0]], made))
            else:
                assert box.kind == "stack", box
                whole = wires[wires_at(box, "rest")[0]]
                for wire in wires_at(box, "item"):
                    whole = constructor(PUSHED, wires[wire], whole)
                self.equations.append((wires[wires_at(box, "whole")[0]], whole))
        return wires

    def rounds(self, box: Box, wires: list[Term], rounds: tuple[Run, ...]) -> None:
        free = {port.place: wires[port.wire] for port in box.left if port.role == "variable"}
        state = {port[2:]: wires[port.wire] for port in box.left if port.role == "input"}
        for run in rounds:
            values = self.copy_of(run)
            for port in run[0].left:
                given = free[port.place] if port.role == "variable" else state[port[2:]]
                self.equations.append((values[port.wire], given))
            state = {port[2:]: values[port.wire] for port in run[0].right}
        assert state.keys() == {port[2:] for port in box.right}
        self.equations += [(wires[port.wire], state[port[2:]]) for port in box.right]


def cores(found: Diagram, rounds: int = 2) -> Counter[Span]:
    """What the summands do to a memory, without what they leave alone below; iterations make so many rounds
    at most.
    """
    result: Counter[Span] = Counter()
    for run in runs(found, rounds):
        flat = Flat()
        wires = flat.copy_of(run)
        found_values = solution(flat.equations)
        if found_values is not None:
            result[_span(run[0], [found_values.get(wire.label, wire) for wire in wires])] += 1
    return result


def _span(found: Graph, values: list[Term]) -> Span:
    sides = []
    for side, role in ((found.left, "input"), (found.right, "output")):
        memory: dict[str, list[Term]] = {}
        for port in sorted(side, key=lambda port: port.number):
            if port.role == role:
                memory.setdefault(port.place, []).extend(_unpacked(found, port, values))
        sides.append(memory)
    return core(span(*sides))[0]


def _unpacked(found: Graph, port: Port, values: list[Term]) -> list[Term]:
    """The value of a wire; of a bundle, what it holds, the rest below it."""
    value = values[port.wire]
    if not found.wires[port.wire].bundle:
        return [value]
    items = []
    while value.op is not VARIABLE:
        assert value.label == PUSHED
        items.append(value.children[0])
        value = value.children[1]
    return [value, *reversed(items)]
