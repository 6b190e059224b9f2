"""Generalised types of definitions: copied, with their constraints, at each use."""

from typing import Any

from calculus.fmc.types.nodes import Node, find, reachable
from calculus.fmc.types.solver import Constraint, Solver
from calculus.source.text import Span

MOST_CONSTRAINTS = 64
"""How many constraints a definition keeps for its uses to decide."""


class Scheme:
    """The type of a definition, every variable of which may be another at each use."""

    def __init__(self, expected: Node, exits: Node, kept: list[Constraint], fixed: set[int]) -> None:
        self.kept = kept
        self.roots = [expected, exits]
        for item in kept:
            self.roots += [item.subject, *item.parts]
        self.order: list[tuple[str, Any, tuple[Any, ...], Span | None]] = []
        """Per node to copy: kind, label and, for each part, its number or the node shared by all."""
        self._number(fixed)

    def _number(self, fixed: set[int]) -> None:
        numbers: dict[int, Any] = {}
        for node in _postorder(self.roots):
            parts = tuple([numbers[id(find(part))] for part in node.parts])
            ground = node.kind != "variable" and not any(isinstance(part, int) for part in parts)
            if ground or id(node) in fixed:
                numbers[id(node)] = node
                continue
            numbers[id(node)] = len(self.order)
            self.order.append((node.kind, node.label, parts, node.span))
        self.heads = [numbers[id(find(root))] for root in self.roots]

    def instance(self, solver: Solver, span: Span | None) -> tuple[Node, Node]:
        """A copy with new variables; its constraints are added."""
        made: list[Node] = []
        for kind, label, parts, place in self.order:
            children = tuple([made[part] if type(part) is int else part for part in parts])
            made.append(Node(kind, label, children, place))
        heads = iter([made[head] if type(head) is int else head for head in self.heads])
        expected, exits = next(heads), next(heads)
        for item in self.kept:
            subject = next(heads)
            parts = tuple([next(heads) for _ in item.parts])
            solver.add(Constraint(item.kind, subject, parts, span or item.span, label=item.label))
        return expected, exits

    def shape(self) -> tuple[Any, ...]:
        """The same for schemes that are the same up to the names of variables."""
        order = tuple((kind, _plain(label), parts) for kind, label, parts, _ in self.order)
        return order, tuple(self.heads), tuple((item.kind, _plain(item.label)) for item in self.kept)

    def same(self, other: "Scheme") -> bool:
        left, right = self.shape(), other.shape()
        if left[1:] != right[1:] or len(left[0]) != len(right[0]):
            # What is shared by all is another node each time.
            return _skeleton(left) == _skeleton(right)
        return _skeleton(left) == _skeleton(right)


def _plain(label: Any) -> Any:
    return repr(label)


def _skeleton(shape: tuple[Any, ...]) -> tuple[Any, ...]:
    order, heads, kept = shape

    def ground(part: Any) -> Any:
        if type(part) is int:
            return part
        return tuple((node.kind, _plain(node.label), len(node.parts)) for node in reachable([part]))

    return (
        tuple((kind, label, tuple(map(ground, parts))) for kind, label, parts in order),
        tuple(map(ground, heads)),
        kept,
    )


def _postorder(roots: list[Node]) -> list[Node]:
    order: list[Node] = []
    seen: set[int] = set()
    stack = [(find(root), False) for root in reversed(roots)]
    while stack:
        node, ready = stack.pop()
        if ready:
            order.append(node)
        elif id(node) not in seen:
            seen.add(id(node))
            stack.append((node, True))
            stack += [(find(part), False) for part in reversed(node.parts)]
    return order


def generalise(solver: Solver, expected: Node, exits: Node) -> Scheme:
    """The scheme of a definition that has been inferred and settled.

    Constraints on what the type does not mention are decided now; so are those beyond the most that
    are kept. Raises `TypeProblem`.
    """
    fixed = {id(find(node)) for node in solver.carried.values()}
    while True:
        kept = _reached(solver, [expected, exits], fixed)
        chosen = {id(item) for item in kept[:MOST_CONSTRAINTS]}
        over = [item for item in solver.open if not item.done and id(item) not in chosen]
        over = [item for item in over if id(find(item.subject)) not in fixed]
        runs = [item for item in over if item.kind == "run"]
        if not runs:
            solver.open = [item for item in solver.open if not item.done and item not in over]
            break
        for item in runs:
            if not item.done:
                solver.equate(item.subject, solver.head(item, guess=False), item.span)
        solver.settle()
    solver.check_finite(0)
    kept = [item for item in kept if not item.done]
    solver.open = [item for item in solver.open if id(find(item.subject)) in fixed]
    return Scheme(expected, exits, kept, fixed)


def _reached(solver: Solver, roots: list[Node], fixed: set[int]) -> list[Constraint]:
    """The open constraints on what can be reached from the roots, and from what they relate."""
    waiting: dict[int, list[Constraint]] = {}
    for item in solver.open:
        if not item.done:
            waiting.setdefault(id(find(item.subject)), []).append(item)
    kept: list[Constraint] = []
    seen: set[int] = set()
    stack = [find(root) for root in roots]
    while stack:
        node = stack.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        stack += [find(part) for part in node.parts]
        if id(node) not in fixed:
            for item in waiting.get(id(node), ()):
                kept.append(item)
                stack += [find(part) for part in item.parts]
    return kept
