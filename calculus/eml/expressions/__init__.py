"""Expressions in ordinary notation: their terms, readers, printers, values and simplification."""

from calculus.eml.expressions import printer as printer  # so that expressions print
