"""Functions of the basis in normal forms, by their definitions."""

from dataclasses import dataclass
from fractions import Fraction

from calculus.eml.expressions.normal.algebra import Algebra
from calculus.eml.expressions.normal.sums import MINUS, ONE, Gauss, I, Kernel, Monomial, Sum

_HALF = Gauss(Fraction(1, 2))
_TWO = Gauss(Fraction(2))
_TURNED = {
    "cosh": (ONE, "cos"),
    "sinh": (I, "sin"),
    "tanh": (I, "tan"),
    "arsinh": (I, "arcsin"),
    "artanh": (I, "arctan"),
}
"""f(iy) = factor · g(y)."""


@dataclass(frozen=True, slots=True)
class Piece:
    """coefficient · monomial · function(argument), or divided by that function if `inverted`."""

    coefficient: Gauss
    monomial: Monomial
    function: str | None
    argument: Sum
    inverted: bool = False


def as_imaginary(algebra: Algebra, function: str, argument: Sum) -> tuple[Gauss, str, Sum] | None:
    """For an argument all of whose coefficients are imaginary: the factor, function and argument."""
    if function not in _TURNED or not argument.terms or any(c.re for _, c in argument.terms):
        return None
    factor, name = _TURNED[function]
    turned = algebra.scale(argument, I.inverse())
    if is_negative(turned):
        turned = algebra.scale(turned, MINUS)
        factor = factor if name == "cos" else factor.times(MINUS)
    return factor, name, turned


def is_odd(function: str) -> bool:
    """Whether f(-x) = -f(x) everywhere, on the cuts too."""
    return function in ("sinh", "tanh", "arsinh", "artanh")


def is_negative(item: Sum) -> bool:
    """Whether the first coefficient is."""
    first = item.terms[0][1]
    return (first.re or first.im) < 0


def pairs(algebra: Algebra, terms: list[tuple[Monomial, Gauss]]) -> list[Piece]:
    """Terms as they are, but e^S ± e^-S with the same factors as 2 cosh S and 2 sinh S."""
    left = dict(terms)
    pieces: list[Piece] = []
    for monomial, coefficient in terms:
        if monomial not in left:
            continue
        del left[monomial]
        exponent = monomial.exponent
        if exponent is not None:
            opposite = algebra.scale(exponent, MINUS)
            partner = algebra.monomial(monomial.powers, opposite)
            other = left.get(partner)
            if other is not None and other in (coefficient, coefficient.times(MINUS)):
                del left[partner]
                function = "cosh" if other == coefficient else "sinh"
                coefficient = coefficient.times(_TWO)
                if is_negative(exponent):
                    exponent = opposite
                    coefficient = coefficient if function == "cosh" else coefficient.times(MINUS)
                pieces.append(Piece(coefficient, algebra.monomial(monomial.powers), function, exponent))
                continue
        pieces.append(Piece(coefficient, monomial, None, algebra.zero))
    return pieces


def quotient(algebra: Algebra, terms: list[tuple[Monomial, Gauss]], below: Monomial) -> Piece | None:
    """σ, tanh, 1/cosh and 1/sinh among quotients by 1 ± e^S."""
    if len(below.powers) != 1 or below.powers[0][1] != -1:
        return None
    base = below.powers[0][0].argument
    assert base is not None
    exponent, sign = _one_and_exponential(base)
    if exponent is None:
        return None
    whole = algebra.collect(terms)
    raised = algebra.collect([(algebra.monomial((), exponent), ONE)])
    for factor, coefficient in _common(algebra, whole):
        numerator = algebra.multiply(whole, algebra.power(algebra.collect([(factor, coefficient)]), -1))
        half = algebra.scale(exponent, _HALF)
        if sign > 0 and numerator is algebra.one:
            return Piece(coefficient, factor, "sigma", algebra.scale(exponent, MINUS))
        if sign > 0 and numerator is raised:
            return Piece(coefficient, factor, "sigma", exponent)
        if numerator is algebra.exp(half):
            function, size = ("cosh", _HALF) if sign > 0 else ("sinh", _HALF.times(MINUS))
            return Piece(coefficient.times(size), factor, function, half, inverted=True)
        if numerator is algebra.subtract(algebra.one, raised) and sign > 0:
            return Piece(coefficient.times(MINUS), factor, "tanh", half)
        if numerator is algebra.add(algebra.one, raised) and sign < 0:
            return Piece(coefficient.times(MINUS), factor, "tanh", half, inverted=True)
    return None


def centred(algebra: Algebra, piece: Piece, whole: list[tuple[Monomial, Gauss]]) -> Piece:
    """2c σ(S) with -c among the whole terms, from which it is taken, as c tanh(S/2)."""
    if piece.function == "sigma":
        coefficient = piece.coefficient.times(_HALF)
        partner = (piece.monomial, coefficient.times(MINUS))
        if partner in whole:
            whole.remove(partner)
            return Piece(coefficient, piece.monomial, "tanh", algebra.scale(piece.argument, _HALF))
    return piece


