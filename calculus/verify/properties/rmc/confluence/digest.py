"""Exhaustive parts that leave a digest of the normal forms of small terms, to be found again by others."""

from dataclasses import dataclass

from calculus.machine.relational.instructions import LAMBDA
from calculus.rmc import reduction
from calculus.rmc.normal import normal_form
from calculus.verify.certificates import Digest, enumerated, line
from calculus.verify.finding import Claim
from calculus.verify.property import Exhaustive, Plan, Tally

LARGEST = 6
"""Nodes of the terms whose normal forms are digested."""

SIGNATURE = {"locations": [LAMBDA, "a"], "constructors": [["A", 0], ["S", 1]], "stars": False, "tests": True}
"""Of the space that the digest is about."""


@dataclass(frozen=True)
class Digested(Exhaustive):
    """A part about the terms of `SIGNATURE`. The digest is of the spans of what they are reduced to."""

    def check(self, plan: Plan, start: int, stop: int) -> Tally:
        tally = super().check(plan, start, stop)
        if plan.certify and not tally.failures:
            tally.claims += self._claims(plan, start, stop)
        return tally

    def _claims(self, plan: Plan, start: int, stop: int) -> list[Claim]:
        size = min(LARGEST, self._bound(plan))
        space = self.space(size)
        digest = Digest()
        for term in space.range(start, min(stop, space.total)):
            digest.add(line(term, normal_form(reduction.reduce(term, keep=False).result)))
        return [enumerated("rmc", SIGNATURE, size, digest)] if digest.count else []
