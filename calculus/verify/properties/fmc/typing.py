"""Inferred types beside the rules: from one to the other, and derivations as lines of a certificate.

The rules, in `calculus.verify.independent.typing`, have no rows. Over the locations and the labels of a term,
`Γ ⊢ M : memory ⇒ exits` says what is on the stack at every location and what every label leaves; a stack ends
in a variable, which is the frame, and a label that is not raised leaves a memory of which nothing is known.

A claim is

    {"claim": "typed", "calculus": "fmc", "term": T, "type": shown,
     "locations": ["a", "λ"], "labels": ["*", "True", "False", "Int", "Text", "J", "5", …],
     "types": [["Int"], ["variable", 3], ["cons", 0, 1], ["memory", 2, 1], ["sum", 3, 3, …],
               ["thunk", 3, 4], …],
     "derivation": [{"rule": "push", "term": "[1].*", "context": {"x": 0}, "memory": 3, "exits": 4,
                     "premises": [1, 2]}, …]}

`types` are all types, each a name and its parts, which are numbers of types (a variable's part is its own
number). Equal types have equal numbers, so that a checker only compares numbers. A memory has a stack for
each of the `locations`, a sum a memory for each of the `labels`; of these, `Int` and `Text` are the classes
of all integers and texts. A stack is a variable or a `cons` of the type on top and of the stack below. The
judgement of the whole term comes first; each premise has the number of its judgement, in the order of the
children, so that a checker can walk the term beside them and need not read the terms of the judgements:

| rule | term | the judgement holds if |
|---|---|---|
| `jump` | `J` | `exits` at J is `memory` |
| `push` | `[N]a.M` | N, of type (memory, exits), is the first premise, and M has that thunk on `a` |
| `push literal` | `[5]a.M` | M, the one premise, has the base type of the literal on `a` |
| `push variable` | `[x]a.M` | M, the one premise, has the type of x in the context on `a` |
| `pop` | `a<x>.M` | M has in its context, for x, what is on `a` in `memory`, and the stack below |
| `primitive` | `add.M` | its operands are on λ (of one base type for `eq` and `ne`), and M has its result |
| `join` | `M;J->N` | M has `exits` but at J, which leaves what N starts with; N has `exits` |
| `loop` | `M^J` | M has `exits` but at J, which leaves `memory` |
| `run` | `x` | x has the type of a thunk (memory, exits) |
| `run Bool` | `x` | x has type Bool, and `exits` at True and at False is `memory` |
| `run Int`, `run Text` | `x` | x has that type, and `exits` at the class and all its labels is `memory` |
"""

from itertools import count
from typing import Any

from calculus.fmc.printer import jump_text
from calculus.fmc.types.infer import Inference
from calculus.fmc.types.nodes import Node, base, cell, class_of, exit_to, fields, find, key, place, thunk
from calculus.fmc.types.show import arrow_term
from calculus.machine.instructions import JUMP
from calculus.machine.primitives import base_type
from calculus.source.diagnostic import TypeProblem
from calculus.term import Term
from calculus.verify.finding import Claim
from calculus.verify.independent.typing import Derivation, Found, Search, Type, resolved
from calculus.verify.properties.fmc.runs import Outcome


class Inferred:
    """A term with the memory and the sum that are inferred for it, at their most general."""

    def __init__(self, term: Term, settled: bool = True) -> None:
        """Raises `TypeProblem`. Unless it is `settled`, what nothing decides is left open."""
        self.term = term
        self.solver = Inference({}, {}, nominal=False)
        self.memory, self.exits = self.solver.infer(term)
        if settled:
            self.settle()

    def settle(self) -> None:
        """Decide what is open: a literal has its base type, and what is run is a thunk."""
        solver = self.solver
        solver.settle()
        for item in list(solver.open):
            if item.kind == "run" and not item.done:
                solver.equate(item.subject, solver.head(item, guess=False), item.span)
        solver.settle()
        solver.check_finite(0)

    @property
    def expects_nothing(self) -> bool:
        return all(find(stack).kind != "cell" for stack in fields(self.memory)[0].values())

    def admits_end(self, ended: Outcome) -> bool:
        """Whether a run may end so: the label, or its class, is among the exits, and where this has a base
        type, a value of that lies.
        """
        known = fields(self.exits)[0]
        memory = known.get(key(ended.exit)) or known.get(class_of(ended.exit))
        if memory is None:
            return False
        stacks = fields(memory)[0].items()
        return all(_fits(stack, ended.stacks.get(location, [])) for location, stack in stacks)

    def __str__(self) -> str:
        return arrow_term(self.memory, self.exits).text(300)

    def admits(self, memory: Type, exits: Type, search: Search) -> bool | None:
        """Whether a type by the rules is an instance of this one, which is spent by that.

        None if it is but for what nothing decides, and the inference then does: a literal has its base type,
        and what is run is a thunk.
        """
        graph = _Graph(search)
        solver = self.solver
        undecided = False
        try:
            solver.equate(self.memory, graph.node(memory), None)
            solver.equate(self.exits, graph.node(exits), None)
            undecided = any(item.kind in ("run", "literal") and not item.done for item in solver.open)
            self.settle()
        except TypeProblem:
            return None if undecided else False
        return True

    def by_rules(self, search: Search) -> tuple[Type, Type]:
        """The same memory and sum as the rules have them, with constants for variables; where any base type
        will do, with Int.
        """
        for item in list(self.solver.open):
            if item.kind == "base" and not item.done:
                self.solver.equate(item.subject, base("Int"), None)
        reader = _Reader(search)
        return reader.memory(self.memory), reader.sum(self.exits)


