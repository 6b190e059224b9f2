"""The kernel: compiled code run over flat arrays. Imports numpy and Numba only.

`run` executes instructions until one cannot be executed; it then leaves the state as it was before that
instruction and returns. The host (`calculus.machine.kernel.run`) finds out from the instruction why: a full
array, a full heap, a spent budget, a big integer, an empty stack. So no bound is exceeded, nothing wraps
around, and the reasons are dealt with in Python, outside the hot loop.

A value is one 64-bit word:

| low bits | value |
|---|---|
| `1` | the integer n, as 2n+1 |
| `000` | a closure: its index in the heap, times 8 |
| `010` | a jump: its number, times 8 |
| `100` | a constant kept outside (big integer, text): its number, times 8 |
| `110` | a closed thunk: the address of its code, times 8 |

A closure in the heap is a header (address << 24 | number of values) and the values it captures. A frame of
the continuation stack is three words: return address, current closure, base of the local slots; the word
before a return address points to the table of its other handlers (see `compile`).
"""

from typing import Any

import numpy as np
from numba import njit

I64 = np.int64
U = np.uintp

# Instructions. The comment gives the operands; `cost` is the number of transitions since the last charge.
ENTER = 0  # pops, slots     start of a block: pop the first arguments into slots 0, 1, …
CHECK = 1  # cost            check limits
RET = 2  # cost              leave with the jump `*`
TCALL_L = 3  # slot, cost    run a value, nothing to come back to: check limits
TCALL_C = 4  # captured, cost
CALL_L = 5  # slot, live slots, cost, table   run a value and come back: check limits
CALL_C = 6  # captured, live slots, cost, table
TJMP = 7  # address, cost    run a block, nothing to come back to
CALL_G = 8  # address, live slots, cost, table
JMP = 9  # address, cost
AGAIN = 10  # address, cost  back to the start of a loop: check limits
THROW = 11  # label, cost    leave with a jump
RETHROW = 12  #              leave with the jump in the `thrown` register
SITE = 13  # return address, cost   push a frame, go on
PUSH_L = 14  # slot          onto λ
PUSH_C = 15  # captured
PUSH_K = 16  # value
PUSH_T = 17  # address, live slots, n, n sources   a new closure
MAKE = 18  # slot, address, live slots, n, n sources   a new closure in a slot
POP = 19  # slot             from λ
XPUSH_L = 20  # location, slot
XPUSH_C = 21  # location, captured
XPUSH_K = 22  # location, value
XPOP = 23  # location, slot
MOVE_C = 24  # slot, captured
MOVE_K = 25  # slot, value
ADD_L = 26  # slot, a, b     arithmetic on slots into a slot
ADD_P = 27  # a, b           … onto λ
ADDK_L = 28  # slot, a, k
ADDK_P = 29  # a, k
ADD_SS = 30  #               … on the top of λ
ADD_SK = 31  # k
ADD_SL = 32  # b
SUB_L = 33  # slot, a, b
SUB_P = 34  # a, b
SUB_SS = 35
SUB_SL = 36  # b
PRIM_L = 37  # slot, which, a, b
PRIM_P = 38  # which, a, b
BR_LT = 39  # a, b, address   go on if a < b, else to the address
BR_LTK = 40  # a, k, address
BR_LEK = 41  # a, k, address
BR_EQ = 42  # a, b, address
BR_EQK = 43  # a, k, address
TRAP = 44  #                 never executed: the host has to do it
HALT = 45  #                 the bottom of the continuation stack
ADD_X = 46  # location, slot, a, b   into a slot and onto the location
ADDK_X = 47  # location, slot, a, k
PUSH_LL = 48  # slot, slot
RET_L = 49  # cost, slot     onto λ, then RET
RET_K = 50  # cost, value
RET_ADD = 51  # cost         ADD_SS, then RET
RET_ADDK = 52  # cost, k     ADD_SK, then RET
PUSH_CC = 53  # captured, captured
PUSH_KK = 54  # value, value

# Which primitive PRIM computes (the last two only the host can).
MUL, DIV, MOD, NEG, EQ, NE, LT, LE, GT, GE, AND, OR, NOT, CONCAT, LENGTH = range(15)

