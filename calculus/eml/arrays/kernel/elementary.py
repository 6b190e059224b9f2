"""Complex exponential and logarithm of one point, without branches. Imports numpy and Numba only.

LLVM turns a loop over them into vector instructions. With a value comes a mark, negative if the argument is
*unusual*: then the value means nothing, and `exceptional` has to compute it. Functions are cut into
reductions and series: as loops of their own they keep their constants in vector registers, and the processor
has more points under way.

Every step is one IEEE operation or fused multiply-add, so that values depend on nothing but the argument, not
on its neighbours. Errors in units in the last place: below 1 for exp of a real number, 2.5 for the parts of
exp, 1.5 for log |z| (also where |z| is close to 1 and its logarithm to 0) and for the angle.
"""

from typing import Any

from numba import njit, types
from numba.extending import intrinsic

# Without the runtime's reference counts, which would be kept of all arrays at all calls.
flags: Any = {"nogil": True, "error_model": "numpy", "_nrt": False}
inline: Any = flags | {"forceinline": True}

MAGIC = 6755399441055744.0
"""1.5 * 2^52: a small number added to it is rounded to an integer, which its low bits hold."""
SIGN = -0x8000000000000000
ONE = 0x3FF0000000000000
"""The bits of 1.0."""
EXPONENT = 0x7FF0000000000000
ABOVE_ROOT_HALF = 0x00095F619980C433
"""Added to the bits of a number, this carries into the exponent from a mantissa of √2 on."""

# Bounds, as bits: those of positive numbers are in the order of the numbers, and of what is no number above.
MOST_EXPONENT = 0x4086200000000000
"""708: of larger arguments, of either sign, the exponential may not be a normal number."""
MOST_ANGLE = 0x4130000000000000
"""2^20: of larger ones π/2 in three parts is not exact enough."""
LEAST_ABS, MOST_ABS = 0x20B0000000000000, 0x5F30000000000000
"""2^±500: between them squares and their rounding errors neither underflow nor overflow."""
NEAR_ZERO = 0x3CF0000000000000
"""2^-48: a sum of two squares, less 1, may be wrong in its last bits when it is smaller."""

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
def reduce_exponent(x):  # type: ignore[no-untyped-def]
    """r and doublings, of which `power` makes exp x; mark. x is r plus n log 2, and the lowest bits of
    `doublings` are n.
    """
    doublings = fma(x, LOG2_E, MAGIC)
    n = doublings - MAGIC
    return fma(n, -LN2_LOW, fma(n, -LN2_HIGH, x)), doublings, MOST_EXPONENT - bits(abs(x))


@njit(**inline)
def power(r, doublings):  # type: ignore[no-untyped-def]
    """2^n exp r."""
    z = r * r
    z2 = z * z
    low = fma(fma(E3, r, E2), z, fma(E1, r, E0))
    high = fma(fma(E9, r, E8), z2, fma(fma(E7, r, E6), z, fma(E5, r, E4)))
    y = 1.0 + fma(fma(high, z2, low), z, r)
    return from_bits(bits(y) + (bits(doublings) << 52))


@njit(**inline)
def reduce_angle(y):  # type: ignore[no-untyped-def]
    """r and turns, of which `turned` makes sine and cosine; mark. |y| is r plus n π/2, and the lowest bits of
    `turns` are n.
    """
    size = abs(y)
    turns = fma(size, TWO_OVER_PI, MAGIC)
    n = turns - MAGIC
    r = fma(n, -HALF_PI_3, fma(n, -HALF_PI_2, fma(n, -HALF_PI_1, size)))
    return r, turns, MOST_ANGLE - bits(size)


