"""Behaviour on memories: what holds on all of them, and the smallest on which something fails."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice, product
from typing import Any

from calculus.machine.budget import Budget, Portion
from calculus.machine.instructions import jump, variable
from calculus.term import Term
from calculus.term.binding import fresh, names_in
from calculus.verify.laws.fmc.paths import Paths, paths
from calculus.verify.laws.fmc.scope import Subject
from calculus.verify.laws.fmc.statements import Slot
from calculus.verify.laws.fmc.values import Values, on_stacks

RUN_STEPS = 5_000
"""Transitions of the runs on one memory of many."""
MEMORIES = 200
"""Memories that are tried."""
CASES = 64
"""Memories that are gone through one by one if there are no others."""
GROWTH = 8
"""Values that are put below the others because runs lack them."""


@dataclass(frozen=True, slots=True)
class Trial:
    """A memory and what the runs on it come to."""

    stacks: Mapping[str, Sequence[Term]]
    paths: Paths


@dataclass
class Memories:
    """The memories that a law is about: those with values in the slots, on top of anything."""

    subject: Subject
    slots: Sequence[Slot]
    budget: Budget
    tried: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.values = Values(self.subject.program.data)

    def run(self, stacks: Mapping[str, Sequence[Term]], steps: int | None = RUN_STEPS) -> Paths:
        limits = [limit for limit in (steps, self.budget.max_steps) if limit is not None]
        budget = Portion(self.budget, min(limits, default=None))
        return paths(self.subject.term, self.subject.definitions, stacks, budget)

    def everywhere(self) -> Paths | None:
        """What the runs come to on every memory, if they never look at a value in it."""
        unknowns: list[Term] = []
        taken = {*self.subject.definitions, *names_in([self.subject.term])}
        for _ in self.slots:
            name = fresh("x", taken)
            taken.add(name)
            unknowns.append(variable(name))
        found = self.run(on_stacks(self.slots, unknowns), None)
        if found.stopped_by:
            self.tried["stopped_by"] = found.stopped_by
        looks = "in" in self.subject.popped() or found.stuck
        return None if looks or not found.complete else found

    def cases(self) -> list[tuple[Term, ...]] | None:
        """All values that the slots may have, if they are few."""
        found: list[list[Term]] = []
        number = 1
        for slot in self.slots:
            values = self.values.all(slot.type)
            if values is None:
                return None
            found.append(values)
            number *= len(values)
        return list(product(*found)) if number <= CASES else None

    def trial(self, values: Sequence[Term]) -> Trial:
        """A memory of these values, on top of as many numbers as the runs need, and what they come to."""
        stacks = on_stacks(self.slots, values)
        found = self.run(stacks)
        for number in range(GROWTH):
            if not found.empty:
                break
            for place in found.empty:
                stacks.setdefault(place, []).insert(0, jump(number))
            found = self.run(stacks)
        return Trial(stacks, found)

    def trials(self) -> Iterator[Trial]:
        """Memories, the smallest first."""
        for number, values in enumerate(islice(self.values.memories(self.slots), MEMORIES), 1):
            if stopped := self.budget.overdrawn():
                self.tried["stopped_by"] = stopped
                return
            self.tried["memories"] = number
            yield self.trial(values)
