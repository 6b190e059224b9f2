"""The domain record of a compiled tree: from the conditions of the rules used, and checks at points.

The conditions are those under which every step is right. Where a step was chosen because it is right at the
probes (a formula among several, a loose logarithm that happens to be principal), these conditions may be too
weak; so the tree is evaluated at further points, complex ones and real ones, and the record is narrowed
to real arguments, and then to where the expression is real, until nothing contradicts it.
"""

import cmath
from collections.abc import Iterable, Iterator
from dataclasses import replace
from fractions import Fraction
from statistics import median_low

from calculus.eml.compiler.choice import Found
from calculus.eml.compiler.probes import STEPS, Point, Region, run_all
from calculus.eml.compiler.quantities import Quantity, expressed, substituted
from calculus.eml.compiler.reach import reach
from calculus.eml.domain import Condition, Domain, SemanticsName
from calculus.eml.domains import holds, simplify
from calculus.eml.evaluation.establishing import Examination, examine
from calculus.eml.evaluation.sensitivity import is_robust
from calculus.eml.evaluation.trial import MODERATE, overflows
from calculus.eml.expressions.node import APPLY, NUMBER, apply, number
from calculus.eml.expressions.values import value
from calculus.eml.syntax import dag_size, subtrees, variable, variables
from calculus.source.diagnostic import UsageProblem
from calculus.term import Term

_MOST_CONDITIONS = 24
_MOST_TOLD = 3
_MOST_PARTS = 6
_MOST_NODES = 300
_FEW = 6
"""Fewer of the common points than this in a domain say less than those that were made for it."""
_LEAST_GOOD = 3
"""A claim rests on as many points with finite, right values at least."""
_MOST_TRIED = 4000
_MOST_TRIED_EXACTLY = 400
_PI = apply("pi")


def record(
    tree: Term, found: Found | None, region: Region, semantics: SemanticsName, tolerance: float
) -> Domain | Point:
    """The record of a tree, or a point in the region at which the tree is wrong.

    `found` says how the tree came about, if that is known.
    """
    check = _Check(tree, region.expression, semantics, max(1e-9, 100 * tolerance))
    small = sum(1 for _ in subtrees(region.expression)) <= _MOST_NODES
    inside = region.generic(30 if small else 6, seed=23)
    for point in inside:
        if check.wrong(point, far=True):
            return point
    if len(check.good) < min(_LEAST_GOOD, len(inside)):
        return inside[0]
    finite = check.finite
    conditions = _conditions(found, region, semantics, check) if small and found else None
    claims = list(_narrowing(conditions, region))
    for place, claim in enumerate(claims, 1):
        simple = simplify(claim) if len(claim) <= _MOST_CONDITIONS else tuple(dict.fromkeys(claim))
        short = simple is not None and (place == len(claims) or _is_short(simple))
        if simple is None or not short or not check.agrees(simple, region):
            continue
        good = [point for point in check.good if all(holds(item, point) for item in simple)]
        if len(good) < min(_LEAST_GOOD, len(inside)):
            continue
        found_out = _examined(tree, region, simple, semantics)
        if found_out is None:
            break
        if found_out.domain is not None:
            return _completed(found_out.domain, check, good)
        if found_out.counterexample is not None:
            check.refuted = found_out.counterexample.point
    else:
        return check.refuted or inside[0]
    robust = all(is_robust(tree, point) for point in inside[:8] + check.good[:8])
    return Domain(semantics, simple, finite, robust, "points", check.error)


def usual_error(tree: Term, expression: Term, domain: Domain) -> float:
    """The error of half of the points in general position in the domain, or less: what to expect where
    rounding is not magnified."""
    region = Region(expression, domain.conditions, frozenset())
    check = _Check(tree, expression, domain.semantics, float("inf"))
    errors = []
    for point in region.generic(30, seed=43):
        check.error = 0.0
        check.wrong(point)
        errors.append(check.error)
    return median_low(errors) if errors else 0.0


def _completed(domain: Domain, check: "_Check", good: list[Point]) -> Domain:
    """The record of a domain without moderate numbers, in which no error is met, and no overflow seen, by
    what was met at the points that were made for it."""
    if domain.semantics != "ieee" or any(all(abs(z) <= MODERATE for z in p.values()) for p in good):
        return domain
    ranges = domain.ranges or tuple(reach(check.term, check.expression, domain.conditions, good[0]))
    error, finite = max(domain.error or 0.0, check.error), domain.finite and check.finite
    return replace(domain, error=error, finite=finite, ranges=ranges)