def _common(algebra: Algebra, item: Sum) -> list[tuple[Monomial, Gauss]]:
    """Factors worth dividing a numerator by: those of its terms without their exponentials."""
    return [(algebra.monomial(m.powers), c) for m, c in item.terms[:2]]


def _one_and_exponential(base: Sum) -> tuple[Sum | None, int]:
    """S and the sign of 1 ± e^S, if a sum is that."""
    if len(base.terms) != 2:
        return None, 0
    plain = [c for m, c in base.terms if m.is_one]
    other = [(m, c) for m, c in base.terms if not m.is_one]
    if plain != [ONE] or other[0][0].powers or other[0][1] not in (ONE, MINUS):
        return None, 0
    return other[0][0].exponent, 1 if other[0][1] == ONE else -1


def inverse_functions(algebra: Algebra, item: Sum) -> tuple[list[Piece], Sum]:
    """The inverse functions in a sum, and what else there is."""
    one = algebra.monomial(())
    pieces: list[Piece] = []
    logarithms = [(m, c) for m, c in item.terms if (k := m.kernel()) is not None and k.kind == "ln"]
    rest = item
    for monomial, coefficient in logarithms:
        kernel = monomial.kernel()
        assert kernel is not None
        found = _arsinh_or_arcosh(algebra, kernel)
        if found is not None:
            function, argument, weight = found
            rest = algebra.subtract(rest, algebra.collect([(monomial, coefficient)]))
            shift = algebra.scale(algebra.logarithm_of_number(weight), coefficient)
            rest = algebra.add(rest, shift)
            pieces.append(Piece(coefficient, one, function, argument))
    pairs = [(m, c) for m, c in rest.terms if (k := m.kernel()) is not None and k.kind == "ln"]
    for index, (monomial, coefficient) in enumerate(pairs):
        for other, opposite in pairs[index + 1 :]:
            if opposite == coefficient.times(MINUS) and dict(rest.terms).get(monomial) == coefficient:
                half = _artanh(algebra, monomial, other)
                if half is not None and dict(rest.terms).get(other) == opposite:
                    gone = algebra.collect([(monomial, coefficient), (other, opposite)])
                    rest = algebra.subtract(rest, gone)
                    pieces.append(Piece(coefficient.times(_TWO), one, "artanh", half))
    return _arccos(algebra, pieces, rest)


def _arccos(algebra: Algebra, pieces: list[Piece], rest: Sum) -> tuple[list[Piece], Sum]:
    """π/2 - arcsin x as arccos x."""
    turn = algebra.monomial(((algebra.pi, 1),))
    found: list[Piece] = []
    for piece in pieces:
        turned = as_imaginary(algebra, piece.function or "", piece.argument)
        if turned is not None and turned[1] == "arcsin":
            coefficient = piece.coefficient.times(turned[0]).times(MINUS)
            if dict(rest.terms).get(turn) == coefficient.times(_HALF):
                quarter = algebra.collect([(turn, coefficient.times(_HALF))])
                rest = algebra.subtract(rest, quarter)
                piece = Piece(coefficient, piece.monomial, "arccos", turned[2])
        found.append(piece)
    return found, rest


def _arsinh_or_arcosh(algebra: Algebra, kernel: Kernel) -> tuple[str, Sum, Gauss] | None:
    """For ln(w U + w √(U² + 1)), or the like of arcosh: the function, U and the positive w."""
    argument = kernel.argument
    assert argument is not None
    for monomial, weight in argument.terms:
        exponent = monomial.exponent
        if exponent is None or monomial.powers or weight.im or weight.re <= 0 or len(argument.terms) < 2:
            continue
        inner: list[Sum] = []
        for factor, coefficient in exponent.terms:
            logarithm = factor.kernel()
            if logarithm is None or logarithm.kind != "ln" or coefficient != _HALF:
                break
            assert logarithm.argument is not None
            inner.append(logarithm.argument)
        else:
            rest = algebra.subtract(argument, algebra.collect([(monomial, weight)]))
            value = algebra.scale(rest, weight.inverse())
            if len(inner) == 2 and _is_positive_number(algebra.add(inner[0], inner[1])):
                # The angles of two such numbers have different signs, so that √P √Q = √(PQ).
                inner = [algebra.multiply(inner[0], inner[1])]
            if len(inner) == 1 and algebra.add(algebra.multiply(value, value), algebra.one) is inner[0]:
                return "arsinh", value, weight
            shifted = {algebra.add(value, algebra.one), algebra.subtract(value, algebra.one)}
            if len(inner) == 2 and set(inner) == shifted:
                return "arcosh", value, weight
    return None


def _is_positive_number(item: Sum) -> bool:
    value = item.number()
    return value is not None and not value.im and value.re > 0


def _artanh(algebra: Algebra, above: Monomial, below: Monomial) -> Sum | None:
    """U, if the two are ln(1 + U) and ln(1 - U)."""
    first, second = above.kernel(), below.kernel()
    assert first is not None and second is not None
    assert first.argument is not None and second.argument is not None
    if algebra.add(first.argument, second.argument) is not algebra.number(2):
        return None
    found = algebra.subtract(first.argument, algebra.one)
    return found if found.number() is None else None
