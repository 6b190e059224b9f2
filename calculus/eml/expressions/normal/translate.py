"""Trees and expressions into normal form.

Functions are replaced by their definitions in terms of exp and the principal logarithm, which are right on
the cuts, too: arcsin z = -i ln(iz + √(1 - z²)), arctan z = i/2 (ln(1 - iz) - ln(1 + iz)),
arsinh z = ln(z + √(z² + 1)), arcosh z = ln(z + √(z + 1) √(z - 1)), artanh z = ½ (ln(1 + z) - ln(1 - z)).
"""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from calculus.eml.expressions.node import NUMBER, VARIABLE
from calculus.eml.expressions.normal.algebra import Algebra
from calculus.eml.expressions.normal.sums import MINUS, ONE, Gauss, I, Sum
from calculus.eml.syntax import EML, subtrees
from calculus.eml.syntax import VARIABLE as TREE_VARIABLE
from calculus.source.diagnostic import UsageProblem
from calculus.term import Term

HALF = Gauss(Fraction(1, 2))
MINUS_I = I.times(MINUS)


@dataclass(frozen=True, slots=True)
class Value:
    """A sum, or an infinite number with the sign `infinite`; `logarithm` is an R with exp R the sum."""

    sum: Sum
    logarithm: Sum | None = None
    infinite: int = 0


class NoValue(UsageProblem):
    """A tree or an expression that has no value anywhere."""


def of_tree(
    algebra: Algebra,
    tree: Term,
    infinite: bool,
    is_zero: Callable[[Term], bool],
    observed: Callable[[Term], complex | None],
) -> Value:
    """The normal form of a tree. With `infinite`, ln 0 = -∞ where `is_zero` confirms that a subtree is 0.

    `observed` gives the logarithm of a subtree as it is computed, where that is known. Raises `NoValue` if
    there is no value anywhere.
    """
    values: dict[int, Value] = {}
    for item in subtrees(tree):
        if item.op is TREE_VARIABLE:
            found = Value(algebra.variable(item.label))
        elif item.op is not EML:
            found = Value(algebra.one)
        else:
            left, right = (values[id(child)] for child in item.children)
            algebra.observed = observed(item.children[1])
            found = _eml(algebra, left, right, infinite and is_zero(item.children[1]))
        values[id(item)] = found
    algebra.observed = None
    return values[id(tree)]


def _eml(algebra: Algebra, left: Value, right: Value, zero_allowed: bool) -> Value:
    if left.infinite:
        power = Value(algebra.zero, None, max(left.infinite, 0))
    else:
        power = Value(algebra.exp(left.sum), left.sum)
    if right.infinite < 0:
        raise NoValue("the logarithm of -∞ is not supported")
    if right.infinite:
        logarithm = Value(algebra.zero, None, 1)
    elif not right.sum.is_zero:
        logarithm = Value(algebra.ln(right.sum, right.logarithm))
    elif zero_allowed:
        logarithm = Value(algebra.zero, None, -1)
    else:
        raise NoValue("the tree takes the logarithm of 0, so it has no value under this semantics")
    if power.infinite or logarithm.infinite:
        if power.infinite == logarithm.infinite:
            raise NoValue("the tree takes ∞ - ∞, so it has no value")
        return Value(algebra.zero, None, power.infinite or -logarithm.infinite)
    if logarithm.sum.is_zero:
        return power
    return Value(algebra.subtract(power.sum, logarithm.sum))


def of_expression(algebra: Algebra, expression: Term) -> Value:
    """The normal form of an expression. Raises `NoValue` for a division by 0 or ln 0."""
    values: dict[int, Value] = {}
    functions = _Functions(algebra)
    for item in subtrees(expression):
        if item.op is NUMBER:
            found = Value(algebra.number(item.label))
        elif item.op is VARIABLE:
            found = Value(algebra.variable(item.label))
        else:
            arguments = [values[id(child)] for child in item.children]
            try:
                made = getattr(functions, item.label)(*arguments)
            except ZeroDivisionError:
                raise NoValue(f"`{item.text(40)}` has no value") from None
            found = made if isinstance(made, Value) else Value(made)
        values[id(item)] = found
    return values[id(expression)]


