"""Interaction nets come to the one net that a reducer of graphs comes to, whatever its order."""

from dataclasses import replace
from functools import lru_cache
from random import Random
from typing import Any

import calculus
from calculus.encodings.inet.language import InetProgram
from calculus.encodings.inet.net import Net, System
from calculus.encodings.inet.syntax import read_net, read_system
from calculus.source.text import Source
from calculus.verify.generation.sources.inet import SYSTEMS, Reducing, reducing
from calculus.verify.independent.lafont import Graph
from calculus.verify.properties.encodings.comparing import agreement, told
from calculus.verify.property import Tally

MOST = 60
"""Interactions of a net that is compared."""
STEPS = 1_000_000


@lru_cache
def system(name: str) -> System:
    """One of the systems."""
    return read_system(Source(SYSTEMS[name].text))


def violation(subject: Reducing, tally: Tally) -> str | None:
    rules = system(subject.system)
    net = read_net(Source(subject.net), rules.agents)
    graph, again = Graph(rules, net), Graph(rules, net)
    steps = graph.reduce(Random(0), MOST)
    if steps is None:
        tally.count("given up")
        return None
    tally.count("interactions", steps)
    if again.reduce(Random(1), MOST) != steps or again.canonical() != graph.canonical():
        return "two orders of interactions come to different nets"
    program = InetProgram(Source(""), replace(rules, net=net))
    found: Any = calculus.run("inet", program, engine="reference", max_steps=STEPS)
    if not found.complete or len(found.answers) != 1:
        return f"the translation: {found.status}, {len(found.answers)} answers; the reducer: one net"
    data = found.view(found.answers[0]).data
    wires = [*(f"{name} = {end}" for name, end in data["net"].items()), *data["rest"]]
    names = ", ".join(name.label for name in net.interface)
    shown = read_net(Source(f"{names}: {', '.join(wires)}"), rules.agents) if wires else Net((), ())
    tally.count("compared")
    if Graph(rules, shown).canonical() == graph.canonical():
        return None
    return f"the translation: {told(', '.join(wires))}; the reducer: {told(graph.canonical())}"


PROPERTIES = (
    agreement(
        "inet",
        statement="The translation of an interaction net into the RMC has one answer, the net it reduces to.",
        source="rmc.md, Encodings",
        judge="a reducer of graphs",
        make=reducing,
        violation=violation,
        examples=80,
        unit=40,
        show=lambda subject: f"{subject.net} ({subject.system})",
    ),
)
