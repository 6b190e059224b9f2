"""The loop of the relational kernel. Imports numpy and Numba only; for the words of the heap see `unify`.

`run` executes instructions until one cannot be executed; then it leaves the state as it was before that
instruction and returns. The host (`calculus.machine.relational.kernel.host`) finds out why: a full array, a
heap to be collected, a spent budget, an integer beyond a word, an answer.

λ is the array `stack`, with its top in a register. Every other location has a record of `PLACE` words in
`places` (top, base, limit, watermark, stamp, number, link) and its values in `xstack`. An activation of a
definition has its local variables in `slots` from the register `fp` on; below them are the base of the
caller's and the address to return to. A choice point is `CHOICE` words of `choices`. The trail undoes, from
its top down:

| low bits of the last word | what is undone |
|---|---|
| `00` | the binding of the heap's cell whose index comes before them |
| `01` | the pop of the word before: it goes back to λ, at the index |
| `10` | the same for a location: its number and the height are the index |
| `11` | all pushes and pops of a location since a choice point: two words before are watermark and stamp |

So a pop costs an entry only below the watermark, the lowest that the stack has been since the latest choice
point, and a location costs nothing at a choice point until it is touched.
"""

from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
from numba import njit

from calculus.machine.relational.kernel import seen
from calculus.machine.relational.kernel import unify as unify_module
from calculus.machine.relational.kernel.seen import KNOWN, NEW, look, touched
from calculus.machine.relational.kernel.unify import (
    DONE,
    FAILED,
    ROOM,
    alike,
    bind,
    cached,
    deref,
    inline,
    occurs,
    unify,
)

I64 = np.int64
U = np.uintp

# Instructions. The comment gives the operands; `cost` is the number of transitions since the last charge, and
# `delta` what the top of λ moves by. `where` is a slot, or if negative, minus the depth on λ. An operand d is
# `where` times 8; or, for a variable that is new there, ~slot times 8; or a constant or ground structure as a
# word; or `VOID`, a new variable that nobody uses. `need` lowers λ's watermark (see LOWER).
FAIL = 0  #                 take the next alternative of the latest choice point
LOWER = 1  #                lower the watermark by the register `wanted`, then go on at `back`
ANSWER = 2  # cost, delta
RETURN = 3  # cost, delta
CALL = 4  # address, cost, delta, slots to keep, point (see `seen`), live
JUMP = 5  # address, cost, delta    call, nothing to come back to
GOTO = 6  # address, cost, delta    within an activation
AGAIN = 7  # address, cost, delta, slots to keep, live    back to the start of an iteration
SPEND = 8  # cost, delta
BEGIN = 9  # slots to keep, live    the alternatives of a sum: tests and FOUND for each, then LAST
FOUND = 10  # address               an alternative that may succeed
LAST = 11
CHOOSE = 12  # slots to keep, live, address    the same for two that may without tests; then a FOUND
SWITCH = 13  # place or -1, if unbound, if empty, otherwise, mask, (key, address)…    by the top of a stack
CASES = 14  # height, d, d, otherwise, if less, if equal, if greater    what lies so high on λ may be used
IF_KEY = 15  # where, key, else     what is there may have this head
IF_KEY_X = 16  # place, depth, key, else
IF_HEIGHT = 17  # depth, else       λ has so many values
IF_HEIGHT_X = 18  # place, depth, else
IF_HOLDS = 19  # height, which, d, d, else    a comparison may hold
LOAD = 20  # need, n, (depth, slot)…    new variables are what lies on λ
TEST = 21  # need, where, word      what is there is a constant or a ground structure
MATCH = 22  # need, where, header   it is a structure: then the next instruction, a READ
READ = 23  # n, d…                  … with these arguments
UNIFY = 24  # need, where, d
PUT = 25  # need, offset, n, d…     to λ, from the top on; `KEEP` leaves what is there
BUILD = 26  # slot, header, n, d…   a new structure
MOVE = 27  # slot, d
XPOP = 28  # place, d
XPUSH = 29  # place, d
ARITH = 30  # which, d, d, d
COMPARE = 31  # which, d, d
NEED = 32  # need
IF_ALIKE = 34  # where, argument, d, else    the argument of the structure there may be made equal to d
SEEN = 33  # point                  go on if the state is new (see `seen`)

