"""Principal types of the FMC: stacks per location, sums over exits, frames."""

from calculus.fmc.types.program import Typing, types_of, writes_types

__all__ = ["Typing", "types_of", "writes_types"]
