"""Exact values as far as they are seen: sums of exponentials with rational coefficients.

A `Form` is a sum of rational multiples of *keys*: exponentials of forms (1 is the exponential of the
empty form), logarithms of forms, symbols (numbers of which only a name is known), and the half-turn iπ. Equal
forms are the same number, and the empty form is 0, so cancellation such as (e - ln x) - e = -ln x, or
exp(ln x + ln y) = xy, is exact. Numbers with different forms may be equal all the same.

Forms are interned in a `Forms`, so equality is identity. A form that would grow beyond bounds is None.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil
from typing import Literal

_MOST_TERMS = 24
_MOST_BITS = 600
_MOST_POWER = 8
_MOST_DEPTH = 20
_MOST_FACTORED = 4
_SMALL_PRIMES = [n for n in range(2, 200) if all(n % d for d in range(2, n))]

Kind = Literal["exp", "ln", "symbol", "turn"]


@dataclass(eq=False, slots=True)
class Key:
    """What a coefficient stands before. `real` and `positive` say what is known of the number."""

    kind: Kind
    of: "Form | str | None"
    order: int
    real: bool
    conjugate: "Form | None" = field(default=None, repr=False)
    positive: bool = False


@dataclass(eq=False, slots=True)
class Form:
    """A sum of multiples of keys, in the order in which the keys were made."""

    terms: tuple[tuple[Key, Fraction], ...]
    real: bool = False

    @property
    def is_zero(self) -> bool:
        return not self.terms


class Forms:
    """A table of forms, and the arithmetic on them."""

    def __init__(self) -> None:
        self._keys: dict[tuple[str, object], Key] = {}
        self._forms: dict[tuple[tuple[int, Fraction], ...], Form] = {}
        self._primitives: dict[tuple[int, bool], tuple[Form, Form]] = {}
        self._depth = 0
        self.zero = self._sum({})
        self._unit = self._key("exp", self.zero, True)
        self._turn = self._key("turn", None, False)
        self._turn.conjugate = self.half_turns(Fraction(-1))
        self._ln_pi = self._key("ln", self.symbol("π", True, True), True)
        self.one = self.rational(Fraction(1))

    def rational(self, value: Fraction) -> Form:
        return self._sum({self._unit: value})

    def half_turns(self, count: Fraction) -> Form:
        """iπ times `count`."""
        return self._sum({self._turn: count})

    def symbol(self, name: str, real: bool, positive: bool = False) -> Form:
        """A number of which no more is known."""
        key = self._key("symbol", name, real)
        key.positive = positive
        return self._sum({key: Fraction(1)})

    def of_number(self, parts: Mapping[str, tuple[Fraction, Fraction]]) -> Form | None:
        """The form of a sum of complex multiples of 1, `pi` and `e`."""
        total: Form | None = self.zero
        turned = self.exp(self.half_turns(Fraction(1, 2)))
        bases = {"1": self.one, "pi": self.symbol("π", True, True), "e": self.exp(self.one)}
        for unit, pair in parts.items():
            for value, factor in zip(pair, (self.one, turned), strict=True):
                base = bases[unit]
                made = base and factor and self.product(base, factor)
                total = total and made and self.add(total, made, value)
        return total

    def inverse(self, form: Form) -> Form | None:
        """1/z for a form that is not 0."""
        if len(form.terms) == 1:
            key, value = form.terms[0]
            opposite = self.scaled(self._exponent_of(key), -1)
            made = opposite and self.exp(opposite)
            return made and self.scaled(made, 1 / value)
        return self.exp(self._sum({self._key("ln", form, False): Fraction(-1)}))

    def scaled(self, form: Form, factor: Fraction | int) -> Form | None:
        """factor · form."""
        return self._bounded({key: value * factor for key, value in form.terms})

    def add(self, left: Form, right: Form, factor: Fraction | int = 1) -> Form | None:
        """left + factor · right."""
        total = dict(left.terms)
        for key, value in right.terms:
            total[key] = total.get(key, Fraction(0)) + factor * value
        return self._bounded(total)

    def constant(self, form: Form) -> Fraction | None:
        """The value of a form that is a rational number."""
        if not form.terms:
            return Fraction(0)
        if len(form.terms) == 1 and form.terms[0][0] is self._unit:
            return form.terms[0][1]
        return None

    def positive(self, form: Form) -> bool:
        """Whether the form is seen to be real and positive: a sum of exponentials of real numbers."""
        return bool(form.terms) and all(
            value > 0 and (key.positive or (key.kind == "exp" and key.real)) for key, value in form.terms
        )

    def imaginary(self, form: Form) -> bool:
        """Whether the real part is seen to be 0."""
        conjugate = self._conjugate(form)
        return conjugate is not None and conjugate is self.scaled(form, -1)

    def half_turns_of(self, form: Form) -> Fraction | None:
        """The imaginary part over π, where it is seen: all but a multiple of iπ is real."""
        if form.real:
            return Fraction(0)
        turns = Fraction(0)
        for key, value in form.terms:
            if key is self._turn:
                turns = value
            elif not key.real:
                return None
        return turns

    def exp(self, form: Form) -> Form | None:
        """The exponential. Products of sums are multiplied out, exp(ln z) is z, and exp(iπ) is -1."""
        if self._depth > _MOST_DEPTH:
            return None
        self._depth += 1
        try:
            return self._exp(form)
        finally:
            self._depth -= 1

    def _exp(self, form: Form) -> Form | None:
        coefficient = Fraction(1)
        factors: list[Form] = []
        rest: dict[Key, Fraction] = {}
        for key, value in form.terms:
            whole = value.denominator == 1 and abs(value) <= _MOST_POWER
            if key is self._turn:
                coefficient *= -1 if value // 1 % 2 else 1
                rest[key] = value % 1
            elif key.kind == "ln" and whole and isinstance(key.of, Form):
                constant = self.constant(key.of)
                if constant is not None:
                    coefficient *= constant ** int(value)
                elif len(key.of.terms) == 1:
                    rest[key] = value
                elif value > 0:
                    factors += [key.of] * int(value)
                else:
                    monomial, primitive = self._primitive(key.of, key.real)
                    if primitive is key.of:
                        rest[key] = value
                        continue
                    power = self.exp(self._times(monomial, value))
                    if power is None:
                        return None
                    factors.append(power)
                    rest[self._key("ln", primitive, key.real and monomial.real)] = value
            else:
                rest[key] = value
        result = self._monomial(coefficient, rest)
        for factor in factors:
            result = result and self.product(result, factor)
        return result

    def ln(self, form: Form, side: Literal["positive", "negative", "upper", "lower", "off"]) -> Form | None:
        """The principal logarithm of a form of which is known where it lies.

        `positive` and `negative`: on the real line; `upper` and `lower`: in a half-plane off it; `off`: no
        more than that it is not on the cut.
        """
        if side == "positive":
            return self._ln_of_positive(form)
        if side == "negative":
            opposite = self.scaled(form, -1)
            made = opposite and self._ln_of_positive(opposite)
            return made and self.add(made, self.half_turns(Fraction(1)))
        if (polar := self._ln_polar(form)) is not None:
            return polar
        if side != "off":
            return self._ln_off_real(form, side == "upper")
        content, inner = self._content(form)
        if inner is None:
            return None
        return self.add(self._sum({self._key("ln", inner, False): Fraction(1)}), self._ln_rational(content))

    def ln_of_exp(self, form: Form, count: int | None) -> Form | None:
        """ln(exp(z)) = z - 2πik, with the k that the form tells, else with `count`."""
        turns = self.half_turns_of(form)
        if turns is not None:
            count = ceil((turns - 1) / 2)
        return None if count is None else self.add(form, self.half_turns(Fraction(-2 * count)))

    def _ln_of_positive(self, form: Form) -> Form | None:
        constant = self.constant(form)
        if constant is not None:
            return self._ln_rational(constant)
        content, inner = self._content(form)
        if inner is None:
            return None
        power = self._exponent(inner)
        if power is not None and power.real:
            return self.add(power, self._ln_rational(content))
        key = self._key("ln", inner, True)
        return self.add(self._sum({key: Fraction(1)}), self._ln_rational(content))

    def _ln_off_real(self, form: Form, upper: bool) -> Form | None:
        if (polar := self._ln_polar(form)) is not None:
            return polar
        if form.terms[0][1] < 0:
            opposite = self.scaled(form, -1)
            made = opposite and self._ln_off_real(opposite, not upper)
            return made and self.add(made, self.half_turns(Fraction(1 if upper else -1)))
        content, inner = self._content(form)
        if inner is None:
            return None
        known = len(self._keys)
        key = self._key("ln", inner, False)
        if key.order == known:
            # The logarithm of the conjugate is the conjugate of the logarithm, off the cut.
            other = self._conjugate(inner)
            key.conjugate = other and self._ln_off_real(other, not upper)
        return self.add(self._sum({key: Fraction(1)}), self._ln_rational(content))

    def _ln_polar(self, form: Form) -> Form | None:
        """The logarithm of c·exp(real + iπq), or of a multiple of iπ; None for other forms."""
        if len(form.terms) != 1:
            return None
        key, value = form.terms[0]
        if key is self._turn:
            exponent = self._sum({self._ln_pi: Fraction(1), self._turn: Fraction(1, 2)})
        elif key.kind == "exp" and isinstance(key.of, Form):
            exponent = key.of
        else:
            return None
        turns = self.half_turns_of(exponent)
        if turns is None:
            return None
        angle = turns if value > 0 else turns + 1
        angle -= 2 * ceil((angle - 1) / 2)
        made = self.add(exponent, self.half_turns(angle - turns))
        return made and self.add(made, self._ln_rational(abs(value)))

    def _ln_rational(self, value: Fraction) -> Form:
        """The logarithm of a positive rational, by its small prime factors."""
        total: dict[Key, Fraction] = {}
        for rest, sign in ((value.numerator, 1), (value.denominator, -1)):
            for prime in _SMALL_PRIMES:
                while rest % prime == 0:
                    rest //= prime
                    key = self._key("ln", self.rational(Fraction(prime)), True)
                    total[key] = total.get(key, Fraction(0)) + sign
            if rest != 1:
                key = self._key("ln", self.rational(Fraction(rest)), True)
                total[key] = total.get(key, Fraction(0)) + sign
        return self._sum(total)

    def _content(self, form: Form) -> tuple[Fraction, Form | None]:
        """A common positive factor and what is left, so that ln(2x + 2) and ln(x + 1) differ by ln 2."""
        content = abs(form.terms[0][1])
        return content, self.scaled(form, 1 / content)

    def _primitive(self, form: Form, positive: bool) -> tuple[Form, Form]:
        """f and s with form = exp(f)·s, where s is the same for all multiples of a sum by monomials.

        The first coefficient of s is 1; of a positive number's it may be -1, so that s is positive, too.
        """
        name = id(form), positive
        if name in self._primitives:
            return self._primitives[name]
        # What is asked on the way, of the same sum, is not taken apart.
        self._primitives[name] = self.zero, form
        best: tuple[list[int], Form, Form] | None = None
        for key, _ in form.terms if len(form.terms) <= _MOST_FACTORED else ():
            exponent = self._exponent_of(key)
            divisor = self.exp(self._times(exponent, -1))
            divided = divisor and self.product(form, divisor)
            if not divided:
                continue
            first = divided.terms[0][1]
            size = abs(first) if positive else first
            factor = self.add(exponent, self._ln_rational(abs(size)))
            whole = factor and self.add(factor, self.half_turns(Fraction(0 if size > 0 else 1)))
            rank = [item.order for item, _ in divided.terms]
            if whole is not None and (best is None or rank < best[0]):
                best = (rank, whole, self._times(divided, 1 / size))
        if best:
            self._primitives[name] = best[1], best[2]
            self._primitives[id(best[2]), positive] = self.zero, best[2]
        return self._primitives[name]

    def _times(self, form: Form, factor: Fraction | int) -> Form:
        return self._sum({key: value * factor for key, value in form.terms})

    def _exponent(self, form: Form) -> Form | None:
        """f for the form exp(f)."""
        key, value = form.terms[0]
        single = len(form.terms) == 1 and value == 1 and key.kind == "exp"
        return key.of if single and isinstance(key.of, Form) else None

    def _monomial(self, coefficient: Fraction, exponent: Mapping[Key, Fraction]) -> Form | None:
        """coefficient · exp(exponent), where exp(ln z) is z."""
        inner = self._bounded(exponent)
        if inner is None:
            return None
        if len(inner.terms) == 1:
            key, value = inner.terms[0]
            if key.kind == "ln" and value == 1 and isinstance(key.of, Form):
                return self.scaled(key.of, coefficient)
        if dict(inner.terms) == {self._turn: Fraction(1, 2), self._ln_pi: Fraction(1)}:
            return self.half_turns(coefficient)
        known = len(self._keys)
        made = self._key("exp", inner, inner.real)
        if made.order == known and not made.real:
            other = self._conjugate(inner)
            made.conjugate = other and self.exp(other)
        return self._bounded({made: coefficient})

    def product(self, left: Form, right: Form) -> Form | None:
        """left · right, multiplied out."""
        if len(left.terms) * len(right.terms) > _MOST_TERMS:
            return None
        total: dict[Key, Fraction] = {}
        for key, value in left.terms:
            for other, factor in right.terms:
                logarithm = self.add(self._exponent_of(key), self._exponent_of(other))
                made = logarithm and self.exp(logarithm)
                if not made:
                    return None
                for item, coefficient in made.terms:
                    total[item] = total.get(item, Fraction(0)) + value * factor * coefficient
        return self._bounded(total)

    def _exponent_of(self, key: Key) -> Form:
        """A form of which the key is the exponential; for a product, any branch of the logarithm does."""
        if key.kind == "exp" and isinstance(key.of, Form):
            return key.of
        if key is self._turn:
            return self._sum({self._turn: Fraction(1, 2), self._ln_pi: Fraction(1)})
        logarithm = self._key("ln", self._sum({key: Fraction(1)}), key.positive)
        return self._sum({logarithm: Fraction(1)})

    def _key(self, kind: Kind, of: Form | str | None, real: bool) -> Key:
        name = (kind, of if isinstance(of, str) else id(of))
        found = self._keys.get(name)
        if found is None:
            found = self._keys[name] = Key(kind, of, len(self._keys), real)
        return found

    def _conjugate(self, form: Form) -> Form | None:
        """The complex conjugate, where it is seen."""
        total: dict[Key, Fraction] = {}
        for key, value in form.terms:
            if key.real:
                total[key] = total.get(key, Fraction(0)) + value
            elif key.conjugate is None:
                return None
            else:
                for other, factor in key.conjugate.terms:
                    total[other] = total.get(other, Fraction(0)) + value * factor
        return self._bounded(total)

    def _bounded(self, total: Mapping[Key, Fraction]) -> Form | None:
        if len(total) > _MOST_TERMS:
            return None
        for value in total.values():
            if value.numerator.bit_length() + value.denominator.bit_length() > _MOST_BITS:
                return None
        return self._sum(total)

    def _sum(self, total: Mapping[Key, Fraction]) -> Form:
        terms = tuple(sorted(((k, v) for k, v in total.items() if v), key=lambda term: term[0].order))
        name = tuple((id(key), value) for key, value in terms)
        found = self._forms.get(name)
        if found is None:
            found = self._forms[name] = Form(terms)
            found.real = all(key.real for key, _ in terms) or self._conjugate(found) is found
        return found
