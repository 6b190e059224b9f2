"""The states that a search in set mode has seen. Imports numpy and Numba only; for the words see `unify`.

A state is written into `arena` as words: how many follow, then the *line* of its locations, then numbers for
λ, the query's variables, and the terms of the continuation stack with the values of their variables. States
that differ in the names of variables only are written alike. `table` is open addressing: an entry is the
place of a state in the arena, and above that some bits of its hash.

A stack that holds only constants has a number: that of the pair of the stack below its top and the top, for
which `pairs` is a table, four words an entry (the number of the stack below plus 1, the top, the number, 0).
The line has a byte for each location, seven in a word: one more than the number of its stack. It is kept
from look to look: the records of locations that were touched since are linked. What does not fit into a byte
leaves 0 there and is written after the line; its record stays linked.

Other numbers take as few bytes as they need. Values are written through their bindings, a variable as the
number of its first place; meanwhile it is bound to that.
"""

import numpy as np
from numba import njit

from calculus.machine.relational.kernel.unify import cached, deref, flags, inline

I64 = np.int64
U = np.uintp

NEW, KNOWN, FULL, LARGE = range(4)
"""What a look comes to. With `FULL` it is to be made again with larger arrays; `LARGE` states are left to the
host.
"""

MOST = 1 << 14
"""Words of a state that is written here."""
NAMES = 1 << 40
"""Outside constants from this number on stand for variables."""
LONG = 0
"""Comes before a stack that is written value by value; numbers of stacks are one more than they are."""
PLACE = 40
"""Bits of a place in the arena."""

# What the array `counts` holds.
STATES, USED, PAIRS, FOUND, LINE = range(5)

FACTOR = 0x1E3779B97F4A7C15


@njit(**inline)
def mixed(hash, word):  # type: ignore[no-untyped-def]
    hash = (hash ^ word) * I64(FACTOR)
    return hash ^ (hash >> 29)


@njit(**inline)
def put(arena, at, top, part, shift, hash, number):  # type: ignore[no-untyped-def]
    """Write a number; what does not fill a word yet is in `part`. At `top` words get lost."""
    number = number << 1 ^ number >> 63
    while True:
        more = I64(128) if number & ~127 != 0 else I64(0)
        part |= (number & 127 | more) << shift
        shift += 8
        if shift == 56:
            arena[U(at)] = part
            hash = mixed(hash, part)
            if at < top:
                at += 1
            part = I64(0)
            shift = I64(0)
        if more == 0:
            return at, part, shift, hash
        number = number >> 7 & 0x1FFFFFFFFFFFFFF


@njit(**flags)
def put_value(heap, work, names, arena, at, top, part, shift, hash, x):  # type: ignore[no-untyped-def]
    """Write a value. The cells of variables that have a number lie at the end of `work`, from `names` on."""
    n = I64(0)
    while at < top:
        x = deref(heap, x)
        if x & 7 == 0:
            if names <= n + 1:
                return top, part, shift, hash, names
            names -= 1
            work[U(names)] = x >> 3
            y = (I64(NAMES) + work.size - names) << 3 | 4
            heap[U(x >> 3)] = y
            x = y
        if x & 7 == 6:
            p = x >> 3
            header = heap[U(p)]
            k = header >> 3 & 0xFFFFFF
            if n + k >= names:
                return top, part, shift, hash, names
            at, part, shift, hash = put(arena, at, top, part, shift, hash, header ^ 7)
            while k > 1:
                work[U(n)] = heap[U(p + k)]
                n += 1
                k -= 1
            x = heap[U(p + 1)]
            continue
        at, part, shift, hash = put(arena, at, top, part, shift, hash, x)
        if n == 0:
            break
        n -= 1
        x = work[U(n)]
    return at, part, shift, hash, names


