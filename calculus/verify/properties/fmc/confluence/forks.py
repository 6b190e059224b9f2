"""Every fork of small terms joins, by the engine that everyone uses, with the sequences that join it."""

from itertools import combinations

from calculus.fmc.reduction import Finder, contract
from calculus.fmc.rules import RULES
from calculus.term import Term
from calculus.term.node import size
from calculus.verify.certificates.claims import joins
from calculus.verify.properties.fmc.confluence.encoding import Signature
from calculus.verify.properties.fmc.confluence.joining import Fork, Joiner, replayed
from calculus.verify.property import Check, Tally

CLAIMED = 4
"""Nodes of the terms whose forks are written into a certificate."""


def checked(_: Signature) -> Check:
    """Looks at the forks of terms, one after the other."""
    redexes = Finder(RULES).redexes
    joiner = Joiner(redexes)

    def violation(term: Term, tally: Tally) -> str | None:
        sides: dict[Term, Fork] = {}
        for redex in redexes(term):
            after = contract(term, redex)
            sides.setdefault(joiner.nameless(after), Fork(redex, after))
        for left, right in combinations(sides.values(), 2):
            tally.count("forks")
            join = joiner.join(term, left, right)
            if join is None and not (joiner.ends(left.term) and joiner.ends(right.term)):
                tally.count("given up")
                continue
            if join is None:
                return f"{left}; {right}; no common reduct was found"
            if tally.certify and size(term) <= CLAIMED:
                paths = replayed(left.term, join.left), replayed(right.term, join.right)
                tally.claims.append(joins("fmc", term, left.step(), right.step(), *paths))
        return None

    return violation
