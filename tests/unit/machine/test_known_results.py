"""The programs with known results of the specification."""

import pytest

from calculus.machine.instructions import LAMBDA
from calculus.machine.reference import step
from tests.unit.machine.helpers import run, stacks, state

COIN = "(rnd<a>.(a;True->H;False->rnd<b>.(b;True->T;False->I)))^I"
DOUBLE = "[0].[[1].add].((<f>.[f;f].I) (+) *)^I ; <g>.g"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("[0].<x>.[x].[x]", "0 0"),
        ("[0].[1].swap", "1 0"),
        ("[[1]].<f>.f.f.add", "2"),
        ("[<x>.<y>.x].<k>.[[9]].[[8]].k", "8"),
        ("[1].<x>.[2].<x>.[x]", "2"),
        ("([1].K; I->[9]); K->[2]", "1 2"),
        ("[[1].K].<f>.(f; [8]); K->[2]", "1 2"),
        ("([E].<f>.(f;E->[1]); E->[2])", "1"),
    ],
)
def test_ends_with_skip_and_leaves(text: str, left: str) -> None:
    machine = run(text, {"swap": "<x>.<y>.[x].[y]"})
    assert (machine.status, machine.exit) == ("done", "*")
    assert stacks(machine) == {LAMBDA: left.split()}


def test_arithmetic_takes_five_steps() -> None:
    machine = run("[2].[3].add.[7].sub")
    assert stacks(machine) == {LAMBDA: ["-2"]}
    assert machine.steps == 5


def test_uncaught_jump() -> None:
    machine = run("J; I->[1]")
    assert (machine.status, machine.exit, stacks(machine)) == ("done", "J", {})


def test_coin_with_false_false_true_takes_nineteen_steps() -> None:
    seed = next(
        seed for seed in range(1000) if [draws(seed, i) for i in range(3)] == ["False", "False", "True"]
    )
    machine = run(COIN, seed=seed)
    assert (machine.status, machine.exit, machine.steps) == ("done", "H", 19)
    assert stacks(machine) == {}


def draws(seed: int, index: int) -> str:
    effects = state("*", seed=seed).effects
    found = [str(effects.draw("rnd").label) for _ in range(index + 1)]
    return found[index]


@pytest.mark.parametrize("seed", range(20))
def test_doubling_counts_its_draws(seed: int) -> None:
    machine = state(DOUBLE, seed=seed)
    effects = machine.effects.copy()
    times = 0
    while effects.draw("rnd").label == "True":
        times += 1
    while step(machine):
        pass
    assert machine.status == "done"
    assert stacks(machine) == {LAMBDA: [str(2**times)]}


def test_coin_that_may_never_end_does_not_end() -> None:
    seed = next(seed for seed in range(100) if draws(seed, 0) == "False")
    machine = state("rnd<a>.(a;True->H;False->(*)^*)", seed=seed)
    while machine.steps < 1000:
        assert step(machine)
    assert machine.status == "running"
