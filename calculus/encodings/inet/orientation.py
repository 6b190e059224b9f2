"""Which end of a wire gives what the other takes.

In a system of data and functions every port has an orientation: a constructor gives itself at its principal
port, a function waits there for one and gives its results at some of the others, and every wire runs from a
port that gives to one that takes. Lafont (1990) has the programmer declare this with the types of ports;
here it is worked out, if there is one, from what the rules and the net connect.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from calculus.encodings.inet.net import Agent, Rule, System, Wire, cells
from calculus.machine.relational.instructions import VARIABLE
from calculus.term import Term

Key = tuple[str, int] | tuple[int, str]
"""A port of an agent, or a name in one of the rules (the net's number is that after the last)."""


@dataclass(frozen=True, slots=True)
class Orientation:
    """`gives` says of every port of an agent whether it gives; `kinds` which principal ports may meet: those
    of one kind. `inputs` are the names of the interface at which the net takes what it is not given.
    """

    gives: Mapping[tuple[str, int], bool]
    kinds: Mapping[str, Key]
    inputs: tuple[str, ...]


class Signs:
    """Classes of keys, and in each which have the sign of its representative (union-find with parity)."""

    def __init__(self) -> None:
        self.above: dict[Key, tuple[Key, bool]] = {}

    def find(self, key: Key) -> tuple[Key, bool]:
        """The representative of a key, and whether their signs are the same."""
        path = []
        same = True
        while key in self.above:
            path.append(key)
            key, equal = self.above[key]
            same = same == equal
        rest = same
        for item in path:
            equal = self.above[item][1]
            self.above[item] = key, rest
            rest = rest == equal
        return key, same

    def relate(self, left: Key, right: Key, same: bool) -> bool:
        """Demand that two keys have the same sign or have not; False if that contradicts what is known."""
        (one, left_same), (two, right_same) = self.find(left), self.find(right)
        wanted = (left_same == right_same) == same
        if one == two:
            return wanted
        self.above[one] = two, wanted
        return True


def orient(system: System) -> Orientation | Rule | None:
    """The orientation of a system; where there is none, the rule that shows it, None if the net does."""
    signs = Signs()
    for number, rule in enumerate(system.rules.values()):
        if not signs.relate((rule.left.label, 0), (rule.right.label, 0), False):
            return rule
        free = [
            ((number, name.label), (cell.label, port))
            for cell in (rule.left, rule.right)
            for port, name in enumerate(cell.children, 1)
        ]
        # The first place of a name is where it stands in the cell; seen from the rule, the other end.
        known = {key[1] for key, _ in free}
        if not all(signs.relate(key, port, False) for key, port in free):
            return rule
        if not all(_related(rule.wires, number, known, signs)):
            return rule
    net = system.net
    known = {name.label for name in net.interface} if net else set()
    number = len(system.rules)
    if net and not all(_related(net.wires, number, known, signs)):
        return None
    outside = [(name.label, (number, name.label)) for name in net.interface] if net else []
    return _decided(list(system.agents.values()), outside, signs)


def _related(wires: Iterable[Wire], number: int, met: set[str], signs: Signs) -> Iterator[bool]:
    """Relate the ends of all wires. The sign of a name is that of its first place; its second has the
    opposite. `met` are the names met before.
    """

    def place(name: Term) -> tuple[Key, bool]:
        second = name.label in met
        met.add(name.label)
        return (number, name.label), not second

    for wire in wires:
        for cell in (cell for end in wire for cell in cells(end)):
            for port, child in enumerate(cell.children, 1):
                if child.op is VARIABLE:
                    key, same = place(child)
                    yield signs.relate((cell.label, port), key, same)
                else:
                    yield signs.relate((cell.label, port), (child.label, 0), False)
        ends: list[tuple[Key, bool]] = []
        for end in wire:
            if end.op is VARIABLE:
                # What the name brings here is what stands at its other place.
                key, same = place(end)
                ends.append((key, not same))
            else:
                ends.append(((end.label, 0), True))
        (left, one), (right, two) = ends
        yield signs.relate(left, right, one != two)


def _decided(agents: Sequence[Agent], outside: Sequence[tuple[str, Key]], signs: Signs) -> Orientation:
    """The orientation with a sign for every class: if it can be, constructors give nothing but themselves,
    and what is `outside`, at the names of the interface, takes.
    """
    chosen: dict[Key, bool] = {}

    def sign(key: Key, chosen: Mapping[Key, bool]) -> bool | None:
        found, same = signs.find(key)
        return chosen[found] == same if found in chosen else None

    def cost(chosen: Mapping[Key, bool]) -> tuple[int, int]:
        awkward = sum(
            any(sign((agent.name, port), chosen) for port in range(1, agent.arity + 1))
            for agent in agents
            if sign((agent.name, 0), chosen)
        )
        return awkward, sum(bool(sign(key, chosen)) for _, key in outside)

    # Without a reason for either, an agent without further ports is a constructor.
    keys = [(agent.name, port) for agent in sorted(agents, key=_arity) for port in _ports(agent)]
    for wanted in (*keys, *(key for _, key in outside)):
        key, same = signs.find(wanted)
        if key not in chosen:
            chosen[key] = min((same, not same), key=lambda value: cost({**chosen, key: value}))
    return Orientation(
        {
            (agent.name, port): bool(sign((agent.name, port), chosen))
            for agent in agents
            for port in _ports(agent)
        },
        {agent.name: signs.find((agent.name, 0))[0] for agent in agents},
        tuple(name for name, key in outside if sign(key, chosen)),
    )


def _arity(agent: Agent) -> int:
    return agent.arity


def _ports(agent: Agent) -> range:
    return range(agent.arity + 1)
