"""Written types (annotations, declarations, data types) as graphs.

A written arrow becomes a `framed` type: it holds at every frame, and has no exits but those it
names.
"""

from collections.abc import Mapping
from typing import Any

from calculus.fmc.types.nodes import Node, base, unknown
from calculus.fmc.types.trampoline import Steps, finished
from calculus.fmc.types_syntax import ARROW, BASE, DATA_TYPE, TYPE_VARIABLE
from calculus.source.text import Span
from calculus.term import Term


def read(item: Term, variables: dict[str, Node], span: Span | None = None) -> Node:
    """The graph of a written type; type variables not given become unknown, and are kept."""
    node: Node = finished(_read(item, variables, span))
    return node


def rigid(item: Term) -> dict[str, Node]:
    """The type variables of a declared type as types of their own, equal to nothing else."""
    found: dict[str, Node] = {}
    stack = [item]
    while stack:
        top = stack.pop()
        if top.op is TYPE_VARIABLE:
            found.setdefault(top.label, Node("rigid", top.label, (), top.span))
        stack.extend(top.children)
    return found


def _read(item: Term, variables: dict[str, Node], span: Span | None) -> Steps:
    place = item.span or span
    if item.op is BASE:
        return base(item.label, place)
    if item.op is TYPE_VARIABLE:
        if item.label not in variables:
            variables[item.label] = unknown("value", place)
        return variables[item.label]
    if item.op is DATA_TYPE:
        arguments = []
        for child in item.children:
            arguments.append((yield _read(child, variables, span)))
        return Node("data", item.label, tuple(arguments), place)
    assert item.op is ARROW
    expected, *exits = item.children
    exits.sort(key=lambda exit: repr(exit.label))
    parts = []
    for memory in (expected, *(exit.children[0] for exit in exits)):
        for child in memory.children:
            parts.append((yield _read(child, variables, span)))
    shape = (expected.label, tuple((exit.label, exit.children[0].label) for exit in exits))
    return Node("framed", shape, tuple(parts), place)


def instance(item: Term, variables: Mapping[str, Node] | None = None) -> Node:
    """The graph of a declared type with the variables given and new ones for the others."""
    return read(item, dict(variables or {}))


def listed(node: Node) -> tuple[list[tuple[str, Node]], list[tuple[Any, list[tuple[str, Node]]]]]:
    """What a framed type expects, and what it leaves at each exit: location and type, in the order
    in which they are written.
    """
    layout, exits = node.label
    values = iter(node.parts)

    def take(counts: tuple[tuple[str, int], ...]) -> list[tuple[str, Node]]:
        return [(location, next(values)) for location, number in counts for _ in range(number)]

    return take(layout), [(label, take(counts)) for label, counts in exits]
