"""The source languages in the REPL: definitions stay, results are in the language's own terms."""

import io
from pathlib import Path

import pytest

from calculus.interfaces.command import main


def session(
    language: str, lines: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> str:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(lines.encode()), encoding="utf-8"))
    assert main(["repl", language]) == 0
    return capsys.readouterr().out


def test_definitions_stay_and_are_taken_back(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = "def f = \\x. x + 1\nf 3\n(\\x. f x) 4\n:undo\n:undo\n:undo\nf 3\n"
    out = session("lambda-cbv", lines, capsys, monkeypatch)
    assert out.startswith("defined f\n4\n5\n")
    assert "there is no `f`" in out


def test_a_file_is_loaded_and_a_session_saved(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file, saved = tmp_path / "a.cbpv", tmp_path / "b.cbpv"
    file.write_text("def f = \\x. x + 1\n\nforce f 1\n")
    out = session("cbpv", f":load {file}\n:main\nforce f 41\n:save {saved}\n", capsys, monkeypatch)
    assert "2\n42\n" in out
    assert saved.read_text().startswith("def f = ")
    assert main(["run", "--quiet", str(saved)]) == 0
    assert capsys.readouterr().out == "42\n"


def test_each_input_of_imp_is_a_program(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert session("imp", "x := 3; print x;\nprint 4;\n", capsys, monkeypatch) == "3\n4\n"
