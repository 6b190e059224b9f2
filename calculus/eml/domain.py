"""Domain records: under which semantics, and where, a tree has the values of a function.

A record is a conjunction of conditions on expressions in the variables, so that the record of a composed
tree follows from those of its parts.
"""

from dataclasses import dataclass
from typing import Any, Literal

from calculus.term import Term

SemanticsName = Literal["principal", "ieee", "extended"]

SEMANTICS: tuple[SemanticsName, ...] = ("principal", "ieee", "extended")
"""`principal`: exact, principal logarithm, ln 0 undefined; `ieee`: complex128 with signed zeros and
infinities; `extended`: exact with ln 0 = -∞ and exp(-∞) = 0."""

Kind = Literal[
    "real",
    "positive",
    "nonnegative",
    "nonzero",
    "not_one",
    "strip",
    "open_strip",
    "off_cut",
    "right",
    "below",
]
"""What is asked of an expression e:
`real` Im e = 0; `positive` e is real and e > 0, `nonnegative` e ≥ 0; `nonzero` e ≠ 0; `not_one` e ≠ 1;
`strip` -b < Im e ≤ b and `open_strip` |Im e| < b for the bound b; `off_cut` e is not a real number ≤ 0;
`right` Re e > 0; `below` Re e < b, beyond which an exponential overflows."""


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition on an expression of `calculus.eml.expressions`; `bound` is an expression, too."""

    kind: Kind
    expression: Term
    bound: Term | None = None


@dataclass(frozen=True, slots=True)
class Domain:
    """Where a tree has the values it should have.

    `finite` says that no intermediate value is infinite in the domain, single points apart, `robust` that
    rounding decides no branch, so that exact and complex128 values are the same up to errors; None is for
    what was not found out. `how` says how the record was established: `symbolic`, `enclosure` or `points`;
    `error` is the worst error met, relative to the larger of 1 and the value. `ranges` are, in `ieee`,
    the intervals of a variable's real values in which overflow spoils nothing, the other variables being
    moderate; for a variable without any it does nowhere.
    """

    semantics: SemanticsName
    conditions: tuple[Condition, ...] = ()
    finite: bool | None = None
    robust: bool | None = None
    how: str | None = None
    error: float | None = None
    ranges: tuple[tuple[str, float, float], ...] = ()

    def __str__(self) -> str:
        from calculus.eml.domains import text

        return text(self)

    def contains(self, point: dict[str, complex]) -> bool:
        """Whether all conditions hold at a point."""
        from calculus.eml.domains import contains

        return contains(self, point)

    def to_json(self) -> dict[str, Any]:
        from calculus.eml.domains import to_json

        return to_json(self)
