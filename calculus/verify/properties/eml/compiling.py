"""Compiled expressions have their values, and decompiled trees have those of the trees."""

import cmath
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from calculus.eml.compiler import NoTree, compile
from calculus.eml.decompiler import decompile
from calculus.eml.domain import SEMANTICS, Condition, SemanticsName
from calculus.eml.domains import condition_text
from calculus.eml.evaluation.exact import Undefined, context, evaluate_exact
from calculus.eml.evaluation.points import from_complex
from calculus.eml.evaluation.trial import Trial
from calculus.eml.expressions.printer import text as expression_text
from calculus.eml.expressions.values import value, value_mp
from calculus.eml.syntax import size as nodes
from calculus.eml.syntax import variables
from calculus.source.diagnostic import UsageProblem
from calculus.term import Term
from calculus.verify.enumeration.eml import space
from calculus.verify.generation.choices import pick
from calculus.verify.generation.eml import expression, tree
from calculus.verify.independent import exponentials
from calculus.verify.properties.eml.places import shown
from calculus.verify.property import Choose, Exhaustive, Generated, Property, Tally
from calculus.verify.shrinking import shrunk

FUNCTIONS = ("add", "sub", "mul", "div", "exp", "ln", "minus", "sqr", "sqrt", "inv", "half", "sinh", "sigma")
ASSUMED = "x > 1, x < 2, y > 0, y < 1"
INSIDE: tuple[Mapping[str, complex], ...] = tuple(
    {"x": complex(x), "y": complex(y)} for x, y in ((1.5, 0.5), (1.125, 0.875), (1.75, 0.125))
)
MODERATE = 300.0

PLACES: tuple[complex, ...] = (
    *(-2, -1, 0.5, 3, 20, -30, 1j, -2j, 3j, 3.2j, -4j),
    *(-3 + 1e-30j, -3 - 1e-30j, 1.5 - 5j),
)
"""Where decompiled trees are tried: on the cut, beside it, and inside and outside of the strip |Im z| < π."""

TINY = 1e-15


@dataclass(frozen=True, slots=True)
class Asked:
    """An expression to compile, and the options."""

    expression: Term
    semantics: SemanticsName
    finite: bool
    robust: bool

    def __str__(self) -> str:
        marks = f"{', finite' * self.finite}{', robust' * self.robust}"
        return f"{expression_text(self.expression)} in {self.semantics}{marks}"


def asked(choose: Choose, size: int) -> Asked:
    """An expression of at most `size` nodes over x and y, with options."""
    semantics = pick(choose, SEMANTICS)
    finite, robust = bool(choose(2)), choose(4) == 3
    term = expression(choose, size, variables=("x", "y"), functions=FUNCTIONS)
    return Asked(term, semantics, finite, robust)


def compiled(subject: Asked, tally: Tally) -> str | None:
    """Whether the tree of an expression has its values in the domain that its record states."""
    try:
        witness = compile(
            subject.expression,
            semantics=subject.semantics,
            finite=subject.finite,
            robust=subject.robust,
            assume=ASSUMED,
        )
    except NoTree:
        tally.count("no tree")
        return None
    for point in INSIDE:
        wanted = value(subject.expression, point)
        if not (cmath.isfinite(wanted) and abs(wanted) < MODERATE and witness.domain.contains(dict(point))):
            tally.count("outside")
            continue
        if not _free_of_overflow(witness.domain.ranges, point):
            tally.count("overflow")
            continue
        tally.count("values")
        wrong = Trial(witness.term, subject.expression, subject.semantics).at(dict(point))
        if wrong is not None:
            return f"compiled to {witness.postfix}: {wrong}"
    return None


def smaller(subject: Asked, fails: Callable[[Asked], bool]) -> Asked:
    """The same question of a small expression, if it still fails."""
    found = shrunk(subject.expression, lambda term: fails(replace(subject, expression=term)), tries=60)
    return replace(subject, expression=found)


def _free_of_overflow(ranges: tuple[tuple[str, float, float], ...], point: Mapping[str, complex]) -> bool:
    known = {name for name, _, _ in ranges}
    return all(
        any(name == other and low < point[name].real < high for other, low, high in ranges)
        for name in known
        if name in point
    )


