"""Permutation of actions at different locations: canonical forms are right, and outcomes stay."""

from calculus.fmc.permutation import canonical_form, permuted
from calculus.term import Term, free_variables
from calculus.verify.independent.exchange import neighbours, orbit
from calculus.verify.independent.indices import tree
from calculus.verify.properties.fmc.runs import LIMIT, difference, run, shown
from calculus.verify.properties.fmc.subjects import MEMORIES, closed, open_term, opened, program
from calculus.verify.property import Exhaustive, Generated, Property, Tally
from calculus.verify.shrinking import shrunk

MOST = 60
"""Terms of an orbit; of one that is larger only the nearest are looked at."""


def canonical_violation(term: Term, tally: Tally) -> str | None:
    """The canonical form is one for all terms that exchanges lead to (it is complete), and exchanges lead
    to it (it is sound).
    """
    found = orbit(term, MOST)
    chosen = permuted(term)
    wanted = canonical_form(term)
    if found is None:
        tally.count("orbits given up")
    elif tree(chosen) not in found:
        return f"no exchanges lead to the canonical {chosen.text(200)}"
    tally.count("orbits", found is not None)
    if canonical_form(chosen) is not wanted:
        return f"the canonical {chosen.text(200)} has another canonical form, {permuted(chosen).text(200)}"
    if free_variables(chosen) != free_variables(term):
        return f"other variables are free in the canonical {chosen.text(200)}"
    for other in list(neighbours(term)) if found is None else found.values():
        tally.count("exchanged terms")
        if canonical_form(other) is not wanted:
            return f"{other.text(200)} is equal by exchanges, and has another canonical form"
    return None


def outcome_violation(term: Term, tally: Tally, memories: int = len(MEMORIES)) -> str | None:
    """Exchanges and the canonical order change no run that ends well, of whose values only the order of such
    actions may change.
    """
    others = [permuted(term), *neighbours(term)]
    if len(others) == 1 and others[0] is term:
        return None
    for stacks in MEMORIES[:memories]:
        ran = run(term, stacks)
        if ran.status != "done":
            tally.count("stuck runs" if ran.status == "stuck" else "longer runs")
            continue
        for other in others:
            tally.count("runs that end well")
            then = run(other, stacks, limit=2 * LIMIT)
            if then.status != "done" or difference(ran, then, tally):
                before = f"on {shown(stacks)}: " if stacks else ""
                return f"{before}{ran}; exchanged, {other.text(200)}: {then}"
    return None


def outcome_violation_once(term: Term, tally: Tally) -> str | None:
    return outcome_violation(term, tally, 1)


PROPERTIES = (
    Property(
        "permutation",
        "Two actions at different locations may change places: canonical forms are equal just when such "
        "exchanges lead from one term to the other, and no run that ends well ends otherwise.",
        "Heijltjes, The Functional Machine Calculus (MFPS 2022)",
        (
            Exhaustive(
                "the canonical form of every term up to {size} nodes in which one variable may be free is "
                "that of just the terms that exchanges lead to",
                opened,
                canonical_violation,
                size=4,
                less=1,
                unit=1_000,
                name="canonical forms",
            ),
            Exhaustive(
                f"every run of a closed term up to {{size}} nodes that ends well in {LIMIT} transitions "
                "ends alike after every exchange",
                closed,
                outcome_violation,
                size=5,
                unit=2_000,
            ),
            Generated(
                "a generated term of up to {size} nodes has the canonical form of the terms that "
                "exchanges lead to",
                open_term,
                canonical_violation,
                shrunk,
                largest=20,
                examples=200,
                name="generated canonical forms",
            ),
            Generated(
                f"every run of a generated closed term of up to {{size}} nodes that ends well in {LIMIT} "
                "transitions ends alike after every exchange",
                program,
                outcome_violation_once,
                shrunk,
                largest=24,
                examples=200,
            ),
        ),
    ),
)
