"""Unification as Robinson has it, with the occurs check, without recursion.

A substitution is triangular: values may hold variables that it binds too.
"""

from collections.abc import Collection, Mapping
from typing import Any

from calculus.verify.checker.rmc_terms import Node, mapped

Bindings = dict[Any, Node]


def walked(value: Node, bindings: Mapping[Any, Node]) -> Node:
    """A value, or what the variable that it is stands for in the end."""
    while value.op == "var" and value.label in bindings:
        value = bindings[value.label]
    return value


def unify(
    left: Node, right: Node, bindings: Mapping[Any, Node], rather: Collection[Any] = ()
) -> Bindings | None:
    """The bindings that make the two equal besides; None if there are none.

    Of two variables, one of `rather` is bound if one is.
    """
    found = dict(bindings)
    stack = [(left, right)]
    while stack:
        ours, theirs = (walked(item, found) for item in stack.pop())
        if ours is theirs or (ours.op == theirs.op == "var" and ours.label == theirs.label):
            continue
        if theirs.op == "var" and (ours.op != "var" or theirs.label in rather):
            ours, theirs = theirs, ours
        if ours.op == "var":
            if _occurs(ours.label, theirs, found):
                return None
            found[ours.label] = theirs
        elif ours.label != theirs.label or len(ours.kids) != len(theirs.kids):
            return None
        else:
            stack += zip(ours.kids, theirs.kids, strict=True)
    return found


def _occurs(name: Any, value: Node, bindings: Mapping[Any, Node]) -> bool:
    seen: set[Any] = set()
    stack = [value]
    while stack:
        item = stack.pop()
        if item.op == "var":
            if item.label == name:
                return True
            if item.label in bindings and item.label not in seen:
                seen.add(item.label)
                stack.append(bindings[item.label])
        stack += item.kids
    return False


def resolved(value: Node, bindings: Mapping[Any, Node]) -> Node:
    """The value with all that is bound put in."""
    if not bindings:
        return value
    while True:
        change = False

        def put(item: Node, kids: tuple[Node, ...]) -> Node:
            nonlocal change
            if item.op == "var":
                new = walked(item, bindings)
                change = change or bool(new.kids)
                return new
            return Node(item.op, item.label, kids) if kids else item

        value = mapped(value, put)
        if not change:
            return value


def unifier(left: Node, right: Node, rather: Collection[Any] = ()) -> Bindings | None:
    """A most general unifier, each value in full; None if there is none."""
    found = unify(left, right, {}, rather)
    return None if found is None else {name: resolved(value, found) for name, value in found.items()}
