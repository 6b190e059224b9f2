"""The independent checker of certificates: it shares nothing with what writes them but the format.

It uses the standard library alone and imports nothing else of this package. It has its own parsers (the ASCII
spelling of terms is part of the format), its own binding, rules of reduction, machines, unification,
enumeration and derivations, all written for clarity and none for speed; only terms are shared, so that deep
and large ones are no trouble. `python -m calculus.verify.checker DIRECTORY` checks a directory.
"""
