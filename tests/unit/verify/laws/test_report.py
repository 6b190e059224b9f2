"""Reports as text, as JSON and as JUnit XML."""

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

import calculus
from calculus.source.diagnostic import CalculusError, FileProblem, UsageProblem
from calculus.verify.laws.verifying import verify
from calculus.verify.report import Report

TEXT = """def swap = <x>.<y>.[x].[y]

law twice: swap ; swap = skip at a b
law once: swap = skip at Int Int
law sum: <x>.[x].[0].lt.<b>.([b] ; <c>.c ; True -> [1] ; False -> [2]) = [1] at Int
"""


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    path = tmp_path_factory.mktemp("laws") / "laws.fmc"
    path.write_text(TEXT, encoding="utf-8")
    return calculus.verify(path)


def test_verdicts(report: Report) -> None:
    assert [finding.verdict for finding in report.findings] == ["proved", "refuted", "refuted"]
    assert not report.ok
    assert report["twice"].by == "reduction to a common term"
    with pytest.raises(KeyError):
        report["thrice"]


def test_text(report: Report) -> None:
    lines = str(report).splitlines()
    assert lines[0] == "proved   twice: swap ; swap = skip at a b (reduction to a common term)"
    assert lines[1:5] == [
        "refuted  once: swap = skip at Int Int (running both)",
        "    on 0, 1 on λ",
        "      the left leaves with *, and 1, 0 on λ",
        "      the right leaves with *, and 0, 1 on λ",
    ]
    assert lines[-1] == "1 proved, 2 refuted"


def test_proofs_are_shown_if_asked_for(report: Report) -> None:
    assert "    both come to [x].[x1]" in list(report.lines(proofs=True))
    assert "    both come to [x].[x1]" not in list(report.lines())


def test_json(report: Report) -> None:
    data = json.loads(json.dumps(report.to_json()))
    assert [law["name"] for law in data["laws"]] == ["twice", "once", "sum"]
    once = data["laws"][1]
    assert once["verdict"] == "refuted"
    assert once["counterexample"]["stacks"] == {"λ": ["0", "1"]}
    assert once["counterexample"]["left"] == {"exit": "*", "stacks": {"λ": ["1", "0"]}}
    assert once["span"]["line"] == 4


def test_junit(report: Report) -> None:
    suites = ElementTree.fromstring(report.to_junit())
    assert (suites.get("tests"), suites.get("failures"), suites.get("skipped")) == ("3", "2", "0")
    (suite,) = suites
    assert suite.get("name", "").endswith("laws.fmc")
    cases = {case.get("name"): case for case in suite}
    assert list(cases["twice"]) == []
    (failure,) = cases["once"]
    assert failure.tag == "failure"
    assert failure.get("message") == "refuted  once: swap = skip at Int Int (running both)"
    assert "the left leaves with *, and 1, 0 on λ" in (failure.text or "")
    assert cases["once"].get("line") == "4"


def unknown() -> Report:
    return verify("law l: [2].mod.[2].mod = [2].mod at Int", "fmc")


def test_what_is_unknown_is_skipped_or_fails() -> None:
    report = unknown()
    assert report.ok
    assert (report.holds(), report.holds(strict=True)) == (True, False)
    for strict, tag in ((False, "skipped"), (True, "failure")):
        ((case,),) = ElementTree.fromstring(report.to_junit(strict))
        (found,) = case
        assert found.tag == tag
        assert "memories: 12" in (found.text or "")


def test_junit_takes_any_text() -> None:
    report = verify('law l: ["\\u0001<&"] = ["b"]', "fmc")
    ((case,),) = ElementTree.fromstring(report.to_junit())
    assert "l:" in (case[0].get("message") or "")


def test_reports_are_added_up(report: Report) -> None:
    both = report + unknown()
    assert len(both.findings) == 4
    assert both.summary() == "1 proved, 2 refuted, 1 unknown"
    assert Report(()).summary() == "no laws"


def test_laws_can_be_selected(tmp_path: Path) -> None:
    path = tmp_path / "a.fmc"
    path.write_text(TEXT, encoding="utf-8")
    assert [finding.name for finding in verify(path, names=["once"]).findings] == ["once"]
    with pytest.raises(UsageProblem, match="has no law none"):
        verify(path, names=["none"])


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("nowhere.fmc",), FileProblem),
        (("[1]",), UsageProblem),
        ((3,), UsageProblem),
        (("law l: = x", "fmc"), CalculusError),
        (("law l: [1] = [1]", "prolog"), CalculusError),
    ],
)
def test_what_cannot_be_verified(arguments: tuple[str, ...], problem: type[CalculusError]) -> None:
    with pytest.raises(problem):
        verify(*arguments)


@pytest.mark.parametrize("option", [{"max_steps": -1}, {"max_seconds": "1"}, {"seed": 0.5}])
def test_options_that_make_no_sense(option: dict[str, object]) -> None:
    with pytest.raises(UsageProblem):
        verify("law l: [1] = [1]", "fmc", **option)  # type: ignore[arg-type]


def test_verdicts_do_not_depend_on_the_process() -> None:
    texts = [json.dumps(verify(TEXT, "fmc", seed=3).to_json()) for _ in range(2)]
    seconds = [[law.pop("seconds") for law in json.loads(text)["laws"]] for text in texts]
    assert len(seconds[0]) == 3
