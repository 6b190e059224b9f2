"""What a run came to, as data that prints well."""

from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from calculus.machine.budget import StoppedBy
from calculus.machine.instructions import LAMBDA, Jump, jump
from calculus.machine.state import State
from calculus.source.diagnostic import Diagnostic
from calculus.term import Term

LONGEST = 3_000_000
"""A value whose text is longer is cut: shared parts make values that no file could hold."""

CUT = 2_000
"""Characters printed of such a value."""


MOST_PARTIAL = 10_000
"""Values of a stack that a result keeps when a limit ended the run."""


def value_text(value: Term, limit: int | None = None) -> str:
    """The text of a value, in full unless it is longer than `limit` or than anybody could keep."""
    if limit is not None:
        return value.text(limit)
    text = value.text(LONGEST)
    return text if len(text) < LONGEST else text[:CUT] + "…"


class Displayed:
    """Prints well in a terminal and in a notebook.

    How is the business of the interfaces, which nothing below may import; they are loaded by name when
    something is displayed.
    """

    def __str__(self) -> str:
        text: str = import_module("calculus.interfaces.notebook").text(self)
        return text

    def __rich__(self) -> str:
        return self.__str__().replace("[", "\\[")

    def _repr_html_(self) -> str:
        html: str = import_module("calculus.interfaces.notebook").html(self)
        return html


@dataclass(frozen=True)
class Result(Displayed):
    """The outcome of a run.

    `status` is `done`, `stuck`, `budget` or `suspended`; `exit` the label a run that is done left with;
    `stacks` the non-empty stacks, bottom first, as closed terms; `stopped_by` the limit that ended it. What a
    limit ended may be huge: of more than `MOST_PARTIAL` values on a stack those at the bottom are left out,
    and `…` stands for them.
    """

    language: str
    status: str
    exit: Jump | None
    stacks: dict[str, list[Term]]
    steps: int
    engine: str
    stopped_by: StoppedBy | None = None
    error: Diagnostic | None = None
    request: str | None = None
    state: State | None = field(default=None, repr=False, compare=False)

    @classmethod
    def of(cls, language: str, state: State, stopped_by: StoppedBy | None, engine: str) -> "Result":
        """The result of a state that an engine has run."""
        return cls(
            language,
            "budget" if state.status == "running" else state.status,
            state.exit,
            state.memory(MOST_PARTIAL if state.status == "running" else None),
            state.steps,
            engine,
            stopped_by,
            state.error,
            state.request.location if state.request else None,
            state,
        )

    def to_json(self) -> dict[str, Any]:
        """The shape documented for `calculus run --json`."""
        return {
            "language": self.language,
            "status": self.status,
            "exit": None if self.exit is None else str(jump(self.exit)),
            "stacks": {name: [value_text(value) for value in values] for name, values in self.stacks.items()},
            "steps": self.steps,
            "engine": self.engine,
            "stopped_by": self.stopped_by,
            "error": self.error.to_json() if self.error else None,
        }

    def stack(self, location: str = LAMBDA) -> list[Term]:
        return self.stacks.get(location, [])
