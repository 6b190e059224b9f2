"""Exact inference: the distribution over the outcomes of a run that draws random Booleans.

The states that wait for a draw are the states of a Markov chain; two are the same if stacks, term,
continuation stack and remaining inputs are α-equal after simplifying frames (see
`calculus.machine.identity`). Between two draws the machine just runs. If only finitely many states
can be reached the linear system of the chain is solved exactly; otherwise, at a limit, what has
been found is solved, with all the rest counted as `unexplored`: every probability is then a lower
bound, too small by at most that much.

Runs that go on for ever have no outcome. They are found, and counted as `diverges`, when the chain
cannot leave a set of states or when a run between two draws comes back to a state; one that never
repeats a state uses up the budget and is `unexplored`.
"""

from collections.abc import Hashable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from heapq import heappop, heappush
from typing import Any, Literal

from calculus.machine.budget import Budget, StoppedBy
from calculus.machine.chain import Row, absorption
from calculus.machine.effects import Kind
from calculus.machine.explore import BOTH, outcome_key, require_choice
from calculus.machine.identity import Identity, Watch, simplify_last_frame
from calculus.machine.instructions import Jump, jump
from calculus.machine.reference import can_move, made_much, resume, step
from calculus.machine.result import Displayed, value_text
from calculus.machine.state import State
from calculus.source.diagnostic import Diagnostic
from calculus.term import Term

ExactStop = StoppedBy | Literal["depth", "states"]

MAX_STATES = 2048
"""States of the chain gone on from unless told otherwise: a chain may have infinitely many."""

MAX_STEPS = 5_000_000
"""Transitions made unless the budget says otherwise: a run between two draws may never end."""

SLICE = 1024
"""Transitions of one run before others have their turn."""

BOUND_BITS = 128
"""Lower bounds are rounded down to multiples of 2⁻¹²⁸ if their denominators are larger."""

_DRAWS: tuple[Kind, ...] = ("random",)

DIVERGES, UNEXPLORED = -1, -2
_OUTCOMES = -3
"""The ends of the chain: these two, and from here downwards the outcomes."""


@dataclass(frozen=True)
class Entry:
    """An outcome: `status` is `done` (then there is an `exit`) or `stuck` (then an `error`)."""

    probability: Fraction
    exit: Jump | None
    stacks: dict[str, list[Term]]
    status: str = "done"
    error: Diagnostic | None = None

    def to_json(self) -> dict[str, Any]:
        entry: dict[str, Any] = {
            "probability": fraction_text(self.probability),
            "exit": None if self.exit is None else str(jump(self.exit)),
            "stacks": {name: [value_text(item) for item in items] for name, items in self.stacks.items()},
        }
        if self.status != "done":
            entry["status"] = self.status
            entry["error"] = self.error.to_json() if self.error else None
        return entry


@dataclass(frozen=True)
class Distribution(Displayed):
    """The outcomes, most probable first, and the mass of the runs that have none.

    The probabilities, `diverges` and `unexplored` add up to 1. They are exact if `unexplored` is 0,
    lower bounds otherwise, and `stopped_by` then says which limit it was. `steps` counts
    transitions, `states` the states of the chain.
    """

    entries: tuple[Entry, ...]
    diverges: Fraction
    unexplored: Fraction
    stopped_by: ExactStop | None
    steps: int
    states: int

    def to_json(self) -> dict[str, Any]:
        """The shape documented for `--exact`."""
        return {
            "distribution": [entry.to_json() for entry in self.entries],
            "diverges": fraction_text(self.diverges),
            "unexplored": fraction_text(self.unexplored),
            "stopped_by": self.stopped_by,
            "steps": self.steps,
            "states": self.states,
        }


def fraction_text(value: Fraction) -> str:
    """`2/3`, or `2` for a whole number, of any length."""
    # Unlike `str` of an integer, `Decimal` sets no limit to the digits.
    parts = [format(Decimal(part), "f") for part in value.as_integer_ratio()]
    return parts[0] if parts[1] == "1" else "/".join(parts)


def infer(
    state: State, budget: Budget, depth: int | None = None, max_states: int = MAX_STATES
) -> Distribution:
    """The distribution over the outcomes of `state`, which itself stays as it is.

    `depth` is the number of draws after which a run is followed no further (unless fewer lead to
    the same state). Raises `UsageProblem` when a run pops from `nd` or waits for the host: neither
    has probabilities.
    """
    search = _Search(budget, depth, max_states)
    search.start(state)
    try:
        search.run()
    except KeyboardInterrupt:
        search.stopped_by = "interrupt"
    return search.distribution()


@dataclass
class _Run:
    """A run on its way from a state of the chain, after the answer `side`, to the next."""

    origin: int
    side: int
    state: State
    watch: Watch


