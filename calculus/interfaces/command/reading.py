"""The file or text a command is about, and its language."""

import sys

from calculus import registry
from calculus.registry import Calculus
from calculus.source.diagnostic import FileProblem, UsageProblem
from calculus.source.text import Source

STANDARD_INPUT = "-"
DEFAULT_LANGUAGE = "fmc"
"""Of standard input, which has no ending to tell."""


def read_file(path: str, language: str | None) -> tuple[Calculus, Source]:
    """The text of a file, or of standard input for `-`, and its language.

    The language is decided first, so that a wrong ending is reported before a long read.
    """
    if path == STANDARD_INPUT:
        calculus = registry.get(language or DEFAULT_LANGUAGE)
        return calculus, read_standard_input()
    if not path:
        raise UsageProblem("expected the name of a file, found an empty text")
    if language:
        return registry.get(language), Source.read(path)
    _must_exist(path)
    return registry.for_file(path), Source.read(path)


def read_text(language: str, text: str) -> tuple[Calculus, Source]:
    """A text given on the command line, or standard input for `-`, in a language."""
    calculus = registry.get(language)
    return calculus, read_standard_input() if text == STANDARD_INPUT else Source(text)


def read_standard_input() -> Source:
    if sys.stdin is None:
        raise FileProblem("standard input is closed")
    try:
        data = sys.stdin.buffer.read()
    except OSError as problem:
        raise FileProblem(f"cannot read standard input: {problem}") from None
    return Source.decode(data, "<stdin>")


def _must_exist(path: str) -> None:
    # A missing file is reported as missing, not as a file of unknown language.
    from pathlib import Path

    if not Path(path).exists() or Path(path).is_dir():
        Source.read(path)
