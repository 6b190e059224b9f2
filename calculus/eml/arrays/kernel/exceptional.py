"""Complex exponential and logarithm of points that `elementary` calls unusual. Imports numpy and Numba only.

Right for all arguments: Annex G of the C standard for zeros, infinities and what is no number; values that
overflow or underflow on the way; angles of any size; |z| very close to 1.
"""

import math

from numba import njit

from calculus.eml.arrays.kernel.elementary import bits, flags, fma, from_bits

LARGE = 709.0
EXP_LARGE = math.exp(LARGE)
LN2 = math.log(2.0)
EXPONENT = 0x7FF


@njit(**flags)
def exceptional_exp(x, y):  # type: ignore[no-untyped-def]
    """exp(x + iy)."""
    if y == 0.0:
        return math.exp(x), y
    if math.isnan(x):
        return math.nan, math.nan
    if not abs(y) < math.inf:
        if abs(x) < math.inf:
            return math.nan, math.nan
        return (math.inf, math.nan) if x > 0.0 else (0.0, math.copysign(0.0, y))
    cosine = math.cos(y)
    sine = math.sin(y)
    if x == math.inf:
        return math.copysign(x, cosine), math.copysign(x, sine)
    # The products may be finite where the exponential of the real part is not.
    for _ in range(2):
        if x > LARGE:
            x -= LARGE
            cosine *= EXP_LARGE
            sine *= EXP_LARGE
    factor = math.exp(x)
    return factor * cosine, factor * sine


@njit(**flags)
def exceptional_log(x, y):  # type: ignore[no-untyped-def]
    """log(x + iy)."""
    u = max(abs(x), abs(y))
    v = min(abs(x), abs(y))
    angle = math.atan2(y, x)
    if abs(x) == math.inf or abs(y) == math.inf:
        return math.inf, angle
    if math.isnan(x) or math.isnan(y):
        return math.nan, math.nan
    if u == 0.0:
        return -math.inf, angle
    if 0.5 < u < 2.0:
        return 0.5 * math.log1p(_less_one(u, v)), angle
    # Powers of two are taken out of both parts, exactly where it matters: u is to lie in [1, 2).
    k = 0
    if u < 2.0**-1000:
        u *= 2.0**60
        v *= 2.0**60
        k = -60
    exponent = (bits(u) >> 52 & EXPONENT) - 1023
    # Of the scale in two halves, since 2^1023 and 2^-1023 are not both normal.
    half = exponent >> 1
    first = from_bits((1023 - half) << 52)
    second = from_bits((1023 - (exponent - half)) << 52)
    u = u * first * second
    v = v * first * second
    return (k + exponent) * LN2 + 0.5 * math.log(u * u + v * v), angle


@njit(**flags)
def _less_one(u, v):  # type: ignore[no-untyped-def]
    """u² + v² - 1 for u ≥ v; the first two differences are exact where digits are lost."""
    p = u * u
    q = v * v
    a = fma(u, u, -p)
    b = fma(v, v, -q)
    errors = a + b
    rest = (a - (errors - (errors - a))) + (b - (errors - a))
    return (((p - 1.0) + q) + errors) + rest
