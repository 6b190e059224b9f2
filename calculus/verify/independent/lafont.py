"""Interaction nets as graphs, reduced one active pair at a time in any order: an independent engine.

A net is a map from ports to ports. A port is a cell and a number, 0 for the principal port; an open end is
the port 0 of its name. A name of the source is at first a node with two ports, which is then taken out.
"""

from collections.abc import Iterable
from itertools import count
from random import Random
from typing import Any

from calculus.encodings.inet.net import Net, System, Wire
from calculus.machine.relational.instructions import VARIABLE
from calculus.term import Term

Port = tuple[Any, int]


class Graph:
    def __init__(self, system: System, net: Net) -> None:
        self.system = system
        self.interface = [name.label for name in net.interface]
        self.agents: dict[Any, str] = {}
        self.links: dict[Port, Port] = {}
        self.fresh = count()
        names: dict[str, list[Port]] = {name: [(name, 0)] for name in self.interface}
        self.connect(net.wires, names)

    def link(self, one: Port, other: Port) -> None:
        self.links[one] = other
        self.links[other] = one

    def connect(self, wires: Iterable[Wire], given: dict[str, list[Port]]) -> None:
        """Add wires, the names that are given being those of ports there are."""
        nodes: dict[str, Any] = {}
        sides: dict[str, int] = {}

        def end(term: Term) -> Port:
            if term.op is not VARIABLE:
                cell = next(self.fresh)
                self.agents[cell] = term.label
                for port, child in enumerate(term.children, 1):
                    self.link((cell, port), end(child))
                return cell, 0
            node = nodes.setdefault(term.label, ("name", next(self.fresh)))
            sides[term.label] = sides.get(term.label, -1) + 1
            return node, sides[term.label]

        for left, right in wires:
            self.link(end(left), end(right))
        for name, ports in given.items():
            if name not in nodes:
                nodes[name] = ("name", next(self.fresh))
            for side, port in enumerate(ports, sides.get(name, -1) + 1):
                self.link((nodes[name], side), port)
        for node in nodes.values():
            one, other = self.links.pop((node, 0)), self.links.pop((node, 1))
            if one != (node, 1):
                self.link(one, other)

    def active(self) -> list[tuple[Any, Any]]:
        """The pairs of cells that have a rule and face each other."""
        found = []
        for cell in self.agents:
            other, port = self.links[cell, 0]
            faces = port == 0 and other in self.agents and cell <= other
            if faces and self.system.rule(self.agents[cell], self.agents[other]):
                found.append((cell, other))
        return found

    def interact(self, one: Any, other: Any) -> None:
        rule = self.system.rule(self.agents[one], self.agents[other])
        assert rule is not None
        if rule.left.label != self.agents[one]:
            one, other = other, one
        assert [rule.left.label, rule.right.label] == [self.agents.pop(one), self.agents.pop(other)]
        del self.links[one, 0], self.links[other, 0]
        # Each wire that ends at an auxiliary port ends now at the port of a stand-in.
        given: dict[str, list[Port]] = {}
        stand_ins: list[Any] = []
        for cell, side in ((one, rule.left), (other, rule.right)):
            for port, name in enumerate(side.children, 1):
                stand_in = ("stand-in", next(self.fresh))
                self.link((stand_in, 0), self.links.pop((cell, port)))
                given[name.label] = [(stand_in, 1)]
                stand_ins.append(stand_in)
        self.connect(rule.wires, given)
        for stand_in in stand_ins:
            back, front = self.links.pop((stand_in, 0)), self.links.pop((stand_in, 1))
            if back != (stand_in, 1):
                self.link(back, front)

    def reduce(self, random: Random, most: int) -> int | None:
        """The number of interactions to the end, None if there are more than `most`."""
        for steps in range(most + 1):
            pairs = self.active()
            if not pairs:
                return steps
            self.interact(*random.choice(pairs))
        return None

    def canonical(self) -> tuple[Any, ...]:
        """Equal for nets that are equal up to the numbers of cells."""
        numbers: dict[Any, int] = {}
        shape = [self._walk((name, 0), numbers) for name in self.interface]
        parts = []
        for start in self.agents:
            if start not in numbers:
                own: dict[Any, int] = {}
                self._walk_cell(start, own)
                parts.append(min(repr(self._walk_cell(cell, {})) for cell in own))
                numbers |= dict.fromkeys(own, -1)
        return (*shape, *sorted(parts))

    def _walk(self, port: Port, numbers: dict[Any, int]) -> list[Any]:
        other, number = self.links[port]
        if other not in self.agents:
            return ["open", other]
        if other in numbers:
            return [numbers[other], number]
        return [number, self._walk_cell(other, numbers)]

    def _walk_cell(self, start: Any, numbers: dict[Any, int]) -> list[Any]:
        """The cells met from one on, each with what its ports lead to."""
        found = []
        numbers[start] = len(numbers)
        waiting = [start]
        while waiting:
            cell = waiting.pop(0)
            row: list[Any] = [self.agents[cell]]
            for port in range(self.system.agents[self.agents[cell]].arity + 1):
                other, number = self.links[cell, port]
                if other in self.agents and other not in numbers:
                    numbers[other] = len(numbers)
                    waiting.append(other)
                row.append((numbers.get(other, other), number))
            found.append(row)
        return found
