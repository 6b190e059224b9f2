"""Complex exponential and logarithm of one point, without branches. Imports numpy and Numba only.

LLVM turns a loop over them into vector instructions. Each returns its value and whether the argument is
*unusual*: then the value means nothing, and `exceptional` has to compute it. Every step is one IEEE operation
or fused multiply-add, so that values depend on nothing but the argument, not on its neighbours.

Errors: below 1 ulp for `exp_real`, below 1.5 ulp for each part of the others (see `tests/kernel/
test_eml_arrays.py`, which measures them), also where |z| is close to 1 and the logarithm to 0.
"""

from typing import Any

import numpy as np
from numba import njit, types
from numba.extending import intrinsic

I64 = np.int64

# Without the runtime's reference counts, which would be kept of all arrays at all calls.
flags: Any = {"nogil": True, "error_model": "numpy", "_nrt": False}
inline: Any = flags | {"forceinline": True}

MAGIC = 6755399441055744.0
"""1.5 * 2^52: a small number added to it is rounded to an integer, which its low bits hold."""
SIGN = -0x8000000000000000
ONE = 0x3FF0000000000000
"""The bits of 1.0."""

MOST_EXPONENT = 708.0
"""Of larger arguments, of either sign, the exponential may not be a normal number."""
MOST_ANGLE = 1048576.0
"""Of larger ones π/2 in three parts is not exact enough."""
LEAST_ABS, MOST_ABS = 2.0**-500, 2.0**500
"""Between them squares and their rounding errors neither underflow nor overflow."""
NEAR_ZERO = 2.0**-48
"""A sum of two squares, less 1, may be wrong in its last bits when it is smaller."""

LOG2_E = 1.4426950408889634
# log 2 in two parts, the first with zeros at its end: its products with exponents are exact (fdlibm).
LN2_HIGH = 6.93147180369123816490e-01
LN2_LOW = 1.90821492927058770002e-10
TWO_OVER_PI = 0.6366197723675814
# π/2 in three parts, π/4 in two: each the nearest number to what those before it leave.
HALF_PI_1, HALF_PI_2, HALF_PI_3 = 1.5707963267948966, 6.123233995736766e-17, -1.4973849048591698e-33
QUARTER_PI_HIGH, QUARTER_PI_LOW = 0.7853981633974483, 3.061616997868383e-17
TAN_EIGHTH_PI = 0.41421356237309503

# (exp r - 1 - r) / r² for |r| ≤ (log 2)/2: interpolated at Chebyshev points with 60 digits; error of
# exp r 1.3e-17.
E0, E1, E2, E3, E4 = (
    0.5,
    0.16666666666666669,
    0.04166666666662399,
    0.008333333333330051,
    0.0013888888917281794,
)
E5, E6, E7 = 0.00019841269863105968, 2.480152119021773e-05, 2.7557268378684192e-06
E8, E9 = 2.7620138719733994e-07, 2.5100424157005067e-08
# sin and cos for |r| ≤ π/4: fdlibm's minimax S1…S6 and C1…C6.
S1, S2, S3 = -1.66666666666666324348e-01, 8.33333333332248946124e-03, -1.98412698298579493134e-04
S4, S5, S6 = 2.75573137070700676789e-06, -2.50507602534068634195e-08, 1.58969099521155010221e-10
C1, C2, C3 = 4.16666666666666019037e-02, -1.38888888888741095749e-03, 2.48015872894767294178e-05
C4, C5, C6 = -2.75573143513906633035e-07, 2.08757232129817482790e-09, -1.13596475577881948265e-11
# log (1+s)/(1-s) for |s| ≤ 0.1716: fdlibm's minimax Lg1…Lg7.
L1, L2, L3 = 6.666666666666735130e-01, 3.999999999940941908e-01, 2.857142874366239149e-01
L4, L5, L6 = 2.222219843214978396e-01, 1.818357216161805012e-01, 1.531383769920937332e-01
L7 = 1.479819860511658591e-01
# (atan t - t) / t³ in t² for |t| ≤ tan π/8: interpolated as above; error of atan t 5.5e-18 t.
A0, A1, A2 = -0.3333333333333333, 0.1999999999999548, -0.1428571428465789
A3, A4, A5 = 0.11111111014560839, -0.09090904549877533, 0.07692182534952383
A6, A7, A8 = -0.0666450221335991, 0.058580687368012425, -0.0508503038794087
A9, A10 = 0.03921954950592892, -0.019162065212984043


def _fma(typing, a, b, c):  # type: ignore[no-untyped-def]
    """a*b + c, rounded once: an instruction where the processor has it."""

    def generate(context, builder, signature, arguments):  # type: ignore[no-untyped-def]
        return builder.fma(*arguments)

    return types.float64(types.float64, types.float64, types.float64), generate


def _bits(typing, number):  # type: ignore[no-untyped-def]
    """The bits of a float64."""

    def generate(context, builder, signature, arguments):  # type: ignore[no-untyped-def]
        return builder.bitcast(arguments[0], context.get_value_type(types.int64))

    return types.int64(types.float64), generate


def _from_bits(typing, word):  # type: ignore[no-untyped-def]
    """The float64 of some bits."""

    def generate(context, builder, signature, arguments):  # type: ignore[no-untyped-def]
        return builder.bitcast(arguments[0], context.get_value_type(types.float64))

    return types.float64(types.int64), generate


