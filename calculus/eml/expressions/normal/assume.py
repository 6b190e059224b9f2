"""An algebra that knows conditions on variables and on expressions."""

from collections.abc import Iterable
from fractions import Fraction

from calculus.eml.domain import Condition, SemanticsName
from calculus.eml.expressions.normal.algebra import Algebra
from calculus.eml.expressions.normal.facts import Facts
from calculus.eml.expressions.normal.interval import (
    ANY,
    NOT_NEGATIVE,
    POSITIVE,
    ZERO,
    Bound,
    Interval,
)
from calculus.eml.expressions.normal.sums import MINUS, Gauss, Sum
from calculus.eml.expressions.normal.translate import of_expression
from calculus.term import Term

_ONE = Fraction(1)


def algebra_for(
    conditions: Iterable[Condition], semantics: SemanticsName, names: Iterable[str] = ()
) -> Algebra:
    """An algebra in which the conditions hold; the variables come in the order of their `names`."""
    conditions = list(conditions)
    scratch = Algebra()
    known: dict[str, Facts] = {}
    rest: list[tuple[Condition, Facts]] = []
    for condition in conditions:
        facts = _facts(condition, scratch)
        item = of_expression(scratch, condition.expression).sum
        linear = _linear(item)
        if linear is not None:
            name, factor, constant = linear
            known[name] = known.get(name, Facts()) & _solved(facts, factor, constant)
        rest.append((condition, facts))
    algebra = Algebra(semantics, known)
    for name in names:
        algebra.variable(name)
    for condition, facts in rest:
        item = of_expression(algebra, condition.expression).sum
        if condition.kind == "not_one":
            item = algebra.subtract(item, algebra.one)
        _assume(algebra, item, facts)
    return algebra


def _assume(algebra: Algebra, item: Sum, facts: Facts) -> None:
    algebra.assume(item, facts)
    if facts.nonzero or facts.off_cut or facts.positive:
        algebra.assume(algebra.scale(item, MINUS), Facts(nonzero=True))
        if item.terms and item.single() is None:
            base = algebra.primitive(item)[1].argument
            if base is not None:
                algebra.assume(base, Facts(nonzero=True))
    found = algebra.imaginary_direction(item)
    if found is not None and facts.im != ANY:
        direction, factor = found
        inside = facts.im.scaled(1 / factor)
        algebra.directions[direction] = algebra.directions.get(direction, ANY) & inside
        algebra.assume(direction, Facts(im=inside))


def _facts(condition: Condition, scratch: Algebra) -> Facts:
    """What a condition says of its expression."""
    match condition.kind:
        case "real":
            return Facts(im=ZERO)
        case "positive":
            return Facts(re=POSITIVE, im=ZERO, nonzero=True)
        case "nonnegative":
            return Facts(re=NOT_NEGATIVE, im=ZERO)
        case "nonzero" | "not_one":
            return Facts(nonzero=True)
        case "off_cut":
            return Facts(off_cut=True)
        case "right":
            return Facts(re=POSITIVE)
        case "strip" | "open_strip":
            high = _bound(condition.bound, scratch)
            if high is None:
                return Facts()
            return Facts(im=Interval(high.scaled(-_ONE), high, True, condition.kind == "open_strip"))
        case "below":
            high = _bound(condition.bound, scratch)
            return Facts(re=Interval(None, high, False, high is not None))


def _bound(bound: Term | None, scratch: Algebra) -> Bound | None:
    """An upper bound of a constant."""
    return None if bound is None else of_expression(scratch, bound).sum.facts.re.high


def _linear(item: Sum) -> tuple[str, Fraction, Gauss] | None:
    """The name x, a and b of a x + b with a real a, if a sum is that."""
    constant = Gauss(Fraction(0))
    found: tuple[str, Fraction] | None = None
    for monomial, number in item.terms:
        kernel = monomial.kernel()
        if monomial.is_one:
            constant = number
        elif kernel is not None and kernel.kind == "variable" and not number.im and found is None:
            found = kernel.name, number.re
        else:
            return None
    return None if found is None else (*found, constant)


def _solved(facts: Facts, factor: Fraction, constant: Gauss) -> Facts:
    """What facts of a x + b say of x."""
    if factor == 1 and not constant.re and not constant.im:
        return facts

    def solved(interval: Interval, shift: Fraction) -> Interval:
        bound = Bound(-shift)
        return (interval + Interval(bound, bound)).scaled(1 / factor)

    return Facts(re=solved(facts.re, constant.re), im=solved(facts.im, constant.im))
