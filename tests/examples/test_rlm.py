"""Every program of `examples/rlm/` gives what the file beside it says, with the calls that were planned.

`NAME.json` holds under `options` what `calculus rlm run` is given; under `expect` what comes of it, as text,
with the calls that were planned and made. Where the rules of the built-in oracle are not enough, a `script`
answers: how an instruction begins, a pattern, and what a place in the texts that matches makes an answer of.
"""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from calculus.rlm.calculus import RLM
from calculus.rlm.calls import Call
from calculus.rlm.library import tasks
from calculus.rlm.oracles import SimulatedOracle
from calculus.rlm.prompts import read_prompt
from calculus.rlm.runtime import Outcome
from calculus.rlm.runtime import run as run_program
from calculus.source.text import Source

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "examples" / "rlm"
FILES = sorted(FOLDER.glob("*.rlm"))
TASKS = ("search", "classify", "aggregate", "pairwise", "summarise", "multi_hop")

each = pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)


def read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    return found


def run(path: Path, **options: Any) -> Outcome:
    data = read(path)
    given = dict(data["options"])
    document = (ROOT / given.pop("document")).read_bytes()
    oracle = SimulatedOracle(scripted(data["script"])) if "script" in data else None
    found: Outcome = run_program(path, document=document, oracle=oracle, **given, **options)
    return found


def scripted(rules: list[list[str]]) -> Any:
    def solve(call: Call) -> str:
        asked = read_prompt(call.prompt)
        assert asked is not None
        text = "\n".join(asked.texts)
        found = [
            match.expand(answer)
            for beginning, pattern, answer in rules
            if asked.instruction.startswith(beginning)
            for match in re.finditer(pattern, text)
        ]
        return "\n".join(found) or "NONE"

    return solve


@each
def test_runs(path: Path) -> None:
    expect = read(path)["expect"]
    found = run(path)
    assert {
        "status": found.status,
        "value": str(found),
        "calls": found.calls,
        "planned": found.certificate.calls,
    } == expect
    assert found.calls == expect["planned"] or not found.certificate.calls_exact


@each
def test_the_number_of_workers_changes_nothing(path: Path) -> None:
    assert str(run(path, workers=1)) == str(run(path, workers=64)) == read(path)["expect"]["value"]


@each
def test_text(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    language = RLM()
    assert text.startswith("-- ")
    assert language.check(Source(text)) == []
    assert language.format(Source(text)) == text
    unicode = language.format(Source(text), unicode=True)
    assert language.format(Source(unicode)) == text
    assert language.parse(Source(unicode)).main == language.parse(Source(text)).main


def test_every_task_has_a_program_and_every_program_its_pair() -> None:
    names = {path.stem for path in FILES}
    assert names == {path.stem for path in FOLDER.glob("*.json")} == set(tasks())
    assert names >= {*TASKS, "algorithm-5", "algorithm-6"}
    used = {read(path)["options"]["document"] for path in FILES}
    assert used == {f"examples/rlm/documents/{path.name}" for path in (FOLDER / "documents").iterdir()}


# What the examples say is right, found in another way.


def test_the_search_finds_what_the_log_says() -> None:
    log = (FOLDER / "documents" / "server.log").read_text()
    assert re.search(r"snapshot-id: (\S+)", log)[1] == read(FOLDER / "search.rlm")["expect"]["value"]  # type: ignore[index]


def test_the_counts_are_those_of_the_log() -> None:
    words = (FOLDER / "documents" / "server.log").read_text().split()
    value = read(FOLDER / "aggregate.rlm")["expect"]["value"]
    assert {line.split(": ")[0]: int(line.split(": ")[1]) for line in value.splitlines()} == {
        level: words.count(level) for level in ("INFO", "WARN", "ERROR")
    }


def test_the_labels_and_pairs_are_those_of_the_messages() -> None:
    text = (FOLDER / "documents" / "messages.txt").read_text()
    kinds = {line.split()[0]: re.search(r"kind: (\w+)", line)[1] for line in text.splitlines()}  # type: ignore[index]
    complaints = [name for name, kind in kinds.items() if kind == "complaint"]
    labelled = read(FOLDER / "classify.rlm")["expect"]["value"].split("\n")
    assert {line.split()[0]: line.split(": ")[1] for line in labelled if line} == kinds
    pairs = re.findall(r'\("(m\d\d) \w+: \w+", "(m\d\d)', read(FOLDER / "algorithm-5.rlm")["expect"]["value"])
    assert pairs == [(a, b) for i, a in enumerate(complaints) for b in complaints[i + 1 :]]
    pairs = re.findall(r'\("(m\d\d) \w+: \w+", "(m\d\d)', read(FOLDER / "pairwise.rlm")["expect"]["value"])
    assert pairs == [(a, b) for a in complaints for b in kinds if kinds[b] != "complaint"]
