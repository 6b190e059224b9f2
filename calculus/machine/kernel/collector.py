"""The collector of the kernel's heap (Cheney's). Imports numpy and Numba only; for the words see `jit`."""

from typing import Any

import numpy as np
from numba import njit

I64 = np.int64
U = np.uintp

_flags: Any = {"cache": True, "nogil": True, "error_model": "numpy"}


@njit(**_flags)
def collect(heap, to, stack, sp, slots, live, frames, kp, xstack, xtop, xbase, regs, outside):  # type: ignore[no-untyped-def]
    """Copy what is reachable from `heap` to `to` (Cheney) and update every root; returns the words used.

    Roots: λ up to `sp`, slots up to `live`, closures of frames up to `kp`, the other locations, and the
    current closure. Sets `outside[i]` for each outside constant i that is still referred to.
    """
    free = I64(1)
    pointer = regs[4] << 3
    if pointer != 0:
        free = _forward_one(heap, to, pointer, free)
        regs[4] = -heap[U(pointer >> 3)]
    free = _forward(heap, to, stack, I64(0), sp, I64(1), free, outside)
    free = _forward(heap, to, slots, I64(0), live, I64(1), free, outside)
    i = I64(1)
    while i < kp:
        c = frames[U(i)]
        if c != 0:
            free = _forward_one(heap, to, c << 3, free)
            frames[U(i)] = -heap[U(c)]
        i += 3
    for location in range(xtop.size):
        free = _forward(heap, to, xstack, xbase[U(location)], xtop[U(location)], I64(1), free, outside)
    scan = I64(1)
    while scan < free:
        n = to[U(scan)] & 0xFFFFFF
        free = _forward(heap, to, to, scan + 1, scan + 1 + n, I64(1), free, outside)
        scan += n + 1
    return free


@njit(**_flags)
def _forward_one(heap, to, x, free):  # type: ignore[no-untyped-def]
    """Copy one closure unless it has been; its old header becomes minus its new place."""
    p = x >> 3
    header = heap[U(p)]
    if header < 0:
        return free
    n = header & 0xFFFFFF
    to[U(free)] = header
    i = 1
    while i <= n:
        to[U(free + i)] = heap[U(p + i)]
        i += 1
    heap[U(p)] = -free
    return free + n + 1


@njit(**_flags)
def _forward(heap, to, values, start, end, stride, free, outside):  # type: ignore[no-untyped-def]
    """Forward the closures among `values[start:end:stride]`."""
    i = start
    while i < end:
        x = values[U(i)]
        tag = x & 7
        if tag == 0:
            free = _forward_one(heap, to, x, free)
            values[U(i)] = (-heap[U(x >> 3)]) << 3
        elif tag == 4:
            outside[U(x >> 3)] = 1
        i += stride
    return free
