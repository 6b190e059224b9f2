"""Compiling: from an expression to a checked tree.

The tree is the cheapest that is right where it is asked to be: where the assumptions leave the variables,
and by default where they are real and the expression is. Points at zeros and ones are asked for
as well, as long as there is a tree that is right at them. What is asked for is tried in turn, from the best.
"""

import cmath
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from math import isfinite
from typing import TYPE_CHECKING, Any, Literal

from calculus.eml.compiler.choice import Choice, Found, Wanted
from calculus.eml.compiler.lowering import Lowering
from calculus.eml.compiler.pieces import pieces, shape
from calculus.eml.compiler.probes import STEPS, Point, Probe, Region, run, steps
from calculus.eml.compiler.quantities import Quantities, Values
from calculus.eml.compiler.record import record
from calculus.eml.domain import SEMANTICS, Condition, Domain, SemanticsName
from calculus.eml.domains import parse_assumption
from calculus.eml.expressions.node import APPLY, NUMBER, VARIABLE, apply, number, variable
from calculus.eml.expressions.normal.translate import NoValue
from calculus.eml.expressions.simplify import fold, simplify
from calculus.eml.expressions.values import all_values, value
from calculus.eml.syntax import substitute, subtrees, variables
from calculus.eml.witness import Witness
from calculus.source.diagnostic import CalculusError, UsageProblem
from calculus.source.text import Source
from calculus.term import Term, canonical

if TYPE_CHECKING:
    from calculus.eml.tree import Tree

_LARGE = 120
"""Expressions with more distinct subexpressions than this are compiled in pieces, at fewer probes."""
_PIECE = 30
"""Nodes of such a piece, or a few more."""
_MOST_SIMPLIFIED = 5000
"""Larger expressions have their numbers computed, and are not simplified otherwise."""
_SMALL = 6
"""For expressions up to this, special points are tried one by one where no tree is right at all of them."""
_ROUNDS = 5
"""How often the tree found for an attempt may be refuted at a fresh point."""
_TOLERANCES = (2e-13, 1e-9, 1e-5)
_BOTH = 30
"""Up to so many distinct subexpressions, the expression is compiled as it is as well as simplified."""
_LEAST, _GREATEST = sys.float_info.min, sys.float_info.max
_BOUNDS = (Fraction(1), Fraction(1, 8))


class NoTree(CalculusError):
    """No tree was found that is right where it should be."""

    kind = "domain"


@dataclass(frozen=True, slots=True)
class Attempt:
    """What is asked of a tree in one search."""

    tolerance: float
    special: Literal["all", "possible", "none"]
    thorough: bool


def compile(
    expression: "Term | Tree | str | Source | Any",
    *,
    semantics: SemanticsName = "ieee",
    shortest: Literal["K", "dag"] = "K",
    finite: bool = False,
    robust: bool = False,
    assume: str | Source | Condition | Iterable[str | Source | Condition] = (),
) -> Witness:
    """The shortest tree that is found for an expression, with its domain record.

    `expression`: a text in ordinary notation or Wolfram's, an expression of SymPy, a term of
    `calculus.eml.expressions`, or a real number, taken exactly. `shortest`: the fewest nodes (`K`), or the
    fewest distinct subtrees (`dag`).
    `finite`: without infinite intermediate values. `robust`: the signs of zeros change nothing. `assume`:
    conditions on the variables, such as `"x > 0"`; `"x complex"` asks for complex arguments as well.

    The search is by cost over the rules of `calculus.eml.compiler.rules`; the result is the cheapest there is
    by these rules, and no claim that there is no shorter one. Every tree is checked at points of its domain
    under the semantics. Raises `SyntaxProblem` or `NameProblem` for a text that is no expression or
    assumption, `UsageProblem` for a wrong option or type, `NoTree` if no tree passes the checks.
    """
    if semantics not in SEMANTICS:
        raise UsageProblem(f"expected one of the semantics {', '.join(SEMANTICS)}, found {semantics!r}")
    if shortest not in ("K", "dag"):
        raise UsageProblem(f"expected the shortest by 'K' or 'dag', found {shortest!r}")
    term = as_expression(expression)
    assumed, anywhere = _assumed(assume)
    _check_constants(term, semantics)
    if not Region(term, assumed, anywhere).generic(1, seed=7):
        raise NoTree(
            "the expression has no finite value, up to 1e12, where the assumptions hold, as far as was tried"
        )
    forms = _forms(term, assumed, anywhere, semantics)
    found = [_compiled(form, term, assumed, anywhere, semantics, shortest, finite, robust) for form in forms]
    witnesses = [witness for witness in found if witness is not None]
    if not witnesses:
        raise NoTree(_nothing(semantics, finite, robust))
    # Where the assumptions ask for more, a longer tree that is right there comes first.
    return min(witnesses, key=lambda item: (item.narrower, item.dag if shortest == "dag" else item.K))


