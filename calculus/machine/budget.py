"""Limits on a run, and which of them ended it."""

import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from calculus.source.diagnostic import UsageProblem

StoppedBy = Literal["steps", "seconds", "memory", "answers", "interrupt"]

MEGABYTE = 1 << 20
DEFAULT_MEMORY = 2048
"""Megabytes a run may use unless told otherwise."""


@dataclass(slots=True)
class Budget:
    """How far a run may go: transitions, seconds of wall time, megabytes of the process's memory, answers.

    None means no limit. The clock starts when the budget is made.
    """

    max_steps: int | None = None
    max_seconds: float | None = None
    max_memory: float | None = DEFAULT_MEMORY
    max_answers: int | None = None
    started: float = field(default_factory=time.monotonic)
    interrupted: bool = False

    def __post_init__(self) -> None:
        """Raises `UsageProblem` for limits that are no numbers."""
        limits = {
            "max_steps": self.max_steps,
            "max_seconds": self.max_seconds,
            "max_memory": self.max_memory,
            "max_answers": self.max_answers,
        }
        for name, limit in limits.items():
            if limit is not None and not isinstance(limit, int | float):
                raise UsageProblem(f"{name}: expected a number or None, found {limit!r}")

    def overdrawn(self) -> StoppedBy | None:
        """Whether time or memory has run out (steps and answers are counted where they happen)."""
        if self.interrupted:
            return "interrupt"
        if self.max_seconds is not None and time.monotonic() - self.started >= self.max_seconds:
            return "seconds"
        if self.max_memory is not None and resident_bytes() > self.max_memory * MEGABYTE:
            return "memory"
        return None

    def left(self, seconds: float) -> float:
        """So many seconds, or fewer if no more are left."""
        if self.max_seconds is None:
            return seconds
        return max(0.0, min(seconds, self.started + self.max_seconds - time.monotonic()))

    @contextmanager
    def interruptible(self) -> Iterator[None]:
        """Within this, Ctrl-C ends the run at the next look at the budget, so never inside a transition.

        A second Ctrl-C raises `KeyboardInterrupt`, for work that does not look.
        """
        if threading.current_thread() is not threading.main_thread():
            yield
            return

        def interrupt(*_: object) -> None:
            if self.interrupted:
                raise KeyboardInterrupt
            self.interrupted = True

        before = signal.signal(signal.SIGINT, interrupt)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)


class Portion(Budget):
    """A part of a budget, with limits of its own: it is overdrawn when the whole is, too."""

    __slots__ = ("whole",)

    def __init__(self, whole: Budget, max_steps: int | None = None, max_seconds: float | None = None) -> None:
        super().__init__(max_steps, max_seconds, None)
        self.whole = whole

    def overdrawn(self) -> StoppedBy | None:
        return super().overdrawn() or self.whole.overdrawn()


def resident_bytes() -> int:
    """The memory the process occupies now, in bytes (0 where the system does not say)."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except (OSError, ValueError, IndexError):
        return _peak_bytes()
    return pages * 4096


def _peak_bytes() -> int:
    try:
        import resource
    except ImportError:
        return 0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
