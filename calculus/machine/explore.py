"""All outcomes of a run that makes choices, found fairly.

Each pop from a choice source splits a run in two. The branches advance by turns, the one with the
fewest transitions first, so every outcome is found even if other branches never end, and outcomes
come in the order of the transitions they took (at equal counts, that of the branch split off
first; `True` comes before `False`). With `merge`, outcomes that are equal up to the names of bound
variables are one answer with a count.
"""

from collections.abc import Collection, Hashable, Iterator
from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import Any

from calculus.machine.budget import Budget, StoppedBy
from calculus.machine.effects import FALSE, TRUE, Kind
from calculus.machine.instructions import Jump, jump
from calculus.machine.reference import can_move, made_much, resume, step
from calculus.machine.result import Displayed, value_text
from calculus.machine.state import Closure, State
from calculus.source.diagnostic import Diagnostic, UsageProblem
from calculus.term import Term, nameless

SLICE = 256
"""Transitions a branch makes before the next has its turn."""

LOOK = 1024
"""Transitions, of all branches, between two looks at the clock and the memory."""

BOTH = (Closure(TRUE, {}), Closure(FALSE, {}))
"""The answers to a choice, in the order they are tried."""


@dataclass
class Answer:
    """An outcome: `status` is `done` (then `exit` is the label) or `stuck` (then `error` says why).

    `stacks` are the non-empty ones, bottom first, as closed terms; `steps` counts the transitions
    of this branch from the beginning; `multiplicity` grows while further equal outcomes are merged
    into this one.
    """

    status: str
    exit: Jump | None
    stacks: dict[str, list[Term]]
    error: Diagnostic | None
    steps: int
    multiplicity: int = 1

    @classmethod
    def of(cls, state: State) -> "Answer":
        return cls(state.status, state.exit, state.memory(), state.error, state.steps)

    def key(self) -> Hashable:
        """Equal for outcomes that are the same up to the names of bound variables."""
        return outcome_key(self.status, self.exit, self.stacks, self.error)

    def to_json(self) -> dict[str, Any]:
        entry: dict[str, Any] = {
            "exit": None if self.exit is None else str(jump(self.exit)),
            "stacks": {name: [value_text(value) for value in values] for name, values in self.stacks.items()},
            "status": self.status,
            "multiplicity": self.multiplicity,
        }
        if self.error:
            entry["error"] = self.error.to_json()
        return entry


def outcome_key(
    status: str, exit: Jump | None, stacks: dict[str, list[Term]], error: Diagnostic | None
) -> Hashable:
    """A key that outcomes share just if they have the same label and α-equal stacks.

    Stuck ones must also have the same error at the same place, after however many steps.
    """
    memory = tuple((location, tuple(map(nameless, values))) for location, values in sorted(stacks.items()))
    reason = (error.kind, error.message, error.span) if error else None
    return status, type(exit), exit, reason, memory


@dataclass
class Exploration(Displayed):
    """A search, advanced by iterating over it once; then these say how it went.

    `steps` counts the transitions of all branches, each shared beginning once; `complete` says that
    nothing is left to explore; `stopped_by` is the limit that ended it otherwise; `pending` is the
    number of branches that it left.
    """

    state: State
    budget: Budget
    merge: bool = False
    answers: list[Answer] = field(default_factory=list)
    steps: int = 0
    complete: bool = False
    stopped_by: StoppedBy | None = None
    pending: int = 1
    _look_at: int = 0

    def __iter__(self) -> Iterator[Answer]:
        """The answers as they are found (those of an earlier iteration are not found again).

        Raises `UsageProblem` when a branch waits for the host.
        """
        if self.complete or self.stopped_by:
            return
        if self.budget.max_answers == 0:
            self.stopped_by = "answers"
            return
        known: dict[Hashable, Answer] = {}
        search = self._outcomes()
        while True:
            try:
                final = next(search, None)
            except KeyboardInterrupt:
                self.stopped_by = "interrupt"
                return
            if final is None:
                return
            answer = Answer.of(final)
            if self.merge and (found := known.setdefault(answer.key(), answer)) is not answer:
                found.multiplicity += 1
                continue
            self.answers.append(answer)
            full = len(self.answers) == self.budget.max_answers
            if full and self.pending:
                self.stopped_by = "answers"
            self.complete = self.pending == 0
            yield answer
            if full:
                return

    def _outcomes(self) -> Iterator[State]:
        """The states that end a branch, in order."""
        created = 0
        # Done and stuck branches go back into the queue too, and come out when their turn has come:
        # so the order of the answers does not depend on the slices.
        queue = [(self.state.steps, created, self.state.copy())]
        while queue:
            _, number, branch = heappop(queue)
            self.pending = len(queue) + 1
            if branch.status == "running":
                if stopped := self._advance(branch):
                    self.stopped_by = stopped
                    return
                heappush(queue, (branch.steps, number, branch))
            elif branch.status == "suspended":
                require_choice(branch, "all outcomes are explored")
                self.steps += len(BOTH)
                if self.budget.max_steps is not None and self.steps > self.budget.max_steps:
                    self.steps -= len(BOTH)
                    self.stopped_by = "steps"
                    return
                for value in BOTH:
                    created += 1
                    half = branch.copy()
                    resume(half, value)
                    heappush(queue, (half.steps, created, half))
            else:
                self.pending = len(queue)
                yield branch
        self.complete = True

    def _advance(self, branch: State) -> StoppedBy | None:
        start = branch.steps
        goal = start + SLICE
        if self.budget.max_steps is not None:
            goal = min(goal, start + self.budget.max_steps - self.steps)
        while branch.steps < goal and (rule := step(branch)) is not None:
            if made_much(branch, rule):
                self._look_at = 0
                break
        self.steps += branch.steps - start
        if self.steps == self.budget.max_steps and can_move(branch):
            return "steps"
        if self.steps < self._look_at:
            return None
        self._look_at = self.steps + LOOK
        return self.budget.overdrawn()

    def to_json(self) -> dict[str, Any]:
        """The shape documented for runs that use `nd`; finish the iteration first."""
        return {
            "answers": [answer.to_json() for answer in self.answers],
            "complete": self.complete,
            "steps": self.steps,
            "stopped_by": self.stopped_by,
        }


def explore(state: State, budget: Budget, merge: bool = False) -> Exploration:
    """Search for all outcomes of `state`, which stays as it is; iterate over what this returns.

    Pops of `nd` (and of random sources, if the state's effects are `exact`) go both ways; a random
    source is otherwise sampled, every branch drawing the same numbers. `max_steps` limits all
    branches together, `max_answers` the answers (the merged ones, with `merge`).
    """
    return Exploration(state, budget, merge)


def require_choice(state: State, purpose: str, kinds: Collection[Kind] = ("choice", "random")) -> None:
    """Raise `UsageProblem` if a suspended state waits for anything but such a choice."""
    request = state.request
    assert request is not None
    kind = state.effects.kind(request.location)
    if kind in kinds:
        return
    span = state.term.span
    if kind == "choice":
        raise UsageProblem(
            Diagnostic(
                "location",
                f"{request.location} cannot be used while {purpose}: its outcomes have none",
                span.at_head() if span else None,
                help="draw from rnd, or explore all outcomes instead",
            )
        )
    raise UsageProblem(
        Diagnostic(
            "host",
            f"the host's location {request.location} cannot be used while {purpose}",
            span.at_head() if span else None,
            help="each branch would ask the host again; give the values with `in` instead",
        )
    )
