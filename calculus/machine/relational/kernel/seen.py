"""The states that a search in set mode has seen. Imports numpy and Numba only; for words see `unify`.

A state is written as bytes, the same for states that differ in the names of variables only: the number of the
program point; the query's variables; λ and every location, each its height and then its values from the
bottom up; the live slots of the activation; and for each activation it returns to, the number of the point to
which it returns and the slots that are live there. A value is written through its bindings: a constant as its
word and (on a stack) how often it follows itself, a structure as its header and its arguments, a variable as
the number of its first place.

The states lie one after the other in `arena`, each filled up with zeros to whole words, after a word that
says how many these are. `table` is open addressing, two words an entry: the hash and the place of the state,
0 if free.
"""

import numpy as np
from numba import njit

from calculus.machine.relational.kernel.unify import deref, flags, inline

I64 = np.int64
U = np.uintp

NEW, KNOWN, FULL = range(3)
"""What a look comes to. With `FULL` table, arena or `work` must be enlarged, and then it is made again."""

CONSTANT, STRUCTURE = range(2)
"""What a value begins with."""

NAMED = 1 << 40
"""Numbers of outside constants from here on stand for variables while a state is written."""

LONGEST = 10
"""Bytes of a number, at most."""
SLACK = 64
"""Bytes left free in the arena beyond what is checked."""

STATES, USED = range(2)
"""What `counts` holds: the number of states, and the words used of the arena (the first is never used)."""


@njit(**inline)
def _put(arena, at, number):  # type: ignore[no-untyped-def]
    """Write a word in as few bytes as it takes."""
    number = (number << 1) ^ (number >> 63)
    while number & ~I64(0x7F) != 0:
        arena[U(at)] = (number & 0x7F) | 0x80
        at += 1
        number = (number >> 7) & 0x1FFFFFFFFFFFFFF
    arena[U(at)] = number
    return at + 1


@njit(**flags)
def _value(heap, work, arena, at, names, x):  # type: ignore[no-untyped-def]
    """Write a value; returns the place after it (-1 if there was no room) and how many variables are named.

    `work` holds the cells of the variables named so far, and above them what is still to be written.
    """
    n = names
    top = I64(arena.size) - SLACK
    limit = I64(work.size) - 1
    while True:
        x = deref(heap, x)
        if at > top:
            return I64(-1), names
        if x & 7 == 0:
            # Until the state is written the variable is bound to its name. What waits moves up to make room.
            if n >= limit:
                return I64(-1), names
            i = n
            while i > names:
                work[U(i)] = work[U(i - 1)]
                i -= 1
            work[U(names)] = x >> 3
            heap[U(x >> 3)] = (NAMED + names) << 3 | 4
            x = heap[U(x >> 3)]
            names += 1
            n += 1
        if x & 7 == 6:
            p = x >> 3
            k = (heap[U(p)] >> 3) & 0xFFFFFF
            if n + k > limit:
                return I64(-1), names
            arena[U(at)] = STRUCTURE
            at = _put(arena, at + 1, heap[U(p)])
            while k > 1:
                work[U(n)] = heap[U(p + k)]
                n += 1
                k -= 1
            x = heap[U(p + 1)]
            continue
        arena[U(at)] = CONSTANT
        at = _put(arena, at + 1, x)
        if n == names:
            return at, names
        n -= 1
        x = work[U(n)]


@njit(**flags)
def _stack(heap, work, arena, at, names, values, start, end):  # type: ignore[no-untyped-def]
    """Write the values from `start` to `end`, constants that follow themselves once, with their number."""
    top = I64(arena.size) - SLACK
    at = _put(arena, at, end - start)
    i = start
    while i < end:
        x = deref(heap, values[U(i)])
        i += 1
        if x & 7 == 0 or x & 7 == 6:
            at, names = _value(heap, work, arena, at, names, x)
            if at < 0:
                break
            continue
        if at > top:
            return I64(-1), names
        arena[U(at)] = CONSTANT
        at = _put(arena, at + 1, x)
        first = i
        while i < end and values[U(i)] == x:
            i += 1
        at = _put(arena, at, i - first)
    return at, names