# Registers, as they lie in the array between two calls.
R_PC, R_SP, R_FP, R_KP, R_CLOSURE, R_HP, R_STEPS, R_LIMIT, R_THROWN = range(9)
REGISTERS = 9

SLACK = 512
"""Room that `run` leaves free in λ beyond what it checks; no path pushes more between two checks."""

STAR = 2
FALSE = 10
TRUE = 18

HALT_AT = 1
RETHROW_AT = 4
PRELUDE = (2, HALT, 0, -2, RETHROW)
"""How all code starts: HALT, its table (which no jump gets past), and the one RETHROW."""

_flags: Any = {"cache": True, "nogil": True, "error_model": "numpy"}


@njit(**_flags)
def run(code, heap, stack, slots, frames, xstack, xtop, xlimit, xbase, regs):  # type: ignore[no-untyped-def]
    """Execute from the registers until an instruction cannot be executed.

    Arrays of int64: `code`; `heap`; `stack` (λ); `slots` (of all activations); `frames` (three words each);
    `xstack`, all other locations one after the other, location l in `xbase[l] <= i < xtop[l] <= xlimit[l]`;
    `regs`.
    """
    pc = regs[0]
    sp = regs[1]
    fp = regs[2]
    kp = regs[3]
    clo = regs[4]
    hp = regs[5]
    steps = regs[6]
    limit = regs[7]
    thrown = regs[8]
    sp_max = I64(stack.size) - SLACK
    fp_max = I64(slots.size)
    kp_max = I64(frames.size) - 3
    hp_max = I64(heap.size)
    while True:
        op = code[U(pc)]
        if op == 0:  # ENTER
            n = code[U(pc + 1)]
            if sp < n or fp + code[U(pc + 2)] > fp_max:
                break
            i = 0
            while i < n:
                sp -= 1
                slots[U(fp + i)] = stack[U(sp)]
                i += 1
            pc += 3
        elif op == 1:  # CHECK
            if steps >= limit or sp > sp_max:
                break
            steps += code[U(pc + 1)]
            pc += 2
        elif op == 2:  # RET
            if steps >= limit or sp > sp_max:
                break
            steps += code[U(pc + 1)]
            kp -= 3
            pc = frames[U(kp)]
            clo = frames[U(kp + 1)]
            fp = frames[U(kp + 2)]
        elif op == 3:  # TCALL_L
            if steps >= limit or sp > sp_max:
                break
            x = slots[U(fp + code[U(pc + 1)])]
            steps += code[U(pc + 2)]
            if x & 7 == 0:
                clo = x >> 3
                pc = heap[U(clo)] >> 24
            elif x & 7 == 6:
                clo = 0
                pc = x >> 3
            else:
                thrown = x
                pc = 4
        elif op == 4:  # TCALL_C
            if steps >= limit or sp > sp_max:
                break
            x = heap[U(clo + 1 + code[U(pc + 1)])]
            steps += code[U(pc + 2)]
            if x & 7 == 0:
                clo = x >> 3
                pc = heap[U(clo)] >> 24
            elif x & 7 == 6:
                clo = 0
                pc = x >> 3
            else:
                thrown = x
                pc = 4
        elif op == 5:  # CALL_L
            live = fp + code[U(pc + 2)]
            if steps >= limit or sp > sp_max or kp > kp_max or live > fp_max:
                break
            x = slots[U(fp + code[U(pc + 1)])]
            steps += code[U(pc + 3)]
            frames[U(kp)] = pc + 5
            frames[U(kp + 1)] = clo
            frames[U(kp + 2)] = fp
            kp += 3
            if x & 7 == 0:
                clo = x >> 3
                pc = heap[U(clo)] >> 24
                fp = live
            elif x & 7 == 6:
                clo = 0
                pc = x >> 3
                fp = live
            else:
                thrown = x
                pc = 4
        elif op == 6:  # CALL_C
            live = fp + code[U(pc + 2)]
            if steps >= limit or sp > sp_max or kp > kp_max or live > fp_max:
                break
            x = heap[U(clo + 1 + code[U(pc + 1)])]
            steps += code[U(pc + 3)]
            frames[U(kp)] = pc + 5
            frames[U(kp + 1)] = clo
            frames[U(kp + 2)] = fp
            kp += 3
            if x & 7 == 0:
                clo = x >> 3
                pc = heap[U(clo)] >> 24
                fp = live
            elif x & 7 == 6:
                clo = 0
                pc = x >> 3
                fp = live
            else:
                thrown = x
                pc = 4
        elif op == 7:  # TJMP
            if steps >= limit or sp > sp_max:
                break
            steps += code[U(pc + 2)]
            clo = 0
            pc = code[U(pc + 1)]
        elif op == 8:  # CALL_G
            live = fp + code[U(pc + 2)]
            if steps >= limit or sp > sp_max or kp > kp_max or live > fp_max:
                break
            steps += code[U(pc + 3)]
            frames[U(kp)] = pc + 5
            frames[U(kp + 1)] = clo
            frames[U(kp + 2)] = fp
            kp += 3
            clo = 0
            pc = code[U(pc + 1)]
            fp = live
        elif op == 9:  # JMP
            steps += code[U(pc + 2)]
            pc = code[U(pc + 1)]
        elif op == 10:  # AGAIN
            if steps >= limit or sp > sp_max:
                break
            steps += code[U(pc + 2)]
            pc = code[U(pc + 1)]
        elif op == 11:  # THROW
            thrown = code[U(pc + 1)]
            steps += code[U(pc + 2)]
            pc = 4
        elif op == 12:  # RETHROW
            if steps >= limit or sp > sp_max:
                break
            back = frames[U(kp - 3)]
            if thrown == 2:
                kp -= 3
                pc = back
                clo = frames[U(kp + 1)]
                fp = frames[U(kp + 2)]
            else:
                table = code[U(back - 1)]
                i = table + 2
                end = i + 2 * code[U(table + 1)]
                while i < end and code[U(i)] != thrown:
                    i += 2
                if i < end:
                    kp -= 3
                    pc = code[U(i + 1)]
                    clo = frames[U(kp + 1)]
                    fp = frames[U(kp + 2)]
                elif end < table:
                    break
                else:
                    kp -= 3
                    steps += code[U(table)]
        elif op == 13:  # SITE
            if kp > kp_max:
                break
            steps += code[U(pc + 2)]
            frames[U(kp)] = code[U(pc + 1)]
            frames[U(kp + 1)] = clo
            frames[U(kp + 2)] = fp
            kp += 3
            pc += 3
        elif op == 14:  # PUSH_L
            stack[U(sp)] = slots[U(fp + code[U(pc + 1)])]
            sp += 1
            pc += 2
        elif op == 15:  # PUSH_C
            stack[U(sp)] = heap[U(clo + 1 + code[U(pc + 1)])]
            sp += 1
            pc += 2
        elif op == 16:  # PUSH_K
            stack[U(sp)] = code[U(pc + 1)]
            sp += 1
            pc += 2
        elif op == 17:  # PUSH_T
            n = code[U(pc + 3)]
            if hp + n >= hp_max:
                break
            heap[U(hp)] = (code[U(pc + 1)] << 24) | n
            stack[U(sp)] = hp << 3
            sp += 1
            pc += 4
            i = 0
            while i < n:
                j = code[U(pc + i)]
                i += 1
                if j >= 0:
                    heap[U(hp + i)] = slots[U(fp + j)]
                else:
                    heap[U(hp + i)] = heap[U(clo - j)]
            hp += n + 1
            pc += n
        elif op == 18:  # MAKE
            n = code[U(pc + 4)]
            if hp + n >= hp_max:
                break
            heap[U(hp)] = (code[U(pc + 2)] << 24) | n
            x = hp << 3
            target = fp + code[U(pc + 1)]
            pc += 5
            i = 0
            while i < n:
                j = code[U(pc + i)]
                i += 1
                if j >= 0:
                    heap[U(hp + i)] = slots[U(fp + j)]
                else:
                    heap[U(hp + i)] = heap[U(clo - j)]
            slots[U(target)] = x
            hp += n + 1
            pc += n
        elif op == 19:  # POP
            if sp == 0:
                break
            sp -= 1
            slots[U(fp + code[U(pc + 1)])] = stack[U(sp)]
            pc += 2
        elif op == 20 or op == 21 or op == 22:  # XPUSH_L, XPUSH_C, XPUSH_K
            at = code[U(pc + 1)]
            top = xtop[U(at)]
            if top >= xlimit[U(at)]:
                break
            if op == 20:
                x = slots[U(fp + code[U(pc + 2)])]
            elif op == 21:
                x = heap[U(clo + 1 + code[U(pc + 2)])]
            else:
                x = code[U(pc + 2)]
            xstack[U(top)] = x
            xtop[U(at)] = top + 1
            pc += 3
        elif op == 23:  # XPOP
            at = code[U(pc + 1)]
            top = xtop[U(at)] - 1
            if top < xbase[U(at)]:
                break
            xtop[U(at)] = top
            slots[U(fp + code[U(pc + 2)])] = xstack[U(top)]
            pc += 3
        elif op == 24:  # MOVE_C
            slots[U(fp + code[U(pc + 1)])] = heap[U(clo + 1 + code[U(pc + 2)])]
            pc += 3
        elif op == 25:  # MOVE_K
            slots[U(fp + code[U(pc + 1)])] = code[U(pc + 2)]
            pc += 3
        elif op == 26:  # ADD_L
            a = slots[U(fp + code[U(pc + 2)])]
            b = slots[U(fp + code[U(pc + 3)])] - 1
            r = a + b
            if (a & ~b & 1) == 0 or ((a ^ r) & (b ^ r)) < 0:
                break
            slots[U(fp + code[U(pc + 1)])] = r
            pc += 4
        elif op == 27:  # ADD_P
            a = slots[U(fp + code[U(pc + 1)])]
            b = slots[U(fp + code[U(pc + 2)])] - 1
            r = a + b
            if (a & ~b & 1) == 0 or ((a ^ r) & (b ^ r)) < 0:
                break
            stack[U(sp)] = r
            sp += 1
            pc += 3
        elif op == 28:  # ADDK_L
            a = slots[U(fp + code[U(pc + 2)])]
            b = code[U(pc + 3)] - 1
            r = a + b
            if (a & 1) == 0 or ((a ^ r) & (b ^ r)) < 0:
                break
            slots[U(fp + code[U(pc + 1)])] = r
            pc += 4
        elif op == 29:  # ADDK_P
            a = slots[U(fp + code[U(pc + 1)])]
            b = code[U(pc + 2)] - 1
            r = a + b
            if (a & 1) == 0 or ((a ^ r) & (b ^ r)) < 0:
                break
            stack[U(sp)] = r
            sp += 1
            pc += 3
        elif op == 30:  # ADD_SS
            if sp < 2:
                break
            a = stack[U(sp - 2)]
            b = stack[U(sp - 1)] - 1
            r = a + b
            if (a & ~b & 1) == 0 or ((a ^ r) & (b ^ r)) < 0:
                break
            sp -= 1
            stack[U(sp - 1)] = r
            pc += 1
        elif op == 31:  # ADD_SK
            if sp < 1:
                break
            a = stack[U(sp - 1)]
            b = code[U(pc + 1)] - 1
            r = a + b
            if (a & 1) == 0 or ((a ^ r) & (b ^ r)) < 0:
                break
            stack[U(sp - 1)] = r
            pc += 2
        elif op == 32:  # ADD_SL
            if sp < 1:
                break
            a = stack[U(sp - 1)]
            b = slots[U(fp + code[U(pc + 1)])] - 1
            r = a + b
            if (a & ~b & 1) == 0 or ((a ^ r) & (b ^ r)) < 0:
                break
            stack[U(sp - 1)] = r
            pc += 2
        elif op == 33:  # SUB_L
            a = slots[U(fp + code[U(pc + 2)])]
            b = slots[U(fp + code[U(pc + 3)])] - 1
            r = a - b
            if (a & ~b & 1) == 0 or ((a ^ b) & (a ^ r)) < 0:
                break
            slots[U(fp + code[U(pc + 1)])] = r
            pc += 4
        elif op == 34:  # SUB_P
            a = slots[U(fp + code[U(pc + 1)])]
            b = slots[U(fp + code[U(pc + 2)])] - 1
            r = a - b
            if (a & ~b & 1) == 0 or ((a ^ b) & (a ^ r)) < 0:
                break
            stack[U(sp)] = r
            sp += 1
            pc += 3
        elif op == 35:  # SUB_SS
            if sp < 2:
                break
            a = stack[U(sp - 2)]
            b = stack[U(sp - 1)] - 1
            r = a - b
            if (a & ~b & 1) == 0 or ((a ^ b) & (a ^ r)) < 0:
                break
            sp -= 1
            stack[U(sp - 1)] = r
            pc += 1
        elif op == 36:  # SUB_SL
            if sp < 1:
                break
            a = stack[U(sp - 1)]
            b = slots[U(fp + code[U(pc + 1)])] - 1
            r = a - b
            if (a & ~b & 1) == 0 or ((a ^ b) & (a ^ r)) < 0:
                break
            stack[U(sp - 1)] = r
            pc += 2
        elif op == 37 or op == 38:  # PRIM_L, PRIM_P
            j = pc + 2 if op == 37 else pc + 1
            which = code[U(j)]
            a = slots[U(fp + code[U(j + 1)])]
            b = slots[U(fp + code[U(j + 2)])]
            if which >= 10:  # AND, OR, NOT
                if which > 12 or (a != 10 and a != 18) or (b != 10 and b != 18):
                    break
                if which == 10:
                    r = a if a == 10 else b
                elif which == 11:
                    r = a if a == 18 else b
                else:
                    r = 28 - a
            elif (a & b & 1) == 0:
                if (which != 4 and which != 5) or (a != 10 and a != 18) or (b != 10 and b != 18):
                    break
                r = 18 if (a == b) == (which == 4) else 10
            elif which == 0:  # MUL
                m = a >> 1
                n = b >> 1
                # Near the edge the host decides.
                if abs(float(m) * float(n)) > 4.6e18:
                    break
                r = ((m * n) << 1) | 1
            elif which == 1 or which == 2:  # DIV, MOD
                m = a >> 1
                n = b >> 1
                if n == 0 or n == -1:
                    break
                q = m // n
                r = ((q if which == 1 else m - q * n) << 1) | 1
            elif which == 3:  # NEG
                if a == -9223372036854775807:
                    break
                r = 2 - a
            elif which == 4:
                r = 18 if a == b else 10
            elif which == 5:
                r = 18 if a != b else 10
            elif which == 6:
                r = 18 if a < b else 10
            elif which == 7:
                r = 18 if a <= b else 10
            elif which == 8:
                r = 18 if a > b else 10
            else:
                r = 18 if a >= b else 10
            if op == 37:
                slots[U(fp + code[U(pc + 1)])] = r
                pc += 5
            else:
                stack[U(sp)] = r
                sp += 1
                pc += 4
        elif op == 39:  # BR_LT
            a = slots[U(fp + code[U(pc + 1)])]
            b = slots[U(fp + code[U(pc + 2)])]
            if (a & b & 1) == 0:
                break
            pc = pc + 4 if a < b else code[U(pc + 3)]
        elif op == 40:  # BR_LTK
            a = slots[U(fp + code[U(pc + 1)])]
            if (a & 1) == 0:
                break
            pc = pc + 4 if a < code[U(pc + 2)] else code[U(pc + 3)]
        elif op == 41:  # BR_LEK
            a = slots[U(fp + code[U(pc + 1)])]
            if (a & 1) == 0:
                break
            pc = pc + 4 if a <= code[U(pc + 2)] else code[U(pc + 3)]
        elif op == 42:  # BR_EQ
            a = slots[U(fp + code[U(pc + 1)])]
            b = slots[U(fp + code[U(pc + 2)])]
            if (a & b & 1) == 0:
                break
            pc = pc + 4 if a == b else code[U(pc + 3)]
        elif op == 43:  # BR_EQK
            a = slots[U(fp + code[U(pc + 1)])]
            if (a & 1) == 0:
                break
            pc = pc + 4 if a == code[U(pc + 2)] else code[U(pc + 3)]
        elif op == 46:  # ADD_X
            a = slots[U(fp + code[U(pc + 3)])]
            b = slots[U(fp + code[U(pc + 4)])] - 1
            r = a + b
            at = code[U(pc + 1)]
            top = xtop[U(at)]
            if (a & ~b & 1) == 0 or ((a ^ r) & (b ^ r)) < 0 or top >= xlimit[U(at)]:
                break
            slots[U(fp + code[U(pc + 2)])] = r
            xstack[U(top)] = r
            xtop[U(at)] = top + 1
            pc += 5
        elif op == 47:  # ADDK_X
            a = slots[U(fp + code[U(pc + 3)])]
            b = code[U(pc + 4)] - 1
            r = a + b
            at = code[U(pc + 1)]
            top = xtop[U(at)]
            if (a & 1) == 0 or ((a ^ r) & (b ^ r)) < 0 or top >= xlimit[U(at)]:
                break
            slots[U(fp + code[U(pc + 2)])] = r
            xstack[U(top)] = r
            xtop[U(at)] = top + 1
            pc += 5
        elif op == 48:  # PUSH_LL
            stack[U(sp)] = slots[U(fp + code[U(pc + 1)])]
            stack[U(sp + 1)] = slots[U(fp + code[U(pc + 2)])]
            sp += 2
            pc += 3
        elif op == 49:  # RET_L
            if steps >= limit or sp > sp_max:
                break
            stack[U(sp)] = slots[U(fp + code[U(pc + 2)])]
            sp += 1
            steps += code[U(pc + 1)]
            kp -= 3
            pc = frames[U(kp)]
            clo = frames[U(kp + 1)]
            fp = frames[U(kp + 2)]
        elif op == 50:  # RET_K
            if steps >= limit or sp > sp_max:
                break
            stack[U(sp)] = code[U(pc + 2)]
            sp += 1
            steps += code[U(pc + 1)]
            kp -= 3
            pc = frames[U(kp)]
            clo = frames[U(kp + 1)]
            fp = frames[U(kp + 2)]
        elif op == 51:  # RET_ADD
            if steps >= limit or sp < 2 or sp > sp_max:
                break
            a = stack[U(sp - 2)]
            b = stack[U(sp - 1)] - 1
            r = a + b
            if (a & ~b & 1) == 0 or ((a ^ r) & (b ^ r)) < 0:
                break
            sp -= 1
            stack[U(sp - 1)] = r
            steps += code[U(pc + 1)]
            kp -= 3
            pc = frames[U(kp)]
            clo = frames[U(kp + 1)]
            fp = frames[U(kp + 2)]
        elif op == 52:  # RET_ADDK
            if steps >= limit or sp < 1 or sp > sp_max:
                break
            a = stack[U(sp - 1)]
            b = code[U(pc + 2)] - 1
            r = a + b
            if (a & 1) == 0 or ((a ^ r) & (b ^ r)) < 0:
                break
            stack[U(sp - 1)] = r
            steps += code[U(pc + 1)]
            kp -= 3
            pc = frames[U(kp)]
            clo = frames[U(kp + 1)]
            fp = frames[U(kp + 2)]
        elif op == 53:  # PUSH_CC
            stack[U(sp)] = heap[U(clo + 1 + code[U(pc + 1)])]
            stack[U(sp + 1)] = heap[U(clo + 1 + code[U(pc + 2)])]
            sp += 2
            pc += 3
        elif op == 54:  # PUSH_KK
            stack[U(sp)] = code[U(pc + 1)]
            stack[U(sp + 1)] = code[U(pc + 2)]
            sp += 2
            pc += 3
        else:  # TRAP, HALT
            break
    regs[0] = pc
    regs[1] = sp
    regs[2] = fp
    regs[3] = kp
    regs[4] = clo
    regs[5] = hp
    regs[6] = steps
    regs[8] = thrown
