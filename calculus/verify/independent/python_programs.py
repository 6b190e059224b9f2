"""Generated programs of Python, run by CPython: what they print, what they leave, and how they end.

The programs are those of `calculus.verify.generation.sources.imp`, never a user's.
"""

import sys
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType
from typing import Any

LINES = 50_000
"""Lines that a program runs at most. Generated loops end; smaller programs made of them need not."""
LARGEST = 10**2_000
"""The largest integer that is computed with."""
LONGEST = 100_000
"""Characters of the longest text."""


class NoInput(Exception):
    """A program reads more than there is."""


class TooLong(Exception):
    """A program prints too much to be compared, runs for too long, or has too large a value."""


@dataclass
class Outcome:
    """The lines that were printed, the final values of cells, the exception that nothing caught, and the kind
    of error (`input` or `division`).
    """

    output: list[str] = field(default_factory=list)
    cells: dict[str, str] = field(default_factory=dict)
    uncaught: str | None = None
    error: str | None = None


def run(text: str, inputs: Sequence[int], exceptions: Mapping[str, bool], most: int = 400) -> Outcome:
    """Run a program with `print`, `read` and some exceptions, those that carry a number marked True.

    Raises `TooLong` when it prints more than `most` lines, runs more than `LINES`, or has a value beyond
    `LARGEST` or `LONGEST`.
    """
    outcome = Outcome()
    waiting = deque(inputs)

    def read() -> int:
        if not waiting:
            raise NoInput
        return waiting.popleft()

    def write(value: object) -> None:
        outcome.output.append(str(value))
        if len(outcome.output) > most:
            raise TooLong

    names: dict[str, Any] = {"print": write, "read": read}
    names |= {name: type(name, (Exception,), {}) for name in exceptions}
    try:
        with _bounded():
            exec(compile(text, "<generated>", "exec"), names)
    except NoInput:
        outcome.error = "input"
    except ZeroDivisionError:
        outcome.error = "division"
    except TooLong:
        raise
    except Exception as problem:
        outcome.uncaught = type(problem).__name__
        if exceptions[outcome.uncaught]:
            outcome.uncaught += f"({problem.args[0]})"
    cells = {name[5:]: value for name, value in names.items() if name.startswith("cell_")}
    outcome.cells = {
        name: f'"{value}"' if isinstance(value, str) else str(value) for name, value in cells.items()
    }
    return outcome


def _is_large(value: object) -> bool:
    if type(value) is int:
        return abs(value) > LARGEST
    return type(value) is str and len(value) > LONGEST


@contextmanager
def _bounded() -> Iterator[None]:
    """Within, a program raises `TooLong` after so many lines, or when a variable has too large a value."""
    run = 0

    def trace(frame: FrameType, event: str, argument: Any) -> Any:
        nonlocal run
        if frame.f_code.co_filename != "<generated>":
            return None
        run += event == "line"
        if run > LINES or any(map(_is_large, (*frame.f_locals.values(), *frame.f_globals.values()))):
            raise TooLong
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        yield
    finally:
        sys.settrace(before)
