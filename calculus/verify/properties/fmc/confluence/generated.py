"""Confluence of larger terms: made from choices, and made small where they do not have it."""

from collections.abc import Iterator

from calculus.fmc.reduction import Finder, Strategy, contract, reduce
from calculus.fmc.rules import RULES
from calculus.term import Term, alpha_equal
from calculus.verify.generation import fmc as generation
from calculus.verify.properties.fmc.confluence.joining import Fork, Joiner
from calculus.verify.property import Choose, Tally

STEPS = 150
"""Contractions for a normal form."""
STRATEGIES: tuple[tuple[Strategy, int], ...] = (("leftmost", 0), ("random", 1), ("random", 2))
"""Strategies with their seeds."""
FORKS = 4
"""Forks of a term that are looked at."""


def tame(choose: Choose, size: int) -> Term:
    """A closed term without loops, mostly one that has a type."""
    return generation.term(choose, size, mode="tame", loops=False)


def any_term(choose: Choose, size: int) -> Term:
    """A well-scoped term of any constructs, which may be open."""
    return generation.term(choose, size, free=("p", "q"))


def different_normal_forms(term: Term, tally: Tally) -> str | None:
    """The normal forms that the strategies find, if they are not one."""
    found: list[tuple[str, Term]] = []
    for strategy, seed in STRATEGIES:
        reduced = reduce(term, strategy, max_steps=STEPS, seed=seed, loops="never", keep=False)
        if not reduced.normal:
            tally.count("given up")
            return None
        found.append((f"{strategy} {seed}" if strategy == "random" else strategy, reduced.result))
    name, normal = found[0]
    for other, result in found[1:]:
        if not alpha_equal(normal, result):
            return f"normal form, {name}: {normal}; {other}: {result}"
    tally.count("reduced" if normal != term else "normal")
    return None


def fork_apart(term: Term, tally: Tally) -> str | None:
    """A fork of the term that does not join, if there is one among some that are looked at."""
    finder = Finder(RULES)
    joiner = Joiner(finder.redexes)
    for left, right in _some_forks(term, finder):
        join = joiner.join(term, left, right)
        if join is None and not (joiner.ends(left.term) and joiner.ends(right.term)):
            tally.count("given up")
            continue
        if join is None:
            return f"{left}; {right}; no common reduct was found"
        tally.count("forks")
    return None


def _some_forks(term: Term, finder: Finder) -> Iterator[tuple[Fork, Fork]]:
    """Pairs of redexes, those that are near each other first, as these may be in each other's way."""
    redexes = list(finder.redexes(term))
    pairs = [(one, one + gap) for gap in (1, 2) for one in range(len(redexes) - gap)]
    for one, other in pairs[:FORKS]:
        yield (
            Fork(redexes[one], contract(term, redexes[one])),
            Fork(redexes[other], contract(term, redexes[other])),
        )
