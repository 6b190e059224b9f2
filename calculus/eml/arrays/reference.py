"""The code of trees, run by NumPy: the reference that the kernel is held to.

NumPy's complex exponential and logarithm follow Annex G of the C standard, signed zeros and infinities
included.
"""

import numpy as np
import numpy.typing as npt

from calculus.eml.arrays.code import CONSTANT, EXP, LOAD, LOG, STORE, SUB, Code

Points = npt.NDArray[np.complex128]


class NumpyEngine:
    """Runs code at some points after another. Each thread has its own."""

    most_points = 1 << 13
    """Points at a time; more would not be quicker."""

    def __init__(self, code: Code) -> None:
        self.code = code
        words = code.words
        self.instructions = [tuple(words[at : at + 4]) for at in range(0, len(words), 4)]

    def run(self, points: Points, results: Points, total: int) -> None:
        """Compute `results[k, :total]` (result k) from `points[v, :total]` (variable v)."""
        registers: list[npt.NDArray[np.complex128] | complex] = [0j] * self.code.registers
        # Overflow, poles and invalid operations are values here, not events.
        with np.errstate(all="ignore"):
            for operation, target, a, b in self.instructions:
                if operation == EXP:
                    registers[target] = np.exp(registers[a])
                elif operation == LOG:
                    registers[target] = np.log(registers[a])
                elif operation == SUB:
                    registers[target] = registers[a] - registers[b]
                elif operation == LOAD:
                    registers[target] = points[a, :total]
                elif operation == CONSTANT:
                    registers[target] = self.code.constants[a]
                elif operation == STORE:
                    results[target, :total] = registers[a]
