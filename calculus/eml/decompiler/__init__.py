"""From trees back to expressions, and proofs that a tree computes an expression."""

from calculus.eml.decompiler.decompile import Decompiled, decompile
from calculus.eml.decompiler.proof import Proof, proves

__all__ = ["Decompiled", "Proof", "decompile", "proves"]
