"""Where a program comes from: one that was parsed, a file, a task's name, or the text itself."""

import re
from pathlib import Path

from calculus.rlm.program import Program, parse_program
from calculus.source.diagnostic import FileProblem, UsageProblem
from calculus.source.shipped import shipped
from calculus.source.text import Source

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")


def load_program(program: Program | str | Path) -> Program:
    """The program that is meant. A name is that of a task of the examples, a word that ends in `.rlm` a file.

    Raises `UsageProblem`, `FileProblem`, `SyntaxProblem` or `NameProblem`.
    """
    if isinstance(program, Program):
        return program
    if isinstance(program, Path) or (program.endswith(".rlm") and "\n" not in program):
        return parse_program(Source.read(str(program)))
    if _NAME.fullmatch(program):
        path = _task(program)
        return parse_program(Source(Source.read(path).text, path.name))
    return parse_program(Source(program))


def tasks() -> list[str]:
    """The names of the tasks that have a program."""
    return sorted(path.stem for path in _folder().glob("*.rlm"))


def _task(name: str) -> Path:
    path = _folder() / f"{name}.rlm"
    if not path.is_file():
        known = ", ".join(tasks())
        raise UsageProblem(f"there is no task {name!r}; the tasks are {known}, and a program is a .rlm file")
    return path


def _folder() -> Path:
    """Where the programs of tasks are."""
    folder = shipped("examples") / "rlm"
    if not folder.is_dir():
        raise FileProblem("the examples are not installed; a task needs its program")
    return folder
