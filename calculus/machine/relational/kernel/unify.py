"""Words of the heap: following, binding and unifying them. Imports numpy and Numba only.

| low bits | value |
|---|---|
| `1` | the integer n, as 2n+1 |
| `000` | a variable: the index of its cell, times 8; an unbound one's cell holds this very word |
| `010` | a constructor without arguments: its number, times 8 |
| `100` | a constant kept outside (big integer, text): its number, times 8 |
| `110` | a structure: the index of its header, times 8; the arguments follow |

A header is odd: (constructor << 24 | arity) << 3 | 7. All that lies below `ground` in the heap has no
variables in it.

`unify` and `occurs` go through values as trees, with fuel for so many nodes; what takes more (values that are
large, or share so much that as trees they would never end) is left to `unify_shared` and `occurs_shared`,
which take time in proportion to the distinct parts. They need room in `work`, from `base` on.
"""

from typing import Any

import numpy as np
from numba import njit

I64 = np.int64
U = np.uintp

DONE, FAILED, ROOM = range(3)
"""How a unification ended. With `ROOM` it needs more of `work` or of the trail, and is to be made again."""

FUEL = 4096
LEAST_WORK = 4 * FUEL
"""Words of `work` beyond `base` that `unify` and `occurs` may use."""

# Without the runtime's reference counts, which would be kept of all arrays at all calls.
flags: Any = {"nogil": True, "error_model": "numpy", "_nrt": False}
inline: Any = flags | {"forceinline": True}
cached: Any = flags | {"cache": True}
"""Of functions that Python calls. What they call is kept with them: the cache would not see its changes."""


@njit(**inline)
def deref(heap, x):  # type: ignore[no-untyped-def]
    """What a value stands for: no variable that is bound."""
    while x & 7 == 0:
        y = heap[U(x >> 3)]
        if y == x:
            break
        x = y
    return x


@njit(**inline)
def bind(heap, trail, tp, hb, variable, value):  # type: ignore[no-untyped-def]
    """Bind an unbound variable; returns the new top of the trail, which must have room."""
    at = variable >> 3
    heap[U(at)] = value
    if at < hb:
        trail[U(tp)] = at << 2
        tp += 1
    return tp


@njit(**flags)
def alike(heap, x, y):  # type: ignore[no-untyped-def]
    """Whether two values may be unified: false if their heads differ, or those of arguments do."""
    x = deref(heap, x)
    y = deref(heap, y)
    if x == y or x & 7 == 0 or y & 7 == 0:
        return True
    if x & 7 != 6 or y & 7 != 6:
        return False
    p = x >> 3
    q = y >> 3
    header = heap[U(p)]
    if header != heap[U(q)]:
        return False
    end = p + (header >> 3 & 0xFFFFFF)
    while p < end:
        p += 1
        q += 1
        x = deref(heap, heap[U(p)])
        y = deref(heap, heap[U(q)])
        if x == y or x & 7 == 0 or y & 7 == 0:
            continue
        if x & 7 != 6 or y & 7 != 6 or heap[U(x >> 3)] != heap[U(y >> 3)]:
            return False
    return True


@njit(**flags)
def occurs(heap, work, base, ground, variable, value):  # type: ignore[no-untyped-def]
    """`FAILED` if an unbound variable lies within a value, `DONE` if not, `ROOM` to look again."""
    fuel = I64(FUEL)
    n = base
    x = value
    while True:
        if x & 7 == 0:
            x = deref(heap, x)
            if x == variable:
                return FAILED
        if x & 7 == 6 and x >> 3 >= ground:
            p = x >> 3
            k = (heap[U(p)] >> 3) & 0xFFFFFF
            fuel -= k
            if fuel < 0:
                return occurs_shared(heap, work, base, ground, variable, value)
            i = 1
            while i < k:
                y = heap[U(p + i)]
                if y & 7 == 0 or y & 7 == 6:
                    work[U(n)] = y
                    n += 1
                i += 1
            x = heap[U(p + k)]
        elif n == base:
            return DONE
        else:
            n -= 1
            x = work[U(n)]


