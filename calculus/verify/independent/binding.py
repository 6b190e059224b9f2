"""Binding as in any textbook: by recursion, with names, one substitution at a time."""

from collections.abc import Mapping

from calculus.machine.instructions import POP, VARIABLE
from calculus.term import Term, node, variable


def free(term: Term) -> set[str]:
    if term.op is VARIABLE:
        return {term.label}
    if term.op is POP:
        return free(term.children[0]) - {term.label[1]}
    return {name for child in term.children for name in free(child)}


def substitute(term: Term, name: str, value: Term) -> Term:
    """`{value/name}term`, as in any textbook."""
    if term.op is VARIABLE:
        return value if term.label == name else term
    if term.op is not POP:
        return node(term.op, term.label, tuple(substitute(child, name, value) for child in term.children))
    location, bound = term.label
    (body,) = term.children
    if bound == name:
        return term
    taken = free(value)
    if bound in taken and name in free(body):
        used = taken | free(body) | {name}
        new = next(f"v{i}" for i in range(len(used) + 1) if f"v{i}" not in used)
        body, bound = substitute(body, bound, variable(new)), new
    return node(POP, (location, bound), (substitute(body, name, value),))


def alpha_equal(
    left: Term,
    right: Term,
    ours: Mapping[str, int] | None = None,
    theirs: Mapping[str, int] | None = None,
) -> bool:
    """Equality up to bound names: both binders bring the same new number into scope."""
    ours, theirs = ours or {}, theirs or {}
    if left.op is not right.op or len(left.children) != len(right.children):
        return False
    if left.op is VARIABLE:
        return ours.get(left.label, left.label) == theirs.get(right.label, right.label)
    if left.op is POP:
        if left.label[0] != right.label[0]:
            return False
        number = len(ours) + len(theirs) + 1
        ours, theirs = {**ours, left.label[1]: number}, {**theirs, right.label[1]: number}
        number += 1
    elif left.label != right.label or type(left.label) is not type(right.label):
        return False
    return all(alpha_equal(a, b, ours, theirs) for a, b in zip(left.children, right.children, strict=True))
