"""Terms to diagrams, as they are written.

A run of the term on stacks of which nothing is known decides what is connected: a push leaves a wire on the
stack, a pop takes the topmost and joins it to what it expects, and where nothing is left it makes an input.
Iterations and calls are boxes that take from the stacks what `effects` says. Sums distribute over sequences:
each choice of summands outside the iterations makes a graph. Nothing here recurses, and nothing is unified.
"""

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass

from calculus.machine.relational.instructions import (
    CALL,
    NEW,
    POP,
    PUSH,
    RELATION,
    SEQUENCE,
    STAR,
    SUM,
    TEST,
    VARIABLE,
)
from calculus.machine.relational.relations import RELATIONS
from calculus.machine.state import location_order
from calculus.rmc.diagram.effects import WHOLE, Effect, Effects
from calculus.rmc.diagram.graph import SHOWN, Box, Diagram, Graph, Kind, Port, Role, Wire
from calculus.rmc.diagram.size import check_parts, counts
from calculus.rmc.printer import to_text
from calculus.term import Term, free_variables
from calculus.term.node import postorder

Scope = Mapping[str, int]
"""Bound variables, each with a number of its own."""

Action = tuple[Term, Scope]

Frames = tuple[Term, Scope, "Frames"] | None
"""What is left to do."""

Path = tuple[Action, "Path"] | None
"""What has been done, the last first."""


def build(term: Term, effects: Effects) -> Diagram:
    """The diagram of a term whose size has been checked."""
    inner: dict[int, Diagram] = {}
    stars: dict[int, Effect] = {}
    failing = {node for node, (summands, _) in counts(term).items() if not summands}
    for item in postorder(term):
        if item.op is STAR:
            body = item.children[0]
            stars[id(item)] = _drawable(effects.of(item))
            inner[id(item)] = _diagram(body, effects, stars, inner, failing, stars[id(item)])
    return _diagram(term, effects, stars, inner, failing, None)


def _drawable(effect: Effect) -> Effect:
    """The effect of a box, if it is not too large to draw."""
    check_parts(sum(sum(both) for both in effect.values() if both is not WHOLE))
    return effect


def _diagram(
    term: Term,
    effects: Effects,
    stars: Mapping[int, Effect],
    inner: Mapping[int, Diagram],
    failing: Set[int],
    effect: Effect | None,
) -> Diagram:
    graphs = []
    for actions in _paths(term, failing):
        run = _Run(free_variables(term), effect)
        for item, scope in actions:
            if item.op is STAR:
                run.box("star", "", stars[id(item)], scope, sorted(free_variables(item)), inner[id(item)])
            elif item.op is CALL:
                run.box("call", item.label, _drawable(effects.call(item.label)), scope)
            else:
                run.act(item, scope)
        graphs.append(run.graph())
    return Diagram(tuple(graphs), to_text(term, limit=SHOWN))


def _paths(term: Term, failing: Set[int]) -> Iterator[list[Action]]:
    """What each summand does, in order, once sums are distributed over sequences.

    Nothing that is `failing` is entered, so there is not much to do beside what comes of it.
    """
    fresh = 0
    stack: list[tuple[Frames, Path]] = [((term, {}, None), None)]
    while stack:
        frames, path = stack.pop()
        while frames is not None:
            item, scope, frames = frames
            if id(item) in failing:
                break
            if item.op is SEQUENCE:
                frames = (item.children[0], scope, (item.children[1], scope, frames))
            elif item.op is NEW:
                fresh += 1
                frames = (item.children[0], {**scope, item.label[0]: fresh}, frames)
            elif item.op is SUM:
                stack.append(((item.children[1], scope, frames), path))
                frames = (item.children[0], scope, frames)
            else:
                path = ((item, scope), path)
        else:
            actions = []
            while path is not None:
                action, path = path
                actions.append(action)
            yield actions[::-1]


@dataclass(slots=True)
class _Open:
    """A box that may still get ports."""

    kind: Kind
    label: str
    left: list[Port]
    right: list[Port]
    inner: Diagram | None = None

    def closed(self, wire: Mapping[int, int]) -> Box:
        left, right = _renumbered(self.left, wire), _renumbered(self.right, wire)
        return Box(self.kind, self.label, left, right, self.inner)


