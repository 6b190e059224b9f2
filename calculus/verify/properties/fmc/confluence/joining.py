"""How two terms come together again: reduction sequences that end in one term, up to renaming.

Normal forms without unrolling are looked at first. If they differ, loops are unrolled, one more at each
round, and normal forms taken again; what has no normal form is searched step by step.
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from calculus.fmc.reduction import contract
from calculus.fmc.rules import UNROLL, Rule
from calculus.machine.rewriting import Redex, Step
from calculus.term import Term, nameless
from calculus.term.node import size

Redexes = Callable[[Term], Iterable[Redex[Rule]]]
Path = tuple[Redex[Rule], ...]

NORMAL = 100
"""Contractions for a normal form."""
ROUNDS = 3
"""Loops that are unrolled on each side."""
MOST = 400
"""Terms that a search looks at."""
DEPTH = 4
"""Contractions on each side where there are no normal forms."""
LARGEST = 2_000
"""Nodes of a term that is followed."""


class Reached(NamedTuple):
    """A term, and the contractions that lead to it."""

    term: Term
    path: Path


class Join(NamedTuple):
    """The contractions that lead from two terms to one."""

    left: Path
    right: Path


class Joiner:
    """Looks for joins; remembers from one to the next how terms reduce. `redexes` lists those of a term."""

    def __init__(self, redexes: Redexes) -> None:
        self.redexes = redexes
        self._following: dict[Term, Reached | None] = {}

    def join(self, left: Term, right: Term) -> Join | None:
        """How they join; None if that is not found within the limits."""
        ours, theirs = Reached(left, ()), Reached(right, ())
        if nameless(left) is nameless(right):
            return Join((), ())
        starts = [self.normal(ours), self.normal(theirs)]
        if starts[0] is not None and starts[1] is not None:
            return _search(starts[0], starts[1], self._unrolled, ROUNDS)
        return _search(ours, theirs, self._stepped, DEPTH)

    def normal(self, start: Reached) -> Reached | None:
        """The normal form without unrolling; None if it is not reached."""
        term, path = start.term, list(start.path)
        for _ in range(NORMAL):
            key = nameless(term)
            if key not in self._following:
                redex = next((item for item in self.redexes(term) if item.rule.name != UNROLL.name), None)
                self._following[key] = None if redex is None else Reached(contract(term, redex), (redex,))
            following = self._following[key]
            if following is None:
                return Reached(term, tuple(path))
            # Terms equal up to renaming have the same redexes at the same positions.
            term = following.term
            path += following.path
            if size(term) > LARGEST:
                return None
        return None

    def _unrolled(self, reached: Reached) -> Iterable[Reached]:
        for redex in self.redexes(reached.term):
            if redex.rule.name == UNROLL.name:
                after = self.normal(Reached(contract(reached.term, redex), (*reached.path, redex)))
                if after is not None:
                    yield after

    def _stepped(self, reached: Reached) -> Iterable[Reached]:
        for redex in self.redexes(reached.term):
            yield Reached(contract(reached.term, redex), (*reached.path, redex))


def _search(
    left: Reached, right: Reached, following: Callable[[Reached], Iterable[Reached]], rounds: int
) -> Join | None:
    """Where two searches meet that go on in turns, each time the one that has seen less."""
    seen = [{nameless(left.term): left}, {nameless(right.term): right}]
    if seen[0].keys() == seen[1].keys():
        return Join(left.path, right.path)
    new = [dict(side) for side in seen]
    made = [0, 0]
    for _ in range(2 * rounds):
        side = min((0, 1), key=lambda side: (made[side] == rounds or not new[side], len(seen[side])))
        made[side] += 1
        found: dict[Term, Reached] = {}
        for reached in new[side].values():
            for after in following(reached):
                key = nameless(after.term)
                other = seen[1 - side].get(key)
                if other is not None:
                    return Join(*((after.path, other.path) if side == 0 else (other.path, after.path)))
                if key not in seen[side]:
                    found[key] = after
        seen[side] |= found
        new[side] = found
        if len(seen[0]) + len(seen[1]) > MOST:
            break
    return None


def replayed(term: Term, path: Path) -> list[Step]:
    """The steps of a path from a term."""
    steps: list[Step] = []
    for number, redex in enumerate(path, 1):
        term = contract(term, redex)
        steps.append(Step(redex.rule.name, redex.position, None, term, number))
    return steps
