"""Arithmetic of normal forms, with exp and ln.

The one rule for logarithms: ln N = R if exp R = N and -π < Im R ≤ π is proved. Where it is not, ln N =
R + 2πi n with the integer n as a kernel; an exponential of it drops n, so nothing has to be proved of
branches that do not matter in the end. Every other step holds wherever both sides are defined.
"""

from collections.abc import Callable, Iterable
from fractions import Fraction
from functools import cmp_to_key

from calculus.eml.domain import SemanticsName
from calculus.eml.expressions.normal.facts import HALF, INNER, PRINCIPAL, Facts, completed
from calculus.eml.expressions.normal.interval import ANY, ZERO, Interval, exactly
from calculus.eml.expressions.normal.sums import MINUS, ONE, Gauss, I, Kernel, Monomial, Sum
from calculus.source.diagnostic import UsageProblem
from calculus.term import Term

MOST_TERMS = 64
"""A product of sums with more terms is not multiplied out."""
MOST_BITS = 4096
"""A power of a number with more bits is not computed."""
MOST_WORK = 200_000
"""Terms handled before it is given up."""
_SMALL_PRIMES = [p for p in range(2, 1000) if all(p % q for q in range(2, int(p**0.5) + 1))]


class Algebra:
    """Where the normal forms of one question live.

    `known` are facts of variables; `adopted` the sums of which -π < Im R ≤ π is taken as given. Raises
    `UsageProblem` when an expression takes too much work.
    """

    def __init__(self, semantics: SemanticsName = "principal", known: dict[str, Facts] | None = None) -> None:
        self.exact = semantics != "ieee"
        self.known = known or {}
        self.adopted: set[int] = set()
        self.directions: dict[Sum, Interval] = {}
        """Of sums that are scaled to begin with a coefficient of size 1: where the imaginary part is."""
        self.nonzero: dict[Sum, None] = {}
        """What was taken to be nonzero without a proof."""
        self.decide: Callable[[Sum, Sum], int | None] = lambda item, known: None
        """For an N and an R without variables with exp R = N: the n of ln N = R + 2πi n, or None."""
        self.presented: dict[Sum, Term] = {}
        """The expressions of sums that were asked for before."""
        self.observed: complex | None = None
        """The logarithm that is taken next as it is computed, where it is known."""
        self._kernels: dict[tuple[object, ...], Kernel] = {}
        self._monomials: dict[tuple[object, ...], Monomial] = {}
        self._sums: dict[tuple[object, ...], Sum] = {}
        self._serial = 0
        self._work = 0
        self.zero = self._sum(())
        self.one = self.number(1)
        self.pi = self.kernel("pi", "π")

    # Objects, each made once.

    def kernel(
        self, kind: str, name: str = "", argument: Sum | None = None, result: Sum | None = None
    ) -> Kernel:
        key = (kind, name, argument, result)
        found = self._kernels.get(key)
        if found is None:
            found = self._kernels[key] = Kernel(kind, name, argument, result)
            found.serial = self._next()
            found.facts = completed(self._kernel_facts(found), self.exact)
        return found

    def monomial(self, powers: Iterable[tuple[Kernel, int]], exponent: Sum | None = None) -> Monomial:
        ordered = tuple(sorted(((k, n) for k, n in powers if n), key=lambda item: item[0].serial))
        if exponent is not None and exponent.is_zero:
            exponent = None
        key = (*ordered, exponent)
        found = self._monomials.get(key)
        if found is None:
            found = self._monomials[key] = Monomial(ordered, exponent)
            found.serial = self._next()
            found.facts = completed(self._monomial_facts(found), self.exact)
        return found

    def _sum(self, terms: tuple[tuple[Monomial, Gauss], ...]) -> Sum:
        found = self._sums.get(terms)
        if found is None:
            found = self._sums[terms] = Sum(terms)
            found.serial = self._next()
            found.facts = completed(self._sum_facts(found), self.exact)
        return found

    def collect(self, terms: Iterable[tuple[Monomial, Gauss]]) -> Sum:
        """The sum of terms, of which several may have the same monomial."""
        total: dict[Monomial, Gauss] = {}
        for monomial, coefficient in terms:
            self._work += 1
            before = total.get(monomial)
            total[monomial] = coefficient if before is None else before.plus(coefficient)
        if self._work > MOST_WORK:
            raise UsageProblem("the expression is too large to be simplified")
        kept = [item for item in total.items() if item[1].re or item[1].im]
        return self._sum(tuple(sorted(kept, key=lambda item: item[0].serial)))

    def _next(self) -> int:
        self._serial += 1
        return self._serial

    def assume(self, item: Sum, facts: Facts) -> None:
        """Take facts of a sum as given; whatever was made of the sum before does not know them."""
        item.facts = completed(item.facts & facts, self.exact)

    # Ring operations.

    def number(self, value: int | Fraction | Gauss) -> Sum:
        gauss = value if isinstance(value, Gauss) else Gauss(Fraction(value))
        return self.collect([(self.monomial(()), gauss)])

    def variable(self, name: str) -> Sum:
        return self.of(self.kernel("variable", name))

    def of(self, kernel: Kernel) -> Sum:
        return self.collect([(self.monomial(((kernel, 1),)), ONE)])

    def pi_times(self, factor: Gauss) -> Sum:
        return self.collect([(self.monomial(((self.pi, 1),)), factor)])

    def add(self, left: Sum, right: Sum, scale: Gauss = ONE) -> Sum:
        """left + scale · right"""
        return self.collect([*left.terms, *((m, c.times(scale)) for m, c in right.terms)])

    def subtract(self, left: Sum, right: Sum) -> Sum:
        return self.add(left, right, MINUS)

    def scale(self, item: Sum, factor: Gauss) -> Sum:
        return self.collect((m, c.times(factor)) for m, c in item.terms)

    def multiply(self, left: Sum, right: Sum) -> Sum:
        if left.is_zero or right.is_zero:
            return self.zero
        one, other = left.single(), right.single()
        if one and other:
            return self.product(one, other)
        for many, few in ((left, right), (right, left)):
            bases = {k for monomial, _ in many.terms for k, _ in monomial.powers if k.kind == "base"}
            if bases and few.single() is None:
                # A power of one sum in the terms of the other may cancel with it.
                factor = self.as_factor(few)
                if factor[0].powers[0][0] in bases:
                    return self._distribute(many, [factor])
        if one is None and other is None and len(left.terms) * len(right.terms) > MOST_TERMS:
            return self.product(self.as_factor(left), self.as_factor(right))
        return self._distribute(left, right.terms)

    def _distribute(self, left: Sum, right: Iterable[tuple[Monomial, Gauss]]) -> Sum:
        right = list(right)
        return self.collect(t for a in left.terms for b in right for t in self.product(a, b).terms)

    def product(self, a: tuple[Monomial, Gauss], b: tuple[Monomial, Gauss]) -> Sum:
        coefficient = a[1].times(b[1])
        if a[0].is_one or b[0].is_one:
            return self._spread(b[0] if a[0].is_one else a[0], coefficient)
        powers = dict(a[0].powers)
        for kernel, count in b[0].powers:
            powers[kernel] = powers.get(kernel, 0) + count
        exponents = [item for item in (a[0].exponent, b[0].exponent) if item is not None]
        if len(exponents) < 2:
            monomial = self.monomial(powers.items(), exponents[0] if exponents else None)
            return self._spread(monomial, coefficient)
        raised = self.exp(self.add(exponents[0], exponents[1]))
        plain = self._spread(self.monomial(powers.items()), coefficient)
        return self.multiply(raised, plain) if powers else self.scale(raised, coefficient)

    def _spread(self, monomial: Monomial, coefficient: Gauss) -> Sum:
        """A term, in which a positive power of a sum is multiplied out if that is not too long."""
        for kernel, count in monomial.powers:
            if kernel.kind == "base" and count > 0:
                base = kernel.argument
                assert base is not None
                if count <= MOST_TERMS and len(base.terms) ** count <= MOST_TERMS:
                    rest = self.monomial(
                        [item for item in monomial.powers if item[0] is not kernel], monomial.exponent
                    )
                    total = self._spread(rest, coefficient)
                    for _ in range(count):
                        total = self._distribute(total, base.terms)
                    return total
        return self.collect([(monomial, coefficient)])

    def as_factor(self, item: Sum) -> tuple[Monomial, Gauss]:
        """A sum as one term."""
        single = item.single()
        if single is not None:
            return single
        coefficient, base, exponent = self.primitive(item)
        return self.monomial(((base, 1),), exponent), coefficient

    def primitive(self, item: Sum) -> tuple[Gauss, Kernel, Sum | None]:
        """A number c, a kernel B and an S such that a sum of several terms is c B exp(S); the same B for all
        sums that differ by such a factor."""

        least, coefficient = min(item.terms, key=cmp_to_key(self._compare))
        scaled = self.scale(item, coefficient.inverse())
        shift = self._unending(least.exponent)
        if shift.is_zero:
            return coefficient, self.kernel("base", argument=scaled), None
        shifted = self.collect(
            term
            for m, c in scaled.terms
            for term in self.multiply(
                self.collect([(self.monomial(m.powers), c)]),
                self.exp(self.subtract(m.exponent or self.zero, shift)),
            ).terms
        )
        return coefficient, self.kernel("base", argument=shifted), shift

    def _compare(self, a: tuple[Monomial, Gauss], b: tuple[Monomial, Gauss]) -> int:
        """An order of terms that stays the same when all are multiplied by an exponential."""
        difference = self.subtract(self._unending(a[0].exponent), self._unending(b[0].exponent))
        if difference.terms:
            return 1 if difference.terms[0][1] > Gauss(Fraction(0)) else -1
        return -1 if a[0].serial < b[0].serial else 1

    def _unending(self, exponent: Sum | None) -> Sum:
        """The part of an exponent that is finite whatever is 0, so that its exponential is not 0."""
        if exponent is None:
            return self.zero
        return self.collect(
            (m, c) for m, c in exponent.terms if not any(k.kind in ("ln", "base") for k, _ in m.powers)
        )

    def power(self, item: Sum, exponent: int) -> Sum:
        """An integer power; of a sum, multiplied out if that is not too long."""
        if exponent == 0:
            return self.one
        if exponent == 1:
            return item
        if item.is_zero:
            if exponent < 0:
                raise ZeroDivisionError
            return item
        monomial, coefficient = self.as_factor(item)
        powers = [(kernel, times * exponent) for kernel, times in monomial.powers]
        count = Gauss(Fraction(exponent))
        inner = monomial.exponent
        raised = self.one if inner is None else self.exp(self.scale(inner, count))
        if coefficient.bits * abs(exponent) > MOST_BITS and coefficient not in (ONE, MINUS):
            whole = self.scale(self.logarithm_of_number(coefficient), count)
            raised = self.multiply(raised, self.collect([(self.monomial((), whole), ONE)]))
            coefficient = ONE
        factor = self._spread(self.monomial(powers), coefficient.power(exponent))
        return factor if raised is self.one else self.multiply(raised, factor)

    def inverse(self, item: Sum) -> Sum:
        """1/item; of 0, `ZeroDivisionError`."""
        if item.is_zero:
            raise ZeroDivisionError
        self.need_nonzero(item)
        return self.power(item, -1)

    # Exponentials and logarithms.

    def exp(self, item: Sum) -> Sum:
        """exp(item): integer multiples of logarithms become powers, and multiples of iπ are reduced."""
        rest: list[tuple[Monomial, Gauss]] = []
        factors: list[tuple[Sum, int]] = []
        coefficient = ONE
        for monomial, number in item.terms:
            kernel = monomial.kernel()
            if kernel is not None and kernel.kind == "ln" and not number.im:
                count = number.re.numerator // number.re.denominator
                assert kernel.argument is not None
                value = kernel.argument.number()
                if value is not None and value.bits * abs(count) > MOST_BITS:
                    count = 0
                if count:
                    factors.append((kernel.argument, count))
                number = Gauss(number.re - count)
            elif kernel is self.pi and number.im:
                quarters = (2 * number.im.numerator) // number.im.denominator
                coefficient = coefficient.times(I.power(quarters % 4))
                number = Gauss(number.re, number.im - Fraction(quarters, 2))
            elif _is_turn(monomial) and not number.re:
                number = Gauss(number.re, number.im % 2)
            if number.re or number.im:
                rest.append((monomial, number))
        exponent = self.collect(rest)
        result = self.collect([(self.monomial((), exponent), coefficient)])
        for argument, count in factors:
            result = self.multiply(result, self.power(argument, count))
        return result

    def ln(self, item: Sum, logarithm: Sum | None = None) -> Sum:
        """The principal logarithm of a sum that is not 0; `logarithm` is an R with exp R = item, if one is
        known."""
        if item.is_zero:
            raise ZeroDivisionError
        known = None if logarithm is None else self.without_turns(logarithm)
        if known is not None and self.in_strip(known):
            return known
        if known is None:
            self.need_nonzero(item)
        single = item.single()
        if single is None:
            if known is None:
                return self._ln_of_sum(item)
        else:
            found = self._ln_of_term(*single)
            if known is None and single[0].kernel() is not None and single[1] == ONE:
                return found
            if known is None or self.in_strip(found):
                known = found
        assert known is not None
        if self.in_strip(known):
            return known
        count = self.decide(item, known) if item.closed and known.closed else None
        if count is not None:
            return self.add(known, self.pi_times(Gauss(Fraction(0), Fraction(2 * count))))
        turns = self.kernel("turns", argument=item, result=known)
        monomial = self.monomial(((self.pi, 1), (turns, 1)))
        return self.add(known, self.collect([(monomial, Gauss(Fraction(0), Fraction(2)))]))

    def plain_ln(self, item: Sum) -> Sum:
        """The logarithm as a kernel, whatever the sum is."""
        return self.of(self.kernel("ln", argument=item))

    def _ln_of_sum(self, item: Sum) -> Sum:
        first = item.terms[0][1]
        size = abs(first.re) if not first.im else abs(first.im) if not first.re else Fraction(1)
        if size == 1:
            return self.plain_ln(item)
        rest = self.plain_ln(self.scale(item, Gauss(1 / size)))
        return self.add(self.logarithm_of_number(Gauss(size)), rest)

    def _ln_of_term(self, monomial: Monomial, coefficient: Gauss) -> Sum:
        """An R with exp R the term."""
        total = self.logarithm_of_number(coefficient)
        if monomial.exponent is not None:
            total = self.add(total, monomial.exponent)
        for kernel, count in monomial.powers:
            if kernel.kind == "base":
                assert kernel.argument is not None
                inner = self._ln_of_sum(kernel.argument)
            else:
                inner = self.plain_ln(self.of(kernel))
            total = self.add(total, inner, Gauss(Fraction(count)))
        return self.without_turns(total)

    def logarithm_of_number(self, value: Gauss) -> Sum:
        """The principal logarithm of a number, by its prime factors."""
        if value.re and value.im:
            return self.plain_ln(self.number(value))
        size = value.re or value.im
        total: list[Sum] = []
        for part, sign in ((abs(size.numerator), 1), (size.denominator, -1)):
            for prime, count in _factors(part):
                kernel = self.plain_ln(self.number(prime))
                total.append(self.scale(kernel, Gauss(Fraction(sign * count))))
        angle = (HALF if value.im > 0 else -HALF) if value.im else Fraction(value.re < 0)
        if angle:
            total.append(self.pi_times(Gauss(Fraction(0), angle)))
        return self.collect(term for item in total for term in item.terms)

    def without_turns(self, item: Sum) -> Sum:
        """Without multiples of 2πi n for the integers n that are kernels."""
        if not any(_is_turn(m) for m, _ in item.terms):
            return item
        kept = []
        for monomial, number in item.terms:
            if _is_turn(monomial) and not number.re:
                number = Gauss(number.re, number.im % 2)
            kept.append((monomial, number))
        return self.collect(kept)

    # Proofs.

    def in_strip(self, item: Sum) -> bool:
        """Whether -π < Im ≤ π is proved, or |Im| < π where values are rounded."""
        return item.serial in self.adopted or item.facts.im <= (PRINCIPAL if self.exact else INNER)

    def need_nonzero(self, item: Sum) -> None:
        """Note what has to be nonzero for an item to be so, as far as it is not proved."""
        if item.facts.nonzero:
            return
        single = item.single()
        if single is None:
            base = self.primitive(item)[1].argument
            assert base is not None
            if not base.facts.nonzero:
                self.nonzero[item] = None
            return
        for kernel, count in single[0].powers:
            inner = kernel.argument if kernel.kind == "base" else self.of(kernel)
            # What has a negative power is nonzero where the item is defined.
            if count > 0 and inner is not None and not (kernel.facts.nonzero or inner.facts.nonzero):
                self.nonzero[inner] = None

    def imaginary_direction(self, item: Sum) -> tuple[Sum, Fraction] | None:
        """A sum without real terms, scaled to begin with a coefficient of size 1, and the factor."""
        kept = [(m, c) for m, c in item.terms if not (m.facts.real and not c.im)]
        if not kept:
            return None
        first = kept[0][1]
        factor = first.re or first.im
        direction = self.collect((m, c.times(Gauss(1 / factor))) for m, c in kept)
        return direction, factor

    # Facts of what is made.

    def _kernel_facts(self, kernel: Kernel) -> Facts:
        argument = kernel.argument
        if kernel.kind == "variable":
            return self.known.get(kernel.name, Facts())
        if kernel.kind == "pi":
            return Facts(re=exactly(0, 1), im=ZERO)
        if kernel.kind == "turns":
            return Facts(im=ZERO)
        assert argument is not None
        if kernel.kind == "base":
            return argument.facts
        inner = argument.facts
        nonzero = self.subtract(argument, self.one).facts.nonzero
        return Facts(re=inner.re.ln() if inner.positive else ANY, im=inner.arg, nonzero=nonzero)

    def _monomial_facts(self, monomial: Monomial) -> Facts:
        kernel = monomial.kernel()
        if kernel is not None:
            return kernel.facts
        real = all(k.facts.real for k, _ in monomial.powers)
        exponent = monomial.exponent
        re = exactly(1)
        angle = ZERO if exponent is None else exponent.facts.im
        for kernel, count in monomial.powers:
            angle = angle + kernel.facts.arg.scaled(Fraction(count))
            if real:
                factor = kernel.facts.re if count > 0 else kernel.facts.re.inverse()
                re = re * _power(factor, abs(count))
        found = Facts(nonzero=all(k.facts.nonzero or n < 0 for k, n in monomial.powers))
        if real and (exponent is None or exponent.facts.real):
            if exponent is not None:
                re = re * exponent.facts.re.exp()
            found &= Facts(re=re, im=ZERO)
        if angle <= (PRINCIPAL if self.exact else INNER):
            found &= Facts(arg=angle)
        return found

    def _sum_facts(self, item: Sum) -> Facts:
        re, im = ZERO, ZERO
        for monomial, number in item.terms:
            inner = monomial.facts
            re = re + inner.re.scaled(number.re) + inner.im.scaled(-number.im)
            im = im + inner.im.scaled(number.re) + inner.re.scaled(number.im)
        found = Facts(re=re, im=im)
        single = item.single()
        if single is not None:
            inner = single[0].facts
            if single[1].im == 0 and single[1].re > 0:
                found = Facts(re, im, inner.arg, inner.nonzero, inner.off_cut)
            else:
                found = Facts(re, im, nonzero=inner.nonzero)
        if self.directions:
            direction = self.imaginary_direction(item)
            if direction is not None and direction[0] in self.directions:
                found &= Facts(im=self.directions[direction[0]].scaled(direction[1]))
        return found


def _is_turn(monomial: Monomial) -> bool:
    """Whether a monomial is π times an integer kernel."""
    powers = monomial.powers
    return (
        monomial.exponent is None
        and len(powers) == 2
        and all(count == 1 for _, count in powers)
        and {kernel.kind for kernel, _ in powers} == {"pi", "turns"}
    )


def _power(interval: Interval, count: int) -> Interval:
    result = exactly(1)
    for _ in range(min(count, 8)):
        result = result * interval
    return result if count <= 8 else ANY


def _factors(value: int) -> list[tuple[int, int]]:
    """Prime factors below 1000 with their powers, and what is left."""
    found: list[tuple[int, int]] = []
    for prime in _SMALL_PRIMES:
        count = 0
        while value % prime == 0:
            value //= prime
            count += 1
        if count:
            found.append((prime, count))
        if value == 1:
            break
    return [*found, (value, 1)] if value > 1 else found
