"""The states a search in set mode has seen, up to the names of variables."""

from collections.abc import Iterator

from calculus.machine.relational.instructions import CALL, STAR
from calculus.machine.relational.state import Frames, State, stack_values
from calculus.machine.relational.values import Reading
from calculus.machine.state import location_order
from calculus.term import Term, canonical, free_variables

RETURNS = frozenset({STAR, CALL})
"""Where a run can come back to a state: states are compared at iterations and definitions only."""


class Seen:
    """Keys of the states that were seen.

    Equal keys mean equal states: the same memory, term and continuation stack, and the same bindings of the
    initial variables. Two terms are the same if they are one node, wherever in a text they stand. A key takes
    time and space in proportion to the entries of the stacks and of the continuation stack, and to the
    values with variables in them; a ground value is one word of it, however large. With `by_depth`, a state
    counts as seen only if it was seen at that depth or above: below a depth bound, more can be reached from
    there than from a deeper one.
    """

    def __init__(self, variables: int, by_depth: bool = False) -> None:
        self._variables = variables
        self._by_depth = by_depth
        self._depths: dict[tuple[int | str, ...], int] = {}
        self._terms: dict[int, Term] = {}  # keeps what is named by its id in a key

    def __len__(self) -> int:
        return len(self._depths)

    def clear(self) -> None:
        self._depths.clear()
        self._terms.clear()

    def copy(self) -> "Seen":
        new = Seen(self._variables, self._by_depth)
        new._depths = dict(self._depths)
        new._terms = dict(self._terms)
        return new

    def before(self, state: State) -> bool:
        """Whether such a state was seen before; it has been now."""
        key = tuple(self._key(state))
        depth = self._depths.get(key)
        if depth is not None and (not self._by_depth or depth <= state.depth):
            return True
        self._depths[key] = state.depth
        return False

    def _key(self, state: State) -> Iterator[int | str]:
        reading = Reading(state.bindings)
        for variable in range(self._variables):
            yield self._name(reading.term(variable))
        for location in sorted(state.memory, key=location_order):
            yield location
            for value in stack_values(state.memory[location]):
                yield self._name(reading.term(value))
        frames: Frames = (state.term, state.environment, state.frames)
        yield ""  # ends the memory: no location has this name
        while frames is not None:
            term, environment, frames = frames
            yield self._name(canonical(term))
            for name in sorted(free_variables(term)):
                yield self._name(reading.term(environment[name]))

    def _name(self, term: Term) -> int:
        self._terms[id(term)] = term
        return id(term)
