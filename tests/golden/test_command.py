"""What the command prints, compared with the files of `run/` and `cli/`.

A case is a file. Its first line is the command, `$ calculus …`; lines `< …` after it are its
standard input. What follows is compared: standard output, then standard error with `! ` before each
line, then the exit status. To add a case write the first lines and run `pytest --update-goldens`.
"""

import io
import shlex
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from calculus import registry
from calculus.interfaces.command import main

HERE = Path(__file__).parent
CASES = sorted([*HERE.glob("run/*.txt"), *HERE.glob("cli/*.txt")])


def execute(
    command: str, fed: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> str:
    words = shlex.split(command.removeprefix("$ "))
    assert words[0] == "calculus"
    stdin = io.TextIOWrapper(io.BytesIO(fed.encode()), encoding="utf-8")
    monkeypatch.setattr(sys, "stdin", stdin)
    status = main(words[1:])
    printed = capsys.readouterr()
    pieces = [command + "\n", *(f"< {line}\n" for line in fed.splitlines()), printed.out]
    pieces += [f"! {line}".rstrip() + "\n" for line in printed.err.splitlines()]
    return "".join([*pieces, f"[{status}]\n"])


@pytest.mark.parametrize("path", CASES, ids=[f"{path.parent.name}/{path.stem}" for path in CASES])
def test_prints(
    path: Path,
    golden: Callable[[Path, str], None],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    command, *lines = path.read_text(encoding="utf-8").splitlines()
    fed = "".join(f"{line[2:]}\n" for line in lines if line.startswith("< "))
    # A copy, since some commands write.
    shutil.copytree(HERE / "cli" / "files", tmp_path, dirs_exist_ok=True)
    (tmp_path / "folder.fmc").mkdir()
    (tmp_path / "binary.fmc").write_bytes(b"\x7fELF\0\1\2")
    (tmp_path / "latin.fmc").write_bytes('["na\xefve"]\n'.encode("latin-1"))
    monkeypatch.chdir(tmp_path)
    # Other tests of the same process may have registered calculi of their own.
    monkeypatch.setattr(registry, "_loaded", {"fmc": registry.get("fmc")})
    monkeypatch.setattr(registry, "_endings", {".fmc": "fmc", ".rmc": "rmc", ".eml": "eml"})
    monkeypatch.delenv("CALCULUS_DEBUG", raising=False)
    golden(path, execute(command, fed, monkeypatch, capsys))


def test_no_case_is_a_bug() -> None:
    for path in CASES:
        assert not path.read_text(encoding="utf-8").endswith("[70]\n"), path
