"""Unification, with occurs check.

Structures that are found to be unified with each other are merged into classes (union-find), so that each
pair is looked at once and shared parts cost nothing; whether a variable has come to lie within itself is seen
at the end, in one walk from the variables that were bound.
"""

from typing import NamedTuple

from calculus.machine.relational.values import Bindings, Structure, Value, resolve
from calculus.term import Term


class Clash(NamedTuple):
    """Two values, to be unified, that no binding makes equal: neither is a variable."""

    left: Term | Structure
    right: Term | Structure


def unify(left: Value, right: Value, bindings: Bindings) -> Bindings | None:
    """The bindings under which the two values are equal and which say no more than that; None if none do.

    Of two variables the younger is bound.
    """
    solved, bound = solve(left, right, bindings)
    if isinstance(solved, Clash) or (bound and cyclic(bound, solved)):
        return None
    return solved


def solve(left: Value, right: Value, bindings: Bindings) -> tuple[Bindings | Clash, list[int]]:
    """As `unify`, but without occurs check: also gives the variables that were bound to structures."""
    merged: dict[int, Term | Structure] = {}
    bound: list[int] = []
    work = [(left, right)]
    while work:
        left, right = work.pop()
        left, right = resolve(left, bindings), resolve(right, bindings)
        if isinstance(left, int) or isinstance(right, int):
            if isinstance(left, int) and (not isinstance(right, int) or right < left):
                variable, value = left, right
            elif left == right:
                continue
            else:
                variable, value = right, left  # type: ignore[assignment]
            bindings = bindings.set(variable, value)
            if type(value) is Structure:
                bound.append(variable)
            continue
        assert not isinstance(left, int) and not isinstance(right, int)
        left, right = _representative(left, merged), _representative(right, merged)
        if left is right:
            continue
        if clash(left, right):
            return Clash(left, right), bound
        if type(left) is Term:
            left, right = right, left
        merged[id(left)] = right
        work += zip(left.children[::-1], right.children[::-1], strict=True)
    return bindings, bound


def clash(left: Term | Structure, right: Term | Structure) -> bool:
    """Whether two distinct values that are no variables differ at their head.

    Two ground ones differ somewhere, and that is enough.
    """
    return (
        (type(left) is Term and type(right) is Term)
        or left.label != right.label
        or len(left.children) != len(right.children)
    )


def _representative(value: Term | Structure, merged: dict[int, Term | Structure]) -> Term | Structure:
    while (other := merged.get(id(value))) is not None:
        further = merged.get(id(other))
        if further is not None:
            merged[id(value)] = further  # halve the path
        value = other
    return value


def cyclic(variables: list[int], bindings: Bindings) -> bool:
    """Whether one of the variables lies within what it is bound to."""
    open_: set[int] = set()
    done: set[int] = set()
    # Each structure goes in twice: to open it, and (as its id) to close it when all below it is done.
    stack: list[Value | tuple[int]] = list(variables)
    while stack:
        top = stack.pop()
        if type(top) is tuple:
            open_.discard(top[0])
            done.add(top[0])
            continue
        top = resolve(top, bindings)  # type: ignore[arg-type]
        if type(top) is not Structure:
            continue
        key = id(top)
        if key in done:
            continue
        if key in open_:
            return True
        open_.add(key)
        stack.append((key,))
        stack += top.children
    return False
