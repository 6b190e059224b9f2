"""Understands a few plain requests, so that programs run on ordinary documents without a model.

`docs/reference/rlm-oracles.md` says what is understood. All is done line by line, in a time proportional to
the text.
"""

from calculus.rlm.oracles.reading.rules import read

__all__ = ["read"]
