"""The arrays of the kernel, and the calls to it."""

import numpy as np

from calculus.eml.arrays.code import Code, compile_code
from calculus.eml.arrays.kernel import jit
from calculus.eml.arrays.reference import Points
from calculus.eml.syntax import ONE

CACHE = 1 << 18
"""Bytes that the registers of a block may take: they are to stay in the second-level cache."""
LEAST_BLOCK, MOST_BLOCK = 64, 512
"""Points of a block: fewer would cost more for the loop over instructions, more gain nothing."""
CHUNK = 1 << 14
"""Most points of a call."""
WORK = 1 << 24
"""Most points times instructions of a call, as far as a block allows: about a tenth of a second, after which
Ctrl-C is heard."""


class KernelEngine:
    """Runs code at some points after another. Each thread has its own."""

    def __init__(self, code: Code) -> None:
        self.code = code
        self.words = np.frombuffer(code.words, np.int64) if code.words else np.zeros(0, np.int64)
        self.constants = np.array([(item.real, item.imag) for item in code.constants]).reshape(-1, 2)
        registers = code.registers + 1  # one for the kernel
        block = min(max(CACHE // (16 * registers), LEAST_BLOCK), MOST_BLOCK) // jit.LANES * jit.LANES
        # Ones, so that what no point ever filled is nothing unusual.
        self.registers = np.ones((registers, 2, block))
        self.flags = np.zeros((2, registers), np.bool_)
        self.most_points = max(block, min(CHUNK, WORK // (len(code) + 1)) // block * block)

    def run(self, points: Points, results: Points, total: int) -> None:
        """Compute `results[k, :total]` (result k) from `points[v, :total]` (variable v).

        Both arrays are contiguous.
        """
        jit.run(self.words, self.constants, points, results, total, self.registers, *self.flags)


def compile_kernel() -> None:
    """Have Numba compile the kernel, or load it, by calling it on next to nothing."""
    engine = KernelEngine(compile_code([ONE]))
    engine.run(np.ones((1, 1), np.complex128), np.ones((1, 1), np.complex128), 1)