ADD, SUB, MUL, DIV, MOD, QUO, REM = range(7)
LT, EQ, LE, GT, NE, GE = range(1, 7)
"""As sets of bits: less, equal, greater."""

VOID = 6
KEEP = 14
"""Structures at the indices 0 and 1, which are none."""

# Registers, as they lie in the array between two calls.
(R_PC, R_SP, R_FP, R_HP, R_TP, R_HB, R_LOW, R_FB, R_S, R_STEPS, R_FIRST) = range(11)
(R_CP, R_STAMP, R_SERIAL, R_LIMIT, R_COLLECT, R_GROUND, R_MOST, R_BEGIN, R_WANTED, R_BACK) = range(11, 21)
R_BASE, R_TOUCHED = 21, 22
REGISTERS = 23

PLACE = 8
TOP, BASE, END, MARK, STAMP, NUMBER, LINK = range(7)

CHOICE = 9
C_ENTRY, C_LIVE, C_FP, C_TP, C_HP, C_SP, C_LOW, C_FB, C_STAMP = range(9)

FAIL_AT, LOWER_AT = 0, 1
PRELUDE = (FAIL, LOWER)
"""How all code starts."""


@njit(**inline)
def fetch(stack, sp, slots, fp, d):  # type: ignore[no-untyped-def]
    """The value of an operand that is not new."""
    if d & 7 != 0:
        return d
    return slots[U(fp + (d >> 3))] if d >= 0 else stack[U(sp + (d >> 3))]


@njit(**inline)
def push_choice(choices, regs, code, entry, fp, tp, hp, sp, low, fb):  # type: ignore[no-untyped-def]
    """Leave a choice point; which slots it keeps, BEGIN or CHOOSE says. Returns what slots are kept below."""
    cp = regs[11]
    begin = regs[18]
    serial = regs[13] + 1
    choices[U(cp)] = entry
    choices[U(cp + 1)] = code[U(begin + 2)]
    choices[U(cp + 2)] = fp
    choices[U(cp + 3)] = tp
    choices[U(cp + 4)] = hp
    choices[U(cp + 5)] = sp
    choices[U(cp + 6)] = low
    choices[U(cp + 7)] = fb
    choices[U(cp + 8)] = serial
    regs[11] = cp + 9
    regs[12] = serial
    regs[13] = serial
    kept = fp + code[U(begin + 1)]
    return kept if kept > fb else fb


@njit(**inline)
def touch(trail, tp, places, place, at, stamp):  # type: ignore[no-untyped-def]
    """Note on the trail, once after each choice point, how high a location is and where its watermark."""
    if places[U(place + 4)] != stamp:
        base = places[U(place + 1)]
        trail[U(tp)] = places[U(place + 3)] - base
        trail[U(tp + 1)] = places[U(place + 4)]
        trail[U(tp + 2)] = (at - base) << 22 | place >> 1 | 3
        tp += 3
        places[U(place + 3)] = at
        places[U(place + 4)] = stamp
    return tp


