"""Permutation by its equation alone: `A.B.M = B.A.M`, one exchange at a time, and all that can be reached."""

from collections.abc import Iterator

from calculus.machine.instructions import POP, PUSH
from calculus.term import Term, node, variable
from calculus.verify.independent.binding import free, substitute
from calculus.verify.independent.indices import Tree, tree
from calculus.verify.independent.reduction import ACTIONS, body, place, with_body


def exchanged(term: Term) -> Term | None:
    """`B.A.M` for a term `A.B.M` whose actions are at different locations, neither needing the other."""
    if term.op not in ACTIONS or body(term).op not in ACTIONS or place(term) == place(body(term)):
        return None
    if term.op is POP and body(term).op is PUSH and term.label[1] in free(body(term).children[0]):
        return None
    first = _apart(term, set())
    second = _apart(body(first), _names(first))
    return with_body(second, with_body(first, body(second)))


def _apart(action: Term, taken: set[str]) -> Term:
    """The action with a bound name that is not taken and occurs nowhere in it."""
    if action.op is not POP:
        return action
    location, old = action.label
    used = taken | _names(action)
    new = next(f"w{i}" for i in range(len(used) + 1) if f"w{i}" not in used)
    return node(POP, (location, new), (substitute(body(action), old, variable(new)),))


def _names(term: Term) -> set[str]:
    found = {term.label[1]} if term.op is POP else {term.label} if isinstance(term.label, str) else set()
    return found.union(*map(_names, term.children))


def neighbours(term: Term) -> Iterator[Term]:
    """Every term that one exchange leads to."""
    after = exchanged(term)
    if after is not None:
        yield after
    for index, child in enumerate(term.children):
        for after in neighbours(child):
            yield node(term.op, term.label, (*term.children[:index], after, *term.children[index + 1 :]))


def orbit(term: Term, most: int) -> dict[Tree, Term] | None:
    """Every term that exchanges lead to, up to renaming; None if there are more than so many."""
    found = {tree(term): term}
    waiting = [term]
    while waiting:
        for after in neighbours(waiting.pop()):
            key = tree(after)
            if key not in found:
                if len(found) == most:
                    return None
                found[key] = after
                waiting.append(after)
    return found
