"""The inner loops of the search. Imports numpy and Numba only.

Trees are known by their values at a few probes, as a row of real and imaginary parts, `re0 im0 re1 im1 …`.
Beside the values of an entry stand its exponentials and its logarithms, so that a pair of entries costs a
subtraction: eml(a, b) has the values exps[a] - logs[b]. NaN there says that the entry cannot stand there.
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
"""What values may be: `REAL` only real ones; `INFINITE` infinite ones too; with `SIDES` the signs of zeros
are kept, and a negative real number is another value above the cut than below."""

NOISE = 1e-13
"""What is left by a subtraction below this part of its operands is rounding."""
LARGEST = 700.0
"""Beyond this real part an exponential overflows."""
LOST = 1e-8
"""An operand below this part of the other one is lost: the result says next to nothing about it."""
WORST = 1e-8
"""Goals of a larger error, relative to the larger of 1 and the goal, are given up."""

FAR = 1e8
"""Goals of a larger part are not stored."""
TURN = 6.283185307179586

LEFT, RIGHT = 0, 1


@njit(**options)
def mixed(hash, word):  # type: ignore[no-untyped-def]
    hash = (hash ^ word) * I64(0x1E3779B97F4A7C15)
    return hash ^ (hash >> 29)


@njit(**options)
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


@njit(**options)
def exponentials(values, exps, logs, start, stop, flags):  # type: ignore[no-untyped-def]
    """Compute the exponentials and logarithms of a range of entries."""
    for k in range(start, stop):
        for p in range(0, values.shape[1], 2):
            re, im = values[k, p], values[k, p + 1]
            exps[k, p], exps[k, p + 1] = exponential(re, im)
            logs[k, p], logs[k, p + 1] = logarithm(re, im, flags)


@njit(**options)
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


@njit(**options)
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


@njit(**options)
def subtract(exps, logs, out, flags):  # type: ignore[no-untyped-def]
    """Write exps - logs; whether it is a value. An operand that is lost beside the other makes none.

    Exact semantics has no signed zeros, and nothing but rounding is 0 there; with `SIDES` a value that is
    nothing but rounding is refused.
    """
    for p in range(0, len(exps), 2):
        re, im = exps[p] - logs[p], exps[p + 1] - logs[p + 1]
        if np.isinf(re):
            if not flags & INFINITE:
                return False
            out[p], out[p + 1] = re, 0.0
            continue
        if np.isnan(re) or np.isnan(im):
            return False
        first, second = abs(exps[p]) + abs(exps[p + 1]), abs(logs[p]) + abs(logs[p + 1])
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


@njit(**options)
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


@njit(**options)
def tag_rows(values, count, tags, flags):  # type: ignore[no-untyped-def]
    """Insert the fingerprints of the first rows."""
    for k in range(count):
        insert(tags, fingerprint(values[k], flags))


@njit(**options)
def add_rows(values, left, right, tags, count, rows, numbers, source, flags):  # type: ignore[no-untyped-def]
    """Add the new ones among rows of values; how many entries there are then."""
    for k in range(len(rows)):
        if insert(tags, fingerprint(rows[k], flags)):
            values[count] = rows[k]
            left[count], right[count] = source, numbers[k]
            count += 1
    return count


@njit(**options)
def combine(values, exps, logs, left, right, tags, a, a_stop, b, b_stop, count, most, flags):  # type: ignore[no-untyped-def]
    """Add the new values among eml(a, b) for entries a and b of two ranges.

    Returns the number of entries and the first a that was not done, for want of room.
    """
    row = np.empty(values.shape[1])
    while a < a_stop and count + b_stop - b <= most:
        for k in range(b, b_stop):
            if subtract(exps[a], logs[k], row, flags) and insert(tags, fingerprint(row, flags)):
                values[count] = row
                left[count], right[count] = a, k
                count += 1
        a += 1
    return count, a


# An index of entries by their first value


@njit(**options)
def bucket(at, shift):  # type: ignore[no-untyped-def]
    """The bucket of a point of the line: numbers that agree to 6 digits mostly share one."""
    at += 0.015625 if at >= 0 else -0.015625
    bits = np.float64(at).view(I64) >> 30
    return ((bits * I64(0x1E3779B97F4A7C15)) >> shift) & ((I64(1) << (64 - shift)) - 1)


@njit(**options)
def projected(re, im):  # type: ignore[no-untyped-def]
    """A complex number on a line, along which different numbers differ."""
    return re + 0.7316920415 * im


@njit(**options)
def build_index(values, count, starts, order, shift):  # type: ignore[no-untyped-def]
    """Sort finite entries by buckets, in each by number."""
    starts[:] = 0
    for k in range(count):
        if not np.isinf(values[k, 0]):
            starts[bucket(projected(values[k, 0], values[k, 1]), shift) + 1] += 1
    for k in range(1, len(starts)):
        starts[k] += starts[k - 1]
    at = starts.copy()
    for k in range(count):
        if not np.isinf(values[k, 0]):
            place = bucket(projected(values[k, 0], values[k, 1]), shift)
            order[at[place]] = k
            at[place] += 1


@njit(**options)
def tolerance(re, im, error):  # type: ignore[no-untyped-def]
    size = abs(re) + abs(im)
    return 4 * error + 1e-12 * size + min(1e-14, 1e-7 * size)


# Inverting: what is missing beside a sibling


@njit(**options)
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


@njit(**options)
def inverted(goal, errors, exps, logs, side, turn, row, row_errors, start, stop, flags, guard):  # type: ignore[no-untyped-def]
    """Write the goal beside a sibling at the probes of a range, with its errors; whether there is one."""
    for p in range(start, stop):
        re, im = 2 * p, 2 * p + 1
        a, b, error = invert(
            *(goal[re], goal[im], errors[p], exps[re], exps[im], logs[re], logs[im], side, flags, guard)
        )
        if error < 0 or (error > WORST * max(1.0, abs(a) + abs(b)) and not np.isinf(a)):
            return False
        row[re], row[im], row_errors[p] = a, b + turn * TURN, error
    return True


@njit(**options)
def close(row, errors, other, start, stop):  # type: ignore[no-untyped-def]
    """Whether values agree with a goal at the probes of a range."""
    for p in range(start, stop):
        re, im = 2 * p, 2 * p + 1
        allowed = tolerance(row[re], row[im], errors[p])
        if not (abs(row[re] - other[re]) <= allowed and abs(row[im] - other[im]) <= allowed):
            return False
    return True


@njit(**options)
def buckets(row, errors, shift):  # type: ignore[no-untyped-def]
    """The two buckets (which may be one) in which entries for a goal are."""
    at = projected(row[0], row[1])
    allowed = 2 * tolerance(row[0], row[1], errors[0])
    return bucket(at - allowed, shift), bucket(at + allowed, shift)


@njit(**options)
def keep(hits, found, goal, sibling, side, entry):  # type: ignore[no-untyped-def]
    """Write a hit if there is room; how many there are."""
    if found < len(hits):
        hits[found, 0], hits[found, 1], hits[found, 2], hits[found, 3] = goal, sibling, side, entry
    return found + 1


@njit(**options)
def meet(goals, errors, goal_range, table, sibling_range, most, index, turns, flags, guard, hits):  # type: ignore[no-untyped-def]
    """Look up what is missing beside each sibling of a range for each goal of a range.

    `table` is (values, exponentials, logarithms, costs in leaves), `index` (starts, order, shift, the entry
    -∞ or -1); a sibling and an entry have at most `most` leaves together. Writes rows goal, sibling, side,
    entry into `hits`; returns how many there were and how many lookups.
    """
    values, exps, logs, cost = table
    starts, order, shift, infinity = index
    found = 0
    tried = 0
    probes = values.shape[1] // 2
    row, row_errors = np.empty(2 * probes), np.empty(probes)
    for goal in range(goal_range[0], goal_range[1]):
        for sibling in range(sibling_range[0], sibling_range[1]):
            left_over = most - cost[sibling]
            for kind in range(2 + 2 * turns):
                side, turn = alternative(kind)
                tried += 1
                # The first probe alone mostly settles it.
                if not inverted(
                    *(goals[goal], errors[goal], exps[sibling], logs[sibling], side, turn),
                    *(row, row_errors, 0, 1, flags, guard),
                ):
                    continue
                if np.isinf(row[0]):
                    if turn == 0 and infinity >= 0 and cost[infinity] <= left_over:
                        whole = inverted(
                            *(goals[goal], errors[goal], exps[sibling], logs[sibling], side, turn),
                            *(row, row_errors, 1, probes, flags, guard),
                        )
                        if whole and np.all(np.isinf(row[::2])):
                            found = keep(hits, found, goal, sibling, side, infinity)
                    continue
                place, last = buckets(row, row_errors, shift)
                while True:
                    for o in range(starts[place], starts[place + 1]):
                        entry = order[o]
                        if cost[entry] > left_over:
                            break
                        if not close(row, row_errors, values[entry], 0, 1):
                            continue
                        # At the other probes it may be another branch.
                        agree = 1
                        for p in range(1, probes):
                            for other in range(min(kind, 1), 1 if kind == 0 else 2 + 2 * turns):
                                if inverted(
                                    *(goals[goal], errors[goal], exps[sibling], logs[sibling]),
                                    *alternative(other),
                                    *(row, row_errors, p, p + 1, flags, guard),
                                ) and close(row, row_errors, values[entry], p, p + 1):
                                    agree += 1
                                    break
                        if agree == probes:
                            found = keep(hits, found, goal, sibling, side, entry)
                    if place == last:
                        break
                    place = last
    return found, tried


@njit(**options)
def alternative(kind):  # type: ignore[no-untyped-def]
    """The side and the turns of one way to invert: 0 left, 1 right, then right with turns -1, 1, -2, …"""
    if kind == 0:
        return LEFT, 0
    return RIGHT, (kind // 2 if kind % 2 else -(kind // 2)) if kind > 1 else 0


@njit(**options)
def spread(goals, errors, origins, count, g, g_stop, table, sibling_range, tags, turns, flags, guard):  # type: ignore[no-untyped-def]
    """Append the new goals beside siblings of a range for the goals from g on, with their origins: goal,
    sibling, side.

    Returns the number of goals and the first goal that was not done, for want of room.
    """
    _, exps, logs, _ = table
    probes = goals.shape[1] // 2
    row, row_errors = np.empty(2 * probes), np.empty(probes)
    each = (sibling_range[1] - sibling_range[0]) * (2 + 2 * turns)
    while g < g_stop and count + each <= len(goals):
        for sibling in range(sibling_range[0], sibling_range[1]):
            for kind in range(2 + 2 * turns):
                side, turn = alternative(kind)
                if (
                    inverted(
                        *(goals[g], errors[g], exps[sibling], logs[sibling], side, turn),
                        *(row, row_errors, 0, probes, flags, guard),
                    )
                    and np.max(np.abs(row)) < FAR
                    and insert(tags, fingerprint(row, 0))
                ):
                    goals[count], errors[count] = row, row_errors
                    origins[count, 0], origins[count, 1], origins[count, 2] = g, sibling, side
                    count += 1
        g += 1
    return count, g


@njit(**options)
def look_up(goals, errors, goal_range, table, most, index, hits):  # type: ignore[no-untyped-def]
    """Look the goals of a range up: rows goal, -1, 0, entry in `hits`; returns how many."""
    values, _, _, cost = table
    starts, order, shift, _ = index
    found = 0
    probes = values.shape[1] // 2
    for goal in range(goal_range[0], goal_range[1]):
        place, last = buckets(goals[goal], errors[goal], shift)
        while True:
            for o in range(starts[place], starts[place + 1]):
                entry = order[o]
                if cost[entry] > most:
                    break
                if close(goals[goal], errors[goal], values[entry], 0, probes):
                    found = keep(hits, found, goal, -1, 0, entry)
            if place == last:
                break
            place = last
    return found
