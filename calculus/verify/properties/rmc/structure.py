"""Canonical forms: a term's is equal to it by the structural equations, and its own canonical form."""

from calculus.rmc import structure
from calculus.term import Term
from calculus.term.node import size
from calculus.verify.enumeration import rmc as enumeration
from calculus.verify.enumeration.ranked import Space
from calculus.verify.generation import rmc as generation
from calculus.verify.independent import structural
from calculus.verify.property import Choose, Exhaustive, Generated, Property, Tally
from calculus.verify.shrinking import shrunk

LARGEST = 40
"""Nodes of the terms that are matched."""


def terms(nodes: int) -> Space:
    return enumeration.space(nodes)


def violation(term: Term, tally: Tally) -> str | None:
    """Nothing but the structural equations leads from a term to its canonical form."""
    if size(term) > LARGEST:
        tally.count("given up")
        return None
    form = structure.canonical_form(term)
    tally.count("canonical forms")
    if not structural.equal(term, form):
        return f"its canonical form is {form}, which is not equal to it by the structural equations"
    again = structure.canonical_form(form)
    if again is not form:
        return f"its canonical form is {form}, that of which is {again}"
    return None


def generated(choose: Choose, nodes: int) -> Term:
    return generation.term(choose, nodes)


PROPERTIES = (
    Property(
        "structure",
        "a canonical form is equal to the term by the structural equations",
        "design/rmc.md, Reduction",
        (
            Exhaustive(
                "every closed term without iterations of up to {size} nodes over A, S/1 and two locations is "
                "equal to its canonical form by the structural equations",
                terms,
                violation,
                size=6,
                unit=800,
            ),
            Generated(
                "a generated term of up to {size} nodes is equal to its canonical form by the structural "
                "equations",
                generated,
                violation,
                shrunk,
                largest=20,
                examples=600,
                unit=200,
            ),
        ),
    ),
)
