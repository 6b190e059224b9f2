"""Large expressions in pieces, which are compiled one by one, so that the time grows with their number alone.

A piece is an expression over the variables and the values of earlier pieces. What would have been seen
through at a border is not, so trees by pieces are longer than need be.
"""

from collections.abc import Iterator

from calculus.eml.compiler.quantities import substituted
from calculus.eml.expressions.node import NUMBER, VARIABLE, apply, variable
from calculus.eml.syntax import subtrees, variables
from calculus.term import Term

_MARK = "#"
"""With this the names of pieces start; no variable's does."""


def pieces(expression: Term, most: int) -> Iterator[tuple[str, Term]]:
    """The pieces with at most about so many nodes each, by name, each after those that it uses; the last is
    the expression."""
    weights: dict[int, int] = {}
    made: dict[int, Term] = {}
    count = 0
    for item in subtrees(expression):
        children = {id(child): child for child in item.children}
        total = 1 + sum(weights[key] for key in children)
        for key in sorted(children, key=lambda key: -weights[key]):
            if total <= most or weights[key] == 1:
                break
            count += 1
            name = f"{_MARK}{count}"
            yield name, made[key]
            made[key] = variable(name)
            total -= weights[key] - 1
            weights[key] = 1
        weights[id(item)] = total
        leaf = item.op in (NUMBER, VARIABLE) or not item.children
        made[id(item)] = item if leaf else apply(item.label, *(made[id(child)] for child in item.children))
    yield f"{_MARK}{count + 1}", made[id(expression)]


def shape(piece: Term) -> tuple[Term, dict[str, str]]:
    """A piece with the earlier pieces that it uses numbered anew, which makes pieces equal that differ in
    these alone; and what those are called."""
    numbered: dict[str, str] = {}
    given = {}
    for name in variables(piece):
        if name.startswith(_MARK):
            new = f"{_MARK}{_MARK}{len(numbered)}"
            numbered[new] = name
            given[name] = variable(new)
        else:
            given[name] = variable(name)
    return substituted(piece, given), numbered