def loop(fingerprint: int) -> Any:
    """The compiled loop. Numba keeps it in its cache under the number, too, which is never negative."""

    @njit(**cached)
    def run(  # type: ignore[no-untyped-def]
        code, heap, stack, slots, trail, choices, xstack, places, work, regs, arena, table, pairs, counts
    ):
        """Execute from the registers until an instruction cannot be executed. All arrays are of int64; for
        the last four see `seen`.
        """
        if fingerprint < 0:
            return
        pc = regs[0]
        sp = regs[1]
        fp = regs[2]
        hp = regs[3]
        tp = regs[4]
        hb = regs[5]  # the top of the heap at the latest choice point
        low = regs[6]  # the watermark of λ
        fb = regs[7]  # slots below it belong to choice points
        s = regs[8]  # the structure that READ reads
        steps = regs[9]
        first = regs[10]  # the alternative that has been found to be possible, if one has
        hp_max = I64(heap.size)
        sp_max = I64(stack.size)
        fp_max = I64(slots.size) - regs[17] - 2
        tp_max = I64(trail.size) - 8
        cp_max = I64(choices.size) - 9
        while True:
            op = code[U(pc)]
            if op == 0:  # FAIL
                at = regs[11] - 9
                if at < 0:
                    break
                bottom = choices[U(at + 3)]
                while tp > bottom:
                    tp -= 1
                    t = trail[U(tp)]
                    kind = t & 3
                    if kind == 0:
                        heap[U(t >> 2)] = t << 1
                    elif kind == 1:
                        tp -= 1
                        stack[U(t >> 2)] = trail[U(tp)]
                    else:
                        place = ((t >> 2) & 0xFFFFF) << 3
                        x = places[U(place + 1)] + (t >> 22)
                        if kind == 2:
                            tp -= 1
                            xstack[U(x)] = trail[U(tp)]
                        else:
                            tp -= 2
                            places[U(place)] = x
                            places[U(place + 3)] = places[U(place + 1)] + trail[U(tp)]
                            places[U(place + 4)] = trail[U(tp + 1)]
                            touched(places, place, regs)
                pc = choices[U(at)]
                fp = choices[U(at + 2)]
                hp = choices[U(at + 4)]
                sp = choices[U(at + 5)]
                low = sp
                first = code[U(pc + 1)]
                pc += 2
                if code[U(pc)] == 11:  # LAST: nothing else is possible
                    low = choices[U(at + 6)]
                    fb = choices[U(at + 7)]
                    regs[11] = at
                    if at > 0:
                        hb = choices[U(at - 5)]
                        regs[12] = choices[U(at - 1)]
                    else:
                        hb = I64(0)
                        regs[12] = 0
                    pc = first
                else:
                    regs[18] = 0
            elif op == 1:  # LOWER
                at = sp - regs[19]
                if at < 0:
                    pc = 0
                    continue
                if tp + 2 * (low - at) > tp_max:
                    break
                while low > at:
                    low -= 1
                    trail[U(tp)] = stack[U(low)]
                    trail[U(tp + 1)] = low << 2 | 1
                    tp += 2
                pc = regs[20]
            elif op == 3:  # RETURN
                if steps >= regs[14] or hp > regs[15]:
                    break
                steps += code[U(pc + 1)]
                sp += code[U(pc + 2)]
                pc = slots[U(fp - 1)]
                fp = slots[U(fp - 2)]
            elif op == 4:  # CALL
                at = fp + code[U(pc + 4)]
                if at < fb:
                    at = fb
                if steps >= regs[14] or hp > regs[15] or at > fp_max:
                    break
                steps += code[U(pc + 2)]
                sp += code[U(pc + 3)]
                slots[U(at)] = fp
                slots[U(at + 1)] = pc + 7
                fp = at + 2
                pc = code[U(pc + 1)]
            elif op == 5:  # JUMP
                if steps >= regs[14] or hp > regs[15] or fb > fp_max:
                    break
                steps += code[U(pc + 2)]
                sp += code[U(pc + 3)]
                if fp < fb:
                    slots[U(fb)] = slots[U(fp - 2)]
                    slots[U(fb + 1)] = slots[U(fp - 1)]
                    fp = fb + 2
                pc = code[U(pc + 1)]
            elif op == 6:  # GOTO
                steps += code[U(pc + 2)]
                sp += code[U(pc + 3)]
                pc = code[U(pc + 1)]
            elif op == 7:  # AGAIN
                if steps >= regs[14] or hp > regs[15] or fb > fp_max:
                    break
                steps += code[U(pc + 2)]
                sp += code[U(pc + 3)]
                if fp < fb:
                    i = code[U(pc + 4)]
                    while i > -2:  # from the top, since they may overlap
                        i -= 1
                        slots[U(fb + 2 + i)] = slots[U(fp + i)]
                    fp = fb + 2
                pc = code[U(pc + 1)]
            elif op == 8:  # SPEND
                steps += code[U(pc + 1)]
                sp += code[U(pc + 2)]
                pc += 3
            elif op == 9:  # BEGIN
                first = I64(0)
                regs[18] = pc
                pc += 3
            elif op == 10:  # FOUND
                if first == 0:
                    first = code[U(pc + 1)]
                    pc += 2
                    continue
                if regs[18] == 0:
                    choices[U(regs[11] - 9)] = pc
                else:
                    if regs[11] > cp_max:
                        break
                    fb = push_choice(choices, regs, code, pc, fp, tp, hp, sp, low, fb)
                    low = sp
                    hb = hp
                pc = first
            elif op == 11:  # LAST
                if regs[18] == 0:
                    at = regs[11] - 9
                    low = choices[U(at + 6)]
                    fb = choices[U(at + 7)]
                    regs[11] = at
                    if at > 0:
                        hb = choices[U(at - 5)]
                        regs[12] = choices[U(at - 1)]
                    else:
                        hb = I64(0)
                        regs[12] = 0
                pc = first
            elif op == 12:  # CHOOSE
                if regs[11] > cp_max:
                    break
                regs[18] = pc
                fb = push_choice(choices, regs, code, pc + 4, fp, tp, hp, sp, low, fb)
                low = sp
                hb = hp
                pc = code[U(pc + 3)]
            elif op == 13:  # SWITCH
                place = code[U(pc + 1)]
                if place < 0:
                    if sp == 0:
                        pc = code[U(pc + 3)]
                        continue
                    x = stack[U(sp - 1)]
                else:
                    at = places[U(place)]
                    if at == places[U(place + 1)]:
                        pc = code[U(pc + 3)]
                        continue
                    x = xstack[U(at - 1)]
                x = deref(heap, x)
                if x & 7 == 0:
                    pc = code[U(pc + 2)]
                    continue
                if x & 7 == 6:
                    s = x >> 3
                    x = heap[U(s)] ^ 7
                mask = code[U(pc + 5)]
                i = (x >> 1 ^ x >> 3) & mask
                while True:
                    key = code[U(pc + 6 + 2 * i)]
                    if key == x:
                        pc = code[U(pc + 7 + 2 * i)]
                        break
                    if key == 0:
                        pc = code[U(pc + 4)]
                        break
                    i = (i + 1) & mask
            elif op == 14:  # CASES
                pc += 4
                if code[U(pc - 3)] <= sp:
                    x = deref(heap, fetch(stack, sp, slots, fp, code[U(pc - 2)]))
                    y = deref(heap, fetch(stack, sp, slots, fp, code[U(pc - 1)]))
                    if x & y & 1 == 1:
                        pc += 1 if x < y else 2 if x == y else 3
                pc = code[U(pc)]
            elif op == 15:  # IF_KEY
                d = code[U(pc + 1)]
                if sp + d < 0 and d < 0:
                    pc = code[U(pc + 3)]
                    continue
                x = deref(heap, slots[U(fp + d)] if d >= 0 else stack[U(sp + d)])
                if x & 7 != 0:
                    if x & 7 == 6:
                        x = heap[U(x >> 3)] ^ 7
                    if x != code[U(pc + 2)]:
                        pc = code[U(pc + 3)]
                        continue
                pc += 4
            elif op == 16:  # IF_KEY_X
                place = code[U(pc + 1)]
                at = places[U(place)] - code[U(pc + 2)]
                if at < places[U(place + 1)]:
                    pc = code[U(pc + 4)]
                    continue
                x = deref(heap, xstack[U(at)])
                if x & 7 != 0:
                    if x & 7 == 6:
                        x = heap[U(x >> 3)] ^ 7
                    if x != code[U(pc + 3)]:
                        pc = code[U(pc + 4)]
                        continue
                pc += 5
            elif op == 17:  # IF_HEIGHT
                pc = pc + 3 if sp >= code[U(pc + 1)] else code[U(pc + 2)]
            elif op == 18:  # IF_HEIGHT_X
                place = code[U(pc + 1)]
                enough = places[U(place)] - code[U(pc + 2)] >= places[U(place + 1)]
                pc = pc + 4 if enough else code[U(pc + 3)]
            elif op == 19:  # IF_HOLDS
                pc += 6
                if code[U(pc - 5)] <= sp:
                    x = deref(heap, fetch(stack, sp, slots, fp, code[U(pc - 3)]))
                    y = deref(heap, fetch(stack, sp, slots, fp, code[U(pc - 2)]))
                    if x & y & 1 == 1 and (1 if x < y else 2 if x == y else 4) & code[U(pc - 4)] == 0:
                        pc = code[U(pc - 1)]
            elif op == 20:  # LOAD
                need = code[U(pc + 1)]
                if sp - need < low:
                    regs[19] = need
                    regs[20] = pc
                    pc = 1
                    continue
                n = code[U(pc + 2)]
                pc += 3
                while n > 0:
                    slots[U(fp + code[U(pc + 1)])] = stack[U(sp - code[U(pc)])]
                    pc += 2
                    n -= 1
            elif op == 21:  # TEST
                need = code[U(pc + 1)]
                if sp - need < low:
                    regs[19] = need
                    regs[20] = pc
                    pc = 1
                    continue
                d = code[U(pc + 2)]
                y = code[U(pc + 3)]
                x = deref(heap, slots[U(fp + d)] if d >= 0 else stack[U(sp + d)])
                if x == y:
                    pc += 4
                elif x & 7 == 0:
                    if tp > tp_max:
                        break
                    tp = bind(heap, trail, tp, hb, x, y)
                    pc += 4
                elif x & 7 == 6 and y & 7 == 6:
                    found = unify(heap, trail, work, regs[16], x, y, tp, hb)
                    tp = found >> 2
                    if found & 3 == ROOM:
                        break
                    pc = pc + 4 if found & 3 == DONE else 0
                else:
                    pc = 0
            elif op == 22:  # MATCH
                need = code[U(pc + 1)]
                if sp - need < low:
                    regs[19] = need
                    regs[20] = pc
                    pc = 1
                    continue
                d = code[U(pc + 2)]
                x = deref(heap, slots[U(fp + d)] if d >= 0 else stack[U(sp + d)])
                if x & 7 == 6:
                    s = x >> 3
                    pc = pc + 4 if heap[U(s)] == code[U(pc + 3)] else 0
                elif x & 7 != 0:
                    pc = 0
                else:
                    n = code[U(pc + 5)]
                    if tp > tp_max or hp + n >= hp_max:
                        break
                    found = I64(DONE)
                    i = I64(1)
                    while i <= n:
                        d = code[U(pc + 5 + i)]
                        if d & 7 == 0:
                            if d < 0:
                                y = (hp + i) << 3
                                slots[U(fp + ~(d >> 3))] = y
                            else:
                                y = deref(heap, slots[U(fp + (d >> 3))])
                                if y == x:
                                    found = I64(FAILED)
                                    break
                                if y & 7 == 6 and y >> 3 >= regs[16]:
                                    found = I64(occurs(heap, work, 0, regs[16], x, y))
                                    if found != DONE:
                                        break
                        elif d == 6:
                            y = (hp + i) << 3
                        else:
                            y = d
                        heap[U(hp + i)] = y
                        i += 1
                    if found == DONE:
                        heap[U(hp)] = code[U(pc + 3)]
                        tp = bind(heap, trail, tp, hb, x, hp << 3 | 6)
                        hp += n + 1
                        pc += 6 + n
                    elif found == FAILED:
                        pc = 0
                    else:
                        break
            elif op == 23:  # READ
                n = code[U(pc + 1)]
                if tp + n > tp_max:
                    break
                found = I64(DONE)
                i = I64(1)
                while i <= n:
                    x = heap[U(s + i)]
                    d = code[U(pc + 1 + i)]
                    i += 1
                    if d & 7 == 0:
                        if d < 0:
                            slots[U(fp + ~(d >> 3))] = x
                            continue
                        d = slots[U(fp + (d >> 3))]
                    elif d == 6:
                        continue
                    if x == d:
                        continue
                    x = deref(heap, x)
                    d = deref(heap, d)
                    if x == d:
                        continue
                    if x & 7 == 0 and (d & 7 != 0 and d & 7 != 6):
                        tp = bind(heap, trail, tp, hb, x, d)
                    elif d & 7 == 0 and (x & 7 != 0 and x & 7 != 6):
                        tp = bind(heap, trail, tp, hb, d, x)
                    elif x & 7 != 0 and d & 7 != 0 and (x & 7 != 6 or d & 7 != 6):
                        found = I64(FAILED)
                        break
                    else:
                        found = unify(heap, trail, work, regs[16], x, d, tp, hb)
                        tp = found >> 2
                        found &= 3
                        if found == DONE and tp + n > tp_max:
                            found = I64(ROOM)
                        if found != DONE:
                            break
                if found == DONE:
                    pc += 2 + n
                elif found == FAILED:
                    pc = 0
                else:
                    break
            elif op == 24:  # UNIFY
                need = code[U(pc + 1)]
                if sp - need < low:
                    regs[19] = need
                    regs[20] = pc
                    pc = 1
                    continue
                d = code[U(pc + 2)]
                x = slots[U(fp + d)] if d >= 0 else stack[U(sp + d)]
                y = fetch(stack, sp, slots, fp, code[U(pc + 3)])
                found = unify(heap, trail, work, regs[16], x, y, tp, hb)
                tp = found >> 2
                if found & 3 == ROOM:
                    break
                pc = pc + 4 if found & 3 == DONE else 0
            elif op == 25:  # PUT
                need = code[U(pc + 1)]
                if sp - need < low:
                    regs[19] = need
                    regs[20] = pc
                    pc = 1
                    continue
                at = sp + code[U(pc + 2)]
                n = code[U(pc + 3)]
                if at + n > sp_max or hp + n > hp_max:
                    break
                pc += 4
                end = at + n
                while at < end:
                    d = code[U(pc)]
                    pc += 1
                    if d & 7 == 0:
                        if d >= 0:
                            d = slots[U(fp + (d >> 3))]
                        else:
                            heap[U(hp)] = hp << 3
                            slots[U(fp + ~(d >> 3))] = hp << 3
                            d = hp << 3
                            hp += 1
                    elif d == 6:
                        d = hp << 3
                        heap[U(hp)] = d
                        hp += 1
                    elif d == 14:
                        at += 1
                        continue
                    stack[U(at)] = d
                    at += 1
                # What mostly comes next is done here, without looking for it again.
                if code[U(pc)] == 4:  # CALL
                    at = fp + code[U(pc + 4)]
                    if at < fb:
                        at = fb
                    if steps >= regs[14] or hp > regs[15] or at > fp_max:
                        break
                    steps += code[U(pc + 2)]
                    sp += code[U(pc + 3)]
                    slots[U(at)] = fp
                    slots[U(at + 1)] = pc + 7
                    fp = at + 2
                    pc = code[U(pc + 1)]
                elif code[U(pc)] == 5:  # JUMP
                    if steps >= regs[14] or hp > regs[15] or fb > fp_max:
                        break
                    steps += code[U(pc + 2)]
                    sp += code[U(pc + 3)]
                    if fp < fb:
                        slots[U(fb)] = slots[U(fp - 2)]
                        slots[U(fb + 1)] = slots[U(fp - 1)]
                        fp = fb + 2
                    pc = code[U(pc + 1)]
            elif op == 26:  # BUILD
                n = code[U(pc + 3)]
                if hp + n >= hp_max:
                    break
                i = I64(1)
                while i <= n:
                    d = code[U(pc + 3 + i)]
                    if d & 7 == 0:
                        if d >= 0:
                            d = slots[U(fp + (d >> 3))]
                        else:
                            slots[U(fp + ~(d >> 3))] = (hp + i) << 3
                            d = (hp + i) << 3
                    elif d == 6:
                        d = (hp + i) << 3
                    heap[U(hp + i)] = d
                    i += 1
                heap[U(hp)] = code[U(pc + 2)]
                slots[U(fp + code[U(pc + 1)])] = hp << 3 | 6
                hp += n + 1
                pc += 4 + n
            elif op == 27:  # MOVE
                d = code[U(pc + 2)]
                if d & 7 == 0 and d < 0:
                    if hp >= hp_max:
                        break
                    x = hp << 3
                    heap[U(hp)] = x
                    hp += 1
                    slots[U(fp + ~(d >> 3))] = x
                else:
                    x = fetch(stack, sp, slots, fp, d)
                slots[U(fp + code[U(pc + 1)])] = x
                pc += 3
            elif op == 28:  # XPOP
                place = code[U(pc + 1)]
                at = places[U(place)] - 1
                if at < places[U(place + 1)]:
                    pc = 0
                    continue
                if tp > tp_max:
                    break
                x = xstack[U(at)]
                d = code[U(pc + 2)]
                if d & 7 == 0 and d < 0:
                    slots[U(fp + ~(d >> 3))] = x
                elif d != 6:
                    x = deref(heap, x)
                    d = deref(heap, fetch(stack, sp, slots, fp, d))
                    if x & 7 == 0 and (d & 7 != 0 and d & 7 != 6):
                        tp = bind(heap, trail, tp, hb, x, d)
                    elif x != d and (x & 7 == 0 or d & 7 == 0 or (x & 7 == 6 and d & 7 == 6)):
                        found = unify(heap, trail, work, regs[16], x, d, tp, hb)
                        tp = found >> 2
                        if found & 3 == FAILED:
                            pc = 0
                            continue
                        if found & 3 == ROOM or tp > tp_max:
                            break
                    elif x != d:
                        pc = 0
                        continue
                    x = xstack[U(at)]
                tp = touch(trail, tp, places, place, at + 1, regs[12])
                if at < places[U(place + 3)]:
                    trail[U(tp)] = x
                    trail[U(tp + 1)] = (at - places[U(place + 1)]) << 22 | place >> 1 | 2
                    tp += 2
                    places[U(place + 3)] = at
                places[U(place)] = at
                touched(places, place, regs)
                pc += 3
            elif op == 29:  # XPUSH
                place = code[U(pc + 1)]
                at = places[U(place)]
                if at >= places[U(place + 2)] or tp > tp_max or hp >= hp_max:
                    break
                d = code[U(pc + 2)]
                if d & 7 == 0:
                    if d >= 0:
                        d = slots[U(fp + (d >> 3))]
                    else:
                        heap[U(hp)] = hp << 3
                        slots[U(fp + ~(d >> 3))] = hp << 3
                        d = hp << 3
                        hp += 1
                elif d == 6:
                    d = hp << 3
                    heap[U(hp)] = d
                    hp += 1
                tp = touch(trail, tp, places, place, at, regs[12])
                xstack[U(at)] = d
                places[U(place)] = at + 1
                touched(places, place, regs)
                pc += 3
            elif op == 30:  # ARITH
                which = code[U(pc + 1)]
                x = deref(heap, fetch(stack, sp, slots, fp, code[U(pc + 2)]))
                y = deref(heap, fetch(stack, sp, slots, fp, code[U(pc + 3)]))
                d = code[U(pc + 4)]
                if x & y & 1 == 0:
                    # Only of add and sub, and only one of the first two may be unknown.
                    if which > 1 or tp > tp_max or d == 6 or (d & 7 == 0 and d < 0):
                        break
                    z = deref(heap, fetch(stack, sp, slots, fp, d))
                    if x & 7 == 0 and y & z & 1 == 1:
                        # x = z - y, or x = z + y
                        y ^= 1
                        w = z - y if which == 0 else z + y
                        if ((z ^ y) & (z ^ w) if which == 0 else (z ^ w) & (y ^ w)) < 0:
                            break
                        tp = bind(heap, trail, tp, hb, x, w)
                    elif y & 7 == 0 and x & z & 1 == 1:
                        # y = z - x, or y = x - z
                        w = z - x if which == 0 else x - z
                        if (x ^ z) & ((z if which == 0 else x) ^ w) < 0:
                            break
                        tp = bind(heap, trail, tp, hb, y, w | 1)
                    else:
                        break
                    pc += 5
                    continue
                if which == 0:
                    y ^= 1
                    z = x + y
                    if (x ^ z) & (y ^ z) < 0:
                        break
                elif which == 1:
                    y ^= 1
                    z = x - y
                    if (x ^ y) & (x ^ z) < 0:
                        break
                else:
                    x >>= 1
                    y >>= 1
                    if which == 2:  # MUL
                        # Near the edge the host decides.
                        if abs(float(x) * float(y)) > 4.6e18:
                            break
                        z = x * y
                    elif y == 0 or y == -1:
                        break
                    else:
                        z = x // y
                        if which > 4 and z < 0 and z * y != x:  # QUO, REM: towards zero
                            z += 1
                        if which == 4 or which == 6:  # MOD, REM
                            z = x - z * y
                    z = z << 1 | 1
                if d & 7 == 0 and d < 0:
                    slots[U(fp + ~(d >> 3))] = z
                elif d != 6:
                    y = deref(heap, fetch(stack, sp, slots, fp, d))
                    if y & 7 == 0:
                        if tp > tp_max:
                            break
                        tp = bind(heap, trail, tp, hb, y, z)
                    elif y != z:
                        pc = 0
                        continue
                pc += 5
            elif op == 31:  # COMPARE
                x = deref(heap, fetch(stack, sp, slots, fp, code[U(pc + 2)]))
                y = deref(heap, fetch(stack, sp, slots, fp, code[U(pc + 3)]))
                if x & y & 1 == 0:
                    break
                pc = pc + 4 if (1 if x < y else 2 if x == y else 4) & code[U(pc + 1)] != 0 else 0
            elif op == 32:  # NEED
                need = code[U(pc + 1)]
                if sp - need < low:
                    regs[19] = need
                    regs[20] = pc
                    pc = 1
                    continue
                pc += 2
            elif op == 33:  # SEEN
                point = code[U(pc + 1)]
                found = look(
                    code,
                    heap,
                    stack,
                    sp,
                    slots,
                    fp,
                    xstack,
                    places,
                    work,
                    regs,
                    point,
                    arena,
                    table,
                    pairs,
                    counts,
                )
                if found == NEW:
                    pc += 2
                elif found == KNOWN:
                    pc = 0
                else:
                    counts[3] = found
                    break
            elif op == 34:  # IF_ALIKE
                d = code[U(pc + 1)]
                if sp + d < 0 and d < 0:
                    pc = code[U(pc + 4)]
                    continue
                x = deref(heap, slots[U(fp + d)] if d >= 0 else stack[U(sp + d)])
                i = code[U(pc + 2)]
                if x & 7 == 6 and heap[U(x >> 3)] >> 3 & 0xFFFFFF >= i:
                    y = fetch(stack, sp, slots, fp, code[U(pc + 3)])
                    if not alike(heap, heap[U((x >> 3) + i)], y):
                        pc = code[U(pc + 4)]
                        continue
                pc += 5
            else:  # ANSWER
                break
        regs[0] = pc
        regs[1] = sp
        regs[2] = fp
        regs[3] = hp
        regs[4] = tp
        regs[5] = hb
        regs[6] = low
        regs[7] = fb
        regs[8] = s
        regs[9] = steps
        regs[10] = first

    return run


def _fingerprint() -> int:
    """A number that changes with the modules whose functions the loop calls."""
    return crc32(b"".join(Path(module).read_bytes() for module in (seen.__file__, unify_module.__file__)))


run = loop(_fingerprint())