def decompiled(term: Term, tally: Tally) -> str | None:
    """Whether the expression of a tree has its values, wherever the conditions that are stated hold."""
    for adopt in (True, False):
        try:
            found = decompile(term, adopt=adopt)
        except UsageProblem:
            tally.count("no value")
            continue
        names = variables(term)
        for turn, _ in enumerate(PLACES if names else PLACES[:1]):
            point = {name: PLACES[(turn + 5 * index) % len(PLACES)] for index, name in enumerate(names)}
            wrong = _differ(term, found.expression, found.conditions, point, tally)
            if wrong is not None:
                return f"`{found.text}` where {found.domain}: {wrong}"
    return None


def _differ(
    term: Term,
    expression: Term,
    conditions: tuple[Condition, ...],
    point: Mapping[str, complex],
    tally: Tally,
) -> str | None:
    mp = exponentials.context()
    at = {name: mp.mpc(z) for name, z in point.items()}
    if not all(holds(item, at) for item in conditions):
        tally.count("outside")
        return None
    try:
        expected = exponentials.exactly(term, at, "principal").number
    except exponentials.Undefined:
        tally.count("undefined")
        return None
    except exponentials.Unclear:
        expected = _by_forms(term, point)
        if expected is None:
            tally.count("unclear")
            return None
    tally.count("values")
    found = value_mp(expression, at, mp)
    if abs(found - expected) <= TINY * max(1, abs(expected)):
        return None
    return f"at {shown(point)} the tree has {mp.nstr(expected, 12)}, the expression {mp.nstr(found, 12)}"


def _by_forms(term: Term, point: Mapping[str, complex]) -> Any:
    """The value where digits do not tell on which side of the cut something is, as exact forms tell it."""
    if any(z.imag for z in point.values()):
        return None
    given = {name: from_complex(z) for name, z in point.items()}
    try:
        outcome = evaluate_exact(term, given, "principal", 30, context())
    except Undefined:
        return None
    return exponentials.context().mpc(outcome.ball.center) if not outcome.ball.infinite else None


def holds(condition: Condition, at: Mapping[str, Any]) -> bool:
    """Whether a condition holds, with as many digits as the values have."""
    mp = exponentials.context()
    z = value_mp(condition.expression, at, mp)
    bound = mp.inf if condition.bound is None else value_mp(condition.bound, at, mp).real
    real = bool(z.imag == 0)
    match condition.kind:
        case "real":
            return real
        case "positive":
            return real and bool(z.real > 0)
        case "nonnegative":
            return real and bool(z.real >= 0)
        case "nonzero":
            return bool(abs(z) > TINY)
        case "not_one":
            return bool(abs(z - 1) > TINY)
        case "strip":
            return bool(-bound < z.imag <= bound)
        case "open_strip":
            return bool(-bound < z.imag < bound)
        case "off_cut":
            return not real or bool(z.real > 0)
        case "right":
            return bool(z.real > 0)
        case "below":
            return bool(z.real < bound)
    raise AssertionError(condition_text(condition))


def two_variables(choose: Choose, size: int) -> Term:
    """A tree over 1, x and y."""
    return tree(choose, size, variables=("x", "y"))


PROPERTIES = (
    Property(
        "compilation",
        "a compiled tree has the values of its expression, where its record says that it does",
        "the rules of the compiler, each with its condition",
        (
            Generated(
                f"the tree of a generated expression of up to {{size}} nodes has its values, where {ASSUMED}",
                asked,
                compiled,
                shrunk=smaller,
                largest=7,
                examples=40,
                unit=10,
                measure=lambda subject: nodes(subject.expression),
            ),
        ),
    ),
    Property(
        "decompilation",
        "the expression that a tree is decompiled into has the values of the tree, on the cuts and off them, "
        "where its conditions hold",
        "sound rules only, those that risk 2πi with a condition",
        (
            Exhaustive(
                f"the expression of every tree of up to {{size}} nodes over 1 and x has its values at "
                f"{len(PLACES)} points",
                space,
                decompiled,
                size=7,
                unit=25,
                measure=nodes,
            ),
            Generated(
                "the expression of a generated tree of up to {size} nodes over 1, x and y has its values",
                two_variables,
                decompiled,
                shrunk=shrunk,
                largest=21,
                examples=60,
                unit=15,
                measure=nodes,
            ),
        ),
    ),
)
