"""What passes between a run and an oracle: calls, replies and failures.

An answer is a reply; everything else is a failure, out of band, and never part of a value.
"""

from dataclasses import dataclass
from typing import Literal, Protocol

Role = Literal["leaf", "merge", "filter", "detect", "other"]
"""What a call is for: a leaf of the recursion, merging answers at an inner node, deciding on a part, finding
out the task, or none of these."""

FailureKind = Literal[
    "rate", "timeout", "server", "connection", "truncated", "malformed", "refused", "budget", "replay"
]


@dataclass(frozen=True, slots=True)
class Call:
    """A question to an oracle.

    `path` is its place in the tree of the run (which child of which `map`, from the root, and the number of
    the call within that); `site` is the number of the `oracle` in the program's text; `prompt` is all that is
    sent; `limit` is the most tokens of an answer; `attempt` counts from 0.
    """

    path: tuple[int, ...]
    site: int
    role: Role
    prompt: str
    limit: int | None = None
    attempt: int = 0


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer, the tokens that were paid for, and the seconds it took."""

    text: str
    tokens_in: int
    tokens_out: int
    seconds: float = 0.0
    model: str = ""


class OracleFailure(Exception):
    """A call without an answer. `retryable` says whether another attempt may help, `retry_after` the seconds
    that the oracle asked to wait.
    """

    def __init__(
        self, kind: FailureKind, message: str, *, retryable: bool, retry_after: float | None = None
    ) -> None:
        super().__init__(message)
        self.kind = kind
        self.retryable = retryable
        self.retry_after = retry_after


class Oracle(Protocol):
    """Something that answers. `name` identifies it, with all that its answers depend on, to caches and
    journals.
    """

    name: str

    async def ask(self, call: Call) -> Reply:
        """The answer; raises `OracleFailure`. May be called concurrently."""