class _Functions:
    """The functions of the basis on normal forms; a method for each, named as it is."""

    def __init__(self, algebra: Algebra) -> None:
        self.algebra = algebra

    # Constants.

    def pi(self) -> Sum:
        return self.algebra.pi_times(ONE)

    def e(self) -> Sum:
        return self.algebra.exp(self.algebra.one)

    def i(self) -> Sum:
        return self.algebra.number(I)

    # Exponentials, logarithms and powers.

    def exp(self, x: Value) -> Value:
        return Value(self.algebra.exp(x.sum), x.sum)

    def ln(self, x: Value) -> Sum:
        return self.algebra.ln(x.sum, x.logarithm)

    def log(self, b: Value, x: Value) -> Value:
        return self.div(Value(self.ln(x)), Value(self.ln(b)))

    def sqrt(self, x: Value) -> Value:
        if x.sum.is_zero:
            return x
        return self.exp(Value(self.algebra.scale(self.ln(x), HALF)))

    def sqr(self, x: Value) -> Value:
        return self.mul(x, x)

    def pow(self, a: Value, b: Value) -> Value:
        exponent = b.sum.number()
        if exponent is not None and not exponent.im and exponent.re.denominator == 1:
            count = int(exponent.re)
            if count < 0:
                return self.inv(self.pow(a, Value(self.algebra.number(-count))))
            scaled = None if a.logarithm is None else self.algebra.scale(a.logarithm, exponent)
            return Value(self.algebra.power(a.sum, count), scaled)
        if a.sum.is_zero:
            raise ZeroDivisionError
        return self.exp(self.mul(b, Value(self.ln(a))))

    # Arithmetic.

    def add(self, x: Value, y: Value) -> Sum:
        return self.algebra.add(x.sum, y.sum)

    def sub(self, x: Value, y: Value) -> Sum:
        return self.algebra.subtract(x.sum, y.sum)

    def minus(self, x: Value) -> Sum:
        return self.algebra.scale(x.sum, MINUS)

    def half(self, x: Value) -> Sum:
        return self.algebra.scale(x.sum, HALF)

    def avg(self, x: Value, y: Value) -> Sum:
        return self.algebra.scale(self.add(x, y), HALF)

    def mul(self, x: Value, y: Value) -> Value:
        return Value(self.algebra.multiply(x.sum, y.sum), self._joined(x, y, ONE))

    def div(self, x: Value, y: Value) -> Value:
        return Value(self.algebra.multiply(x.sum, self.algebra.inverse(y.sum)), self._joined(x, y, MINUS))

    def inv(self, x: Value) -> Value:
        logarithm = None if x.logarithm is None else self.algebra.scale(x.logarithm, MINUS)
        return Value(self.algebra.inverse(x.sum), logarithm)

    def _joined(self, x: Value, y: Value, sign: Gauss) -> Sum | None:
        if x.logarithm is None or y.logarithm is None:
            return None
        return self.algebra.add(x.logarithm, y.logarithm, sign)

    def hypot(self, x: Value, y: Value) -> Value:
        return self.sqrt(Value(self.algebra.add(self.sqr(x).sum, self.sqr(y).sum)))

    def sigma(self, x: Value) -> Value:
        falling = self.algebra.exp(self.minus(x))
        return self.inv(Value(self.algebra.add(self.algebra.one, falling)))

    # Trigonometric and hyperbolic functions.

    def _turned(self, x: Value, factor: Gauss) -> Value:
        return Value(self.algebra.scale(x.sum, factor))

    def sinh(self, x: Value) -> Sum:
        rising, falling = self.algebra.exp(x.sum), self.algebra.exp(self.minus(x))
        return self.algebra.scale(self.algebra.subtract(rising, falling), HALF)

    def cosh(self, x: Value) -> Sum:
        rising, falling = self.algebra.exp(x.sum), self.algebra.exp(self.minus(x))
        return self.algebra.scale(self.algebra.add(rising, falling), HALF)

    def tanh(self, x: Value) -> Value:
        return self.div(Value(self.sinh(x)), Value(self.cosh(x)))

    def sin(self, x: Value) -> Sum:
        return self.algebra.scale(self.sinh(self._turned(x, I)), MINUS_I)

    def cos(self, x: Value) -> Sum:
        return self.cosh(self._turned(x, I))

    def tan(self, x: Value) -> Value:
        return self.div(Value(self.sin(x)), Value(self.cos(x)))

    def arsinh(self, x: Value) -> Sum:
        root = self.sqrt(Value(self.algebra.add(self.sqr(x).sum, self.algebra.one)))
        return self.ln(Value(self.algebra.add(x.sum, root.sum)))

    def arcosh(self, x: Value) -> Sum:
        above = self.sqrt(Value(self.algebra.add(x.sum, self.algebra.one)))
        below = self.sqrt(Value(self.algebra.subtract(x.sum, self.algebra.one)))
        return self.ln(Value(self.algebra.add(x.sum, self.mul(above, below).sum)))

    def artanh(self, x: Value) -> Sum:
        one = self.algebra.one
        above = self.ln(Value(self.algebra.add(one, x.sum)))
        below = self.ln(Value(self.algebra.subtract(one, x.sum)))
        return self.algebra.scale(self.algebra.subtract(above, below), HALF)

    def arcsin(self, x: Value) -> Sum:
        return self.algebra.scale(self.arsinh(self._turned(x, I)), MINUS_I)

    def arccos(self, x: Value) -> Sum:
        right = self.algebra.pi_times(HALF)
        return self.algebra.subtract(right, self.arcsin(x))

    def arctan(self, x: Value) -> Sum:
        return self.algebra.scale(self.artanh(self._turned(x, I)), MINUS_I)
