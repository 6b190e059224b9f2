"""Expressions in ordinary notation: their terms, readers, printers and values."""
