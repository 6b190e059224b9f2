"""Every program of `examples/` gives what the file beside it says, on every engine.

`NAME.json` holds `options` for the run and, under `expect`, some of the JSON that `calculus run
--json` prints; what it leaves out may be anything. `more` lists further runs of the same program.
Under `answers` in the options are the host's answers to a suspended machine, in turn.
"""

import importlib.util
import json
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import calculus
from calculus.source.text import Source

FOLDER = Path(__file__).parents[2] / "examples" / "fmc"
FILES = sorted(FOLDER.glob("*.fmc"))
ENGINES = ("reference", "kernel", "auto")


class Run(NamedTuple):
    """One run of an example: where it is, the options, and what is expected."""

    path: Path
    options: dict[str, Any]
    expect: dict[str, Any]

    @property
    def source(self) -> Source:
        return Source(self.path.read_text(encoding="utf-8"), self.path.name)

    @property
    def explored(self) -> bool:
        """Whether all outcomes are looked for, which is the reference machine's work alone."""
        return "distribution" in self.expect or "answers" in self.expect

    def arguments(self) -> dict[str, Any]:
        """The options as the library takes them."""
        given = {key: self.options[key] for key in ("seed", "depth", "hosts") if key in self.options}
        if "input" in self.options:
            given["inputs"] = self.options["input"].split(",")
        if "stack" in self.options:
            given["stacks"] = self.options["stack"]
        return given


def runs_of(path: Path) -> list[Run]:
    data = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    return [Run(path, part.get("options", {}), part["expect"]) for part in (data, *data.get("more", ()))]


RUNS = {
    f"{path.stem}{f'-{number}' if number else ''}": run
    for path in FILES
    for number, run in enumerate(runs_of(path))
}


def each(chosen: dict[str, Run]) -> Any:
    return pytest.mark.parametrize("run", chosen.values(), ids=chosen.keys())


@pytest.mark.parametrize("engine", ENGINES)
@each({name: run for name, run in RUNS.items() if not run.explored and "answers" not in run.options})
def test_runs(run: Run, engine: str) -> None:
    if engine == "kernel" and importlib.util.find_spec("calculus.machine.kernel") is None:
        pytest.skip("there is no kernel")
    result = calculus.run("fmc", run.source, engine=engine, **run.arguments())
    found = result.to_json()
    assert {key: found[key] for key in run.expect} == run.expect


@each({name: run for name, run in RUNS.items() if "distribution" in run.expect})
def test_exact(run: Run) -> None:
    found = calculus.exact("fmc", run.source, **run.arguments()).to_json()
    assert unordered(found["distribution"]) == unordered(run.expect["distribution"])
    for key in ("diverges", "unexplored"):
        assert found[key] == run.expect[key]


@each({name: run for name, run in RUNS.items() if "answers" in run.expect})
def test_all_answers(run: Run) -> None:
    found = calculus.explore("fmc", run.source, **run.arguments()).to_json()
    assert merged(found["answers"]) == merged(run.expect["answers"])
    assert found["complete"] == run.expect["complete"]


@pytest.mark.parametrize("engine", ENGINES)
@each({name: run for name, run in RUNS.items() if "answers" in run.options})
def test_hosts(run: Run, engine: str) -> None:
    machine = calculus.machine("fmc", run.source, **run.arguments())
    result = machine.run(engine=engine)
    requests = []
    for answer in run.options["answers"]:
        request = machine.suspended
        assert request is not None
        requests.append([request.location, None if request.value is None else str(request.value)])
        machine.resume(answer)
        result = machine.run(engine=engine)
    found = {**result.to_json(), "requests": requests}
    assert {key: found[key] for key in run.expect} == run.expect


def merged(answers: list[dict[str, Any]]) -> Counter[str]:
    """How often each label and memory comes up, whether the answers were merged before or not."""
    found: Counter[str] = Counter()
    for answer in answers:
        found[json.dumps([answer["exit"], answer["stacks"]], sort_keys=True)] += answer["multiplicity"]
    return found


def unordered(entries: list[dict[str, Any]]) -> list[str]:
    return sorted(json.dumps(entry, sort_keys=True) for entry in entries)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
class TestText:
    def test_begins_with_a_comment(self, path: Path) -> None:
        assert path.read_text(encoding="utf-8").startswith("-- ")

    def test_is_in_the_one_layout(self, path: Path) -> None:
        text = path.read_text(encoding="utf-8")
        assert calculus.format("fmc", text) == text

    @pytest.mark.parametrize("unicode", [False, True], ids=["ascii", "unicode"])
    def test_formatting_keeps_the_program(self, path: Path, unicode: bool) -> None:
        text = path.read_text(encoding="utf-8")
        formatted = calculus.format("fmc", text, unicode=unicode)
        assert calculus.format("fmc", formatted, unicode=unicode) == formatted
        before, after = calculus.program("fmc", text), calculus.program("fmc", formatted)
        assert after.main == before.main
        assert terms(after) == terms(before)


def terms(program: Any) -> dict[str, Any]:
    return {name: definition.term for name, definition in program.definitions.items()}


def test_every_file_has_its_pair() -> None:
    assert {path.stem for path in FILES} == {path.stem for path in FOLDER.glob("*.json")}
    assert len(FILES) >= 28
