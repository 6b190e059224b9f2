"""Domain records, computed and checked: where a tree has the values of an expression, and how that is known.

A claim is tried at points first, where one wrong value refutes it; then it is proved, symbolically if
possible, else by enclosures on boxes. In `ieee`, an error is one of rounding if it is within what the
roundings amount to; a larger one is a wrong branch, and refutes.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from calculus.eml.domain import Condition, Domain, SemanticsName
from calculus.eml.domains import holds, text
from calculus.eml.evaluation import sampling
from calculus.eml.evaluation.ieee import values_ieee
from calculus.eml.evaluation.points import from_complex
from calculus.eml.evaluation.sampling import Point
from calculus.eml.evaluation.sensitivity import is_robust, rounding_bound
from calculus.eml.evaluation.values import check_semantics
from calculus.eml.expressions import values
from calculus.eml.syntax import EML, subtrees, variables
from calculus.eml.tree import Tree
from calculus.source.diagnostic import CalculusError, UsageProblem
from calculus.source.text import Source
from calculus.term import Term

POINTS = 96
EXACT_POINTS = 24
BOXES = 8
TOLERANCE = 1e-9
"""Of values in complex128, relative to the larger of 1 and the value; beyond, roundings are looked at."""

_DIGITS = 20
_FIRST = 5
_MODERATE = 8.0
_SAFETY = 64.0
_LARGEST = 1.7e308
_SMALLEST = 5e-324


@dataclass(frozen=True, slots=True)
class Counterexample:
    """A point where the tree has another value, or none."""

    point: Point
    value: complex | None
    expected: complex
    why: str

    def __str__(self) -> str:
        place = ", ".join(f"{name} = {_number(z)}" for name, z in self.point.items())
        got = self.why or f"the tree gives {_number(self.value or 0j)}"
        return f"{f'at {place}: ' if place else ''}{got}, expected {_number(self.expected)}"


class Refuted(CalculusError):
    """A tree does not have the values it is claimed to have; `counterexample` says where."""

    kind = "refuted"

    def __init__(self, counterexample: Counterexample) -> None:
        super().__init__(f"the tree is not the function: {counterexample}")
        self.counterexample = counterexample


@dataclass(frozen=True, slots=True)
class Examination:
    """What came of a claim. `domain` is None if it is refuted. `points` and `boxes` say what was tried, and
    `refused` which larger domains were ruled out (by `discover`), each with a counterexample.
    """

    domain: Domain | None
    counterexample: Counterexample | None
    points: int
    boxes: int
    refused: tuple[tuple[str, Counterexample], ...] = ()


def establish(
    tree: Tree | Term | str | Source,
    expression: Term,
    conditions: Iterable[Condition],
    semantics: SemanticsName = "ieee",
    *,
    points: int | None = None,
) -> Domain:
    """The checked domain record of a tree that is claimed to compute an expression where conditions hold.

    Raises `Refuted` with a counterexample, and what `examine` raises.
    """
    found = examine(tree, expression, conditions, semantics, points=points)
    if found.domain is None:
        assert found.counterexample is not None
        raise Refuted(found.counterexample)
    return found.domain


def examine(
    tree: Tree | Term | str | Source,
    expression: Term,
    conditions: Iterable[Condition],
    semantics: SemanticsName = "ieee",
    *,
    points: int | None = None,
) -> Examination:
    """What can be found out about a claim: refuted, or a domain record with how it was established.

    `points` limits how many points are tried (96 in complex128, 24 exactly). Raises `UsageProblem`
    (without mpmath, where it is needed, too) and `SyntaxProblem`.
    """
    term = Tree(tree).term
    check_semantics(semantics)
    claimed = tuple(dict.fromkeys(conditions))
    names = sorted({*variables(term), *variables(expression)})
    exact = semantics != "ieee"
    if wrong := _wrong_mostly(term, expression, names, claimed, semantics):
        return Examination(None, wrong, _FIRST, 0)
    proof, further = _symbolic(term, expression, claimed, semantics)
    claimed = _with_exceptions(term, expression, claimed, further, semantics)
    tried = sampling.points(names, claimed, points or (EXACT_POINTS if exact else POINTS), not exact)
    trial = _Trial(term, expression, semantics)
    for point in tried:
        wrong = trial.at(point)
        if wrong is not None:
            return Examination(None, wrong, trial.count, 0)
    how, boxes = "symbolic" if proof else "points", 0
    if exact and not proof:
        found = _on_boxes(term, expression, names, claimed, semantics)
        if isinstance(found, Counterexample):
            return Examination(None, found, trial.count, BOXES)
        boxes = found
        how = "enclosure" if boxes else "points"
    domain = Domain(
        semantics,
        claimed,
        finite=trial.finite,
        robust=trial.robust if semantics == "ieee" else _robust(term, names, claimed),
        how=how,
        error=trial.error,
        ranges=() if exact else tuple(_ranges(term, names, claimed)),
    )
    return Examination(domain, None, trial.count, boxes)


def discover(
    tree: Tree | Term | str | Source,
    expression: Term,
    semantics: SemanticsName = "ieee",
    *,
    points: int | None = None,
) -> Examination:
    """The largest domain of a simple shape, for each variable, on which a tree computes an expression.

    The shapes are all complex numbers, those but 0, off the cut (-∞, 0], the strip |Im x| < π, the right
    half-plane, the reals, those but 0, and the positive and the negative ones. The larger shapes that were
    ruled out are in `refused`, with counterexamples; without any domain, `domain` is None.
    """
    from itertools import product

    term = Tree(tree).term
    check_semantics(semantics)
    exact = semantics != "ieee"
    names = sorted({*variables(term), *variables(expression)})
    most = points or (4 * EXACT_POINTS if exact else 4 * POINTS)
    trial = _Trial(term, expression, semantics)
    results = [(point, trial.at(point)) for point in sampling.points(names, (), most, not exact)]
    shapes = [tuple(shape) for shape in product(*(_shapes(name) for name in names))]
    ranked = []
    for shape in shapes:
        conditions = tuple(condition for part in shape for condition in part)
        inside = [item for item in results if all(holds(c, item[0]) for c in conditions)]
        ranked.append((len(inside), conditions, next((wrong for _, wrong in inside if wrong), None)))
    ranked.sort(key=lambda item: -item[0])
    refused: list[tuple[str, Counterexample]] = []
    for count, conditions, wrong in ranked:
        if wrong is None and count:
            found = examine(term, expression, conditions, semantics, points=points)
            if found.domain is not None:
                tried = trial.count + found.points
                return Examination(found.domain, None, tried, found.boxes, tuple(refused))
            wrong = found.counterexample
        if wrong is not None:
            refused.append((text(Domain(semantics, conditions)), wrong))
    first = refused[0][1] if refused else None
    return Examination(None, first, trial.count, 0, tuple(refused))


def _shapes(name: str) -> list[tuple[Condition, ...]]:
    from calculus.eml.assumptions import parse_assumption

    texts = (
        *("", f"{name} != 0", f"{name} off cut", f"|im {name}| < pi", f"|im {name}| < pi, {name} != 0"),
        *(f"re {name} > 0", f"{name} real", f"{name} real, {name} != 0", f"{name} > 0", f"{name} < 0"),
    )
    return [tuple(parse_assumption(item)) if item else () for item in texts]


class _Trial:
    """One tree against one expression, point by point, and what was met."""

    def __init__(self, term: Term, expression: Term, semantics: SemanticsName) -> None:
        self.term, self.expression, self.semantics = term, expression, semantics
        self.count = 0
        self.error = 0.0
        self.finite = True
        self.robust = True
        self.names = variables(term)
        self.mp: Any = None

    def at(self, point: Point) -> Counterexample | None:
        """None if the tree has the right value at a point, as far as its semantics goes."""
        self.count += 1
        return self._in_ieee(point) if self.semantics == "ieee" else self._exactly(point)

    def _in_ieee(self, point: Point) -> Counterexample | None:
        expected = values.value(self.expression, point)
        if not _is_finite(expected):
            return None  # a pole of the function itself, or beyond the largest number
        known = values_ieee(self.term, point)
        value = known[id(self.term)]
        moderate = all(abs(z) <= _MODERATE for z in point.values())
        infinite = any(_is_infinite(known[id(item)]) for item in subtrees(self.term) if item.op is EML)
        if not _is_finite(value):
            if not moderate and infinite:
                return None  # overflow, of which the ranges tell
            return Counterexample(point, None, expected, f"the tree gives {_number(value)}")
        error = abs(value - expected)
        relative = error / max(1.0, abs(expected))
        if relative > TOLERANCE:
            if not moderate and infinite:
                return None
            if not error <= _SAFETY * rounding_bound(self.term, known):
                return Counterexample(point, value, expected, "")
            if not moderate:
                return None  # as ill-conditioned as it is far out
        if moderate:
            self.error = max(self.error, relative)
            self.finite = self.finite and not (infinite and self._infinite_beside(point))
            self.robust = self.robust and _is_robust_around(self.term, point)
        return None

    def _exactly(self, point: Point) -> Counterexample | None:
        from calculus.eml.evaluation.exact import TooLarge, Undefined, context, evaluate_exact

        self.mp = self.mp or context()
        given = {name: from_complex(point[name]) for name in self.names}
        expected = self._expected(point)
        if expected is None:
            return None
        rounded = complex(expected)
        try:
            outcome = evaluate_exact(self.term, given, self.semantics, _DIGITS, self.mp)
        except TooLarge:
            return None
        except Undefined as reason:
            return Counterexample(point, None, rounded, f"the tree has no value: {reason.why}")
        mp, ball = outcome.mp, outcome.ball
        if ball.infinite:
            return Counterexample(point, None, rounded, f"the tree gives {'-' if ball.infinite < 0 else ''}∞")
        error = abs(ball.center - expected) / max(1, abs(expected))
        if error > mp.mpf(10) ** (2 - _DIGITS):
            return Counterexample(point, complex(ball.center), rounded, "")
        self.error = max(self.error, float(error))
        self.finite = self.finite and not (outcome.infinities and self._infinite_beside(point))
        return None

    def _infinite_beside(self, point: Point) -> bool:
        """Whether there are infinite values close to a point, too, and not just for one logarithm of 0."""
        known = values_ieee(self.term, _beside(point))
        return any(_is_infinite(known[id(item)]) for item in subtrees(self.term) if item.op is EML)

    def _expected(self, point: Point) -> Any:
        mp = self.mp
        mp.dps = _DIGITS + 30
        found = values.value_mp(self.expression, {name: mp.mpc(z) for name, z in point.items()}, mp)
        return found if mp.isfinite(found) else None


def _wrong_mostly(
    term: Term,
    expression: Term,
    names: Sequence[str],
    conditions: Sequence[Condition],
    semantics: SemanticsName,
) -> Counterexample | None:
    """A counterexample if a tree is wrong at two of the first points, which spares the proof. At one it may
    be for a logarithm of 0, which is for the proof to find out.
    """
    trial = _Trial(term, expression, semantics)
    tried = sampling.points(names, conditions, _FIRST)
    wrong = [found for found in map(trial.at, tried) if found]
    return wrong[0] if len(wrong) > min(1, len(tried) - 1) else None


def _symbolic(
    term: Term, expression: Term, conditions: Sequence[Condition], semantics: SemanticsName
) -> tuple[bool, tuple[Condition, ...]]:
    """Whether the normal forms prove it, and which arguments of logarithms must not be 0 for that."""
    from calculus.eml.decompiler import proves

    proof = proves(term, expression, assume=conditions, semantics=semantics)
    return bool(proof), proof.conditions if proof else ()


def _with_exceptions(
    term: Term,
    expression: Term,
    conditions: tuple[Condition, ...],
    further: Iterable[Condition],
    semantics: SemanticsName,
) -> tuple[Condition, ...]:
    """The conditions, with those on points where a logarithm is one of 0, unless all is well there."""
    from calculus.eml.domains import simplify

    added = []
    trial = _Trial(term, expression, semantics)
    for condition in further:
        if semantics == "ieee":
            # Close to the point, as close as a float comes to it, the value is right or it is not.
            roots = _roots(condition, sorted({*variables(term), *variables(expression)}), conditions)
            if roots and all(trial.at(point) is None for point in roots):
                continue
        added.append(condition)
    kept = simplify(added, conditions)
    return conditions + (tuple(added) if kept is None else kept)


def _roots(condition: Condition, names: Sequence[str], conditions: Sequence[Condition]) -> list[Point]:
    """Points where an expression vanishes, by Newton's method from points of the domain."""
    moved_name = variables(condition.expression)[0]
    found: list[Point] = []
    shift = 1.0 if condition.kind == "not_one" else 0.0
    for start in sampling.points(names, conditions, 12):
        z = start[moved_name]
        for _ in range(40):
            here = values.value(condition.expression, {**start, moved_name: z}) - shift
            step = 1e-7 * max(1.0, abs(z))
            slope = (
                values.value(condition.expression, {**start, moved_name: z + step}) - shift - here
            ) / step
            if not (_is_finite(here) and _is_finite(slope)) or slope == 0:
                break
            moved = here / slope
            z -= moved
            if abs(moved) <= 1e-16 * abs(z):
                break
        point = {**start, moved_name: z}
        residue = abs(values.value(condition.expression, point) - shift)
        if residue < 1e-12 and all(holds(item, point) for item in conditions):
            found.append(point)
    return found


