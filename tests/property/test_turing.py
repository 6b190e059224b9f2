"""Turing machines against an interpreter, forwards and, by their duals, backwards."""

from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import calculus
from calculus.encodings.turing.machine import Machine, Tape, trimmed
from calculus.encodings.turing.translation import tape_on
from calculus.verify.generation.sources.turing import machine as turing_machine
from calculus.verify.independent.turing import outcomes, shown
from calculus.verify.strategies.choices import built

LIMIT = 60
"""Steps of a machine that the interpreter makes."""


def machines(*, ways: int = 1) -> st.SearchStrategy[str]:
    return built(turing_machine, 20, ways=ways)


def tape_for(data: st.DataObject, machine: Machine) -> str:
    return "".join(data.draw(st.lists(st.sampled_from(machine.symbols), max_size=4)))


@pytest.mark.parametrize("engine", ["reference", "kernel"])
@settings(max_examples=150)
@given(text=machines(), data=st.data())
def test_runs_as_the_interpreter_says(text: str, data: st.DataObject, engine: str) -> None:
    program = calculus.program("turing", text)
    tape = tape_for(data, program.machine)
    halts = outcomes(program.machine, tape, LIMIT)
    answers: Any = calculus.solve("turing", program, inputs=[tape], max_steps=150 * LIMIT, engine=engine)
    found = [answers.view(answer).data for answer in answers]
    if halts is None:
        assert all(one["steps"] > LIMIT for one in found)
    else:
        assert answers.complete
        assert found == [shown(program.machine, halt) for halt in halts]


@pytest.mark.parametrize("engine", ["reference", "kernel"])
@settings(max_examples=150)
@given(text=machines(ways=2), data=st.data())
def test_follows_all_ways(text: str, data: st.DataObject, engine: str) -> None:
    program = calculus.program("turing", text)
    tape = tape_for(data, program.machine)
    halts = outcomes(program.machine, tape, 12)
    assume(halts is not None and len(halts) < 50)
    assert halts is not None
    answers: Any = calculus.solve("turing", program, inputs=[tape], engine=engine)
    found = [answers.view(answer).data for answer in answers]
    assert answers.complete
    wanted = [shown(program.machine, halt) for halt in halts]
    assert sorted(found, key=str) == sorted(wanted, key=str)


@settings(max_examples=50)
@given(machines(), st.data())
def test_the_dual_comes_back_to_the_tape(text: str, data: st.DataObject) -> None:
    program = calculus.program("turing", text)
    tape = tape_for(data, program.machine)
    halts = outcomes(program.machine, tape, 8)
    assume(halts is not None)
    [final] = calculus.solve("turing", program, inputs=[tape], engine="reference")
    dual = calculus.dual(program, "turing")
    answers: Any = calculus.solve("rmc", dual, stacks=final.stacks, max_steps=20_000, engine="reference")
    begun = {initial_tape(program.machine, answer.stacks) for answer in answers}
    assert trimmed(list(tape), 0, program.machine.blank) in begun or not answers.complete


def initial_tape(machine: Machine, memory: dict[str, Any]) -> Tape:
    assert not memory.keys() - {"l", "r"}
    return tape_on(memory, machine.blank)


@settings(max_examples=50)
@given(machines(ways=2), st.booleans())
def test_layout_keeps_the_machine(text: str, unicode: bool) -> None:
    laid_out = calculus.format("turing", text, unicode=unicode)
    assert calculus.format("turing", laid_out, unicode=unicode) == laid_out
    translation = calculus.translate("turing", text)
    assert calculus.translate("turing", laid_out) == translation
    assert calculus.format("rmc", translation) == translation
