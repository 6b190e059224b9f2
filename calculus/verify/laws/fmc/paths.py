"""All that a run can come to, whatever the random sources and `nd` deliver.

The states that wait for a draw are the nodes of a graph, two being one if nothing can tell them apart (see
`calculus.machine.identity`). The graph may be finite although some run goes on for ever: then it has a cycle,
or the machine comes back to a state between two draws.
"""

from collections import deque
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field

from calculus.machine.budget import Budget
from calculus.machine.effects import Effects
from calculus.machine.explore import BOTH, Answer
from calculus.machine.identity import Identity, Watch, simplify_last_frame
from calculus.machine.instructions import LAMBDA, POP
from calculus.machine.reference import can_move, made_much, resume, step
from calculus.machine.state import Closure, State
from calculus.term import Term

SLICE = 1024
"""Transitions between two looks at the clock and the memory."""
MOST_STATES = 2_000
"""States that wait for a draw that are gone on from."""


@dataclass
class Paths:
    """What the runs of a term on a memory come to.

    `outcomes` are the different ones in which runs end, `empty` the locations at which one of them is stuck
    because nothing is left there. `draws` is a sequence of draws after which a run goes
    on for ever, if there is one: without more of them or, if there are some in `again`, with those for ever.
    `complete` says that nothing is left to explore.
    """

    outcomes: list[Answer] = field(default_factory=list)
    empty: set[str] = field(default_factory=set)
    draws: tuple[str, ...] | None = None
    again: tuple[str, ...] = ()
    complete: bool = False
    steps: int = 0
    states: int = 0
    stopped_by: str | None = None

    @property
    def ended(self) -> bool:
        """Whether all runs end."""
        return self.complete and self.draws is None

    @property
    def stuck(self) -> bool:
        """Whether some run is stuck."""
        return any(outcome.error is not None for outcome in self.outcomes)


def paths(
    term: Term,
    definitions: Mapping[str, Term],
    stacks: Mapping[str, Sequence[Term]],
    budget: Budget,
    inputs: Sequence[Term] = (),
) -> Paths:
    """What the runs of a term on a memory come to. `budget` limits the transitions of all together."""
    memory = {place: [Closure(value, {}) for value in values] for place, values in stacks.items()}
    return _Explorer(State(term, definitions, memory, Effects(inputs, exact=True)), budget).explored()


@dataclass
class _Run:
    """A run on its way from a state of the graph (-1: the beginning) by a draw."""

    origin: int
    draw: str
    state: State


class _Explorer:
    def __init__(self, state: State, budget: Budget) -> None:
        self.budget = budget
        self.identity = Identity()
        self.found = Paths()
        self.keys: dict[Hashable, int] = {}
        self.known: set[Hashable] = set()
        self.edges: list[list[tuple[int, str]]] = []
        self.parents: list[tuple[int, str]] = []
        self.queue = deque([_Run(-1, "", state)])
        self.loop: tuple[int, str] | None = None

    def explored(self) -> Paths:
        found = self.found
        while self.queue and found.stopped_by is None:
            self.follow(self.queue.popleft())
        found.complete = found.stopped_by is None
        found.states = len(self.edges)
        if self.loop is not None:
            found.draws = self.draws(self.loop)
        elif (cycle := self.cycle()) is not None:
            start, found.again = cycle
            found.draws = self.draws(self.parents[start])
        return found

    def follow(self, run: _Run) -> None:
        """Run until the next draw, the end, or a state that has been met since the last draw."""
        state, watch = run.state, Watch(self.identity)
        begun = state.steps
        while (rule := step(state)) is not None:
            if rule == "sequence":
                simplify_last_frame(state.frames)
            if watch.repeats(state):
                self.loop = self.loop or (run.origin, run.draw)
                break
            if (made_much(state, rule) or state.steps % SLICE == 0) and self.overdrawn(state.steps - begun):
                return
        if self.overdrawn(state.steps - begun):
            return
        self.found.steps += state.steps - begun
        if can_move(state):
            return
        if state.status == "suspended":
            self.waits(run, state)
            return
        if state.error is not None and state.error.kind == "stack":
            self.found.empty.add(state.term.label[0] if state.term.op is POP else LAMBDA)
        answer = Answer.of(state)
        if answer.key() not in self.known:
            self.known.add(answer.key())
            self.found.outcomes.append(answer)

    def overdrawn(self, more: int) -> bool:
        limit = self.budget.max_steps
        if limit is not None and self.found.steps + more > limit:
            self.found.stopped_by = "steps"
        else:
            self.found.stopped_by = self.budget.overdrawn()
        return self.found.stopped_by is not None

    def waits(self, run: _Run, state: State) -> None:
        """A run that waits for a draw: a state of the graph, perhaps a new one."""
        key = self.identity.key(state)
        number = self.keys.get(key)
        if number is None:
            number = self.keys[key] = len(self.edges)
            self.edges.append([])
            self.parents.append((run.origin, run.draw))
            if number >= MOST_STATES:
                self.found.stopped_by = "states"
                return
            for value in BOTH:
                half = state.copy()
                resume(half, value)
                self.queue.append(_Run(number, str(value.term), half))
        if run.origin >= 0:
            self.edges[run.origin].append((number, run.draw))

    def draws(self, last: tuple[int, str]) -> tuple[str, ...]:
        """The draws that lead somewhere, the last of them included."""
        found: list[str] = []
        number, draw = last
        while number >= 0:
            found.append(draw)
            number, draw = self.parents[number]
        return tuple(item for item in reversed(found) if item)

    def cycle(self) -> tuple[int, tuple[str, ...]] | None:
        """A state of the graph that can be come back to, and the draws that do so."""
        done = [False] * len(self.edges)
        for root in range(len(self.edges)):
            path: list[int] = []
            drawn: list[str] = []
            places: dict[int, int] = {}
            stack: list[tuple[int, str, bool]] = [(root, "", False)]
            while stack:
                number, draw, leave = stack.pop()
                if leave:
                    del places[path.pop()]
                    drawn.pop()
                    done[number] = True
                elif number in places:
                    return number, (*drawn[places[number] + 1 :], draw)
                elif not done[number]:
                    places[number] = len(path)
                    path.append(number)
                    drawn.append(draw)
                    stack.append((number, draw, True))
                    stack += [(other, by, False) for other, by in self.edges[number]]
        return None