@njit(**flags)
def put_stack(heap, work, names, arena, at, top, part, shift, hash, values, start, end):  # type: ignore[no-untyped-def]
    """Write a stack value by value."""
    at, part, shift, hash = put(arena, at, top, part, shift, hash, LONG)
    at, part, shift, hash = put(arena, at, top, part, shift, hash, end - start)
    while start < end and at < top:
        x = values[U(start)]
        at, part, shift, hash, names = put_value(heap, work, names, arena, at, top, part, shift, hash, x)
        start += 1
    return at, part, shift, hash, names


@njit(**flags)
def number_of(heap, pairs, counts, values, start, end):  # type: ignore[no-untyped-def]
    """The number of a stack of constants, and whether it stays so until the stack is touched; -1 if there is
    something else on it, -2 if `pairs` is full.
    """
    mask = (I64(pairs.size) >> 2) - 1
    number = I64(0)
    stays = True
    while start < end:
        x = values[U(start)]
        start += 1
        if x & 7 == 0:
            x = deref(heap, x)
            stays = False
        if x & 7 == 0 or x & 7 == 6:
            return I64(-1), False
        slot = mixed(number, x) & mask
        while pairs[U(4 * slot)] != number + 1 or pairs[U(4 * slot + 1)] != x:
            if pairs[U(4 * slot)] == 0:
                if 2 * counts[2] > mask:
                    return I64(-2), False
                counts[2] += 1
                pairs[U(4 * slot)] = number + 1
                pairs[U(4 * slot + 1)] = x
                pairs[U(4 * slot + 2)] = counts[2]
                break
            slot = (slot + 1) & mask
        number = pairs[U(4 * slot + 2)]
    return number, stays


@njit(**inline)
def touched(places, place, regs):  # type: ignore[no-untyped-def]
    """Note that a location's number is not known any more."""
    if places[U(place + 5)] != 0:
        places[U(place + 5)] = 0
        places[U(place + 6)] = regs[22]
        regs[22] = place + 1


@njit(**flags)
def update_line(heap, pairs, counts, xstack, places, regs):  # type: ignore[no-untyped-def]
    """Bring the line up to date; whether that could be done."""
    before = I64(0)
    link = regs[22]
    while link != 0:
        p = link - 1
        following = places[U(p + 6)]
        start, end = places[U(p + 1)], places[U(p)]
        number, stays = number_of(heap, pairs, counts, xstack, start, end)
        if number == -2:
            return False
        number += 1
        fits = stays and number < 256
        word = 4 + (p >> 3) // 7
        shift = ((p >> 3) % 7) << 3
        counts[U(word)] &= ~(I64(255) << shift)
        if fits:
            counts[U(word)] |= number << shift
            places[U(p + 5)] = number
            if before == 0:
                regs[22] = following
            else:
                places[U(before + 5)] = following
        else:
            before = link
        link = following
    return True


