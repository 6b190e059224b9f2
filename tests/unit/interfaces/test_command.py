"""The command line's frame: statuses, bugs, options, colours, progress."""

import io
import json
import sys
from typing import Any

import pytest

from calculus.interfaces import command
from calculus.interfaces.command import main, run, status
from calculus.interfaces.command.output import Output
from calculus.interfaces.progress import Progress

Captured = pytest.CaptureFixture[str]


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> Any:
        raise RuntimeError("cogwheel")

    monkeypatch.setattr(run, "read_file", fail)
    monkeypatch.delenv("CALCULUS_DEBUG", raising=False)


def test_a_bug_is_admitted(broken: None, capsys: Captured) -> None:
    assert main(["run", "x.fmc"]) == 70
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err == (
        "internal error: RuntimeError: cogwheel\n"
        "This is a bug of calculus; please report it, with the command and the file that show it.\n"
    )


def test_a_bug_is_admitted_in_json(broken: None, capsys: Captured) -> None:
    assert main(["run", "x.fmc", "--json"]) == 70
    error = json.loads(capsys.readouterr().out)["error"]
    assert error["kind"] == "bug" and "cogwheel" in error["message"]


def test_a_bug_is_traced_when_asked(broken: None, capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALCULUS_DEBUG", "1")
    assert main(["run", "x.fmc"]) == 70
    assert "Traceback" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("problem", "expected", "message"),
    [(KeyboardInterrupt, 3, "interrupted"), (MemoryError, 3, "error: out of memory")],
)
def test_what_is_no_bug(
    problem: type[BaseException],
    expected: int,
    message: str,
    capsys: Captured,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*_: object) -> Any:
        raise problem

    monkeypatch.setattr(run, "read_file", fail)
    assert main(["run", "x.fmc"]) == expected
    assert capsys.readouterr().err == f"{message}\n"


@pytest.mark.parametrize("name", command.COMMANDS)
def test_every_command_has_help(name: str, capsys: Captured) -> None:
    assert main([name, "--help"]) == 0
    assert capsys.readouterr().out.startswith(f"usage: calculus {name}")


@pytest.mark.parametrize(
    ("outcome", "exit", "expected"),
    [
        ("done", "*", status.WELL),
        ("done", None, status.WELL),
        ("done", "J", status.NEGATIVE),
        ("done", 0, status.NEGATIVE),
        ("stuck", None, status.NEGATIVE),
        ("suspended", None, status.NEGATIVE),
        ("budget", None, status.BUDGET),
    ],
)
def test_statuses(outcome: str, exit: Any, expected: int) -> None:
    class Outcome:
        status = outcome

    Outcome.exit = exit  # type: ignore[attr-defined]
    assert status.of(Outcome()) == expected


@pytest.mark.parametrize(
    "arguments",
    [
        ["eval", "fmc", "-2; -2->[7]"],
        ["eval", "fmc", "-2;-2->[7]"],
        ["eval", "--quiet", "fmc", "--", "-2;-2->[7]"],
        ["eval", "fmc", "--quiet", "[7]"],
        ["--quiet", "eval", "fmc", "[7]"],
        ["eval", "fmc", "in<x>.[x].neg", "--input", "-7"],
        ["eval", "fmc", "in<x>.in<y>.[x].[y].sub", "--input=-1,-8"],
    ],
)
def test_arguments_in_every_order(arguments: list[str], capsys: Captured) -> None:
    assert main(arguments) == 0
    assert capsys.readouterr().out == "λ: 7\n"


class Tty(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_colours_are_for_terminals(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    assert not Output().color
    monkeypatch.setattr(sys, "stdout", Tty())
    assert Output().color
    assert not Output(color="never").color
    monkeypatch.setenv("NO_COLOR", "1")
    assert not Output().color
    assert Output(color="always").color


def test_progress_shows_nothing_in_a_pipe(capsys: Captured) -> None:
    with Progress(lambda: "x") as progress:
        progress.print("line")
    assert capsys.readouterr() == ("line\n", "")


def test_progress_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("calculus.interfaces.progress.AFTER", 0.02)
    monkeypatch.setattr("calculus.interfaces.progress.EVERY", 0.01)
    monkeypatch.delenv("TERM", raising=False)
    terminal = Tty()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setattr(sys, "stdout", terminal)
    count = iter(range(1_000_000))
    with Progress(lambda: f"{next(count)} things") as progress:
        while "things" not in terminal.getvalue():
            pass
        progress.print("line")
    shown = terminal.getvalue()
    assert "0 s  " in shown and "\r\x1b[Kline\n" in shown
    assert shown.endswith("\r\x1b[K")


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (["--postfix", "--", "-x"], 0, "11111E1EEEEx1EE\n"),
        (["--", "-x", "--postfix"], 2, "error: unexpected argument '--postfix'"),
        (["-x"], 2, "as in `-- -x`"),
        (["--postfix", "-x+1"], 2, "as in `-- -x+1`"),
        (["--postfx"], 2, "did you mean --postfix?"),
        ([], 2, "error: missing EXPRESSION"),
    ],
)
def test_arguments_that_begin_with_a_hyphen(capsys, arguments, status, said):
    assert main(["eml", "compile", *arguments]) == status
    captured = capsys.readouterr()
    assert said in captured.out + captured.err


def test_json_has_no_infinities(capsys):
    Output(json=True).object({"a": float("inf"), "b": [float("nan"), 1.5, {"c": -float("inf")}], "d": "inf"})
    assert capsys.readouterr().out == '{"a": null, "b": [null, 1.5, {"c": null}], "d": "inf"}\n'
