"""Contraction keeps what a term does: the multiset of its spans, found by another way than reduction.

Iterations take as many turns before as after, a small number; so `unroll`, which takes one more, is left out.
"""

from calculus.machine.relational.instructions import STAR
from calculus.rmc.rules import TERMINATING
from calculus.rmc.structure import flat
from calculus.term import Term, free_variables
from calculus.term.node import postorder
from calculus.verify.independent.paths import bounded, shown, spans
from calculus.verify.properties.rmc.confluence.forks import branches
from calculus.verify.property import Tally

TURNS = 2
"""Turns of an iteration; one where three are nested, which together would take far too many."""


def violation(term: Term, tally: Tally) -> str | None:
    """Every contraction keeps the spans, and what is closed closed."""
    term = flat(term)
    for branch in branches(term, TERMINATING):
        tally.count("contractions")
        found = differs(term, branch.term, str(branch))
        if found is not None:
            return found
    return None


def differs(term: Term, other: Term, how: str) -> str | None:
    """What a term does that another one, which it came to, does not, if there is anything."""
    free = free_variables(other) - free_variables(term)
    if free:
        return f"{how}, in which {', '.join(sorted(free))} is free"
    turns = turns_of(term)
    expected, found = spans(bounded(term, turns)), spans(bounded(other, turns))
    if found != expected:
        return f"{how}; spans before: {shown(expected)}; after: {shown(found)}"
    return None


def turns_of(term: Term) -> int:
    """How many turns each iteration of a term is given."""
    return TURNS if nesting(term) < 3 else 1


def nesting(term: Term) -> int:
    """How many iterations are in one another."""
    deep: dict[int, int] = {}
    for item in postorder(term):
        below = max((deep[id(child)] for child in item.children), default=0)
        deep[id(item)] = below + (item.op is STAR)
    return deep[id(term)]
