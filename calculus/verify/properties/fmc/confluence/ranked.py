"""Parts whose subjects are all terms of up to some nodes over a signature, by their ranks."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

from calculus.machine.instructions import LAMBDA, STAR, Jump, jump_text
from calculus.term.node import size as size_of
from calculus.verify.properties.fmc.confluence.encoding import Signature
from calculus.verify.property import Check, Kind, Part, Plan, Tally, look


@dataclass(frozen=True)
class Ranked(Part):
    """Such a part. `size` is how many nodes the terms have by default, and `less` how many they have less
    than a plan asks for.
    """

    name: str
    size: int
    unit: int
    less: int = 0
    locations: tuple[str, ...] = (LAMBDA, "a")
    labels: tuple[Jump, ...] = (STAR, "J")
    loops: bool = False
    primitives: tuple[str, ...] = ()
    literals: tuple[Jump, ...] = ()

    kind: ClassVar[Kind] = "exhaustive"

    def signature(self, plan: Plan) -> Signature:
        size = self.size if plan.size is None else max(1, plan.size - self.less)
        return _signature(size, self.locations, self.labels, self.loops, self.primitives, self.literals)

    def total(self, plan: Plan) -> int:
        return self.signature(plan).total

    def subjects(self, plan: Plan) -> str:
        """Such as `loop-free term of up to 7 nodes over the location λ, …`."""
        lists = (
            ("location", self.locations),
            ("label", [jump_text(label) for label in self.labels]),
            ("literal", [jump_text(label) for label in self.literals]),
            ("primitive", self.primitives),
        )
        over = [f"{what}{'s' * (len(names) > 1)} {' '.join(names)}" for what, names in lists if names]
        kind = "term" if self.loops else "loop-free term"
        return f"{kind} of up to {self.signature(plan).size} nodes over {', '.join(over)} and a free variable"


@lru_cache(32)
def _signature(
    size: int,
    locations: tuple[str, ...],
    labels: tuple[Jump, ...],
    loops: bool,
    primitives: tuple[str, ...],
    literals: tuple[Jump, ...],
) -> Signature:
    return Signature(size, locations, labels, ("f",), loops, primitives, literals)


@dataclass(frozen=True, kw_only=True)
class EachTerm(Ranked):
    """Terms that are looked at one by one. `begin` gives what looks at those of a range."""

    what: str
    """What is claimed, as in `every fork of every {subjects} joins`."""
    begin: Callable[[Signature], Check]

    def statement(self, plan: Plan) -> str:
        return self.what.format(subjects=self.subjects(plan))

    def check(self, plan: Plan, start: int, stop: int) -> Tally:
        signature = self.signature(plan)
        terms = ((rank, signature.decode(signature.words(rank))) for rank in range(start, stop))
        return look(plan, terms, self.begin(signature), str, size_of)