class _Search:
    def __init__(self, budget: Budget, depth: int | None, max_states: int) -> None:
        self.budget = budget
        self.max_steps = MAX_STEPS if budget.max_steps is None else budget.max_steps
        self.depth = depth
        self.max_states = max_states
        self.identity = Identity()
        self.steps = 0
        self.stopped_by: ExactStop | None = None
        # Of each state of the chain: the machine that waits there (None once it has gone on), the
        # fewest draws that lead there, and where the two answers lead. State 0 is the beginning,
        # with one way on.
        self.waiting: list[State | None] = [None]
        self.draws = [-1]
        self.ways: list[list[int | None]] = [[None]]
        self.known: dict[Hashable, int] = {}
        self.outcomes: dict[Hashable, int] = {}
        self.examples: list[State] = []
        self.queue: list[tuple[int, int, _Run]] = []
        self.created = 0

    def start(self, state: State) -> None:
        first = state.copy()
        first.effects.exact = True
        frames, first.frames = first.frames, []
        for frame in frames:
            first.frames.append(frame)
            simplify_last_frame(first.frames)
        self.put(0, _Run(0, 0, first, Watch(self.identity)))

    def put(self, turn: int, run: _Run) -> None:
        self.created += 1
        heappush(self.queue, (turn, self.created, run))

    def run(self) -> None:
        while self.queue and self.stopped_by in (None, "depth", "states"):
            turn, _, run = heappop(self.queue)
            end = self.advance(run)
            if end is None:
                # Later runs of fewer transitions have their turn first, so none is waited for in
                # vain.
                self.put(turn + 1, run)
            else:
                self.ways[run.origin][run.side] = end
                if end >= 0:
                    self.reached(end, self.draws[run.origin] + 1)

    def advance(self, run: _Run) -> int | None:
        """Go on for a while; where the run ends, or None if it has not ended."""
        state, watch = run.state, run.watch
        goal = min(state.steps + SLICE, state.steps + self.max_steps - self.steps)
        begun = state.steps
        while state.steps < goal:
            rule = step(state)
            if rule is None:
                break
            if rule == "sequence":
                simplify_last_frame(state.frames)
            if made_much(state, rule):
                break
            if watch.repeats(state):
                self.steps += state.steps - begun
                return DIVERGES
        self.steps += state.steps - begun
        if can_move(state):
            self.stopped_by = (
                "steps" if self.steps >= self.max_steps else self.budget.overdrawn()
            ) or self.stopped_by
            return None
        if state.status == "suspended":
            return self.number(state)
        return self.outcome(state)

    def number(self, state: State) -> int:
        """The state of the chain that a waiting machine is."""
        require_choice(state, "probabilities are computed", _DRAWS)
        key = self.identity.key(state)
        found = self.known.get(key)
        if found is None:
            found = self.known[key] = len(self.ways)
            self.waiting.append(state)
            self.draws.append(-1)
            self.ways.append([None, None])
        return found

    def reached(self, number: int, draws: int) -> None:
        """A state of the chain can be reached with so many draws: go on, if that is news."""
        news = [(number, draws)]
        while news:
            number, draws = news.pop()
            if 0 <= self.draws[number] <= draws:
                continue
            self.draws[number] = draws
            state = self.waiting[number]
            if state is None:
                # It has gone on before, but perhaps not as far as it could from fewer draws.
                news += [(to, draws + 1) for to in self.ways[number] if to is not None and to >= 0]
            elif self.depth is not None and draws >= self.depth:
                self.stopped_by = self.stopped_by or "depth"
            elif number > self.max_states:
                self.stopped_by = self.stopped_by or "states"
            elif self.steps + 2 > self.max_steps:
                self.stopped_by = "steps"
            else:
                self.go_on(number, state, draws)

    def go_on(self, number: int, state: State, draws: int) -> None:
        self.waiting[number] = None
        for side, value in enumerate(BOTH):
            half = state.copy()
            resume(half, value)
            self.steps += 1
            self.put(draws + 1, _Run(number, side, half, Watch(self.identity)))

    def outcome(self, state: State) -> int:
        key = outcome_key(state.status, state.exit, state.memory(), state.error)
        if key not in self.outcomes:
            self.outcomes[key] = len(self.examples)
            self.examples.append(state)
        return _OUTCOMES - self.outcomes[key]

    def distribution(self) -> Distribution:
        ends, diverges = absorption(self.rows())
        unexplored = ends.pop(UNEXPLORED, Fraction(0))
        diverges += ends.pop(DIVERGES, Fraction(0))
        if unexplored:
            ends = {end: _bound(share) for end, share in ends.items()}
            diverges = _bound(diverges)
            unexplored = 1 - diverges - sum(ends.values())
        else:
            self.stopped_by = None
        entries = [
            Entry(share, state.exit, state.memory(), state.status, state.error)
            for end, share in ends.items()
            for state in [self.examples[_OUTCOMES - end]]
            if share
        ]
        entries.sort(key=lambda entry: (-entry.probability, _text(entry)))
        return Distribution(
            tuple(entries),
            diverges,
            unexplored,
            self.stopped_by,
            self.steps,
            len(self.ways) - 1,
        )

    def rows(self) -> list[Row]:
        rows: list[Row] = []
        for ways in self.ways:
            row: Row = {}
            for way in ways:
                to = UNEXPLORED if way is None else way
                row[to] = row.get(to, Fraction(0)) + Fraction(1, len(ways))
            rows.append(row)
        return rows


def _bound(share: Fraction) -> Fraction:
    if share.denominator.bit_length() <= BOUND_BITS + 1:
        return share
    return Fraction((share.numerator << BOUND_BITS) // share.denominator, 1 << BOUND_BITS)


def _text(entry: Entry) -> tuple[str, str, list[tuple[str, list[str]]], str]:
    stacks = [(name, [value.text(200) for value in values]) for name, values in entry.stacks.items()]
    exit = "" if entry.exit is None else str(jump(entry.exit))
    return entry.status, exit, sorted(stacks), entry.error.message if entry.error else ""
