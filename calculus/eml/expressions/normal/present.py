"""Normal forms back into expressions, in the terms of the basis.

Exponentials are put together to cosh, sinh, cos, sin, tanh, tan and σ, logarithms to the inverse functions,
as far as they match the definitions; each of these steps is an identity.
"""

from fractions import Fraction

from calculus.eml.expressions.node import apply, number, variable
from calculus.eml.expressions.normal.algebra import Algebra
from calculus.eml.expressions.normal.recognise import (
    Piece,
    as_imaginary,
    centred,
    inverse_functions,
    is_negative,
    is_odd,
    pairs,
    quotient,
)
from calculus.eml.expressions.normal.sums import MINUS, ONE, Gauss, Kernel, Monomial, Sum
from calculus.term import Term


def present(algebra: Algebra, item: Sum) -> Term:
    """An expression for a normal form."""
    presenter = _Presenter(algebra)
    stack = [item]
    while stack:
        top = stack[-1]
        if top in presenter.known:
            stack.pop()
            continue
        presenter.missing = []
        made = presenter.sum(top)
        if presenter.missing:
            stack += presenter.missing
        else:
            presenter.known[top] = made
            stack.pop()
    return presenter.known[item]


_ONE = number(1)


class _Presenter:
    """Makes the term of a sum from those of the sums inside it; those that are not known yet are listed as
    `missing`, and what was made is of no use then."""

    def __init__(self, algebra: Algebra) -> None:
        self.algebra = algebra
        self.known = algebra.presented
        self.missing: list[Sum] = []

    def look(self, item: Sum) -> Term:
        found = self.known.get(item)
        if found is None:
            self.missing.append(item)
            return _ONE
        return found

    def sum(self, item: Sum) -> Term:
        pieces, rest = inverse_functions(self.algebra, item)
        shown = [self._piece(piece) for piece in pieces]
        shown += self._logarithms(rest)
        return _total(shown)

    def _logarithms(self, item: Sum) -> list[tuple[Gauss, Term]]:
        """The terms of a sum, logarithms of numbers as one."""
        numbers = [
            (m, c)
            for m, c in item.terms
            if _logarithm_of_number(m) is not None and c.re.denominator == 1 and not c.im
        ]
        shown: list[tuple[Gauss, Term]] = []
        value = Fraction(1)
        if all(abs(c.re) < 64 for _, c in numbers):
            for m, c in numbers:
                value *= (_logarithm_of_number(m) or Fraction(1)) ** int(c.re)
        if value != 1 and max(value.numerator, value.denominator) < 10**15:
            item = self.algebra.collect(term for term in item.terms if term not in numbers)
            sign = Gauss(Fraction(1 if value > 1 else -1))
            shown = [(sign, apply("ln", number(value if value > 1 else 1 / value)))]
        return [*self._terms(item), *shown]

    def _terms(self, item: Sum) -> list[tuple[Gauss, Term]]:
        groups: dict[Monomial, list[tuple[Monomial, Gauss]]] = {}
        for monomial, coefficient in sorted(item.terms, key=_reading_order):
            below = self.algebra.monomial((k, n) for k, n in monomial.powers if k.kind == "base" and n < 0)
            above = self.algebra.monomial(
                ((k, n) for k, n in monomial.powers if not (k.kind == "base" and n < 0)), monomial.exponent
            )
            groups.setdefault(below, []).append((above, coefficient))
        shown: list[tuple[Gauss, Term]] = []
        # Whole terms last, since some belong to a quotient.
        for below, terms in sorted(groups.items(), key=lambda group: group[0].is_one):
            if below.is_one:
                shown += [self._piece(piece) for piece in pairs(self.algebra, terms)]
                continue
            found = quotient(self.algebra, terms, below)
            if found is not None:
                found = centred(self.algebra, found, groups.get(self.algebra.monomial(()), []))
                shown.append(self._piece(found))
            elif len(terms) == 1:
                monomial, coefficient = terms[0]
                shown.append(
                    self._monomial(
                        self.algebra.monomial([*monomial.powers, *below.powers], monomial.exponent),
                        coefficient,
                    )
                )
            else:
                top = _total([self._piece(piece) for piece in pairs(self.algebra, terms)])
                inverted = self.algebra.monomial((k, -n) for k, n in below.powers)
                shown.append((ONE, apply("div", top, self._plain(inverted))))
        return shown

    def _piece(self, piece: Piece) -> tuple[Gauss, Term]:
        """A coefficient, and a function of a sum times a monomial."""
        if piece.function is None:
            return self._monomial(piece.monomial, piece.coefficient)
        coefficient, function, argument = piece.coefficient, piece.function, piece.argument
        if is_odd(function) and is_negative(argument):
            coefficient, argument = coefficient.times(MINUS), self.algebra.scale(argument, MINUS)
        turned = as_imaginary(self.algebra, function, argument)
        if turned is not None:
            factor, function, argument = turned
            coefficient = coefficient.times(factor.inverse() if piece.inverted else factor)
        made = apply(function, self.look(argument))
        if piece.inverted:
            if piece.monomial.is_one:
                return self._scaled(coefficient, [], [made])
            return self._scaled(coefficient, [self._plain(piece.monomial)], [made])
        if piece.monomial.is_one:
            return self._scaled(coefficient, [made], [])
        above, below = self._factors(piece.monomial)
        return self._scaled(coefficient, [*above, made], below)

    def _plain(self, monomial: Monomial) -> Term:
        return _total([self._monomial(monomial, ONE)])

    def _monomial(self, monomial: Monomial, coefficient: Gauss) -> tuple[Gauss, Term]:
        return self._scaled(coefficient, *self._factors(monomial))

    def _scaled(self, coefficient: Gauss, above: list[Term], below: list[Term]) -> tuple[Gauss, Term]:
        """The sign of a coefficient, and the term without it."""
        if coefficient.re and coefficient.im:
            return ONE, _quotient([_complex(coefficient), *above], below)
        size = coefficient.re or coefficient.im
        top, bottom = abs(size.numerator), size.denominator
        front = [number(top)] if top != 1 else []
        if coefficient.im:
            front.append(apply("i"))
        if not above and not below and not coefficient.im:
            return Gauss(Fraction(1 if size > 0 else -1)), number(abs(size))
        back = [number(bottom)] if bottom != 1 else []
        return Gauss(Fraction(1 if size > 0 else -1)), _quotient([*front, *above], [*back, *below])

    def _factors(self, monomial: Monomial) -> tuple[list[Term], list[Term]]:
        """The factors of a monomial above and below the line."""
        powers: dict[Kernel | Sum, Fraction] = {}
        for kernel, count in monomial.powers:
            key = kernel.argument if kernel.kind == "base" and kernel.argument is not None else kernel
            powers[key] = powers.get(key, Fraction(0)) + count
        raised: dict[Sum, list[tuple[Monomial, Gauss]]] = {}
        rest: list[tuple[Monomial, Gauss]] = []
        for inner, coefficient in monomial.exponent.terms if monomial.exponent else ():
            logarithm = _base_of_power(inner)
            if logarithm is None or logarithm.argument is None:
                rest.append((inner, coefficient))
            elif inner.kernel() is not None and not coefficient.im:
                key = logarithm.argument
                single = logarithm.argument.single()
                if single is not None and single[1] == ONE:
                    key = single[0].kernel() or key
                powers[key] = powers.get(key, Fraction(0)) + coefficient.re
            else:
                others = ((k, n) for k, n in inner.powers if k is not logarithm)
                factor = self.algebra.monomial(others, inner.exponent)
                raised.setdefault(logarithm.argument, []).append((factor, coefficient))
        above, below = self._logarithms_to_bases(powers)
        for key, power in powers.items():
            base = self.look(key) if isinstance(key, Sum) else self._kernel(key)
            if power:
                (above if power > 0 else below).append(_raised(base, abs(power)))
        for argument, terms in raised.items():
            exponent = self.look(self.algebra.collect(terms))
            above.append(apply("pow", self.look(argument), exponent))
        if rest:
            left = self.algebra.collect(rest)
            above.append(apply("e") if left is self.algebra.one else apply("exp", self.look(left)))
        return above, below

    def _logarithms_to_bases(self, powers: dict[Kernel | Sum, Fraction]) -> tuple[list[Term], list[Term]]:
        """ln a / ln b as log(b, a)."""
        logarithms = [key for key in powers if isinstance(key, Kernel) and key.kind == "ln"]
        below = [key for key in logarithms if powers[key] == -1]
        above = [key for key in logarithms if powers[key] == 1]
        if len(below) != 1 or len(above) != 1:
            return [], []
        for key in (*below, *above):
            del powers[key]
        first, second = below[0].argument, above[0].argument
        assert first is not None and second is not None
        return [apply("log", self.look(first), self.look(second))], []

    def _kernel(self, kernel: Kernel) -> Term:
        if kernel.kind == "variable":
            return variable(kernel.name)
        if kernel.kind == "pi":
            return apply("pi")
        assert kernel.argument is not None
        if kernel.kind == "ln":
            return apply("ln", self.look(kernel.argument))
        assert kernel.kind == "turns" and kernel.result is not None
        difference = apply("sub", apply("ln", self.look(kernel.argument)), self.look(kernel.result))
        return apply("div", difference, apply("mul", number(2), apply("mul", apply("i"), apply("pi"))))


