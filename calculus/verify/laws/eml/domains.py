"""Where trees are defined and finite: refuted at a point, proved from the normal form, or by enclosures of
the boxes into which a domain is cut.
"""

import math
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from calculus.eml.decompiler.setting import Setting
from calculus.eml.domain import Condition
from calculus.eml.domains import condition_text, holds, implied
from calculus.eml.evaluation.balls import Balls, Undecided, load, precision_of
from calculus.eml.evaluation.exact import TooLarge, Undefined, context, evaluate_exact
from calculus.eml.evaluation.ieee import values_ieee
from calculus.eml.evaluation.points import from_complex
from calculus.eml.facts import comparison
from calculus.eml.postfix import to_postfix
from calculus.eml.syntax import EML, VARIABLE, subtrees, variables
from calculus.machine.budget import Budget
from calculus.source.diagnostic import UsageProblem
from calculus.term import Term
from calculus.verify.finding import Finding
from calculus.verify.laws.eml.points import Point, further, number_text, shown, simple
from calculus.verify.laws.eml.statements import DomainClaim
from calculus.verify.laws.statement import Options

MOST_BOXES = 4_000
BITS = 128
DIGITS = 20

LARGEST = 709.0
"""The exponential of a larger number may overflow in complex128."""
ROUNDING = 2.0**-49
"""More than the relative error of one operation in complex128, a few units in the last place."""
SMALLEST = 1e-290

Box = Mapping[str, tuple[Fraction, Fraction]]


def decide_domain(law: DomainClaim, options: Options) -> Finding:
    """Whether a tree is defined, or finite, wherever the conditions hold."""
    names = variables(law.tree)
    tried: dict[str, Any] = {"semantics": law.semantics}
    points = [*simple(names, law.conditions, law.semantics), *further(names, law.conditions, law.semantics)]
    points += [point for point in _far(names) if all(holds(item, point) for item in law.conditions)]
    for count, point in enumerate(points, 1):
        why = _wrong(law, point)
        if why is not None:
            counterexample = {"at": shown(point), "why": why, "semantics": law.semantics}
            tried["points"] = count
            place = ", ".join(f"{name} = {item}" for name, item in shown(point).items())
            told = f"{f'at {place}: ' if place else ''}{why}"
            return law.found(
                "refuted", "values at a point", counterexample=counterexample, tried=tried, explained=(told,)
            )
    tried["points"] = len(points)
    if law.semantics != "ieee" and (explained := _symbolic(law)) is not None:
        return law.found("proved", "the normal form", tried=tried, explained=explained)
    box = bounds(names, law.conditions)
    if box is None:
        tried["given up"] = "enclosures need all variables real and bounded, as in 0 < x < 1"
        return law.found("unknown", tried=tried)
    return _by_boxes(law, box, options.budget(), tried)


def _far(names: Iterable[str]) -> list[Point]:
    """Points at which exponentials overflow."""
    names = list(names)
    return [dict.fromkeys(names, z) for z in (1000 + 0j, -1000 + 0j)] if names else []


def _wrong(law: DomainClaim, point: Point) -> str | None:
    """Why a tree is not as claimed at a point."""
    if law.semantics == "ieee":
        known = values_ieee(law.tree, point)
        root = known[id(law.tree)]
        if law.claim == "defined":
            return "the value is no number" if math.isnan(root.real) or math.isnan(root.imag) else None
        for item in subtrees(law.tree):
            z = known[id(item)]
            if not (math.isfinite(z.real) and math.isfinite(z.imag)):
                return f"{to_postfix(item, 60)} is {number_text(z)}"
        return None
    given = {name: from_complex(z) for name, z in point.items()}
    try:
        outcome = evaluate_exact(law.tree, given, law.semantics, DIGITS, context())
    except TooLarge:
        return None
    except Undefined as reason:
        where = f" at {to_postfix(reason.where, 60)}" if reason.where is not None else ""
        return f"{reason.why}{where}"
    return "an infinite value on the way" if law.claim == "finite" and outcome.infinities else None


def _symbolic(law: DomainClaim) -> tuple[str, ...] | None:
    """A proof that no logarithm is one of 0, so that a tree is defined and finite: all that has to be nonzero
    for its normal form follows from the conditions.
    """
    if not variables(law.tree):
        return None
    try:
        setting = Setting(law.tree, law.conditions, "principal")
        setting.value()
        needed = setting.nonzero()
    except (UsageProblem, ZeroDivisionError):
        return None
    if not all(implied(item, law.conditions) for item in needed):
        return None
    shown_needed = ", ".join(map(condition_text, needed))
    what = f"the arguments of all logarithms are nonzero: it needs {shown_needed}" if needed else ""
    return (what or "the arguments of all logarithms are nonzero everywhere",)


