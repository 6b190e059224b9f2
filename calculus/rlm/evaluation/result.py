"""How an evaluation ended, and what was left out."""

from dataclasses import dataclass
from typing import Literal

from calculus.source.diagnostic import Diagnostic

StopKind = Literal["stuck", "failed", "steps"]


@dataclass(frozen=True, slots=True)
class Stopped:
    """Why there is no result: the machine was `stuck`, a call `failed`, or there were too many `steps`."""

    kind: StopKind
    error: Diagnostic
    path: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many calls were answered and how many left out, with the places of these."""

    answered: int
    left_out: tuple[tuple[int, ...], ...] = ()

    @property
    def complete(self) -> bool:
        return not self.left_out