def _on_boxes(
    term: Term,
    expression: Term,
    names: Sequence[str],
    conditions: Sequence[Condition],
    semantics: SemanticsName,
) -> "int | Counterexample":
    """On how many boxes enclosures prove equality, or agree; 0 if they fail to on one. A counterexample is a
    box on which the values differ for certain.
    """
    from calculus.eml.evaluation.balls import load
    from calculus.eml.evaluation.proving import on_box

    try:
        flint = load()
    except UsageProblem:
        return 0
    agreed = 0
    undecided = False
    for box in sampling.boxes(names, conditions, BOXES):
        balls = {}
        for name, (middle, width) in box.items():
            real, imag = (flint.arb(part, width) for part in (middle.real, middle.imag))
            balls[name] = flint.acb(real, imag if middle.imag else 0)
        verdict = on_box(term, expression, balls, semantics)
        if verdict == "different":
            point = {name: middle for name, (middle, _) in box.items()}
            expected = values.value(expression, point)
            return Counterexample(point, None, expected, "the tree has other values on a box around it")
        undecided = undecided or verdict == "unknown"
        agreed += verdict in ("proved", "alike")
    return 0 if undecided else agreed


def _robust(term: Term, names: Sequence[str], conditions: Sequence[Condition]) -> bool:
    """Whether signs of zeros matter nowhere in complex128, at moderate points of the domain."""
    tried = sampling.points(names, conditions, EXACT_POINTS)
    return all(
        _is_robust_around(term, point) for point in tried if all(abs(z) <= _MODERATE for z in point.values())
    )


