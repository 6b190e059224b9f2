"""All EML trees over 1 and some variables."""

from collections.abc import Sequence

from calculus.eml.syntax import EML, ONE, variable
from calculus.verify.enumeration.ranked import Construct, Signature, Space


def space(size: int, *, variables: Sequence[str] = ("x",)) -> Space:
    """The trees of up to `size` nodes; their number of nodes is odd."""
    leaves = (ONE, *map(variable, variables))
    operator = Construct(EML, None, ("tree", "tree"))
    return Space(Signature({"tree": leaves}, {"tree": (operator,)}, frozenset()), "tree", size)