@njit(**flags)
def occurs_shared(heap, work, base, ground, variable, value):  # type: ignore[no-untyped-def]
    """The same, each structure once: the headers of those seen have the low bits 3 meanwhile."""
    seen = I64(work.size)  # their indices, from the end of `work` down
    n = base
    found = DONE
    x = value
    while True:
        x = deref(heap, x)
        if x == variable:
            found = FAILED
            break
        if x & 7 == 6 and x >> 3 >= ground and heap[U(x >> 3)] & 7 == 7:
            p = x >> 3
            k = (heap[U(p)] >> 3) & 0xFFFFFF
            if n + k >= seen:
                found = ROOM
                break
            heap[U(p)] ^= 4
            seen -= 1
            work[U(seen)] = p
            i = 1
            while i <= k:
                work[U(n)] = heap[U(p + i)]
                n += 1
                i += 1
        if n == base:
            break
        n -= 1
        x = work[U(n)]
    while seen < work.size:
        heap[U(work[U(seen)])] |= 7
        seen += 1
    return found


@njit(**flags)
def unify(heap, trail, work, ground, a, b, tp, hb):  # type: ignore[no-untyped-def]
    """Unify two values: how that ended, plus four times the top of the trail.

    What was bound before it failed stays so, and is on the trail where it has to be.
    """
    fuel = I64(FUEL)
    tp_max = I64(trail.size) - 1
    n = I64(0)
    while True:
        if tp > tp_max:
            return tp << 2 | ROOM
        a = deref(heap, a)
        b = deref(heap, b)
        if a != b:
            if a & 7 == 0 and (b & 7 != 0 or b < a):
                x = a
                y = b
            else:
                x = b
                y = a
            if x & 7 == 0:
                if y & 7 == 6 and y >> 3 >= ground:
                    found = occurs(heap, work, n, ground, x, y)
                    if found != DONE:
                        return tp << 2 | found
                tp = bind(heap, trail, tp, hb, x, y)
            elif (x & 7) != 6 or (y & 7) != 6:
                return tp << 2 | FAILED
            else:
                p = x >> 3
                q = y >> 3
                header = heap[U(p)]
                if header != heap[U(q)]:
                    return tp << 2 | FAILED
                k = (header >> 3) & 0xFFFFFF
                fuel -= k
                if fuel < 0:
                    break
                i = 1
                while i < k:
                    x = heap[U(p + i)]
                    y = heap[U(q + i)]
                    i += 1
                    if x == y:
                        continue
                    x = deref(heap, x)
                    y = deref(heap, y)
                    s = x & 7
                    t = y & 7
                    if x == y:
                        continue
                    if s == 6 or t == 6:
                        if s != 0 and t != 0 and s != t:
                            return tp << 2 | FAILED
                        work[U(n)] = x
                        work[U(n + 1)] = y
                        n += 2
                    elif s != 0 and t != 0:
                        return tp << 2 | FAILED
                    else:
                        # A variable at least, and nothing to look into.
                        if tp > tp_max:
                            return tp << 2 | ROOM
                        if s == 0 and (t != 0 or y < x):
                            tp = bind(heap, trail, tp, hb, x, y)
                        else:
                            tp = bind(heap, trail, tp, hb, y, x)
                a = heap[U(p + k)]
                b = heap[U(q + k)]
                continue
        if n == 0:
            return tp << 2 | DONE
        n -= 2
        a = work[U(n)]
        b = work[U(n + 1)]
    while True:
        found = unify_shared(heap, trail, work, n, ground, a, b, tp, hb)
        tp = found >> 2
        if n == 0 or found & 3 != DONE:
            return found
        n -= 2
        a = work[U(n)]
        b = work[U(n + 1)]


