"""The benchmark runs: one quick round of everything (`pytest -m bench`)."""

import json

import pytest

import calculus
from tests.benchmarks import eml_arrays, eml_recovery, eml_search, relational, rlm
from tests.benchmarks.__main__ import MEASURES, main
from tests.benchmarks.programs import PROGRAMS, Program


@pytest.mark.bench
def test_quick_run_measures_every_row(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--quick", "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert [row["name"] for row in data["rows"]] == [
        *PROGRAMS,
        *MEASURES,
        *relational.NAMES,
        *eml_arrays.NAMES,
        *eml_recovery.NAMES,
        *eml_search.NAMES,
        *rlm.NAMES,
    ]


def test_unknown_rows_are_refused() -> None:
    with pytest.raises(SystemExit):
        main(["nonsense"])


@pytest.mark.parametrize("name", relational.PROGRAMS)
def test_relational_sources_are_in_the_one_layout(name: str) -> None:
    for language, text in (
        ("rmc", relational.direct_text(name)),
        ("prolog", relational.prolog_text(name.removeprefix("rmc-"))),
    ):
        assert calculus.format(language, text) == text


@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS.keys())
def test_sources_are_in_the_one_layout(program: Program) -> None:
    text = program.source().text
    assert calculus.format("fmc", text) == text
