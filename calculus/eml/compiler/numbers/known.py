"""Short trees of numbers that searches found, and that no chain of rules reaches."""

from fractions import Fraction
from functools import cache
from typing import NamedTuple

from calculus.eml.compiler.numbers.table import Mode
from calculus.eml.postfix import from_postfix
from calculus.term import Term

__all__ = ["KNOWN", "Known", "known"]


class Known(NamedTuple):
    """A tree, and what it may be used for; see `Mode`."""

    postfix: str
    finite: bool
    robust: bool


KNOWN = {
    Fraction(-3): (Known("11111111EEE1EE11EE1EEE11E1E1EEE11EE", True, False),),
    Fraction(1, 2): (
        Known("111E11111E1EEEE11E1E1EE1EEE1E", False, True),
        Known("111E11111E1E1EEE1EE11E1EE1EEE1E", True, False),
    ),
    Fraction(-1, 2): (
        Known("1111111E1EEEE11EEE11E1E1EEE1E", False, False),
        Known("1111111EEE1EE11E1EEE11E1E1EEE1E", True, False),
    ),
    Fraction(1, 3): (
        Known("111E111111E1EEEE11EEE11E1E1EE1EEE1E", False, False),
        Known("111E111111EEE1EE11E1EEE11E1E1EE1EEE1E", True, False),
    ),
    Fraction(2, 3): (Known("111E1111111EEE1EE11EE1EEE11E1E1EE1EEE1E", True, True),),
    Fraction(3, 2): (
        Known("111E1EE1111111E1EEEE11EEE11E1E1EEE1E1EE", False, False),
        Known("111E1EE1111111EEE1EE11E1EEE11E1E1EEE1E1EE", True, False),
    ),
}


@cache
def known(value: Fraction, mode: Mode) -> tuple[Term, ...]:
    """The trees of a number that a mode may use."""
    return tuple(
        from_postfix(item.postfix)
        for item in KNOWN.get(value, ())
        if item.finite >= mode.finite and item.robust >= mode.robust
    )