def _examined(
    tree: Term, region: Region, conditions: tuple[Condition, ...], semantics: SemanticsName
) -> Examination | None:
    """The claim tried further, on far points and on both edges of cuts; None for what would take too long or
    asks for mpmath, which may be missing, and in small domains."""
    count = dag_size(tree)
    if count > (_MOST_TRIED if semantics == "ieee" else _MOST_TRIED_EXACTLY):
        return None
    points = (96 if count <= _MOST_NODES else 24) if semantics == "ieee" else 12
    try:
        found = examine(tree, region.expression, conditions, semantics, points=points, quick=True)
    except UsageProblem:
        return None
    few = found.domain is not None and found.domain.how == "points" and found.points < min(_FEW, points)
    return None if few and region.names else found


def _is_short(conditions: tuple[Condition, ...]) -> bool:
    """Whether conditions are worth telling."""
    sizes = [sum(1 for _ in subtrees(condition.expression)) for condition in conditions]
    return len(sizes) <= _MOST_TOLD and max(sizes, default=0) <= _MOST_PARTS


class _Check:
    """Compares a tree with its expression at points, and keeps the worst that it saw."""

    def __init__(self, term: Term, expression: Term, semantics: SemanticsName, tolerance: float) -> None:
        self.term, self.expression, self.step = term, expression, STEPS[semantics]
        self.tolerance = tolerance
        self.error = 0.0
        self.finite = True
        self.good: list[Point] = []
        self.refuted: Point | None = None

    def wrong(self, point: Point, *, count: bool = True, far: bool = False) -> bool:
        """Whether the tree has a wrong value; not for an overflow, at a point that may be `far` out."""
        target = value(self.expression, point)
        values = run_all(self.term, point, self.step)
        found = values[id(self.term)]
        error = abs(found - target) / max(1.0, abs(target)) if cmath.isfinite(found) else float("inf")
        if not error <= self.tolerance:
            return not (far and overflows(self.term, values))
        if not count:
            return False
        self.error = max(self.error, error)
        self.finite = self.finite and all(map(cmath.isfinite, values.values()))
        self.good.append(point)
        return False

    def agrees(self, conditions: Iterable[Condition], region: Region) -> bool:
        """Whether the tree is right at all points that were tried and fulfil the conditions."""
        before = self.error, self.finite, len(self.good)
        points = [*region.anywhere_complex(24, seed=31), *region.real(24, seed=37)]
        for point in points:
            if all(holds(condition, point) for condition in conditions) and self.wrong(point, far=True):
                self.error, self.finite = before[:2]
                self.refuted = point
                del self.good[before[2] :]
                return False
        return True


def _narrowing(conditions: list[Condition] | None, region: Region) -> Iterator[list[Condition]]:
    real = [Condition("real", variable(name)) for name in region.names if name not in region.anywhere]
    if conditions is not None:
        conditions = [*_poles(region.expression), *conditions]
        yield [*region.assumed, *conditions]
        yield [*region.assumed, *real, *conditions]
        yield [*region.assumed, *real, *_natural(region.expression), *conditions]
    natural = _natural(region.expression)
    if len(natural) > _MOST_CONDITIONS:
        plain = [item for item in natural if sum(1 for _ in subtrees(item.expression)) <= _MOST_PARTS]
        yield [*region.assumed, *real, *plain[:_MOST_TOLD]]
    yield [*region.assumed, *real, *natural]


def _conditions(
    found: Found, region: Region, semantics: SemanticsName, check: _Check
) -> list[Condition] | None:
    """The conditions of all steps, without those that need not hold; None if they are too many."""
    listed = list(dict.fromkeys(_steps(found, semantics)))
    if len(listed) > _MOST_CONDITIONS:
        return None
    return [
        item for item in listed if item.kind != "nonzero" or not _needless(item, region, semantics, check)
    ]


def _needless(condition: Condition, region: Region, semantics: SemanticsName, check: _Check) -> bool:
    """Whether the tree is right at the zeros of an expression that are at hand, with ln 0 = -∞."""
    if semantics == "principal":
        return False
    zeros = [point for point in region.special(40) if not holds(condition, point)]
    zeros += _roots(condition.expression, region)
    return bool(zeros) and not any(check.wrong(point, count=False) for point in zeros)


