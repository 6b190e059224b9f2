"""Finite automata with silent moves: whether two accept the same words, or each word in as many ways."""

from collections import deque
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

Letter = Hashable
"""None is no letter: a silent move."""

MOST_STATES = 10_000
"""Pairs of sets of states after which a comparison stops."""


@dataclass(slots=True)
class Network:
    """Moves between states; words lead from `start` to `end`. A move may be there several times."""

    start: int = 0
    end: int = 1
    states: int = 2
    moves: dict[int, list[tuple[Letter, int]]] = field(default_factory=dict)

    def state(self) -> int:
        """A new state."""
        self.states += 1
        return self.states - 1

    def add(self, source: int, letter: Letter, target: int) -> None:
        self.moves.setdefault(source, []).append((letter, target))

    def letters(self) -> list[Letter]:
        """All letters, each once."""
        found = dict.fromkeys(letter for moves in self.moves.values() for letter, _ in moves)
        return [letter for letter in found if letter is not None]


# As languages

_Set = frozenset[int]


def same_language(left: Network, right: Network) -> int | None:
    """The number of pairs of sets of states that were looked at, if both accept the same words, else None.

    After Hopcroft and Karp: pairs that follow from others by transitivity are not looked at. None also if
    there are too many.
    """
    sides = (left, right)
    start = (_closure(left, [left.start]), _closure(right, [right.start]))
    classes = _Classes()
    waiting = deque([start])
    looked = 0
    while waiting:
        pair = waiting.popleft()
        if not classes.unite((0, pair[0]), (1, pair[1])):
            continue
        looked += 1
        if looked > MOST_STATES or (left.end in pair[0]) != (right.end in pair[1]):
            return None
        steps = [_steps(side, states) for side, states in zip(sides, pair, strict=True)]
        for letter in {**steps[0], **steps[1]}:
            waiting.append(
                (_closure(left, steps[0].get(letter, ())), _closure(right, steps[1].get(letter, ())))
            )
    return looked


def _closure(network: Network, states: Iterable[int]) -> _Set:
    found = set(states)
    waiting = list(found)
    while waiting:
        for letter, target in network.moves.get(waiting.pop(), ()):
            if letter is None and target not in found:
                found.add(target)
                waiting.append(target)
    return frozenset(found)


def _steps(network: Network, states: _Set) -> dict[Letter, set[int]]:
    found: dict[Letter, set[int]] = {}
    for state in states:
        for letter, target in network.moves.get(state, ()):
            if letter is not None:
                found.setdefault(letter, set()).add(target)
    return found


class _Classes:
    """Which states have been taken to be equal."""

    def __init__(self) -> None:
        self.parents: dict[Hashable, Hashable] = {}

    def unite(self, left: Hashable, right: Hashable) -> bool:
        """Take two to be equal; False if they were already."""
        left, right = self._root(left), self._root(right)
        if left == right:
            return False
        self.parents[left] = right
        return True

    def _root(self, item: Hashable) -> Hashable:
        path = []
        while item in self.parents:
            path.append(item)
            item = self.parents[item]
        for passed in path:
            self.parents[passed] = item
        return item


# As formal power series: with the number of ways in which each word is accepted

_Vector = dict[int, Fraction]


def same_series(left: Network, right: Network) -> int | None:
    """The number of independent vectors of ways, if both accept every word in as many ways, else None.

    After Schützenberger and Tzeng: the ways in which the states are reached span a space of finite dimension,
    so finitely many words decide. None also if a silent cycle makes a number infinite.
    """
    both = _joined(left, right)
    order = _silent_order(both)
    if order is None:
        return None
    ends = {left.end: Fraction(1), right.end + left.states: Fraction(-1)}
    start = _silently(both, order, {left.start: Fraction(1)})
    other = _silently(both, order, {right.start + left.states: Fraction(1)})
    waiting = deque([{**start, **other}])
    basis: dict[int, _Vector] = {}
    while waiting:
        vector = waiting.popleft()
        if sum((weight * ends.get(state, 0) for state, weight in vector.items()), Fraction(0)):
            return None
        rest = _reduced(vector, basis)
        if not rest:
            continue
        pivot = min(rest)
        basis[pivot] = {state: weight / rest[pivot] for state, weight in rest.items()}
        steps: dict[Letter, _Vector] = {}
        for state, weight in vector.items():
            for letter, target in both.moves.get(state, ()):
                if letter is not None:
                    step = steps.setdefault(letter, {})
                    step[target] = step.get(target, Fraction(0)) + weight
        waiting.extend(_silently(both, order, step) for step in steps.values())
    return len(basis)


def _joined(left: Network, right: Network) -> Network:
    shift = left.states
    moves = dict(left.moves)
    for state, steps in right.moves.items():
        moves[state + shift] = [(letter, target + shift) for letter, target in steps]
    return Network(left.start, left.end, left.states + right.states, moves)


def _silent_order(network: Network) -> list[int] | None:
    """The states in an order that silent moves respect; None if these have a cycle."""
    entering: dict[int, int] = {}
    for moves in network.moves.values():
        for letter, target in moves:
            if letter is None:
                entering[target] = entering.get(target, 0) + 1
    ready = [state for state in range(network.states) if state not in entering]
    order: list[int] = []
    while ready:
        state = ready.pop()
        order.append(state)
        for letter, target in network.moves.get(state, ()):
            if letter is None:
                entering[target] -= 1
                if not entering[target]:
                    ready.append(target)
    return order if len(order) == network.states else None


def _silently(network: Network, order: list[int], vector: _Vector) -> _Vector:
    """The ways in which states are reached, silent moves taken too."""
    found = dict(vector)
    for state in order:
        weight = found.get(state)
        if weight:
            for letter, target in network.moves.get(state, ()):
                if letter is None:
                    found[target] = found.get(target, Fraction(0)) + weight
    return found


def _reduced(vector: Mapping[int, Fraction], basis: Mapping[int, _Vector]) -> _Vector:
    """What of a vector is left that the basis does not span."""
    rest = {state: weight for state, weight in vector.items() if weight}
    for pivot in sorted(basis):
        weight = rest.get(pivot)
        if weight:
            for state, other in basis[pivot].items():
                left = rest.get(state, Fraction(0)) - weight * other
                if left:
                    rest[state] = left
                else:
                    rest.pop(state, None)
    return rest
