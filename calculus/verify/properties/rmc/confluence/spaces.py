"""The closed terms over `A`, `S/1` and two locations, tests included, that exhaustive parts look at."""

from calculus.term import Term
from calculus.verify.enumeration import rmc
from calculus.verify.generation import rmc as generation
from calculus.verify.property import Choose, Space

OVER = "over A, S/1, λ and a"
"""The signature, in words."""


def plain(size: int) -> Space:
    """Terms without iterations."""
    return rmc.space(size, tests=True)


def iterated(size: int) -> Space:
    """Terms with and without iterations."""
    return rmc.space(size, tests=True, stars=True)


def generated(choose: Choose, size: int) -> Term:
    """A term of more constructors and up to three names at once, often with iterations."""
    return generation.term(choose, size)