def _roots(expression: Term, region: Region) -> list[Point]:
    """Points, as near as numbers come, where an expression is 0 and the one that is compiled has a value."""
    found: list[Point] = []
    for start in region.generic(4, seed=41):
        for name in region.names:
            point = _root(expression, start, name)
            if point is not None and cmath.isfinite(value(region.expression, point)):
                found.append(point)
    return found


def _root(expression: Term, start: Point, name: str) -> Point | None:
    """A root in one variable, by the secant method."""
    before, here = complex(start[name]), complex(start[name]) * 1.01 + 0.01
    last = value(expression, {**start, name: before})
    for _ in range(40):
        now = value(expression, {**start, name: here})
        if abs(now) <= 1e-13:
            return {**start, name: here}
        if now == last or not cmath.isfinite(now):
            return None
        before, here, last = here, here - now * (here - before) / (now - last), now
    return None


def _steps(found: Found, semantics: SemanticsName) -> Iterator[Condition]:
    seen: set[int] = set()
    stack = [found]
    while stack:
        item = stack.pop()
        if id(item) in seen:
            continue
        seen.add(id(item))
        stack += item.inputs
        fact = item.fact
        if fact.tree is not None:
            given = dict(zip("xy", map(expressed, fact.inputs), strict=False))
            for condition in fact.conditions:
                yield Condition(condition.kind, substituted(condition.expression, given), condition.bound)
        elif len(fact.inputs) == 2:
            yield from _of_operation(fact.out, fact.inputs[1], semantics)
        elif not fact.out.loose:
            yield from _of_equality(fact.out, item)


def _of_operation(out: Quantity, right: Quantity, semantics: SemanticsName) -> Iterator[Condition]:
    """Where ln(right) is what it is taken for."""
    if right.constant:
        return
    if right.kind != "exp":
        yield Condition("nonzero", expressed(right))
        return
    inner = right.parts[0]
    if out.loose or inner.constant or inner.kind == "ln":
        return
    if inner.kind == "rem" and inner.parts[0].kind in ("ln", "log"):
        if semantics != "ieee":
            yield Condition("off_cut", expressed(inner.parts[0].parts[0]))
        return
    if inner.kind == "rem":
        inner = inner.parts[0]
    yield Condition("open_strip", expressed(inner), _PI)


def _of_equality(out: Quantity, item: Found) -> Iterator[Condition]:
    """Where a loose logarithm is the principal one."""
    if out.kind != "ln" or out.constant:
        return
    while len(item.inputs) == 1 and item.fact.tree is None:
        item = item.inputs[0]
    inner = item.fact.out
    if inner.kind not in ("ln", "log"):
        yield Condition("open_strip", expressed(inner), _PI)


def _natural(expression: Term) -> list[Condition]:
    """Where the functions in an expression are real for real arguments."""
    found: dict[Condition, None] = {}
    one = number(1)
    for item in subtrees(expression):
        if item.op is not APPLY or not item.children:
            continue
        u = item.children[0]
        match item.label:
            case "ln":
                found[Condition("positive", u)] = None
            case "log":
                found |= {Condition("positive", u): None, Condition("positive", item.children[1]): None}
            case "sqrt":
                found[Condition("nonnegative", u)] = None
            case "pow" if not _is_integer(item.children[1]):
                found[Condition("positive", u)] = None
            case "arcsin" | "arccos":
                found[Condition("nonnegative", apply("sub", one, u))] = None
                found[Condition("nonnegative", apply("add", one, u))] = None
            case "artanh":
                found[Condition("positive", apply("sub", one, u))] = None
                found[Condition("positive", apply("add", one, u))] = None
            case "arcosh":
                found[Condition("nonnegative", apply("sub", u, one))] = None
    return [*found, *_poles(expression)]


def _poles(expression: Term) -> list[Condition]:
    """Where nothing is divided by 0."""
    divisors = [item.children[-1] for item in subtrees(expression) if item.label in ("inv", "div")]
    return [Condition("nonzero", divisor) for divisor in divisors if variables(divisor)]


def _is_integer(item: Term) -> bool:
    return item.op is NUMBER and isinstance(item.label, Fraction) and item.label.denominator == 1