def bounds(names: Iterable[str], conditions: Iterable[Condition]) -> Box | None:
    """The box of a domain in which every variable is between two numbers; None if one is not."""
    low: dict[str, Fraction] = {}
    high: dict[str, Fraction] = {}
    for item in conditions:
        found = comparison(item)
        if found is not None and found.expression.op is VARIABLE:
            name = found.expression.label
            if found.lower:
                low[name] = max(found.limit, low.get(name, found.limit))
            else:
                high[name] = min(found.limit, high.get(name, found.limit))
    names = list(names)
    if not all(name in low and name in high for name in names):
        return None
    return {name: (low[name], high[name]) for name in names}


def _by_boxes(law: DomainClaim, whole: Box, budget: Budget, tried: dict[str, Any]) -> Finding:
    """Cut the domain until enclosures tell of each part that the tree is as claimed."""
    try:
        load()
    except UsageProblem as problem:
        return law.found("unknown", tried=tried | {"given up": str(problem)})
    waiting, boxes = [whole], 0
    with precision_of(BITS):
        while waiting:
            boxes += 1
            if boxes > MOST_BOXES or budget.overdrawn():
                tried["boxes"] = boxes - 1
                tried["undecided"] = _box_text(waiting[-1])
                return law.found("unknown", tried=tried)
            box = waiting.pop()
            if not (_rounded_is_finite(law.tree, box) if law.semantics == "ieee" else _is_so(law, box)):
                parts = _halves(box)
                if not parts:
                    tried["boxes"] = boxes
                    tried["undecided"] = _box_text(box)
                    return law.found("unknown", tried=tried)
                waiting += parts
    tried["boxes"] = boxes
    explained = f"enclosures on {boxes} box{'es' * (boxes != 1)} that cover {_box_text(whole)}"
    return law.found("proved", "rigorous enclosures", tried=tried, explained=(explained,))


def _is_so(law: DomainClaim, box: Box) -> bool:
    """Whether balls tell that a tree has a value on a box, and no infinite one if it is to be finite."""
    semantics = "principal" if law.claim == "finite" else law.semantics
    given = {name: (str(low), str(high)) for name, (low, high) in box.items()}
    try:
        found = Balls(semantics).value(law.tree, given)
    except (Undecided, Undefined):
        return False
    return bool(found.infinite or found.value.is_finite())


def _rounded_is_finite(tree: Term, box: Box) -> bool:
    """Whether all values in complex128 are finite on a box: by balls that are made wider, at each operation,
    by more than its rounding. Where a ball meets the cut, it has the values on both sides.
    """
    flint = load()
    known: dict[int, Any] = {}
    for item in subtrees(tree):
        if item.op is VARIABLE:
            low, high = (flint.arb(flint.fmpq(x.numerator, x.denominator)) for x in box[item.label])
            known[id(item)] = _wider(flint.acb(low.union(high)))
        elif item.op is not EML:
            known[id(item)] = flint.acb(1)
        else:
            left, right = (known[id(child)] for child in item.children)
            if not (left.real < LARGEST and abs(right) > SMALLEST and left.imag.abs_upper() < 2**52):
                return False
            power, logarithm = _wider(left.exp()), _wider(right.log())
            known[id(item)] = _wider(power - logarithm)
            if not known[id(item)].is_finite():
                return False
    return True


def _wider(ball: Any) -> Any:
    """A ball with the rounding of an operation."""
    flint = load()
    spread = flint.arb(0, ball.abs_upper() * ROUNDING + SMALLEST)
    return ball + flint.acb(spread, spread)


def _halves(box: Box) -> list[Box]:
    """The two halves of a box, cut across its widest side; none of one that is a point."""
    if not box:
        return []
    name = max(box, key=lambda key: box[key][1] - box[key][0])
    low, high = box[name]
    if high - low < Fraction(1, 2**40):
        return []
    middle = (low + high) / 2
    return [{**box, name: (middle, high)}, {**box, name: (low, middle)}]


def _box_text(box: Box) -> str:
    return ", ".join(f"{name} in [{low}, {high}]" for name, (low, high) in box.items()) or "the one point"
