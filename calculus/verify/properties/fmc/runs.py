"""Runs of the reference machine, and what it means for two of them to end alike."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from calculus.fmc.equality import Outcome as Ended
from calculus.fmc.normal import normal_form
from calculus.fmc.permutation import canonical_form
from calculus.machine.effects import Effects
from calculus.machine.instructions import Jump, jump
from calculus.machine.reference.machine import advance, can_move
from calculus.machine.state import Closure, State, Status
from calculus.term import Term
from calculus.term.node import size
from calculus.verify.certificates import claims
from calculus.verify.finding import Claim
from calculus.verify.independent import MOST
from calculus.verify.property import Tally

Memory = Mapping[str, list[Term]]

LIMIT = 150
"""Transitions of a run; one that is longer is given up."""
STEPS = 2_000
"""Transitions for the normal form of a value."""


class Outcome(NamedTuple):
    """What a run came to: `done`, `stuck`, or still `running` at its limit."""

    status: Status
    exit: Jump | None
    stacks: Memory
    kind: str | None
    steps: int

    def __str__(self) -> str:
        """`1 2` and `J` for what is on the stacks and the label, in that order."""
        if self.status == "done":
            assert self.exit is not None
            return f"{shown(self.stacks)}, leaves with {jump(self.exit)}"
        if self.status == "stuck":
            return f"stuck ({self.kind}) at {shown(self.stacks)}"
        return f"{self.status} after {self.steps} steps"


def shown(stacks: Memory) -> str:
    """Stacks in words, bottom first."""
    parts = []
    for name, values in stacks.items():
        listed = " ".join(f"[{value.text(80)}]" for value in values)
        parts.append(listed if name == "λ" else f"{name}: {listed}")
    return "; ".join(parts) or "nothing on the stacks"


def run(
    term: Term,
    stacks: Memory | None = None,
    definitions: Mapping[str, Term] | None = None,
    inputs: Iterable[Term] = (),
    *,
    seed: int = 0,
    limit: int = LIMIT,
) -> Outcome:
    """A run of the reference machine."""
    start = {name: [Closure(value, {}) for value in values] for name, values in (stacks or {}).items()}
    state = State(term, definitions, start, Effects(inputs, seed))
    advance(state, limit)
    can_move(state)
    return outcome(state)


def outcome(state: State) -> Outcome:
    memory = state.memory() if state.status == "done" or state.status == "stuck" else {}
    kind = state.error.kind if state.error else None
    return Outcome(state.status, state.exit, memory, kind, state.steps)


def difference(left: Outcome, right: Outcome, tally: Tally | None = None, values: bool = True) -> bool:
    """Whether two runs that ended well ended differently: other labels, other heights of stacks, or (unless
    only those are to be looked at) values that are not equal up to reduction and permutation. Values without
    a normal form that is soon found are counted.
    """
    if left.exit != right.exit or type(left.exit) is not type(right.exit):
        return True
    if left.stacks.keys() != right.stacks.keys():
        return True
    for name, ours in left.stacks.items():
        theirs = right.stacks[name]
        if len(ours) != len(theirs):
            return True
        if values and any(not same(*pair, tally) for pair in zip(ours, theirs, strict=True)):
            return True
    return False


def same(left: Term, right: Term, tally: Tally | None = None) -> bool:
    """Whether two values are equal up to reduction and permutation, or that cannot be told."""
    if canonical_form(left) is canonical_form(right):
        return True
    ours, theirs = (normal_form(value, max_steps=STEPS).term for value in (left, right))
    if ours is None or theirs is None:
        if tally is not None:
            tally.count("values given up")
        return True
    return canonical_form(ours) is canonical_form(theirs)


def runs_claim(term: Term, result: Outcome, stacks: Memory | None = None) -> Claim | None:
    """A claim that a run ends so, unless its values are too large to be written down."""
    assert result.exit is not None
    if any(size(value) > MOST for values in result.stacks.values() for value in values):
        return None
    return claims.runs(term, Ended(result.exit, result.stacks), stacks=stacks)
