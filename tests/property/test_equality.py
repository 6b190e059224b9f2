"""Permutation and equality, on generated terms."""

from collections.abc import Sequence
from itertools import count
from random import Random

import pytest

from calculus.fmc.equality import equal
from calculus.fmc.matching import body_index, location_of
from calculus.fmc.normal import normal_form
from calculus.fmc.permutation import canonical_form, permuted
from calculus.fmc.reduction import Redex, Step, contract, redexes, subterm
from calculus.fmc.rules import BY_NAME, RULES
from calculus.machine.instructions import POP, PUSH
from calculus.machine.reference import steps
from calculus.machine.state import State
from calculus.term import Term, alpha_equal, free_variables, variable
from calculus.term.node import node
from calculus.verify.independent.binding import free as naive_free
from calculus.verify.independent.binding import substitute
from tests.property.generators import random_open_term, random_term


def sample(seed: int, largest: int = 25) -> Term:
    rng = Random(f"equality {seed}")
    if seed % 2:
        return random_open_term(rng, rng.randint(1, largest), ("p", "q"))
    return random_term(rng, rng.randint(1, largest))


def exchanges(term: Term) -> list[tuple[int, ...]]:
    """Where two actions at different locations stand together that may change places."""
    found = []
    stack: list[tuple[Term, tuple[int, ...]]] = [(term, ())]
    while stack:
        item, path = stack.pop()
        stack += [(child, (*path, index)) for index, child in enumerate(item.children)]
        index = body_index(item)
        if index is None or body_index(item.children[index]) is None:
            continue
        second = item.children[index]
        if location_of(item) == location_of(second):
            continue
        if item.op is POP and second.op is PUSH and item.label[1] in naive_free(second.children[0]):
            continue
        found.append(path)
    return found


def exchange(term: Term, path: tuple[int, ...]) -> Term:
    """The textbook's `A.B.M` to `B.A.M` at a place, with new names for what both bind."""
    if path:
        children = list(term.children)
        children[path[0]] = exchange(children[path[0]], path[1:])
        return node(term.op, term.label, tuple(children))
    index = body_index(term)
    assert index is not None
    second = term.children[index]
    # The exchanged actions bind names that nothing else has.
    if term.op is POP:
        term = rename(term)
        second = term.children[0]
    if second.op is POP:
        second = rename(second)
    inner = body_index(second)
    assert inner is not None
    return replace_body(second, replace_body(term, second.children[inner]))


NAMES = count()


def rename(action: Term) -> Term:
    location, old = action.label
    new = f"w{next(NAMES)}"
    return node(POP, (location, new), (substitute(action.children[0], old, variable(new)),))


def replace_body(action: Term, body: Term) -> Term:
    kept = action.children[:1] if action.op is PUSH else ()
    return node(action.op, action.label, (*kept, body))


def ending(term: Term) -> tuple[object, dict[str, int]] | None:
    state = State(term)
    for _ in steps(state):
        if state.steps == 500:
            break
    if state.status != "done":
        return None
    return state.exit, {name: len(values) for name, values in state.memory().items()}


def check_permutation(first: int, many: int) -> int:
    exchanged = 0
    for seed in range(first, first + many):
        term = sample(seed)
        wanted = canonical_form(term)
        assert canonical_form(permuted(term)) is wanted
        rng = Random(seed)
        other = term
        for _ in range(6):
            places = exchanges(other)
            if not places:
                break
            other = exchange(other, rng.choice(places))
            exchanged += 1
            assert canonical_form(other) is wanted, f"{term} and {other}"
        if (before := ending(term)) is not None:
            assert ending(permuted(term)) == before
        assert free_variables(permuted(term)) == free_variables(term)
    return exchanged


def test_exchanges_do_not_change_the_canonical_form() -> None:
    assert check_permutation(0, 500) > 500


@pytest.mark.long
def test_exchanges_do_not_change_the_canonical_form_at_length() -> None:
    check_permutation(10_000, 20_000)


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
        term = random_term(rng, rng.randint(1, 15))
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
        stranger = random_term(rng, rng.randint(1, 8))
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
