"""Turing machines and their tapes."""

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from calculus.source.diagnostic import Diagnostic
from calculus.source.text import Span

Move = Literal["L", "R", "S"]
"""Left, right, or stay."""


class Transition(NamedTuple):
    """In a state, reading a symbol: write another, move, and go on in a state."""

    state: str
    read: str
    write: str
    move: Move
    next: str
    span: Span


class Tape(NamedTuple):
    """The cells of a tape that are not blank, or lie between such and the head; the head is on the cell
    `head`. A tape without cells is blank.
    """

    cells: tuple[str, ...]
    head: int


BLANK_TAPE = Tape((), 0)


@dataclass(frozen=True, slots=True)
class Machine:
    """A Turing machine. It halts in the states `halting` and wherever no transition applies; where several
    do, it goes on in several ways.
    """

    states: tuple[str, ...]
    symbols: tuple[str, ...]
    start: str
    blank: str
    halting: frozenset[str]
    transitions: tuple[Transition, ...]
    tape: Tape
    warnings: tuple[Diagnostic, ...] = field(default=(), compare=False)

    def of(self, state: str) -> dict[str, list[Transition]]:
        """The transitions from a state, by what they read."""
        found: dict[str, list[Transition]] = {}
        for item in self.transitions:
            if item.state == state:
                found.setdefault(item.read, []).append(item)
        return found


def tape_text(tape: Tape, blank: str, longest: int | None = None) -> str:
    """The tape as it is written, the head's cell in brackets; cut on both sides to about `longest` cells."""
    cells = list(tape.cells) or [blank]
    first = 0 if longest is None else max(tape.head - longest // 2, 0)
    last = len(cells) if longest is None else min(first + longest, len(cells))
    shown = [f"[{cell}]" if at == tape.head else cell for at, cell in enumerate(cells)][first:last]
    short = all(len(cell) == 1 for cell in cells)
    text = ("" if short else " ").join(shown)
    return f"{'…' if first else ''}{text}{'…' if last < len(cells) else ''}"


def trimmed(cells: list[str], head: int, blank: str) -> Tape:
    """The tape without the blank cells at its ends; the head's cell stays, unless all is blank."""
    first, last = 0, len(cells)
    while first < min(head, last) and cells[first] == blank:
        first += 1
    while last - 1 > max(head, first) and cells[last - 1] == blank:
        last -= 1
    if cells[first:last] == [blank]:
        return BLANK_TAPE
    return Tape(tuple(cells[first:last]), head - first)
