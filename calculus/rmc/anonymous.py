"""`_` in a value: a variable of its own, new in the atom around it.

`<F(_, y, _)>` is `ex _1 _2. <F(_1, y, _2)>`. The parser gives the names, and the printer leaves them out
where they are those that the parser would give.
"""

from collections.abc import Collection, Iterator
from itertools import count

from calculus.machine.relational.instructions import NEW, POP, PUSH, RELATION, TEST, VARIABLE
from calculus.term import Term, substitute, variable

MOST = 1_000
"""Nodes of an atom in which the printer looks for variables without a name."""

_ATOMS = frozenset({PUSH, POP, TEST, RELATION})


def anonymous_names(taken: Collection[str]) -> Iterator[str]:
    """The names of the variables that `_` stands for in an atom in which the names `taken` occur."""
    return (name for number in count(1) if (name := f"_{number}") not in taken)


def without_names(term: Term) -> Term | None:
    """The atom that `ex _1 _2 …` before it makes, with `_` for those variables; None for other terms."""
    names: list[str] = []
    atom = term
    while atom.op is NEW and len(names) < MOST:
        names.append(atom.label[0])
        atom = atom.children[0]
    if atom.op not in _ATOMS:
        return None
    found: list[str] = []
    stack = list(reversed(atom.children))
    for _ in range(MOST):
        if not stack:
            break
        item = stack.pop()
        if item.op is VARIABLE:
            found.append(item.label)
        stack += reversed(item.children)
    bound = set(names)
    given = anonymous_names(set(found) - bound)
    if stack or [name for name in found if name in bound] != names or names != [next(given) for _ in names]:
        return None
    return substitute(atom, dict.fromkeys(names, variable("_")))
