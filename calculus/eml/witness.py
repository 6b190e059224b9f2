"""A witness: a tree that is claimed to compute a function, with where it does."""

from dataclasses import dataclass
from typing import Any

from calculus.eml.display import Displayed
from calculus.eml.domain import Domain
from calculus.eml.postfix import to_postfix
from calculus.eml.printer import to_text
from calculus.eml.syntax import dag_size, size
from calculus.eml.tree import LIMIT, SHOWN, Tree
from calculus.term import Term

HOW = {
    "symbolic": "proved     symbolically, and checked at points",
    "enclosure": "proved     by enclosures, and checked at points",
}
"""How a record was established, as it is told; otherwise at points."""


@dataclass(frozen=True, repr=False)
class Witness(Displayed):
    """A tree, the expression it computes (None where there is none), and the domain record; `narrower` says
    that the record is for small arguments alone, though larger ones were asked for."""

    term: Term
    expression: Term | None
    domain: Domain
    narrower: bool = False

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

    def __repr__(self) -> str:
        return (
            f"<Witness {to_text(self.term, limit=SHOWN)}, K {self.K}, {self.domain.semantics}: {self.domain}>"
        )

    def described(self) -> str:
        """The tree with its sizes and its record, in lines; of a large tree the beginning."""
        domain = self.domain
        lines = [
            to_text(self.term, limit=LIMIT),
            f"  postfix    {to_postfix(self.term, LIMIT)}",
            f"  K          {self.K}, with {self.dag} distinct subtrees",
            f"  holds      {domain}, in {domain.semantics}",
        ]
        if domain.error is not None:
            how = HOW.get(domain.how or "", "checked    at points")
            lines.append(f"  {how}, worst error {domain.error:.1e}")
        return "\n".join(lines)

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