@njit(**flags)
def look(  # type: ignore[no-untyped-def]
    code, heap, stack, sp, slots, fp, xstack, places, work, regs, point, arena, table, pairs, counts
):
    """Whether the state at a program point was seen before; it has been now.

    `point` is the address of the top of what the activation adds to the continuation stack: the number of the
    term, that of its variables, their slots, and the address of the next entry (0: none). So is the second
    word before a return address. The query's variables are the cells between two registers.
    """
    begin = counts[1]
    top = I64(arena.size) - 2
    if top > begin + MOST:
        top = begin + MOST
    at = begin + 1
    words = (places.size >> 3) // 7 + 1
    if at + words > top or 2 * counts[0] > table.size:
        return FULL
    if regs[22] != 0 and not update_line(heap, pairs, counts, xstack, places, regs):
        return FULL
    number = I64(0)
    if sp > 0:
        number, _ = number_of(heap, pairs, counts, stack, I64(0), sp)
        if number == -2:
            return FULL
    hash = I64(0)
    i = I64(0)
    while i < words:
        part = counts[U(4 + i)]
        arena[U(at)] = part
        hash = mixed(hash, part)
        at += 1
        i += 1
    names = I64(work.size)
    part = I64(0)
    shift = I64(0)
    if number >= 0:
        at, part, shift, hash = put(arena, at, top, part, shift, hash, number + 1)
    else:
        at, part, shift, hash, names = put_stack(
            heap, work, names, arena, at, top, part, shift, hash, stack, I64(0), sp
        )
    if regs[22] != 0:
        p = I64(0)
        while p < places.size:
            if places[U(p + 5)] == 0:
                start, end = places[U(p + 1)], places[U(p)]
                number, _ = number_of(heap, pairs, counts, xstack, start, end)
                if number >= 0:
                    at, part, shift, hash = put(arena, at, top, part, shift, hash, number + 1)
                else:
                    at, part, shift, hash, names = put_stack(
                        heap, work, names, arena, at, top, part, shift, hash, xstack, start, end
                    )
            p += 8
    i = regs[16]
    while i < regs[21]:
        at, part, shift, hash, names = put_value(heap, work, names, arena, at, top, part, shift, hash, i << 3)
        i += 1
    while at < top:
        while point != 0:
            at, part, shift, hash = put(arena, at, top, part, shift, hash, code[U(point)])
            end = point + 2 + code[U(point + 1)]
            i = point + 2
            while i < end:
                x = slots[U(fp + code[U(i)])]
                at, part, shift, hash, names = put_value(
                    heap, work, names, arena, at, top, part, shift, hash, x
                )
                i += 1
            point = code[U(end)]
        if slots[U(fp - 2)] == 0:
            break
        point = code[U(slots[U(fp - 1)] - 2)]
        fp = slots[U(fp - 2)]
    while names < work.size:
        heap[U(work[U(names)])] = work[U(names)] << 3
        names += 1
    if at >= top:
        return LARGE if top == begin + MOST else FULL
    arena[U(at)] = part
    hash = mixed(hash, part)
    arena[U(begin)] = at - begin
    mask = I64(table.size) - 1
    slot = (hash ^ hash >> 32) & mask
    tag = hash >> 3 & ~((I64(1) << PLACE) - 1) & 0x7FFFFFFFFFFFFFFF
    while True:
        entry = table[U(slot)]
        if entry == 0:
            table[U(slot)] = tag | begin
            counts[0] += 1
            counts[1] = at + 1
            return NEW
        if entry ^ tag < I64(1) << PLACE:
            place = entry ^ tag
            i = begin
            while i <= at and arena[U(i)] == arena[U(place)]:
                i += 1
                place += 1
            if i > at:
                return KNOWN
        slot = (slot + 1) & mask


@njit(**flags)
def hash_of(arena, place):  # type: ignore[no-untyped-def]
    """The hash of a state in the arena."""
    hash = I64(0)
    i = I64(1)
    while i <= arena[U(place)]:
        hash = mixed(hash, arena[U(place + i)])
        i += 1
    return hash


@njit(**cached)
def rehash(old, table, arena):  # type: ignore[no-untyped-def]
    """Put the entries of a table of states into another, which is empty; sizes are powers of two."""
    mask = I64(table.size) - 1
    i = I64(0)
    while i < old.size:
        if old[U(i)] != 0:
            hash = hash_of(arena, old[U(i)] & ((I64(1) << PLACE) - 1))
            slot = (hash ^ hash >> 32) & mask
            while table[U(slot)] != 0:
                slot = (slot + 1) & mask
            table[U(slot)] = old[U(i)]
        i += 1


@njit(**cached)
def rehash_pairs(old, pairs):  # type: ignore[no-untyped-def]
    """The same for pairs."""
    mask = (I64(pairs.size) >> 2) - 1
    i = I64(0)
    while i < old.size:
        if old[U(i)] != 0:
            slot = mixed(old[U(i)] - 1, old[U(i + 1)]) & mask
            while pairs[U(4 * slot)] != 0:
                slot = (slot + 1) & mask
            pairs[U(4 * slot)] = old[U(i)]
            pairs[U(4 * slot + 1)] = old[U(i + 1)]
            pairs[U(4 * slot + 2)] = old[U(i + 2)]
        i += 4
