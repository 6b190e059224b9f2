"""Whether terms of the RMC are equal by the structural equations.

Sequences are associative and sums associative and commutative, chains of `ex` may be in any order, names do
not matter, and pushes (or pops) next to each other at different locations commute. Two terms are compared by
matching: a bijection of what they bind is found on the way, and which summand goes with which is tried out.
"""

from itertools import groupby
from typing import Any

from calculus.verify.checker.fmc_terms import LAMBDA
from calculus.verify.checker.rmc_terms import Node, joined, mapped, postorder, renewed
from calculus.verify.checker.wrong import Wrong

TRIED = 200_000
"""Comparisons of two nodes before it is given up."""

_Goals = tuple[Node, Node, "_Goals"] | None


def _commuted(term: Node) -> Node:
    """Pushes next to each other sorted by location, and pops."""

    def change(item: Node, kids: tuple[Node, ...]) -> Node:
        if item.op != "seq":
            return Node(item.op, item.label, kids) if kids else item
        found: list[Node] = []
        for op, group in groupby(kids, key=lambda kid: kid.op):
            ordered = list(group)
            if op in ("push", "pop"):
                ordered.sort(key=lambda kid: (kid.label != LAMBDA, kid.label))
            found += ordered
        return joined("seq", found)

    return mapped(term, change)


class _Shapes:
    """A number for the shape of each node: what it is but for the names of what is bound."""

    def __init__(self) -> None:
        self.known: dict[Any, int] = {}

    def of(self, term: Node) -> dict[int, int]:
        found: dict[int, int] = {}
        for item in postorder(term):
            below = [found[id(kid)] for kid in item.kids]
            bound = item.op == "new" or (item.op == "var" and isinstance(item.label, int))
            key = (item.op, None if bound else item.label, *(sorted(below) if item.op == "sum" else below))
            found[id(item)] = self.known.setdefault(key, len(self.known))
        return found


class _Matching:
    """Goals to be met, and where another choice can be made if one cannot."""

    def __init__(self, left: Node, right: Node, sums_commute: bool) -> None:
        shapes = _Shapes()
        self.shapes = {**shapes.of(left), **shapes.of(right)}
        self.sums_commute = sums_commute
        self.goals: _Goals = (left, right, None)
        self.chains: tuple[dict[Any, int], dict[Any, int]] = ({}, {})
        self.pairs: tuple[dict[Any, Any], dict[Any, Any]] = ({}, {})
        self.trail: list[tuple[Any, Any]] = []
        self.choices: list[tuple[_Goals, int]] = []
        self.parts: list[Node] = []
        self.made = 0

    def holds(self) -> bool:
        for _ in range(TRIED):
            if self.goals is None:
                return True
            left, right, self.goals = self.goals
            if not self.met(left, right) and not self.other():
                return False
        raise Wrong("two terms have too many summands alike to be compared")

    def other(self) -> bool:
        """Go back to the last choice; False if there is none."""
        if not self.choices:
            return False
        self.goals, length = self.choices.pop()
        while len(self.trail) > length:
            ours, theirs = self.trail.pop()
            del self.pairs[0][ours], self.pairs[1][theirs]
        return True

    def met(self, left: Node, right: Node) -> bool:
        """Whether two nodes may be alike; what is below them becomes goals."""
        if self.shapes[id(left)] != self.shapes[id(right)]:
            return False
        if left.op == "var":
            return self.paired(left.label, right.label)
        if left.op == "sum" and self.sums_commute:
            return self.choose(left, right)
        if left.op == "new":
            self.made += 1
            while left.op == "new" and right.op == "new":
                self.chains[0][left.label] = self.chains[1][right.label] = self.made
                left, right = left.kids[0], right.kids[0]
            self.goals = (left, right, self.goals)
            return True
        for ours, theirs in zip(left.kids[::-1], right.kids[::-1], strict=True):
            self.goals = (ours, theirs, self.goals)
        return True

    def paired(self, ours: Any, theirs: Any) -> bool:
        """Whether two variables are the same: the same name, or bound by the same chain."""
        if isinstance(ours, str):
            return bool(ours == theirs)
        if ours in self.pairs[0] or theirs in self.pairs[1]:
            return bool(self.pairs[0].get(ours) == theirs)
        if self.chains[0].get(ours) != self.chains[1].get(theirs) or ours not in self.chains[0]:
            return False
        self.pairs[0][ours], self.pairs[1][theirs] = theirs, ours
        self.trail.append((ours, theirs))
        return True

    def choose(self, left: Node, right: Node) -> bool:
        """The first summand is like one of the other's summands: those that it may be like are choices."""
        first, rest = left.kids[0], left.kids[1:]
        after = self.goals
        found = False
        for number, other in enumerate(right.kids):
            if self.shapes[id(first)] != self.shapes[id(other)]:
                continue
            goals = after
            if rest:
                goals = (self.part(rest), self.part(right.kids[:number] + right.kids[number + 1 :]), goals)
            self.choices.append(((first, other, goals), len(self.trail)))
            found = True
        return found and self.other()

    def part(self, summands: tuple[Node, ...]) -> Node:
        """A sum of some of the summands of another, which it is not to be told apart from by its shape."""
        part = Node("sum", None, summands)
        self.shapes[id(part)] = -1
        self.parts.append(part)
        return part


def alike(left: Node, right: Node, sums_commute: bool = True) -> bool:
    """Whether the terms are equal by the structural equations; without `sums_commute`, but for the order of
    summands. Raises `Wrong` if that takes too long.
    """
    ours, theirs = _commuted(renewed(left)), _commuted(renewed(right))
    return _Matching(ours, theirs, sums_commute).holds()
