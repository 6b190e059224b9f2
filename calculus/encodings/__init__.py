"""Source languages that translate into the FMC.

Each has a grammar, a translation, and a way to show results in its own terms; none has a machine of
its own. The translations are those of the papers on the FMC; see `docs/reference/`.
"""
