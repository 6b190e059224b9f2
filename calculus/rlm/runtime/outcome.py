"""What a run came to: its value, what it spent, and every call."""

from dataclasses import dataclass, field
from typing import Any, Literal

from calculus.encodings import printing  # noqa: F401  # terms print once it is imported
from calculus.encodings.terms import LITERAL
from calculus.machine.instructions import Text
from calculus.rlm.calls import Role
from calculus.rlm.evaluation import Coverage
from calculus.rlm.runtime.limits import LimitName, limit_text
from calculus.source.diagnostic import Diagnostic
from calculus.term import node

OutcomeStatus = Literal["done", "partial", "failed", "stuck", "budget"]


@dataclass(slots=True)
class Record:
    """A call: when it was sent and answered, in seconds since the start of the run, what it took, and where
    the answer is from. `error` is the last failure, also of a call that was answered in the end.
    """

    path: tuple[int, ...]
    site: int
    role: Role
    started: float
    ended: float = 0.0
    tokens_in: int = 0
    tokens_out: int = 0
    attempts: int = 0
    source: Literal["oracle", "cache", "journal", "none"] = "none"
    error: str | None = None

    def to_json(self) -> dict[str, Any]:
        return {
            "path": list(self.path),
            "site": self.site,
            "role": self.role,
            "started": round(self.started, 6),
            "ended": round(self.ended, 6),
            "tokens_in": self.tokens_in,
            "tokens_out": self.tokens_out,
            "attempts": self.attempts,
            "source": self.source,
            "error": self.error,
        }


@dataclass(frozen=True)
class Outcome:
    """The end of a run.

    `done` with its `value`; `partial`, where answers were left out, which `coverage` tells; `failed`,
    `stuck` or `budget` without a value, and then `error` and `stopped_by` say why. `attempts` counts what
    was sent, retries among them; `calls` the questions that were answered, `reused` those of them by the
    cache or the journal.
    """

    status: OutcomeStatus
    value: Any
    coverage: Coverage
    calls: int
    attempts: int
    reused: int
    tokens_in: int
    tokens_out: int
    cost: float
    seconds: float
    steps: int
    error: Diagnostic | None = None
    stopped_by: LimitName | None = None
    certificate: Any = None
    records: list[Record] = field(default_factory=list)

    def __str__(self) -> str:
        if self.status in ("done", "partial"):
            return self.value if isinstance(self.value, str) else value_text(self.value)
        reason = self.error.message if self.error is not None else limit_text(self.stopped_by)
        return f"{self.status}: {reason}"

    def to_json(self) -> dict[str, Any]:
        """The contract of the command's `--json`."""
        return {
            "language": "rlm",
            "status": self.status,
            "value": self.value,
            "calls": self.calls,
            "attempts": self.attempts,
            "reused": self.reused,
            "tokens_in": self.tokens_in,
            "tokens_out": self.tokens_out,
            "cost": self.cost,
            "seconds": round(self.seconds, 6),
            "steps": self.steps,
            "coverage": {
                "answered": self.coverage.answered,
                "left_out": [list(path) for path in self.coverage.left_out],
            },
            "stopped_by": self.stopped_by,
            "error": None if self.error is None else self.error.to_json(),
        }


def value_text(value: Any) -> str:
    """A value as the language writes it; values are nested no deeper than their types."""
    if isinstance(value, str):
        return str(node(LITERAL, Text(value)))
    if isinstance(value, tuple):
        return f"({', '.join(map(value_text, value))})"
    if isinstance(value, list):
        return f"[{', '.join(map(value_text, value))}]"
    return str(value)
