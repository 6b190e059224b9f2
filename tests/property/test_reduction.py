"""Reduction against a textbook version, against the machine, against evaluation, and confluence."""

from random import Random

import pytest

import calculus
from calculus.fmc.normal import normal_form
from calculus.fmc.reduction import STRATEGIES, Finder, contract, redexes, reduce
from calculus.fmc.rules import RULES, TERMINATING
from calculus.machine.reference import steps
from calculus.machine.state import State
from calculus.term import Term, alpha_equal, nameless
from calculus.term.node import size
from calculus.verify.independent.reduction import reducts
from tests.property.generators import random_open_term, random_term


def sample(seed: int, largest: int = 25) -> Term:
    rng = Random(f"reduction {seed}")
    if seed % 2:
        return random_open_term(rng, rng.randint(1, largest), ("p", "q"))
    return random_term(rng, rng.randint(1, largest))


def check_one_step(first: int, count: int) -> None:
    seen = set()
    for seed in range(first, first + count):
        term = sample(seed)
        if size(term) > 200:
            continue
        ours = [(redex.rule.name.partition("-")[0], redex.position) for redex in redexes(term)]
        theirs = {(rule, position): after for rule, position, after in reducts(term)}
        assert len(ours) == len(set(ours))
        assert set(ours) == theirs.keys(), str(term)
        for redex, key in zip(redexes(term), ours, strict=True):
            assert alpha_equal(contract(term, redex), theirs[key]), f"{key} of {term}"
            seen.add(key[0])
    assert seen == {"beta", "delta", "select", "reject", "prefix", "assoc", "unit", "exit", "unroll"}


def test_one_step_is_that_of_the_textbook() -> None:
    check_one_step(0, 1200)


@pytest.mark.long
def test_one_step_is_that_of_the_textbook_at_length() -> None:
    check_one_step(10_000, 40_000)


def test_what_was_remembered_makes_no_difference() -> None:
    for seed in range(150):
        term = sample(seed)
        finder = Finder(TERMINATING)
        for _ in range(20):
            found = list(finder.redexes(term))
            assert [(redex.rule, redex.position) for redex in found] == [
                (redex.rule, redex.position) for redex in redexes(term, TERMINATING)
            ]
            first = next(iter(finder.redexes(term)), None)
            if first is None:
                break
            term = contract(term, first)


def check_forks(first: int, count: int) -> int:
    """Every one-step fork of a term joins: in a normal form, or within a few steps, by searching."""
    joined = 0
    for seed in range(first, first + count):
        term = sample(seed, 10)
        after = {nameless(contract(term, redex)): contract(term, redex) for redex in redexes(term, RULES)}
        forks = list(after.values())
        for other in forks[1:]:
            assert joins(forks[0], other), f"{term}: {forks[0]} and {other}"
            joined += 1
    return joined


def joins(left: Term, right: Term, depth: int = 4, most: int = 3000) -> bool:
    # Most forks meet in the normal form, loops left alone. Others are searched, loops and all.
    ends = [normal_form(term, loops="never", max_steps=2000).term for term in (left, right)]
    if ends[0] is not None and ends[1] is not None and alpha_equal(ends[0], ends[1]):
        return True
    ours, theirs = {nameless(left): left}, {nameless(right): right}
    new = [dict(ours), dict(theirs)]
    for _ in range(depth):
        for side, seen in enumerate((ours, theirs)):
            found = {}
            for term in new[side].values():
                for redex in redexes(term):
                    after = contract(term, redex)
                    found[nameless(after)] = after
            new[side] = {key: term for key, term in found.items() if key not in seen}
            seen.update(new[side])
        if ours.keys() & theirs.keys():
            return True
        if len(ours) + len(theirs) > most:
            break
    return False


def test_forks_join() -> None:
    assert check_forks(0, 30) > 24


@pytest.mark.long
def test_forks_join_at_length() -> None:
    check_forks(10_000, 10_000)


def check_evaluation(first: int, count: int) -> int:
    agreed = 0
    for seed in range(first, first + count):
        term = sample(seed)
        loops = "head" if seed % 3 == 0 else "never"
        stepped = reduce(term, max_steps=300, loops=loops, keep=False)
        evaluated = normal_form(term, max_steps=5000, loops=loops)
        if stepped.normal and evaluated.term is not None:
            assert alpha_equal(stepped.result, evaluated.term), f"{loops}: {term}"
            agreed += 1
    return agreed


def test_evaluation_gives_the_normal_form_of_stepping() -> None:
    assert check_evaluation(0, 700) > 550


@pytest.mark.long
def test_evaluation_gives_the_normal_form_of_stepping_at_length() -> None:
    check_evaluation(10_000, 60_000)


def test_strategies_agree() -> None:
    for seed in range(150):
        term = sample(seed)
        wanted = reduce(term, max_steps=200, loops="never", keep=False)
        for strategy in STRATEGIES:
            found = reduce(term, strategy, max_steps=200, seed=seed, loops="never", keep=False)
            if wanted.normal and found.normal and strategy != "head":
                assert alpha_equal(wanted.result, found.result), f"{strategy}: {term}"


def check_machine(first: int, count: int) -> int:
    """Reducing a term changes no run that ends well: same label, same stacks up to reduction."""
    compared = 0
    for seed in range(first, first + count):
        rng = Random(f"machine {seed}")
        term = random_term(rng, rng.randint(1, 30))
        before = ending(term)
        if before is None:
            continue
        path = reduce(term, "random", max_steps=8, seed=seed).path
        for step in path[-2:]:
            after = ending(step.term)
            assert after is not None, f"{term} ends well, {step.term} does not"
            assert after[0] == before[0]
            assert same_stacks(after[1], before[1]), f"{term} and {step.term}"
            compared += 1
    return compared


def ending(term: Term) -> tuple[object, dict[str, list[Term]]] | None:
    state = State(term)
    for _ in steps(state):
        if state.steps == 600:
            break
    return (state.exit, state.memory()) if state.status == "done" else None


def same_stacks(left: dict[str, list[Term]], right: dict[str, list[Term]]) -> bool:
    if {name: len(values) for name, values in left.items()} != {
        name: len(values) for name, values in right.items()
    }:
        return False
    for name, values in left.items():
        for one, other in zip(values, right[name], strict=True):
            ours, theirs = (normal_form(value, loops="never", max_steps=2000).term for value in (one, other))
            if ours is not None and theirs is not None and not alpha_equal(ours, theirs):
                return False
    return True


def test_reduction_keeps_runs_that_end_well() -> None:
    assert check_machine(0, 500) > 300


@pytest.mark.long
def test_reduction_keeps_runs_that_end_well_at_length() -> None:
    check_machine(10_000, 20_000)


def test_normal_form_of_a_closed_run_is_its_result() -> None:
    for text, wanted in [
        ("[2].[3].add.[7].sub", "[-2]"),
        ("[[1]].<f>.f.f.add", "[2]"),
        ("[[1].K].<f>.(f; [8]); K->[2]", "[1].[2]"),
        ("([E].<f>.(f;E->[1]); E->[2])", "[1]"),
        ("[2].<x>.[[x].[1].sub].([5].add; J->*)", "[[1]].[5].add"),
    ]:
        assert str(normal_form(calculus.parse("fmc", text)).term) == wanted
