"""Sessions of the REPL fed by a pipe, compared with the transcripts in `repl/`: of the FMC, and in folders
named after them, of other languages.

In a transcript the inputs are the lines that begin with `> `. To add one write its inputs and run
`pytest --update-goldens`.
"""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TextIO, cast

import pytest

from calculus import registry
from calculus.interfaces.command.repl import session_class
from calculus.interfaces.repl import plain
from calculus.settings import Settings

HERE = Path(__file__).parent
TRANSCRIPTS = sorted(HERE.glob("repl/**/*.txt"))


class Input:
    """Lines that appear in the transcript when they are read."""

    def __init__(self, lines: list[str], transcript: list[str]) -> None:
        self._lines = lines
        self._transcript = transcript

    def __iter__(self) -> Iterator[str]:
        for line in self._lines:
            self._transcript.append(f"> {line}".rstrip())
            yield f"{line}\n"


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=[f"{path.parent.name}/{path.stem}" for path in TRANSCRIPTS])
def test_session(
    path: Path,
    golden: Callable[[Path, str], None],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    inputs = [line[2:] for line in lines if line.startswith("> ") or line == ">"]
    shutil.copytree(HERE / "cli" / "files", tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    # Other tests of the same process may have registered calculi of their own.
    monkeypatch.setattr(registry, "_loaded", {"fmc": registry.get("fmc")})
    monkeypatch.setattr(registry, "_endings", {".fmc": "fmc"})
    transcript: list[str] = []
    calculus = registry.get("fmc" if path.parent.name == "repl" else path.parent.name)
    session = session_class(calculus)(calculus, Settings(), transcript.append)
    leave = plain.read(session, cast(TextIO, Input(inputs, transcript)))
    if leave is not None:
        transcript.append(f"(left{' for ' + leave.language if leave.language else ''})")
    golden(path, "\n".join(transcript) + "\n")
