"""How many values a term takes off each stack and puts back, where that is the same for all its runs.

The box of an iteration or a definition has a wire for each of these values. Where the number differs between
runs, the box takes the whole stack, as a bundle.

An effect maps the locations that a term touches to `(popped, pushed)`, or to `WHOLE`; a term that cannot end
well has the effect None. In a sum a summand that needs fewer values leaves those below alone: `1 + <x>;[x]`
takes one value, though it runs on an empty stack too.
"""

from collections.abc import Mapping
from typing import Final

from calculus.machine.relational.instructions import CALL, FAIL, NEW, POP, PUSH, SEQUENCE, STAR, SUM
from calculus.term import Term
from calculus.term.components import components
from calculus.term.node import postorder

WHOLE: Final = None
"""The effect at a location whose whole stack is used."""

Effect = Mapping[str, tuple[int, int] | None]

PATIENCE = 20
"""How often the effect of a recursive definition may grow before it counts as growing for ever."""


class Effects:
    """The effects of terms that call the definitions given."""

    def __init__(self, definitions: Mapping[str, Term]) -> None:
        self.definitions = definitions
        self._calls: dict[str, Effect | None] = {}

    def call(self, name: str) -> Effect:
        """The effect of a definition or, as `f~`, of its dual; of one that cannot end well nothing."""
        base = name.removesuffix("~")
        if base not in self._calls:
            self._solve(base)
        return _called(name, self._calls) or {}

    def of(self, term: Term) -> Effect:
        """The effect of a term; of one that cannot end well nothing."""
        for item in postorder(term):
            if item.op is CALL:
                self.call(item.label)
        # A definition that cannot end well is a box without wires, so it counts as one that does nothing.
        return _effect(term, {name: effect or {} for name, effect in self._calls.items()}) or {}

    def _solve(self, name: str) -> None:
        """The least effects of a definition and of those that it calls, by iteration from nothing."""
        for group in components(self._graph(name)):
            changes = dict.fromkeys(group, 0)
            self._calls |= dict.fromkeys(group)
            while any(self._better(key, changes) for key in group):
                pass

    def _better(self, name: str, changes: dict[str, int]) -> bool:
        """Whether the effect of a definition is a greater one, now that more is known of those it calls."""
        old = self._calls[name]
        body = self.definitions.get(name)
        new = None if body is None else _either(old, _effect(body, self._calls))
        if new is None or new == old:
            return False
        changes[name] += 1
        if changes[name] > PATIENCE and old is not None:
            new = {place: effect if old.get(place) == effect else WHOLE for place, effect in new.items()}
        self._calls[name] = new
        return True

    def _graph(self, name: str) -> dict[str, list[str]]:
        """The definition and those it uses whose effects are not yet known, each with those it calls."""
        graph: dict[str, list[str]] = {}
        waiting = [name]
        while waiting:
            key = waiting.pop()
            if key in graph:
                continue
            body = self.definitions.get(key)
            parts = () if body is None else postorder(body)
            used = [item.label.removesuffix("~") for item in parts if item.op is CALL]
            graph[key] = [other for other in used if other not in self._calls]
            waiting += graph[key]
        return graph


def _effect(term: Term, calls: Mapping[str, Effect | None]) -> Effect | None:
    done: dict[int, Effect | None] = {}
    for item in postorder(term):
        parts = [done.get(id(child)) for child in item.children]
        effect: Effect | None
        match item.op:
            case op if op is PUSH:
                effect = {item.label: (0, 1)}
            case op if op is POP:
                effect = {item.label: (1, 0)}
            case op if op is SEQUENCE:
                effect = _then(parts[0], parts[1])
            case op if op is SUM:
                effect = _either(parts[0], parts[1])
            case op if op is STAR:
                effect = _again(parts[0])
            case op if op is NEW:
                effect = parts[0]
            case op if op is CALL:
                effect = _called(item.label, calls)
            case op if op is FAIL:
                effect = None
            case _:
                effect = {}
        done[id(item)] = effect
    return done[id(term)]


def _called(name: str, calls: Mapping[str, Effect | None]) -> Effect | None:
    effect = calls[name.removesuffix("~")]
    if effect is None or not name.endswith("~"):
        return effect
    return {place: WHOLE if both is WHOLE else both[::-1] for place, both in effect.items()}


def _then(first: Effect | None, second: Effect | None) -> Effect | None:
    if first is None or second is None:
        return None
    found = dict(first)
    for place, (ours, theirs) in _pairs(first, second):
        if ours is WHOLE or theirs is WHOLE:
            found[place] = WHOLE
        else:
            deeper = max(0, theirs[0] - ours[1])
            found[place] = ours[0] + deeper, ours[1] + deeper - theirs[0] + theirs[1]
    return found


def _either(left: Effect | None, right: Effect | None) -> Effect | None:
    if left is None or right is None:
        return right if left is None else left
    found = dict(left)
    # What one summand does not touch, it leaves as it is.
    for place, (ours, theirs) in [*_pairs(left, right), *_pairs(right, left)]:
        if ours is WHOLE or theirs is WHOLE or ours[1] - ours[0] != theirs[1] - theirs[0]:
            found[place] = WHOLE
        else:
            found[place] = max(ours, theirs)
    return found


def _again(body: Effect | None) -> Effect:
    """Of an iteration: every round must leave as many values as it found."""
    return {
        place: effect if effect is not WHOLE and effect[0] == effect[1] else WHOLE
        for place, effect in (body or {}).items()
    }


Pair = tuple[tuple[int, int] | None, tuple[int, int] | None]


def _pairs(first: Effect, second: Effect) -> list[tuple[str, Pair]]:
    """The effects of both at each location of the second."""
    return [(place, (first.get(place, (0, 0)), effect)) for place, effect in second.items()]
