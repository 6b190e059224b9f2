"""What primitives leave of values that are not known: formulas in a normal form.

They are sums of products for integers, sequences for texts, and conditions on these. Equal formulas have the
same value whatever their variables are.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from calculus.fmc.permutation import canonical_form
from calculus.machine.instructions import Text, jump_text
from calculus.machine.primitives import base_type
from calculus.term import Term, variable

MOST_TERMS = 200
"""Products in a sum."""
MOST_FACTORS = 32
"""Factors in a product."""
MOST_BITS = 4_096
"""Bits of a coefficient."""
MOST_PRIMITIVES = 100
"""Primitives, each of which may nest formulas in another."""
MOST_ACTIONS = 10_000

Product = tuple["Atom", ...]
Atom = tuple[Any, ...]
"""A variable or what a primitive makes of formulas, as a tuple that is the same for equal ones."""


class NoFormula(Exception):
    """A term is not such that its results are formulas."""


@dataclass(frozen=True, slots=True)
class Sum:
    """An integer: coefficients of products, those of 0 left out, in order."""

    terms: tuple[tuple[Product, int], ...]

    @classmethod
    def of(cls, terms: Mapping[Product, int]) -> "Sum":
        kept = sorted((item for item in terms.items() if item[1]), key=repr)
        large = (len(product) > MOST_FACTORS or number.bit_length() > MOST_BITS for product, number in kept)
        if len(kept) > MOST_TERMS or any(large):
            raise NoFormula("the sums are too long")
        return cls(tuple(kept))

    @classmethod
    def constant(cls, number: int) -> "Sum":
        return cls.of({(): number})

    @classmethod
    def atom(cls, atom: Atom) -> "Sum":
        return cls.of({(atom,): 1})

    def plus(self, other: "Sum", times: int = 1) -> "Sum":
        found = dict(self.terms)
        for product, number in other.terms:
            found[product] = found.get(product, 0) + times * number
        return Sum.of(found)

    def by(self, other: "Sum") -> "Sum":
        found: dict[Product, int] = {}
        for left, first in self.terms:
            for right, second in other.terms:
                product = tuple(sorted((*left, *right), key=repr))
                found[product] = found.get(product, 0) + first * second
        return Sum.of(found)

    @property
    def number(self) -> int | None:
        """The integer that it is, if it has no variables."""
        if not self.terms:
            return 0
        return self.terms[0][1] if len(self.terms) == 1 and not self.terms[0][0] else None

    def __str__(self) -> str:
        shown = ""
        for product, number in sorted(self.terms, key=lambda item: (-len(item[0]), repr(item))):
            factors = [str(abs(number))] if abs(number) != 1 or not product else []
            factors += map(_shown, product)
            sign = ("-" if number < 0 else "") if not shown else " - " if number < 0 else " + "
            shown += sign + "·".join(factors)
        return shown or "0"


@dataclass(frozen=True, slots=True)
class Words:
    """A text: constants and variables, one after the other."""

    parts: tuple[str | Atom, ...]

    def then(self, other: "Words") -> "Words":
        parts = list(self.parts)
        for part in other.parts:
            if isinstance(part, str) and parts and isinstance(parts[-1], str):
                parts[-1] += part
            else:
                parts.append(part)
        return Words(tuple(part for part in parts if part != ""))

    def length(self) -> Sum:
        found = Sum.constant(0)
        for part in self.parts:
            more = Sum.constant(len(part)) if isinstance(part, str) else Sum.atom(("length", part))
            found = found.plus(more)
        return found

    def __str__(self) -> str:
        shown = [jump_text(Text(part)) if isinstance(part, str) else _shown(part) for part in self.parts]
        return " ".join(shown) or '""'


@dataclass(frozen=True, slots=True)
class Truth:
    """A Boolean: what says when it is true."""

    condition: bool | Atom

    def negated(self) -> "Truth":
        if isinstance(self.condition, bool):
            return Truth(not self.condition)
        if self.condition[0] == "positive":
            return Truth(("positive", Sum.constant(1).plus(self.condition[1], -1)))
        return Truth(self.condition[1] if self.condition[0] == "not" else ("not", self.condition))

    def __str__(self) -> str:
        return str(self.condition) if isinstance(self.condition, bool) else _shown(self.condition)


@dataclass(frozen=True, slots=True)
class Other:
    """A value of which nothing is known, a label, or a thunk."""

    term: Term

    def __str__(self) -> str:
        return str(self.term)


Formula = Sum | Words | Truth | Other


def result(name: str, operands: list[Formula], divisors: set[Sum]) -> Formula:
    """What a primitive leaves; what it divides by, where that could be 0, is kept. Raises `NoFormula`."""
    match name, operands:
        case "neg", [Sum() as value]:
            return Sum.constant(0).plus(value, -1)
        case "add", [Sum() as left, Sum() as right]:
            return left.plus(right)
        case "sub", [Sum() as left, Sum() as right]:
            return left.plus(right, -1)
        case "mul", [Sum() as left, Sum() as right]:
            return left.by(right)
        case (("div" | "mod"), [Sum() as left, Sum() as right]):
            return _divided(name, left, right, divisors)
        case (("lt" | "le" | "gt" | "ge"), [Sum() as left, Sum() as right]):
            return _ordered(name, left, right)
        case (("eq" | "ne"), [left, right]) if type(left) is type(right) and not isinstance(left, Other):
            same = _same(left, right)
            return same if name == "eq" else same.negated()
        case "not", [Truth() as value]:
            return value.negated()
        case (("and" | "or"), [Truth() as left, Truth() as right]):
            return _both(name, left, right)
        case "concat", [Words() as first, Words() as second]:
            return first.then(second)
        case "length", [Words() as value]:
            return value.length()
    raise NoFormula(f"{name} is given what it does not take")


def _divided(name: str, left: Sum, right: Sum, divisors: set[Sum]) -> Sum:
    if right.number == 0:
        raise NoFormula("it divides by 0")
    if right.number is None:
        divisors.add(right)
    elif left.number is not None:
        quotient, rest = divmod(left.number, right.number)
        return Sum.constant(quotient if name == "div" else rest)
    return Sum.atom((name, left, right))


def of_variable(name: str, type: str) -> Formula:
    match type:
        case "Int":
            return Sum.atom(("variable", name))
        case "Text":
            return Words((("variable", name),))
        case "Bool":
            return Truth(("variable", name))
    return Other(variable(name))


def of_constant(value: Term) -> Formula:
    label = value.label
    match base_type(label):
        case "Int":
            return Sum.constant(label)
        case "Text":
            return Words((label.value,) if label.value else ())
        case "Bool":
            return Truth(label == "True")
    return Other(canonical_form(value))


def _ordered(name: str, left: Sum, right: Sum) -> Truth:
    """A comparison of integers as something being more than 0."""
    first, second = (left, right) if name in ("gt", "ge") else (right, left)
    difference = first.plus(second, -1)
    if name in ("le", "ge"):
        difference = difference.plus(Sum.constant(1))
    number = difference.number
    return Truth(("positive", difference) if number is None else number > 0)


def _same(left: Formula, right: Formula) -> Truth:
    if isinstance(left, Sum) and isinstance(right, Sum):
        difference = left.plus(right, -1)
        if difference.number is not None:
            return Truth(difference.number == 0)
        # Of the two signs the smaller one.
        return Truth(("zero", min(difference, Sum.constant(0).plus(difference, -1), key=repr)))
    if left == right:
        return Truth(True)
    if isinstance(left, Words) and isinstance(right, Words):
        known = all(isinstance(part, str) for part in (*left.parts, *right.parts))
        return Truth(False) if known else Truth(("equal", *sorted((left, right), key=repr)))
    return Truth(("equal", *sorted((left, right), key=repr)))


def _both(name: str, left: Truth, right: Truth) -> Truth:
    """`and` or `or`: in any order, and a constant decides or is left out."""
    if left.negated() == right:
        return Truth(name == "or")
    for one, other in ((left, right), (right, left)):
        if isinstance(one.condition, bool):
            return other if one.condition is (name == "and") else one
    if left == right:
        return left
    return Truth((name, *sorted((left.condition, right.condition), key=repr)))


def _shown(atom: Any) -> str:
    match atom:
        case ("variable", name):
            return str(name)
        case ("positive", value):
            return f"({value} > 0)"
        case ("zero", value):
            return f"({value} = 0)"
        case (str() as name, *parts):
            return f"{name}({', '.join(map(_shown, parts))})"
    return str(atom)
