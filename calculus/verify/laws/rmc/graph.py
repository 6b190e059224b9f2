"""Whether the search for all answers on a memory ends.

The states at iterations and definitions are the nodes of a graph, two being one if they are equal up to the
names of variables. The search ends if the graph is finite and has no cycle; a cycle is a run that goes on for
ever. So is an iteration at which some way through its body can be gone, and then be gone again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from calculus.machine.budget import Budget, Portion
from calculus.machine.relational.instructions import SKIP, STAR
from calculus.machine.relational.query import Query
from calculus.machine.relational.reference import Stuck, successors
from calculus.machine.relational.seen import RETURNS, Key, Seen
from calculus.machine.relational.state import State, initial, read_back
from calculus.rmc.algebra import ends
from calculus.rmc.kleene import reachable
from calculus.rmc.mgu import match
from calculus.rmc.normal import normal_form
from calculus.rmc.spans import Segments, Span
from calculus.term import Term, canonical, free_variables
from calculus.term.node import postorder

LOOK = 256
"""Transitions between two looks at the clock and the memory."""
BODY_STEPS = 2_000
"""Transitions towards the spans of the body of an iteration."""
SPANS = 50
"""Spans of it."""


@dataclass(frozen=True, slots=True)
class Descent:
    """What going through all runs came to: they end, one comes back to a state, or a limit was reached."""

    outcome: Literal["ends", "loops", "limit"]
    steps: int
    states: int
    why: str = ""
    stopped_by: str | None = None


Endless = Mapping[Term, Sequence[Span]]
"""For iterations the ways through their bodies that can be gone again and again."""


def endless(term: Term, definitions: Mapping[str, Term], budget: Budget) -> dict[Term, list[Span]]:
    """The spans of the bodies of iterations that can run again wherever they have run."""
    found: dict[Term, list[Span]] = {}
    for item in (item for root in reachable([term], definitions) for item in postorder(root)):
        if item.op is not STAR or free_variables(item) or not ends(item.children[0], definitions):
            continue
        form = normal_form(
            item.children[0], definitions=definitions, max_spans=SPANS, budget=Portion(budget, BODY_STEPS)
        )
        spans = [way for way, _ in form.spans if _fits(way.popped, way.pushed)]
        if spans:
            found[canonical(item)] = spans
    return found


def _fits(wanted: Segments, stacks: Segments) -> bool:
    """Whether the values on top of stacks are instances of those that are wanted."""
    bindings: dict[str, Term] = {}
    for place, patterns in wanted.items():
        values = stacks.get(place, ())
        if len(values) < len(patterns):
            return False
        tops = values[len(values) - len(patterns) :]
        if not all(match(*pair, bindings) for pair in zip(patterns, tops, strict=True)):
            return False
    return True


def descend(
    term: Term, definitions: Mapping[str, Term], memory: Segments, budget: Budget, forever: Endless
) -> Descent:
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
                return Descent("loops", steps, len(done), f"it comes back to {state.term.text(100)}")
            for way in forever.get(canonical(state.term), ()):
                if _fits(way.popped, read_back(state, 0)[1]):
                    why = f"{way} can run again and again in {state.term.text(100)}"
                    return Descent("loops", steps, len(done), why)
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
