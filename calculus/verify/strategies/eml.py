"""EML trees, and expressions over the calculator basis."""

from collections.abc import Sequence

from hypothesis import strategies as st

from calculus.eml.tree import Tree
from calculus.term import Term
from calculus.verify.generation import eml as generation
from calculus.verify.strategies.choices import built


def trees(*, variables: Sequence[str] = ("x",), max_size: int = 21) -> st.SearchStrategy[Tree]:
    """Trees of at most `max_size` nodes over 1 and some variables."""
    return built(generation.tree, max_size, variables=tuple(variables)).map(Tree)


def expressions(
    *,
    variables: Sequence[str] = ("x",),
    functions: Sequence[str] = generation.FUNCTIONS,
    max_size: int = 12,
) -> st.SearchStrategy[Term]:
    """Expressions of at most `max_size` nodes over some variables, 1, 2, -1 and functions of the basis.

    `calculus.eml.compile(str(expression))` makes a tree of one.
    """
    return built(generation.expression, max_size, variables=tuple(variables), functions=tuple(functions))