def _forms(
    term: Term, assumed: list[Condition], anywhere: frozenset[str], semantics: SemanticsName
) -> list[Term]:
    """The expression simplified, and as it is if both are worth a search."""
    count = _count(term)
    if count > _MOST_SIMPLIFIED:
        return [fold(term)]
    names = [name for name in variables(term) if name not in anywhere]
    real = [Condition("real", variable(name)) for name in names]
    try:
        simple = simplify(term, [*assumed, *real], semantics)
    except NoValue:
        return [term]
    return [simple] if simple is term or count > _BOTH or 2 * _count(simple) <= count else [simple, term]


def _compiled(
    form: Term,
    term: Term,
    assumed: list[Condition],
    anywhere: frozenset[str],
    semantics: SemanticsName,
    shortest: Literal["K", "dag"],
    finite: bool,
    robust: bool,
) -> Witness | None:
    """The shortest tree for a form of an expression by the best standard that one fulfils."""
    for narrowed in (assumed, *([*assumed, *_near_zero(term, bound)] for bound in _BOUNDS)):
        # Large values overflow on the way; a tree for small arguments is better than none.
        region = Region(term if _count(term) <= _LARGE else form, narrowed, anywhere)
        if narrowed is not assumed and not region.generic(1, seed=7):
            continue  # the assumptions exclude small arguments
        refused: dict[Term, Point] = {}
        for attempt in _attempts(form, semantics):
            infinite = semantics != "principal" and not finite
            wanted = Wanted(shortest == "dag", finite, infinite, attempt.tolerance)
            made = _attempt(form, region, semantics, attempt, wanted, robust, refused)
            if made is not None:
                tree, domain = made
                return Witness(tree, term, domain, narrower=narrowed is not assumed)
    return None


def _check_constants(term: Term, semantics: SemanticsName) -> None:
    """Raise `NoTree` for a constant without a finite value, and for numbers that complex128 does not hold:
    trees are checked in it, so nothing could be said of theirs."""
    names = variables(term)
    values = all_values(term, dict.fromkeys(names, 1 + 0j))
    for item in subtrees(term):
        found = values[id(item)]
        number_like = item.op is NUMBER and item.label != 0
        if item.label == "pow" and all(child.op is NUMBER for child in item.children):
            number_like = item.children[0].label != 0
        if number_like and not (found and cmath.isfinite(found)):
            raise NoTree(
                f"expected constants between {_LEAST:.1e} and {_GREATEST:.1e} in size, as complex128 holds "
                f"them, found {item.text(40)}"
            )
    if not names and not cmath.isfinite(values[id(term)]):
        raise NoTree(f"the expression has no finite value under {semantics}, so no tree computes it")


def as_expression(expression: Any) -> Term:
    """The expression term of a text, of a term, of an expression of SymPy, or of a real number, exactly."""
    if isinstance(expression, int | Fraction | float) and not isinstance(expression, bool):
        if isinstance(expression, float) and not isfinite(expression):
            raise UsageProblem(f"expected a finite number, found {expression}")
        return number(Fraction(expression))
    if isinstance(expression, Term):
        term = canonical(expression)
        for item in subtrees(term):
            if item.op not in (NUMBER, VARIABLE, APPLY):
                raise UsageProblem(f"expected an expression, found {expression.text(80)}")
        return term
    if isinstance(expression, str | Source):
        from calculus.eml.expressions.reader import read

        return read(expression)
    if (type(expression).__module__ or "").partition(".")[0] == "sympy" or hasattr(
        expression, "free_symbols"
    ):
        from calculus.eml.expressions.sympy_bridge import from_sympy

        return from_sympy(expression)
    raise UsageProblem(
        f"expected a text, an expression of SymPy, a term or a real number, found {expression!r}"
    )


def _assumed(
    assume: str | Source | Condition | Iterable[str | Source | Condition],
) -> tuple[list[Condition], frozenset[str]]:
    if not isinstance(assume, Iterable | Source | Condition):
        raise UsageProblem(f"expected a text such as 'x > 0' as an assumption, found {assume!r}")
    items = [assume] if isinstance(assume, str | Source | Condition) else list(assume)
    conditions: list[Condition] = []
    anywhere: set[str] = set()
    for item in items:
        if isinstance(item, Condition):
            conditions.append(item)
            continue
        if not isinstance(item, str | Source):
            raise UsageProblem(f"expected a text such as 'x > 0' as an assumption, found {item!r}")
        words = item.text if isinstance(item, Source) else item
        conditions += parse_assumption(item)
        if words.split()[-1:] == ["complex"]:
            anywhere |= {name.strip() for name in words.rsplit(None, 1)[0].split(",")}
    return conditions, frozenset(anywhere)


def _near_zero(term: Term, bound: Fraction) -> list[Condition]:
    limit = number(bound)
    bounded = [apply(name, limit, variable(v)) for v in variables(term) for name in ("sub", "add")]
    return [Condition("positive", item) for item in bounded]


def _attempts(term: Term, semantics: SemanticsName) -> Iterator[Attempt]:
    specials: tuple[Literal["all", "possible", "none"], ...] = ("all", "possible", "none")
    if semantics == "principal" or not variables(term) or _count(term) > _LARGE:
        specials = ("none",)
    for tolerance in _TOLERANCES:
        for special in specials:
            for thorough in (False, True) if special != "possible" else (True,):
                yield Attempt(tolerance, special, thorough)


