"""Permutation and equality, on generated terms."""

from collections.abc import Sequence
from random import Random

import pytest

from calculus.fmc.equality import equal
from calculus.fmc.normal import normal_form
from calculus.fmc.permutation import canonical_form, permuted
from calculus.fmc.reduction import Redex, Step, contract, redexes, subterm
from calculus.fmc.rules import BY_NAME, RULES
from calculus.machine.reference import steps
from calculus.machine.state import State
from calculus.term import Term, alpha_equal
from calculus.verify.generation import fmc as generation


def sample(seed: int, largest: int = 25) -> Term:
    rng = Random(f"equality {seed}")
    if seed % 2:
        return generation.term(rng.randrange, rng.randint(1, largest), mode="wild", free=("p", "q"))
    return generation.term(rng.randrange, rng.randint(1, largest))


def ending(term: Term) -> tuple[object, dict[str, int]] | None:
    state = State(term)
    for _ in steps(state):
        if state.steps == 500:
            break
    if state.status != "done":
        return None
    return state.exit, {name: len(values) for name, values in state.memory().items()}


def test_what_permutation_changes_stays_equal_when_reduced() -> None:
    for seed in range(300):
        term = sample(seed)
        ours, theirs = (
            normal_form(item, loops="never", max_steps=3000).term for item in (term, permuted(term))
        )
        if ours is not None and theirs is not None:
            assert canonical_form(ours) is canonical_form(theirs)


def check_verdicts(first: int, many: int) -> dict[str, int]:
    """A term is never found different from what it reduces to, nor equal to what a run refutes."""
    found = {"equal": 0, "different": 0, "unknown": 0}
    for seed in range(first, first + many):
        rng = Random(f"verdict {seed}")
        term = generation.term(rng.randrange, rng.randint(1, 15))
        other = term
        for _ in range(3):
            places = redexes(other, RULES, limit=50)
            if places:
                other = contract(other, rng.choice(places))
        verdict = equal(term, other, max_steps=5000)
        assert verdict.verdict != "different", f"{term} and {other}: {verdict.to_json()}"
        found[verdict.verdict] += 1
        if verdict.proof is not None and verdict.proof.complete:
            check_proof(term, verdict.proof.left, verdict.proof.common)
            check_proof(other, verdict.proof.right, verdict.proof.common)
        stranger = generation.term(rng.randrange, rng.randint(1, 8))
        judged = equal(term, stranger, max_steps=3000).verdict
        found[judged] += 1
        one, another = ending(term), ending(stranger)
        if judged == "equal" and one is not None and another is not None:
            assert one == another
    return found


def check_proof(start: Term, path: Sequence[Step], common: Term) -> None:
    """Every step of a path is one of reduction, and the end is the common form permuted."""
    term = start
    for step in path:
        link = None
        for depth, index in enumerate(step.position):
            link = (link, index, subterm(term, step.position[:depth]))
        assert alpha_equal(contract(term, Redex(BY_NAME[step.rule], link)), step.term)
        term = step.term
    assert canonical_form(term) is canonical_form(common)


def test_verdicts_are_sound() -> None:
    found = check_verdicts(0, 12)
    assert found["equal"] > 6 and found["different"] > 3, found


@pytest.mark.long
def test_verdicts_are_sound_at_length() -> None:
    check_verdicts(10_000, 3_000)
