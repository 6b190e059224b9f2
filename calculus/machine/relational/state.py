"""A state of the relational machine: memory, term, continuation stack, and the bindings of its variables.

States never change, and a branch shares with the others all that they have in common: stacks are linked
cells, everything else is a persistent map.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from immutables import Map

from calculus.machine.relational.instructions import SKIP
from calculus.machine.relational.query import Query
from calculus.machine.relational.values import (
    Bindings,
    Environment,
    Reading,
    Structure,
    Value,
    evaluate,
    resolve,
)
from calculus.machine.state import location_order
from calculus.term import Term, free_variables

Cell = tuple[Value, "Stack"]
"""A value on top of a stack."""
Stack = Cell | None
"""A stack; None is the empty one."""

Frame = tuple[Term, Environment, "Frames"]
"""A term, with the values of its variables, on top of a continuation stack."""
Frames = Frame | None
"""A continuation stack; None is the empty one."""


class State(NamedTuple):
    """A state `(S, M, K)`. No stack in the memory is empty.

    The environment gives the values of the term's free variables, and a frame has its own. `fresh` is the
    number of the next new variable. The unbound variables from the number `private` on are in environments
    only: in no stack, and in nothing that a variable is bound to. `depth` counts the unfoldings of iterations
    and definitions so far.
    """

    memory: Map[str, Cell]
    term: Term
    environment: Environment
    frames: Frames
    bindings: Bindings
    fresh: int
    private: int
    depth: int

    @property
    def final(self) -> bool:
        """Whether the run has succeeded."""
        return self.frames is None and self.term.op is SKIP


NO_VARIABLES: Environment = Map()


def initial(query: Query, names: Sequence[str]) -> State:
    """The state a query begins in. Its variables, the names given, have the numbers 0, 1, … in that order."""
    environment: Environment = Map({name: number for number, name in enumerate(names)})
    memory: dict[str, Cell] = {}
    for location, values in query.stacks.items():
        for value in values:
            memory[location] = (evaluate(value, environment, Map()), memory.get(location))
    return State(Map(memory), query.term, environment, None, Map(), len(environment), len(environment), 0)


def stack_values(stack: Stack) -> Iterator[Value]:
    """The values of a stack, the top first."""
    while stack is not None:
        value, stack = stack
        yield value


def read_back(state: State, variables: int) -> tuple[list[Term], dict[str, list[Term]]]:
    """What the first variables are bound to, and the stacks, bottom first, in the order of answers.

    Variables that are left are named `_0`, `_1`, … as they occur.
    """
    reading = Reading(state.bindings)
    bound = reading.terms(range(variables))
    stacks = {
        location: reading.terms(list(stack_values(state.memory[location]))[::-1])
        for location in sorted(state.memory, key=location_order)
    }
    return bound, stacks


def prune(state: State, variables: int) -> State:
    """The state without the bindings that nothing refers to any more.

    The first variables, whose bindings are asked for in the end, count as referred to.
    """
    bindings = state.bindings
    kept: dict[int, Value] = {}
    seen: set[int] = set()
    waiting: list[Value] = [*range(variables), *_roots(state)]
    while waiting:
        value = waiting.pop()
        if isinstance(value, int):
            bound = resolve(value, bindings)
            if bound != value and value not in kept:
                kept[value] = bound
                waiting.append(bound)
        elif isinstance(value, Structure) and id(value) not in seen:
            seen.add(id(value))
            waiting.extend(value.children)
    return state._replace(bindings=Map(kept))


def _roots(state: State) -> Iterator[Value]:
    """The values that a state holds; of an environment, those that its term needs."""
    for stack in state.memory.values():
        yield from stack_values(stack)
    frames: Frames = (state.term, state.environment, state.frames)
    while frames is not None:
        term, environment, frames = frames
        for name in free_variables(term):
            yield environment[name]
