"""Generated programs of Python, run by CPython: what they print, what they leave, and how they end.

The programs are those of `calculus.verify.generation.sources.imp`, never a user's.
"""

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


class NoInput(Exception):
    """A program reads more than there is."""


class TooLong(Exception):
    """A program prints too much to be compared."""


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

    Raises `TooLong` when it prints more than `most` lines.
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
