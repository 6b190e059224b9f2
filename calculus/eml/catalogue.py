"""Named witnesses: for each entry of the calculator basis, the trees known to compute it, and where.

The rows are lines of `catalogue.txt`, one for a tree: its name, marks (`infinite`: intermediate values are;
`robust`: neither rounding on a cut nor the sign of a zero changes the value), where it is right under which
semantics, and the tree in postfix over the parameters x and y. Sources: Odrzywołek, *All elementary functions
from a single binary operator* (arXiv 2603.21852, Table 4); searches; and compositions chosen by the compiler.
"""

from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path

from calculus.eml.domain import SEMANTICS, Condition, Domain, SemanticsName
from calculus.eml.expressions.node import ARITY, apply, number, variable
from calculus.eml.postfix import from_postfix
from calculus.eml.syntax import dag_size, size
from calculus.eml.witness import Witness
from calculus.term import Term

X, Y = variable("x"), variable("y")

PRIMITIVES = ("pi", "e", "i", "-1", "1", "2", "x", "y", *(name for name, arity in ARITY.items() if arity))
"""The 36 entries of the basis, in the order of the paper's Table 1."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A tree over the parameters x and y that computes a primitive.

    `claims` says, for each semantics under which the tree is right at all, where it is. `finite`: no
    intermediate value is infinite. `robust`: the sign of a zero changes nothing.
    """

    name: str
    postfix: str
    claims: tuple[tuple[SemanticsName, str], ...]
    finite: bool
    robust: bool

    @property
    def term(self) -> Term:
        return _tree(self.postfix)

    @property
    def expression(self) -> Term:
        return primitive(self.name)

    @property
    def K(self) -> int:  # noqa: N802 - the name of the field
        return size(self.term)

    @property
    def dag(self) -> int:
        return dag_size(self.term)

    @property
    def semantics(self) -> tuple[SemanticsName, ...]:
        return tuple(name for name, _ in self.claims)

    def under(self, semantics: SemanticsName) -> tuple[Condition, ...] | None:
        """The conditions under a semantics; None if the tree is wrong there."""
        claim = dict(self.claims).get(semantics)
        return None if claim is None else _conditions(claim)

    def witness(self, semantics: SemanticsName) -> Witness | None:
        """The tree with its claim under a semantics, as yet unchecked."""
        conditions = self.under(semantics)
        if conditions is None:
            return None
        domain = Domain(semantics, conditions, self.finite, self.robust)
        return Witness(self.term, self.expression, domain)


def primitive(name: str) -> Term:
    """The expression of a primitive or number over the parameters x and y."""
    if name in ARITY:
        return apply(name, *(X, Y)[: ARITY[name]])
    return variable(name) if name in ("x", "y") else number(Fraction(name))


def witnesses(name: str) -> list[Entry]:
    """All rows of a primitive, or of a number such as `1/2`, shortest first; empty if there are none."""
    return list(_table().get(name, ()))


def names() -> list[str]:
    """What the catalogue has rows for."""
    return list(_table())


def best(
    name: str, semantics: SemanticsName = "ieee", *, finite: bool = False, robust: bool = False
) -> Entry | None:
    """The shortest row that is right under a semantics, and finite or robust if so asked."""
    for entry in witnesses(name):
        if semantics in entry.semantics and entry.finite >= finite and entry.robust >= robust:
            return entry
    return None


@cache
def _tree(postfix: str) -> Term:
    return from_postfix(postfix)


@cache
def _conditions(text: str) -> tuple[Condition, ...]:
    from calculus.eml.assumptions import parse_assumption

    return tuple(parse_assumption(text))


@cache
def _table() -> dict[str, list[Entry]]:
    table: dict[str, list[Entry]] = {}
    for line in (Path(__file__).parent / "catalogue.txt").read_text("utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            entry = _read(line)
            table.setdefault(entry.name, []).append(entry)
    return {name: sorted(rows, key=lambda entry: len(entry.postfix)) for name, rows in table.items()}


def _read(line: str) -> Entry:
    name, marks, claims, postfix = (part.strip() for part in line.split("::"))
    found: list[tuple[SemanticsName, str]] = []
    for claim in claims.split(";"):
        listed, _, where = claim.partition(":")
        for semantics in SEMANTICS:
            if semantics in listed.split():
                found.append((semantics, where.strip()))
    return Entry(name, postfix, tuple(found), "infinite" not in marks.split(), "robust" in marks.split())
