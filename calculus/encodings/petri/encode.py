"""Nets as terms of the RMC: a place is a location, a token the constant `T` on it, a transition pops what
it takes and pushes what it puts, and the net is the iteration of the sum of its transitions. In set mode
a search visits every reachable marking once, and its answers are the markings.

A question about a net is asked after the iteration. To find that a place has *no* further token, the
stacks of those places have `End` at their bottom, which no transition pops.
"""

import re
from collections.abc import Iterator, Mapping

from calculus.encodings.petri.net import Bag, Before, Goal, Net, Transition
from calculus.machine.relational.instructions import constructor, pop, push, sequence, star, sum_of
from calculus.term import Term

TOKEN = constructor("T")
BOTTOM = constructor("End")

_LEGAL = re.compile(r"[a-z][A-Za-z0-9_]*")
_NOT_LOCATIONS = frozenset({"ex", "skip", "fail", "def", "law", "lambda"})


def locations(places: tuple[str, ...]) -> dict[str, str]:
    """The location of each place: its name if the RMC allows that, else one that is like it."""
    found = {name: name for name in places if _LEGAL.fullmatch(name) and name not in _NOT_LOCATIONS}
    taken = {*found, *_NOT_LOCATIONS}
    numbers: dict[str, int] = {}
    for place in places:
        if place in found:
            continue
        word = re.sub(r"[^A-Za-z0-9]+", "_", place).strip("_")
        word = word[:1].lower() + word[1:]
        stem = name = word if word[:1].isalpha() else f"p{word}"
        while name in taken:
            numbers[stem] = number = numbers.get(stem, 1) + 1
            name = f"{stem}_{number}"
        found[place] = name
        taken.add(name)
    return found


def encode(net: Net) -> Term:
    """The term whose answers, in set mode, are the answers to the net's question, the initial stacks
    being empty; without a question, all reachable markings.
    """
    places = locations(net.places)
    match net.question:
        case Before(marking=marking):
            moves = [_transition(item.reversed(), places) for item in net.transitions]
            return sequence(*_pushes(marking, places), star(sum_of(*moves)))
        case Goal() as goal:
            asked = list(_goal(goal, net, places))
            bottoms = [push(BOTTOM, places[place]) for place in net.places if place in _counted(goal, net)]
        case None:
            asked, bottoms = [], []
    moves = [_transition(item, places) for item in net.transitions]
    return sequence(*bottoms, *_pushes(net.initial, places), star(sum_of(*moves)), *asked)


def _transition(transition: Transition, places: Mapping[str, str]) -> Term:
    return sequence(*_pops(transition.inputs, places), *_pushes(transition.outputs, places))


def _pops(bag: Bag, places: Mapping[str, str]) -> Iterator[Term]:
    return (pop(TOKEN, places[place]) for place, count in bag.items() for _ in range(count))


def _pushes(bag: Bag, places: Mapping[str, str]) -> Iterator[Term]:
    return (push(TOKEN, places[place]) for place, count in bag.items() for _ in range(count))


def _counted(goal: Goal, net: Net) -> set[str]:
    """The places whose tokens a goal must count to the last."""
    found = set(goal.exactly)
    if goal.dead:
        found.update(place for transition in net.transitions for place in transition.inputs)
    return found


def _goal(goal: Goal, net: Net, places: Mapping[str, str]) -> Iterator[Term]:
    for place, count in goal.at_least.items():
        yield from _at_least(count, places[place])
    for place, count in goal.exactly.items():
        yield _exactly(count, places[place])
    if goal.dead:
        for transition in net.transitions:
            yield _disabled(transition, places)


def _at_least(count: int, location: str) -> Iterator[Term]:
    yield from (pop(TOKEN, location) for _ in range(count))
    yield from (push(TOKEN, location) for _ in range(count))


def _exactly(count: int, location: str) -> Term:
    takes = (pop(TOKEN, location) for _ in range(count))
    puts = (push(TOKEN, location) for _ in range(count))
    return sequence(*takes, pop(BOTTOM, location), push(BOTTOM, location), *puts)


def _disabled(transition: Transition, places: Mapping[str, str]) -> Term:
    """That a transition lacks a token: the places before the first that has too few have enough, so there
    is one way to find out.
    """
    ways: list[Term] = []
    enough: list[Term] = []
    for place, weight in transition.inputs.items():
        location = places[place]
        ways += [sequence(*enough, _exactly(count, location)) for count in range(weight)]
        enough += _at_least(weight, location)
    return sum_of(*ways)


def marking(stacks: Mapping[str, list[Term]], net: Net) -> dict[str, int]:
    """The marking that the stacks of an answer are."""
    found = {}
    for place, location in locations(net.places).items():
        stack = stacks.get(location, [])
        if count := len(stack) - (bool(stack) and stack[0] == BOTTOM):
            found[place] = count
    return found
