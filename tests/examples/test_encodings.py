"""Every program of the source languages gives what the file beside it says, on every engine.

`NAME.json` is as for the examples of the FMC; `language` in the options overrides what the file's ending
says.
"""

import json
from pathlib import Path
from typing import Any

import pytest

import calculus
from calculus import registry

EXAMPLES = Path(__file__).parents[2] / "examples"
FOLDERS = {"lambda": 7, "metalanguage": 3, "cbpv": 3, "imp": 7}
"""How many programs there are at least."""
FILES = sorted(path for folder in FOLDERS for path in (EXAMPLES / folder).iterdir() if path.suffix != ".json")


def read(path: Path) -> tuple[str, dict[str, Any], dict[str, Any]]:
    data = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    options = data.get("options", {})
    return options.get("language") or registry.for_file(str(path)).name, options, data["expect"]


@pytest.mark.parametrize("engine", ["reference", "kernel", "auto"])
@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_runs(path: Path, engine: str) -> None:
    language, options, expect = read(path)
    source = calculus.Source.read(path)
    inputs = options["input"].split(",") if "input" in options else []
    found: Any = calculus.run(language, source, engine=engine, inputs=inputs)
    assert {key: found.to_json()[key] for key in expect} == expect
    # The translation is an FMC program that does the same.
    values = [calculus.parse("fmc", text) for text in inputs]
    same = calculus.run("fmc", calculus.translate(language, source), engine=engine, inputs=values)
    assert same.steps == found.steps
    assert list(map(str, same.stacks.get("out", []))) == list(map(str, found.stacks.get("out", [])))


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_text(path: Path) -> None:
    language, _, _ = read(path)
    text = path.read_text(encoding="utf-8")
    assert text.startswith(("-- ", "// "))
    assert calculus.check(language, text) == []
    assert calculus.format(language, text) == text
    unicode = calculus.format(language, text, unicode=True)
    assert calculus.format(language, unicode) == text
    assert calculus.translate(language, unicode) == calculus.translate(language, text)


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_file_has_its_pair(folder: str) -> None:
    files = [path for path in FILES if path.parent.name == folder]
    assert {path.stem for path in files} == {path.stem for path in (EXAMPLES / folder).glob("*.json")}
    assert len(files) >= FOLDERS[folder]