class _Run:
    """A graph in the making. Inside an iteration, `effect` says which inputs and outputs there are."""

    def __init__(self, variables: frozenset[str], effect: Effect | None) -> None:
        self.wires: list[Wire] = []
        self.same: list[int] = []  # the wire that a wire has been joined to, or itself
        self.boxes: list[_Open] = []
        self.inputs: dict[str, list[int]] = {}
        self.stacks: dict[str, list[int]] = {}
        self.bundles: dict[str, int] = {}
        self.packed: dict[str, int] = {}  # the bundles among the inputs
        self.unpacked: dict[str, _Open] = {}
        self.names: dict[int | str, int] = {}
        self.free = {name: self.variable(name, {}) for name in sorted(variables)}
        self.whole = [place for place, both in (effect or {}).items() if both is WHOLE]
        for place in self.whole:
            self.packed[place] = self.bundles[place] = self.wire(bundle=True)
        for place, both in (effect or {}).items():
            if both is not WHOLE:
                self.inputs[place] = [self.wire() for _ in range(both[0])]
                self.stacks[place] = list(self.inputs[place])

    # Wires

    def wire(self, name: str | None = None, bundle: bool = False) -> int:
        self.same.append(len(self.wires))
        self.wires.append(Wire(name, bundle))
        return len(self.wires) - 1

    def found(self, wire: int) -> int:
        same = self.same
        while same[wire] != wire:
            same[wire] = same[same[wire]]
            wire = same[wire]
        return wire

    def join(self, left: int, right: int) -> None:
        left, right = self.found(left), self.found(right)
        if left != right:
            self.same[right] = left
            if self.wires[left].name is None:
                self.wires[left] = self.wires[right]

    def variable(self, name: str, scope: Scope) -> int:
        key = scope.get(name, name)
        if key not in self.names:
            self.names[key] = self.wire(name)
        return self.names[key]

    # Stacks

    def push(self, place: str, wire: int) -> None:
        self.stacks.setdefault(place, []).append(wire)

    def pop(self, place: str) -> int:
        stack = self.stacks.setdefault(place, [])
        if stack:
            return stack.pop()
        wire = self.wire()
        if place in self.bundles:
            self.unpack(place).insert(-1, Port(wire, "item", place))
        else:
            self.inputs.setdefault(place, []).insert(0, wire)
        return wire

    def unpack(self, place: str) -> list[Port]:
        """The ports that a bundle is unpacked to: the top of the stack first, the rest last."""
        if place not in self.unpacked:
            rest = self.wire(bundle=True)
            box = _Open(
                "stack",
                place,
                [Port(self.bundles[place], "whole", place)],
                [Port(rest, "rest", place)],
            )
            self.boxes.append(box)
            self.bundles[place] = rest
            self.unpacked[place] = box
        return self.unpacked[place].right

    def pack(self, place: str) -> int:
        """The whole stack as a bundle."""
        if place not in self.bundles:
            self.packed[place] = self.bundles[place] = self.wire(bundle=True)
        rest = self.bundles.pop(place)
        self.unpacked.pop(place, None)
        items = self.stacks.pop(place, [])
        if not items:
            return rest
        whole = self.wire(bundle=True)
        left = [*(Port(wire, "item", place) for wire in reversed(items)), Port(rest, "rest", place)]
        self.boxes.append(_Open("stack", place, left, [Port(whole, "whole", place)]))
        return whole

    # Actions

    def act(self, item: Term, scope: Scope) -> None:
        if item.op is PUSH:
            self.push(item.label, self.value(item.children[0], scope, True))
        elif item.op is POP:
            self.join(self.pop(item.label), self.value(item.children[0], scope, False))
        elif item.op is TEST:
            left, right = item.children
            self.join(self.value(left, scope, True), self.value(right, scope, False))
        elif item.op is RELATION:
            computed = len(item.children) - 1 if RELATIONS[item.label].computes else -1
            ports = [
                Port(self.value(child, scope, index != computed), "value", number=index)
                for index, child in enumerate(item.children)
            ]
            box = _Open("relation", item.label, ports[:computed], ports[computed:]) if computed > 0 else None
            self.boxes.append(box or _Open("relation", item.label, ports, []))

    def value(self, value: Term, scope: Scope, made: bool) -> int:
        """The wire of a value that is made, or else taken apart."""
        root = self.variable(value.label, scope) if value.op is VARIABLE else self.wire()
        stack = [] if value.op is VARIABLE else [(value, root)]
        while stack:
            item, wire = stack.pop()
            arguments = []
            for child in item.children:
                known = self.variable(child.label, scope) if child.op is VARIABLE else self.wire()
                arguments.append(known)
                if child.op is not VARIABLE:
                    stack.append((child, known))
            label = item.label if item.children or isinstance(item.label, str) else to_text(item)
            self.boxes.append(constructor(label, wire, arguments, made))
        return root

    def box(
        self,
        kind: Kind,
        label: str,
        effect: Effect,
        scope: Scope,
        variables: list[str] | None = None,
        inner: Diagram | None = None,
    ) -> None:
        """A box that takes from the stacks, and puts back, as many values as its effect says."""
        left: list[Port] = []
        right: list[Port] = []
        for place in sorted(effect, key=location_order):
            both = effect[place]
            if both is WHOLE:
                left.append(Port(self.pack(place), "input", place))
                self.bundles[place] = self.wire(bundle=True)
                right.append(Port(self.bundles[place], "output", place))
                continue
            taken, given = both
            left += [Port(self.pop(place), "input", place, index) for index in reversed(range(taken))]
            made = [self.wire() for _ in range(given)]
            for wire in made:
                self.push(place, wire)
            right += [Port(made[index], "output", place, index) for index in reversed(range(given))]
        left += [Port(self.variable(name, scope), "variable", name) for name in variables or ()]
        self.boxes.append(_Open(kind, label, left, right, inner))

    # The end

    def graph(self) -> Graph:
        for place in self.whole:
            self.bundles[place] = self.pack(place)
        inputs = {place: list(wires) for place, wires in self.inputs.items()}
        for place, wire in self.packed.items():
            inputs[place] = [wire, *inputs.get(place, [])]
        outputs = {place: list(wires) for place, wires in self.stacks.items()}
        for place, wire in self.bundles.items():
            outputs[place] = [wire, *outputs.get(place, [])]
        left = [*_boundary(inputs, "input"), *(Port(self.free[name], "variable", name) for name in self.free)]
        right = _boundary(outputs, "output")
        self.choose_sides(left, right)
        numbers: dict[int, int] = {}
        for side in (left, right, *(side for box in self.boxes for side in (box.left, box.right))):
            for port in side:
                numbers.setdefault(self.found(port.wire), len(numbers))
        kept = [self.wires[wire] for wire in numbers]
        # What was joined to nothing but itself is a wire without ends.
        for wire in range(len(self.wires)):
            if self.found(wire) == wire and wire not in numbers:
                numbers[wire] = len(numbers)
                kept.append(self.wires[wire])
        number = {wire: numbers[self.found(wire)] for wire in range(len(self.wires))}
        return Graph(
            tuple(kept),
            tuple([box.closed(number) for box in self.boxes]),
            _renumbered(left, number),
            _renumbered(right, number),
        )

    def choose_sides(self, left: list[Port], right: list[Port]) -> None:
        """A relation has no direction: its ports are where the wires that end there come from."""
        sources = {self.found(port.wire) for port in left}
        targets = {self.found(port.wire) for port in right}
        for box in self.boxes:
            if box.kind != "relation":
                sources |= {self.found(port.wire) for port in box.right}
                targets |= {self.found(port.wire) for port in box.left}
        for box in self.boxes:
            if box.kind == "relation":
                chosen: dict[bool, list[Port]] = {True: [], False: []}
                for ports, at_left in ((box.left, True), (box.right, False)):
                    for port in ports:
                        wire = self.found(port.wire)
                        known = wire in sources or wire in targets
                        chosen[wire in sources if known else at_left].append(port)
                box.left, box.right = (sorted(side, key=lambda port: port.number) for side in chosen.values())


def constructor(label: str, result: int, arguments: list[int], made: bool) -> _Open:
    outer = [Port(result, "result")]
    inner = [Port(wire, "argument", number=index) for index, wire in enumerate(arguments)]
    return _Open("constructor", label, inner, outer) if made else _Open("constructor", label, outer, inner)


def _boundary(stacks: Mapping[str, list[int]], role: Role) -> list[Port]:
    """The ports of stacks: λ first, then by name, in each the top first."""
    return [
        Port(stacks[place][index], role, place, index)
        for place in sorted(stacks, key=location_order)
        for index in reversed(range(len(stacks[place])))
    ]


def _renumbered(side: list[Port], wire: Mapping[int, int]) -> tuple[Port, ...]:
    items = sum(port.role == "item" for port in side)
    found = []
    for port in side:
        number = port.number
        if port.role == "item":
            items -= 1
            number = items
        found.append(Port(wire[port.wire], port.role, port.place, number))
    return tuple(found)
