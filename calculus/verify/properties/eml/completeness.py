"""The calculator basis from eml and 1: every primitive, under every semantics."""

from dataclasses import dataclass

from calculus.eml import catalogue
from calculus.eml.completeness.certificate import certificate
from calculus.eml.completeness.rows import Row, rows_of
from calculus.eml.domain import SEMANTICS, Domain, SemanticsName
from calculus.eml.evaluation.trial import Trial, beside
from calculus.eml.syntax import variables
from calculus.verify.generation.choices import pick
from calculus.verify.properties.eml.places import shown
from calculus.verify.property import Choose, Generated, Kind, Part, Plan, Property, Tally, look

POINTS = 10
"""Points at which a row is tried, besides what is proved of it, unless more are asked for."""

CERTIFIED = 4
"""Points of a certificate beside those of the real domain."""

SOURCE = "A. Odrzywołek, arXiv 2603.21852, Tables 1 and 4"


@dataclass(frozen=True, slots=True)
class Claim:
    """A primitive under a semantics."""

    name: str
    semantics: SemanticsName

    def __str__(self) -> str:
        return f"{self.name} in {self.semantics}"


CLAIMS: tuple[Claim, ...] = tuple(Claim(name, item) for item in SEMANTICS for name in catalogue.PRIMITIVES)


@dataclass(frozen=True)
class Rows(Part):
    """The 108 rows; `examples` of the plan are the points at which each is tried."""

    name: str = "rows"
    unit: int = 1
    kind: Kind = "structural"  # type: ignore[misc]

    def total(self, plan: Plan) -> int:
        return len(CLAIMS)

    def statement(self, plan: Plan) -> str:
        return (
            "each of the 36 primitives has a tree under each of the three semantics that is right where its "
            f"record says: by a proof or enclosures where there is one, and at {self._points(plan)} points"
        )

    def _points(self, plan: Plan) -> int:
        return POINTS if plan.examples is None else max(1, plan.examples)

    def check(self, plan: Plan, start: int, stop: int) -> Tally:
        points = self._points(plan)

        def violation(claim: Claim, tally: Tally) -> str | None:
            (row,) = rows_of(claim.name, claim.semantics, points=points)
            tally.count(row.by or row.verdict)
            tally.count("points", row.points)
            if row.witness is None or row.verdict not in ("proved", "checked"):
                return f"{row.verdict}: {_why(row)}"
            if tally.certify:
                tally.claim(claim="eml-primitive", certificate=certificate(row, CERTIFIED))
            return None

        subjects = enumerate(CLAIMS[start:stop], start)
        return look(plan, subjects, violation, str, lambda claim: _size(claim))


def _why(row: Row) -> str:
    return str(row.counterexample) if row.counterexample else "no tree is known to be right"


def _size(claim: Claim) -> int:
    entry = catalogue.best(claim.name, claim.semantics)
    return entry.K if entry is not None else 0


@dataclass(frozen=True, slots=True)
class At:
    """A tree of the catalogue at a point of its domain."""

    entry: catalogue.Entry
    semantics: SemanticsName
    point: dict[str, complex]

    def __str__(self) -> str:
        return f"{self.entry.name} = {self.entry.postfix} at {shown(self.point)}"


LARGEST = 100
"""Nodes of a tree that is tried at random: a point of one of hundreds of nodes takes a while."""

TREES: tuple[tuple[catalogue.Entry, SemanticsName], ...] = tuple(
    (entry, semantics)
    for name in catalogue.PRIMITIVES
    for entry in catalogue.witnesses(name)
    for semantics in entry.semantics
    if entry.K <= LARGEST and variables(entry.term)
)

REAL = (1.0, -1.0, 0.5, 2.0, -0.5, 3.25, -2.0, 10.0, 1e-3, 0.0)


def at_random(choose: Choose, size: int) -> At:
    """A tree of the catalogue at a point, as often on an axis, where the cuts are, as off both of them."""
    entry, semantics = pick(choose, TREES)
    point = {name: _number(choose, size, semantics) for name in variables(entry.term)}
    return At(entry, semantics, point)


def _number(choose: Choose, size: int, semantics: SemanticsName) -> complex:
    form = choose(6)
    first, second = pick(choose, REAL), choose(2 * 16 * size + 1) / 16 - size
    zero = -0.0 if semantics == "ieee" and choose(2) else 0.0
    match form:
        case 0:
            return complex(first, zero)
        case 1:
            return complex(second, zero)
        case 2:
            return complex(0.0, first)
        case 3:
            return complex(first, pick(choose, (1e-9, -1e-9)))
    return complex(first, second) if form == 4 else complex(second, choose(2 * 16 * size + 1) / 16 - size)


def right(subject: At, tally: Tally) -> str | None:
    """Whether a tree has the value of the function, if the point is in its domain."""
    conditions = subject.entry.under(subject.semantics)
    assert conditions is not None
    if not Domain(subject.semantics, conditions).contains(subject.point):
        tally.count("outside")
        return None
    tally.count(subject.semantics)
    # As in a record, whose claim is up to overflow and rounding.
    trial = Trial(subject.entry.term, subject.entry.expression, subject.semantics)
    wrong = trial.at(subject.point)
    if wrong is not None and wrong.value is None and trial.at(beside(subject.point)) is None:
        tally.count("single points")
        return None
    return None if wrong is None else f"in {subject.semantics}: {wrong}"


PROPERTIES = (
    Property(
        "completeness",
        "eml and 1 generate the 36 primitives of the calculator basis, under each of the three semantics",
        SOURCE,
        (
            Rows(),
            Generated(
                f"a tree of the catalogue of up to {LARGEST} nodes has the value of its primitive at a "
                "generated point of its domain, on the axes and off them, with parts of up to {size}, "
                "but for single points where a logarithm is one of 0",
                at_random,
                right,
                largest=12,
                examples=600,
                unit=200,
                name="points",
                measure=lambda subject: subject.entry.K,
            ),
        ),
    ),
)
