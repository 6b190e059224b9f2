"""Exact inference."""

import time
from collections.abc import Iterator
from fractions import Fraction
from random import Random

import pytest

from calculus.machine.budget import Budget
from calculus.machine.effects import FALSE, TRUE, Effects
from calculus.machine.exact import Distribution, fraction_text, infer
from calculus.machine.explore import outcome_key
from calculus.machine.reference import resume, step
from calculus.machine.state import Closure, State
from calculus.source.diagnostic import UsageProblem
from calculus.verify.generation import fmc as generation
from tests.unit.machine.helpers import state

COIN = "(rnd<a>.(a;True->H;False->rnd<b>.(b;True->T;False->I)))^I"


def case(yes: str, no: str) -> str:
    """Draw, then go on as one of the two, outside of the handlers."""
    return f"rnd<b>.((b;True->[{yes}];False->[{no}]);<k>.k)"


def exits(text: str, definitions: dict[str, str] | None = None) -> dict[object, Fraction]:
    found = infer(state(text, definitions), Budget())
    assert (found.unexplored, found.stopped_by) == (0, None)
    result: dict[object, Fraction] = {entry.exit: entry.probability for entry in found.entries}
    if found.diverges:
        result["diverges"] = found.diverges
    assert sum(result.values()) == 1
    return result


def test_the_coin_of_the_specification() -> None:
    assert exits(COIN) == {"H": Fraction(2, 3), "T": Fraction(1, 3)}


def test_json() -> None:
    found = infer(state(COIN), Budget()).to_json()
    assert found["distribution"] == [
        {"probability": "2/3", "exit": "H", "stacks": {}},
        {"probability": "1/3", "exit": "T", "stacks": {}},
    ]
    assert (found["diverges"], found["unexplored"], found["stopped_by"]) == ("0", "0", None)


def test_no_draw() -> None:
    assert exits("[1].J") == {"J": 1}


def test_a_branch_that_never_ends() -> None:
    half = Fraction(1, 2)
    assert exits("rnd<a>.(a;True->H;False->(*)^*)") == {"H": half, "diverges": half}


def test_draws_that_never_end() -> None:
    assert exits("f", {"f": "rnd<a>.f"}) == {"diverges": 1}


def test_a_die_from_coins() -> None:
    die = {
        "s": case("s1", "s2"),
        "s1": case("s3", "s4"),
        "s2": case("s5", "s6"),
        "s3": case("s1", "1"),
        "s4": case("2", "3"),
        "s5": case("4", "5"),
        "s6": case("6", "s2"),
    }
    assert exits("s", die) == {i: Fraction(1, 6) for i in range(1, 7)}


def test_von_neumann() -> None:
    """A fair coin from one that shows A with probability 2/3."""
    definitions = {
        "biased": case("A", case("B", "biased")),
        "both": "[[A].same] ; <x>.(biased; A->[A].x; B->[B].x)",
        "fair": "(biased; A->(biased; A->I; B->H); B->(biased; A->T; B->I))^I",
    }
    assert exits("fair", definitions) == {"H": Fraction(1, 2), "T": Fraction(1, 2)}


def test_an_irrational_probability_is_bounded() -> None:
    machine = state("f", {"f": "rnd<b>.(b;True->*;False->f.f.f)"})
    found = infer(machine, Budget(), max_states=200)
    (entry,) = found.entries
    assert found.stopped_by == "states"
    golden = (5**0.5 - 1) / 2
    assert entry.probability < Fraction(golden) < entry.probability + found.unexplored
    assert entry.probability > Fraction(golden) - Fraction(1, 10**9)
    assert entry.probability + found.unexplored + found.diverges == 1
    assert entry.probability.denominator <= 2**128


@pytest.mark.parametrize("depth", [0, 1, 2, 5, 10])
def test_depth_gives_better_and_better_bounds(depth: int) -> None:
    machine = state("f", {"f": "rnd<b>.(b;True->*;False->f.f.f)"})
    found = infer(machine, Budget(), depth)
    more = infer(machine, Budget(), depth + 1)
    assert found.stopped_by == "depth"
    assert found.unexplored >= more.unexplored
    assert found.unexplored + sum(entry.probability for entry in found.entries) == 1


def test_depth_that_is_deep_enough_is_exact() -> None:
    found = infer(state(COIN), Budget(), 2)
    assert (found.unexplored, found.stopped_by) == (0, None)
    assert infer(state(COIN), Budget(), 1).unexplored == Fraction(1, 2)


def test_results_merge_up_to_bound_names() -> None:
    found = infer(state(case("[<x>.[x]]", "[<y>.[y]]")), Budget())
    assert [entry.probability for entry in found.entries] == [1]


def test_results_differ_by_stacks_and_sorts_of_labels() -> None:
    found = infer(state(f"{case('[1]', '[2]')} ; {case('5', 'K')}"), Budget())
    assert [entry.probability for entry in found.entries] == [Fraction(1, 4)] * 4


def test_stuck_is_an_outcome() -> None:
    found = infer(state(case("<x>", case("add", "J"))), Budget())
    assert [(entry.probability, entry.status) for entry in found.entries] == [
        (Fraction(1, 2), "stuck"),
        (Fraction(1, 4), "done"),
        (Fraction(1, 4), "stuck"),
    ]
    stuck = found.to_json()["distribution"][0]
    assert stuck["status"] == "stuck"
    assert stuck["exit"] is None
    assert stuck["error"]["message"] == "cannot pop from λ: the stack is empty"