def _is_robust_around(term: Term, point: Point) -> bool:
    """Whether signs of zeros do not matter at a point, or at that single point alone."""
    return is_robust(term, point) or is_robust(term, _beside(point))


def _beside(point: Point) -> Point:
    """A point close by, on the real axis where the first is."""
    return {name: complex(z.real * (1 + 1e-7) + 1e-9, z.imag) for name, z in point.items()}


def _ranges(
    term: Term, names: Sequence[str], conditions: Sequence[Condition]
) -> "Iterable[tuple[str, float, float]]":
    """For each variable, between which real values nothing overflows, the others being 1 or so."""
    start = next(
        (
            point
            for point in sampling.points(names, conditions, POINTS)
            if all(z.imag == 0 and 0.1 <= abs(z) <= _MODERATE for z in point.values())
        ),
        None,
    )
    if start is None:
        return
    usual = _infinite_places(term, start)
    if usual is None:
        return

    for name in names:

        def good(x: float, name: str = name) -> bool:
            point = {**start, name: complex(x)}
            if not all(holds(item, point) for item in conditions):
                return False
            found = _infinite_places(term, point)
            return found is not None and found <= usual

        sides = {
            side: all(holds(item, {**start, name: complex(side)}) for item in conditions) for side in (1, -1)
        }
        high = _limit(good, 1) if sides[1] else -_limit_near_zero(good, -1)
        low = -_limit(good, -1) if sides[-1] else _limit_near_zero(good, 1)
        if high != math.inf or low not in (-math.inf, 0.0):
            yield name, low, high


