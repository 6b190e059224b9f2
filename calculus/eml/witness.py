"""A witness: a tree that is claimed to compute a function, with where it does."""

from dataclasses import dataclass
from typing import Any

from calculus.eml.domain import Domain
from calculus.eml.postfix import to_postfix
from calculus.eml.syntax import dag_size, size
from calculus.eml.tree import Tree
from calculus.term import Term


@dataclass(frozen=True)
class Witness:
    """A tree, the expression it computes (None where there is none), and the domain record."""

    term: Term
    expression: Term | None
    domain: Domain

    @property
    def tree(self) -> Tree:
        return Tree(self.term)

    @property
    def K(self) -> int:  # noqa: N802 - the name of the field
        return size(self.term)

    @property
    def dag(self) -> int:
        return dag_size(self.term)

    @property
    def postfix(self) -> str:
        return to_postfix(self.term)

    def __str__(self) -> str:
        return str(self.tree)

    def to_json(self) -> dict[str, Any]:
        return {"tree": str(self.tree), "postfix": self.postfix} | self.summary()

    def summary(self) -> dict[str, Any]:
        """The sizes and the record, without the tree."""
        domain = self.domain
        return {
            "K": self.K,
            "dag": self.dag,
            "semantics": domain.semantics,
            "domain": str(domain),
            "finite": domain.finite,
            "robust": domain.robust,
        }
