"""Campaigns on properties made for the purpose: the same verdicts however they are split or stopped."""

import json
import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from calculus import registry
from calculus.source.diagnostic import FileProblem, UsageProblem
from calculus.verify import Exhaustive, Generated, Property, Structural, Tally, check_calculus
from calculus.verify.campaigns.campaign import Campaign
from calculus.verify.campaigns.page import page
from calculus.verify.campaigns.workers import Here
from calculus.verify.property import Plan


class Numbers:
    """The numbers up to a bound, as subjects."""

    def __init__(self, size: int) -> None:
        self.total = size

    def range(self, start: int, stop: int) -> Iterator[int]:
        return iter(range(start, stop))


def small(subject: int, tally: Tally) -> str | None:
    tally.count("even", subject % 2 == 0)
    tally.claim(number=subject)
    return None


def below_70(subject: int, tally: Tally) -> str | None:
    return None if subject < 70 else f"{subject} is not below 70"


def crashing(subject: int, tally: Tally) -> str | None:
    return str(1 // (subject - 5)) and None


def halved(subject: int, fails: Any) -> int:
    while fails(subject - 1):
        subject -= 1
    return subject


PROPERTIES = [
    Property(
        "bounds",
        "numbers are small",
        "arithmetic",
        (
            Exhaustive("every number below {size} is a number", Numbers, small, size=100, unit=7),
            Exhaustive("every number below {size} is below 70", Numbers, below_70, 100, 7, name="wrong"),
            Generated(
                "a number up to {size} is below 70",
                lambda choose, size: choose(size + 1),
                below_70,
                halved,
                largest=100,
                examples=50,
                unit=9,
            ),
            Structural("three cases are below 70", lambda: [1, 2, 3], below_70),
        ),
    ),
    Property(
        "crash", "nothing is raised", "hope", (Structural("ten cases", lambda: list(range(10)), crashing),)
    ),
]


class Counting:
    """A calculus that has nothing but properties."""

    name = "counting"
    endings = (".counting",)

    def properties(self) -> list[Property]:
        return PROPERTIES

    def parse(self, source: Any) -> Any: ...
    def format(self, source: Any, *, unicode: bool = False) -> str: ...
    def run(self, program: Any, settings: Any) -> Any: ...


@pytest.fixture(autouse=True)
def counting() -> None:
    registry.register(Counting())


def shapes(report: Any) -> list[dict[str, Any]]:
    return [{**finding.to_json(), "seconds": 0} for finding in report.findings]


def test_a_verdict_says_no_more_than_what_was_done() -> None:
    report = check_calculus("counting")
    found = {finding.name: finding for finding in report.findings}
    assert found["bounds/exhaustive"].verdict == "proved"
    assert found["bounds/exhaustive"].statement == "every number below 100 is a number"
    assert found["bounds/exhaustive"].tried == {"checked": 100, "of": 100, "even": 50}
    assert found["bounds/structural"].verdict == "proved"
    assert not report.ok
    wrong = found["bounds/wrong"]
    assert wrong.verdict == "refuted"
    assert wrong.counterexample is not None and wrong.counterexample["term"] == "70"
    assert wrong.tried["checked"] == 73  # the units before, and three failures
    generated = found["bounds/generated"]
    assert generated.counterexample is not None and generated.counterexample["term"] == "70"
    crash = found["crash/structural"].counterexample
    assert crash is not None and "ZeroDivisionError" in crash["what"] and crash["term"] == "5"


def test_generated_terms_without_a_counterexample_prove_nothing() -> None:
    report = check_calculus("counting", only=["bounds/generated"], examples=1)
    assert [finding.verdict for finding in report.findings] == ["unknown"]
    assert report.ok and not report.holds(strict=True)


def test_size_examples_and_seed_are_the_plan() -> None:
    report = check_calculus("counting", only=["bounds"], size=60, examples=5, seed=3)
    found = {finding.name: finding for finding in report.findings}
    assert found["bounds/wrong"].verdict == "proved"
    assert found["bounds/generated"].tried["of"] == 5
    assert found["bounds/exhaustive"].tried["of"] == 60


def test_claims_are_kept_only_when_asked_for() -> None:
    assert check_calculus("counting", only=["bounds/exhaustive"]).findings[0].claims == ()
    claims = check_calculus("counting", only=["bounds/exhaustive"], certify=True).findings[0].claims
    assert [claim["number"] for claim in claims] == list(range(100))


@pytest.mark.parametrize("kept", [0, 1, 5, 11])
def test_a_campaign_goes_on_where_it_was(kept: int, tmp_path: Path) -> None:
    path = tmp_path / "campaign.journal"
    whole = shapes(check_calculus("counting", journal=path))
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[: 1 + kept]) + lines[-1][:10])  # and a torn line
    assert shapes(check_calculus("counting", journal=path)) == whole
    again = [json.loads(line).get("unit") for line in path.read_bytes().splitlines()]
    assert len(again) == len(set(again)) and len(again) >= kept + 1  # no unit was checked twice


def test_a_journal_of_other_work_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "campaign.journal"
    check_calculus("counting", journal=path)
    with pytest.raises(UsageProblem, match="another verification: its plan"):
        check_calculus("counting", journal=path, seed=1)
    path.write_text("{}\n")
    with pytest.raises(UsageProblem, match="no journal of a verification"):
        check_calculus("counting", journal=path)
    with pytest.raises(FileProblem, match="cannot open the journal"):
        check_calculus("counting", journal=tmp_path)


def test_an_interrupted_campaign_reports_what_is_done() -> None:
    campaign = Campaign("counting", Plan())

    def interrupt(campaign: Campaign) -> None:
        if campaign.checked == 4:
            assert threading.current_thread() is threading.main_thread()
            os.kill(os.getpid(), signal.SIGINT)

    report = campaign.run(Here(), 1, told=interrupt)
    assert campaign.stopped_by == "interrupt"
    first = report.findings[0]
    assert first.verdict == "unknown"
    assert first.tried["stopped_by"] == "interrupt" and 0 < first.tried["checked"] < 100


def test_no_time_means_nothing_is_known() -> None:
    report = check_calculus("counting", max_seconds=0)
    assert {finding.verdict for finding in report.findings} == {"unknown"}
    assert report.findings[0].tried == {"checked": 0, "of": 100, "stopped_by": "seconds"}


@pytest.mark.parametrize(
    ("only", "message"),
    [(["nothing"], "no property 'nothing'"), (["bounds/nothing"], "no part 'bounds/nothing'")],
)
def test_what_is_not_known_is_named(only: list[str], message: str) -> None:
    with pytest.raises(UsageProblem, match=message):
        check_calculus("counting", only=only)


def test_a_calculus_without_properties_says_so() -> None:
    with pytest.raises(UsageProblem, match="no properties of lambda-cbn"):
        check_calculus("lambda-cbn")
    with pytest.raises(UsageProblem, match="there is no calculus 'nonsense'"):
        check_calculus("nonsense")


def test_the_page_needs_no_other_file() -> None:
    report = check_calculus("counting")
    text = page("Counting <numbers>", report.findings, {"calculus": "counting", "seed": 0})
    assert "Counting &lt;numbers&gt;" in text
    for finding in report.findings:
        assert finding.name in text and finding.statement in text
    assert "70 is not below 70" in text
    assert text.count("<svg") == 2 and "src=" not in text and "href=" not in text and "url(" not in text
