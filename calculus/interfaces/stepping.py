"""A run transition by transition: as lines of text, and as an interactive stepper on a terminal."""

import sys
from collections.abc import Callable, Iterator
from typing import Any

from calculus import registry
from calculus.interfaces.display import LIMITS, count, label_text, waited_for
from calculus.machine.budget import Budget
from calculus.machine.instructions import LAMBDA
from calculus.machine.trace import TraceEntry, trace
from calculus.registry import Calculus

HELP = "Enter: next · n 10: ten more · b: back (b 10) · c: to the end · q: quit"


def entries_of(calculus: Calculus, state: Any, budget: Budget) -> Iterator[Any]:
    """A run's transitions, what is there before them first: the calculus's own, or the machine's."""
    if registry.supports(calculus, "trace"):
        found: Iterator[Any] = registry.require(calculus, "trace", state, budget, start=True)
        return found
    return trace(state, budget, start=True)


def entry_line(entry: Any, color: bool = False) -> str:
    """A transition in a line: step, rule, stacks, the term that runs next, continuations.

    Of the end of a run: how it ended. An entry of a calculus's own may know its `line`.
    """
    if hasattr(entry, "line"):
        text: str = entry.line(color)
        return text
    if entry.last:
        return _end_line(entry)
    places = sorted(entry.stacks.items(), key=lambda item: (item[0] != LAMBDA, item[0]))
    stacks = "  ".join(f"{location}: {', '.join(values)}" for location, values in places)
    parts = [stacks or "-", entry.term]
    if entry.continuations:
        parts.append("  ".join(f"({item})" for item in reversed(entry.continuations)))
    rule = f"{entry.rule:10}"
    if color:
        rule = f"\x1b[36m{rule}\x1b[0m"
    return f"{entry.step:5}  {rule}  {'  |  '.join(parts)}"


def _end_line(entry: TraceEntry) -> str:
    steps = count(entry.step, "step")
    match entry.rule:
        case "done" if entry.exit is not None:
            return f"done: left with {label_text(entry.exit)} after {steps}"
        case "suspended":
            return f"suspended: waits for {waited_for(entry.waits_for)} after {steps}"
        case "budget" if entry.stopped_by:
            return f"stopped by {LIMITS[entry.stopped_by]} after {steps}"
    return f"{entry.rule} after {steps}"


class Stepper:
    """An interactive run. `read` gives the user's next command and raises `EOFError` when there is
    none.
    """

    def __init__(
        self,
        calculus: Calculus,
        state: Any,
        read: Callable[[str], str],
        write: Callable[[str], None],
        color: bool,
    ) -> None:
        self._calculus = calculus
        self._first = state.copy()
        self.state = state
        self._read = read
        self._write = write
        self._color = color

    def run(self) -> Any:
        """Step as the user says; how the run ended, or None if the user quit before."""
        self._write(HELP)
        entries = self._entries()
        entry = next(entries)
        self._show(entry)
        while True:
            try:
                words = self._read("step> ").split()
            except (EOFError, KeyboardInterrupt):
                return None
            match words:
                case [] | ["n"]:
                    entry = self._forward(entries, entry, 1)
                case ["n", number] if number.isdecimal():
                    entry = self._forward(entries, entry, int(number))
                case [number] if number.isdecimal():
                    entry = self._forward(entries, entry, int(number))
                case ["c"]:
                    entry = self._forward(entries, entry, None)
                case ["b"] | ["b", _]:
                    back = int(words[1]) if len(words) > 1 and words[1].isdecimal() else 1
                    entries, entry = self._back(max(0, entry.step - back))
                case ["q"]:
                    return entry if entry.last else None
                case _:
                    self._write(HELP)

    def _entries(self) -> Iterator[Any]:
        return entries_of(self._calculus, self.state, Budget())

    def _forward(self, entries: Iterator[Any], entry: Any, count: int | None) -> Any:
        if entry.last:
            self._write("the run is over; b steps back, q quits")
            return entry
        while count is None or count > 0:
            entry = next(entries)
            self._show(entry)
            if entry.last:
                break
            count = None if count is None else count - 1
        return entry

    def _back(self, step: int) -> tuple[Iterator[Any], Any]:
        # The machine only steps forwards; running again from the start gives the same transitions.
        self.state = self._first.copy()
        entries = self._entries()
        entry = next(entries)
        while entry.step < step:
            entry = next(entries)
        self._show(entry)
        return entries, entry

    def _show(self, entry: Any) -> None:
        self._write(entry_line(entry, self._color))


def read_line(prompt: str) -> str:
    """A line from the terminal."""
    sys.stdout.flush()
    return input(prompt)
