"""A search for the answers of a query, on the reference machine."""

from collections.abc import Hashable, Iterator
from dataclasses import replace
from typing import Literal

from calculus.machine.budget import Budget
from calculus.machine.primitives import is_large
from calculus.machine.relational.answers import Answer, Answers
from calculus.machine.relational.ends import Ends, stuck_diagnostic
from calculus.machine.relational.frontier import SLICE, BreadthFirst, Deepening, DepthFirst, Fair, Frontier
from calculus.machine.relational.instructions import SKIP
from calculus.machine.relational.query import Query
from calculus.machine.relational.reference import Stuck, successors
from calculus.machine.relational.seen import RETURNS, Seen
from calculus.machine.relational.state import State, initial, prune, read_back
from calculus.machine.relational.values import evaluate

Strategy = Literal["dfs", "bfs", "deepening", "fair"]
Mode = Literal["multiset", "set"]

KNOWN, SEEN = "known", "seen"
"""What an answer found before, and a state seen before, are in the place of a rule; neither is a step."""

LOOK = 1024
"""Transitions between two looks at the clock and the memory."""

FEW_BINDINGS = 2_000
"""So many bindings of a branch are not worth pruning."""


def frontier(strategy: Strategy, start: State) -> Frontier:
    """The pending states of a search that begins with a state."""
    match strategy:
        case "dfs":
            return DepthFirst([start])
        case "bfs":
            return BreadthFirst([start])
        case "deepening":
            return Deepening(start)
        case "fair":
            return Fair([(SLICE, [start])])


class Search(Answers):
    """A search that is iterated over for its answers, or stepped by transitions; both may be mixed.

    `frontier` holds the pending states, `seen` in set mode those that were seen, `ends` where branches ended
    as long as there is no answer; `failed` says whether the last transition had no successor.
    """

    def __init__(
        self,
        query: Query,
        budget: Budget | None = None,
        *,
        strategy: Strategy = "dfs",
        mode: Mode = "multiset",
        count: bool = False,
        keep: bool = True,
    ) -> None:
        super().__init__(budget=budget or Budget(), merge=count or mode == "set", keep=keep)
        self.query = query
        self.strategy: Strategy = strategy
        self.mode: Mode = mode
        self.names = query.variables
        self.frontier = frontier(strategy, initial(query, self.names))
        self.seen = Seen(len(self.names), strategy == "deepening") if mode == "set" else None
        self.ends = Ends()
        self.failed = False
        if self.seen is not None:
            self.states = 0
        self.known: dict[Hashable, Answer] = {}
        self.count_from_here()

    def count_from_here(self) -> None:
        """The limits of the budget count from here."""
        self._first_step, self._first_answer = self.steps, self.found
        self._look_at = self.steps
        self._prune_at = FEW_BINDINGS

    def __iter__(self) -> Iterator[Answer]:
        return self.until(None)

    def until(self, steps: int | None) -> Iterator[Answer]:
        """The answers that are left to be found, or those that are before so many transitions are made."""
        if self.budget.max_answers == 0 and not self.over:
            self.stopped_by = "answers"
        try:
            while not self.over and self.steps != steps:
                event = self.advance()
                if isinstance(event, Answer):
                    yield event
        except KeyboardInterrupt:
            self.stopped_by = "interrupt"
        self.deaths = [] if self.found else self.ends.diagnostics()

    def go_on(self, budget: Budget) -> None:
        """Search on under another budget, whose steps and answers count from here."""
        self.budget = budget
        self.stopped_by = None
        self.count_from_here()

    @property
    def over(self) -> bool:
        """Whether the search has ended, one way or another."""
        return self.complete or self.stopped_by is not None or self.error is not None

    def step(self) -> str | None:
        """Make one attempted transition and return its rule's name; None if the search has ended.

        Answers that are met on the way are kept in `answers`.
        """
        while not self.over:
            event = self.advance()
            if isinstance(event, str) and event not in (KNOWN, SEEN):
                return event
        return None

    def advance(self) -> Answer | str | None:
        """Go on by one event: a new answer, an answer or a state that is not new, or a transition.

        Returns the answer, `KNOWN`, `SEEN`, or the transition's rule; None when the search ends instead,
        and then how is said.
        """
        pending, seen = self.frontier, self.seen
        state = pending.take()
        while state is None:
            if not pending.again():
                self.complete = True
                return None
            self._forget()
            state = pending.take()
        op = state.term.op
        if op is SKIP and state.frames is None:
            return self._found(state)
        if self._overdrawn():
            pending.put_back(state)
            return None
        if seen is not None and op in RETURNS:
            if seen.before(state):
                return SEEN
            self.states = len(seen)
        return self._move(state)

    def _forget(self) -> None:
        """Begin again, with the bound raised."""
        self.ends.clear()
        if self.seen is not None:
            self.seen.clear()

    def _overdrawn(self) -> bool:
        if self.steps >= self._look_at:
            self._look_at = self.steps + LOOK
            self.stopped_by = self.budget.overdrawn()
        if self.budget.max_steps is not None and self.steps - self._first_step >= self.budget.max_steps:
            self.stopped_by = "steps"
        return self.stopped_by is not None

    def _move(self, state: State) -> str | None:
        if len(state.bindings) > self._prune_at:
            state = prune(state, len(self.names))
            self._prune_at = max(FEW_BINDINGS, 2 * len(state.bindings))
        self.steps += 1
        try:
            rule, following = successors(state, self.query.definitions)
        except Stuck as stuck:
            self.error = stuck_diagnostic(state, stuck, self.steps)
            return None
        self.failed = not following
        if self.failed and not self.found:
            self.ends.add(state)
        if rule == "relation" and following and _made_much(state, following[0]):
            self._look_at = 0
        self.frontier.give(following)
        return rule

    def _found(self, state: State) -> Answer | str:
        """Keep an answer and return it, if it is new."""
        if not self.frontier.reports(state):
            return KNOWN
        bound, stacks = read_back(state, len(self.names))
        answer = Answer(dict(zip(self.names, bound, strict=True)), stacks)
        if self.merge and (known := self.known.setdefault(answer.key(), answer)) is not answer:
            known.multiplicity += 1
            return KNOWN
        self.found += 1
        self.ends.clear()
        if self.keep:
            self.answers.append(answer)
        self.complete = self.frontier.exhausted
        if self.found - self._first_answer == self.budget.max_answers and not self.complete:
            self.stopped_by = "answers"
        return answer

    def copy(self) -> "Search":
        """An independent search in the same state."""
        new = Search.__new__(Search)
        new.__dict__.update(self.__dict__)
        new.frontier, new.ends = self.frontier.copy(), self.ends.copy()
        new.seen = None if self.seen is None else self.seen.copy()
        copies = {id(answer): replace(answer) for answer in (*self.answers, *self.known.values())}
        new.answers = [copies[id(answer)] for answer in self.answers]
        new.known = {key: copies[id(answer)] for key, answer in self.known.items()}
        return new


def _made_much(before: State, after: State) -> bool:
    """Whether a relation has made an integer so large that the budget should be looked at at once."""
    values = (evaluate(child, before.environment, after.bindings) for child in before.term.children)
    return any(not isinstance(value, int) and is_large(value.label) for value in values)
