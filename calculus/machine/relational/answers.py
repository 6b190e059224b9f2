"""What a search comes to: its answers, in the order found, and how it ended."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from calculus.machine.budget import Budget, StoppedBy
from calculus.machine.relational.instructions import VARIABLE
from calculus.machine.result import Displayed, value_text
from calculus.machine.state import location_order
from calculus.source.diagnostic import Diagnostic
from calculus.term import Term, variable
from calculus.term.binding import substitute
from calculus.term.node import postorder


@dataclass
class Answer:
    """A successful run: what the initial variables are bound to, and the final memory.

    `stacks` are the non-empty ones, bottom first. Variables that are left are named `_0`, `_1`, … over the
    bindings, then the stacks (λ first, then by name), bottom to top and left to right.
    """

    bindings: dict[str, Term]
    stacks: dict[str, list[Term]]
    multiplicity: int = 1

    @classmethod
    def of(cls, bindings: dict[str, Term], stacks: dict[str, list[Term]]) -> "Answer":
        """The answer with its variables renamed and its stacks in order."""
        places = [name for name in sorted(stacks, key=location_order) if stacks[name]]
        values = [*bindings.values(), *(value for name in places for value in stacks[name])]
        renamed = iter(renumbered(values))
        return cls(
            {name: next(renamed) for name in bindings},
            {name: [next(renamed) for _ in stacks[name]] for name in places},
        )

    def key(self) -> Hashable:
        """Equal for answers that are equal up to the names of variables."""
        return (
            tuple(self.bindings.items()),
            tuple((name, tuple(values)) for name, values in self.stacks.items()),
        )

    def to_json(self) -> dict[str, Any]:
        return {
            "bindings": {name: value_text(value) for name, value in self.bindings.items()},
            "stacks": {name: [value_text(value) for value in values] for name, values in self.stacks.items()},
            "multiplicity": self.multiplicity,
        }


def renumbered(values: Iterable[Term]) -> list[Term]:
    """The values with their variables renamed to `_0`, `_1`, … in the order of their occurrences."""
    values = list(values)
    names: dict[str, Term] = {}
    for value in values:
        for name in variables_in_order(value):
            if name not in names:
                names[name] = variable(f"_{len(names)}")
    return [substitute(value, names) for value in values]


def variables_in_order(value: Term) -> Iterator[str]:
    """The variables of a value, in the order of their first occurrence."""
    # Postorder of distinct nodes meets the leaves from left to right.
    return (item.label for item in postorder(value) if item.op is VARIABLE)


class View(NamedTuple):
    """An answer in the terms of the language that was translated: as a line of text, and as JSON."""

    text: str
    data: Any


@dataclass
class Answers(Displayed, ABC):
    """A search: iterate over it once to have the answers as they are found; then these say how it went.

    It runs under its `budget`; enter `budget.interruptible()` to have Ctrl-C end it. With `merge` an answer
    equal to an earlier one is not given again: it adds to the multiplicity of that.

    `answers` are those found so far; `steps` counts attempted transitions; `complete` says that the whole
    space was searched; `stopped_by` is the limit that ended the search otherwise, and `error` why a run
    could not go on, which ends the search too. `states` counts the states seen in set mode, and `deaths`
    says, place by place, where branches without an answer ended. A search that is only listened to may be
    told not to `keep` its answers; `found` counts them all the same. With a `view`, answers are shown in
    the terms of the language that the term was translated from, `nothing` is what it says to none, and
    `explain` words an error for it.
    """

    budget: Budget = field(default_factory=Budget, repr=False, compare=False)
    merge: bool = False
    language: str = "rmc"
    answers: list[Answer] = field(default_factory=list)
    found: int = 0
    keep: bool = True
    steps: int = 0
    engine: str = "reference"
    complete: bool = False
    stopped_by: StoppedBy | None = None
    states: int | None = None
    deaths: list[Diagnostic] = field(default_factory=list)
    view: Callable[[Answer], View] | None = field(default=None, repr=False, compare=False)
    nothing: str = "no answer"
    explain: Callable[[Diagnostic], Diagnostic] | None = field(default=None, repr=False, compare=False)
    _error: Diagnostic | None = field(default=None, init=False)

    @property
    def error(self) -> Diagnostic | None:
        """Why a run could not go on."""
        if self._error is None or self.explain is None:
            return self._error
        return self.explain(self._error)

    @error.setter
    def error(self, error: Diagnostic | None) -> None:
        self._error = error

    @abstractmethod
    def __iter__(self) -> Iterator[Answer]:
        """The answers that are left to be found, each as soon as it is."""

    @property
    def status(self) -> str:
        """`done`, `stuck` (see `error`) or `budget` (see `stopped_by`)."""
        if self.error is not None:
            return "stuck"
        return "budget" if self.stopped_by else "done"

    def to_json(self) -> dict[str, Any]:
        """The shape documented for `calculus run --json`; finish the iteration first."""
        found: dict[str, Any] = {
            "language": self.language,
            "status": self.status,
            "answers": [self._answer_to_json(answer) for answer in self.answers],
            "complete": self.complete,
            "steps": self.steps,
            "engine": self.engine,
            "stopped_by": self.stopped_by,
            "error": self.error.to_json() if self.error else None,
        }
        return found if self.states is None else found | {"states": self.states}

    def _answer_to_json(self, answer: Answer) -> dict[str, Any]:
        source = {} if self.view is None else {"source": self.view(answer).data}
        return answer.to_json() | source
