"""The completeness of eml and 1: a tree for each of the 36 primitives, under each of the semantics.

Of the rows of the catalogue for a primitive the shortest is taken that is not refuted: it is tried at points
first, on both sides of every cut, then proved symbolically or enclosed where that is possible
(`calculus.eml.evaluation.establishing`), and in complex128 it has to be accurate on the grid of the reals.
"""

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from calculus.eml import catalogue
from calculus.eml.completeness.naming import names_in, semantics_in
from calculus.eml.completeness.points import MOST_ERROR, real_grid
from calculus.eml.display import Displayed
from calculus.eml.domain import SEMANTICS, Condition, Domain, SemanticsName
from calculus.eml.evaluation.establishing import examine
from calculus.eml.evaluation.ieee import evaluate_ieee
from calculus.eml.evaluation.trial import Counterexample
from calculus.eml.expressions.printer import text as expression_text
from calculus.eml.expressions.values import value
from calculus.eml.postfix import to_postfix
from calculus.eml.syntax import variables
from calculus.eml.tree import Tree
from calculus.eml.witness import Witness
from calculus.source.diagnostic import UsageProblem
from calculus.source.text import Source
from calculus.term import Term

Verdict = Literal["proved", "checked", "refuted", "missing"]
"""`proved` symbolically or by enclosures, `checked` at points; `refuted` by a counterexample; `missing` where
there is nothing to verify."""

_SHOWN = 100
"""Characters of a tree in a table."""

BY = {"symbolic": "symbolic identity", "enclosure": "rigorous enclosures", "points": "points"}


@dataclass(frozen=True, slots=True, repr=False)
class Row(Displayed):
    """What was found out about a primitive under a semantics.

    `grid` is the worst error on the grid of the real domain, relative to the larger of 1 and the value, at
    `grid_at`, of `grid_points`; None where it was not evaluated. `refused` holds the shorter trees that were
    refuted.
    """

    name: str
    semantics: SemanticsName
    verdict: Verdict
    witness: Witness | None = None
    points: int = 0
    boxes: int = 0
    counterexample: Counterexample | None = None
    grid: float | None = None
    grid_at: dict[str, float] = field(default_factory=dict)
    grid_points: int = 0
    refused: tuple[tuple[str, Counterexample], ...] = ()

    @property
    def domain(self) -> Domain | None:
        return None if self.witness is None else self.witness.domain

    @property
    def by(self) -> str | None:
        """How it was established."""
        return None if self.domain is None or self.domain.how is None else BY[self.domain.how]

    @property
    def error(self) -> float | None:
        """The worst error met, at single points and on the grid."""
        errors = [self.grid, None if self.domain is None else self.domain.error]
        return max((error for error in errors if error is not None), default=None)

    def __str__(self) -> str:
        """Name, semantics, verdict, K, how, error and domain; then the tree, of a large one the beginning."""
        head = f"{self.name:7} {self.semantics:9} {self.verdict:8}"
        if self.counterexample is not None:
            return f"{head} {self.counterexample}"
        if self.witness is None:
            return f"{head} no tree is known to be right"
        error = f"error {self.error:.1e}" if self.error else "exact"
        postfix = to_postfix(self.witness.term, _SHOWN)
        return f"{head} K {self.witness.K:<4} {self.by}, {error}; {self.domain}\n{'':8}{postfix}"

    def __repr__(self) -> str:
        size = "" if self.witness is None else f", K {self.witness.K}"
        return f"<Row {self.name}, {self.semantics}: {self.verdict}{size}>"

    def to_json(self) -> dict[str, Any]:
        witness = self.witness
        return {
            "name": self.name,
            "semantics": self.semantics,
            "verdict": self.verdict,
            "by": self.by,
            "postfix": None if witness is None else witness.postfix,
            "K": None if witness is None else witness.K,
            "dag": None if witness is None else witness.dag,
            "domain": None if self.domain is None else str(self.domain),
            "finite": None if self.domain is None else self.domain.finite,
            "robust": None if self.domain is None else self.domain.robust,
            "error": self.error,
            "counterexample": None if self.counterexample is None else str(self.counterexample),
            "tried": {"points": self.points, "boxes": self.boxes, "grid": self.grid_points},
        }


@dataclass(frozen=True, slots=True, repr=False)
class Report(Displayed):
    """The rows, one for each primitive and semantics."""

    rows: tuple[Row, ...]

    @property
    def complete(self) -> bool:
        """Whether every row has a tree that is right."""
        return all(row.verdict in ("proved", "checked") for row in self.rows)

    def count(self, semantics: SemanticsName) -> tuple[int, int]:
        """How many primitives have a tree under a semantics, of how many."""
        rows = [row for row in self.rows if row.semantics == semantics]
        return sum(row.verdict in ("proved", "checked") for row in rows), len(rows)

    def __str__(self) -> str:
        """The rows, and how many primitives have a tree under each of the semantics."""
        return "\n".join([*(str(row) for row in self.rows), *self._counts()])

    def __repr__(self) -> str:
        return f"<Report {', '.join(self._counts()) or 'of nothing'}>"

    def _counts(self) -> Iterator[str]:
        for semantics in dict.fromkeys(row.semantics for row in self.rows):
            right, count = self.count(semantics)
            yield f"{semantics}: {right} of {count} generated by eml and 1"

    def to_json(self) -> dict[str, Any]:
        return {"complete": self.complete, "laws": [row.to_json() for row in self.rows]}


