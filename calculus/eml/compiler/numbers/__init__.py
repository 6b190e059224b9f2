"""Trees of whole numbers and fractions, by the cheapest known chains."""

from calculus.eml.compiler.numbers.chains import integer, rational

__all__ = ["integer", "rational"]