@njit(**inline)
def turned(factor, r, turns, y):  # type: ignore[no-untyped-def]
    """factor exp(iy): real and imaginary part. Sine and cosine are those of r, exchanged and negated by the
    quadrant, and the sine of -0 is -0.
    """
    z = r * r
    z2 = z * z
    z4 = z2 * z2
    s = fma(fma(S6, z, S5), z4, fma(fma(S4, z, S3), z2, fma(S2, z, S1)))
    c = fma(fma(C6, z, C5), z4, fma(fma(C4, z, C3), z2, fma(C2, z, C1)))
    sine = fma(r * z, s, r)
    cosine = fma(z, fma(z, c, -0.5), 1.0)
    n = bits(turns)
    odd = n & 1 != 0
    first = sine if odd else cosine
    second = cosine if odd else sine
    return (
        factor * from_bits(bits(first) ^ (((n + 1) & 2) << 62)),
        factor * from_bits(bits(second) ^ ((n & 2) << 62 ^ (bits(y) & SIGN))),
    )


@njit(**inline)
def scaled(high, low):  # type: ignore[no-untyped-def]
    """f and k with high + low = 2^k (1 + f), √½ ≤ 1 + f < √2. `low` is at most an ulp or two of `high`, and
    counts where f is small.
    """
    carried = bits(high) + ABOVE_ROOT_HALF
    exponent = carried & EXPONENT
    m = from_bits(bits(high) - exponent + ONE)
    f = fma(from_bits(2 * ONE - exponent), low, m - 1.0)
    # The exponent as the last bits of 2^52, from which it is taken away again.
    return f, from_bits(carried >> 52 & 0xFFF | 0x4330000000000000) - (2.0**52 + 1023.0)


@njit(**inline)
def reduce_real(x):  # type: ignore[no-untyped-def]
    """f, k and mark: what `half_log` makes log |x| of. As `reduce_parts` gives them for x ± 0i."""
    u = abs(x)
    high = u * u
    f, k = scaled(high, fma(u, u, -high))
    return f, k, (bits(u) - LEAST_ABS) | (MOST_ABS - bits(u))


@njit(**inline)
def reduce_parts(x, y):  # type: ignore[no-untyped-def]
    """f, k, t, quarters and mark: what `half_log` makes log |x + iy| of, and `angle` the angle."""
    across = abs(x)
    up = abs(y)
    steep = up > across
    u = up if steep else across
    v = across if steep else up

    # x² + y² in two numbers, so that the logarithm keeps its digits where they are close to 1.
    p = u * u
    q = v * v
    high = p + q
    f, k = scaled(high, (q - (high - p)) + (fma(u, u, -p) + fma(v, v, -q)))
    near = (bits(abs(f)) - NEAR_ZERO) & -bits(v)
    mark = (bits(u) - LEAST_ABS) | (MOST_ABS - bits(u)) | near

    # The angle is so many times π/4 plus the arctangent of t, |t| ≤ tan π/8.
    wide = v > TAN_EIGHTH_PI * u
    t = (v - u if wide else v) / (v + u if wide else u)
    left = bits(x) < 0
    turn = -1.0 if steep != left else 1.0
    quarters = fma(turn, 1.0 if wide else 0.0, 2.0 if steep else (4.0 if left else 0.0))
    return f, k, turn * t, quarters, mark


@njit(**inline)
def half_log(f, k):  # type: ignore[no-untyped-def]
    """log(2^k (1 + f)) / 2."""
    s = f / (2.0 + f)
    z = s * s
    w = z * z
    series = z * fma(fma(L7, w, fma(L6, z, L5)), w * w, fma(fma(L4, z, L3), w, fma(L2, z, L1)))
    tail = fma(s, series, k * LN2_LOW)
    return 0.5 * fma(k, LN2_HIGH, f - fma(s, f, -tail))


@njit(**inline)
def angle(t, quarters, y):  # type: ignore[no-untyped-def]
    """quarters π/4 + arctan t, with the sign of y."""
    z = t * t
    z2 = z * z
    z4 = z2 * z2
    low = fma(fma(A3, z, A2), z2, fma(A1, z, A0))
    high = fma(fma(A10, z, A9), z4, fma(fma(A8, z, A7), z2, fma(A6, z, A5)))
    series = fma(t * z, fma(fma(high, z, A4), z4, low), t)
    size = fma(quarters, QUARTER_PI_HIGH, fma(quarters, QUARTER_PI_LOW, series))
    return from_bits(bits(size) | (bits(y) & SIGN))
