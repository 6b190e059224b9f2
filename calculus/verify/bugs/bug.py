"""A planted bug: what is wrong with our code while it is there, and which property notices."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import NamedTuple

SMALL = 8
"""Nodes of the counterexample that a bug has unless it says otherwise."""

Plant = Callable[[], AbstractContextManager[None]]


class Where(NamedTuple):
    """A property, and the part of it that notices a bug; without a part the first one that does."""

    calculus: str
    property: str
    part: str | None = None

    def __str__(self) -> str:
        return f"{self.calculus}: {self.property}" + (f"/{self.part}" if self.part else "")


@dataclass(frozen=True, slots=True)
class Bug:
    """`plant` changes our code in the running process until its context is left.

    `nodes` is how large the counterexample may be: None where it is not a term. Code that is compiled is run
    as Python if the bug is to be `interpreted`, so that nothing wrong is compiled or cached. A bug that was
    real once says so in `history`.
    """

    name: str
    room: str
    what: str
    plant: Plant
    refuted_by: Where
    nodes: int | None = SMALL
    interpreted: bool = False
    history: str | None = None
