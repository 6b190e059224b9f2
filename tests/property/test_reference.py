"""The reference machine against a machine that substitutes literally, on random programs."""

from random import Random

import pytest

from calculus.machine.effects import Effects
from calculus.machine.instructions import jump
from calculus.machine.reference import can_move, steps
from calculus.machine.state import State
from calculus.term import Term, alpha_equal
from calculus.term.node import size
from calculus.verify.independent.machine import LiteralMachine
from tests.property.generators import MODES, Mode, random_program, random_term

LIMIT = 150


def both(
    term: Term, definitions: dict[str, Term], inputs: list[Term], seed: int = 0
) -> tuple[State, list[str], LiteralMachine]:
    """The two machines after at most `LIMIT` transitions, and the reference machine's rules."""
    state = State(term, definitions, effects=Effects(inputs, seed))
    rules = []
    for rule, _ in steps(state):
        rules.append(rule)
        if state.steps == LIMIT:
            can_move(state)
            break
    source = Effects(seed=seed)
    draws = [source.draw("rnd").label == "True" for _ in range(LIMIT)]
    literal = LiteralMachine(term, definitions, list(inputs), draws)
    literal.run(LIMIT)
    return state, rules, literal


def check(term: Term, definitions: dict[str, Term], seed: int) -> str:
    state, rules, literal = both(term, definitions, [jump(i) for i in range(3)], seed)
    if literal.status == "large":
        return "large"
    assert rules == literal.rules
    assert state.steps == len(rules)
    assert state.status == literal.status
    assert state.exit == literal.exit and type(state.exit) is type(literal.exit)
    assert (state.error.kind if state.error else None) == literal.kind
    ours = state.memory()
    theirs = {location: values for location, values in literal.stacks.items() if values}
    assert ours.keys() == theirs.keys()
    for location, values in ours.items():
        assert len(values) == len(theirs[location])
        # Literal substitution copies; a huge result is compared where it is small.
        pairs = zip(values, theirs[location], strict=True)
        assert all(alpha_equal(a, b) for a, b in pairs if size(b) < 2000)
    return state.status


def seeds(mode: Mode, count: int, first: int = 0) -> list[str]:
    """The outcomes of checking `count` programs."""
    found = []
    for seed in range(first, first + count):
        rng = Random(f"{mode} {seed}")
        effects = ("in", "out", "rnd") if seed % 2 else ()
        if seed % 3:
            definitions, main = random_program(rng, 25, mode=mode, effects=effects)
        else:
            definitions, main = {}, random_term(rng, 40, mode=mode, effects=effects)
        found.append(check(main, definitions, seed))
    return found


@pytest.mark.parametrize("mode", MODES)
def test_same_run_as_literal_substitution(mode: Mode) -> None:
    outcomes = seeds(mode, 1500)
    # The programs must not all be of one sort, or little has been tested.
    assert {"done", "stuck", "running"} <= set(outcomes)


@pytest.mark.long
@pytest.mark.parametrize("mode", MODES)
def test_same_run_as_literal_substitution_at_length(mode: Mode) -> None:
    seeds(mode, 20_000, first=10_000)
