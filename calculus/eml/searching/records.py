"""The domain record of a tree that was found.

A search compares values where its target was looked at. Whether the tree is right elsewhere is settled here:
the largest domain of a simple shape is established, else that on which the search was.
"""

from calculus.eml.domain import Domain, SemanticsName
from calculus.eml.evaluation.establishing import discover, examine
from calculus.eml.evaluation.sensitivity import is_robust
from calculus.eml.searching.targets import Target
from calculus.term import Term

__all__ = ["domain_of"]


def domain_of(tree: Term, target: Target, semantics: SemanticsName, finite: bool, error: float) -> Domain:
    """The record of a tree that is right at the points of a target; `finite` and `error` are what was seen
    there."""
    if target.expression is not None:
        found = discover(tree, target.expression, semantics).domain
        if found is None:
            found = examine(tree, target.expression, target.conditions, semantics).domain
        if found is not None:
            return found
    robust = all(is_robust(tree, point) for point in (*target.searched, *target.checked))
    return Domain(semantics, target.conditions, finite, robust, "points", error)