def _attempt(
    form: Term,
    region: Region,
    semantics: SemanticsName,
    attempt: Attempt,
    wanted: Wanted,
    robust: bool,
    refused: dict[Term, Point],
) -> tuple[Term, Domain] | None:
    """The cheapest tree by one standard; points that refute it are added until none does. `refused` are the
    trees that were refuted before, with the points."""
    search = _Search(form, region, semantics, attempt, wanted, robust)
    for _ in range(_ROUNDS):
        made = search.cheapest(search.points)
        if made is None:
            return None
        tree, found = made
        if tree not in refused:
            domain = record(tree, found, region, semantics, attempt.tolerance)
            if isinstance(domain, Domain):
                return tree, domain
            refused[tree] = domain
        if refused[tree] in search.points:
            return None
        search.points.append(refused[tree])
    return None


class _Search:
    """Searches by one standard, at points that may change."""

    def __init__(
        self,
        term: Term,
        region: Region,
        semantics: SemanticsName,
        attempt: Attempt,
        wanted: Wanted,
        robust: bool,
    ) -> None:
        self.term, self.semantics, self.attempt, self.wanted = term, semantics, attempt, wanted
        self.robust = robust
        count = _count(term)
        self.large = count > _LARGE
        self.others = [] if self.large else region.anywhere_complex(6, seed=11)
        self.special: list[Point] = []
        generic = region.generic(3 if self.large else 7, seed=7)
        special = [] if attempt.special == "none" else region.special(14)
        if attempt.special == "possible":
            self.special = special
            few = count <= _SMALL
            special = [point for point in special if few and self.cheapest([point, *generic[:2]])]
        self.special = special
        self.points = [*special, *generic]

    def cheapest(self, points: list[Point]) -> tuple[Term, Found | None] | None:
        """The cheapest tree that is right at some points, and how it came about if it was found at once."""
        if self.large:
            tree = self._by_pieces(points)
            return None if tree is None else (tree, None)
        found = self._cheapest(self.term, self._probes(points), self.wanted, self.attempt.thorough)
        return None if found is None else (found.term, found)

    def _probes(self, points: list[Point]) -> list[Probe]:
        ways = steps(self.semantics, self.robust)
        probes = [Probe(point, True, step, point in self.special) for step in ways for point in points]
        return probes + [Probe(point, False, STEPS[self.semantics]) for point in self.others]

    def _cheapest(self, term: Term, probes: list[Probe], wanted: Wanted, thorough: bool) -> Found | None:
        table = Quantities([probe.point for probe in probes])
        lowering = Lowering(table, self.semantics, finite=wanted.finite, thorough=thorough)
        sources = (lowering.alternatives, lowering.macros, lowering.numbers)
        return Choice(table, probes, sources, wanted).cheapest(lowering.quantity(term))

    def _by_pieces(self, points: list[Point]) -> Term | None:
        """A tree made of the cheapest ones of pieces, which see the values that earlier ones really have."""
        probes = self._probes(points)
        trees: dict[str, Term] = {}
        values: dict[str, Values] = {}
        known: dict[Term, Term] = {}
        name = ""
        for name, piece in pieces(self.term, _PIECE):
            form, uses = shape(piece)
            given = [
                {**probe.point, **{new: values[old][place] for new, old in uses.items()}}
                for place, probe in enumerate(probes)
            ]
            local = [replace(probe, point=point) for probe, point in zip(probes, given, strict=True)]
            tree = known.get(form)
            if tree is None or not self._is_right(tree, form, local):
                tree = self._of_piece(form, local)
                if tree is None:
                    return None
                known[form] = tree
            values[name] = tuple(run(tree, probe.point, probe.step) for probe in local)
            trees[name] = substitute(tree, {new: trees[old] for new, old in uses.items()})
        return trees[name]

    def _of_piece(self, form: Term, probes: list[Probe]) -> Term | None:
        for thorough in (False, True):
            for tolerance in (item for item in _TOLERANCES if item >= self.attempt.tolerance):
                wanted = replace(self.wanted, tolerance=tolerance)
                found = self._cheapest(form, probes, wanted, thorough)
                if found is not None:
                    return found.term
        return None

    def _is_right(self, tree: Term, form: Term, probes: list[Probe]) -> bool:
        """Whether the tree of an earlier piece of the same shape will do."""
        for probe in probes:
            target, found = value(form, probe.point), run(tree, probe.point, probe.step)
            if not abs(found - target) <= self.attempt.tolerance * max(1.0, abs(target)):
                return False
        return True


def _count(term: Term) -> int:
    return sum(1 for _ in subtrees(term))


def _nothing(semantics: str, finite: bool, robust: bool) -> str:
    asked = [f"under {semantics}", *["with finite intermediate values"] * finite, *["robust"] * robust]
    why = " (or all overflow there)" if semantics == "ieee" else ""
    return f"no tree was found that is right where the expression is real{why}, {', '.join(asked)}"
