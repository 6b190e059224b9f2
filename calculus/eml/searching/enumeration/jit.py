"""The inner loops of the enumeration. Imports numpy and Numba only.

A value is known by its numbers at some probes, `re0 im0 re1 im1 …`, one row of an array each. Beside each
value its exponential and logarithm are kept, so that a pair costs a subtraction: eml(a, b) = exps[a] -
logs[b]. NaN says that a value has none. Infinite values are real.

A value's *fingerprint* is a hash of its numbers, rounded to `bits` binary digits of the larger part of
each; 0 says that the value is left out. Values of one fingerprint are one value. Fingerprints lie in tables
of open addressing, of fewer than 2^32 places; 0 is a free place.
"""

from math import atan2, cos, exp, hypot, isinf, log, sin
from typing import Any

import numpy as np
from numba import njit, types
from numba.extending import intrinsic

options: dict[str, Any] = {"cache": True, "error_model": "numpy", "nogil": True}
inline: dict[str, Any] = {"error_model": "numpy", "inline": "always"}

I64 = np.int64
U = np.uintp

REAL, INFINITE, SIGNED, COMPUTED = 1, 2, 4, 8
"""What values may be: `REAL` only real ones, `INFINITE`
infinite ones too. With `SIGNED`, a negative real number below the cut is another value than above. With
`COMPUTED`, underflow is 0 and overflow is infinite, and what is left by cancellation counts; without it,
what underflows or overflows is left out, and rounding is 0."""

BLOCK = 512
NOISE = 2.0**-45
"""What is left by a subtraction below this part of its operands is rounding."""
LARGEST = 709.78
SMALLEST = -708.3
TURNS = 2.0**14
"""The sine of a larger number has fewer right digits than a fingerprint looks at."""

# What the array `state` of a scan holds: the places of the next pair, how many fingerprints the table
# holds, how many pairs were new, and how many were left out since an operand was lost.
LEFT, RIGHT, FILLED, NEW, LOST = range(5)

HALF = 1 << 61

FIRST, SECOND, THIRD = -7046029254386353131, -4417276706812531889, -4265267296055464877


def _bits_of(context, number):  # type: ignore[no-untyped-def]
    """The bits of a float as an integer."""

    def make(context, builder, signature, arguments):  # type: ignore[no-untyped-def]
        return builder.bitcast(arguments[0], context.get_value_type(types.int64))

    return types.int64(types.float64), make


def _float_of(context, number):  # type: ignore[no-untyped-def]
    """The float with these bits."""

    def make(context, builder, signature, arguments):  # type: ignore[no-untyped-def]
        return builder.bitcast(arguments[0], context.get_value_type(types.float64))

    return types.float64(types.int64), make


