"""What a law may state: the kinds that calculi share, and what every kind has.

Each calculus adds kinds of its own. A kind is a frozen dataclass below `Statement`; its terms keep the places
that they have in the file.
"""

import re
from dataclasses import dataclass
from typing import Any

from calculus.machine.budget import Budget
from calculus.source.items import Law
from calculus.source.text import Span
from calculus.verify.finding import Finding, Verdict

_BLANK = re.compile(r"""(?P<text>"(?:[^"\\\n]|\\.)*")|(?:\s|--(?!>)[^\n]*)+""")

DEFAULT_STEPS = 100_000
DEFAULT_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Options:
    """How far the decision of one law may go; the seed is that of whatever is tried at random."""

    max_steps: int | None = DEFAULT_STEPS
    max_seconds: float | None = DEFAULT_SECONDS
    seed: int = 0

    @classmethod
    def given(
        cls, max_steps: int | None = None, max_seconds: float | None = None, seed: int = 0
    ) -> "Options":
        """The options with the usual limits where none are given."""
        return cls(
            DEFAULT_STEPS if max_steps is None else max_steps,
            DEFAULT_SECONDS if max_seconds is None else max_seconds,
            seed,
        )

    def budget(self) -> Budget:
        """Limits for one law, the clock of which starts now."""
        return Budget(self.max_steps, self.max_seconds)


@dataclass(frozen=True, slots=True)
class Statement:
    """What a law says."""

    law: Law

    @property
    def name(self) -> str:
        return self.law.name

    @property
    def span(self) -> Span:
        return self.law.span

    @property
    def text(self) -> str:
        """What it says as it is written, on one line and without comments."""
        return _BLANK.sub(lambda match: match["text"] or " ", self.law.body.text).strip()

    def found(self, verdict: Verdict, by: str | None = None, **others: Any) -> Finding:
        """A finding about this statement."""
        source = self.law.span.source
        return Finding(self.name, verdict, self.text, by=by, span=self.law.span, where=source.name, **others)


@dataclass(frozen=True, slots=True)
class Equation(Statement):
    """`left = right`"""

    left: Any
    right: Any
