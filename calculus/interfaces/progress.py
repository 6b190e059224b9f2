"""A line on the terminal that says how far a long run is.

Shown on standard error after a second, and only when that is a terminal. Plain control codes and a
thread: loading more than that would cost a quick command its start.
"""

import os
import sys
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from calculus.machine.state import State

AFTER = 1.0
EVERY = 0.2


def steps_so_far(state: "State") -> str:
    """How far a run is; the kernel's first use, which takes a while, is announced."""
    from calculus.machine import engine

    return "preparing the kernel" if engine.preparing_kernel() else f"{state.steps:,} steps"


class Progress:
    """While entered, shows the elapsed time and what `text()` says."""

    def __init__(self, text: Callable[[], str], shown: bool = True) -> None:
        self._text = text
        terminal = sys.stderr is not None and sys.stderr.isatty()
        self._shown = shown and terminal and os.environ.get("TERM") != "dumb"
        self._over = threading.Event()
        self._writing = threading.Lock()
        self._thread: threading.Thread | None = None

    def __enter__(self) -> "Progress":
        if self._shown:
            self._thread = threading.Thread(target=self._show, daemon=True)
            self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        if self._thread is not None:
            self._thread.join()

    def print(self, line: str) -> None:
        """Print a line of output without leaving the progress in it."""
        with self._writing:
            if self._thread is not None:
                self._write("")
            print(line, flush=self._thread is not None)

    def _write(self, line: str) -> None:
        sys.stderr.write(f"\r\x1b[K{line}")
        sys.stderr.flush()

    def _show(self) -> None:
        started = time.monotonic()
        if self._over.wait(AFTER - EVERY):
            return
        before = self._text()
        if self._over.wait(EVERY):
            return
        while True:
            elapsed = time.monotonic() - started
            # What does not move says nothing: an engine may keep its count to itself for a while.
            text = self._text()
            said = f"  {text}" if text != before else ""
            before = text
            line = f"{elapsed:.0f} s{said}  (Ctrl-C stops)"
            with self._writing:
                self._write(f"\x1b[2m{line}\x1b[0m")
            if self._over.wait(EVERY):
                break
        self._write("")
