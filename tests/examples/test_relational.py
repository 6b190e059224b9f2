"""Every program of the RMC and of the languages translated into it gives what the file beside it says, on
every engine.

`NAME.json` is as for the examples of the FMC. Under `options` are what `calculus.solve` takes (`stack` and
`input` as on the command line), and `language` where the ending does not say it; under `expect`, some of the
JSON of the finished search.
"""

import json
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import calculus
from calculus import registry

EXAMPLES = Path(__file__).parents[2] / "examples"
FOLDERS = {
    "rmc": 35,
    "petri": 8,
    "inet": 6,
    "prolog": 15,
    "kappa": 4,
    "regex": 7,
    "automaton": 4,
    "turing": 9,
}
"""How many programs there are at least."""
FILES = sorted(
    path
    for folder in FOLDERS
    for path in (EXAMPLES / folder).iterdir()
    if path.with_suffix(".json").exists() and path.suffix != ".json"
)
OPTIONS = ("strategy", "mode", "count", "max_answers", "max_steps")


class Run(NamedTuple):
    """One run of an example."""

    path: Path
    options: dict[str, Any]
    expect: dict[str, Any]

    @property
    def language(self) -> str:
        return self.options.get("language") or registry.for_file(str(self.path)).name

    def arguments(self) -> dict[str, Any]:
        """The options as the library takes them."""
        given = {key: self.options[key] for key in OPTIONS if key in self.options}
        if "stack" in self.options:
            given["stacks"] = self.options["stack"]
        if "input" in self.options:
            text = self.options["input"]
            own = registry.supports(registry.get(self.language), "inputs")
            given["inputs"] = [text] if own else text.split(",")
        return given


def runs_of(path: Path) -> list[Run]:
    data = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    return [Run(path, part.get("options", {}), part["expect"]) for part in (data, *data.get("more", ()))]


RUNS = {
    f"{path.parent.name}/{path.stem}{f'-{number}' if number else ''}": run
    for path in FILES
    for number, run in enumerate(runs_of(path))
}


def found_by(run: Run, engine: str) -> dict[str, Any]:
    answers = calculus.solve(run.language, calculus.Source.read(run.path), engine=engine, **run.arguments())
    for _ in answers:
        pass
    return answers.to_json()


@pytest.mark.parametrize("engine", ["reference", "kernel", "auto"])
@pytest.mark.parametrize("run", RUNS.values(), ids=RUNS.keys())
def test_runs(run: Run, engine: str) -> None:
    if engine == "reference" and run.options.get("long"):
        pytest.skip("takes the reference machine too long")
    found = found_by(run, engine)
    assert {key: found[key] for key in run.expect} == run.expect


def is_xml(path: Path) -> bool:
    return path.suffix == ".pnml"


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
class TestText:
    def test_begins_with_a_comment(self, path: Path) -> None:
        text = path.read_text(encoding="utf-8")
        assert text.startswith(("-- ", "% ", "# ", "<?xml", "(?#"))

    def test_is_in_the_one_layout(self, path: Path) -> None:
        language, text = runs_of(path)[0].language, path.read_text(encoding="utf-8")
        assert calculus.format(language, text) == text
        unicode = calculus.format(language, text, unicode=True)
        assert calculus.format(language, unicode) == text

    def test_has_no_mistakes(self, path: Path) -> None:
        language, text = runs_of(path)[0].language, path.read_text(encoding="utf-8")
        found = calculus.check(language, text)
        assert [problem.message for problem in found if problem.severity == "error"] == []


@pytest.mark.parametrize(
    "path", [path for path in FILES if path.suffix != ".rmc"], ids=lambda path: path.stem
)
def test_the_translation_is_a_program(path: Path) -> None:
    language = runs_of(path)[0].language
    text = calculus.translate(language, calculus.Source.read(path))
    assert calculus.format("rmc", text) == text


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_file_has_its_pair(folder: str) -> None:
    files = [path for path in (EXAMPLES / folder).iterdir() if path.suffix != ".json"]
    assert {path.stem for path in files} == {path.stem for path in (EXAMPLES / folder).glob("*.json")}
    assert len(files) >= FOLDERS[folder]
