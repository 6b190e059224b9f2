"""Binding against its textbook versions, on random terms."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculus.machine.instructions import POP
from calculus.term import (
    Term,
    alpha_equal,
    free_variables,
    nameless,
    node,
    substitute,
    variable,
)
from calculus.term.node import postorder
from calculus.verify.independent import binding as naive
from tests.property.generators import random_open_term

NAMES = ("x", "y", "z")


def open_term(seed: int, size: int) -> Term:
    """A wild term in which x, y, z may be free; few names, so that captures are frequent."""
    rng = Random(seed)
    return random_open_term(rng, size, NAMES, names=NAMES, locations=("λ", "a"))


open_terms = st.builds(open_term, st.integers(0, 2**32 - 1), st.integers(1, 40))


def renamed(term: Term, rng: Random) -> Term:
    """An α-variant: every binder gets a new name."""
    if term.op is not POP:
        return node(term.op, term.label, tuple(renamed(child, rng) for child in term.children))
    location, name = term.label
    new = f"n{rng.randrange(10**6)}"
    body = naive.substitute(renamed(term.children[0], rng), name, variable(new))
    return node(POP, (location, new), (body,))


@given(open_terms)
def test_free_variables(term: Term) -> None:
    assert free_variables(term) == naive.free(term)


@given(open_terms, open_terms, st.sampled_from(NAMES))
def test_substitution_is_the_textbook_one(term: Term, value: Term, name: str) -> None:
    ours = substitute(term, {name: value})
    assert naive.alpha_equal(ours, naive.substitute(term, name, value))


@given(open_terms, open_terms, open_terms)
def test_simultaneous_substitution(term: Term, first: Term, second: Term) -> None:
    ours = substitute(term, {"x": first, "y": second})
    # One after the other, by way of names that occur nowhere.
    theirs = naive.substitute(term, "x", variable("first"))
    theirs = naive.substitute(theirs, "y", variable("second"))
    theirs = naive.substitute(theirs, "first", first)
    assert naive.alpha_equal(ours, naive.substitute(theirs, "second", second))


@given(open_terms, open_terms)
def test_substitution_shares_what_it_does_not_change(term: Term, value: Term) -> None:
    closed = substitute(term, dict.fromkeys(NAMES, variable("w")))
    assert substitute(closed, dict.fromkeys(NAMES, value)) is closed


@given(open_terms, st.integers(0, 99))
def test_variants_are_alpha_equal(term: Term, seed: int) -> None:
    variant = renamed(term, Random(seed))
    assert naive.alpha_equal(term, variant)
    assert alpha_equal(term, variant)
    assert nameless(term) is nameless(variant)


@given(open_terms, open_terms)
def test_alpha_equality_is_the_textbook_one(left: Term, right: Term) -> None:
    assert alpha_equal(left, right) == naive.alpha_equal(left, right)


@pytest.mark.parametrize("size", [2, 3, 4])
def test_alpha_equality_of_small_terms(size: int) -> None:
    """Small terms are often α-equal without being equal, large ones hardly ever."""
    terms = list({open_term(seed, size) for seed in range(150)})
    equal = 0
    for left in terms:
        for right in terms:
            same = naive.alpha_equal(left, right)
            assert alpha_equal(left, right) == same
            equal += same and left is not right
    assert equal


@given(open_terms, open_terms)
def test_nameless_forms_have_the_same_shape(term: Term, value: Term) -> None:
    twice = substitute(term, {"x": value})
    assert len({type(item) for item in postorder(nameless(twice))}) == 1
    assert free_variables(nameless(term)) == free_variables(term)
