"""`calculus eml show --expression`: the function of a tree, the conditions, and what is refused."""

import json
from pathlib import Path

import pytest

from calculus.interfaces.command import main


def shown(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    status = main(["eml", "show", *arguments])
    streams = capsys.readouterr()
    return status, streams.out + streams.err


def test_function_and_conditions(capsys: pytest.CaptureFixture[str]) -> None:
    status, output = shown(capsys, "11xE1EEy1EE", "--expression")
    assert status == 0
    assert "function  x - y\n" in output
    assert "where     -π < Im y ≤ π, x ≠ 0 (principal)\n" in output


def test_assumptions_and_json(capsys: pytest.CaptureFixture[str]) -> None:
    options = ("--assume", "x > 0", "--assume", "y real", "--semantics", "extended", "--json")
    status, output = shown(capsys, "11xE1EEy1EE", "--expression", *options)
    assert status == 0
    found = json.loads(output)
    assert (found["function"], found["where"]) == ("x - y", "x > 0, y real (extended)")


def test_mistakes(capsys: pytest.CaptureFixture[str]) -> None:
    status, output = shown(capsys, "11xE1EE", "--assume", "x > 0")
    assert status == 2
    assert "--assume and --semantics need --expression" in output
    status, output = shown(capsys, "11xE1EE", "--expression", "--assume", "x >")
    assert status == 2
    assert "--assume:1:" in output
    status, output = shown(capsys, "11111E1EEEEx1EE", "--expression")
    assert status == 2
    assert "the tree takes the logarithm of 0" in output


def test_a_tree_that_is_too_deep_for_sympy(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    pytest.importorskip("sympy")
    file = tmp_path / "deep.eml"
    file.write_text("x" * 3001 + "E" * 3000)
    status, output = shown(capsys, str(file), "--sympy")
    assert (status, output) == (2, "error: a tree of depth 3,000 is too deep for SymPy\n")


def test_a_tree_too_large_to_be_simplified_is_refused_before_work_is_done(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def started(*_: object) -> None:
        raise AssertionError("the tree was translated")

    monkeypatch.setattr("calculus.eml.decompiler.setting.of_tree", started)
    file = tmp_path / "tower.eml"
    file.write_text("x" + "1E" * 60_000)
    status, output = shown(capsys, str(file), "--expression")
    assert status == 2
    assert "too large to be simplified: expected at most 50,000 distinct subtrees, found 60,002" in output
