"""A calculus of one's own gets the command line, the library and the REPL."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

import calculus
from calculus import registry
from calculus.interfaces.command import main
from calculus.registry import Calculus
from calculus.settings import Settings
from calculus.source.diagnostic import SyntaxProblem, UsageProblem
from calculus.source.text import Source, Span


@dataclass
class Sum:
    """What a run of the toy comes to."""

    total: int
    status: str = "done"

    def to_json(self) -> dict[str, Any]:
        return {"language": "toy", "total": self.total}

    def __str__(self) -> str:
        return f"total: {self.total}"


class Toy:
    """Numbers to add up."""

    name = "toy"
    endings: tuple[str, ...] = (".toy",)

    def parse(self, source: Source) -> list[int]:
        numbers = []
        at = 0
        for word in source.text.split():
            at = source.text.index(word, at)
            if not word.isdecimal():
                end = at + len(word)
                raise SyntaxProblem(f"expected a number, found {word}", span=Span(source, at, end, end))
            numbers.append(int(word))
        return numbers

    def format(self, source: Source, *, unicode: bool = False) -> str:
        return " ".join(map(str, self.parse(source))) + "\n"

    def run(self, program: list[int], settings: Settings) -> Sum:
        steps = settings.max_steps
        return Sum(sum(program[:steps]), "done" if steps is None else "budget")


@pytest.fixture
def toy(monkeypatch: pytest.MonkeyPatch) -> Iterator[Calculus]:
    monkeypatch.setattr(registry, "_loaded", dict(registry._loaded))
    monkeypatch.setattr(registry, "_endings", dict(registry._endings))
    yield calculus.register(Toy())


Captured = pytest.CaptureFixture[str]


def test_library(toy: Calculus) -> None:
    assert calculus.run("toy", "1 2 3").total == 6  # type: ignore[attr-defined]
    assert calculus.format("toy", " 1   2") == "1 2\n"
    assert calculus.check("toy", "1 x")[0].message == "expected a number, found x"
    assert calculus.check("toy", "1") == []
    with pytest.raises(UsageProblem, match=r"toy cannot give a machine state$"):
        calculus.machine("toy", "1")
    with pytest.raises(UsageProblem, match=r"toy cannot parse a term alone$"):
        calculus.parse("toy", "1")


def test_commands(toy: Calculus, capsys: Captured, tmp_path: Any) -> None:
    assert main(["eval", "toy", "1 2 3"]) == 0
    assert capsys.readouterr().out == "total: 6\n"
    assert main(["eval", "toy", "1 2 3", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"language": "toy", "total": 6}
    assert main(["eval", "toy", "1 2 3", "--max-steps", "2"]) == 3
    file = tmp_path / "numbers.toy"
    file.write_text("4  5")
    assert main(["run", str(file)]) == 0
    assert main(["format", "-w", "--quiet", str(file)]) == 0
    assert file.read_text() == "4 5\n"
    assert main(["check", str(file)]) == 0
    capsys.readouterr()
    assert main(["run", "--language", "toy", "-"]) == 2  # standard input is not there in tests
    assert main(["eval", "toy", "1 x 3"]) == 2
    error = capsys.readouterr().err
    assert "expected a number, found x" in error and "1 | 1 x 3" in error
    assert main(["step", "toy", "1"]) == 2
    assert "toy cannot give a machine state\n" in capsys.readouterr().err


def test_the_repl(toy: Calculus, capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    import io

    lines = "1 2\nx\n:language\n:undo\n:stacks\n:definitions\n:trace 1\n:type 1\n:load x\n"
    lines += ":language fmc\n[1]\n"
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(lines.encode()), encoding="utf-8"))
    assert main(["repl", "toy"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("total: 3\nerror: expected a number, found x\n")
    assert f"toy; the languages here are {', '.join(registry.names())}\n" in out
    assert out.endswith("λ: 1\n")


def test_registering_again_replaces(toy: Calculus) -> None:
    class Other(Toy):
        endings = (".toy", ".toys")

    calculus.register(Other())
    assert registry.for_file("x.toys").name == "toy"


class Nameless(Toy):
    name = ""


class Builtin(Toy):
    name = "fmc"


class Thief(Toy):
    name = "thief"
    endings = (".fmc",)


class Dotless(Toy):
    name = "dotless"
    endings = ("toy",)


class OneEnding(Toy):
    name = "one"
    endings = ".toy"  # type: ignore[assignment]


@pytest.mark.parametrize(
    ("what", "message"),
    [
        (object(), "a calculus needs name, endings, parse, format, run"),
        (Toy, "a calculus needs"),
        (Nameless(), "a calculus is named by"),
        (Builtin(), "belongs to a built-in calculus"),
        (Thief(), "the ending .fmc belongs to fmc"),
        (Dotless(), "endings is a tuple"),
        (OneEnding(), "endings is a tuple"),
    ],
)
def test_what_cannot_be_registered(what: Any, message: str, toy: Calculus) -> None:
    with pytest.raises(UsageProblem, match=message):
        calculus.register(what)


class Entry:
    """An entry point of an installed package."""

    name = "plugin"

    def __init__(self, calculus: Any) -> None:
        self._calculus = calculus

    def load(self) -> Any:
        if self._calculus is None:
            raise ImportError("no module named nothing")
        return self._calculus


class Plugin(Toy):
    name = "plugin"
    endings = (".plug",)


def test_a_package_may_bring_a_calculus(toy: Calculus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.metadata.entry_points", lambda group: [Entry(Plugin)])
    assert registry.for_file("x.plug").name == "plugin"
    assert calculus.run("plugin", "1 1").total == 2  # type: ignore[attr-defined]


def test_a_package_that_does_not_load(toy: Calculus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.metadata.entry_points", lambda group: [Entry(None)])
    with pytest.raises(UsageProblem, match="cannot load the language plugin: no module"):
        registry.get("plugin")
