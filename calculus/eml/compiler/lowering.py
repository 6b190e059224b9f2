"""Expressions as quantities: every function of the basis in terms of exp, ln, sums and differences.

Sums and products are taken apart as a whole (a product is the exponential of a sum of loose logarithms), with
what is added first and what is subtracted after it. For a function that has several formulas all are on
offer; the choice is made by cost among those that are right at the probes.
"""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import lru_cache

from calculus.eml import catalogue
from calculus.eml.compiler.numbers import rational
from calculus.eml.compiler.quantities import Quantities, Quantity, Values, expressed, substituted, unsigned
from calculus.eml.compiler.rules import Fact
from calculus.eml.domain import SemanticsName
from calculus.eml.expressions.node import APPLY, NUMBER, VARIABLE, apply, number
from calculus.eml.expressions.values import value
from calculus.eml.syntax import EML, ONE, subtrees, variable
from calculus.term import Term

FORMULAS: Mapping[str, tuple[str, ...]] = {
    "pi": ("(-ln(-1))/(-i)", "(-ln(-1))*i", "ln(-1)/i", "-(i*ln(-1))"),
    "i": (
        "exp((-ln(-1))/(-2))",
        "1/exp(half(-ln(-1)))",
        "-exp(half(-ln(-1)))",
        "exp(half(ln(-1)))",
        "1/exp(-half(ln(-1)))",
        "-exp(-half(ln(-1)))",
    ),
    "half": ("x/2",),
    "sqrt": ("exp(half(ln(x)))",),
    "sigma": ("1/(1+exp(-x))", "exp(x)/(exp(x)+1)", "exp(-ln(1+exp(-x)))"),
    "sin": (
        "sinh(i*x)/i",
        "-(i*sinh(i*x))",
        "i*sinh(x/i)",
        "i*sinh(-(i*x))",
        "cos(x-half(pi))",
        "cos(half(pi)-x)",
    ),
    "cos": ("cosh(i*x)", "cosh(x/i)", "cosh(sqrt(-x*x))"),
    "tan": ("tanh(i*x)/i", "i*tanh(x/i)", "sin(x)/cos(x)", "i-i*2/(1+exp(-2*(i*x)))", "2*i/(1+exp(2*i*x))-i"),
    "arcsin": (
        "half(pi)-arccos(x)",
        "ln(i*x+sqrt(1-x*x))/i",
        "i*ln(sqrt(1-x*x)-i*x)",
        "ln(i*x+sqrt((1-x)*(1+x)))/i",
        "i*ln(sqrt((1-x)*(1+x))-i*x)",
        "half(pi)-ln(x+i*sqrt((1-x)*(1+x)))/i",
    ),
    "arccos": (
        "half(pi)-arcsin(x)",
        "ln(x+i*sqrt(1-x*x))/i",
        "i*ln(x-i*sqrt(1-x*x))",
        "ln(x+i*sqrt((1-x)*(1+x)))/i",
        "i*ln(x-i*sqrt((1-x)*(1+x)))",
        "ln(x+sqrt(x*x-1))/i",
        "i*ln(x-sqrt(x*x-1))",
        "ln(x+sqrt((x-1)*(x+1)))/i",
        "i*ln(x-sqrt((x-1)*(x+1)))",
        "i*ln(x+sqrt((x-1)*(x+1)))",
        "arcosh(x)/i",
        "arcosh(x)*i",
    ),
    "arctan": (
        "artanh(i*x)/i",
        "i*artanh(x/i)",
        "half((ln(1+i*x)-ln(1-i*x))/i)",
        "half(i*ln((1-i*x)/(1+i*x)))",
        "half(ln((1+i*x)/(1-i*x))/i)",
        "half(ln((i-x)/(i+x))/i)",
        "ln((1+i*x)/sqrt(1+x*x))/i",
        "half(i*ln((i+x)/(i-x)))",
    ),
    "sinh": (
        "half(exp(x)-exp(-x))",
        "(exp(x+x)-1)/(2*exp(x))",
        "(exp(x)-exp(-x))/2",
        "exp(x-ln(2))-exp(-x-ln(2))",
        "exp(x)-cosh(x)",
    ),
    "cosh": (
        "half(exp(x)+exp(-x))",
        "(exp(x+x)+1)/(2*exp(x))",
        "exp(x-ln(2))+exp(-x-ln(2))",
        "exp(x)-sinh(x)",
    ),
    "tanh": (
        "1-2/(exp(x+x)+1)",
        "(exp(x+x)-1)/(exp(x+x)+1)",
        "2*sigma(x+x)-1",
        "1-2*sigma(-(x+x))",
        "sinh(x)/cosh(x)",
        "exp(x)/cosh(x)-1",
        "(1-exp(-(x+x)))/(1+exp(-(x+x)))",
    ),
    "arsinh": ("ln(x+sqrt(x*x+1))", "-ln(sqrt(x*x+1)-x)", "ln(x+hypot(x,1))"),
    "arcosh": ("ln(x+sqrt(x-1)*sqrt(x+1))", "ln(x+sqrt(x*x-1))", "ln(x+sqrt((x-1)*(x+1)))"),
    "artanh": (
        "half(ln((1+x)/(1-x)))",
        "half(ln(1+x)-ln(1-x))",
        "ln(sqrt((1+x)/(1-x)))",
        "half(ln(2/(1-x)-1))",
        "-half(ln((1-x)/(1+x)))",
        "-half(ln(2/(1+x)-1))",
    ),
    "log": ("ln(y)/ln(x)",),
    "pow": ("exp(-(y*(-ln(x))))", "1/exp(y*(-ln(x)))", "exp(y*ln(x))"),
    "avg": ("half(x+y)", "half(x)+half(y)", "half(x-(-y))"),
    "hypot": ("sqrt(x*x+y*y)",),
}
"""Formulas by which a constant or function may be computed; where each is right is found at the probes."""

