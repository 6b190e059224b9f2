"""Compiling: from an expression to a checked tree.

The tree is the cheapest that is right where it is asked to be: where the assumptions leave the variables,
and by default where they are real and the expression is. Points at zeros and ones are asked for
as well, as long as there is a tree that is right at them. What is asked for is tried in turn, from the best.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Literal

from calculus.eml.compiler.choice import Choice, Found, Wanted
from calculus.eml.compiler.lowering import Lowering
from calculus.eml.compiler.probes import STEPS, Point, Probe, Region, steps
from calculus.eml.compiler.quantities import Quantities
from calculus.eml.compiler.record import record
from calculus.eml.domain import SEMANTICS, Condition, Domain, SemanticsName
from calculus.eml.domains import parse_assumption
from calculus.eml.expressions.node import APPLY, NUMBER, VARIABLE, apply, number, variable
from calculus.eml.syntax import subtrees, variables
from calculus.eml.witness import Witness
from calculus.source.diagnostic import CalculusError, UsageProblem
from calculus.source.text import Source
from calculus.term import Term, canonical

if TYPE_CHECKING:
    from calculus.eml.tree import Tree

_LARGE = 150
"""Expressions with more nodes than this are probed at fewer points."""
_SMALL = 6
"""For expressions up to this, special points are tried one by one where no tree is right at all of them."""
_ROUNDS = 5
"""How often the tree found for an attempt may be refuted at a fresh point."""
_TOLERANCES = (2e-13, 1e-9, 1e-5)
_MOST_FOR_DAG = 400
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

    `expression`: a text in ordinary notation or Wolfram's, an expression of SymPy, or a term of
    `calculus.eml.expressions`. `shortest`: the fewest nodes (`K`), or the fewest distinct subtrees (`dag`).
    `finite`: without infinite intermediate values. `robust`: the signs of zeros change nothing. `assume`:
    conditions on the variables, such as `"x > 0"`; `"x complex"` asks for complex arguments as well.

    The search is by cost over the rules of `calculus.eml.compiler.rules`; the result is the cheapest there is
    by these rules, and no claim that there is no shorter one. Every tree is checked at points of its domain
    under the semantics. Raises `SyntaxProblem` or `NameProblem` for a text that is no expression or
    assumption, `UsageProblem` for a wrong option, `NoTree` if no tree passes the checks.
    """
    if semantics not in SEMANTICS:
        raise UsageProblem(f"expected one of the semantics {', '.join(SEMANTICS)}, found {semantics!r}")
    if shortest not in ("K", "dag"):
        raise UsageProblem(f"expected the shortest by 'K' or 'dag', found {shortest!r}")
    term = as_expression(expression)
    assumed, anywhere = _assumed(assume)
    if not Region(term, assumed, anywhere).generic(1, seed=7):
        raise NoTree("the expression has no finite value where the assumptions hold, as far as was tried")
    dag = shortest == "dag" and sum(1 for _ in subtrees(term)) <= _MOST_FOR_DAG
    for narrowed in (assumed, *([*assumed, *_near_zero(term, bound)] for bound in _BOUNDS)):
        # Large values overflow on the way; a tree for small arguments is better than none.
        region = Region(term, narrowed, anywhere)
        for attempt in _attempts(term, semantics):
            wanted = Wanted(dag, finite, semantics != "principal" and not finite, attempt.tolerance)
            made = _attempt(term, region, semantics, attempt, wanted, robust)
            if made is not None:
                found, domain = made
                return Witness(found.term, term, domain)
    raise NoTree(_nothing(semantics, finite, robust))


def as_expression(expression: Any) -> Term:
    """The expression term of a text, of a term, or of an expression of SymPy."""
    if isinstance(expression, Term):
        term = canonical(expression)
        for item in subtrees(term):
            if item.op not in (NUMBER, VARIABLE, APPLY):
                raise UsageProblem(f"expected an expression, found {expression.text(80)}")
        return term
    if isinstance(expression, str | Source):
        from calculus.eml.expressions.reader import read

        return read(expression)
    if type(expression).__module__.partition(".")[0] == "sympy" or hasattr(expression, "free_symbols"):
        from calculus.eml.expressions.sympy_bridge import from_sympy

        return from_sympy(expression)
    raise UsageProblem(f"expected a text, an expression of SymPy or a term, found {expression!r}")


def _assumed(
    assume: str | Source | Condition | Iterable[str | Source | Condition],
) -> tuple[list[Condition], frozenset[str]]:
    items = [assume] if isinstance(assume, str | Source | Condition) else list(assume)
    conditions: list[Condition] = []
    anywhere: set[str] = set()
    for item in items:
        if isinstance(item, Condition):
            conditions.append(item)
            continue
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
    if semantics == "principal" or not variables(term):
        specials = ("none",)
    for tolerance in _TOLERANCES:
        for special in specials:
            for thorough in (False, True) if special != "possible" else (True,):
                yield Attempt(tolerance, special, thorough)


def _attempt(
    term: Term,
    region: Region,
    semantics: SemanticsName,
    attempt: Attempt,
    wanted: Wanted,
    robust: bool,
) -> tuple[Found, Domain] | None:
    """The cheapest tree by one standard; points that refute it are added until none does."""
    search = _Search(term, region, semantics, attempt, wanted, robust)
    for _ in range(_ROUNDS):
        made = search.cheapest(search.points)
        if made is None:
            return None
        domain = record(made, region, semantics, attempt.tolerance)
        if isinstance(domain, Domain):
            return made, domain
        search.points.append(domain)
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
        small = sum(1 for _ in subtrees(term)) <= _LARGE
        self.generic = region.generic(7 if small else 3, seed=7)
        self.special: list[Point] = []
        self.others = region.anywhere_complex(6 if small else 2, seed=11)
        special = [] if attempt.special == "none" else region.special(14 if small else 2)
        if attempt.special == "possible":
            few = sum(1 for _ in subtrees(term)) <= _SMALL
            self.special = special
            special = [point for point in special if few and self.cheapest([point, *self.generic[:2]])]
        self.special = special
        self.points = [*special, *self.generic]

    def cheapest(self, points: list[Point]) -> Found | None:
        """The cheapest tree that is right at some points."""
        ways = steps(self.semantics, self.robust)
        probes = [Probe(point, True, step, point in self.special) for step in ways for point in points]
        probes += [Probe(point, False, STEPS[self.semantics]) for point in self.others]
        table = Quantities([probe.point for probe in probes])
        lowering = Lowering(table, self.semantics, finite=self.wanted.finite, thorough=self.attempt.thorough)
        sources = (lowering.alternatives, lowering.macros, lowering.numbers)
        return Choice(table, probes, sources, self.wanted).cheapest(lowering.quantity(self.term))


def _nothing(semantics: str, finite: bool, robust: bool) -> str:
    asked = [f"under {semantics}", *["with finite intermediate values"] * finite, *["robust"] * robust]
    return f"no tree was found that is right where the expression is real, {', '.join(asked)}"
