"""Steps of reduction: those of the rules read as in a textbook, in whatever order they are made."""

from calculus.fmc.reduction import STRATEGIES, contract, redexes, reduce
from calculus.term import Term, alpha_equal
from calculus.term.node import size
from calculus.verify.independent import MOST
from calculus.verify.independent.reduction import reducts
from calculus.verify.properties.fmc.subjects import SMALL, applications, computing_open, open_term
from calculus.verify.property import Exhaustive, Generated, Property, Structural, Tally
from calculus.verify.shrinking import shrunk

CONTRACTIONS = 100
"""Contractions for a normal form under each strategy."""


def violation(term: Term, tally: Tally) -> str | None:
    """The redexes are where the rules apply, and are contracted as the rules say."""
    if size(term) > MOST:
        tally.count("given up")
        return None
    expected = {(rule, position): after for rule, position, after in reducts(term)}
    found = {}
    for redex in redexes(term):
        # All primitives are one rule in a textbook.
        key = (redex.rule.name.partition("-")[0], redex.position)
        if key in found:
            return f"{key[0]} is found twice at {_place(key[1])}"
        found[key] = redex
    for rule, position in sorted(expected.keys() ^ found.keys()):
        said = "is not found" if (rule, position) in expected else "is found, and does not apply,"
        return f"{rule} {said} at {_place(position)}"
    for key, redex in found.items():
        tally.count("steps")
        after = contract(term, redex)
        if not alpha_equal(after, expected[key]):
            told = f"{key[0]} at {_place(key[1])} gives {after.text(200)}"
            return f"{told}, and by the rules {expected[key].text(200)}"
    return None


def _place(position: tuple[int, ...]) -> str:
    return f"position {'.'.join(map(str, position))}" if position else "the root"


def strategies_violation(term: Term, tally: Tally) -> str | None:
    """Every strategy that ends, ends in one normal form (that of the head may leave redexes further in)."""
    wanted = reduce(term, max_steps=CONTRACTIONS, loops="never", keep=False)
    if not wanted.normal:
        tally.count("given up")
        return None
    for strategy in STRATEGIES:
        found = reduce(term, strategy, max_steps=CONTRACTIONS, loops="never", keep=False)
        if not found.normal or strategy == "head":
            continue
        tally.count("normal forms")
        if not alpha_equal(found.result, wanted.result):
            return f"{wanted.strategy}: {wanted.result.text(200)}; {strategy}: {found.result.text(200)}"
    return None


PROPERTIES = (
    Property(
        "steps",
        "Redexes and their contraction are those of the rules, and every strategy ends in one normal form.",
        "Heijltjes, The Functional Machine Calculus III: Control (MFPS 2025)",
        (
            Exhaustive(
                "the redexes of every term up to {size} nodes in which one variable may be free, and what "
                "they are contracted to, are those of the rules",
                computing_open,
                violation,
                size=4,
                less=1,
                unit=1_000,
            ),
            Structural(
                "every primitive on small literals of every type is computed, or not, as the rules say",
                lambda: applications(SMALL),
                violation,
                name="primitives",
                unit=1_000,
            ),
            Generated(
                "the redexes of a generated term of up to {size} nodes, and what they are contracted to, "
                "are those of the rules",
                open_term,
                violation,
                shrunk,
                largest=24,
                examples=250,
            ),
            Generated(
                "every strategy ends in one normal form on a generated term of up to {size} nodes",
                open_term,
                strategies_violation,
                shrunk,
                largest=20,
                examples=120,
                name="strategies",
            ),
        ),
    ),
)
