"""Unification of the graphs of `nodes`, in nearly linear time.

Merging first and descending afterwards makes unification end on cyclic graphs too, so there is no
occurs check at each step: `check_finite` looks for cycles once, at the end.
"""

from collections import deque
from typing import Any, NoReturn

from calculus.fmc.types.nodes import (
    MEMORY,
    STACK,
    Node,
    cell,
    class_of,
    exit_to,
    fields,
    find,
    key,
    label_of,
    place,
    unknown,
)
from calculus.fmc.types.problems import clash, infinite, row_clash, unhandled
from calculus.source.text import Span

_ROWS = ("place", "exit")


class Unifier:
    """The state of an inference: what has been bound, and the constraints to be looked at again."""

    def __init__(self) -> None:
        self.bound: list[Node] = []
        self.ready: deque[Any] = deque()
        self.callers: dict[tuple[int, str], Node] = {}

    def unify(self, expected: Node, actual: Node, span: Span | None) -> None:
        """Make the two the same; raises `TypeProblem` at the span."""
        work = [(expected, actual)]
        while work:
            left, right = work.pop()
            left, right = find(left), find(right)
            if left is right:
                continue
            if left.kind == "variable":
                self.bind(left, right, span)
            elif right.kind == "variable":
                self.bind(right, left, span)
            elif left.kind == "absent" or right.kind == "absent":
                if left.kind != right.kind:
                    absent = left if left.kind == "absent" else right
                    unhandled(absent.label, absent.span, span)
                left.link = right
            elif left.kind in _ROWS or right.kind in _ROWS:
                self._rows(left, right, span, work)
            elif left.kind != right.kind or left.label != right.label:
                clash(left, right, span)
            else:
                self._merge(left, right, span)
                work += zip(left.parts, right.parts, strict=True)

    def _merge(self, left: Node, right: Node, span: Span | None) -> None:
        if left.closing and (not right.closing or right.closing[0] < left.closing[0]):
            right.closing = left.closing
        if right.span is None:
            right.span = left.span
        left.link = right

    def bind(self, variable: Node, to: Node, span: Span | None) -> None:
        waiting = variable.waiting
        if to.kind == "variable":
            if waiting:
                to.waiting = waiting + to.waiting if to.waiting else waiting
        else:
            if to.kind in ("place", "exit") and fields(to)[1] is variable:
                infinite([to], span)
            if waiting:
                self.ready.extend(waiting)
            if to.span is None:
                to.span = variable.span
            to.closing = (len(self.bound), span)
            self.bound.append(to)
        variable.waiting = None
        variable.link = to

    def _rows(self, left: Node, right: Node, span: Span | None, work: list[tuple[Node, Node]]) -> None:
        if left.kind == right.kind and left.label == right.label:
            self._merge(left, right, span)
            work += zip(left.parts, right.parts, strict=True)
            return
        ours, our_end = fields(left)
        theirs, their_end = fields(right)
        for name, part in ours.items():
            if name in theirs:
                work.append((part, theirs[name]))
        only_ours = {name: part for name, part in ours.items() if name not in theirs}
        only_theirs = {name: part for name, part in theirs.items() if name not in ours}
        if our_end is their_end:
            if our_end.kind == "variable" and (only_ours or only_theirs):
                row_clash(left, right, {**only_ours, **only_theirs}, span)
            self._fill(our_end, only_theirs, ours, work, True)
            self._fill(our_end, only_ours, theirs, work, False)
        elif our_end.kind != "variable" and their_end.kind != "variable":
            clash(our_end, their_end, span)
        elif our_end.kind == "variable" and their_end.kind == "variable":
            end = unknown(our_end.label)
            self.bind(our_end, self.row(only_theirs, end), span)
            self.bind(their_end, self.row(only_ours, end), span)
        elif our_end.kind == "variable":
            self._fill(their_end, only_ours, theirs, work, False)
            self.bind(our_end, self.row(only_theirs, their_end), span)
        else:
            self._fill(our_end, only_theirs, ours, work, True)
            self.bind(their_end, self.row(only_ours, our_end), span)

    def row(self, parts: dict[Any, Node], end: Node) -> Node:
        make = place if end.label == MEMORY or end.kind == "frame" else exit_to
        for name in reversed(parts):
            end = make(label_of(name), parts[name], end)
        return end

    def _fill(
        self,
        end: Node,
        missing: dict[Any, Node],
        known: dict[Any, Node],
        work: list[tuple[Node, Node]],
        expected: bool,
    ) -> None:
        """What a row without variable has where it does not say so."""
        for name, part in missing.items():
            there = self._implied(end, name, known)
            work.append((there, part) if expected else (part, there))

    def _implied(self, end: Node, name: Any, known: dict[Any, Node]) -> Node:
        if end.kind == "frame":
            return self.caller(end.label, name)
        literal = known.get(class_of(label_of(name)))
        return literal or Node("absent", label_of(name), (), end.span)

    def caller(self, number: int, location: str) -> Node:
        """The stack of a frame at a location."""
        found = self.callers.get((number, location))
        if found is None:
            found = self.callers[number, location] = Node("caller", (number, location))
        return found

    # Rows, from the front

    def without(self, row: Node, label: Any, span: Span | None = None) -> tuple[Node, Node]:
        """The part of a memory or a sum at a label, and the row of all others."""
        row = find(row)
        if row.kind in ("place", "exit") and row.label == label:
            first, rest = row.parts
            return first, rest
        before: list[Node] = []
        while row.kind in ("place", "exit") and row.label != label:
            before.append(row)
            row = find(row.parts[1])
        if row.kind == "variable":
            make, sort = (place, STACK) if row.label == MEMORY else (exit_to, MEMORY)
            new = make(label, unknown(sort), unknown(row.label))
            self.bind(row, new, span)
            row = new
        if row.kind in ("place", "exit"):
            part, rest = row.parts
        else:
            known = {key(item.label): item.parts[0] for item in before}
            part, rest = self._implied(row, key(label), known), row
        for item in reversed(before):
            rest = Node(item.kind, item.label, (item.parts[0], rest))
        return part, rest

    def push(self, memory: Node, location: str, value: Node) -> Node:
        """The memory with a value on the stack at the location."""
        stack, elsewhere = self.without(self.live(memory), location)
        return place(location, cell(value, stack), elsewhere)

    def pop(self, memory: Node, location: str, value: Node, span: Span | None) -> tuple[Node, Node]:
        """The value on top at the location (`value` if nothing is known yet), and the memory
        without it.
        """
        stack, elsewhere = self.without(self.live(memory), location)
        stack = find(stack)
        if stack.kind == "cell":
            top, below = stack.parts
            self.unify(value, top, span)
            return top, place(location, below, elsewhere)
        below = unknown(STACK)
        self.unify(cell(value, below), stack, span)
        return value, place(location, below, elsewhere)

    def live(self, memory: Node) -> Node:
        """A memory, or any at all where none ever comes."""
        return unknown(MEMORY) if find(memory).kind == "absent" else memory

    def leave(self, sum: Node, label: Any, memory: Node, span: Span | None) -> None:
        """A sum has an exit with the memory."""
        wanted, _ = self.without(sum, label, span)
        if find(wanted).kind == "absent":
            unhandled(label, find(wanted).span, span)
        self.unify(wanted, memory, span)

    def check_finite(self, start: int) -> None:
        """Raise `TypeProblem` if something bound since `start` contains itself."""
        state: dict[int, int] = {}  # 1: on the path; 2: done
        for root in self.bound[start:]:
            root = find(root)
            stack = [root]
            while stack:
                node = stack[-1]
                known = state.get(id(node))
                if known == 2:
                    stack.pop()
                elif known == 1:
                    state[id(node)] = 2
                    stack.pop()
                else:
                    state[id(node)] = 1
                    for part in node.parts:
                        part = find(part)
                        if state.get(id(part)) == 1:
                            self._cycle(stack, state, part)
                        if id(part) not in state:
                            stack.append(part)

    def _cycle(self, stack: list[Node], state: dict[int, int], start: Node) -> NoReturn:
        path = [node for node in stack if state.get(id(node)) == 1]
        path = path[next(i for i, node in enumerate(path) if node is start) :]
        closing = max((node.closing for node in path if node.closing), default=(0, None), key=lambda c: c[0])
        infinite(path, closing[1])
