"""The Functional Machine Calculus: syntax, programs, and what is particular to it."""

from calculus.fmc import printer as _printer  # registers how terms print

__all__: list[str] = []

del _printer
