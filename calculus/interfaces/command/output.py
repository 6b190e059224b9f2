"""Where results, errors and remarks go: results to standard output, errors and remarks to standard
error.

With `--json` everything goes to standard output as objects, one a line.
"""

import json
import math
import os
import sys
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TextIO

from calculus.source.diagnostic import CalculusError, Diagnostic, FileProblem

ISSUES = "please report it, with the command and the file that show it"


class Output:
    """What the options `--json`, `--quiet` and `--color` ask for."""

    def __init__(self, json: bool = False, quiet: bool = False, color: str = "auto") -> None:
        self.json = json
        self.quiet = quiet
        self._warnings: list[dict[str, Any]] = []
        self.color = _wants_color(color, sys.stdout)
        self.error_color = _wants_color(color, sys.stderr)

    @classmethod
    def of(cls, options: Namespace) -> "Output":
        return cls(options.json, options.quiet, options.color)

    @classmethod
    def for_arguments(cls, arguments: Sequence[str]) -> "Output":
        """For errors met before the options were understood."""
        color = "never" if "never" in arguments or "--color=never" in arguments else "auto"
        return cls("--json" in arguments, color=color)

    def object(self, value: dict[str, Any]) -> None:
        try:
            text = json.dumps(value, ensure_ascii=False, allow_nan=False)
        except ValueError:
            text = json.dumps(_finite(value), ensure_ascii=False)
        print(text, flush=True)

    def line(self, text: str) -> None:
        print(text)

    def remark(self, text: str) -> None:
        """Something about the result, unless `--quiet`."""
        if not self.quiet and not self.json:
            print(dim(text) if self.error_color else text, file=sys.stderr)

    def error(self, problem: CalculusError) -> None:
        if self.json:
            from calculus.source.render import render_json

            self.object(render_json(problem))
            return
        self.text_error(problem)

    def text_error(self, problem: CalculusError) -> None:
        from calculus.source.render import render_text

        sys.stdout.flush()
        print(render_text(problem, color=self.error_color).rstrip("\n"), file=sys.stderr)

    def diagnostic(self, diagnostic: Diagnostic) -> None:
        """A diagnostic as text; with `--json` it is part of the result."""
        if not self.json:
            self.text_error(CalculusError(diagnostic))

    def warning(self, diagnostic: Diagnostic) -> None:
        """A warning, unless `--quiet`; with `--json` it comes with the result."""
        if self.json:
            self._warnings.append(diagnostic.to_json())
        elif not self.quiet:
            self.diagnostic(diagnostic)

    def result(self, value: dict[str, Any]) -> None:
        """The JSON of a run, with the warnings if there are any."""
        self.object(value | ({"warnings": self._warnings} if self._warnings else {}))

    def bug(self, problem: Exception) -> None:
        message = f"internal error: {type(problem).__name__}: {problem}"
        if self.json:
            error: dict[str, Any] = {"kind": "bug", "message": message, "span": None, "notes": []}
            self.object({"error": error})
        print(f"{message}\nThis is a bug of calculus; {ISSUES}.", file=sys.stderr)


def _finite(value: Any) -> Any:
    """A value of JSON, which has no infinities and no nan: null stands for them."""
    match value:
        case float():
            return value if math.isfinite(value) else None
        case dict():
            return {name: _finite(item) for name, item in value.items()}
        case list() | tuple():
            return [_finite(item) for item in value]
    return value


def write_file(path: str, text: str) -> None:
    """Write a file that the user named. Raises `FileProblem`."""
    try:
        Path(path).write_bytes(text.encode("utf-8"))
    except OSError as problem:
        raise FileProblem(f"cannot write {path}: {problem.strerror}") from None


def dim(text: str) -> str:
    return f"\x1b[2m{text}\x1b[0m"


def _wants_color(when: str, stream: TextIO) -> bool:
    if when != "auto":
        return when == "always"
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return stream.isatty()
