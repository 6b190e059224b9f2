"""Graphs of types as terms, which print as the grammar has it.

Rows are not written: a stack may always be longer, a memory have more locations and a sum more
exits. Variables are named in the order in which they are printed.
"""

from collections import Counter
from collections.abc import Generator, Iterable
from itertools import count
from typing import Any

from calculus.fmc.types.nodes import Label, Node, fields, find, is_class, label_of, reachable
from calculus.fmc.types.trampoline import Steps, finished
from calculus.fmc.types_syntax import arrow, base_type, data_type, exit_type, memory, type_variable
from calculus.machine import primitives
from calculus.machine.effects import STANDARD
from calculus.machine.instructions import LAMBDA, STAR, Text
from calculus.term import Term


def arrow_term(expected: Node, exits: Node) -> Term:
    """`expected ⇒ exits`"""
    shower = _Shower([expected, exits])
    found: Term = finished(shower.arrow(expected, exits))
    return found


def value_term(value: Node) -> Term:
    """A value type; what contains itself is cut with an ellipsis."""
    found: Term = finished(_Shower([value]).value(value))
    return found


def stack_term(stack: Node) -> Term:
    """A stack as a sequence of types, its top on the left."""
    shower = _Shower([stack])
    found: Term = finished(shower.memory({LAMBDA: stack}, False))
    return found


def _names() -> Generator[str, None, None]:
    letters = "abcdefghijklmnopqrstuvwxyz"
    yield from letters
    for number in count(1):
        for letter in letters:
            yield f"{letter}{number}"


class _Shower:
    def __init__(self, roots: Iterable[Node]) -> None:
        roots = [find(root) for root in roots]
        self.uses: Counter[int] = Counter(map(id, roots))
        for node in reachable(roots):
            for part in node.parts:
                part = find(part)
                if part.kind == "variable":
                    self.uses[id(part)] += 1
        self.names: dict[int, str] = {}
        self.fresh = _names()
        self.done: dict[int, Term] = {}
        self.path: set[int] = set()

    def value(self, node: Node) -> Steps:
        node = find(node)
        if id(node) in self.path:
            return type_variable("…")
        if id(node) in self.done:
            return self.done[id(node)]
        self.path.add(id(node))
        result = yield self._value(node)
        self.path.discard(id(node))
        self.done[id(node)] = result
        return result

    def _value(self, node: Node) -> Steps:
        match node.kind:
            case "base":
                return base_type(node.label)
            case "data":
                arguments = []
                for part in node.parts:
                    arguments.append((yield self.value(part)))
                return data_type(node.label, arguments)
            case "thunk":
                return (yield self.arrow(*node.parts))
            case "framed":
                return (yield self.framed(node))
            case "rigid":
                return type_variable(node.label)
        for item in node.waiting or ():
            if item.kind == "literal":  # shown in a message before anything has decided it
                return base_type(str(primitives.base_type(item.label)))
        if id(node) not in self.names:
            self.names[id(node)] = next(self.fresh)
        return type_variable(self.names[id(node)])

    def framed(self, node: Node) -> Steps:
        layout, exits = node.label
        parts = []
        for part in node.parts:
            parts.append((yield self.value(part)))
        at = 0
        built = []
        for counts in (layout, *(counts for _, counts in exits)):
            places = []
            for location, number in counts:
                places += [(location, part) for part in parts[at : at + number]]
                at += number
            built.append(memory(places))
        labels = [label for label, _ in exits]
        return arrow(
            built[0], [exit_type(item, label) for item, label in zip(built[1:], labels, strict=True)]
        )

    def arrow(self, expected: Node, exits: Node) -> Steps:
        stacks, _ = fields(expected)
        before = yield self.memory(stacks, False)
        taken = []
        for name, after in sorted(fields(exits)[0].items(), key=_order):
            after = find(after)
            if after.kind == "absent" or (after.kind == "variable" and self.uses[id(after)] < 2):
                continue
            left = yield self.memory(fields(after)[0], True)
            taken.append(exit_type(left, label_of(name)))
        if not taken:
            taken = [exit_type(memory(), STAR)]
        return arrow(before, taken)

    def memory(self, stacks: dict[str, Node], reverse: bool) -> Steps:
        places = []
        for location in sorted(stacks, key=lambda name: (name != LAMBDA, name)):
            if location in STANDARD:
                continue
            values = []
            stack = find(stacks[location])
            seen = set()
            while stack.kind == "cell" and id(stack) not in seen:
                seen.add(id(stack))
                values.append(stack.parts[0])
                stack = find(stack.parts[1])
            if stack.kind == "cell":  # it contains itself
                values.append(Node("rigid", "…"))
            if reverse:
                values.reverse()
            for value in values:
                places.append((location, (yield self.value(value))))
        return memory(places)


def _order(item: tuple[Any, Node]) -> tuple[Any, ...]:
    """Skip, the Booleans, other labels, classes, integers, texts."""
    label: Label = label_of(item[0])
    if isinstance(label, Text):
        return (5, label.value)
    if is_class(label):
        return (3, label[1])
    if isinstance(label, int):
        return (4, label)
    return (0 if label == STAR else 1 if label in ("True", "False") else 2, label != "True", label)
