"""EML trees as terms: the constant 1, variables, and `eml(x, y)`, which stands for exp(x) - ln(y).

Source: A. Odrzywołek, *All elementary functions from a single binary operator* (arXiv 2603.21852). Trees are
hash-consed, so equal subtrees are one node, and a tree of astronomic size may be a small graph; whatever
looks at a whole tree looks at each node once.
"""

from collections.abc import Iterator

from calculus.term import VARIABLE, Op, Term, node, variable

__all__ = [
    "EML",
    "ONE",
    "VARIABLE",
    "dag_size",
    "depth",
    "eml",
    "size",
    "substitute",
    "subtrees",
    "variable",
    "variables",
]

UNIT = Op("eml.one")
EML = Op("eml.eml")

ONE = node(UNIT)


def eml(left: Term, right: Term) -> Term:
    """`eml(left, right)`: exp(left) - ln(right)."""
    return node(EML, None, (left, right))


def subtrees(*trees: Term) -> Iterator[Term]:
    """Every distinct subtree of some trees once, children before parents, left before right."""
    seen: set[int] = set()
    stack = [(tree, False) for tree in reversed(trees)]
    while stack:
        tree, entered = stack.pop()
        if entered:
            yield tree
        elif id(tree) not in seen:
            seen.add(id(tree))
            stack.append((tree, True))
            stack += [(child, False) for child in reversed(tree.children)]


def size(tree: Term) -> int:
    """K: the number of nodes, leaves and operators, shared ones as often as they occur; always odd."""
    sizes: dict[int, int] = {}
    for item in subtrees(tree):
        sizes[id(item)] = 1 + sum(sizes[id(child)] for child in item.children)
    return sizes[id(tree)]


def dag_size(tree: Term) -> int:
    """The number of distinct subtrees, leaves among them."""
    return sum(1 for _ in subtrees(tree))


def depth(tree: Term) -> int:
    """The most operators on a way from the root to a leaf."""
    depths: dict[int, int] = {}
    for item in subtrees(tree):
        depths[id(item)] = max((1 + depths[id(child)] for child in item.children), default=0)
    return depths[id(tree)]


def variables(tree: Term) -> list[str]:
    """The names of the variables, in the order of their first occurrence from the left."""
    found = dict.fromkeys(item.label for item in subtrees(tree) if item.op is VARIABLE)
    return list(found)


def substitute(tree: Term, values: dict[str, Term]) -> Term:
    """The tree with trees in the place of variables."""
    made: dict[int, Term] = {}
    for item in subtrees(tree):
        if item.op is VARIABLE:
            made[id(item)] = values.get(item.label, item)
        elif item.children:
            left, right = item.children
            made[id(item)] = eml(made[id(left)], made[id(right)])
        else:
            made[id(item)] = item
    return made[id(tree)]
