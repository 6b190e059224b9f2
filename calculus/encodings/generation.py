"""Lists the words that a term pushes on a stack: the shortest first, those of one length in order.

This is a search for the cheapest answers, where a push on that stack costs one and all else nothing. A term
that pops nothing from the stack does the same whatever lies there. So its states are explored once without
that stack, each once; they are finitely many if the continuation stack is bounded. In the graph that this
gives, a word is a path from a final state back to the first: what was pushed last is the top of the stack and
the first letter. The paths of one length are followed letter by letter, through sets of states to which the
same letters lead back, and only where a path of that length goes on to the first state. So every word comes
once, and none has to wait for all others of its length.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from calculus.machine.budget import Budget
from calculus.machine.relational.answers import Answer, Answers
from calculus.machine.relational.query import Query
from calculus.machine.relational.reference import successors
from calculus.machine.relational.search import LOOK
from calculus.machine.relational.seen import Seen
from calculus.machine.relational.state import State, initial
from calculus.term import Term

States = frozenset[int]
"""States by their numbers."""

MOST_KEPT = 10_000
"""Sets of states from which the ways on are remembered."""


@dataclass
class _Graph:
    """For each state those that lead to it: without a push, and with one by its value; the final states."""

    silent: list[list[int]] = field(default_factory=list)
    pushes: list[dict[Term, list[int]]] = field(default_factory=list)
    final: list[int] = field(default_factory=list)

    def add(self) -> int:
        self.silent.append([])
        self.pushes.append({})
        return len(self.silent) - 1

    def pushed_before(self, states: list[int]) -> States:
        """The states right after a push from which some of the states are reached without one."""
        seen = set(states)
        waiting = list(seen)
        while waiting:
            for state in self.silent[waiting.pop()]:
                if state not in seen:
                    seen.add(state)
                    waiting.append(state)
        return frozenset([state for state in seen if self.pushes[state]])


class _Numbers(Seen):
    """The numbers of states, in the order in which they are met."""

    def number(self, state: State, graph: _Graph) -> tuple[int, bool]:
        """The number of a state, and whether it is new."""
        key = tuple(self._key(state))
        number = self.depths.get(key)
        if number is not None:
            return number, False
        self.depths[key] = number = graph.add()
        return number, True


class Words(Answers):
    """The words that a query pushes on the stack at a location, as answers.

    The bottom of the stack is `end`, pushed before all letters; `ranks` orders these. The query holds no
    variables and no relations, and leaves nothing on other stacks. `states` counts the states explored.
    """

    def __init__(
        self, query: Query, location: str, end: Term, ranks: Mapping[Term, int], budget: Budget
    ) -> None:
        super().__init__(budget=budget, states=0)
        self._query = query
        self._location = location
        self._end = end
        self._ranks = ranks
        self._graph = _Graph()
        self._back: dict[int, dict[Term, States]] = {}
        self._kept: dict[States, list[tuple[Term, States]]] = {}
        self._work = 0
        self._words = self._listed()

    def __iter__(self) -> Iterator[Answer]:
        if self.budget.max_answers == 0:
            self.stopped_by = "answers"
        try:
            while self.stopped_by is None and (word := next(self._words, None)) is not None:
                answer = Answer({}, {self._location: [self._end, *reversed(word)]})
                self.found += 1
                if self.keep:
                    self.answers.append(answer)
                if self.found == self.budget.max_answers:
                    self.stopped_by = "answers"
                yield answer
        except KeyboardInterrupt:
            self.stopped_by = "interrupt"

    def _overdrawn(self) -> bool:
        self._work += 1
        if self._work % LOOK == 0:
            self.stopped_by = self.budget.overdrawn()
        return self.stopped_by is not None

    def _listed(self) -> Iterator[list[Term]]:
        """The words in order."""
        self._explore()
        first = self._graph.pushed_before(self._graph.final)
        useful = self._useful(first)
        if self.stopped_by is not None:
            return
        onward: dict[int, list[int]] = {state: [] for state in useful}
        for state in useful:
            for before in frozenset().union(*self._back[state].values()):
                onward[before].append(state)
        # The states from which a path of so many letters, and then the end, leads back to the first state.
        reaching = [frozenset([state for state in useful if self._end in self._graph.pushes[state]])]
        while reaching[-1] and not self._overdrawn():
            if not first.isdisjoint(reaching[-1]):
                yield from self._of_length(first, reaching)
            reaching.append(frozenset([after for state in reaching[-1] for after in onward[state]]))
        self.complete = self.stopped_by is None

    def _explore(self) -> None:
        """Fill in the graph."""
        graph, numbers = self._graph, _Numbers(0)
        start = initial(self._query, [])
        numbers.number(start, graph)
        waiting = [(0, start)]
        while waiting:
            number, state = waiting.pop()
            if state.final:
                graph.final.append(number)
                continue
            if self.steps == self.budget.max_steps:
                self.stopped_by = "steps"
            if self._overdrawn():
                return
            self.steps += 1
            for after in successors(state, self._query.definitions)[1]:
                pushed = after.memory.get(self._location)
                if pushed is not None:
                    after = after._replace(memory=after.memory.delete(self._location))
                target, new = numbers.number(after, graph)
                if pushed is None:
                    graph.silent[target].append(number)
                else:
                    value = pushed[0]
                    assert isinstance(value, Term)
                    graph.pushes[target].setdefault(value, []).append(number)
                if new:
                    waiting.append((target, after))
            self.states = len(numbers)

    def _useful(self, first: States) -> States:
        """The states right after a push that lead to a final state; notes those before each, by letters."""
        seen = set(first)
        waiting = list(first)
        while waiting and self.stopped_by is None and not self._overdrawn():
            state = waiting.pop()
            pushes = self._graph.pushes[state].items()
            self._back[state] = {
                value: self._graph.pushed_before(before) for value, before in pushes if value != self._end
            }
            for before in self._back[state].values():
                waiting += before - seen
                seen |= before
        return frozenset(self._back)

    def _of_length(self, first: States, reaching: list[States]) -> Iterator[list[Term]]:
        """The words that are one letter shorter than `reaching` has entries."""
        length = len(reaching) - 1
        if length == 0:
            yield []
            return
        word: list[Term] = []
        ways = [iter(self._ways(first))]
        while ways and not self._overdrawn():
            way = next(ways[-1], None)
            if way is None:
                ways.pop()
                del word[-1:]
                continue
            letter, states = way
            states &= reaching[length - len(ways)]
            if not states:
                continue
            if len(ways) == length:
                yield [*word, letter]
            else:
                word.append(letter)
                ways.append(iter(self._ways(states)))

    def _ways(self, states: States) -> list[tuple[Term, States]]:
        """The letters that lead back from some of the states, in order, and where to."""
        found = self._kept.get(states)
        if found is None:
            together: dict[Term, set[int]] = {}
            for state in states:
                for letter, before in self._back[state].items():
                    together.setdefault(letter, set()).update(before)
            found = [(letter, frozenset(together[letter])) for letter in sorted(together, key=self._rank)]
            if len(self._kept) >= MOST_KEPT:
                self._kept.clear()
            self._kept[states] = found
        return found

    def _rank(self, letter: Term) -> int:
        return self._ranks[letter]