def _prefetch(context, array, place):  # type: ignore[no-untyped-def]
    """Ask for the memory at a place of an array, which is to be written soon."""

    def make(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        from llvmlite import ir
        from numba.core import cgutils

        data = context.make_array(signature.args[0])(context, builder, arguments[0]).data
        byte = ir.IntType(8).as_pointer()
        number = ir.IntType(32)
        kind = ir.FunctionType(ir.VoidType(), [byte, number, number, number])
        insert_function: Any = cgutils.get_or_insert_function
        function = insert_function(builder.module, kind, "llvm.prefetch.p0")
        address = builder.bitcast(builder.gep(data, [arguments[1]]), byte)
        builder.call(function, [address, number(1), number(3), number(1)])
        return context.get_dummy_value()

    return types.void(array, types.intp), make


bits_of: Any = intrinsic(_bits_of)
float_of: Any = intrinsic(_float_of)
prefetch: Any = intrinsic(_prefetch)


@njit(**options)
def fingerprints(left, logs, low, count, flags, bits, hashes, lost):  # type: ignore[no-untyped-def]
    """Fingerprints of eml(a, b) for `count` b from `low` on; `left` are the exponentials of a.

    `lost[j]` says how many operands are lost: they are less than the rounded digits of the other one. It is
    not a number for pairs that are left out for another reason. No branches, so that it is vectorised.
    """
    part = float_of((1023 - bits) << 52)
    up = I64((52 - bits) << 52)
    noise = 0.0 if flags & COMPUTED else NOISE
    infinite = 0.0 if flags & INFINITE else np.nan
    complex_value = np.nan if flags & REAL else 0.0
    signed = flags & SIGNED != 0
    for j in range(count):
        hashes[j] = 0
        lost[j] = 0.0
    for p in range(len(left) // 2):
        x = left[2 * p]
        y = left[2 * p + 1]
        first = max(abs(x), abs(y))
        log_re = logs[2 * p]
        log_im = logs[2 * p + 1]
        for j in range(count):
            u = log_re[U(low + j)]
            v = log_im[U(low + j)]
            re = x - u
            im = y - v
            second = max(abs(u), abs(v))
            larger = max(first, second)
            smaller = min(first, second)
            re = 0.0 if abs(re) < noise * larger else re
            im = 0.0 if abs(im) < noise * larger else im
            size = max(abs(re), abs(im))
            finite = size < np.inf
            # Adding a constant of the right exponent rounds.
            scale = max(min(size, 1e300), 1e-290)
            constant = 1.5 * float_of((bits_of(scale) & 0x7FF0000000000000) + up)
            rounded = ((re + constant) - constant) + 0.0
            turned = ((im + constant) - constant) + 0.0
            out = 0.0 if finite else infinite
            out += 0.0 if im == 0.0 else complex_value
            out += re - re if finite else (0.0 if re == re else np.nan)
            out += im - im
            out += 1.0 if (smaller < part * larger) & (smaller > 0.0) & finite else 0.0
            lost[j] += out
            hash = (hashes[j] + bits_of(rounded)) * I64(FIRST) ^ bits_of(turned) * I64(SECOND)
            if signed:
                hash += I64(1) if (im == 0.0) & (re < 0.0) & (bits_of(im) < 0) else I64(0)
            hash = hash ^ (hash >> 29 & 0x7FFFFFFFF)
            hash = hash * I64(THIRD)
            hashes[j] = hash ^ (hash >> 32 & 0xFFFFFFFF)
    for j in range(count):
        hashes[j] = hashes[j] | 1 if lost[j] == 0.0 else 0


@njit(**inline)
def home(hash, size):  # type: ignore[no-untyped-def]
    """Where a fingerprint belongs in a table of some size: by its upper half."""
    return (hash >> 32 & 0xFFFFFFFF) * size >> 32


@njit(**options)
def scan(  # type: ignore[no-untyped-def]
    exps, logs, rows, portion, flags, bits, table, part, parts, most, lefts, rights, state
):
    """Go through pairs from the place in `state`, rows of `exps` before `rows` with all of `logs`.

    Fingerprints whose top bits are `part` (of `parts`, a power of two) are put into `table`, and the pairs
    that are new are written to `lefts` and `rights`, if those have any length. Ends after about `portion`
    pairs, when the table holds `most`, or when all pairs are done; it says how many pairs were looked at.
    """
    width = logs.shape[1]
    size = I64(len(table))
    store = len(lefts) > 0
    hashes = np.empty(BLOCK, np.int64)
    lost = np.empty(BLOCK, np.float64)
    left = np.empty(exps.shape[0], np.float64)
    looked = I64(0)
    while state[LEFT] < rows and looked < portion and state[FILLED] + BLOCK <= most:
        a = state[LEFT]
        usable = True
        for k in range(len(left)):
            left[k] = exps[k, a]
            usable = usable and left[k] == left[k]
        low = state[RIGHT] if usable else width
        while low < width and looked < portion and state[FILLED] + BLOCK <= most:
            count = min(BLOCK, width - low)
            fingerprints(left, logs, low, count, flags, bits, hashes, lost)
            looked += count
            for j in range(count):
                prefetch(table, home(hashes[j], size))
            for j in range(count):
                hash = hashes[j]
                if hash == 0:
                    if lost[j] > 0.0 and part == 0:
                        state[LOST] += 1
                    continue
                if hash >> 1 & (parts - 1) != part:
                    continue
                place = home(hash, size)
                while True:
                    there = table[U(place)]
                    if there == 0:
                        table[U(place)] = hash
                        if store:
                            lefts[U(state[NEW])] = a
                            rights[U(state[NEW])] = low + j
                        state[NEW] += 1
                        state[FILLED] += 1
                        break
                    if there == hash:
                        break
                    place += 1
                    if place == size:
                        place = 0
            low += count
        if low < width:
            state[RIGHT] = low
        else:
            state[RIGHT] = 0
            state[LEFT] = a + 1
    return looked


@njit(**options)
def locate(exps, logs, flags, bits, wanted):  # type: ignore[no-untyped-def]
    """The first pair with a fingerprint, as two places; (-1, -1) if there is none."""
    width = logs.shape[1]
    hashes = np.empty(BLOCK, np.int64)
    lost = np.empty(BLOCK, np.float64)
    left = np.empty(exps.shape[0], np.float64)
    for a in range(exps.shape[1]):
        for k in range(len(left)):
            left[k] = exps[k, a]
        for low in range(0, width, BLOCK):
            count = min(BLOCK, width - low)
            fingerprints(left, logs, low, count, flags, bits, hashes, lost)
            for j in range(count):
                if hashes[j] == wanted:
                    return a, low + j
    return -1, -1


@njit(**options)
def fingerprints_of_pairs(exps, logs, lefts, rights, flags, bits, found):  # type: ignore[no-untyped-def]
    """The fingerprints of pairs, each on its own."""
    hashes = np.empty(1, np.int64)
    lost = np.empty(1, np.float64)
    left = np.empty(exps.shape[0], np.float64)
    for j in range(len(lefts)):
        for k in range(len(left)):
            left[k] = exps[k, lefts[j]]
        fingerprints(left, logs, rights[j], 1, flags, bits, hashes, lost)
        found[j] = hashes[0]


@njit(**options)
def move(old, new):  # type: ignore[no-untyped-def]
    """Put all fingerprints of a table into a larger one."""
    size = I64(len(new))
    for k in range(len(old)):
        hash = old[k]
        if hash != 0:
            place = home(hash, size)
            while new[U(place)] != 0:
                place = (place + 1) % size
            new[U(place)] = hash


@njit(**options)
def insert(hashes, part, parts, table):  # type: ignore[no-untyped-def]
    """Put fingerprints of one part into a table that has room; how many were new, and which in `hashes`."""
    size = I64(len(table))
    new = 0
    for j in range(len(hashes)):
        hash = hashes[j]
        if hash == 0 or hash >> 1 & (parts - 1) != part:
            continue
        place = home(hash, size)
        while table[U(place)] != 0 and table[U(place)] != hash:
            place = (place + 1) % size
        if table[U(place)] == 0:
            table[U(place)] = hash
            new += 1
    return new


@njit(**options)
def values_of(exps, logs, lefts, rights, flags, values):  # type: ignore[no-untyped-def]
    """The values of pairs."""
    noise = 0.0 if flags & COMPUTED else NOISE
    for j in range(len(lefts)):
        a = lefts[j]
        b = rights[j]
        for p in range(exps.shape[0] // 2):
            x = exps[2 * p, a]
            y = exps[2 * p + 1, a]
            u = logs[2 * p, b]
            v = logs[2 * p + 1, b]
            larger = max(max(abs(x), abs(y)), max(abs(u), abs(v)))
            re = x - u
            im = y - v
            values[2 * p, j] = 0.0 if abs(re) < noise * larger else re
            values[2 * p + 1, j] = 0.0 if abs(im) < noise * larger else im


@njit(**options)
def functions_of(values, flags, exps, logs, start):  # type: ignore[no-untyped-def]
    """The exponentials and logarithms of values, NaN where there is none, written from `start` on."""
    for p in range(values.shape[0] // 2):
        for k in range(values.shape[1]):
            j = start + k
            re = values[2 * p, k]
            im = values[2 * p + 1, k]
            power = exp(re)
            if isinf(re):
                exps[2 * p, j] = power if im == 0.0 else np.nan
                exps[2 * p + 1, j] = 0.0
                logs[2 * p, j] = re if re > 0.0 and im == 0.0 else np.nan
                logs[2 * p + 1, j] = 0.0
                continue
            inside = SMALLEST < re < LARGEST
            if im == 0.0:
                exps[2 * p, j] = power if inside or flags & COMPUTED else np.nan
                exps[2 * p + 1, j] = im if flags & SIGNED else 0.0
            else:
                exps[2 * p, j] = power * cos(im) if inside and abs(im) < TURNS else np.nan
                exps[2 * p + 1, j] = power * sin(im)
            if re == 0.0 and im == 0.0:
                logs[2 * p, j] = -np.inf if flags & INFINITE else np.nan
                logs[2 * p + 1, j] = 0.0
            else:
                logs[2 * p, j] = log(abs(re)) if im == 0.0 else log(hypot(re, im))
                logs[2 * p + 1, j] = atan2(im if flags & SIGNED else im + 0.0, re)


@njit(**options)
def near(mantissas, exponents, place, mantissa, exponent, tolerance):  # type: ignore[no-untyped-def]
    """Whether a number is that at a place, up to a relative tolerance; see `sift`."""
    other = mantissas[place]
    step = exponents[place] - exponent
    if step == 0:
        gap = abs(other - mantissa)
    elif step == 1:
        gap = 2 * (other - HALF) + (2 * HALF - 1 - mantissa) + 1
    elif step == -1:
        gap = 2 * (mantissa - HALF) + (2 * HALF - 1 - other) + 1
        mantissa = other
    else:
        return False
    return gap == 0 or gap <= tolerance * mantissa


@njit(**options)
def sift(  # type: ignore[no-untyped-def]
    mantissas, exponents, tolerance, table, known_mantissas, known_exponents, count, new
):
    """Which of the numbers are new, in their order: none known, nor any before, is within the tolerance.

    A number is its mantissa, from `HALF` up to 2 `HALF`, and its exponent, in which bit 15 is the sign. It
    lies in a cell by its first 43 binary digits, of which the neighbours are looked at as well. `table` is
    open addressing and holds places among the known numbers, plus 1. Those arrays have room for all.
    Returns how many are new.
    """
    mask = I64(len(table) - 1)
    found = I64(0)
    for j in range(len(mantissas)):
        mantissa = mantissas[j]
        exponent = exponents[j]
        cell = (exponent << 43) + (mantissa >> 18)
        known = False
        for step in range(-1, 2):
            hash = (cell + step) * I64(FIRST)
            place = (hash ^ (hash >> 31)) >> 8 & mask
            while table[U(place)] != 0 and not known:
                known = near(
                    known_mantissas, known_exponents, table[U(place)] - 1, mantissa, exponent, tolerance
                )
                place = (place + 1) & mask
        if not known:
            hash = cell * I64(FIRST)
            place = (hash ^ (hash >> 31)) >> 8 & mask
            while table[U(place)] != 0:
                place = (place + 1) & mask
            known_mantissas[U(count)] = mantissa
            known_exponents[U(count)] = exponent
            count += 1
            table[U(place)] = count
            new[U(found)] = j
            found += 1
    return found


@njit(**options)
def seat(exponents, mantissas, table):  # type: ignore[no-untyped-def]
    """Put known numbers into an empty table for `sift`."""
    mask = I64(len(table) - 1)
    for k in range(len(mantissas)):
        hash = ((exponents[k] << 43) + (mantissas[k] >> 18)) * I64(FIRST)
        place = (hash ^ (hash >> 31)) >> 8 & mask
        while table[U(place)] != 0:
            place = (place + 1) & mask
        table[U(place)] = k + 1
