"""Domain records, computed and checked: where a tree has the values of an expression, and how that is known.

A claim is tried at points first, where one wrong value refutes it; then it is proved, symbolically if
possible, else by enclosures on boxes. In `ieee`, an error is one of rounding if it is within what the
roundings amount to; a larger one is a wrong branch, and refutes.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product

from calculus.eml.assumptions import parse_assumption
from calculus.eml.domain import Condition, Domain, SemanticsName
from calculus.eml.domains import holds, simplify, text
from calculus.eml.evaluation import sampling
from calculus.eml.evaluation.overflow import free_ranges
from calculus.eml.evaluation.sampling import Point
from calculus.eml.evaluation.trial import MODERATE, Counterexample, Trial, is_finite, robust_around
from calculus.eml.evaluation.values import check_semantics
from calculus.eml.expressions import values
from calculus.eml.expressions.node import apply, number, variable
from calculus.eml.syntax import dag_size, variables
from calculus.eml.tree import Tree
from calculus.source.diagnostic import CalculusError, UsageProblem
from calculus.source.text import Source
from calculus.term import Term

POINTS = 96
EXACT_POINTS = 24
BOXES = 8

_FIRST = 8
_MOST_EXCEPTIONS = 4
_MOST_PROVED = 60
"""Distinct subtrees of a tree that is proved right even if it has to be quick."""


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
    quick: bool = False,
) -> Examination:
    """What can be found out about a claim: refuted, or a domain record with how it was established.

    `points` limits how many points are tried (96 in complex128, 24 exactly). `quick` leaves out what takes
    long: enclosures, proofs about large trees, and in `ieee` exact arithmetic, for which mpmath is needed
    otherwise; a wrong value is then put down to overflow wherever something overflows. Raises `UsageProblem`
    (without mpmath, where it is needed, too) and `SyntaxProblem`.
    """
    term = Tree(tree).term
    check_semantics(semantics)
    claimed = tuple(dict.fromkeys(conditions))
    names = sorted({*variables(term), *variables(expression)})
    exact = semantics != "ieee"
    if wrong := _wrong_mostly(term, expression, names, claimed, semantics, quick):
        return Examination(None, wrong, _FIRST, 0)
    proof, further = False, tuple[Condition, ...]()
    if not quick or dag_size(term) <= _MOST_PROVED:
        proof, further = _symbolic(term, expression, claimed, semantics)
    claimed = _with_exceptions(term, expression, claimed, further, semantics, quick)
    tried = sampling.points(names, claimed, points or (EXACT_POINTS if exact else POINTS), not exact)
    trial = Trial(term, expression, semantics, quick=quick)
    excepted: list[Condition] = []
    for point in tried:
        if not all(holds(item, point) for item in excepted):
            continue
        wrong = trial.at(point)
        if wrong is None:
            continue
        exception = _exception(wrong, trial, claimed) if len(excepted) < _MOST_EXCEPTIONS else None
        if exception is None:
            return Examination(None, wrong, trial.points, 0)
        excepted.append(exception)
    claimed += tuple(excepted)
    if tried and trial.overflows == len(tried):
        return Examination(None, None, trial.points, 0)
    how, boxes = "symbolic" if proof else "points", 0
    if exact and not proof and not quick:
        found = _on_boxes(term, expression, names, claimed, semantics)
        if isinstance(found, Counterexample):
            return Examination(None, found, trial.points, BOXES)
        boxes = found
        how = "enclosure" if boxes else "points"
    domain = Domain(
        semantics,
        claimed,
        finite=trial.finite,
        robust=trial.robust if semantics == "ieee" else _robust(term, names, claimed),
        how=how,
        error=trial.error,
        ranges=() if exact else tuple(free_ranges(term, expression, names, claimed)),
    )
    return Examination(domain, None, trial.points, boxes)


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
    term = Tree(tree).term
    check_semantics(semantics)
    exact = semantics != "ieee"
    names = sorted({*variables(term), *variables(expression)})
    most = points or (4 * EXACT_POINTS if exact else 4 * POINTS)
    trial = Trial(term, expression, semantics)
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
                tried = trial.points + found.points
                return Examination(found.domain, None, tried, found.boxes, tuple(refused))
            wrong = found.counterexample
        if wrong is not None:
            refused.append((text(Domain(semantics, conditions)), wrong))
    first = refused[0][1] if refused else None
    return Examination(None, first, trial.points, 0, tuple(refused))


def _shapes(name: str) -> list[tuple[Condition, ...]]:
    texts = (
        *("", f"{name} != 0", f"{name} off cut", f"|im {name}| < pi", f"|im {name}| < pi, {name} != 0"),
        *(f"re {name} > 0", f"{name} real", f"{name} real, {name} != 0", f"{name} > 0", f"{name} < 0"),
    )
    return [tuple(parse_assumption(item)) if item else () for item in texts]


def _wrong_mostly(
    term: Term,
    expression: Term,
    names: Sequence[str],
    conditions: Sequence[Condition],
    semantics: SemanticsName,
    quick: bool,
) -> Counterexample | None:
    """A counterexample if a tree has wrong values at two of the first points, or none at most of them, which
    spares the proof. At one or two it may be for a logarithm of 0, which is for the proof to find out.
    """
    trial = Trial(term, expression, semantics, quick=quick)
    tried = sampling.points(names, conditions, _FIRST)
    wrong = [found for found in map(trial.at, tried) if found]
    wrong.sort(key=lambda item: item.value is None)
    values = sum(item.value is not None for item in wrong)
    mostly = values > min(1, len(tried) - 1) or 2 * len(wrong) > len(tried)
    return wrong[0] if wrong and mostly else None


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
    quick: bool,
) -> tuple[Condition, ...]:
    """The conditions, with those on points where a logarithm is one of 0, unless all is well there."""
    added = []
    trial = Trial(term, expression, semantics, quick=quick)
    for condition in further:
        if semantics == "ieee":
            # Close to the point, as close as a float comes to it, the value is right or it is not.
            roots = _roots(condition, sorted({*variables(term), *variables(expression)}), conditions)
            if roots and all(trial.at(point) is None for point in roots):
                continue
        added.append(condition)
    kept = simplify(added, conditions)
    return conditions + (tuple(added) if kept is None else kept)


def _exception(wrong: Counterexample, trial: Trial, conditions: Iterable[Condition]) -> Condition | None:
    """The condition that leaves out the single value of a variable for which a tree has no value; None if
    that is not all that is the matter.
    """
    if wrong.value is not None:
        return None
    for name, z in wrong.point.items():
        near = [{**wrong.point, name: z * (1 + step) if z else step} for step in (1e-6, -1e-6)]
        near = [point for point in near if all(holds(item, point) for item in conditions)]
        if near and z.imag == 0 and all(trial.at(point) is None for point in near):
            x = variable(name)
            return Condition("nonzero", apply("sub", x, number(Fraction(z.real))) if z.real else x)
    return None


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
            if not (is_finite(here) and is_finite(slope)) or slope == 0:
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
    """Whether rounding decides no branch in complex128, at moderate points of the domain."""
    tried = sampling.points(names, conditions, EXACT_POINTS)
    moderate = [point for point in tried if all(abs(z) <= MODERATE for z in point.values())]
    return all(robust_around(term, point) for point in moderate)
