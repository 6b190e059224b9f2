"""The compiler from expressions to trees."""

from calculus.eml.compiler.compilation import NoTree, compile

__all__ = ["NoTree", "compile"]
