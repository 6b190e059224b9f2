"""Exact distributions: what is computed for random programs is what trying all draws shows."""

from fractions import Fraction

from calculus.machine.budget import Budget
from calculus.machine.exact import Distribution, fraction_text, infer
from calculus.machine.instructions import LAMBDA, STAR, jump_text
from calculus.machine.state import State
from calculus.term import Term
from calculus.term.node import size
from calculus.verify.enumeration import fmc as enumeration
from calculus.verify.generation import fmc as generation
from calculus.verify.independent import MOST
from calculus.verify.independent.draws import Ending, outcomes
from calculus.verify.property import Choose, Exhaustive, Generated, Property, Space, Tally
from calculus.verify.shrinking import shrunk

DRAWS = 5
"""Draws that are tried."""
TRANSITIONS = 100
"""Transitions of each run that is tried."""
STEPS = 1_500
"""Transitions for a distribution."""


def small(nodes: int) -> Space:
    """Every closed term up to so many nodes that draws, or tries to push to where it draws."""
    return enumeration.space(nodes, locations=(LAMBDA, "rnd"), labels=(STAR, "True"))


def generated(choose: Choose, nodes: int) -> Term:
    return generation.term(choose, nodes, effects=("rnd",), labels=("True", "J"), locations=(LAMBDA, "a"))


def violation(term: Term, tally: Tally) -> str | None:
    """Every probability is what all draws show, between what is known and what is left open on both sides."""
    found = infer(State(term), Budget(STEPS))
    shown = outcomes(term, DRAWS, TRANSITIONS)
    total = sum((entry.probability for entry in found.entries), found.diverges + found.unexplored)
    if total != 1:
        return f"the probabilities add up to {fraction_text(total)}"
    stacks = [values for entry in found.entries for values in entry.stacks.values()]
    if any(size(value) > MOST for values in stacks for value in values):
        tally.count("given up")
        return None
    ours = _masses(found)
    tally.count("outcomes", len(ours))
    tally.count("distributions", not shown.open and not found.unexplored)
    for ending in {**ours, **shown.least}:
        computed, least = ours.get(ending, Fraction(0)), shown.least.get(ending, Fraction(0))
        if computed > least + shown.open or computed + found.unexplored < least:
            tried = f"{fraction_text(least)} by all draws, {fraction_text(shown.open)} being open"
            return f"{_told(ending)}: {fraction_text(computed)} computed, {tried}"
    if found.diverges > shown.open:
        return f"diverges: {fraction_text(found.diverges)} computed, and at most {fraction_text(shown.open)}"
    return None


def _masses(found: Distribution) -> dict[Ending, Fraction]:
    masses: dict[Ending, Fraction] = {}
    for entry in found.entries:
        kind = entry.error.kind if entry.error else None
        ending = Ending.of(entry.status, entry.exit, kind, entry.stacks)
        masses[ending] = masses.get(ending, Fraction(0)) + entry.probability
    return masses


def _told(ending: Ending) -> str:
    how = f"stuck ({ending.kind})" if ending.exit is None else f"leaving with {jump_text(ending.exit)}"
    heights = ", ".join(f"{len(values)} on {name}" for name, values in ending.stacks)
    return f"{how}, values: {heights or 'none'}"


PROPERTIES = (
    Property(
        "exact",
        "The exact distribution of a random program is that of its runs under all draws.",
        "the specification of calculus.machine.exact",
        (
            Exhaustive(
                f"the distribution of every closed term up to {{size}} nodes is that of its runs under "
                f"all draws, as far as {DRAWS} draws and {TRANSITIONS} transitions show it",
                small,
                violation,
                size=4,
                less=1,
                unit=500,
            ),
            Generated(
                f"the distribution of a generated closed term of up to {{size}} nodes is that of its "
                f"runs under all draws, as far as {DRAWS} draws and {TRANSITIONS} transitions show it",
                generated,
                violation,
                shrunk,
                largest=24,
                examples=150,
            ),
        ),
    ),
)