def _fits(stack: Node, values: list[Term]) -> bool:
    """Whether values, the last on top, are of the types of a stack, as far as these are base types."""
    stack = find(stack)
    for value in reversed(values):
        if stack.kind != "cell":
            return True
        top = find(stack.parts[0])
        if top.kind == "base" and not (value.op is JUMP and base_type(value.label) == top.label):
            return False
        stack = find(stack.parts[1])
    return stack.kind != "cell"


def inferred(term: Term, settled: bool = True) -> Inferred | None:
    """What is inferred for a closed term; None if it has no type."""
    try:
        return Inferred(term, settled)
    except TypeProblem:
        return None


def shown(memory: Type, exits: Type, search: Search) -> str:
    """A type by the rules as types are written."""
    graph = _Graph(search)
    return arrow_term(graph.node(memory), graph.node(exits)).text(300)


class _Graph:
    """Types of the rules, their variables constants, as graphs of the inference."""

    def __init__(self, search: Search) -> None:
        self.locations = list(search.locations)
        self.labels = list(search.labels)
        # At all other locations are the same stacks, whatever they are, and no other label is raised.
        self.elsewhere, self.no_more = Node("frame", -1), Node("closed")

    def node(self, item: Type) -> Node:
        name, *parts = item
        if name == "cons":
            return cell(self.node(parts[0]), self.node(parts[1]))
        if name == "memory":
            row = self.elsewhere
            for location, stack in zip(self.locations, parts, strict=True):
                row = place(location, self.node(stack), row)
            return row
        if name == "sum":
            row = self.no_more
            for label, memory in zip(self.labels, parts, strict=True):
                row = exit_to(label, self.node(memory), row)
            return row
        if name == "thunk":
            return thunk(self.node(parts[0]), self.node(parts[1]))
        return Node("rigid" if name.startswith("rigid") else "base", name)


class _Reader:
    """Graphs of the inference, settled and finite, as types of the rules; variables become constants."""

    def __init__(self, search: Search) -> None:
        self.search = search
        self.names: dict[tuple[Any, ...], str] = {}

    def constant(self, *identity: Any) -> Type:
        return (self.names.setdefault(identity, f"rigid {len(self.names)}"),)

    def memory(self, node: Node, *around: Any) -> Type:
        stacks, end = fields(node)
        return (
            "memory",
            *(
                self.stack(stacks[name]) if name in stacks else self.constant(id(end), name, *around)
                for name in self.search.locations
            ),
        )

    def stack(self, node: Node) -> Type:
        node = find(node)
        if node.kind == "cell":
            return ("cons", self.value(node.parts[0]), self.stack(node.parts[1]))
        return self.constant(id(node))

    def value(self, node: Node) -> Type:
        node = find(node)
        if node.kind == "thunk":
            return ("thunk", self.memory(node.parts[0]), self.sum(node.parts[1]))
        return (node.label,) if node.kind == "base" else self.constant(id(node))

    def sum(self, node: Node) -> Type:
        exits, end = fields(node)
        found = []
        for label in self.search.labels:
            known = exits.get(key(label)) or exits.get(class_of(label))
            # Of an exit that the type does not have, nothing is known.
            found.append(self.memory(known) if known else self.memory(end, label))
        return ("sum", *found)


def typed_claim(term: Term, found: Found, search: Search, shown: str) -> Claim:
    """A claim that a closed term has the type that a derivation ends in."""
    table = _Table(found)
    lines: list[dict[str, Any] | None] = []
    numbers = count()
    waiting = [(next(numbers), found[1])]
    while waiting:
        number, item = waiting.pop()
        premises = [next(numbers) for _ in item.premises]
        lines += [None] * (number + 1 - len(lines))
        lines[number] = table.line(item, premises)
        waiting += reversed(list(zip(premises, item.premises, strict=True)))
    return {
        "claim": "typed",
        "calculus": "fmc",
        "term": str(term),
        "type": shown,
        "locations": list(search.locations),
        "labels": list(map(_label_text, search.labels)),
        "types": table.types,
        "derivation": lines,
    }


def _label_text(label: Any) -> str:
    """The text of a label; of a class its name, which no label has."""
    return str(label[1]) if type(label) is tuple else jump_text(label)


class _Table:
    """Numbers for types."""

    def __init__(self, found: Found) -> None:
        self.known = found[0]
        self.types: list[list[Any]] = []
        self.numbers: dict[tuple[Any, ...], int] = {}
        self.variables: dict[Type, int] = {}

    def number(self, item: Type) -> int:
        item = resolved(item, self.known)
        return self._number(item)

    def _number(self, item: Type) -> int:
        shape: tuple[Any, ...]
        if isinstance(item, int) or item[0].startswith("rigid"):
            shape = ("variable", self.variables.setdefault(item, len(self.variables)))
        else:
            shape = (item[0], *map(self._number, item[1:]))
        if shape not in self.numbers:
            self.numbers[shape] = len(self.types)
            self.types.append(list(shape))
        return self.numbers[shape]

    def line(self, item: Derivation, premises: list[int]) -> dict[str, Any]:
        return {
            "rule": item.rule,
            "term": str(item.term),
            "context": {name: self.number(type) for name, type in item.scope.items()},
            "memory": self.number(item.memory),
            "exits": self.number(item.exits),
            "premises": premises,
        }
