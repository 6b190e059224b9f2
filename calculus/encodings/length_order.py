"""The strategy that lists words: the shortest first, those of one length in the order of their letters."""

from collections.abc import Callable
from typing import Any

from calculus.machine.relational.frontier import Frontier
from calculus.machine.relational.state import State


class LengthOrder(Frontier):
    """Explores the states in the order of the heights of the stack at a location, which never falls.

    The final states of a height are kept back until all others of it have moved; then they come in the order
    of their keys.
    """

    def __init__(self, states: list[State], location: str, key: Callable[[State], Any]) -> None:
        self._location = location
        self._key = key
        self._moving: list[State] = []
        self._final: list[State] = []
        self._higher = states
        self._height: object = None  # the stack of the state taken last
        self._begin()

    def _begin(self) -> None:
        """Begin with the states of the next height, in their order."""
        self._moving = [state for state in reversed(self._higher) if not state.final]
        self._final = [state for state in self._higher if state.final]
        self._higher = []
        self._sorted = False

    def take(self) -> State | None:
        if not self._moving and not self._final:
            self._begin()
        if self._moving:
            state = self._moving.pop()
            self._height = state.memory.get(self._location)
            return state
        if not self._sorted:
            self._final.sort(key=self._key, reverse=True)
            self._sorted = True
        return self._final.pop() if self._final else None

    def give(self, states: tuple[State, ...]) -> None:
        for state in reversed(states):
            # A push makes a new stack; whatever else happens, the stack stays the same object.
            if state.memory.get(self._location) is not self._height:
                self._higher.append(state)
            elif state.final:
                self._final.append(state)
            else:
                self._moving.append(state)

    def put_back(self, state: State) -> None:
        self._moving.append(state)

    def first(self, count: int) -> list[State]:
        final = self._final if self._sorted else sorted(self._final, key=self._key, reverse=True)
        return [*reversed(self._moving), *reversed(final), *self._higher][:count]

    def __len__(self) -> int:
        return len(self._moving) + len(self._final) + len(self._higher)

    def copy(self) -> "LengthOrder":
        new = LengthOrder([], self._location, self._key)
        new._higher, new._moving, new._final = list(self._higher), list(self._moving), list(self._final)
        new._sorted, new._height = self._sorted, self._height
        return new
