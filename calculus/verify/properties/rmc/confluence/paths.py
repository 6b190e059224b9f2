"""All paths of reduction from a term, without unrolling: where they end, and that they do."""

from calculus.rmc import reduction
from calculus.rmc.rules import TERMINATING
from calculus.rmc.structure import canonical_form, flat
from calculus.term import Term
from calculus.term.node import size
from calculus.verify.independent import MOST, structural

MANY = 20_000
"""Terms that may be reached from one; a term from which more are is given up."""


class TooMany(Exception):
    """More terms can be reached than one is willing to look at."""


class Circle(Exception):
    """A term can be reached from itself."""

    def __init__(self, term: Term) -> None:
        super().__init__(f"{term} reduces to itself")
        self.term = term


def same(left: Term, right: Term) -> bool:
    """Whether two terms are equal by the structural equations: of small terms exactly, of larger ones only
    if they have one canonical form.
    """
    if left == right:
        return True
    if max(size(left), size(right)) <= MOST:
        return structural.equal(left, right)
    return canonical_form(left) is canonical_form(right)


class Endings:
    """The normal forms of terms, up to the structural equations, along all paths that there are.

    What has been found of one term is used for the next. `forms` raises `TooMany` and `Circle`.
    """

    def __init__(self) -> None:
        self.known: dict[Term, tuple[Term, ...]] = {}

    def forms(self, term: Term) -> tuple[Term, ...]:
        """The normal forms that a term has; the paths from it have no end in common if there are several."""
        start = flat(term)
        stack = [(start, False)]
        within: set[Term] = set()
        looked = 0
        while stack:
            item, ready = stack.pop()
            if item in self.known:
                continue
            if item in within and not ready:
                raise Circle(item)
            after = [reduction.contract(item, redex) for redex in reduction.redexes(item, TERMINATING)]
            missing = [other for other in after if other not in self.known]
            if missing:
                looked += 1
                if looked > MANY:
                    raise TooMany
                within.add(item)
                stack += [(item, True), *((other, False) for other in missing)]
                continue
            within.discard(item)
            self.known[item] = _united([self.known[other] for other in after]) if after else (item,)
        return self.known[start]


def _united(several: list[tuple[Term, ...]]) -> tuple[Term, ...]:
    """All of the forms, those that are equal once."""
    found: list[Term] = []
    for form in (form for forms in dict.fromkeys(several) for form in forms):
        if form not in found and not any(same(form, other) for other in found):
            found.append(form)
    return tuple(found)
