"""Types of programs, with definitions; terms are looked into by the properties of the FMC."""

from random import Random
from time import perf_counter

import pytest

import calculus
from calculus.fmc.calculus import FMC
from calculus.fmc.types import types_of
from calculus.fmc.types.nodes import fields, find
from calculus.machine.instructions import STAR, join
from calculus.term import Term
from calculus.term.node import size
from calculus.verify.generation import fmc as generation
from calculus.verify.properties.fmc.typing import inferred


def test_typed_programs_do_not_get_stuck() -> None:
    typed = 0
    for seed in range(300):
        rng = Random(f"program {seed}")
        definitions, main = generation.program(rng.randrange, 12, count=2)
        text = "".join(f"def {name} = {term}\n\n" for name, term in definitions.items()) + str(main)
        program = calculus.program("fmc", text)
        typing = types_of(program)
        if typing.problems or str(typing.main).partition("=>")[0].strip():
            continue
        typed += 1
        result = calculus.run("fmc", program, max_steps=300, engine="reference")
        assert result.status != "stuck" or result.error.kind == "division", text
    assert typed > 30


def large_program(nodes: int) -> Term:
    """A typed program of about so many nodes."""
    parts: list[Term] = []
    total = seed = 0
    while total < nodes:
        rng = Random(f"large {seed}")
        seed += 1
        term = generation.term(rng.randrange, 25, mode="tame", locations=("λ", "a", "b"))
        found = inferred(term)
        if found is None or not found.expects_nothing:
            continue
        exits = [name for name, part in fields(found.exits)[0].items() if find(part).kind != "variable"]
        if exits != [STAR]:
            continue
        parts.append(term)
        total += size(term) + 1
    whole = parts.pop()
    while parts:
        whole = join(parts.pop(), STAR, whole)
    return whole


@pytest.mark.bench
def test_a_large_program_is_typed_in_two_seconds() -> None:
    term = large_program(20_000)
    start = perf_counter()
    assert types_of(FMC().program(term)).main is not None
    assert perf_counter() - start < 2
