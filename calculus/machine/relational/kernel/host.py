"""A search on the kernel."""

from collections.abc import Hashable, Iterator

import numpy as np
from immutables import Map

from calculus.machine.budget import Budget
from calculus.machine.kernel.buffers import OutOfMemory
from calculus.machine.relational.answers import Answer, Answers
from calculus.machine.relational.ends import stuck_diagnostic
from calculus.machine.relational.goals import as_calls
from calculus.machine.relational.kernel import calls, collector, jit, seen
from calculus.machine.relational.kernel.machine import Event, Machine
from calculus.machine.relational.query import Query
from calculus.machine.relational.reference import Stuck, successors
from calculus.machine.relational.search import Mode
from calculus.machine.relational.values import Reading, Value
from calculus.machine.state import location_order
from calculus.term import Term

SLICE = 2_000_000
"""Transitions between two looks at the clock and the memory."""
LOOK = 64
"""Answers between two such looks."""


def supports(query: Query) -> bool:
    """Whether the kernel can search for the answers of a query."""
    return calls.supports(query)


class KernelSearch(Answers):
    """A depth-first search, with the same answers in the same order as on the reference machine.

    `steps` may be fewer: alternatives that are seen to fail are not tried. The first `skip` answers are
    found but not given.
    """

    def __init__(
        self,
        query: Query,
        budget: Budget | None = None,
        *,
        mode: Mode = "multiset",
        count: bool = False,
        keep: bool = True,
        skip: int = 0,
    ) -> None:
        super().__init__(budget=budget or Budget(), merge=count or mode == "set", keep=keep)
        self.engine = "kernel"
        self.query = query
        self.mode: Mode = mode
        self._skip = skip
        self._met = 0
        self._known: dict[Hashable, Answer] = {}
        self._names = query.variables
        self._machine: Machine | None = None
        if mode == "set":
            self.states = 0

    @property
    def over(self) -> bool:
        """Whether the search has ended, one way or another."""
        return self.complete or self.stopped_by is not None or self.error is not None

    def __iter__(self) -> Iterator[Answer]:
        if self.budget.max_answers == 0 and not self.over:
            self.stopped_by = "answers"
        try:
            while not self.over:
                answer = self._advance()
                if answer is not None:
                    yield answer
        except OutOfMemory:
            self.stopped_by = "memory"
        except KeyboardInterrupt:
            self.stopped_by = "interrupt"
        finally:
            if self.over and self._machine is not None:
                self._machine.release()
                self._machine = None

    def _advance(self) -> Answer | None:
        """Go on to the next answer, or for a slice of transitions."""
        machine = self._machine
        if machine is None:
            exact = self.mode == "set"
            query = self.query if exact else as_calls(self.query) or self.query
            machine = self._machine = Machine(query, self.budget, exact)
        goal = machine.steps + SLICE
        if self.budget.max_steps is not None:
            goal = min(goal, self.budget.max_steps)
        event = machine.run(goal)
        self.steps = machine.steps
        if machine.states is not None:
            self.states = len(machine.states)
        match event:
            case Event.END:
                self.complete = True
            case Event.STUCK:
                self._explain(machine)
            case Event.LIMIT:
                self.stopped_by = self.budget.overdrawn()
                if self.stopped_by is None and goal == self.budget.max_steps:
                    self.stopped_by = "steps"
            case Event.ANSWER:
                return self._found(machine)
        return None

    def _explain(self, machine: Machine) -> None:
        state = machine.stuck_state()
        try:
            successors(state, {})
        except Stuck as stuck:
            self.error = stuck_diagnostic(state, stuck, self.steps)

    def _found(self, machine: Machine) -> Answer | None:
        """Keep an answer and return it, if it is new and not to be skipped."""
        bound, stacks = machine.answer()
        answer = self._answer(bound, stacks)
        machine.fail()
        self._met += 1
        if self._met % LOOK == 0 and machine.pending:
            self.stopped_by = self.budget.overdrawn()
        if self.merge:
            known = self._known.setdefault(answer.key(), answer)
            if known is not answer:
                known.multiplicity += 1
                return None
        self.found += 1
        if self.keep:
            self.answers.append(answer)
        self.complete = not machine.pending
        if self.found == self.budget.max_answers and not self.complete:
            self.stopped_by = "answers"
        return answer if self.found > self._skip else None

    def _answer(self, bound: list[Value], stacks: dict[str, list[Value]]) -> Answer:
        reading = Reading(Map())
        terms = reading.terms(bound)
        memory: dict[str, list[Term]] = {
            name: reading.terms(stacks[name]) for name in sorted(stacks, key=location_order)
        }
        return Answer(dict(zip(self._names, terms, strict=True)), memory)


def compile_kernel() -> None:
    """Have Numba compile, or load, the jitted functions, by calling them on next to nothing."""
    none = np.zeros(16, np.int64)
    regs = np.zeros(jit.REGISTERS, np.int64)
    jit.run(none, none, none, none, none, none, none, none, none, regs, none, none, none, none)
    seen.rehash(none, none, none)
    seen.rehash_pairs(none, none)
    ends = np.full(4, -1, np.int64)
    collector.collect(
        *(none, none, none, 1, 1, none, ends, none, 0, none, none, 2, 0, none, 0, none, 0, none, none, 1)
    )