_PRODUCTS = {"mul", "div", "inv", "sqr"}
_SUMS = {"add", "sub", "minus"}
_SHORT = 100
_POWERS = 8
"""Whole powers up to this are written out as products, too."""


class Lowering:
    """Makes quantities of expressions over one table of quantities."""

    def __init__(self, table: Quantities, semantics: SemanticsName, *, finite: bool, thorough: bool) -> None:
        """`thorough`: formulas are tried even for functions that have trees in the catalogue."""
        self.table = table
        self.semantics = semantics
        self.finite = finite
        self.thorough = thorough
        self._made: dict[Term, Quantity] = {}
        self._others: dict[int, list[Quantity]] = {}
        self._values: dict[Term, Values] = {}
        self._formulas: dict[str, list[Term]] = {}

    def quantity(self, expression: Term) -> Quantity:
        """The quantity that an expression is."""
        for item in subtrees(expression):
            if item not in self._made:
                self._made[item] = self._lower(item)
        return self._made[expression]

    def alternatives(self, quantity: Quantity) -> list[Quantity]:
        """Other ways to write an applied function: formulas, and the trees of the catalogue."""
        found = self._others.get(quantity.index)
        if found is None:
            found = self._others[quantity.index] = list(self._alternatives(quantity))
        return found

    def macros(self, quantity: Quantity) -> Iterator[Fact]:
        """The trees of the catalogue for an applied function, whole."""
        expression = quantity.label
        assert isinstance(expression, Term)
        for entry in self._entries(expression.label):
            conditions = entry.under(self.semantics) or ()
            yield Fact(quantity, quantity.parts, entry.term, conditions)

    def numbers(self, value: Fraction) -> list[Term]:
        """Trees of a rational number."""
        finite = self.finite or self.semantics == "principal"
        trees = [entry.term for entry in self._entries(str(value))]
        for other in dict.fromkeys((finite, True)):
            trees += [_rational(value, other, robust) for robust in (False, True)]
        return list(dict.fromkeys(trees))

    def _entries(self, name: str) -> list[catalogue.Entry]:
        """Also short ones with claims under other semantics alone, which may be right at the probes, too."""
        return [entry for entry in self._known(name) if entry.finite >= self.finite]

    def _known(self, name: str) -> list[catalogue.Entry]:
        entries = catalogue.witnesses(name)
        return [entry for entry in entries if self.semantics in entry.semantics or entry.K < _SHORT]

    def half(self, quantity: Quantity) -> Quantity:
        """Half of a quantity, which has trees of its own."""
        expression = apply("half", expressed(quantity))
        self._made.setdefault(expression.children[0], quantity)
        return self.quantity(expression)

    def _lower(self, item: Term) -> Quantity:
        table = self.table
        if item.op is NUMBER:
            return table.number(item.label)
        if item.op is VARIABLE:
            return table.variable(item.label)
        parts = tuple(self._made[child] for child in item.children)
        match item.label:
            case "e":
                return table.e
            case "exp":
                return table.exp(parts[0])
            case "ln":
                return table.ln(parts[0])
            case "minus":
                return table.neg(parts[0])
            case "sqrt" if item.children[0] is number(-1):
                return self.quantity(apply("i"))
        return table.applied(item, parts, self._exact(item, parts))

    def _exact(self, item: Term, parts: tuple[Quantity, ...]) -> Values:
        """The values of a function at the probes, from those of its arguments."""
        names = [variable(f"a{number}") for number in range(len(parts))]
        function = apply(item.label, *names)
        columns = (
            zip(*(part.values for part in parts), strict=True) if parts else [()] * len(self.table.points)
        )
        return tuple(
            unsigned(value(function, {f"a{n}": argument for n, argument in enumerate(column)}))
            for column in columns
        )

    def _alternatives(self, quantity: Quantity) -> Iterator[Quantity]:
        expression = quantity.label
        assert isinstance(expression, Term)
        name, parts = expression.label, quantity.parts
        if name in _SUMS:
            yield from self._sum(expression)
        elif name in _PRODUCTS or name == "half":
            yield from self._product(expression)
        elif name == "pow":
            yield from self._power(expression)
        for entry in self._known(name):
            yield self._tree(entry.term, parts)
        if parts and not self.thorough and self._entries(name) and not any(map(_cancels, parts)):
            return
        for formula in self._written(name):
            yield self.quantity(substituted(formula, dict(zip("xy", expression.children, strict=False))))

    def _written(self, name: str) -> list[Term]:
        if name not in self._formulas:
            from calculus.eml.expressions.reader import read

            self._formulas[name] = [read(text) for text in FORMULAS.get(name, ())]
        return self._formulas[name]

    def _tree(self, tree: Term, parts: tuple[Quantity, ...]) -> Quantity:
        """A tree over the parameters x and y, as the quantity that it is of some arguments."""
        given = dict(zip("xy", parts, strict=False))
        made: dict[int, Quantity] = {}
        for item in subtrees(tree):
            if item.op is EML:
                left, right = item.children
                made[id(item)] = self.table.eml(made[id(left)], made[id(right)])
            else:
                made[id(item)] = self.table.one if item is ONE else given[item.label]
        return made[id(tree)]

    def _sum(self, expression: Term) -> Iterator[Quantity]:
        """What is added, then what is subtracted; and as it is written."""
        table = self.table
        plus, minus = self._terms(expression)
        yield self._chain(plus, minus)
        left, right = (self._made[child] for child in expression.children)
        yield table.add(left, right) if expression.label == "add" else table.sub(left, right)

    def _terms(self, expression: Term) -> tuple[list[Quantity], list[Quantity]]:
        sides: tuple[list[Quantity], list[Quantity]] = ([], [])
        stack = [(expression, 0)]
        while stack:
            item, side = stack.pop()
            if item.op is APPLY and item.label in _SUMS and len(sides[0]) + len(sides[1]) + len(stack) < 12:
                signs = {"add": (side, side), "sub": (side, 1 - side), "minus": (1 - side,)}[item.label]
                stack += reversed(list(zip(item.children, signs, strict=True)))
            else:
                sides[side].append(self._made[item])
        return sides

    def _chain(self, plus: list[Quantity], minus: list[Quantity]) -> Quantity:
        table = self.table
        if not plus:
            return table.neg(self._chain(minus, []))
        total = plus[0]
        for term in plus[1:]:
            total = table.add(total, term)
        for term in minus:
            total = table.sub(total, term)
        return total

    def _product(self, expression: Term) -> Iterator[Quantity]:
        """A quotient of products in the domain of logarithms, with the rational factor with either sign."""
        table = self.table
        factor, above, below = self._factors(expression)
        if not factor:
            yield table.number(Fraction(0))
            return
        over = [table.log(item) for item in above]
        under = [table.log(item) for item in below]
        if factor in (1, -1):
            plain = table.exp(self._chain(over, under)) if over or under else table.one
            yield plain if factor == 1 else table.neg(plain)
        for scale, sign in ((factor, 1), (-factor, -1)):
            high, low = (Fraction(part) for part in (scale.numerator, scale.denominator))
            top = over if high == 1 else [*over, table.log(table.number(high))]
            bottom = under if low == 1 else [table.log(table.number(low)), *under]
            if scale < 0:
                # The sign may go to the divisor as well.
                turned = [table.log(table.number(-low)), *under]
                positive = over if high == -1 else [*over, table.log(table.number(-high))]
                made = table.exp(self._chain(positive, turned))
                yield made if sign == 1 else table.neg(made)
            if top or bottom:
                made = table.exp(self._chain(top, bottom))
                yield made if sign == 1 else table.neg(made)
        if len(above) == 1 and not below:
            if factor == 2:
                yield table.add(above[0], above[0])
            elif factor == Fraction(1, 2) and expression.label != "half":
                yield self.half(above[0])

    def _factors(self, expression: Term) -> tuple[Fraction, list[Quantity], list[Quantity]]:
        sides: tuple[list[Quantity], list[Quantity]] = ([], [])
        factor = Fraction(1)
        stack = [(expression, 0)]
        while stack:
            item, side = stack.pop()
            name = item.label if item.op is APPLY else None
            if item.op is NUMBER and (item.label or side == 0):
                factor *= item.label if side == 0 else 1 / item.label
            elif name == "half":
                factor /= 2 if side == 0 else Fraction(1, 2)
                stack.append((item.children[0], side))
            elif name == "minus" and not _is_conjugate(item):
                factor = -factor
                stack.append((item.children[0], side))
            elif name in _PRODUCTS and len(sides[0]) + len(sides[1]) + len(stack) < 12:
                children = item.children * (2 if name == "sqr" else 1)
                signs = {"div": (side, 1 - side), "inv": (1 - side,)}.get(str(name), (side, side))
                stack += reversed(list(zip(children, signs, strict=True)))
            else:
                sides[side].append(self._made[item])
        return factor, *sides

    def _power(self, expression: Term) -> Iterator[Quantity]:
        table = self.table
        base = self._made[expression.children[0]]
        power = expression.children[1].label if expression.children[1].op is NUMBER else None
        if isinstance(power, Fraction):
            size = abs(power)
            if power.denominator == 1 and 1 <= size <= _POWERS:
                total = self._chain([table.log(base)] * int(size), [])
                yield table.exp(total if power > 0 else table.neg(total))
            if not power:
                yield table.one
            for shape in _power_shapes(expression.children[0], power):
                yield self.quantity(shape)
        product = self.quantity(apply("mul", expression.children[1], apply("ln", expression.children[0])))
        yield table.exp(product)


@lru_cache(maxsize=1024)
def _rational(value: Fraction, finite: bool, robust: bool) -> Term:
    return rational(value, finite=finite, robust=robust)


def _is_conjugate(item: Term) -> bool:
    """Whether it is -ln(-1), which the tree of the logarithm may give where ln(-1) is hard to have."""
    inner = item.children[0]
    return inner.op is APPLY and inner.label == "ln" and inner.children[0] is number(-1)


def _cancels(part: Quantity) -> bool:
    """Whether a formula with exponentials of an argument may gain from what the argument is."""
    return part.kind in ("exp", "ln", "one", "number", "neg") or part.constant


def _power_shapes(base: Term, power: Fraction) -> Iterator[Term]:
    """Other ways to write a rational power."""
    if power == Fraction(1, 2):
        yield apply("sqrt", base)
    elif power.denominator == 2 and power != Fraction(-1, 2):
        yield apply("pow", apply("sqrt", base), number(power.numerator))
    if power < 0:
        yield apply("inv", apply("pow", base, number(-power)))
    elif power.denominator == 1 and power > 3:
        half, odd = divmod(power.numerator, 2)
        square = apply("sqr", apply("pow", base, number(half)))
        yield apply("mul", base, square) if odd else square
