"""Reduction beside what the properties of the FMC look into: what is remembered, forks, examples."""

from random import Random

import pytest

import calculus
from calculus.fmc.normal import normal_form
from calculus.fmc.reduction import Finder, contract, redexes
from calculus.fmc.rules import RULES, TERMINATING
from calculus.term import Term, alpha_equal, nameless
from calculus.verify.generation import fmc as generation


def sample(seed: int, largest: int = 25) -> Term:
    rng = Random(f"reduction {seed}")
    if seed % 2:
        return generation.term(rng.randrange, rng.randint(1, largest), mode="wild", free=("p", "q"))
    return generation.term(rng.randrange, rng.randint(1, largest))


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
        term = sample(seed, 18)
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
    assert check_forks(0, 70) > 24


@pytest.mark.long
def test_forks_join_at_length() -> None:
    check_forks(10_000, 10_000)


def test_normal_form_of_a_closed_run_is_its_result() -> None:
    for text, wanted in [
        ("[2].[3].add.[7].sub", "[-2]"),
        ("[[1]].<f>.f.f.add", "[2]"),
        ("[[1].K].<f>.(f; [8]); K->[2]", "[1].[2]"),
        ("([E].<f>.(f;E->[1]); E->[2])", "[1]"),
        ("[2].<x>.[[x].[1].sub].([5].add; J->*)", "[[1]].[5].add"),
    ]:
        assert str(normal_form(calculus.parse("fmc", text)).term) == wanted
