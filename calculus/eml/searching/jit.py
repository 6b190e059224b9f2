"""The inner loops of the search. Imports numpy and Numba only.

Trees are known by their values at a few probes, as a row of real and imaginary parts, `re0 im0 re1 im1 …`.
Beside the values V of an entry stand its exponentials E and its logarithms L, so that a pair of entries costs a
subtraction: eml(a, b) has the values E[a] - L[b]. NaN in E or L says that the entry cannot stand there.
Infinities are real.

A *goal* is a row of values that a missing subtree should have, with a bound of the error that inverting has
made of rounding.
"""

from typing import Any

import numpy as np
from numba import njit

options: dict[str, Any] = {"cache": True, "error_model": "numpy", "nogil": True}

I64 = np.int64

REAL, INFINITE, SIDES = 1, 2, 4
"""What values may be: `REAL` only real ones; `INFINITE` infinite ones too; with `SIDES` the signs of zeros are
kept, and a negative real number is another value above the cut than below."""

NOISE = 1e-13
"""What is left by a subtraction below this part of its operands is rounding."""
LARGEST = 700.0
"""Beyond this real part an exponential overflows."""
LOST = 1e-8
"""An operand below this part of the other one is lost: the result says next to nothing about it."""
WORST = 1e-8
"""Goals of a larger error, relative to the larger of 1 and the goal, are given up."""

LEFT, RIGHT = 0, 1


@njit(**options)  # type: ignore[untyped-decorator]
def mixed(hash, word):  # type: ignore[no-untyped-def]
    hash = (hash ^ word) * I64(0x1E3779B97F4A7C15)
    return hash ^ (hash >> 29)


@njit(**options)  # type: ignore[untyped-decorator]
def fingerprint(row, flags):  # type: ignore[no-untyped-def]
    """A hash of values rounded to about 12 digits; never 0."""
    hash = I64(0x2545F4914F6CDD1D)
    for p in range(0, len(row), 2):
        re, im = row[p], row[p + 1]
        largest = max(abs(re), abs(im))
        if largest < 1e-9:
            hash = mixed(hash, I64(re * 1e20))
            hash = mixed(hash, I64(im * 1e20))
        elif largest > 1e300:
            hash = mixed(hash, I64(1) if re > 0 else I64(2))
        else:
            bits = np.float64(largest).view(I64)
            unit = I64((bits & 0x7FF0000000000000) + (14 << 52)).view(np.float64) * 1.5
            hash = mixed(hash, np.float64((re + unit) - unit + 0.0).view(I64))
            hash = mixed(hash, np.float64((im + unit) - unit + 0.0).view(I64))
            if flags & SIDES and re < 0 and abs(im) < NOISE * largest and np.signbit(im):
                hash = mixed(hash, I64(3))
    return hash | I64(1)


@njit(**options)  # type: ignore[untyped-decorator]
def exponentials(V, E, L, start, stop, flags):  # type: ignore[no-untyped-def]
    """Fill E and L from V."""
    for k in range(start, stop):
        for p in range(0, V.shape[1], 2):
            re, im = V[k, p], V[k, p + 1]
            E[k, p], E[k, p + 1] = exponential(re, im)
            L[k, p], L[k, p + 1] = logarithm(re, im, flags)


@njit(**options)  # type: ignore[untyped-decorator]
def exponential(re, im):  # type: ignore[no-untyped-def]
    if np.isinf(re):
        return (re, 0.0) if re > 0 else (0.0, 0.0)
    if abs(re) > LARGEST or abs(im) > 1e6:
        return np.nan, np.nan
    if abs(re) + abs(im) < NOISE and (re != 0.0 or im != 0.0):
        return np.nan, np.nan  # 1 would be left
    size = np.exp(re)
    if im == 0.0:
        return size, im
    return size * np.cos(im), size * np.sin(im)


@njit(**options)  # type: ignore[untyped-decorator]
def logarithm(re, im, flags):  # type: ignore[no-untyped-def]
    if np.isinf(re):
        return (re, 0.0) if re > 0 else (np.nan, np.nan)
    if re == 0.0 and im == 0.0:
        return (-np.inf, 0.0) if flags & INFINITE and not np.signbit(re) else (np.nan, np.nan)
    if flags & REAL:
        return (np.log(re), 0.0) if re > 0 and im == 0.0 else (np.nan, np.nan)
    if im == 0.0 and re > 0.0:
        return np.log(re), im
    return np.log(np.hypot(re, im)), np.arctan2(im, re)