@njit(**flags)
def unify_shared(heap, trail, work, base, ground, a, b, tp, hb):  # type: ignore[no-untyped-def]
    """The same, each pair of structures once: of two, the one's header becomes the other's address, and so
    both are one; that is undone at the end. Then one walk sees whether a value came to lie within itself.
    """
    log = I64(work.size)  # twice the index of a structure made another, or twice plus 1 that of a bound cell
    n = base
    work[U(n)] = a
    work[U(n + 1)] = b
    n += 2
    found = DONE
    while n > base:
        n -= 2
        a = deref(heap, work[U(n)])
        b = deref(heap, work[U(n + 1)])
        while a & 7 == 6 and heap[U(a >> 3)] & 1 == 0:
            a = heap[U(a >> 3)]
        while b & 7 == 6 and heap[U(b >> 3)] & 1 == 0:
            b = heap[U(b >> 3)]
        if a == b:
            continue
        if a & 7 == 0 or b & 7 == 0:
            if a & 7 != 0 or (b & 7 == 0 and a < b):
                x = a
                a = b
                b = x
            if tp >= trail.size or n + 1 >= log:
                found = ROOM
                break
            if b & 7 == 6 and b >> 3 >= ground:
                log -= 1
                work[U(log)] = (a >> 3) << 1 | 1
            tp = bind(heap, trail, tp, hb, a, b)
            continue
        if (a & 7) != 6 or (b & 7) != 6 or heap[U(a >> 3)] != heap[U(b >> 3)]:
            found = FAILED
            break
        p = a >> 3
        q = b >> 3
        k = (heap[U(p)] >> 3) & 0xFFFFFF
        if n + 2 * k + 1 >= log:
            found = ROOM
            break
        log -= 1
        work[U(log)] = p << 1
        heap[U(p)] = b
        i = k
        while i > 0:
            work[U(n)] = heap[U(p + i)]
            work[U(n + 1)] = heap[U(q + i)]
            n += 2
            i -= 1
    i = log
    while i < work.size:  # the latest first, so that the other has its header
        entry = work[U(i)]
        if entry & 1 == 0:
            heap[U(entry >> 1)] = heap[U(heap[U(entry >> 1)] >> 3)]
        i += 1
    if found == DONE:
        found = cyclic(heap, work, base, log, ground)
    if found == ROOM:
        i = log
        while i < work.size:  # bindings that have not been looked at must not stay
            entry = work[U(i)]
            if entry & 1 == 1:
                heap[U(entry >> 1)] = (entry >> 1) << 3
            i += 1
    return tp << 2 | found


@njit(**flags)
def cyclic(heap, work, base, log, ground):  # type: ignore[no-untyped-def]
    """`FAILED` if a value lies within itself, looking from the cells that the log says were bound.

    The headers of structures have the low bits 5 while what is below them is looked at, 3 after that.
    """
    seen = log
    found = DONE
    entry = log
    while entry < work.size and found == DONE:
        x = work[U(entry)]
        entry += 1
        if x & 1 == 0:
            continue
        x = deref(heap, heap[U(x >> 1)])
        n = base
        while True:
            if x & 7 == 6 and x >> 3 >= ground and heap[U(x >> 3)] & 7 != 3:
                p = x >> 3
                if heap[U(p)] & 7 == 5:
                    found = FAILED
                    break
                if n + 3 >= seen:
                    found = ROOM
                    break
                heap[U(p)] ^= 2
                seen -= 1
                work[U(seen)] = p
                work[U(n)] = p
                work[U(n + 1)] = (heap[U(p)] >> 3) & 0xFFFFFF
                n += 2
            while n > base and work[U(n - 1)] == 0:
                heap[U(work[U(n - 2)])] ^= 6
                n -= 2
            if n == base:
                break
            i = work[U(n - 1)]
            work[U(n - 1)] = i - 1
            x = deref(heap, heap[U(work[U(n - 2)] + i)])
    while seen < log:
        heap[U(work[U(seen)])] |= 7
        seen += 1
    return found
