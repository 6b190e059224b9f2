"""Quantities: what a tree may be wanted for while an expression is compiled.

Beside an expression v itself, trees use ln v, exp v, -v and e - v; all of these are quantities, and equal
ones are one object. The constructors cancel what cancels by itself: exp(ln v) is v, -(-v) is v, e - (e - v)
is v.

A quantity is *loose* if it may be off by a multiple of 2πi, because it will only be exponentiated: `log` is
a loose logarithm, of which a sum is a loose sum. A loose logarithm of exp(v) is v itself, whatever v. Each
quantity has its exact value at each probe, so a tree that is claimed to compute it can be checked.
"""

import cmath
import math
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Literal

from calculus.eml.expressions import node, scalar
from calculus.eml.syntax import subtrees
from calculus.term import Term

Kind = Literal["one", "variable", "number", "apply", "exp", "ln", "log", "loose", "neg", "rem", "add", "sub"]

_NEARLY_PI = 3.1

Values = tuple[complex, ...]


class Quantity:
    """What it is (`kind`, `label`, `parts`), its exact values at the probes, and whether it is loose."""

    __slots__ = ("constant", "index", "kind", "label", "loose", "parts", "values")

    def __init__(
        self,
        kind: Kind,
        label: Fraction | Term | str | None,
        parts: "tuple[Quantity, ...]",
        values: Values,
        index: int,
    ) -> None:
        self.kind: Kind = kind
        self.label = label
        self.parts = parts
        self.values = values
        self.index = index
        self.loose: bool = kind in ("log", "loose") or (
            kind in ("neg", "rem", "add", "sub") and any(p.loose for p in parts)
        )
        self.constant: bool = not (kind == "variable" or any(part.constant is False for part in parts))

    def __repr__(self) -> str:
        return f"<{self.kind} {self.label or ''} {' '.join(str(part.index) for part in self.parts)}>"


class Quantities:
    """The table of quantities over a list of probes, each a value for every variable."""

    def __init__(self, points: Sequence[Mapping[str, complex]]) -> None:
        self.points = points
        self._table: dict[tuple[object, ...], Quantity] = {}
        self.one = self._intern("one", None, (), lambda: 1 + 0j)
        self.e = self.exp(self.one)

    def __len__(self) -> int:
        return len(self._table)

    def variable(self, name: str) -> Quantity:
        key = ("variable", name)
        if key not in self._table:
            values = tuple(complex(point[name]) for point in self.points)
            self._table[key] = Quantity("variable", name, (), values, len(self._table))
        return self._table[key]

    def number(self, value: Fraction) -> Quantity:
        return self.one if value == 1 else self._intern("number", value, (), lambda: _float(value))

    def applied(self, expression: Term, arguments: tuple[Quantity, ...], values: Values) -> Quantity:
        """A constant or function of the basis, which has other ways to be computed; its values are given."""
        key = ("apply", expression)
        if key not in self._table:
            self._table[key] = Quantity("apply", expression, arguments, values, len(self._table))
        return self._table[key]

    def exp(self, of: Quantity) -> Quantity:
        if of.kind == "loose":
            of = of.parts[0]
        if of.kind in ("ln", "log"):
            return of.parts[0]
        if of.kind == "number" and not of.label:
            return self.one
        return self._intern("exp", None, (of,), scalar.exp)

    def log(self, of: Quantity) -> Quantity:
        """A loose logarithm."""
        return self.loosened(of.parts[0]) if of.kind == "exp" else self._intern("log", None, (of,), scalar.ln)

    def loosened(self, of: Quantity) -> Quantity:
        """The quantity up to a multiple of 2πi; itself, where its imaginary part is small."""
        if of.loose or all(abs(value.imag) < _NEARLY_PI for value in of.values):
            return of
        return self._intern("loose", None, (of,), lambda value: value)

    def ln(self, of: Quantity) -> Quantity:
        """The principal logarithm."""
        return self.number(Fraction(0)) if of is self.one else self._intern("ln", None, (of,), scalar.ln)

    def rem(self, of: Quantity) -> Quantity:
        """e - v: what `eml(1, exp v)` is."""
        if of.kind == "rem":
            return of.parts[0]
        return self._intern("rem", None, (of,), lambda value: math.e - value)

    def neg(self, of: Quantity) -> Quantity:
        match of.kind:
            case "neg":
                return of.parts[0]
            case "sub":
                return self.sub(of.parts[1], of.parts[0])
            case "number" | "one":
                return self.number(-_rational(of))
        return self._intern("neg", None, (of,), lambda value: -value)

    def add(self, left: Quantity, right: Quantity) -> Quantity:
        if right.kind == "neg":
            return self.sub(left, right.parts[0])
        if left.kind == "neg":
            return self.sub(right, left.parts[0])
        if _is_number(left, right):
            return self.number(_rational(left) + _rational(right))
        if _is_zero(left):
            return right
        if _is_zero(right):
            return left
        if left.index > right.index:
            left, right = right, left
        return self._intern("add", None, (left, right), lambda a, b: a + b)

    def sub(self, left: Quantity, right: Quantity) -> Quantity:
        if right.kind == "neg":
            return self.add(left, right.parts[0])
        if _is_number(left, right):
            return self.number(_rational(left) - _rational(right))
        if _is_zero(left):
            return self.neg(right)
        if _is_zero(right):
            return left
        if left is self.e:
            return self.rem(right)
        return self._intern("sub", None, (left, right), lambda a, b: a - b)

    def eml(self, left: Quantity, right: Quantity) -> Quantity:
        """exp(left) - ln(right), as which quantity it is."""
        if right is self.one:
            return self.exp(left)
        logarithm = self.ln(right)
        if right.kind == "exp" and _same(logarithm.values, right.parts[0].values):
            logarithm = right.parts[0]
        return self.sub(self.exp(left), logarithm)

    def _intern(
        self,
        kind: Kind,
        label: Fraction | None,
        parts: tuple[Quantity, ...],
        compute: Callable[..., complex],
    ) -> Quantity:
        key = (kind, label, *(part.index for part in parts))
        found = self._table.get(key)
        if found is None:
            count = len(self.points)
            columns = zip(*(part.values for part in parts), strict=True) if parts else [()] * count
            values = tuple(unsigned(compute(*column)) for column in columns)
            found = self._table[key] = Quantity(kind, label, parts, values, len(self._table))
        return found


