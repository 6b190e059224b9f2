"""Binding as in any textbook: by recursion, with names, one substitution at a time."""

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