def test_the_same_error_at_the_same_place_is_one_outcome() -> None:
    found = infer(state("(rnd<b>.(b;True->*;False->* ; *)) ; <x>"), Budget())
    assert [entry.probability for entry in found.entries] == [1]


def test_inputs_and_outputs() -> None:
    text = f"({case('in<x>.[x]out.Again', '*')})^Again"
    found = infer(state(text, inputs=["7", "8"]), Budget())
    shown = {
        (entry.status, *map(str, entry.stacks.get("out", ()))): entry.probability for entry in found.entries
    }
    assert shown == {
        ("done",): Fraction(1, 2),
        ("done", "7"): Fraction(1, 4),
        ("done", "7", "8"): Fraction(1, 8),
        ("stuck", "7", "8"): Fraction(1, 8),
    }


def test_a_run_between_draws_that_never_repeats_is_unexplored() -> None:
    found = infer(state(case("J", "([1])^*")), Budget(max_steps=20_000))
    assert [entry.probability for entry in found.entries] == [Fraction(1, 2)]
    assert (found.diverges, found.unexplored) == (0, Fraction(1, 2))
    assert found.stopped_by == "steps"
    assert found.steps <= 20_000


def test_a_long_run_does_not_keep_others_waiting() -> None:
    text = case("([1])^*", case("([1])^*", COIN))
    found = infer(state(text), Budget(max_steps=50_000))
    assert {entry.exit: entry.probability for entry in found.entries} == {
        "H": Fraction(1, 6),
        "T": Fraction(1, 12),
    }


def test_seconds() -> None:
    found = infer(state("([1])^*"), Budget(max_seconds=0.1, started=time.monotonic()))
    assert (found.stopped_by, found.unexplored) == ("seconds", 1)


def test_thousands_of_states() -> None:
    """Gambler's ruin among 1500 amounts, the amount in a cell; 500 are lost with 2/3."""
    turn = (
        "c<n>.(([n].[0].eq);<b>.((b;True->[Lost];False->[([n].[1500].eq);<b>.("
        "(b;True->[Won];False->[rnd<r>.((r;True->[[1]];False->[[-1]]);<k>.k);<d>.[n].[d].add.<m>.[m]c])"
        ";<k>.k)]);<k>.k))"
    )
    machine = state(f"[500]c.({turn})^*")
    started = time.monotonic()
    found = infer(machine, Budget())
    assert [(entry.exit, entry.probability) for entry in found.entries] == [
        ("Lost", Fraction(2, 3)),
        ("Won", Fraction(1, 3)),
    ]
    assert found.states == 1499
    assert time.monotonic() - started < 20


def test_several_random_locations_and_the_state_given() -> None:
    machine = state("rnd<a>.(a;True->H;False->T)")
    infer(machine, Budget())
    assert (machine.steps, machine.status, machine.effects.exact) == (0, "running", False)


@pytest.mark.parametrize("text", ["nd<x>", "rnd<a>.nd<x>"])
def test_choices_have_no_probabilities(text: str) -> None:
    with pytest.raises(UsageProblem, match="nd cannot be used while probabilities are computed"):
        infer(state(text), Budget())


def test_the_host_cannot_be_asked() -> None:
    with pytest.raises(UsageProblem, match="host's location ask"):
        infer(state("rnd<a>.ask<x>", hosts={"ask": "source"}), Budget())


def test_fractions_of_any_length() -> None:
    assert fraction_text(Fraction(2, 3)) == "2/3"
    assert fraction_text(Fraction(4, 2)) == "2"
    assert fraction_text(Fraction(0)) == "0"
    assert len(fraction_text(Fraction(1, 10**10_000))) == 10_003


# Against trying every sequence of draws.


def paths(machine: State, draws: int, limit: int) -> Iterator[tuple[int, State]]:
    """Every run with at most so many draws, with the number made."""
    stack = [(0, machine)]
    while stack:
        made, at = stack.pop()
        while at.steps < limit and step(at):
            pass
        if at.status == "suspended" and made < draws:
            for value in (TRUE, FALSE):
                half = at.copy()
                resume(half, Closure(value, {}))
                stack.append((made + 1, half))
        else:
            yield made, at


def check(found: Distribution, machine: State, draws: int) -> tuple[Fraction, Fraction]:
    ends: dict[object, Fraction] = {}
    open_ = Fraction(0)
    for made, at in paths(machine, draws, 2000):
        share = Fraction(1, 2**made)
        if at.status in ("done", "stuck"):
            key = outcome_key(at.status, at.exit, at.memory(), at.error)
            ends[key] = ends.get(key, Fraction(0)) + share
        else:
            open_ += share
    total = sum(entry.probability for entry in found.entries)
    assert total + found.diverges + found.unexplored == 1
    for entry in found.entries:
        key = outcome_key(entry.status, entry.exit, entry.stacks, entry.error)
        assert abs(entry.probability - ends.pop(key, Fraction(0))) <= max(open_, found.unexplored)
    assert sum(ends.values(), Fraction(0)) <= found.unexplored
    return open_, found.unexplored


def test_against_all_sequences_of_draws() -> None:
    tight = several = 0
    for seed in range(200):
        rng = Random(seed)
        definitions, main = generation.program(rng.randrange, 45, effects=("rnd", "rnd", "out"))
        machine = State(main, definitions, effects=Effects(exact=True))
        found = infer(machine, Budget(max_steps=20_000), max_states=64)
        open_, unexplored = check(found, machine.copy(), 7)
        tight += open_ == 0 and unexplored == 0
        several += len(found.entries) > 1
    # Otherwise the bounds would say little.
    assert tight > 60
    assert several > 25