fma: Any = intrinsic(_fma)
bits: Any = intrinsic(_bits)
from_bits: Any = intrinsic(_from_bits)


@njit(**inline)
def exp_real(x):  # type: ignore[no-untyped-def]
    """exp x = 2^n exp r."""
    t = fma(x, LOG2_E, MAGIC)
    n = t - MAGIC
    r = fma(n, -LN2_LOW, fma(n, -LN2_HIGH, x))
    z = r * r
    z2 = z * z
    low = fma(fma(E3, r, E2), z, fma(E1, r, E0))
    high = fma(fma(E9, r, E8), z2, fma(fma(E7, r, E6), z, fma(E5, r, E4)))
    y = 1.0 + fma(fma(high, z2, low), z, r)
    return from_bits(bits(y) + (bits(t) << 52)), I64(not abs(x) < MOST_EXPONENT)


@njit(**inline)
def sine_cosine(x):  # type: ignore[no-untyped-def]
    """sin x and cos x: those of r = |x| - n π/2, exchanged and negated by the quadrant n. sin -0 is -0."""
    size = abs(x)
    t = fma(size, TWO_OVER_PI, MAGIC)
    n = t - MAGIC
    r = fma(n, -HALF_PI_3, fma(n, -HALF_PI_2, fma(n, -HALF_PI_1, size)))
    z = r * r
    z2 = z * z
    z4 = z2 * z2
    s = fma(fma(S6, z, S5), z4, fma(fma(S4, z, S3), z2, fma(S2, z, S1)))
    c = fma(fma(C6, z, C5), z4, fma(fma(C4, z, C3), z2, fma(C2, z, C1)))
    sine = fma(r * z, s, r)
    cosine = fma(z, fma(z, c, -0.5), 1.0)
    quadrant = bits(t)
    odd = quadrant & 1 != 0
    first = cosine if odd else sine
    second = sine if odd else cosine
    return (
        from_bits(bits(first) ^ ((quadrant & 2) << 62 ^ (bits(x) & SIGN))),
        from_bits(bits(second) ^ (((quadrant + 1) & 2) << 62)),
        I64(not size < MOST_ANGLE),
    )


@njit(**inline)
def exp_parts(x, y):  # type: ignore[no-untyped-def]
    """exp(x + iy): real part, imaginary part, unusual."""
    factor, large = exp_real(x)
    sine, cosine, far = sine_cosine(y)
    return factor * cosine, factor * sine, large | far


@njit(**inline)
def half_log(high, low):  # type: ignore[no-untyped-def]
    """log(high + low) / 2, where high is normal and low at most an ulp or two of it; and m - 1 for
    high + low = 2^k m.
    """
    shift = ((bits(high) - 0x3FE6A09E667F3BCD) >> 52) << 52
    m = from_bits(bits(high) - shift)
    k = from_bits((shift >> 52) + 0x4338000000000000) - MAGIC
    f = fma(from_bits(ONE - shift), low, m - 1.0)
    s = f / (2.0 + f)
    z = s * s
    w = z * z
    series = z * fma(fma(L7, w, fma(L6, z, L5)), w * w, fma(fma(L4, z, L3), w, fma(L2, z, L1)))
    half_square = 0.5 * f * f
    tail = fma(s, half_square + series, k * LN2_LOW)
    return 0.5 * fma(k, LN2_HIGH, f - (half_square - tail)), f


@njit(**inline)
def log_real(x):  # type: ignore[no-untyped-def]
    """log |x|, and whether it is unusual; the same as `log_parts` gives for x ± 0i."""
    u = abs(x)
    high = u * u
    value, _ = half_log(high, fma(u, u, -high))
    return value, I64(not u < MOST_ABS) | I64(u < LEAST_ABS)


@njit(**inline)
def log_parts(x, y):  # type: ignore[no-untyped-def]
    """log(x + iy): real part, imaginary part, unusual."""
    across = abs(x)
    up = abs(y)
    steep = up > across
    u = up if steep else across
    v = across if steep else up

    # x² + y² in two numbers, so that the logarithm keeps its digits where they are close to 1.
    p = u * u
    q = v * v
    high = p + q
    low = (q - (high - p)) + (fma(u, u, -p) + fma(v, v, -q))
    real, f = half_log(high, low)
    unusual = I64(not u < MOST_ABS) | I64(u < LEAST_ABS) | (I64(abs(f) < NEAR_ZERO) & I64(v > 0.0))

    # The angle is k π/4 plus or minus the arctangent of t, |t| ≤ tan π/8.
    wide = v > TAN_EIGHTH_PI * u
    t = (v - u if wide else v) / (v + u if wide else u)
    z = t * t
    z2 = z * z
    z4 = z2 * z2
    low_series = fma(fma(A3, z, A2), z2, fma(A1, z, A0))
    high_series = fma(fma(A10, z, A9), z4, fma(fma(A8, z, A7), z2, fma(A6, z, A5)))
    series = fma(fma(high_series, z, A4), z4, low_series)
    angle = fma(t * z, series, t)
    left = bits(x) < 0
    k = 2.0 if steep else (4.0 if left else 0.0)
    turn = -1.0 if steep != left else 1.0
    k = fma(turn, 1.0 if wide else 0.0, k)
    angle = fma(k, QUARTER_PI_HIGH, fma(k, QUARTER_PI_LOW, turn * angle))
    return real, from_bits(bits(angle) | (bits(y) & SIGN)), unusual