def _reading_order(term: tuple[Monomial, Gauss]) -> tuple[list[tuple[int, int]], int]:
    """By variables, and of each the higher powers first."""
    return [(kernel.serial, -count) for kernel, count in term[0].powers], term[0].serial


def _base_of_power(monomial: Monomial) -> Kernel | None:
    """The logarithm whose argument is raised to the rest of the monomial: the only one, or the only one
    with variables."""
    logarithms = [k for k, n in monomial.powers if k.kind == "ln" and n == 1]
    if len(logarithms) > 1:
        logarithms = [kernel for kernel in logarithms if not kernel.closed]
    return logarithms[0] if len(logarithms) == 1 else None


def _logarithm_of_number(monomial: Monomial) -> Fraction | None:
    kernel = monomial.kernel()
    if kernel is None or kernel.kind != "ln" or kernel.argument is None:
        return None
    value = kernel.argument.number()
    return value.re if value is not None and not value.im else None


def _raised(base: Term, power: Fraction) -> Term:
    if power == 1:
        return base
    return apply("sqrt", base) if power == Fraction(1, 2) else apply("pow", base, number(power))


def _complex(value: Gauss) -> Term:
    imaginary = apply("i") if abs(value.im) == 1 else apply("mul", number(abs(value.im)), apply("i"))
    return apply("add" if value.im > 0 else "sub", number(value.re), imaginary)


def _quotient(above: list[Term], below: list[Term]) -> Term:
    top = _product(above)
    return apply("div", top, _product(below)) if below else top


def _product(factors: list[Term]) -> Term:
    if not factors:
        return _ONE
    total = factors[0]
    for factor in factors[1:]:
        total = apply("mul", total, factor)
    return total


def _total(terms: list[tuple[Gauss, Term]]) -> Term:
    """The sum of terms with signs, those with a plus first."""
    ordered = sorted(terms, key=lambda item: (item[0].re < 0, item[1].op is _ONE.op))
    if not ordered:
        return number(0)
    sign, total = ordered[0]
    if sign.re < 0:
        total = number(-total.label) if total.op is _ONE.op else apply("minus", total)
    for sign, term in ordered[1:]:
        total = apply("sub" if sign.re < 0 else "add", total, term)
    return total
