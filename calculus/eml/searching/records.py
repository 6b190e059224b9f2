"""The domain record of a tree that was found: by a proof with its conditions, or else by points.

A search compares values where its target was looked at. Whether the tree is right elsewhere is settled here:
the two are brought into normal form, and where that does not prove them equal, the tree is compared with the
target at real and complex points, and the widest claim that nothing refutes is recorded.
"""

import cmath
from collections.abc import Iterator
from random import Random

from calculus.eml.compiler.probes import STEPS, run_all
from calculus.eml.decompiler.proof import proves
from calculus.eml.domain import Condition, Domain, SemanticsName
from calculus.eml.domains import holds, simplify
from calculus.eml.evaluation.sensitivity import is_robust
from calculus.eml.expressions.values import value
from calculus.eml.searching.targets import Target
from calculus.eml.syntax import variable
from calculus.term import Term

__all__ = ["domain_of"]

TOLERANCE = 1e-9
POINTS = 48
"""Of each kind."""
LARGEST = 1e12


def domain_of(tree: Term, target: Target, semantics: SemanticsName, finite: bool, error: float) -> Domain:
    """The record of a tree that is right at the points of a target; `finite` and `error` are what was seen
    there."""
    if target.expression is None:
        return Domain(semantics, (), finite, is_robust(tree, {}), "points", error)
    inside = [*target.searched, *target.checked]
    for conditions, how in _claims(tree, target, semantics):
        points = [point for point in _points(target) if all(holds(item, point) for item in conditions)]
        errors = [_error(tree, target.expression, semantics, point) for point in points]
        if all(found[0] <= TOLERANCE for found in errors):
            return Domain(
                semantics,
                tuple(conditions),
                finite and all(found[1] for found in errors),
                all(is_robust(tree, point) for point in [*inside, *points[:16]]),
                how,
                max([error, *(found[0] for found in errors)]),
            )
    robust = all(is_robust(tree, point) for point in inside)
    return Domain(semantics, target.conditions, finite, robust, "points", error)


def _claims(tree: Term, target: Target, semantics: SemanticsName) -> Iterator[tuple[list[Condition], str]]:
    """Conditions that may do, the weakest first."""
    assert target.expression is not None
    proof = proves(tree, target.expression, (), semantics)
    proved: tuple[Condition, ...] | None = proof.conditions if proof else None
    if not proof and proof.missing:
        assumed = list(proof.missing)
        again = proves(tree, target.expression, assumed, semantics)
        proved = simplify([*assumed, *again.conditions]) if again else None
    if proved is not None:
        yield list(proved), "symbolic"
    real = [Condition("real", variable(name)) for name in target.variables]
    for claim in ([], *([item] for item in real), real) if real else ([],):
        yield [*claim, *(proved or ())], "points"
    yield list(target.conditions), "points"


def _points(target: Target) -> list[dict[str, complex]]:
    """Complex and real points, wherever the target is assumed to be looked at."""
    assert target.expression is not None
    if not target.variables:
        return [{}]
    random = Random(0)
    found = []
    for k in range(3 * POINTS):
        high = (2.0, 1.0, 4.0)[k % 3]
        point = {
            name: complex(random.uniform(-high, high), random.uniform(-2, 2) if k % 3 == 0 else 0.0)
            for name in target.variables
        }
        wanted = value(target.expression, point)
        if cmath.isfinite(wanted) and abs(wanted) < LARGEST:
            found.append(point)
    return found


def _error(
    tree: Term, expression: Term, semantics: SemanticsName, point: dict[str, complex]
) -> tuple[float, bool]:
    """The error in complex128, relative to the larger of 1 and the value; whether all values are finite."""
    wanted = value(expression, point)
    values = run_all(tree, point, STEPS[semantics])
    found = values[id(tree)]
    if not cmath.isfinite(found):
        return float("inf"), False
    return abs(found - wanted) / max(1.0, abs(wanted)), all(map(cmath.isfinite, values.values()))
