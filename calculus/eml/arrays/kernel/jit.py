"""The loop over code and blocks of points. Imports numpy and Numba only.

A register holds a block of points: `registers[r, 0]` their real parts, `registers[r, 1]` the imaginary ones;
the last register belongs to the loops themselves.
`real[r]` says that all imaginary parts are +0, and `cleared[r]` that the whole row of them is; where operands
are real, half of the work or more is left out. Values do not depend on that: the real loops compute what the
complex ones would.

The loops are vectorised by LLVM. They run over whole multiples of `LANES` points, of which the last may be
copies that fill up the block, so that every point goes through the same vector instructions. A loop ors the
marks of unusual arguments together; if there is one, a second loop computes those points once more, by
`exceptional`.

The instructions' numbers are those of `calculus.eml.arrays.code`.
"""

import numpy as np
from numba import njit

from calculus.eml.arrays.kernel.elementary import (
    angle,
    bits,
    flags,
    half_log,
    power,
    reduce_angle,
    reduce_exponent,
    reduce_parts,
    reduce_real,
    turned,
)
from calculus.eml.arrays.kernel.exceptional import exceptional_exp, exceptional_log

I64 = np.int64

LANES = 16
"""Blocks are filled up to a multiple of this."""

LOAD, CONSTANT, EXP, LOG, SUB, STORE = range(6)


@njit(**flags)
def clear(registers, cleared, d):  # type: ignore[no-untyped-def]
    """Make all imaginary parts of a register +0."""
    if not cleared[d]:
        for i in range(registers.shape[2]):
            registers[d, 1, i] = 0.0
        cleared[d] = True


@njit(**flags)
def imaginary_bits(registers, d, n):  # type: ignore[no-untyped-def]
    """Zero if all imaginary parts are +0."""
    found = I64(0)
    for i in range(n):
        found |= bits(registers[d, 1, i])
    return found


@njit(**flags)
def load(registers, real, cleared, d, points, start, count, n):  # type: ignore[no-untyped-def]
    for i in range(count):
        z = points[start + i]
        registers[d, 0, i] = z.real
        registers[d, 1, i] = z.imag
    for i in range(count, n):
        registers[d, 0, i] = registers[d, 0, 0]
        registers[d, 1, i] = registers[d, 1, 0]
    real[d] = imaginary_bits(registers, d, n) == 0
    cleared[d] = False


@njit(**flags)
def fill(registers, real, cleared, d, x, y, n):  # type: ignore[no-untyped-def]
    for i in range(n):
        registers[d, 0, i] = x
    real[d] = bits(y) == 0
    if real[d]:
        clear(registers, cleared, d)
    else:
        for i in range(n):
            registers[d, 1, i] = y
        cleared[d] = False


@njit(**flags)
def exponential(registers, real, cleared, d, a, n):  # type: ignore[no-untyped-def]
    marks = I64(0)
    spare = registers.shape[0] - 1
    for i in range(n):
        registers[d, 0, i], registers[spare, 0, i], mark = reduce_exponent(registers[a, 0, i])
        marks |= mark
    for i in range(n):
        registers[d, 0, i] = power(registers[d, 0, i], registers[spare, 0, i])
    # The exponential of a real number is real, also if it is no number.
    real[d] = real[a]
    if real[a]:
        clear(registers, cleared, d)
    else:
        for i in range(n):
            registers[d, 1, i], registers[spare, 0, i], mark = reduce_angle(registers[a, 1, i])
            marks |= mark
        for i in range(n):
            registers[d, 0, i], registers[d, 1, i] = turned(
                registers[d, 0, i], registers[d, 1, i], registers[spare, 0, i], registers[a, 1, i]
            )
        cleared[d] = False
    if marks < 0:
        for i in range(n):
            x = registers[a, 0, i]
            y = registers[a, 1, i]
            if reduce_exponent(x)[2] | reduce_angle(y)[2] < 0:
                registers[d, 0, i], registers[d, 1, i] = exceptional_exp(x, y)


@njit(**flags)
def logarithm(registers, real, cleared, d, a, n):  # type: ignore[no-untyped-def]
    marks = I64(0)
    spare = registers.shape[0] - 1
    if real[a]:
        signs = I64(0)
        for i in range(n):
            x = registers[a, 0, i]
            registers[d, 0, i], registers[spare, 0, i], mark = reduce_real(x)
            marks |= mark
            signs |= bits(x)
        for i in range(n):
            registers[d, 0, i] = half_log(registers[d, 0, i], registers[spare, 0, i])
        if signs < 0:
            for i in range(n):
                registers[d, 1, i] = np.pi if bits(registers[a, 0, i]) < 0 else 0.0
            cleared[d] = False
        else:
            clear(registers, cleared, d)
        real[d] = signs >= 0
    else:
        for i in range(n):
            f, k, t, quarters, mark = reduce_parts(registers[a, 0, i], registers[a, 1, i])
            registers[d, 0, i] = f
            registers[spare, 0, i] = k
            registers[d, 1, i] = t
            registers[spare, 1, i] = quarters
            marks |= mark
        for i in range(n):
            registers[d, 0, i] = half_log(registers[d, 0, i], registers[spare, 0, i])
        for i in range(n):
            registers[d, 1, i] = angle(registers[d, 1, i], registers[spare, 1, i], registers[a, 1, i])
        real[d] = False
        cleared[d] = False
    if marks < 0:
        for i in range(n):
            x = registers[a, 0, i]
            y = registers[a, 1, i]
            if reduce_parts(x, y)[4] < 0:
                registers[d, 0, i], registers[d, 1, i] = exceptional_log(x, y)
        # The logarithm of what is no number has imaginary parts that are none.
        real[d] = imaginary_bits(registers, d, n) == 0
        cleared[d] = False


@njit(**flags)
def subtract(registers, real, cleared, d, a, b, n):  # type: ignore[no-untyped-def]
    for i in range(n):
        registers[d, 0, i] = registers[a, 0, i] - registers[b, 0, i]
    if real[a] and real[b]:
        clear(registers, cleared, d)
        real[d] = True
    else:
        found = I64(0)
        for i in range(n):
            y = registers[a, 1, i] - registers[b, 1, i]
            registers[d, 1, i] = y
            found |= bits(y)
        real[d] = found == 0
        cleared[d] = False


@njit(**flags, cache=True)
def run(words, constants, points, results, total, registers, real, cleared):  # type: ignore[no-untyped-def]
    """Compute the results at `total` points.

    Variable v at point i is `points[v, i]`, result k goes to `results[k, i]`; `words` are the code's,
    `constants[k]` is the real and imaginary part of a constant. `registers` has the shape (registers, 2,
    block), block a multiple of `LANES`; `real` and `cleared` are flags of registers, with nothing true in
    them at first.
    """
    block = registers.shape[2]
    for start in range(0, total, block):
        count = min(block, total - start)
        n = (count + LANES - 1) // LANES * LANES
        for at in range(0, len(words), 4):
            d = words[at + 1]
            a = words[at + 2]
            b = words[at + 3]
            operation = words[at]
            if operation == LOAD:
                load(registers, real, cleared, d, points[a], start, count, n)
            elif operation == EXP:
                exponential(registers, real, cleared, d, a, n)
            elif operation == LOG:
                logarithm(registers, real, cleared, d, a, n)
            elif operation == SUB:
                subtract(registers, real, cleared, d, a, b, n)
            elif operation == STORE:
                for i in range(count):
                    results[d, start + i] = complex(registers[a, 0, i], registers[a, 1, i])
            else:
                fill(registers, real, cleared, d, constants[a, 0], constants[a, 1], n)
