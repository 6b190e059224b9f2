"""Deferred constraints: what can only be decided once a type has a head.

| kind | says |
|---|---|
| `run` | running the subject takes a memory to a sum of exits |
| `literal` | the subject is the type of a pushed literal: its base type, or a thunk |
| `push` | the subject is the type of a pushed thunk: a thunk, a framed or a data type |
| `read` | the subject is the type of a pushed variable whose type is framed |
| `base` | the subject is a base type |
| `class` | the subject, a sum, gets the literals of a class at a memory |
"""

from collections.abc import Mapping, Sequence
from typing import Any

from calculus.fmc.program import Data
from calculus.fmc.types.nodes import (
    MEMORY,
    SUM,
    VALUE,
    Node,
    base,
    class_of,
    exit_to,
    fields,
    find,
    is_class,
    label_of,
    reachable,
    thunk,
    unknown,
)
from calculus.fmc.types.problems import clash, problem, text
from calculus.fmc.types.unify import Unifier
from calculus.fmc.types.written import instance, listed
from calculus.machine.effects import SINKS, SOURCES, STANDARD, Kind
from calculus.machine.instructions import LAMBDA
from calculus.machine.primitives import base_type
from calculus.source.text import Span

Values = list[tuple[str, Node]]


class Constraint:
    """A constraint; `around` are the types of the variables free in a pushed thunk."""

    __slots__ = ("around", "done", "kind", "label", "parts", "span", "subject")

    def __init__(
        self,
        kind: str,
        subject: Node,
        parts: tuple[Node, ...] = (),
        span: Span | None = None,
        *,
        label: Any = None,
        around: Sequence[Node] = (),
    ) -> None:
        self.kind = kind
        self.subject = subject
        self.parts = parts
        self.span = span
        self.label = label
        self.around = around
        self.done = False

    def thunk(self) -> Node:
        """The thunk that a `run` or a `push` speaks of; what is run is from somewhere else."""
        expected, exits = self.parts
        return thunk(expected, exits, self.span if self.kind == "push" else None)