def _limit(good: Any, sign: int) -> float:
    """Up to which size all is good, from 1 outwards; infinite if to the end."""
    if good(sign * _LARGEST):
        return math.inf
    low, high = 0.0, math.log(_LARGEST)
    if not good(sign * 1.0):
        return 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if good(sign * math.exp(middle)) else (low, middle)
    return math.exp(low)


def _limit_near_zero(good: Any, sign: int) -> float:
    """Down to which size all is good, from 1 inwards; 0 if to the end."""
    if good(sign * _SMALLEST):
        return 0.0
    low, high = math.log(_SMALLEST), 0.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (low, middle) if good(sign * math.exp(middle)) else (middle, high)
    return math.exp(high)


def _infinite_places(term: Term, point: Point) -> set[int] | None:
    """The subtrees with infinite values; None if there is one that is no number."""
    known = values_ieee(term, point)
    found = set()
    for place, value in known.items():
        if math.isnan(value.real) or math.isnan(value.imag):
            return None
        if _is_infinite(value):
            found.add(place)
    return found


def _is_finite(z: complex) -> bool:
    return math.isfinite(z.real) and math.isfinite(z.imag)


def _is_infinite(z: complex) -> bool:
    return math.isinf(z.real) or math.isinf(z.imag)


def _number(z: complex) -> str:
    if z.imag == 0 and math.copysign(1, z.imag) > 0:
        return f"{z.real:.10g}"
    return f"{z.real:.10g}{z.imag:+.10g}i"
