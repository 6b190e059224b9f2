"""Trees of fractions: quotients, known trees, or one operation on these with a small number.

A fraction p/q is tried as a quotient, and as a - b, a + b, ab and a/b where a is small and b is a whole
number, a known tree or a quotient.
"""

from collections.abc import Callable, Iterator
from fractions import Fraction

from calculus.eml.compiler.numbers.known import KNOWN, known
from calculus.eml.compiler.numbers.rules import EE, RULES, exp, ln
from calculus.eml.compiler.numbers.table import FAR, TOP, Mode
from calculus.eml.syntax import ONE, eml
from calculus.term import Term

__all__ = ["candidates"]

_SMALL = (*(Fraction(n) for n in (1, 2, 3, 4, 5, 6, 8, 10, -1, -2)), *KNOWN)

_LEAST = Fraction(1, 100)
"""A sum is no smaller than this part of its terms, so that no more than two digits are lost."""

Whole = Callable[[int], Term]
"""Makes the tree of a whole number."""


def candidates(value: Fraction, mode: Mode, whole: Whole) -> Iterator[Term]:
    """Trees of a fraction that is not whole."""
    yield from _simple(value, mode, whole)
    if mode.robust and 2 - FAR < value <= -_LEAST:
        for second in _simple(1 - value, mode, whole):
            yield _difference(ONE, second)
    for a in _SMALL:
        for first in _simple(a, mode, whole):
            for rule, b in (("difference", a - value), ("sum", value - a), ("product", value / a)):
                if b and _within_table(b) and _allowed(rule, a, b, mode):
                    for second in _simple(b, mode, whole):
                        yield _BUILD[rule](first, second)
            # The logarithm of ln a is taken.
            if a > 1 and value > 0 and _within_table(a / value):
                for second in _simple(a / value, mode, whole):
                    yield _quotient(first, second)


def _simple(value: Fraction, mode: Mode, whole: Whole) -> Iterator[Term]:
    """Trees that are made without trying numbers."""
    if value.denominator == 1:
        yield whole(int(value))
        return
    yield from known(value, mode)
    for quotient in _quotients(abs(value), mode, whole):
        if value > 0:
            yield quotient
        elif not 2 - FAR < value <= -_LEAST:
            yield _product(quotient, whole(-1))
        else:
            if not mode.finite:
                yield RULES["u<x"].build(exp(quotient))
            if not mode.robust or value > -2:
                yield RULES["u<w"].build(eml(ONE, exp(quotient)))


def _quotients(value: Fraction, mode: Mode, whole: Whole) -> Iterator[Term]:
    p, q = whole(value.numerator), whole(value.denominator)
    if not mode.robust or value.denominator <= 15:
        yield exp(RULES["turned quotient"].build(eml(ONE, q), eml(ONE, p)))
    if value.numerator > 1:
        yield _quotient(p, q)
        return
    if not mode.finite:
        yield exp(RULES["inverse"].build(q))
    # (c - ln q) - c = -ln q, where c is larger than ln q.
    above = EE if value.denominator <= TOP else whole(100 if value.denominator.bit_length() < 140 else 600)
    yield exp(eml(ln(eml(_logarithm(above), q)), exp(above)))


def _within_table(value: Fraction) -> bool:
    return max(abs(value.numerator), value.denominator) <= TOP


def _allowed(rule: str, a: Fraction, b: Fraction, mode: Mode) -> bool:
    """Whether no exponential overflows, few digits are lost, and the mode allows the logarithms."""
    if rule in ("difference", "sum"):
        value = a - b if rule == "difference" else a + b
        largest = max(abs(a), abs(b))
        if largest >= FAR - 2 or abs(value) < _LEAST * largest:
            return False
    if not mode.robust or (rule == "difference" and a > 0) or (rule == "sum" and a <= 2):
        return True
    return rule == "product" and 0 < a <= 15 and b > 0


def _logarithm(tree: Term) -> Term:
    """A number whose exponential the tree is; where the tree is no exponential, its logarithm."""
    return tree.children[0] if tree.children and tree.children[1] is ONE else ln(tree)


def _difference(a: Term, b: Term) -> Term:
    return eml(_logarithm(a), exp(b))


def _sum(a: Term, b: Term) -> Term:
    return RULES["v<w"].build(RULES["sum under e"].build(eml(ONE, exp(a)), exp(b)))


def _product(a: Term, b: Term) -> Term:
    return exp(RULES["l<n"].build(RULES["product under e"].build(eml(ONE, a), b)))


def _quotient(a: Term, b: Term) -> Term:
    return exp(RULES["quotient"].build(_logarithm(a), b))


_BUILD = {"difference": _difference, "sum": _sum, "product": _product}