def verify(
    primitives: str | Iterable[str] | None = None,
    *,
    semantics: SemanticsName | Sequence[SemanticsName] = SEMANTICS,
    progress: Callable[[Row], None] | None = None,
) -> Report:
    """Verify the primitives, all 36 unless one or some are named.

    `progress` is called with every row that is done. Raises `UsageProblem` for what is no primitive or no
    semantics, and without mpmath, which the exact semantics need.
    """
    rows = []
    for row in rows_of(primitives, semantics):
        rows.append(row)
        if progress is not None:
            progress(row)
    return Report(tuple(rows))


def rows_of(
    primitives: str | Iterable[str] | None,
    semantics: SemanticsName | Sequence[SemanticsName],
    points: int | None = None,
) -> Iterator[Row]:
    """The rows, as they are found; `points` limits at how many points each tree is tried."""
    names = names_in(catalogue.PRIMITIVES if primitives is None else primitives, "primitives")
    for name in names:
        if name not in catalogue.PRIMITIVES:
            known = ", ".join(catalogue.PRIMITIVES)
            raise UsageProblem(f"{name} is no primitive; the primitives are {known}")
    chosen = semantics_in(semantics)
    for name in names:
        for choice in chosen:
            yield _row(name, choice, points)


def verify_claim(
    tree: Tree | Term | str | Source,
    expression: Term,
    assume: Iterable[Condition] = (),
    semantics: SemanticsName = "ieee",
) -> Row:
    """Verify that a tree computes an expression wherever the assumptions hold."""
    term = Tree(tree).term
    found = examine(term, expression, assume, semantics)
    name = expression_text(expression)
    if found.domain is None:
        claimed = Witness(term, expression, Domain(semantics, tuple(assume)))
        return Row(name, semantics, "refuted", claimed, found.points, found.boxes, found.counterexample)
    witness = Witness(term, expression, found.domain)
    verdict: Verdict = "checked" if found.domain.how == "points" else "proved"
    return Row(name, semantics, verdict, witness, found.points, found.boxes)


def _row(name: str, semantics: SemanticsName, points: int | None) -> Row:
    refused: list[tuple[str, Counterexample]] = []
    for entry in catalogue.witnesses(name):
        conditions = entry.under(semantics)
        if conditions is None:
            continue
        found = examine(entry.term, entry.expression, conditions, semantics, points=points)
        if found.domain is None:
            assert found.counterexample is not None
            refused.append((entry.postfix, found.counterexample))
            continue
        witness = Witness(entry.term, entry.expression, found.domain)
        grid = _grid(name, witness) if semantics == "ieee" else (None, {}, 0)
        if grid[0] is not None and grid[0] > MOST_ERROR:
            refused.append((entry.postfix, _off_grid(entry, grid[1])))
            continue
        verdict: Verdict = "checked" if found.domain.how == "points" else "proved"
        return Row(name, semantics, verdict, witness, found.points, found.boxes, None, *grid, tuple(refused))
    if refused:
        return Row(name, semantics, "refuted", counterexample=refused[0][1], refused=tuple(refused))
    return Row(name, semantics, "missing")


def _off_grid(entry: catalogue.Entry, place: dict[str, float]) -> Counterexample:
    """The point of the grid at which a tree is not accurate enough."""
    point = {letter: complex(x) for letter, x in place.items()}
    return Counterexample(point, evaluate_ieee(entry.term, point), value(entry.expression, point), "")


def _grid(name: str, witness: Witness) -> tuple[float | None, dict[str, float], int]:
    """The worst error on the grid of the real domain where the record holds, in complex128."""
    import numpy as np

    from calculus.eml.arrays import evaluate_array
    from calculus.eml.expressions.values import value_array

    assert witness.expression is not None
    columns = real_grid(name)
    if not columns:
        return None, {}, 0
    needed = {letter: columns[letter] for letter in variables(witness.term)}
    with np.errstate(all="ignore"):
        got = np.asarray(evaluate_array(witness.term, needed, engine="numpy"))
        expected = np.asarray(value_array(witness.expression, columns, np))
        error = np.abs(got - expected) / np.maximum(1, np.abs(expected))
    count = len(next(iter(columns.values())))
    error = np.broadcast_to(error, (count,))
    inside = np.array(
        [
            witness.domain.contains({letter: values[i] for letter, values in columns.items()})
            for i in range(count)
        ]
    )
    if not inside.any():
        return None, {}, 0
    error = np.where(inside, np.where(np.isnan(error), math.inf, error), -1.0)
    worst = int(np.argmax(error))
    place = {letter: float(values[worst].real) for letter, values in columns.items()}
    return float(error[worst]), place, int(inside.sum())
