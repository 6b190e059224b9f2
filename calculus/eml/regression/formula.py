"""A tree in ordinary notation."""

from calculus.eml.expressions.node import apply, number, variable
from calculus.eml.syntax import EML, ONE, VARIABLE, subtrees
from calculus.term import Term


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


def formula(tree: Term) -> str:
    """The function that a tree computes, in ordinary notation."""
    from calculus.eml.expressions.printer import text

    return text(literal(tree))