@njit(**options)  # type: ignore[untyped-decorator]
def subtract(e, l, out, flags):  # type: ignore[no-untyped-def]
    """Write e - l; whether it is a value. An operand that is lost beside the other makes none.

    Exact semantics has no signed zeros, and nothing but rounding is 0 there; with `SIDES` a value that is
    nothing but rounding is refused.
    """
    for p in range(0, len(e), 2):
        re, im = e[p] - l[p], e[p + 1] - l[p + 1]
        if np.isinf(re):
            if not flags & INFINITE:
                return False
            out[p], out[p + 1] = re, 0.0
            continue
        if np.isnan(re) or np.isnan(im):
            return False
        first, second = abs(e[p]) + abs(e[p + 1]), abs(l[p]) + abs(l[p + 1])
        rounding = NOISE * (first + second)
        if (first < rounding and first != 0.0) or (second < rounding and second != 0.0):
            return False
        if flags & SIDES:
            if abs(re) <= rounding and abs(im) <= rounding and (re != 0.0 or im != 0.0):
                return False
        else:
            # The sum turns -0 into 0.
            re = 0.0 if abs(re) <= rounding else re + 0.0
            im = 0.0 if abs(im) <= rounding else im + 0.0
        out[p], out[p + 1] = re, im
    return True


@njit(**options)  # type: ignore[untyped-decorator]
def insert(tags, hash):  # type: ignore[no-untyped-def]
    """Whether a fingerprint is new to the table of tags (open addressing, a power of 2 long)."""
    mask = I64(len(tags) - 1)
    place = (hash ^ (hash >> 17)) & mask
    while tags[place] != 0:
        if tags[place] == hash:
            return False
        place = (place + 1) & mask
    tags[place] = hash
    return True


@njit(**options)  # type: ignore[untyped-decorator]
def tag_rows(V, count, tags, flags):  # type: ignore[no-untyped-def]
    """Insert the fingerprints of the first rows."""
    for k in range(count):
        insert(tags, fingerprint(V[k], flags))


@njit(**options)  # type: ignore[untyped-decorator]
def add_rows(V, left, right, tags, count, rows, numbers, source, flags):  # type: ignore[no-untyped-def]
    """Add the new ones among rows of values; how many entries there are then."""
    for k in range(len(rows)):
        if insert(tags, fingerprint(rows[k], flags)):
            V[count] = rows[k]
            left[count], right[count] = source, numbers[k]
            count += 1
    return count


@njit(**options)  # type: ignore[untyped-decorator]
def combine(V, E, L, left, right, tags, a, a_stop, b, b_stop, count, most, flags):  # type: ignore[no-untyped-def]
    """Add the new values among eml(a, b) for entries a and b of two ranges.

    Returns the number of entries and the first a that was not done, for want of room.
    """
    row = np.empty(V.shape[1])
    while a < a_stop and count + b_stop - b <= most:
        for k in range(b, b_stop):
            if subtract(E[a], L[k], row, flags) and insert(tags, fingerprint(row, flags)):
                V[count] = row
                left[count], right[count] = a, k
                count += 1
        a += 1
    return count, a


# An index of entries by their first value


@njit(**options)  # type: ignore[untyped-decorator]
def bucket(at, shift):  # type: ignore[no-untyped-def]
    """The bucket of a point of the line: numbers that agree to 6 digits mostly share one."""
    at += 0.015625 if at >= 0 else -0.015625
    bits = np.float64(at).view(I64) >> 30
    return ((bits * I64(0x1E3779B97F4A7C15)) >> shift) & ((I64(1) << (64 - shift)) - 1)


@njit(**options)  # type: ignore[untyped-decorator]
def projected(re, im):  # type: ignore[no-untyped-def]
    """A complex number on a line, along which different numbers differ."""
    return re + 0.7316920415 * im


@njit(**options)  # type: ignore[untyped-decorator]
def build_index(V, count, starts, order, shift):  # type: ignore[no-untyped-def]
    """Sort finite entries by buckets, in each by number."""
    starts[:] = 0
    for k in range(count):
        if not np.isinf(V[k, 0]):
            starts[bucket(projected(V[k, 0], V[k, 1]), shift) + 1] += 1
    for k in range(1, len(starts)):
        starts[k] += starts[k - 1]
    at = starts.copy()
    for k in range(count):
        if not np.isinf(V[k, 0]):
            place = bucket(projected(V[k, 0], V[k, 1]), shift)
            order[at[place]] = k
            at[place] += 1


