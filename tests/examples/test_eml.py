"""Every program of `examples/eml/` gives what the file beside it says, on every engine; numbers may differ in
the last places, which the mathematical library of the system decides.

Beside `options` and `expect`, `is` holds what the number should be, as an expression in Python; `more` lists
further runs of the same program.
"""

import cmath
import json
import math
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import calculus
from calculus import eml
from calculus.eml.number import read_number
from calculus.source.text import Source

FOLDER = Path(__file__).parents[2] / "examples" / "eml"
FILES = sorted(FOLDER.glob("*.eml"))
NAMES = {"e": math.e, "exp": cmath.exp, "log": cmath.log, "sqrt": cmath.sqrt, "inf": math.inf}


class Run(NamedTuple):
    """One run of an example."""

    path: Path
    data: dict[str, Any]

    @property
    def source(self) -> Source:
        return Source(self.path.read_text(encoding="utf-8"), self.path.name)

    @property
    def stacks(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = self.data.get("options", {}).get("stack", {})
        return found


def runs_of(path: Path) -> list[Run]:
    data = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    return [Run(path, part) for part in (data, *data.get("more", ()))]


RUNS = {
    f"{path.stem}{f'-{number}' if number else ''}": run
    for path in FILES
    for number, run in enumerate(runs_of(path))
}


def each(chosen: dict[str, Run]) -> Any:
    return pytest.mark.parametrize("run", chosen.values(), ids=chosen.keys())


def value(text: str) -> complex:
    return read_number(Source(text))


def near(found: complex, wanted: complex, tolerance: float) -> bool:
    return found == wanted or abs(found - wanted) <= tolerance * max(1, abs(wanted))


@pytest.mark.parametrize("engine", ["reference", "kernel", "auto"])
@each(RUNS)
def test_runs(run: Run, engine: str) -> None:
    limit = run.data.get("options", {}).get("max_steps")
    found = calculus.run("eml", run.source, engine=engine, stacks=run.stacks, max_steps=limit).to_json()
    expect = dict(run.data["expect"])
    stacks = expect.pop("stacks", None)
    assert {key: found[key] for key in expect} == expect
    assert found["engine"] == "reference"
    if stacks is not None:
        assert found["stacks"].keys() == stacks.keys()
        for name, values in stacks.items():
            pairs = zip(found["stacks"][name], values, strict=True)
            assert all(near(value(ours), value(theirs), 1e-14) for ours, theirs in pairs)


@each({name: run for name, run in RUNS.items() if "is" in run.data})
def test_computes_what_it_says(run: Run) -> None:
    given = {name: value(values[-1]) for name, values in run.stacks.items()}
    wanted = complex(eval(run.data["is"], {"__builtins__": {}}, NAMES | given))
    found = value(str(calculus.run("eml", run.source, stacks=run.stacks).stack()[-1]))
    assert near(found, wanted, 1e-13)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_text(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.startswith("-- ")
    assert calculus.check("eml", text) == []
    assert calculus.format("eml", text) == text
    tree = eml.Tree(calculus.program("eml", text).main)
    if tree.K < 100_000:  # without definitions it is the same tree, only longer
        assert eml.Tree(str(tree)) == eml.Tree(tree.postfix) == tree


def test_every_file_has_its_pair() -> None:
    assert {path.stem for path in FILES} == {path.stem for path in FOLDER.glob("*.json")}
    assert len(FILES) >= 18
