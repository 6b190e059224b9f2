"""A tree in ordinary notation, simplified where the data are."""

import numpy as np

from calculus.eml.domain import Condition
from calculus.eml.expressions.node import apply, number, variable
from calculus.eml.expressions.values import value_array
from calculus.eml.regression.architecture import Floats
from calculus.eml.regression.values import values
from calculus.eml.syntax import EML, ONE, VARIABLE, size, subtrees
from calculus.source.diagnostic import CalculusError
from calculus.term import Term

LARGEST = 200
"""K of trees that are not simplified any more."""
CLOSE = 1e-6
"""How far a simplified formula may be from the tree, relative to the larger of 1 and the value. It is
simplified by rules that hold in exact arithmetic, so it differs by rounding errors only."""


def formula(tree: Term, conditions: tuple[Condition, ...], columns: dict[str, Floats], count: int) -> Term:
    """The expression that a tree computes under the conditions, checked in all rows of the data; what the
    tree says literally where that does not work out.
    """
    if size(tree) > LARGEST:
        return literal(tree)
    from calculus.eml.decompiler import decompile

    try:
        found = decompile(tree, assume=conditions, semantics="ieee").expression
        value = value_array(found, columns, np)
    except CalculusError:  # no finite value
        return literal(tree)
    expected = values(tree, columns, count)
    with np.errstate(all="ignore"):
        off = np.abs(value - expected) <= CLOSE * np.maximum(1.0, np.abs(expected))
    return found if np.all(off) else literal(tree)


def literal(tree: Term) -> Term:
    """The expression that a tree says, exp(l) - ln(r) at every node, without what 1 makes superfluous."""
    made: dict[int, Term] = {}
    for item in subtrees(tree):
        if item.op is EML:
            left, right = item.children
            power = apply("e") if left is ONE else apply("exp", made[id(left)])
            made[id(item)] = power if right is ONE else apply("sub", power, apply("ln", made[id(right)]))
        else:
            made[id(item)] = variable(item.label) if item.op is VARIABLE else number(1)
    return made[id(tree)]