@njit(**options)  # type: ignore[untyped-decorator]
def tolerance(re, im, error):  # type: ignore[no-untyped-def]
    size = abs(re) + abs(im)
    return 4 * error + 1e-12 * size + min(1e-14, 1e-7 * size)


# Inverting: what is missing beside a sibling


@njit(**options)  # type: ignore[untyped-decorator]
def invert(re, im, error, e_re, e_im, l_re, l_im, side, flags, guard):  # type: ignore[no-untyped-def]
    """What the other operand must be for a goal: with e_re + i e_im = exp(A) known on the `LEFT`,
    B = exp(exp(A) - t); with l_re + i l_im = ln(B) known on the `RIGHT`, A = ln(t + ln(B)).

    Returns real part, imaginary part and error; the error is negative where there is none.
    """
    nothing = (0.0, 0.0, -1.0)
    size = abs(re) + abs(im)
    if side == LEFT:
        w_re, w_im = e_re - re, e_im - im
        known = abs(e_re) + abs(e_im)
        # Not the logarithm of anything, or of something out of reach.
        if not (abs(w_re) < 300.0 and abs(w_im) < 3.1415926535898 + 4 * error):
            return nothing
        if guard and known != 0.0 and (known < LOST * size or size < LOST * known):
            return nothing
        if guard and 0.0 < abs(w_re) + abs(w_im) < LOST:
            return nothing
        error += 2e-16 * (size + known)
        r = np.exp(w_re)
        if error > 1e-6:
            return nothing
        if flags & REAL:
            return (r, 0.0, error * r) if w_im == 0.0 else nothing
        return r * np.cos(w_im), r * np.sin(w_im), error * r
    s_re, s_im = re + l_re, im + l_im
    known = abs(l_re) + abs(l_im)
    if not np.isfinite(s_re) or not np.isfinite(s_im):
        return nothing
    if guard and known != 0.0 and (known < LOST * size or size < LOST * known):
        return nothing
    error += 2e-16 * (size + known)
    r = np.hypot(s_re, s_im)
    if r <= 8 * error or r <= NOISE * max(size, known):
        # exp(A) = 0: only infinity does that.
        return (-np.inf, 0.0, error) if flags & INFINITE else nothing
    if error > WORST * r:
        return nothing
    if flags & REAL:
        return (np.log(s_re), 0.0, error / r) if s_re > 0 and s_im == 0.0 else nothing
    return np.log(r), np.arctan2(s_im, s_re), error / r


@njit(**options)  # type: ignore[untyped-decorator]
def inverted(goal, error, e, l, side, turn, out, first, flags, guard):  # type: ignore[no-untyped-def]
    """Write the goal beside a sibling from probe `first` on; its error, negative where there is none."""
    worst = 0.0
    for p in range(2 * first, len(goal), 2):
        re, im, err = invert(goal[p], goal[p + 1], error, e[p], e[p + 1], l[p], l[p + 1], side, flags, guard)
        if err < 0 or err > WORST * max(1.0, abs(re) + abs(im)):
            if not np.isinf(re):
                return -1.0
        out[p], out[p + 1] = re, im + turn * 6.283185307179586
        worst = max(worst, err)
    return worst


@njit(**options)  # type: ignore[untyped-decorator]
def close(row, other, first, error):  # type: ignore[no-untyped-def]
    for p in range(2 * first, len(row), 2):
        allowed = tolerance(row[p], row[p + 1], error)
        if not (abs(row[p] - other[p]) <= allowed and abs(row[p + 1] - other[p + 1]) <= allowed):
            return False
    return True


