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
"""Transitions that fair search makes in a new branch before the next has its turn."""

Entry = tuple[int, list[State]]
"""The length of a slice, and states of which the last is the newest."""


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
        self.stack = list(states)

    def take(self) -> State | None:
        return self.stack.pop() if self.stack else None

    def give(self, states: tuple[State, ...]) -> None:
        self.stack += states[::-1]

    def put_back(self, state: State) -> None:
        self.stack.append(state)

    def first(self, count: int) -> list[State]:
        return self.stack[: -count - 1 : -1]

    def __len__(self) -> int:
        return len(self.stack)

    def copy(self) -> "DepthFirst":
        return DepthFirst(self.stack)


class BreadthFirst(Frontier):
    """Every pending state makes one transition before any makes the next."""

    def __init__(self, states: Iterable[State]) -> None:
        self.queue = deque(states)

    def take(self) -> State | None:
        return self.queue.popleft() if self.queue else None

    def give(self, states: tuple[State, ...]) -> None:
        self.queue += states

    def put_back(self, state: State) -> None:
        self.queue.appendleft(state)

    def first(self, count: int) -> list[State]:
        return list(islice(self.queue, count))

    def __len__(self) -> int:
        return len(self.queue)

    def copy(self) -> "BreadthFirst":
        return BreadthFirst(self.queue)


class Deepening(Frontier):
    """Depth-first to a bound on the unfoldings of a branch, again and again with the bound raised by one.

    Answers are reported at the first bound that reaches them. The search ends when no branch was cut.
    """

    def __init__(self, start: State) -> None:
        self.start = start
        self.stack = [start]
        self.bound = 0
        self.cut = False

    def take(self) -> State | None:
        return self.stack.pop() if self.stack else None

    def give(self, states: tuple[State, ...]) -> None:
        for state in reversed(states):
            if state.depth > self.bound:
                self.cut = True
            else:
                self.stack.append(state)

    def put_back(self, state: State) -> None:
        self.stack.append(state)

    def first(self, count: int) -> list[State]:
        if not self.stack and self.cut:
            return [self.start][:count]
        return self.stack[: -count - 1 : -1]

    def __len__(self) -> int:
        return len(self.stack)

    def copy(self) -> "Deepening":
        new = Deepening(self.start)
        new.stack, new.bound, new.cut = list(self.stack), self.bound, self.cut
        return new

    def reports(self, state: State) -> bool:
        return state.depth == self.bound

    def again(self) -> bool:
        if not self.cut:
            return False
        self.bound += 1
        self.cut = False
        self.stack.append(self.start)
        return True

    @property
    def exhausted(self) -> bool:
        return not self.stack and not self.cut


class Fair(Frontier):
    """Depth-first searches that take turns.

    A turn is at most a slice of transitions in the branch of the newest state of an entry of the queue. What
    is left of that branch becomes an entry, with a slice twice as long; the other states of the entry become
    two, the older half first. So entries only shrink, the oldest of n states has its turn after about log n
    others of its entry, and a branch of n transitions ends after about log n turns.
    """

    def __init__(self, entries: Iterable[Entry]) -> None:
        self.queue = deque(entries)
        self.branch: list[State] = []
        self.slice = self.left = 0

    def take(self) -> State | None:
        if not self.branch or self.left == 0:
            self._next_turn()
        self.left -= 1
        return self.branch.pop() if self.branch else None

    def _next_turn(self) -> None:
        if self.branch:
            self.queue.append((2 * self.slice, self.branch))
        self.branch = []
        if self.queue:
            self.slice, entry = self.queue.popleft()
            self.branch = [entry[-1]]
            half = len(entry) // 2
            self.queue += [(self.slice, part) for part in (entry[:half], entry[half:-1]) if part]
        self.left = self.slice

    def give(self, states: tuple[State, ...]) -> None:
        self.branch += states[::-1]

    def put_back(self, state: State) -> None:
        self.branch.append(state)
        self.left += 1

    def first(self, count: int) -> list[State]:
        entries = [entry for _, entry in self.queue]
        ordered = [*entries, self.branch] if self.left == 0 else [self.branch, *entries]
        return list(islice(chain.from_iterable(map(reversed, ordered)), count))

    def __len__(self) -> int:
        return len(self.branch) + sum(len(entry) for _, entry in self.queue)

    def copy(self) -> "Fair":
        new = Fair((slice, list(entry)) for slice, entry in self.queue)
        new.branch, new.slice, new.left = list(self.branch), self.slice, self.left
        return new

    @property
    def exhausted(self) -> bool:
        return not self.branch and not self.queue
