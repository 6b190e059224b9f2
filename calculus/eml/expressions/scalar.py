"""The functions of the basis on complex128 scalars, total: where Python raises, C's infinities and NaNs come
back. Signs of zeros are honoured, so each side of a cut has its own value, as in C99 (Annex G) and NumPy.
"""

import cmath
import math
from collections.abc import Callable

INFINITY = math.inf
NAN = math.nan


def exp(z: complex) -> complex:
    """exp z; overflow gives infinities with the signs that the angle gives them."""
    try:
        return cmath.exp(z)
    except OverflowError:
        try:
            half = math.exp(z.real / 2)
        except OverflowError:
            half = INFINITY
        # In two steps, since one part may be in range although exp(Re z) is not.
        parts = [part and (half * part) * half for part in (math.cos(z.imag), math.sin(z.imag))]
        return complex(*parts)
    except ValueError:
        return complex(INFINITY, NAN) if z.real == INFINITY else complex(NAN, NAN)


def ln(z: complex) -> complex:
    """The principal logarithm; of ±0 ± 0i it is -∞ with the angle of that zero."""
    if z == 0:
        return complex(-INFINITY, math.atan2(z.imag, z.real))
    return cmath.log(z)


def divide(a: complex, b: complex) -> complex:
    """a/b; a nonzero number by zero is infinite."""
    if b == 0:
        infinite = math.copysign(INFINITY, b.real)
        return complex(infinite * a.real, infinite * a.imag)
    return a / b


def power(a: complex, b: complex) -> complex:
    """exp(b ln a); 1 for b = 0, and 0 or infinite for a = 0."""
    if b == 0:
        return 1 + 0j
    if a == 0:
        return 0j if b.real > 0 else complex(INFINITY, 0) if b.imag == 0 else complex(NAN, NAN)
    try:
        return a**b
    except (OverflowError, ZeroDivisionError):
        return exp(b * ln(a))


def hypot(a: complex, b: complex) -> complex:
    """sqrt(a² + b²), without overflow or underflow on the way."""
    if a.imag == 0 and b.imag == 0:
        return complex(math.hypot(a.real, b.real), 0)
    largest = max(abs(part) for z in (a, b) for part in (z.real, z.imag))
    if not 0 < largest < INFINITY:
        return cmath.sqrt(a * a + b * b)
    # Powers of two scale exactly; the largest part comes to lie between 1/2 and 1.
    shift = math.frexp(largest)[1]
    a, b = (complex(math.ldexp(z.real, -shift), math.ldexp(z.imag, -shift)) for z in (a, b))
    root = cmath.sqrt(a * a + b * b)
    return complex(_scaled(root.real, shift), _scaled(root.imag, shift))


def _scaled(value: float, shift: int) -> float:
    try:
        return math.ldexp(value, shift)
    except OverflowError:
        return math.copysign(INFINITY, value)


def sigma(z: complex) -> complex:
    """1/(1 + exp(-z)), for z < 0 by exp(z), which cannot overflow."""
    if z.real < 0:
        rising = exp(z)
        return divide(rising, 1 + rising)
    return divide(1 + 0j, 1 + exp(-z))


def sinh(z: complex) -> complex:
    try:
        return cmath.sinh(z)
    except OverflowError:
        grown = exp(complex(abs(z.real) - math.log(2), z.imag))
        return complex(math.copysign(1, z.real) * grown.real, grown.imag)
    except ValueError:
        return complex(z.real if z.real == 0 or math.isinf(z.real) else NAN, NAN)


def cosh(z: complex) -> complex:
    try:
        return cmath.cosh(z)
    except OverflowError:
        grown = exp(complex(abs(z.real) - math.log(2), z.imag))
        return complex(grown.real, math.copysign(1, z.real) * grown.imag)
    except ValueError:
        return complex(INFINITY if math.isinf(z.real) else NAN, 0 if z.real == 0 else NAN)


def sin(z: complex) -> complex:
    turned = sinh(complex(-z.imag, z.real))
    return complex(turned.imag, -turned.real)


def cos(z: complex) -> complex:
    return cosh(complex(-z.imag, z.real))


def tan(z: complex) -> complex:
    return _partial(cmath.tan, z)


def tanh(z: complex) -> complex:
    return _partial(cmath.tanh, z)


def artanh(z: complex) -> complex:
    if z.imag == 0 and abs(z.real) == 1:
        return complex(math.copysign(INFINITY, z.real), z.imag)
    return cmath.atanh(z)


def arctan(z: complex) -> complex:
    turned = artanh(complex(-z.imag, z.real))
    return complex(turned.imag, -turned.real)


def _partial(function: Callable[[complex], complex], z: complex) -> complex:
    try:
        return function(z)
    except ValueError:
        return complex(NAN, NAN)
