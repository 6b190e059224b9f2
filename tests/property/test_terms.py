"""What binding does beside being right, which the property `binding` of the FMC looks into."""

from hypothesis import given
from hypothesis import strategies as st

from calculus.term import Term, free_variables, nameless, substitute, variable
from calculus.term.node import postorder
from calculus.verify.properties.fmc.binding import NAMES, open_term

open_terms = st.builds(
    lambda rng, size: open_term(rng.randrange, size), st.randoms(use_true_random=False), st.integers(1, 40)
)
"""Wild terms in which x and y may be free; few names, so that captures are frequent."""


@given(open_terms, open_terms)
def test_substitution_shares_what_it_does_not_change(term: Term, value: Term) -> None:
    closed = substitute(term, dict.fromkeys(NAMES, variable("w")))
    assert substitute(closed, dict.fromkeys(NAMES, value)) is closed


@given(open_terms, open_terms)
def test_nameless_forms_have_the_same_shape(term: Term, value: Term) -> None:
    twice = substitute(term, {"x": value})
    assert len({type(item) for item in postorder(nameless(twice))}) == 1
    assert free_variables(nameless(term)) == free_variables(term)