class Solver(Unifier):
    """Unification together with the constraints that wait for it."""

    def __init__(self, data: Mapping[str, Data], hosts: Mapping[str, Kind] | None = None) -> None:
        super().__init__()
        self.data = data
        self.owners = {part.name: item for item in data.values() for part in item.constructors}
        self.kinds: Mapping[str, Kind] = {**STANDARD, **(hosts or {})}
        self.carried: dict[str, Node] = {}
        self.open: list[Constraint] = []
        self.checked: list[tuple[int, Constraint]] = []
        self.frames = 0
        self.solving = False

    def add(self, constraint: Constraint) -> None:
        """Decide a constraint now, or once its subject is known."""
        self.open.append(constraint)
        self.ready.append(constraint)
        self.solve()

    def solve(self) -> None:
        """Decide what can be decided; what deciding makes ready waits for its turn."""
        if self.solving:
            return
        self.solving = True
        try:
            self._solve()
        finally:
            self.solving = False

    def _solve(self) -> None:
        while self.ready:
            item: Constraint = self.ready.popleft()
            if item.done:
                continue
            subject = find(item.subject)
            if subject.kind == "variable":
                if subject.waiting is None:
                    subject.waiting = []
                subject.waiting.append(item)
                continue
            item.done = True
            _DECIDE[item.kind](self, item, subject)

    def equate(self, expected: Node, actual: Node, span: Span | None) -> None:
        self.unify(expected, actual, span)
        if self.ready:
            self.solve()

    # Locations

    def kind(self, location: str) -> Kind:
        return self.kinds.get(location, "stack")

    def carries(self, location: str, span: Span | None) -> Node:
        """The one base type of a source or a sink."""
        found = self.carried.get(location)
        if found is None:
            if self.kind(location) in ("random", "choice"):
                found = base("Bool")
            else:
                found = unknown(VALUE)
                self.carried[location] = found
                self.add(Constraint("base", found, (), span))
            self.carried[location] = found
        return found

    def put(self, memory: Node, location: str, value: Node, span: Span | None) -> Node:
        """The memory after a push."""
        kind = self.kind(location)
        if kind in SOURCES:
            raise problem(
                f"expected a location to push to, found `{location}`, which is a source",
                span,
                help=f"a source is only popped: `{location}<x>`",
            )
        if kind in SINKS:
            self.equate(self.carries(location, span), value, span)
            return memory
        return self.push(memory, location, value)

    def take(self, memory: Node, location: str, value: Node, span: Span | None) -> tuple[Node, Node]:
        """The value popped, and the memory after it."""
        kind = self.kind(location)
        if kind in SINKS:
            raise problem(
                f"expected a location to pop, found `{location}`, which is a sink",
                span,
                help=f"a sink is only pushed to: `[…]{location}`",
            )
        if kind in SOURCES:
            self.equate(value, self.carries(location, span), span)
            return value, memory
        top, memory = self.pop(memory, location, value, span)
        if self.ready:
            self.solve()
        return top, memory

    # Heads

    def signature(self, head: Node) -> tuple[Values, list[tuple[Any, Values]]]:
        """What running a value of the type expects, and what it leaves at each exit."""
        if head.kind == "framed":
            return listed(head)
        if head.kind == "base":
            if head.label == "Bool":
                return [], [("True", []), ("False", [])]
            return [], [(("class", head.label), [])]
        assert head.kind == "data"
        declared = self.data[head.label]
        variables = dict(zip(declared.parameters, head.parts, strict=True))
        exits: list[tuple[Any, Values]] = []
        for constructor in declared.constructors:
            arguments = [instance(item, variables) for item in constructor.arguments]
            exits.append((constructor.name, [(LAMBDA, argument) for argument in reversed(arguments)]))
        return [], exits

    def apply(self, head: Node, memory: Node, exits: Node, span: Span | None) -> None:
        """Run a value of the type, at the frame there is; more exits are allowed."""
        expected, leaves = self.signature(head)
        for location, value in expected:
            if self.kind(location) == "stack":
                _, memory = self.take(memory, location, value, span)
            else:
                self.equate(self.carries(location, span), value, span)
        for label, values in leaves:
            self.leave(exits, label, self.filled(memory, values, span), span)
            if is_class(label):
                self.add(Constraint("class", exits, (memory,), span, label=label))
        self.solve()

    def filled(self, memory: Node, values: Values, span: Span | None) -> Node:
        for location, value in values:
            if self.kind(location) == "stack":
                memory = self.push(memory, location, value)
            else:
                self.equate(self.carries(location, span), value, span)
        return memory

    def demanded(self, head: Node, span: Span | None) -> tuple[Node, Node, int]:
        """The memory and the exits at which a term must be, to have the type at every frame."""
        expected, leaves = self.signature(head)
        self.frames += 1
        frame = Node("frame", self.frames)
        memory = self.filled(frame, expected[::-1], span)
        exits = Node("closed", None, (), head.span)
        for label, values in reversed(leaves):
            exits = exit_to(label, self.filled(frame, values, span), exits)
            exits.span = head.span
        return memory, exits, self.frames

    def check_frames(self) -> None:
        """Raise `TypeProblem` if a thunk that must work at every frame is tied to one."""
        for number, item in self.checked:
            for node in reachable(item.around):
                at = node.label if node.kind == "frame" else node.label[0] if node.kind == "caller" else None
                if at == number:
                    raise problem(
                        "expected a thunk that works at every stack, found one tied to the stack around it",
                        item.span,
                        help="annotate the variables that it runs",
                    )
        self.checked.clear()

    # Defaults

    def settle(self) -> None:
        """Decide what nothing else decides: a thunk that leaves with constructors has the data type,
        any other thunk its own type, and a literal that has not turned out to be a thunk its base
        type.
        """
        pending = [item for item in self.open if not item.done]
        for item in pending:
            if item.done:
                continue
            if item.kind == "push":
                self.equate(item.subject, self._own_type(item), item.span)
            elif item.kind == "read":
                self.equate(item.subject, item.parts[0], item.span)
        for item in pending:
            if item.kind == "literal" and not item.done:
                self.equate(item.subject, base(str(base_type(item.label)), item.span), item.span)
        carried = {id(find(node)) for node in self.carried.values()}
        for item in pending:
            # What a source carries is the same everywhere, so it is decided where it is run.
            if item.kind == "run" and not item.done and id(find(item.subject)) in carried:
                self.equate(item.subject, self.head(item), item.span)
        self.open = [item for item in self.open if not item.done]

    def head(self, item: Constraint, *, guess: bool = True) -> Node:
        """A type for what is run and may still be anything.

        What is run inside the cases of a type is most likely of that type.
        """
        labels = [label_of(name) for name in fields(item.parts[1])[0]]
        if guess and set(labels[:2]) == {"True", "False"}:
            return base("Bool", item.span)
        if any(other.kind == "base" for other in find(item.subject).waiting or ()):
            return base("Int", item.span)
        for declared in self.data.values() if guess else ():
            constructors = {part.name for part in declared.constructors}
            if set(labels[: len(constructors)]) == constructors:
                arguments = tuple(unknown(VALUE) for _ in declared.parameters)
                return Node("data", declared.name, arguments, item.span)
        return item.thunk()

    def _own_type(self, item: Constraint) -> Node:
        exits, _ = fields(item.parts[1])
        start = find(item.parts[0])
        labels = [label_of(name) for name, part in exits.items() if _taken(find(part), start)]
        owners = {id(self.owners.get(label)) for label in labels if isinstance(label, str)}
        if labels and len(owners) == 1 and all(label in self.owners for label in labels):
            declared = self.owners[labels[0]]
            return Node(
                "data", declared.name, tuple(unknown("value") for _ in declared.parameters), item.span
            )
        return item.thunk()


