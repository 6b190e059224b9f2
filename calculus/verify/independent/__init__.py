"""Second implementations, straight from the definitions, that share with the package little but its nodes.

They are oracles: what a property compares the package with. They copy terms, and most of them recurse as
the definitions do, so they are for subjects of up to some hundreds of nodes (`MOST`).
"""

MOST = 300
"""Nodes of a term that the recursive ones take: few enough for Python's stack."""
