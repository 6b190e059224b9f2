"""The value of a tree at a point, under a semantics that is named."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from calculus.eml.display import Displayed
from calculus.eml.domain import SEMANTICS, SemanticsName
from calculus.eml.evaluation.ieee import values_ieee
from calculus.eml.evaluation.points import Number, point
from calculus.eml.postfix import to_postfix
from calculus.eml.syntax import EML, subtrees, variables
from calculus.eml.tree import Tree
from calculus.source.diagnostic import UsageProblem
from calculus.source.text import Source
from calculus.term import Term

DIGITS = 30
"""Decimal digits of an exact value, if nothing else is asked for."""

_MOST_DIGITS = 100_000

Status = Literal["defined", "undefined", "unknown"]


@dataclass(frozen=True, slots=True, repr=False)
class Value(Displayed):
    """A value, or why there is none.

    `re` and `im` are texts, `number` is a `complex` in `ieee` and a number of mpmath else; all are None
    unless `status` is `defined`. `precision` is in decimal digits, None in `ieee`. `undefined` means that the
    semantics gives no value (in `ieee`: no number), `unknown` that it could not be computed; `why` says
    what went wrong and `where` the subtree, in postfix. `notes` say what was taken to be exactly 0.
    """

    re: str | None
    im: str | None
    number: Any
    semantics: SemanticsName
    precision: int | None = None
    status: Status = "defined"
    why: str | None = None
    where: str | None = None
    notes: tuple[str, ...] = ()

    def __complex__(self) -> complex:
        """Rounded to complex128; no number (NaN) if there is no value."""
        if self.number is None:
            return complex(math.nan, math.nan)
        return complex(self.number)

    @property
    def mpc(self) -> Any:
        """The value as an `mpc` of mpmath, None if there is no value."""
        if not isinstance(self.number, complex):
            return self.number
        from calculus.eml.evaluation.exact import context

        return context().mpc(self.number)

    def __str__(self) -> str:
        if self.re is None or self.im is None:
            place = f" at {self.where}" if self.where else ""
            return f"{self.status}: {self.why}{place}"
        if self.im in ("0", "0.0"):
            return self.re
        sign = "" if self.im[0] in "+-" else "+"
        return f"{self.re}{sign}{self.im}i"

    def __repr__(self) -> str:
        return f"<Value {self}, {self.semantics}>"

    def to_json(self) -> dict[str, Any]:
        """`re`, `im`, `semantics`, `status`; and what else there is to say."""
        extras = {"precision": self.precision, "why": self.why, "where": self.where}
        return {
            "re": self.re,
            "im": self.im,
            "semantics": self.semantics,
            "status": self.status,
            **{name: item for name, item in extras.items() if item is not None},
            **({"notes": list(self.notes)} if self.notes else {}),
        }


def evaluate(
    tree: Tree | Term | str | Source,
    at: Mapping[str, Any] | None = None,
    *,
    semantics: SemanticsName = "ieee",
    precision: int | None = None,
) -> Value:
    """The value of a tree.

    `at` maps variables to numbers: of Python, of mpmath, or texts such as "1/3", read exactly. `semantics` is
    `ieee` (complex128), `principal` or `extended` (exact, to `precision` decimal digits, by default 30). A
    tree without value there gives a `Value` that says so and where. Raises `SyntaxProblem`, `NameProblem`
    for a variable without value, and `UsageProblem`.
    """
    term = Tree(tree).term
    check_semantics(semantics)
    given = point(at, variables(term))
    if semantics == "ieee":
        if precision is not None:
            raise UsageProblem("complex128 has one precision; principal and extended take another")
        return _in_ieee(term, given)
    return _exactly(term, given, semantics, check_precision(DIGITS if precision is None else precision))


def check_semantics(semantics: str) -> None:
    """Raises `UsageProblem` unless there is such a semantics."""
    if semantics not in SEMANTICS:
        raise UsageProblem(f"expected principal, ieee or extended, found {semantics!r}")


def check_precision(digits: int) -> int:
    """The number of decimal digits; raises `UsageProblem` if it makes no sense."""
    if not isinstance(digits, int) or not 1 <= digits <= _MOST_DIGITS:
        raise UsageProblem(f"expected a precision of 1 to {_MOST_DIGITS} digits, found {digits!r}")
    return digits


def _in_ieee(term: Term, given: Mapping[str, Number]) -> Value:
    values = values_ieee(term, {name: number.rounded for name, number in given.items()})
    value = values[id(term)]
    if math.isnan(value.real) or math.isnan(value.imag):
        why, where = _first_nan(term, values)
        return Value(None, None, None, "ieee", status="undefined", why=why, where=where)
    return Value(repr(value.real), repr(value.imag), value, "ieee")


def _first_nan(term: Term, values: Mapping[int, complex]) -> tuple[str, str]:
    """Where the first subtree is no number, and what its operands were."""
    for item in subtrees(term):
        value = values[id(item)]
        if math.isnan(value.real) or math.isnan(value.imag):
            if item.op is not EML:
                return "the value given is no number", to_postfix(item, 60)
            left, right = (values[id(child)] for child in item.children)
            return f"exp({left}) - ln({right}) is no number", to_postfix(item, 60)
    raise AssertionError("no subtree is NaN")


def _exactly(term: Term, given: Mapping[str, Number], semantics: SemanticsName, digits: int) -> Value:
    from calculus.eml.evaluation.exact import TooLarge, Undefined, evaluate_exact

    try:
        outcome = evaluate_exact(term, given, semantics, digits)
    except Undefined as reason:
        status: Status = "unknown" if isinstance(reason, TooLarge) else "undefined"
        where = to_postfix(reason.where, 60) if reason.where else None
        return Value(None, None, None, semantics, digits, status, reason.why, where)
    mp, ball = outcome.mp, outcome.ball
    real, imag = mp.re(ball.center), mp.im(ball.center)
    if ball.infinite:
        real = ball.infinite * mp.inf
    texts = mp.nstr(real, digits), mp.nstr(imag, digits)
    return Value(*texts, mp.mpc(real, imag), semantics, digits, notes=outcome.notes)
