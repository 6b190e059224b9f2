"""The strategies of a search: which of the pending states moves next.

A search takes a state, and gives back what comes of it. Every strategy explores the same tree; they differ
in the order, and so in which answers they reach at all when branches do not end.
"""

from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Iterable
from itertools import chain, islice

from calculus.machine.relational.state import State

SLICE = 64
"""Transitions that fair search makes in a branch before the next has its turn."""


class Frontier(ABC):
    """The pending states of a search."""

    @abstractmethod
    def take(self) -> State | None:
        """The state to move next, which is no longer pending; None if none is pending."""

    @abstractmethod
    def give(self, states: tuple[State, ...]) -> None:
        """The successors of the state taken last, the first to be explored first."""

    @abstractmethod
    def put_back(self, state: State) -> None:
        """What was taken last, to be taken again."""

    @abstractmethod
    def first(self, count: int) -> list[State]:
        """The states to be taken next, at most so many, in the order in which they are if nothing comes of
        the others.
        """

    @abstractmethod
    def __len__(self) -> int:
        """How many states are pending."""

    @abstractmethod
    def copy(self) -> "Frontier":
        """An independent copy."""

    def reports(self, state: State) -> bool:
        """Whether a final state is a new answer."""
        return True

    def again(self) -> bool:
        """Whether the search must begin again, now that nothing is pending; then it does."""
        return False

    @property
    def exhausted(self) -> bool:
        """Whether nothing is left to do."""
        return len(self) == 0


class DepthFirst(Frontier):
    """The newest state first."""

    def __init__(self, states: Iterable[State]) -> None:
        self._stack = list(states)

    def take(self) -> State | None:
        return self._stack.pop() if self._stack else None

    def give(self, states: tuple[State, ...]) -> None:
        self._stack += states[::-1]

    def put_back(self, state: State) -> None:
        self._stack.append(state)

    def first(self, count: int) -> list[State]:
        return self._stack[: -count - 1 : -1]

    def __len__(self) -> int:
        return len(self._stack)

    def copy(self) -> "DepthFirst":
        return DepthFirst(self._stack)


class BreadthFirst(Frontier):
    """Every pending state makes one transition before any makes the next."""

    def __init__(self, states: Iterable[State]) -> None:
        self._queue = deque(states)

    def take(self) -> State | None:
        return self._queue.popleft() if self._queue else None

    def give(self, states: tuple[State, ...]) -> None:
        self._queue += states

    def put_back(self, state: State) -> None:
        self._queue.appendleft(state)

    def first(self, count: int) -> list[State]:
        return list(islice(self._queue, count))

    def __len__(self) -> int:
        return len(self._queue)

    def copy(self) -> "BreadthFirst":
        return BreadthFirst(self._queue)


class Deepening(Frontier):
    """Depth-first to a bound on the unfoldings of a branch, again and again with the bound raised by one.

    Answers are reported at the first bound that reaches them. The search ends when no branch was cut.
    """

    def __init__(self, start: State) -> None:
        self._start = start
        self._stack = [start]
        self._bound = 0
        self._cut = False

    def take(self) -> State | None:
        return self._stack.pop() if self._stack else None

    def give(self, states: tuple[State, ...]) -> None:
        for state in reversed(states):
            if state.depth > self._bound:
                self._cut = True
            else:
                self._stack.append(state)

    def put_back(self, state: State) -> None:
        self._stack.append(state)

    def first(self, count: int) -> list[State]:
        if not self._stack and self._cut:
            return [self._start][:count]
        return self._stack[: -count - 1 : -1]

    def __len__(self) -> int:
        return len(self._stack)

    def copy(self) -> "Deepening":
        new = Deepening(self._start)
        new._stack, new._bound, new._cut = list(self._stack), self._bound, self._cut
        return new

    def reports(self, state: State) -> bool:
        return state.depth == self._bound

    def again(self) -> bool:
        if not self._cut:
            return False
        self._bound += 1
        self._cut = False
        self._stack.append(self._start)
        return True

    @property
    def exhausted(self) -> bool:
        return not self._stack and not self._cut


class Fair(Frontier):
    """Depth-first searches that take turns.

    A turn is at most a slice of transitions in one state's branch. Then the states this left are one entry of
    the queue and those that were pending with it another, which so only shrinks: each state has its turn
    after as many as were pending.
    """

    def __init__(self, entries: Iterable[list[State]]) -> None:
        self._queue = deque(entries)
        self._branch: list[State] = []
        self._left = 0

    def take(self) -> State | None:
        if not self._branch or self._left == 0:
            self._next_turn()
        self._left -= 1
        return self._branch.pop() if self._branch else None

    def _next_turn(self) -> None:
        if self._branch:
            self._queue.append(self._branch)
        self._branch = []
        self._left = SLICE
        if self._queue:
            entry = self._queue.popleft()
            self._branch = [entry.pop()]
            if entry:
                self._queue.append(entry)

    def give(self, states: tuple[State, ...]) -> None:
        self._branch += states[::-1]

    def put_back(self, state: State) -> None:
        self._branch.append(state)
        self._left += 1

    def first(self, count: int) -> list[State]:
        entries = [*self._queue, self._branch] if self._left == 0 else [self._branch, *self._queue]
        return list(islice(chain.from_iterable(map(reversed, entries)), count))

    def __len__(self) -> int:
        return len(self._branch) + sum(map(len, self._queue))

    def copy(self) -> "Fair":
        new = Fair(list(entry) for entry in self._queue)
        new._branch, new._left = list(self._branch), self._left
        return new

    @property
    def exhausted(self) -> bool:
        return not self._branch and not self._queue
