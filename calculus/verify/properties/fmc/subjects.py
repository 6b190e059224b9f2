"""The terms and memories that properties of the FMC are looked into with.

All exhaustive parts use one small signature, in which every construct of the calculus is there, and whatever
needs two locations or two labels to go wrong can: the locations λ and a, the labels `*` and `J`, and, where
terms may be open, one free variable.
"""

from collections.abc import Sequence
from itertools import product

from calculus.machine.instructions import LAMBDA, STAR, Jump, Text, jump, pop, primitive, push, variable
from calculus.machine.primitives import PRIMITIVES
from calculus.term import Term
from calculus.verify.enumeration import fmc as enumeration
from calculus.verify.generation import fmc as generation
from calculus.verify.property import Choose, Space

LOCATIONS = (LAMBDA, "a")
LABELS = (STAR, "J")
FREE = ("p",)

MEMORIES: tuple[dict[str, list[Term]], ...] = (
    {},
    {LAMBDA: [jump("J"), pop("x", push(variable("x"))), jump(STAR)], "a": [jump("J")]},
)
"""Memories on which small terms are run: nothing, and enough for most of them."""


def closed(size: int) -> Space:
    """Every closed term up to so many nodes."""
    return enumeration.space(size, locations=LOCATIONS, labels=LABELS)


def opened(size: int) -> Space:
    """Every term up to so many nodes in which one variable may be free."""
    return enumeration.space(size, locations=LOCATIONS, labels=LABELS, free=FREE)


def program(choose: Choose, size: int) -> Term:
    """A closed term, of any sort."""
    return generation.term(choose, size)


def open_term(choose: Choose, size: int) -> Term:
    """A term in which `p` and `q` may be free."""
    return generation.term(choose, size, free=("p", "q"))


def computing(size: int, *, free: Sequence[str] = (), loops: bool = True) -> Space:
    """Every closed term up to so many nodes with a primitive and a literal."""
    return enumeration.space(
        size,
        locations=LOCATIONS,
        labels=LABELS,
        free=free,
        loops=loops,
        primitives=("sub",),
        literals=(2,),
    )


def computing_open(size: int) -> Space:
    """The same, with a free variable."""
    return computing(size, free=FREE)


def computing_loop_free(size: int) -> Space:
    """The same, without loops."""
    return computing(size, loops=False)


def primitives() -> list[Term]:
    """Every primitive, by itself."""
    return [primitive(name) for name in PRIMITIVES]


def applications(literals: Sequence[Jump]) -> list[Term]:
    """Every primitive on all of some literals, whether they fit or not."""
    found = []
    for name, entry in PRIMITIVES.items():
        for operands in product(literals, repeat=len(entry.operands)):
            term = primitive(name)
            for operand in reversed(operands):
                term = push(jump(operand), term)
            found.append(term)
    return found


SMALL: tuple[Jump, ...] = (0, 2, -3, "True", "False", Text(""), Text("ab"), STAR)
"""Literals of every base type, and a label that is none."""
