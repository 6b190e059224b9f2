"""All EML trees, and all expressions over functions of the calculator basis, up to a size.

Every node counts one, so trees have an odd number of nodes, their K.
"""

from collections.abc import Sequence
from functools import lru_cache

from calculus.eml import printer  # noqa: F401  # trees print once it is imported
from calculus.eml.expressions import printer as expression_printer  # noqa: F401
from calculus.eml.expressions.node import APPLY, ARITY, apply, number
from calculus.eml.syntax import EML, ONE
from calculus.verify.enumeration.ranked import Construct, Signature, Space

TREE = "tree"


def space(size: int, *, variables: Sequence[str] = ("x",)) -> Space:
    """All trees of up to `size` nodes over 1 and some variables."""
    return _trees(size, tuple(variables))


@lru_cache(64)
def _trees(size: int, variables: tuple[str, ...]) -> Space:
    constructs = (Construct(EML, None, (TREE, TREE)),)
    chosen = Signature({TREE: (ONE,)}, {TREE: constructs}, frozenset((TREE,)), variables)
    return Space(chosen, TREE, size)


def expressions(
    size: int,
    *,
    variables: Sequence[str] = ("x",),
    functions: Sequence[str] = tuple(ARITY),
    numbers: Sequence[int] = (1, 2, -1),
) -> Space:
    """All expressions of up to `size` nodes over some variables, numbers, and functions of `ARITY`."""
    return _expressions(size, tuple(variables), tuple(functions), tuple(numbers))


@lru_cache(64)
def _expressions(
    size: int, variables: tuple[str, ...], functions: tuple[str, ...], numbers: tuple[int, ...]
) -> Space:
    constants = (*map(number, numbers), *(apply(name) for name in functions if ARITY[name] == 0))
    constructs = tuple(Construct(APPLY, name, (TREE,) * ARITY[name]) for name in functions if ARITY[name] > 0)
    chosen = Signature({TREE: constants}, {TREE: constructs}, frozenset((TREE,)), variables)
    return Space(chosen, TREE, size)
