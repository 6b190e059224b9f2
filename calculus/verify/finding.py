"""What a verification comes to: a verdict for each law or property, with its reasons."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from calculus.source.text import Span

Verdict = Literal["proved", "refuted", "unknown"]
VERDICTS: tuple[Verdict, ...] = ("proved", "refuted", "unknown")

Claim = dict[str, Any]
"""A line of a certificate: what it claims and all that is needed to check it, in JSON."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A verdict on a law or on a part of a property, never stronger than what was done.

    `statement` is what was claimed, with its bounds; `by` names the method that decided it; a refutation
    has a `counterexample` (its `term` or memory, and both outcomes); `tried` says what was done, as sizes,
    counts and limits; `explained` are the lines of a proof for readers, and `claims` the same for a
    checker.
    """

    name: str
    verdict: Verdict
    statement: str = ""
    by: str | None = None
    counterexample: Mapping[str, Any] | None = None
    tried: Mapping[str, Any] = field(default_factory=dict)
    explained: tuple[str, ...] = ()
    claims: tuple[Claim, ...] = ()
    seconds: float = 0.0
    span: Span | None = None
    where: str | None = None

    def to_json(self) -> dict[str, Any]:
        """The shape documented for `calculus verify --json`; `where` is the file or the calculus."""
        return {
            "name": self.name,
            "verdict": self.verdict,
            "by": self.by,
            "counterexample": None if self.counterexample is None else dict(self.counterexample),
            "tried": dict(self.tried),
            "statement": self.statement,
            "proof": list(self.explained),
            "where": self.where,
            "span": self.span.to_json() if self.span else None,
            "seconds": round(self.seconds, 3),
        }
