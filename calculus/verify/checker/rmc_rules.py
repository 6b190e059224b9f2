"""Reduction of the RMC on flat terms: single contractions and normal forms.

A position leads through sequences and sums as if they nested to the right: of `M; (N; P)` the part 0 is M and
the part 1 is `N; P`. A place is thus a node and, in a sequence or a sum, how many of its parts are before it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence

from calculus.verify.checker.fmc_terms import LAMBDA
from calculus.verify.checker.primitives import Unknown, number, related
from calculus.verify.checker.rmc_terms import (
    FAIL,
    SKIP,
    Node,
    joined,
    preorder,
    renewed,
    replaced,
    variables,
)
from calculus.verify.checker.unification import unifier
from calculus.verify.checker.wrong import Wrong, require

_NESTED = ("seq", "sum")

_Rule = Callable[[Node], Node | None]


def _seq(*items: Node) -> Node:
    return joined("seq", items)


def _sum(*items: Node) -> Node:
    return joined("sum", items)


def _first_two(term: Node, op: str) -> tuple[Node, Node, list[Node]] | None:
    """The first two parts of a sequence or a sum, and the others."""
    if term.op != op:
        return None
    first, second, *rest = term.kids
    return first, second, rest


def _distribute_left(term: Node) -> Node | None:
    if term.op != "seq" or term.kids[0].op != "sum":
        return None
    left, right = term.kids[0].kids[0], _sum(*term.kids[0].kids[1:])
    after = _seq(*term.kids[1:])
    return _sum(_seq(left, after), _seq(right, after))


def _distribute_right(term: Node) -> Node | None:
    match _first_two(term, "seq"):
        case (first, Node(op="sum") as second, rest):
            left, right = second.kids[0], _sum(*second.kids[1:])
            return _seq(_sum(_seq(first, left), _seq(first, right)), *rest)
    return None


def _distribute_new(term: Node) -> Node | None:
    if term.op != "new" or term.kids[0].op != "sum":
        return None
    left, right = term.kids[0].kids[0], _sum(*term.kids[0].kids[1:])
    return _sum(Node("new", term.label, (left,)), Node("new", term.label, (right,)))


def _zero_left(term: Node) -> Node | None:
    return FAIL if term.op == "seq" and term.kids[0].op == "fail" else None


def _zero_right(term: Node) -> Node | None:
    match _first_two(term, "seq"):
        case (_, Node(op="fail"), rest):
            return _seq(FAIL, *rest)
    return None


def _unit_left(term: Node) -> Node | None:
    return _sum(*term.kids[1:]) if term.op == "sum" and term.kids[0].op == "fail" else None


def _unit_right(term: Node) -> Node | None:
    match _first_two(term, "sum"):
        case (first, Node(op="fail"), rest):
            return _sum(first, *rest)
    return None


def _zero_star(term: Node) -> Node | None:
    return SKIP if term.op == "star" and term.kids[0].op == "fail" else None


def _drop(term: Node) -> Node | None:
    return term.kids[0] if term.op == "new" and term.label not in variables(term.kids[0]) else None


def _hoist_left(term: Node) -> Node | None:
    if term.op != "seq" or term.kids[0].op != "new":
        return None
    first, *rest = term.kids
    return Node("new", first.label, (_seq(first.kids[0], *rest),))


def _hoist_right(term: Node) -> Node | None:
    match _first_two(term, "seq"):
        case (first, Node(op="new") as second, rest):
            return _seq(Node("new", second.label, (_seq(first, second.kids[0]),)), *rest)
    return None


def _swap(term: Node) -> Node | None:
    match _first_two(term, "seq"):
        case (Node(op="push") as first, Node(op="pop") as second, rest) if first.label != second.label:
            return _seq(second, first, *rest)
    return None


def _meeting(term: Node) -> tuple[Node, Node, list[Node]] | None:
    """The value that is pushed and the one that is popped there at once, and what follows."""
    match _first_two(term, "seq"):
        case (Node(op="push") as first, Node(op="pop") as second, rest) if first.label == second.label:
            return first.kids[0], second.kids[0], rest
    return None


def _clash(term: Node) -> Node | None:
    met = _meeting(term)
    return _seq(FAIL, *met[2]) if met is not None and unifier(met[0], met[1]) is None else None


def _test(term: Node) -> Node | None:
    if term.op != "test":
        return None
    left, right = term.kids
    return _seq(Node("push", LAMBDA, (left,)), Node("pop", LAMBDA, (right,)))


def _relation(term: Node) -> Node | None:
    if term.op != "relation":
        return None
    numbers: list[int | None] = []
    for value in term.kids:
        known = number(value.label) if value.op == "con" and not value.kids else None
        if known is None and value.op != "var":
            return None
        numbers.append(known)
    try:
        found = related(term.label, numbers)
    except Unknown:
        return None
    if found is None:
        return FAIL
    pairs = zip(term.kids, numbers, found, strict=True)
    return _seq(
        *[Node("test", None, (value, Node("con", str(new)))) for value, old, new in pairs if old is None]
    )


def _unroll(term: Node) -> Node | None:
    return _sum(SKIP, _seq(term.kids[0], term)) if term.op == "star" else None


def _away(star: Node, place: str) -> bool:
    """Whether neither the location nor a definition occurs in an iteration."""
    return not any(
        item.op == "call" or (item.op in ("push", "pop") and item.label == place) for item in preorder(star)
    )


def _slide_push(term: Node) -> Node | None:
    match _first_two(term, "seq"):
        case (Node(op="push") as first, Node(op="star") as second, rest) if _away(second, first.label):
            return _seq(second, first, *rest)
    return None


def _slide_pop(term: Node) -> Node | None:
    match _first_two(term, "seq"):
        case (Node(op="star") as first, Node(op="pop") as second, rest) if _away(first, second.label):
            return _seq(second, first, *rest)
    return None


TERMINATING: Mapping[str, _Rule] = {
    "zero-left": _zero_left,
    "zero-right": _zero_right,
    "unit-left": _unit_left,
    "unit-right": _unit_right,
    "zero-star": _zero_star,
    "clash": _clash,
    "drop": _drop,
    "test": _test,
    "relation": _relation,
    "hoist-left": _hoist_left,
    "hoist-right": _hoist_right,
    "swap": _swap,
    "distrib-left": _distribute_left,
    "distrib-right": _distribute_right,
    "distrib-new": _distribute_new,
}
"""The rules, beside `unify`, by which a normal form is normal."""

RULES: Mapping[str, _Rule] = {
    **TERMINATING,
    "unroll": _unroll,
    "slide-push": _slide_push,
    "slide-pop": _slide_pop,
}

_Above = list[tuple[Node, int]]
"""The nodes above a place, each with which of its parts is next on the way."""


class _Place:
    """A place in a term: the nodes above, the node, and how many of its parts are before the place."""

    def __init__(self, above: _Above, node: Node, before: int = 0) -> None:
        self.above = above
        self.node = node
        self.before = before

    def term(self) -> Node:
        """What stands at the place."""
        return joined(self.node.op, self.node.kids[self.before :]) if self.before else self.node

    def below(self, index: int) -> "_Place | None":
        """The place of a part, as if sequences and sums nested to the right."""
        node, before = self.node, self.before
        if node.op not in _NESTED:
            return (
                _Place([*self.above, (node, index)], node.kids[index])
                if 0 <= index < len(node.kids)
                else None
            )
        if index == 1 and before + 2 < len(node.kids):
            return _Place(self.above, node, before + 1)
        return (
            _Place([*self.above, (node, before + index)], node.kids[before + index])
            if index in (0, 1)
            else None
        )

    def put(self, result: Node) -> Node:
        """The whole term with something else at the place."""
        if self.before:
            result = joined(self.node.op, [*self.node.kids[: self.before], result])
        return _put(self.above, result)


def _put(above: Sequence[tuple[Node, int]], result: Node) -> Node:
    for parent, index in reversed(above):
        kids = [*parent.kids[:index], result, *parent.kids[index + 1 :]]
        nested = parent.op in _NESTED
        result = joined(parent.op, kids) if nested else Node(parent.op, parent.label, tuple(kids))
    return result


def _unified(place: _Place) -> Node | None:
    """`unify` at a place: the sequence without the pair, under the unifier, below the `ex` that are left."""
    met = _meeting(place.term())
    if met is None:
        return None
    above = list(place.above)
    binders: list[Node] = []
    while above and above[-1][0].op == "new":
        binders.append(above.pop()[0])
    mine = {binder.label for binder in binders}
    solution = unifier(met[0], met[1], mine)
    if solution is None or not solution.keys() <= mine:
        return None
    factors = [*place.node.kids[: place.before], *met[2]]
    body = _seq(*[replaced(factor, solution) for factor in factors])
    for binder in binders:
        if binder.label not in solution:
            body = Node("new", binder.label, (body,))
    return _put(above, body)


def contract(term: Node, rule: str, position: Sequence[int], definitions: Mapping[str, Node]) -> Node:
    """The term after a rule has been used at a position. Raises `Wrong` if it does not apply there."""
    place: _Place | None = _Place([], term)
    for index in position:
        place = place and place.below(index) if isinstance(index, int) else None
    if place is None:
        raise Wrong(f"the term has no position {list(position)}")
    at = place.term()
    if rule == "unify":
        result = _unified(place)
    else:
        require(rule in RULES or rule == "unfold", f"there is no rule {rule!r}")
        if rule != "unfold":
            after = RULES[rule](at)
        else:
            after = definitions.get(at.label) if at.op == "call" else None
        result = None if after is None else place.put(after)
    if result is None:
        raise Wrong(f"the rule {rule} does not apply at {list(position)}")
    return result


def _places(term: Node) -> Iterator[_Place]:
    """All places where something may apply, outermost first."""
    stack = [_Place([], term)]
    while stack:
        place = stack.pop()
        yield place
        if place.node.op in (*_NESTED, "new", "star"):
            below = [place.below(index) for index in range(2)]
            stack += [item for item in reversed(below) if item is not None]


def _first(term: Node) -> Node | None:
    """The term after its first redex; None if it has none."""
    for place in _places(term):
        at = place.term()
        for rule in TERMINATING.values():
            after = rule(at)
            if after is not None:
                return place.put(after)
        result = _unified(place)
        if result is not None:
            return result
    return None


def normal_form(term: Node, steps: int = 10_000) -> Node | None:
    """The normal form without unrolling; None if it is not reached in so many contractions."""
    for _ in range(steps):
        # Parts are copied on the way, so what they bind gets new numbers.
        after = _first(term)
        if after is None:
            return term
        term = renewed(after)
    return None


def is_normal(term: Node) -> bool:
    """Whether no rule but the unrolling of iterations applies anywhere."""
    return _first(term) is None
