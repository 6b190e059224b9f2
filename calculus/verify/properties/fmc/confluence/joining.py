"""How the two sides of a fork come together again: reduction sequences that end in one term, up to renaming.

Normal forms without unrolling are looked at first. If they differ and one side is an unrolling, what has
become of that loop on the other side is unrolled as well. If that is not it either, loops are unrolled, one
more at each round, and what has no normal form is searched step by step.
"""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from calculus.fmc.reduction import contract
from calculus.fmc.rules import UNROLL, Rule
from calculus.machine.rewriting import Redex, Step
from calculus.source.text import Source, Span
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
"""Nodes of a term that is followed once it took this many contractions:"""
MANY = 20


class Fork(NamedTuple):
    """One side of a fork: a redex of a term, and the term after its contraction."""

    redex: Redex[Rule]
    term: Term

    def step(self) -> Step:
        return Step(self.redex.rule.name, self.redex.position, None, self.term, 1)

    def __str__(self) -> str:
        return f"{self.redex.rule.name} gives {self.term}"


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
        self._nameless: dict[Term, Term] = {}

    def same(self, left: Term, right: Term) -> bool:
        """Whether two terms are equal up to renaming."""
        return left is right or self.nameless(left) is self.nameless(right)

    def nameless(self, term: Term) -> Term:
        found = self._nameless.get(term)
        if found is None:
            found = self._nameless[term] = nameless(term)
        return found

    def join(self, term: Term, first: Fork, second: Fork) -> Join | None:
        """How two reducts of a term join; None if that is not found within the limits."""
        left, right = Reached(first.term, ()), Reached(second.term, ())
        if self.same(first.term, second.term):
            return Join((), ())
        ours, theirs = self.normal(left), self.normal(right)
        if ours is None or theirs is None:
            return _search(left, right, self._stepped, DEPTH)
        if self.same(ours.term, theirs.term):
            return Join(ours.path, theirs.path)
        if unrolls(first.redex) or unrolls(second.redex):
            sides = self._residual(term, first, second.redex), self._residual(term, second, first.redex)
            if self.same(sides[0].term, sides[1].term):
                return Join(sides[0].path, sides[1].path)
        return _search(ours, theirs, self._unrolled, ROUNDS)

    def ends(self, term: Term) -> bool:
        """Whether a normal form without unrolling is reached."""
        return self.normal(Reached(term, ())) is not None

    def _residual(self, term: Term, side: Fork, other: Redex[Rule]) -> Reached:
        """The normal form of a reduct, if it has one, after the other redex too if that is an unrolling."""
        after = Reached(side.term, ())
        if unrolls(other):
            for position in reversed(residuals(term, other.position, side.redex)):
                redex = at(other.rule, position)
                after = Reached(contract(after.term, redex), (*after.path, redex))
        return self.normal(after) or after

    def normal(self, start: Reached) -> Reached | None:
        """The normal form without unrolling; None if it is not reached."""
        term, path = start.term, list(start.path)
        for number in range(NORMAL):
            if term not in self._following:
                redex = next((item for item in self.redexes(term) if not unrolls(item)), None)
                self._following[term] = None if redex is None else Reached(contract(term, redex), (redex,))
            following = self._following[term]
            if following is None:
                return Reached(term, tuple(path))
            term = following.term
            path += following.path
            if number > MANY and size(term) > LARGEST:
                return None
        return None

    def _unrolled(self, reached: Reached) -> Iterable[Reached]:
        for redex in self.redexes(reached.term):
            if unrolls(redex):
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


def unrolls(redex: Redex[Rule]) -> bool:
    return redex.rule.name == UNROLL.name


def at(rule: Rule, position: Iterable[int]) -> Redex[Rule]:
    """The redex of a rule at a position."""
    link: Any = None
    for index in position:
        link = (link, index, None)
    return Redex(rule, link)


_SOURCE = Source("")
_PLACE, _MARKED = Span(_SOURCE, 0, 0, 0), Span(_SOURCE, 0, 0, 0)


def residuals(term: Term, loop: tuple[int, ...], redex: Redex[Rule]) -> list[tuple[int, ...]]:
    """Where a loop of a term is after a contraction, from left to right.

    Contraction keeps the places in a text of what it moves, so the loop is given one and looked for.
    """
    if unrolls(redex):
        above = redex.position
        inside = loop[len(above) :]
        if loop[: len(above)] != above or not inside:
            return [loop]
        return [(*above, *inside), (*above, 1, *inside)]
    found: list[tuple[int, ...]] = []
    stack: list[tuple[Term, tuple[int, ...]]] = [(contract(_located(term, loop), redex), ())]
    while stack:
        item, position = stack.pop()
        if item.span is _MARKED:
            found.append(position)
        stack += [(child, (*position, index)) for index, child in enumerate(item.children)][::-1]
    return found


def _located(term: Term, loop: tuple[int, ...]) -> Term:
    """The term as if it were from a text, one loop of it at a place of its own."""
    done: list[Term] = []
    todo: list[tuple[Term, tuple[int, ...], bool]] = [(term, (), False)]
    while todo:
        item, position, ready = todo.pop()
        if ready or not item.children:
            split = len(done) - len(item.children)
            children = tuple(done[split:])
            done[split:] = [Term(item.op, item.label, children, _MARKED if position == loop else _PLACE)]
            continue
        todo.append((item, position, True))
        todo += [(child, (*position, index), False) for index, child in enumerate(item.children)][::-1]
    return done.pop()


def replayed(term: Term, path: Path) -> list[Step]:
    """The steps of a path from a term."""
    steps: list[Step] = []
    for number, redex in enumerate(path, 1):
        term = contract(term, redex)
        steps.append(Step(redex.rule.name, redex.position, None, term, number))
    return steps
