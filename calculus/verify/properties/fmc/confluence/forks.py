"""Every fork of small terms joins, by the engine that everyone uses, with the sequences that join it."""

from itertools import combinations

from calculus.fmc.reduction import contract, redexes
from calculus.fmc.rules import Rule
from calculus.machine.rewriting import Redex, Step
from calculus.term import Term, nameless
from calculus.term.node import size
from calculus.verify.certificates import joins
from calculus.verify.properties.fmc.confluence.encoding import Signature
from calculus.verify.properties.fmc.confluence.joining import Joiner, replayed
from calculus.verify.property import Check, Tally

CLAIMED = 4
"""Nodes of the terms whose forks are written into a certificate."""


def reducts(term: Term) -> list[tuple[Redex[Rule], Term]]:
    """The different reducts of a term, each with the first redex that gives it."""
    found: dict[Term, tuple[Redex[Rule], Term]] = {}
    for redex in redexes(term):
        after = contract(term, redex)
        found.setdefault(nameless(after), (redex, after))
    return list(found.values())


def checked(_: Signature) -> Check:
    """Looks at the forks of terms, one after the other."""
    joiner = Joiner(redexes)

    def violation(term: Term, tally: Tally) -> str | None:
        for (first, left), (second, right) in combinations(reducts(term), 2):
            tally.count("forks")
            join = joiner.join(left, right)
            if join is None:
                return f"{told(first, left)}; {told(second, right)}; no common reduct was found"
            if tally.certify and size(term) <= CLAIMED:
                tally.claims.append(
                    joins(
                        "fmc",
                        term,
                        Step(first.rule.name, first.position, None, left, 1),
                        Step(second.rule.name, second.position, None, right, 1),
                        replayed(left, join.left),
                        replayed(right, join.right),
                    )
                )
        return None

    return violation


def told(redex: Redex[Rule], after: Term) -> str:
    return f"{redex.rule.name} gives {after}"
