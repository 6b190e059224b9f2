"""Place/transition nets: what they are made of, and how a marking changes.

A bag says how many tokens each place has, and leaves out the places that have none; a marking is a bag. A
question about a net is what to look for among its reachable markings (`Goal`), or from which markings a
given one is reached (`Before`).
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from calculus.source.strings import text_literal
from calculus.source.text import Span

Bag = Mapping[str, int]

_NOT_XML = re.compile("[^\\t\\n\\r\\x20-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")

RESERVED = frozenset({"net", "place", "transition", "goal", "before", "deadlock"})


@dataclass(frozen=True, slots=True)
class Transition:
    """A transition takes the tokens of `inputs` and puts those of `outputs`."""

    name: str
    inputs: Bag
    outputs: Bag
    span: Span | None = field(default=None, compare=False)

    def enabled(self, marking: Bag) -> bool:
        return all(marking.get(place, 0) >= weight for place, weight in self.inputs.items())

    def fire(self, marking: Bag) -> dict[str, int]:
        """The marking after an enabled transition has fired."""
        after = dict(marking)
        for place, weight in self.inputs.items():
            after[place] -= weight
        for place, weight in self.outputs.items():
            after[place] = after.get(place, 0) + weight
        return {place: count for place, count in after.items() if count}

    def reversed(self) -> "Transition":
        """The transition that fires backwards."""
        return Transition(self.name, self.outputs, self.inputs, self.span)


@dataclass(frozen=True, slots=True)
class Goal:
    """The markings that have `exactly` and `at_least` so many tokens in the places named there and, if
    `dead`, enable no transition.
    """

    exactly: Bag = field(default_factory=dict)
    at_least: Bag = field(default_factory=dict)
    dead: bool = False
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Before:
    """The markings from which `marking` is reached, itself among them."""

    marking: Bag
    span: Span | None = field(default=None, compare=False)


Question = Goal | Before


@dataclass(frozen=True, slots=True)
class Net:
    """A net with its initial marking; places and transitions are in the order of the text."""

    places: tuple[str, ...]
    transitions: tuple[Transition, ...]
    initial: Bag = field(default_factory=dict)
    name: str = ""
    question: Question | None = None

    def deadlocked(self, marking: Bag) -> bool:
        """Whether a marking enables nothing."""
        return not any(transition.enabled(marking) for transition in self.transitions)


def bag_text(bag: Bag, order: Iterable[str]) -> str:
    """A bag as the text format has it: `2 h + o`; `0` without tokens."""
    parts = [(bag[place], name_text(place)) for place in order if bag.get(place)]
    return " + ".join(name if count == 1 else f"{count} {name}" for count, name in parts) or "0"


def name_text(name: str) -> str:
    """A name as the text format has it: in quotes unless it is a word that means nothing else."""
    plain = name.isascii() and name.isidentifier() and name not in RESERVED
    return name if plain else text_literal(name)


def name_problem(name: str) -> str | None:
    """What is wrong with the name of a place, a transition or a net; such names can be written in PNML."""
    if not name:
        return "expected a name, found an empty text"
    if name != " ".join(name.split()):
        return "expected a name whose words are separated by single spaces"
    if _NOT_XML.search(name):
        return "expected a name without control characters"
    return None


def bag_of(tokens: Iterable[tuple[str, int]]) -> dict[str, int]:
    """The bag with so many tokens in each place, summed up."""
    bag: dict[str, int] = {}
    for place, count in tokens:
        if count:
            bag[place] = bag.get(place, 0) + count
    return bag