def _taken(memory: Node, start: Node) -> bool:
    """Whether an exit of a thunk is taken: nothing is known of the memory of one that is not."""
    return memory is start or memory.kind not in ("variable", "absent")


def _run(solver: Solver, item: Constraint, head: Node) -> None:
    memory, exits = item.parts
    if head.kind == "thunk":
        solver.unify(head.parts[0], memory, item.span)
        solver.unify(exits, head.parts[1], item.span)
    elif head.kind == "rigid":
        raise problem(f"expected something that can be run, found {text(head)}", item.span)
    else:
        solver.apply(head, memory, exits, item.span)


def _literal(solver: Solver, item: Constraint, head: Node) -> None:
    kind = base_type(item.label)
    if head.kind == "base":
        if head.label != kind:
            clash(head, base(str(kind), item.span), item.span)
        return
    memory = unknown(MEMORY)
    exits = exit_to(item.label, memory, unknown(SUM))
    if head.kind == "rigid":
        clash(head, base(str(kind), item.span), item.span)
    _thunk(solver, item, head, memory, exits)


def _push(solver: Solver, item: Constraint, head: Node) -> None:
    _thunk(solver, item, head, *item.parts)


def _thunk(solver: Solver, item: Constraint, head: Node, memory: Node, exits: Node) -> None:
    if head.kind == "thunk":
        solver.unify(head.parts[0], memory, item.span)
        solver.unify(head.parts[1], exits, item.span)
    elif head.kind in ("base", "rigid"):
        clash(head, thunk(memory, exits, item.span), item.span)
    else:
        expected, wanted, number = solver.demanded(head, item.span)
        if item.around:
            solver.checked.append((number, item))
        solver.unify(expected, memory, item.span)
        solver.unify(wanted, exits, item.span)


def _read(solver: Solver, item: Constraint, head: Node) -> None:
    framed = find(item.parts[0])
    if head.kind == "thunk":
        memory, exits = head.parts
        solver.apply(framed, memory, exits, item.span)
    else:
        solver.unify(head, framed, item.span)


def _base(solver: Solver, item: Constraint, head: Node) -> None:
    if head.kind != "base":
        raise problem(f"expected `Int`, `Bool` or `Text`, found {text(head)}", item.span)


def _class(solver: Solver, item: Constraint, head: Node) -> None:
    found, end = fields(head)
    for name, part in found.items():
        if class_of(label_of(name)) == item.label:
            solver.unify(part, item.parts[0], item.span)
    if end.kind == "variable":
        solver.open.append(again := Constraint("class", end, item.parts, item.span, label=item.label))
        solver.ready.append(again)


_DECIDE = {
    "run": _run,
    "literal": _literal,
    "push": _push,
    "read": _read,
    "base": _base,
    "class": _class,
}
