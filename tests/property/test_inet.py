"""Interaction nets: one answer, the net that an independent reducer comes to in whatever order it takes the
active pairs.
"""

from dataclasses import replace
from random import Random

import pytest

import calculus
from calculus.encodings.inet.language import InetProgram
from calculus.encodings.inet.net import Net, System
from calculus.encodings.inet.syntax import read_net, read_system
from calculus.source.text import Source
from calculus.verify.generation.sources.inet import (
    SYSTEMS,
    expression,
    list_expression,
    oriented_net,
    wild_net,
)
from calculus.verify.independent.lafont import Graph

MOST = 60
"""Interactions of a net that is compared."""


def result(system: System, net: Net, engine: str = "reference") -> tuple[dict[str, str], Graph, bool]:
    """What is connected to the interface, the whole net that is shown, and whether wires were numbered."""
    program = InetProgram(Source(""), replace(system, net=net))
    found = calculus.run("inet", program, engine=engine, max_steps=1_000_000)
    assert found.complete and len(found.answers) == 1, (found.status, len(found.answers))
    data = found.view(found.answers[0]).data
    wires = [*(f"{name} = {end}" for name, end in data["net"].items()), *data["rest"]]
    if not wires:
        return {}, Graph(system, Net((), ())), bool(program.warnings)
    names = ", ".join(name.label for name in net.interface)
    shown = read_net(Source(f"{names}: {', '.join(wires)}"), system.agents)
    return data["net"], Graph(system, shown), bool(program.warnings)


def compare(system: System, text: str, random: Random, engine: str = "reference") -> bool | None:
    """Compare one net; None if it takes too long, else whether its wires were numbered."""
    net = read_net(Source(text), system.agents)
    graph = Graph(system, net)
    steps = graph.reduce(random, MOST)
    if steps is None:
        return None
    # In another order there are as many interactions, to the same end.
    again = Graph(system, net)
    assert again.reduce(random, MOST) == steps
    assert again.canonical() == graph.canonical(), text
    _, shown, numbered = result(system, net, engine)
    assert shown.canonical() == graph.canonical(), text
    return numbered


@pytest.mark.parametrize("name", SYSTEMS)
@pytest.mark.parametrize("make", [oriented_net, wild_net])
def test_random_nets(name: str, make: object) -> None:
    """`oriented_net` connects what gives to what takes, often without a circle; `wild_net` anything."""
    system = read_system(Source(SYSTEMS[name].text))
    outcomes = []
    for seed in range(30):
        random = Random(seed)
        text = (
            oriented_net(SYSTEMS[name], random.randrange)
            if make is oriented_net
            else wild_net(system, random.randrange)
        )
        outcomes.append(compare(system, text, random))
    assert outcomes.count(None) < 8
    if name != "combinators" and make is oriented_net:
        assert outcomes.count(False) > 10


@pytest.mark.long
@pytest.mark.parametrize("name", SYSTEMS)
def test_many_random_nets(name: str) -> None:
    system = read_system(Source(SYSTEMS[name].text))
    for seed in range(1_000, 5_000):
        random = Random(seed)
        compare(system, oriented_net(SYSTEMS[name], random.randrange), random)
        compare(system, wild_net(system, random.randrange), random)


@pytest.mark.parametrize("engine", ["reference", "kernel"])
def test_arithmetic(engine: str) -> None:
    """Expressions have the value that they have in Python."""
    system = read_system(Source(SYSTEMS["numbers"].text))
    for seed in range(25 if engine == "reference" else 10):
        random = Random(seed)
        text, value = expression(random.randrange)
        wires, _, numbered = result(system, read_net(Source(text), system.agents), engine)
        assert not numbered
        assert wires == {"r": "S(" * value + "Z" + ")" * value}, text


def test_lists() -> None:
    """Reverses and appends of lists are what they are in Python."""
    system = read_system(Source(SYSTEMS["lists"].text))
    for seed in range(25):
        text, value = list_expression(Random(seed).randrange)
        wires, _, numbered = result(system, read_net(Source(text), system.agents))
        assert not numbered
        shown = "".join(f"Cons({'S(' * item}Z{')' * item}, " for item in value) + "Nil" + ")" * len(value)
        assert wires == {"r": shown}, text