@njit(**options)  # type: ignore[untyped-decorator]
def meet(
    goals,
    errors,
    g,
    g_stop,
    V,
    E,
    L,
    s,
    s_stop,
    most,
    cost,
    starts,
    order,
    shift,
    infinity,
    turns,
    flags,
    guard,
    hits,
):  # type: ignore[no-untyped-def]
    """Look up what is missing beside each sibling for each goal; `cost` is that of each entry in leaves, and
    only entries of cost up to `most` less the sibling's count.

    Writes rows goal, sibling, side, entry into `hits`; returns how many there were and how many were tried.
    """
    found = 0
    tried = 0
    width = goals.shape[1]
    row = np.empty(width)
    for goal in range(g, g_stop):
        for sibling in range(s, s_stop):
            left_over = most - cost[sibling]
            for side in range(2):
                for turn in range(-turns if side == RIGHT else 0, turns + 1 if side == RIGHT else 1):
                    tried += 1
                    # The first probe alone mostly settles it.
                    error = inverted(
                        goals[goal, :2],
                        errors[goal],
                        E[sibling, :2],
                        L[sibling, :2],
                        side,
                        turn,
                        row[:2],
                        0,
                        flags,
                        guard,
                    )
                    if error < 0:
                        continue
                    if np.isinf(row[0]):
                        if infinity >= 0 and turn == 0 and cost[infinity] <= left_over:
                            if inverted(
                                goals[goal],
                                errors[goal],
                                E[sibling],
                                L[sibling],
                                side,
                                0,
                                row,
                                0,
                                flags,
                                guard,
                            ) >= 0 and np.all(np.isinf(row[::2])):
                                if found < len(hits):
                                    hits[found, 0], hits[found, 1] = goal, sibling
                                    hits[found, 2], hits[found, 3] = side, infinity
                                found += 1
                        continue
                    at = projected(row[0], row[1])
                    allowed = 2 * tolerance(row[0], row[1], error)
                    place = bucket(at - allowed, shift)
                    last = bucket(at + allowed, shift)
                    while True:
                        for o in range(starts[place], starts[place + 1]):
                            entry = order[o]
                            if cost[entry] > left_over:
                                break
                            if not close(row[:2], V[entry, :2], 0, error):
                                continue
                            if width > 2:
                                rest = inverted(
                                    goals[goal],
                                    errors[goal],
                                    E[sibling],
                                    L[sibling],
                                    side,
                                    turn,
                                    row,
                                    1,
                                    flags,
                                    guard,
                                )
                                if rest < 0 or not close(row, V[entry], 1, max(rest, error)):
                                    continue
                            if found < len(hits):
                                hits[found, 0], hits[found, 1] = goal, sibling
                                hits[found, 2], hits[found, 3] = side, entry
                            found += 1
                        if place == last:
                            break
                        place = last
    return found, tried


@njit(**options)  # type: ignore[untyped-decorator]
def spread(
    goals,
    errors,
    g,
    g_stop,
    E,
    L,
    s,
    s_stop,
    turns,
    flags,
    guard,
    tags,
    count,
    parent,
    sibling_of,
    side_of,
):  # type: ignore[no-untyped-def]
    """Append the new goals beside siblings to `goals` and the arrays that say where they come from.

    Returns the number of goals and the first goal that was not done, for want of room.
    """
    row = np.empty(goals.shape[1])
    each = (s_stop - s) * (2 + 2 * turns)
    while g < g_stop and count + each <= len(goals):
        for sibling in range(s, s_stop):
            for side in range(2):
                for turn in range(-turns if side == RIGHT else 0, turns + 1 if side == RIGHT else 1):
                    error = inverted(
                        goals[g], errors[g], E[sibling], L[sibling], side, turn, row, 0, flags, guard
                    )
                    if error < 0 or np.any(np.isinf(row)) or np.max(np.abs(row)) > 1e8:
                        continue
                    if insert(tags, fingerprint(row, 0)):
                        goals[count], errors[count] = row, error
                        parent[count], sibling_of[count], side_of[count] = g, sibling, side
                        count += 1
        g += 1
    return count, g


@njit(**options)  # type: ignore[untyped-decorator]
def look_up(goals, errors, g, g_stop, V, cost, most, starts, order, shift, hits):  # type: ignore[no-untyped-def]
    """Look goals up in the table: rows goal, -1, 0, entry in `hits`; returns how many."""
    found = 0
    for goal in range(g, g_stop):
        row, error = goals[goal], errors[goal]
        at = projected(row[0], row[1])
        allowed = 2 * tolerance(row[0], row[1], error)
        place = bucket(at - allowed, shift)
        last = bucket(at + allowed, shift)
        while True:
            for o in range(starts[place], starts[place + 1]):
                entry = order[o]
                if cost[entry] > most:
                    break
                if close(row, V[entry], 0, error):
                    if found < len(hits):
                        hits[found, 0], hits[found, 1], hits[found, 2], hits[found, 3] = goal, -1, 0, entry
                    found += 1
            if place == last:
                break
            place = last
    return found
