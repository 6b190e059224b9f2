"""The closed terms over `A`, `S/1` and two locations, tests included, that exhaustive parts look at."""

from calculus.machine.relational.instructions import LAMBDA
from calculus.term import Term
from calculus.verify.enumeration import rmc
from calculus.verify.generation import rmc as generation
from calculus.verify.property import Choose, Space

OVER = "over A, S/1, λ and a"
"""The signature, in words."""


def plain(size: int) -> Space:
    """Terms without iterations."""
    return rmc.space(size, tests=True)


def narrow(size: int) -> Space:
    """Terms without iterations and tests over one location, all values being variables: few, so that larger
    ones come early, with binders of the same name in a sequence.
    """
    return rmc.space(size, locations=(LAMBDA,), constructors=())


def iterated(size: int) -> Space:
    """Terms with and without iterations."""
    return rmc.space(size, tests=True, stars=True)


LARGEST = 12
"""Nodes of terms that are chosen among all there are."""


def generated(choose: Choose, size: int) -> Term:
    """A term that is one of all there are, or one in which most things fit and all binders have one name."""
    if choose(2):
        return generation.term(choose, size, names=("x",))
    space = iterated(min(size, LARGEST))
    rank = choose(space.total)
    (term,) = space.range(rank, rank + 1)
    assert isinstance(term, Term)
    return term
