"""Sums of products of kernels with Gaussian rational coefficients, interned by an `Algebra`.

| kernel | stands for |
|---|---|
| `variable`, `pi` | itself |
| `ln` | the principal logarithm of a sum |
| `base` | a sum of several terms, as a factor |
| `turns` | the integer n for which ln N = R + 2πi n, of a sum N and an R with exp R = N |

A monomial is a product of integer powers of kernels and of at most one exponential of a sum. Every object has
`facts`, worked out when it is made, so nothing recurses; equal objects of an algebra are identical.
"""

from fractions import Fraction
from typing import NamedTuple

from calculus.eml.expressions.normal.facts import Facts


class Gauss(NamedTuple):
    """A complex number with rational parts."""

    re: Fraction
    im: Fraction = Fraction(0)

    def plus(self, other: "Gauss") -> "Gauss":
        return Gauss(self.re + other.re, self.im + other.im)

    def times(self, other: "Gauss") -> "Gauss":
        if not self.im and not other.im:
            return Gauss(self.re * other.re)
        return Gauss(self.re * other.re - self.im * other.im, self.re * other.im + self.im * other.re)

    def inverse(self) -> "Gauss":
        norm = self.re * self.re + self.im * self.im
        return Gauss(self.re / norm, -self.im / norm)

    def power(self, exponent: int) -> "Gauss":
        base = self if exponent >= 0 else self.inverse()
        result, left = ONE, abs(exponent)
        while left:
            if left & 1:
                result = result.times(base)
            base, left = base.times(base), left >> 1
        return result

    @property
    def bits(self) -> int:
        return sum(part.numerator.bit_length() + part.denominator.bit_length() for part in self)


ONE = Gauss(Fraction(1))
MINUS = Gauss(Fraction(-1))
I = Gauss(Fraction(0), Fraction(1))  # noqa: E741 - its name


class Kernel:
    """What a monomial has powers of; see the table above."""

    __slots__ = ("argument", "closed", "facts", "kind", "name", "open", "result", "serial")

    def __init__(self, kind: str, name: str, argument: "Sum | None", result: "Sum | None") -> None:
        self.kind = kind
        self.name = name
        self.argument = argument  # of `ln` and `base`; the N of `turns`
        self.result = result  # the R of `turns`
        self.closed: bool = kind == "pi" or (argument is not None and argument.closed)  # has no variables
        self.open: bool = kind == "turns" or (argument is not None and argument.open)  # has integers
        self.serial = 0
        self.facts = Facts()


class Monomial:
    """A product of powers of kernels, in the order of their serial numbers, and exp(exponent)."""

    __slots__ = ("closed", "exponent", "facts", "open", "powers", "serial")

    def __init__(self, powers: tuple[tuple[Kernel, int], ...], exponent: "Sum | None") -> None:
        self.powers = powers
        self.exponent = exponent
        self.closed: bool = (exponent is None or exponent.closed) and all(k.closed for k, _ in powers)
        self.open: bool = (exponent is not None and exponent.open) or any(k.open for k, _ in powers)
        self.serial = 0
        self.facts = Facts()

    @property
    def is_one(self) -> bool:
        return not self.powers and self.exponent is None

    def kernel(self) -> Kernel | None:
        """The kernel that this is the first power of, if it is one."""
        if self.exponent is None and len(self.powers) == 1 and self.powers[0][1] == 1:
            return self.powers[0][0]
        return None


class Sum:
    """Monomials, in the order of their serial numbers, each with a coefficient other than 0."""

    __slots__ = ("closed", "facts", "open", "serial", "terms")

    def __init__(self, terms: tuple[tuple[Monomial, Gauss], ...]) -> None:
        self.terms = terms
        self.closed: bool = all(monomial.closed for monomial, _ in terms)
        self.open: bool = any(monomial.open for monomial, _ in terms)
        self.serial = 0
        self.facts = Facts()

    @property
    def is_zero(self) -> bool:
        return not self.terms

    def single(self) -> tuple[Monomial, Gauss] | None:
        """The only term, if there is one."""
        return self.terms[0] if len(self.terms) == 1 else None

    def number(self) -> Gauss | None:
        """The number that this is, if it is one."""
        if not self.terms:
            return Gauss(Fraction(0))
        if len(self.terms) == 1 and self.terms[0][0].is_one:
            return self.terms[0][1]
        return None
