"""The theorems about plans, checked by brute force, and the statements that fail, with what they fail at."""

from calculus.rlm.planning.theorems import accuracy, plans, statements, trees
from calculus.rlm.planning.theorems.theorem import LEAST, Progress, Theorem

LIMIT = 40
"""The largest size that is tried, unless told otherwise."""


def check_theorems(limit: int = LIMIT, progress: Progress | None = None) -> list[Theorem]:
    """Every theorem and every statement for all sizes up to a limit, in the order of the documentation."""
    limit = max(limit, LEAST)
    found = []
    for check in (*trees.CHECKS, *plans.CHECKS, *accuracy.CHECKS, *statements.CHECKS):
        theorem = check(limit)
        found.append(theorem)
        if progress is not None:
            progress(theorem)
    return found


__all__ = ["LIMIT", "Theorem", "check_theorems"]
