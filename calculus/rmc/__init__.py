"""The Relational Machine Calculus: terms are relations between memories, and run both ways."""

from calculus.rmc import printer as _printer  # registers how terms print

__all__: list[str] = []

del _printer
