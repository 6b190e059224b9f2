"""Diagrams as those of DisCoPy, which need not be installed for anything else.

A wire is of the type `value`, or of the type `stack` if it is a bundle. Locations are not in the types:
domain and codomain list the boundary as it is drawn, λ first, of each stack the top first, and then the free
variables. A constructor is a box from its arguments to its result, or the dagger of that box. The data of a
relation are the numbers of its values at the left and at the right; those of an iteration are the diagrams
inside, one for each summand.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

from calculus.rmc.diagram.graph import Box, Diagram, Graph, Port, nested
from calculus.source.diagnostic import Diagnostic, UsageProblem


def to_discopy(diagram: Diagram) -> list[Any]:
    """A `discopy.frobenius.Diagram` for each summand. Raises `UsageProblem` if DisCoPy is not installed."""
    try:
        from discopy import frobenius
    except ImportError:
        hint = "install it with: pip install 'calculus[diagrams]'"
        raise UsageProblem(Diagnostic("usage", "the package discopy is not installed", help=hint)) from None
    done: dict[int, tuple[Any, ...]] = {}
    for part in reversed(nested(diagram)):
        if id(part) not in done:
            done[id(part)] = tuple([_Export(frobenius, graph, done).diagram() for graph in part.summands])
    return list(done[id(diagram)])


class _Strand(NamedTuple):
    """A leg of a wire's spider: one that `leaves` it and may be consumed, or else one that enters it."""

    wire: int
    leaves: bool


class _Export:
    """One summand, from left to right: strands are added, joined and consumed box by box.

    A wire becomes one spider, after all boxes that it comes from; what needs it before gets it by a cap.
    """

    def __init__(self, frobenius: Any, graph: Graph, inner: dict[int, tuple[Any, ...]]) -> None:
        self.frobenius = frobenius
        self.graph = graph
        self.inner = inner
        kinds = frobenius.Ty("value"), frobenius.Ty("stack")
        self.types = [kinds[wire.bundle] for wire in graph.wires]
        self.strands = [_Strand(port.wire, False) for port in graph.left]
        self.whole = frobenius.Diagram.id(self.type(graph.left))
        self.sources = Counter(port.wire for box in graph.boxes for port in box.right)
        self.targets = Counter(port.wire for box in graph.boxes for port in box.left)
        self.targets.update(port.wire for port in graph.right)
        self.joined: set[int] = set()

    def diagram(self) -> Any:
        for wire in range(len(self.types)):
            self.join_if_complete(wire)
        waiting = list(self.graph.boxes)
        while waiting:
            ready = (box for box in waiting if not any(self.sources[port.wire] for port in box.left))
            box = next(ready, waiting[0])
            waiting.remove(box)
            self.add(box)
        self.gather(self.graph.right)
        return self.whole

    def add(self, box: Box) -> None:
        at = self.gather(box.left)
        self.apply(self.box(box), at, len(box.left), [_Strand(port.wire, False) for port in box.right])
        for port in box.right:
            self.sources[port.wire] -= 1
        for port in box.right:
            self.join_if_complete(port.wire)

    def gather(self, side: Sequence[Port]) -> int:
        """Bring a strand for every port together, in their order; where the first one is."""
        for port in side:
            self.prepare(port.wire)
        found: list[int] = []
        for number, port in enumerate(side):
            at = next(at for at in self.legs(port.wire, True) if at not in found)
            goal = found[0] + number if found else at
            if at < goal:  # those that are there already move one to the left
                found = [place - 1 for place in found]
                goal -= 1
            self.move(at, goal)
            found.append(goal)
        return found[0] if found else len(self.strands)

    def prepare(self, wire: int) -> None:
        """See to it that there is a strand of the wire that may be consumed."""
        if not self.sources[wire]:
            self.join_if_complete(wire, needed=True)
            return
        cap = self.frobenius.Cap(self.types[wire], self.types[wire])
        self.apply(cap, len(self.strands), 0, [_Strand(wire, False), _Strand(wire, True)])
        self.targets[wire] -= 1

    def legs(self, wire: int, leaves: bool) -> list[int]:
        return [at for at, strand in enumerate(self.strands) if strand == (wire, leaves)]

    def join_if_complete(self, wire: int, needed: bool = False) -> None:
        """Make the spider of a wire, if all that it comes from is there and it is needed or leads nowhere."""
        if wire in self.joined or self.sources[wire] or (self.targets[wire] and not needed):
            return
        self.joined.add(wire)
        legs = self.legs(wire, False)
        for number, at in enumerate(legs):
            self.move(at, legs[0] + number)
        kind = self.types[wire]
        match len(legs), self.targets[wire]:
            case 1, 1:
                self.strands[legs[0]] = _Strand(wire, True)
                return
            case 2, 0:
                spider = self.frobenius.Cup(kind, kind)
            case 0, 2:
                spider = self.frobenius.Cap(kind, kind)
            case entering, leaving:
                spider = self.frobenius.Spider(entering, leaving, kind)
        at = legs[0] if legs else len(self.strands)
        self.apply(spider, at, len(legs), [_Strand(wire, True)] * self.targets[wire])

    def apply(self, box: Any, at: int, consumed: int, strands: Sequence[_Strand]) -> None:
        left, right = self.strands[:at], self.strands[at + consumed :]
        before, after = (self.kinds([strand.wire for strand in side]) for side in (left, right))
        self.whole >>= before @ box @ after
        self.strands = [*left, *strands, *right]

    def move(self, at: int, goal: int) -> None:
        """Move a strand to another place, past those between."""
        if at == goal:
            return
        first, last = min(at, goal), max(at, goal)
        between = self.strands[first:last] if goal < at else self.strands[first + 1 : last + 1]
        one = self.strands[at]
        pair = (between, [one]) if goal < at else ([one], between)
        swap = self.frobenius.Diagram.swap(*(self.kinds([strand.wire for strand in part]) for part in pair))
        self.apply(swap, first, last + 1 - first, [*pair[1], *pair[0]])

    def box(self, box: Box) -> Any:
        if any(port.role in ("result", "whole") for port in box.left):
            made = self.frobenius.Box(_name(box), self.type(box.right), self.type(box.left))
            return made.dagger()
        # A relation has its values on either side.
        numbers = [tuple([port.number for port in side]) for side in (box.left, box.right)]
        data = tuple(numbers) if box.kind == "relation" else self.inner.get(id(box.inner))
        return self.frobenius.Box(_name(box), self.type(box.left), self.type(box.right), data=data)

    def type(self, side: Sequence[Port]) -> Any:
        return self.kinds([port.wire for port in side])

    def kinds(self, wires: Sequence[int]) -> Any:
        """The type of strands side by side."""
        return self.frobenius.Ty().tensor(*[self.types[wire] for wire in wires])


def _name(box: Box) -> str:
    if box.inner is not None:
        return f"({box.inner.title})*"
    return f"stack {box.label}" if box.kind == "stack" else box.label