def unsigned(value: complex) -> complex:
    """The value with zeros made positive: on a cut, the principal value."""
    return complex(value.real + 0.0, value.imag + 0.0)


def expressed(quantity: Quantity) -> Term:
    """The expression of a quantity."""
    made: dict[int, Term] = {}
    stack = [quantity]
    while stack:
        top = stack[-1]
        if top.index in made:
            stack.pop()
            continue
        missing = [part for part in top.parts if part.index not in made]
        if missing and top.kind != "apply":
            stack += missing
            continue
        made[top.index] = _expression(top, [made[part.index] for part in top.parts if part.index in made])
        stack.pop()
    return made[quantity.index]


def substituted(formula: Term, given: Mapping[str, Term]) -> Term:
    """An expression with others in the place of its variables."""
    made: dict[int, Term] = {}
    for item in subtrees(formula):
        if item.op is node.VARIABLE:
            made[id(item)] = given[item.label]
        elif item.children:
            made[id(item)] = node.apply(item.label, *(made[id(child)] for child in item.children))
        else:
            made[id(item)] = item
    return made[id(formula)]


_NAMES = {"exp": "exp", "ln": "ln", "log": "ln", "neg": "minus", "add": "add", "sub": "sub"}


def _expression(quantity: Quantity, parts: list[Term]) -> Term:
    match quantity.kind, quantity.label:
        case "one", _:
            return node.number(1)
        case "variable", str(name):
            return node.variable(name)
        case "number", Fraction() as value:
            return node.number(value)
        case "apply", Term() as expression:
            return expression
        case "loose", _:
            return parts[0]
        case "rem", _:
            return node.apply("sub", node.apply("e"), parts[0])
    return node.apply(_NAMES[quantity.kind], *parts)


def _float(value: Fraction) -> complex:
    try:
        return complex(float(value))
    except OverflowError:
        return complex(math.inf if value > 0 else -math.inf)


def _rational(quantity: Quantity) -> Fraction:
    return quantity.label if isinstance(quantity.label, Fraction) else Fraction(1)


def _is_number(*quantities: Quantity) -> bool:
    return all(quantity.kind in ("one", "number") for quantity in quantities)


def _is_zero(quantity: Quantity) -> bool:
    return quantity.kind == "number" and not quantity.label


def _same(left: Values, right: Values) -> bool:
    return all(
        abs(a - b) <= 1e-9 * max(1, abs(a)) for a, b in zip(left, right, strict=True) if cmath.isfinite(a)
    )
