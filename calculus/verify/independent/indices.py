"""Binding with de Bruijn indices: terms as nested tuples without names, substitution by shifting.

A tree is `(operator, label, bound, children…)`; a bound variable is `("bound", index)`, counted from the
innermost binder, and a free one `("free", name)`. Two terms are equal up to renaming when their trees are
the same.
"""

from collections.abc import Mapping
from typing import Any

from calculus.machine.instructions import POP, VARIABLE
from calculus.term import Term

Tree = tuple[Any, ...]


def tree(term: Term, scope: tuple[str, ...] = ()) -> Tree:
    """The tree of a term; `scope` are the names bound around it, the innermost first."""
    if term.op is VARIABLE:
        if term.label in scope:
            return ("bound", scope.index(term.label))
        return ("free", term.label)
    if term.op is POP:
        location, name = term.label
        return ("pop", location, tree(term.children[0], (name, *scope)))
    return (term.op.name, type(term.label), term.label, *(tree(child, scope) for child in term.children))


def shifted(item: Tree, by: int, depth: int = 0) -> Tree:
    """The tree with the indices that lead out of it raised."""
    match item:
        case ("bound", index):
            return ("bound", index + by) if index >= depth else item
        case ("free", _):
            return item
        case ("pop", location, body):
            return ("pop", location, shifted(body, by, depth + 1))
    return (*item[:3], *(shifted(child, by, depth) for child in item[3:]))


def substituted(item: Tree, values: Mapping[str, Tree], depth: int = 0) -> Tree:
    """The tree with values for free names, all at once."""
    match item:
        case ("bound", _):
            return item
        case ("free", name):
            return shifted(values[name], depth) if name in values else item
        case ("pop", location, body):
            return ("pop", location, substituted(body, values, depth + 1))
    return (*item[:3], *(substituted(child, values, depth) for child in item[3:]))


def free(item: Tree) -> set[str]:
    """The names of free variables."""
    match item:
        case ("bound", _):
            return set()
        case ("free", name):
            return {name}
        case ("pop", _, body):
            return free(body)
    return {name for child in item[3:] for name in free(child)}
