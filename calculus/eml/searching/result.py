"""What a search found, and how far it looked."""

from dataclasses import dataclass
from typing import Any, Literal

from calculus.eml.display import Displayed
from calculus.eml.domain import SemanticsName
from calculus.eml.witness import Witness

__all__ = ["Found"]


@dataclass(frozen=True, repr=False)
class Found(Displayed):
    """The outcome of `search`.

    `status`: `found`; `none`, no tree up to the size asked for; `budget`, a limit (`stopped_by`) ended the
    search before either. `covered` is the size K up to which all trees were covered, by enumeration up to
    `enumerated` and beyond by inverse search, `covered_real` the same among trees whose values are all real.
    `bound` says so in words, with what was left out. `tried` counts the `trees` in the table, the `goals`
    stored, the goals looked up (`lookups`) and the hits refused at high precision (`impostors`).
    """

    target: str
    semantics: SemanticsName
    finite: bool
    status: Literal["found", "none", "budget"]
    witnesses: tuple[Witness, ...]
    covered: int
    covered_real: int
    enumerated: int
    bound: str
    tried: dict[str, int]
    seconds: float
    stopped_by: str | None = None

    @property
    def witness(self) -> Witness | None:
        """The shortest tree."""
        return self.witnesses[0] if self.witnesses else None

    @property
    def shortest(self) -> bool:
        """Whether no shorter tree is left within what was covered."""
        return bool(self.witnesses) and self.covered >= self.witnesses[0].K - 2

    def __repr__(self) -> str:
        trees = ", ".join(f"{witness.postfix} (K {witness.K})" for witness in self.witnesses)
        return f"<Found {self.target}: {trees or self.status}; {self.bound}>"

    def described(self) -> str:
        return "\n".join([*(witness.described() for witness in self.witnesses), self.bound])

    def __str__(self) -> str:
        first = str(self.witness) if self.witness else "no tree found"
        return f"{first}\n{self.bound}"

    def to_json(self) -> dict[str, Any]:
        return {
            "target": self.target,
            "status": self.status,
            "semantics": self.semantics,
            "finite": self.finite,
            "witnesses": [witness.to_json() for witness in self.witnesses],
            "covered": self.covered,
            "covered_real": self.covered_real,
            "enumerated": self.enumerated,
            "bound": self.bound,
            "tried": self.tried,
            "stopped_by": self.stopped_by,
        }