@njit(**flags)
def _write(  # type: ignore[no-untyped-def]
    code, heap, stack, sp, slots, fp, xstack, places, work, first, base, point, live, arena, at
):
    """Write a state; returns the place after it (-1 if there was no room) and how many variables it has."""
    top = I64(arena.size) - SLACK
    names = I64(0)
    at = _put(arena, at, point)
    i = first
    while at >= 0 and i < base:
        at, names = _value(heap, work, arena, at, names, i << 3)
        i += 1
    if at >= 0:
        at, names = _stack(heap, work, arena, at, names, stack, I64(0), sp)
    i = I64(0)
    while at >= 0 and i < places.size:
        start, end = places[U(i + 1)], places[U(i)]
        i += 8
        if start != end:
            at, names = _stack(heap, work, arena, at, names, xstack, start, end)
        elif at > top:
            at = I64(-1)
        else:
            arena[U(at)] = 0
            at += 1
    while at >= 0:
        while at >= 0 and code[U(live)] >= 0:
            at, names = _value(heap, work, arena, at, names, slots[U(fp + code[U(live)])])
            live += 1
        if at < 0 or slots[U(fp - 2)] == 0:
            break
        if at > top:
            at = I64(-1)
            break
        back = slots[U(fp - 1)]
        at = _put(arena, at, code[U(back - 2)])
        fp = slots[U(fp - 2)]
        live = code[U(back - 1)]
    return at, names


@njit(**flags)
def look(  # type: ignore[no-untyped-def]
    code,
    heap,
    stack,
    sp,
    slots,
    fp,
    xstack,
    places,
    work,
    first,
    base,
    point,
    live,
    arena,
    words,
    table,
    counts,
):
    """Whether the state at a program point was seen before; it has been now.

    `live` is the address of a list of the live slots, which ends with -1. Before a return address are its
    point and such an address. The query's variables are the cells from `first` to `base`. The first
    activation returns to 0. `words` is the arena as words.
    """
    begin = counts[1]
    mask = (I64(table.size) >> 1) - 1
    if 8 * begin + 3 * SLACK > arena.size or 2 * counts[0] > mask:
        return FULL
    at, names = _write(
        code, heap, stack, sp, slots, fp, xstack, places, work, first, base, point, live, arena, 8 * begin + 8
    )
    i = I64(0)
    while i < names:
        heap[U(work[U(i)])] = work[U(i)] << 3
        i += 1
    if at < 0 or at + SLACK > arena.size:
        return FULL
    while at & 7 != 0:
        arena[U(at)] = 0
        at += 1
    end = at >> 3
    words[U(begin)] = end - begin - 1
    hash = I64(0)
    i = begin
    while i < end:
        hash = (hash ^ words[U(i)]) * I64(-7046029254386353131)
        hash ^= (hash >> 32) & 0xFFFFFFFF
        i += 1
    slot = hash & mask
    while True:
        place = table[U(2 * slot + 1)]
        if place == 0:
            table[U(2 * slot)] = hash
            table[U(2 * slot + 1)] = begin
            counts[0] += 1
            counts[1] = end
            return NEW
        if table[U(2 * slot)] == hash:
            i = begin
            while i < end and words[U(i)] == words[U(place + i - begin)]:
                i += 1
            if i == end:
                return KNOWN
        slot = (slot + 1) & mask


@njit(**flags)
def rehash(old, table):  # type: ignore[no-untyped-def]
    """Put the entries of a table into a larger one, which is empty; the sizes are powers of two."""
    mask = (I64(table.size) >> 1) - 1
    i = I64(0)
    while i < old.size:
        if old[U(i + 1)] != 0:
            slot = old[U(i)] & mask
            while table[U(2 * slot + 1)] != 0:
                slot = (slot + 1) & mask
            table[U(2 * slot)] = old[U(i)]
            table[U(2 * slot + 1)] = old[U(i + 1)]
        i += 2
