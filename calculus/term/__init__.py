"""Terms shared by all calculi: hash-consed nodes, binding, substitution, α-equality, traversal.

No algorithm here recurses on the Python stack.
"""

from calculus.term.binding import alpha_equal, free_variables, nameless, substitute
from calculus.term.node import VARIABLE, Label, Op, Term, canonical, node, variable

__all__ = [
    "VARIABLE",
    "Label",
    "Op",
    "Term",
    "alpha_equal",
    "canonical",
    "free_variables",
    "nameless",
    "node",
    "substitute",
    "variable",
]
