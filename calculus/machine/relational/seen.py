"""The states a search in set mode has seen, up to the names of variables."""

from collections.abc import Iterator

from calculus.machine.relational.instructions import CALL, STAR
from calculus.machine.relational.state import Cell, Frame, Frames, Stack, State
from calculus.machine.relational.values import Reading, Value
from calculus.machine.state import location_order
from calculus.term import Term, canonical, free_variables

RETURNS = frozenset({STAR, CALL})
"""Where a run can come back to a state: states are compared at iterations and definitions only."""

REMEMBERED = 200_000
"""Entries of stacks and continuation stacks whose numbers are remembered at a time."""

Key = tuple[int | str, ...]


class Seen:
    """Keys of the states that were seen.

    Equal keys mean equal states: the same memory, term and continuation stack, and the same bindings of the
    initial variables. Two terms are the same if they are one node, wherever in a text they stand. With
    `by_depth`, a state counts as seen only if it was seen at that depth or above: below a depth bound, more
    can be reached from there than from a deeper one.

    A stack is named in a key by one number. It is worked out from the bottom, and remembered as far as the
    values are ground; so a key costs as much time as there are entries that are new or above a variable,
    plus the size of values with variables in them. It takes space for as many entries as are new.
    """

    def __init__(self, variables: int, by_depth: bool = False) -> None:
        self.variables = variables
        self.by_depth = by_depth
        self.depths: dict[Key, int] = {}
        self.numbers: dict[Key, int] = {}
        self.terms: dict[int, Term] = {}  # keeps what is named by its id
        self.ground: dict[int, tuple[int, Cell | Frame]] = {}

    def __len__(self) -> int:
        return len(self.depths)

    def clear(self) -> None:
        self.depths.clear()

    def copy(self) -> "Seen":
        new = Seen(self.variables, self.by_depth)
        new.depths, new.numbers = dict(self.depths), dict(self.numbers)
        new.terms, new.ground = dict(self.terms), dict(self.ground)
        return new

    def before(self, state: State) -> bool:
        """Whether such a state was seen before; it has been now."""
        key = self.key(state)
        depth = self.depths.get(key)
        if depth is not None and (not self.by_depth or depth <= state.depth):
            return True
        self.depths[key] = state.depth
        return False

    def key(self, state: State) -> Key:
        """Equal for equal states."""
        if len(self.ground) > REMEMBERED:
            self.ground.clear()
        return tuple(self._key(state))

    def _key(self, state: State) -> Iterator[int | str]:
        # The order in which variables are met gives them their names.
        reading = Reading(state.bindings)
        for variable in range(self.variables):
            yield self.name(reading.term(variable))
        for location in sorted(state.memory, key=location_order):
            yield location
            yield self._stack(state.memory[location], reading)
        yield self._frames((state.term, state.environment, state.frames), reading)

    def _stack(self, stack: Stack, reading: Reading) -> int:
        cells: list[Cell] = []
        while stack is not None and id(stack) not in self.ground:
            cells.append(stack)
            stack = stack[1]
        number = 0 if stack is None else self.ground[id(stack)][0]
        ground = True
        for cell in reversed(cells):
            value = cell[0]
            number = self._number((self.name(reading.term(value)), number))
            ground = ground and isinstance(value, Term)
            if ground:
                self.ground[id(cell)] = (number, cell)
        return number

    def _frames(self, frames: Frames, reading: Reading) -> int:
        cells: list[Frame] = []
        while frames is not None and id(frames) not in self.ground:
            cells.append(frames)
            frames = frames[2]
        number = 0 if frames is None else self.ground[id(frames)][0]
        ground = True
        for cell in reversed(cells):
            term, environment, _ = cell
            values: list[Value] = [environment[name] for name in sorted(free_variables(term))]
            names = (self.name(reading.term(value)) for value in values)
            number = self._number((self.name(canonical(term)), *names, number))
            ground = ground and all(isinstance(value, Term) for value in values)
            if ground:
                self.ground[id(cell)] = (number, cell)
        return number

    def name(self, term: Term) -> int:
        self.terms[id(term)] = term
        return id(term)

    def _number(self, key: Key) -> int:
        return self.numbers.setdefault(key, len(self.numbers) + 1)
