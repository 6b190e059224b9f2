"""Interaction nets: agents, the rules of what two cells become, and the net to reduce.

A cell is a constructor with what its auxiliary ports are connected to as arguments, and stands itself for
its principal port. A wire between two ports is a variable that occurs twice; `t = u` connects two ends.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from calculus.machine.relational.instructions import CONSTRUCTOR, VARIABLE
from calculus.source.text import Span
from calculus.term import Term

Wire = tuple[Term, Term]
"""Two ends that are connected."""


@dataclass(frozen=True, slots=True)
class Agent:
    """An agent with so many auxiliary ports."""

    name: str
    arity: int
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Rule:
    """What becomes of two cells whose principal ports are connected; the arguments of both are names."""

    left: Term
    right: Term
    wires: tuple[Wire, ...]
    span: Span | None = field(default=None, compare=False)

    @property
    def pair(self) -> str:
        return f"{self.left.label} >< {self.right.label}"


@dataclass(frozen=True, slots=True)
class Net:
    """Wires; the names of the `interface` are those of the ends that stay open."""

    interface: tuple[Term, ...]
    wires: tuple[Wire, ...]
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class System:
    """The items of a file."""

    agents: Mapping[str, Agent]
    rules: Mapping[frozenset[str], Rule]
    net: Net | None

    def rule(self, left: str, right: str) -> Rule | None:
        """The rule for two agents, in either order."""
        return self.rules.get(frozenset((left, right)))


def names(end: Term) -> Iterator[Term]:
    """The names in an end, every occurrence, from left to right."""
    stack = [end]
    while stack:
        item = stack.pop()
        if item.op is VARIABLE:
            yield item
        stack += reversed(item.children)


def cells(end: Term) -> Iterator[Term]:
    """The cells in an end, every occurrence, the outer first."""
    stack = [end]
    while stack:
        item = stack.pop()
        if item.op is CONSTRUCTOR:
            yield item
            stack += reversed(item.children)


def end_text(end: Term) -> str:
    """An end in the text format."""
    pieces: list[str] = []
    stack: list[Term | str] = [end]
    while stack:
        item = stack.pop()
        if isinstance(item, str):
            pieces.append(item)
            continue
        pieces.append(item.label)
        if item.children:
            stack.append(")")
            for index, child in enumerate(reversed(item.children)):
                stack += [", ", child] if index else [child]
            stack.append("(")
    return "".join(pieces)


def wire_text(wire: Wire) -> str:
    return f"{end_text(wire[0])} = {end_text(wire[1])}"
