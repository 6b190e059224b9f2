"""The collector of the relational heap. Imports numpy and Numba only; for the words see `unify`.

It marks the cells that can be reached and slides them down, so that their order stays: what was made after
a choice point is above what was made before it, and taking back is still setting the top of the heap.
References to cells within structures keep just those cells. Of each 32 cells `marks` has the bits of those
that were reached, and where the first of them goes.

Roots are the initial variables (just below `base`, where what moves begins), λ, the other locations, what the
trail will put back, and the slots that are needed: of the current activation those that `live` lists, of
others those that the code lists before the address to which control returns, or that a choice point lists. A
binding on the trail whose cell was not reached is forgotten.
"""

import numpy as np
from numba import njit

from calculus.machine.relational.kernel.unify import cached, flags, inline

I64 = np.int64
U = np.uintp


@njit(**inline)
def ones(x):  # type: ignore[no-untyped-def]
    """The number of bits set, of 32."""
    x -= (x >> 1) & 0x55555555
    x = (x & 0x33333333) + ((x >> 2) & 0x33333333)
    x = (x + (x >> 4)) & 0x0F0F0F0F
    return (x * 0x01010101) >> 24 & 0xFF


@njit(**inline)
def new_index(marks, i):  # type: ignore[no-untyped-def]
    """Where the cells from the index `i` on begin to go."""
    at = (i >> 5) << 1
    return marks[U(at + 1)] + ones(marks[U(at)] & ((I64(1) << (i & 31)) - 1))


@njit(**inline)
def moved(marks, base, x):  # type: ignore[no-untyped-def]
    """A word after the move."""
    if (x & 7 == 0 or x & 7 == 6) and x >> 3 >= base:
        return new_index(marks, x >> 3) << 3 | (x & 7)
    return x


@njit(**flags)
def mark(heap, marks, work, base, outside, word):  # type: ignore[no-untyped-def]
    """Mark all cells that can be reached from a word."""
    n = I64(0)
    x = word
    while True:
        tag = x & 7
        if tag == 4:
            outside[U(x >> 3)] = 1
        elif (tag == 0 or tag == 6) and x >> 3 >= base:
            i = x >> 3
            at = (i >> 5) << 1
            bit = I64(1) << (i & 31)
            if marks[U(at)] & bit == 0:
                marks[U(at)] |= bit
                if tag == 0:
                    x = heap[U(i)]
                    continue
                end = i + (heap[U(i)] >> 3 & 0xFFFFFF)
                while i < end:
                    i += 1
                    at = (i >> 5) << 1
                    bit = I64(1) << (i & 31)
                    if marks[U(at)] & bit == 0:
                        marks[U(at)] |= bit
                        y = heap[U(i)]
                        if y & 1 == 0 and y & 7 != 2:
                            work[U(n)] = y
                            n += 1
        if n == 0:
            return
        n -= 1
        x = work[U(n)]


@njit(**flags)
def mark_slots(heap, marks, work, base, outside, code, slots, slot_marks, fp, live):  # type: ignore[no-untyped-def]
    """Mark what an activation needs of its slots, and then those it will return to, up to one that has been
    looked at in this way.
    """
    while True:
        i = live
        while code[U(i)] >= 0:
            slot = fp + code[U(i)]
            i += 1
            if slot_marks[U(slot)] & 1 == 0:
                slot_marks[U(slot)] |= 1
                mark(heap, marks, work, base, outside, slots[U(slot)])
        if slot_marks[U(fp - 2)] & 2 != 0 or slots[U(fp - 2)] == 0:
            return
        slot_marks[U(fp - 2)] |= 2
        live = code[U(slots[U(fp - 1)] - 1)]
        fp = slots[U(fp - 2)]


@njit(**cached)
def collect(  # type: ignore[no-untyped-def]
    heap,
    marks,
    work,
    base,
    first,
    outside,
    code,
    stack,
    sp,
    slots,
    slot_marks,
    fp,
    live,
    trail,
    tp,
    choices,
    cp,
    xstack,
    places,
    hp,
):
    """Collect; returns the new top of the heap. The initial variables are from `first` on."""
    i = I64(first)
    while i < base:
        mark(heap, marks, work, base, outside, heap[U(i)])
        i += 1
    i = I64(0)
    while i < sp:
        mark(heap, marks, work, base, outside, stack[U(i)])
        i += 1
    p = I64(0)
    while p < places.size:
        i = places[U(p + 1)]
        while i < places[U(p)]:
            mark(heap, marks, work, base, outside, xstack[U(i)])
            i += 1
        p += 8
    i = I64(tp)
    while i > 0:
        i -= 1
        kind = trail[U(i)] & 3
        if kind == 3:
            i -= 2
        elif kind != 0:
            i -= 1
            mark(heap, marks, work, base, outside, trail[U(i)])
    mark_slots(heap, marks, work, base, outside, code, slots, slot_marks, fp, live)
    i = I64(0)
    while i < cp:
        kept, live = choices[U(i + 2)], choices[U(i + 1)]
        mark_slots(heap, marks, work, base, outside, code, slots, slot_marks, kept, live)
        i += 9
    # Where everything goes.
    free = I64(base)
    i = (base >> 5) << 1
    while i <= (hp >> 5) << 1:
        marks[U(i + 1)] = free
        free += ones(marks[U(i)])
        i += 2
    # Change the roots.
    i = I64(first)
    while i < base:
        heap[U(i)] = moved(marks, base, heap[U(i)])
        i += 1
    i = I64(0)
    while i < sp:
        stack[U(i)] = moved(marks, base, stack[U(i)])
        i += 1
    p = I64(0)
    while p < places.size:
        i = places[U(p + 1)]
        while i < places[U(p)]:
            xstack[U(i)] = moved(marks, base, xstack[U(i)])
            i += 1
        p += 8
    i = I64(tp)
    while i > 0:
        i -= 1
        entry = trail[U(i)]
        kind = entry & 3
        if kind == 3:
            i -= 2
        elif kind != 0:
            i -= 1
            trail[U(i)] = moved(marks, base, trail[U(i)])
        elif entry >> 2 >= base:
            cell = entry >> 2
            reached = marks[U((cell >> 5) << 1)] >> (cell & 31) & 1
            trail[U(i)] = new_index(marks, cell) << 2 if reached else 0
    i = I64(0)
    while i < slot_marks.size:
        if slot_marks[U(i)] & 1 != 0:
            slots[U(i)] = moved(marks, base, slots[U(i)])
        i += 1
    i = I64(0)
    while i < cp:
        if choices[U(i + 4)] > base:
            choices[U(i + 4)] = new_index(marks, choices[U(i + 4)])
        i += 9
    # Move.
    free = I64(base)
    block = base >> 5
    while block <= hp >> 5:
        bits = marks[U(block << 1)]
        while bits != 0:
            low = bits & -bits
            bits ^= low
            heap[U(free)] = moved(marks, base, heap[U((block << 5) + ones(low - 1))])
            free += 1
        block += 1
    return free
