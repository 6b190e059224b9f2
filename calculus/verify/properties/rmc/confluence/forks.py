"""Forks: two contractions of one term, and the paths that bring what comes of them together again.

A fork of rules that end joins if both sides have one normal form. A fork with an `unroll` may need further
ones: what the other contraction has copied, or what it has made a part of something, is unrolled on the other
side as well, before it is looked for a normal form.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, product

from calculus.machine.rewriting import Redex, Step
from calculus.rmc import reduction
from calculus.rmc.rules import (
    RULES,
    UNROLL,
    Binder,
    Differ,
    Hole,
    NewOf,
    Place,
    PopOf,
    PushOf,
    Rule,
    SequenceOf,
    SumOf,
    Value,
)
from calculus.rmc.structure import canonical_form, flat
from calculus.term import Term
from calculus.verify import certificates
from calculus.verify.properties.rmc.confluence.paths import same
from calculus.verify.property import Tally

_M, _N, _S, _T = Hole("M"), Hole("N"), Value("s"), Value("t")
_A, _B, _X, _Y = Place("a"), Place("b"), Binder("x"), Binder("y")

EQUATIONS: tuple[Rule, ...] = (
    Rule("commute", SumOf(_M, _N), SumOf(_N, _M)),
    Rule("exchange", NewOf(_X, NewOf(_Y, _M)), NewOf(_Y, NewOf(_X, _M))),
    Rule(
        "permute-pushes",
        SequenceOf(PushOf(_S, _A), PushOf(_T, _B)),
        SequenceOf(PushOf(_T, _B), PushOf(_S, _A)),
        (Differ(_A, _B),),
    ),
    Rule(
        "permute-pops",
        SequenceOf(PopOf(_S, _A), PopOf(_T, _B)),
        SequenceOf(PopOf(_T, _B), PopOf(_S, _A)),
        (Differ(_A, _B),),
    ),
)
"""The structural equations that flat terms do not have in their shape, as rules: a fork of one of them and a
rule of reduction is a *cliff*. (Associativity, units and renaming are in how terms are written.)"""

EQUATION_NAMES = frozenset(rule.name for rule in EQUATIONS)

UNROLLS = 2
"""How often an iteration may be unrolled on each side of a fork to join it."""

LONGEST = 2_000
"""Steps to a normal form, after which a fork is given up."""


@dataclass(frozen=True, slots=True)
class Branch:
    """A term after one contraction, and the path that has been taken from there."""

    step: Step
    path: tuple[Step, ...] = ()

    @property
    def term(self) -> Term:
        return self.path[-1].term if self.path else self.step.term

    def __str__(self) -> str:
        return f"{self.step.rule} at {_at(self.step.position)} leads to {self.term}"


def _at(position: Sequence[int]) -> str:
    return ".".join(map(str, position)) or "the root"


def branches(term: Term, rules: tuple[Rule, ...] = RULES) -> list[Branch]:
    """What a flat term comes to by one contraction, in all ways."""
    return [branch(term, redex) for redex in reduction.redexes(term, rules)]


def branch(term: Term, redex: Redex[Rule]) -> Branch:
    """What a flat term comes to by one contraction."""
    return Branch(_stepped(term, redex))


def _stepped(term: Term, redex: Redex[Rule]) -> Step:
    return Step(redex.rule.name, redex.position, None, reduction.contract(term, redex), 1)


def normal(branch: Branch) -> Branch | None:
    """The branch followed to a normal form; None if that is too far."""
    found = reduction.reduce(branch.term, max_steps=LONGEST)
    return Branch(branch.step, (*branch.path, *found.path)) if found.normal else None


def violation(term: Term, tally: Tally, rules: tuple[Rule, ...] = (*RULES, *EQUATIONS)) -> str | None:
    """Every fork of a term joins."""
    term = flat(term)
    return unjoined(term, branches(term, rules), tally)


def unjoined(term: Term, every: Sequence[Branch], tally: Tally) -> str | None:
    """What some contractions of a term come to has one end, up to the structural equations, if need be after
    iterations have been unrolled; else two ends that differ.
    """
    ends = [normal(branch) for branch in every]
    for (one, left), (other, right) in combinations(zip(every, ends, strict=True), 2):
        tally.count("forks")
        if left is None or right is None:
            tally.count("given up")
            continue
        joined: tuple[Branch, Branch] | None = (left, right)
        if not same(left.term, right.term):
            # Only an iteration that is unrolled on one side and not on the other may ask for more.
            unrolled = UNROLL.name in (one.step.rule, other.step.rule)
            joined = join(one, other) if unrolled else None
        if joined is None:
            return f"{left}; {right}"
        left, right = joined
        if tally.certify and not {one.step.rule, other.step.rule} & EQUATION_NAMES:
            claim = certificates.joins("rmc", term, left.step, right.step, left.path, right.path)
            tally.claim(**claim)
    return None


def join(left: Branch, right: Branch) -> tuple[Branch, Branch] | None:
    """The paths that join a fork, with as few further unrollings as that takes."""
    ours, theirs = _Turns(left), _Turns(right)
    orders = [(mine, times - mine) for times in range(2 * UNROLLS + 1) for mine in range(times + 1)]
    orders = [(mine, other) for mine, other in orders if max(mine, other) <= UNROLLS]
    for mine, other in orders:
        for form, one in ours.after(mine).items():
            if form in theirs.after(other):
                return one, theirs.after(other)[form]
    for mine, other in orders:
        for one, another in product(ours.after(mine).values(), theirs.after(other).values()):
            if same(one.term, another.term):
                return one, another
    return None


class _Turns:
    """What a branch comes to after so many unrollings, looked for when it is asked for."""

    def __init__(self, branch: Branch) -> None:
        self.unrolled = [[branch]]
        self.forms: list[dict[Term, Branch]] = []

    def after(self, times: int) -> dict[Term, Branch]:
        """Normal forms, by their canonical forms."""
        while len(self.forms) <= times:
            found = filter(None, map(normal, self._unrolled(len(self.forms))))
            self.forms.append({canonical_form(branch.term): branch for branch in reversed(list(found))})
        return self.forms[times]

    def _unrolled(self, times: int) -> list[Branch]:
        """Terms with so many unrollings, each once."""
        while len(self.unrolled) <= times:
            found: dict[Term, Branch] = {}
            for before in self.unrolled[-1]:
                for redex in reduction.redexes(before.term, (UNROLL,)):
                    after = Branch(before.step, (*before.path, _stepped(before.term, redex)))
                    found.setdefault(after.term, after)
            self.unrolled.append(list(found.values()))
        return self.unrolled[times]
