"""Whether the search for all answers on a memory ends.

The states at iterations and definitions are the nodes of a graph, two being one if they are equal up to the
names of variables. The search ends if the graph is finite and has no cycle; a cycle is a run that goes on for
ever.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from calculus.machine.budget import Budget
from calculus.machine.relational.instructions import SKIP
from calculus.machine.relational.query import Query
from calculus.machine.relational.reference import Stuck, successors
from calculus.machine.relational.seen import RETURNS, Key, Seen
from calculus.machine.relational.state import State, initial
from calculus.rmc.spans import Segments
from calculus.term import Term

LOOK = 256
"""Transitions between two looks at the clock and the memory."""


@dataclass(frozen=True, slots=True)
class Descent:
    """What going through all runs came to: they end, one comes back to a state, or a limit was reached."""

    outcome: Literal["ends", "loops", "limit"]
    steps: int
    states: int
    state: str = ""
    stopped_by: str | None = None


def descend(term: Term, definitions: Mapping[str, Term], memory: Segments, budget: Budget) -> Descent:
    """Go through all runs of a closed term on a memory, depth first."""
    query = Query(term, definitions, memory)
    seen = Seen(len(query.variables))
    steps = 0
    above: set[Key] = set()
    done: set[Key] = set()
    waiting: list[State | Key] = [initial(query, query.variables)]
    while waiting:
        state = waiting.pop()
        if not isinstance(state, State):
            above.discard(state)
            done.add(state)
            continue
        if state.term.op is SKIP and state.frames is None:
            continue
        if steps % LOOK == 0 and (stopped := budget.overdrawn()):
            return Descent("limit", steps, len(done), stopped_by=stopped)
        if budget.max_steps is not None and steps >= budget.max_steps:
            return Descent("limit", steps, len(done), stopped_by="steps")
        if state.term.op in RETURNS:
            key = seen.key(state)
            if key in above:
                return Descent("loops", steps, len(done), str(state.term))
            if key in done:
                continue
            above.add(key)
            waiting.append(key)
        steps += 1
        try:
            _, following = successors(state, definitions)
        except Stuck:
            # An error ends the search.
            return Descent("ends", steps, len(done))
        waiting += reversed(following)
    return Descent("ends", steps, len(done))
