"""Runs: concurrency, limits that are never overshot, retries, journals and caches."""

import asyncio
import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from calculus.rlm.calls import Call, OracleFailure, Reply
from calculus.rlm.evaluation import Evaluation
from calculus.rlm.program import parse_program
from calculus.rlm.runtime import Cache, Journal, Limits, Outcome
from calculus.rlm.runtime.driver import Driver, Options
from calculus.rlm.runtime.journal import head_of
from calculus.rlm.runtime.limits import Ledger
from calculus.source.diagnostic import FileProblem, UsageProblem
from calculus.source.text import Source

PROGRAM = parse_program(
    Source(
        r"""
def count = fix f. \P.
  if size P <= tau then oracle (ask "" query P) else merge_counts (map f (split k P))

count document
"""
    )
)
HEAD = {"program": "count", "document": "d"}


class Scripted:
    """Answers with the number of x; fails as it is told; keeps what it is asked, and how many at a time."""

    name = "scripted"

    def __init__(self, failures: dict[int, list[OracleFailure]] | None = None, delay: float = 0.0) -> None:
        self.failures = failures or {}
        self.delay = delay
        self.asked: list[Call] = []
        self.now = self.most = 0

    def reply(self, call: Call) -> Reply:
        self.asked.append(call)
        waiting = self.failures.get(len(self.asked))
        if waiting:
            raise waiting.pop()
        return Reply(f"x: {call.prompt.count('x') - 2}", 10, 3)  # two are in the tags

    async def ask(self, call: Call) -> Reply:
        self.now += 1
        self.most = max(self.most, self.now)
        try:
            await asyncio.sleep(self.delay)
            return self.reply(call)
        finally:
            self.now -= 1


class Immediate(Scripted):
    """The same, at once."""

    def ask_now(self, call: Call) -> Reply:
        return self.reply(call)


def drive(
    oracle: Scripted,
    document: str = "x" * 100,
    options: Options | None = None,
    limits: Limits | None = None,
    *,
    k: int = 4,
    tau: int = 10,
    **more: Any,
) -> Outcome:
    evaluation = Evaluation(PROGRAM, document, "how many?", k=k, tau=tau)
    options = options or Options(first_wait=0.001)
    driver = Driver(evaluation, oracle, options, Ledger(limits or Limits(), 1_000_000, 0), **more)
    try:
        return driver.run_now() if hasattr(oracle, "ask_now") else asyncio.run(driver.run())
    finally:
        if driver.journal is not None:
            driver.journal.close()


def rate(retry_after: float | None = 0.001) -> OracleFailure:
    return OracleFailure("rate", "429 too many requests", retryable=True, retry_after=retry_after)


BOTH = pytest.mark.parametrize("kind", [Scripted, Immediate])


@BOTH
def test_a_run_comes_to_its_value(kind: type[Scripted]) -> None:
    outcome = drive(kind())
    assert outcome.status == "done"
    assert outcome.value == "x: 100"
    assert outcome.calls == outcome.attempts == 16
    assert (outcome.tokens_in, outcome.tokens_out, outcome.cost) == (160, 48, 160.0)
    assert len(outcome.records) == 16
    assert json.loads(json.dumps(outcome.to_json()))["status"] == "done"


def test_the_result_does_not_depend_on_the_number_of_workers() -> None:
    text = "".join(random.Random(3).choices("xy", k=500))
    for workers in (1, 2, 7, 64):
        oracle = Scripted(delay=0.0005)
        outcome = drive(oracle, text, Options(workers=workers))
        assert outcome.value == f"x: {text.count('x')}"
        assert oracle.most == min(workers, 64)


@BOTH
@pytest.mark.parametrize("calls", [0, 1, 5, 16, 20])
def test_calls_are_never_more_than_allowed(kind: type[Scripted], calls: int) -> None:
    oracle = kind()
    outcome = drive(oracle, limits=Limits(calls=calls))
    assert len(oracle.asked) == min(calls, 16)
    assert outcome.status == ("done" if calls >= 16 else "budget")
    assert outcome.stopped_by == (None if calls >= 16 else "calls")


def test_tokens_and_money_are_reserved_before_they_are_spent() -> None:
    options = Options(workers=64, tokens=lambda text: 10)
    for limits, name in ((Limits(tokens=3 * 1034), "tokens"), (Limits(cost=35.0), "cost")):
        oracle = Scripted(delay=0.001)
        outcome = drive(oracle, options=options, limits=limits)
        assert outcome.stopped_by == name
        # All that is under way at once has its share set aside: a fourth call would be one too many.
        assert len(oracle.asked) == 3
    # One after the other, what was not needed is there for the next.
    assert drive(Immediate(), options=options, limits=Limits(tokens=3 * 1034)).status == "done"
    assert drive(Immediate(), options=options, limits=Limits(cost=35.0)).calls == 3


def test_a_run_ends_at_its_deadline() -> None:
    started = time.perf_counter()
    outcome = drive(Scripted(delay=0.2), options=Options(workers=1), limits=Limits(seconds=0.3))
    assert time.perf_counter() - started < 2
    assert (outcome.status, outcome.stopped_by) == ("budget", "seconds")
    assert outcome.calls >= 1


@BOTH
def test_calls_are_repeated_where_that_may_help(kind: type[Scripted]) -> None:
    oracle = kind({1: [rate()], 2: [rate(None)], 5: [rate()]})
    outcome = drive(oracle, options=Options(workers=1, first_wait=0.001))
    assert outcome.value == "x: 100"
    assert outcome.attempts == 19
    assert outcome.records[0].attempts == 3
    assert [call.attempt for call in oracle.asked[:3]] == [0, 1, 2]


@BOTH
def test_a_call_that_fails_ends_the_run(kind: type[Scripted]) -> None:
    refused = OracleFailure("refused", "401 wrong key", retryable=False)
    oracle = kind({2: [refused]})
    outcome = drive(oracle, options=Options(workers=1))
    assert outcome.status == "failed"
    assert outcome.error is not None
    assert "401 wrong key" in outcome.error.message
    assert len(oracle.asked) == 2


@BOTH
def test_or_is_left_out(kind: type[Scripted]) -> None:
    refused = OracleFailure("refused", "401 wrong key", retryable=False)
    outcome = drive(kind({2: [refused]}), options=Options(workers=1, on_error="partial"))
    assert outcome.status == "partial"
    assert outcome.value == "x: 94"  # sixteenths of 100 are of size 6 or 7; the second has 6
    assert len(outcome.coverage.left_out) == 1


def test_an_oracle_that_does_not_answer_is_given_up() -> None:
    options = Options(workers=16, timeout=0.01, retries=1, first_wait=0.001)
    outcome = drive(Scripted(delay=5), options=options)
    assert outcome.status == "failed"
    assert "no answer in 0.01 s" in (outcome.error.message if outcome.error else "")


# Journals


@BOTH
def test_no_answer_of_a_journal_is_asked_for_again(kind: type[Scripted], tmp_path: Path) -> None:
    path = tmp_path / "run.journal"
    journal = Journal(path, HEAD)
    stopped = drive(kind(), limits=Limits(calls=7), options=Options(workers=3), journal=journal)
    assert stopped.status == "budget"
    oracle = kind()
    outcome = drive(oracle, journal=Journal(path, HEAD))
    assert outcome.value == "x: 100"
    assert len(oracle.asked) == 16 - 7
    assert outcome.reused == 7
    assert head_of(path)["program"] == "count"


@pytest.mark.parametrize("cut", [1, 10, 60])
def test_a_torn_last_line_is_dropped(tmp_path: Path, cut: int) -> None:
    path = tmp_path / "run.journal"
    drive(Immediate(), journal=Journal(path, HEAD))
    path.write_bytes(path.read_bytes()[:-cut])
    oracle = Immediate()
    outcome = drive(oracle, journal=Journal(path, HEAD))
    assert outcome.value == "x: 100"
    assert len(oracle.asked) == 1
    assert drive(again := Immediate(), journal=Journal(path, HEAD)).value == "x: 100"
    assert again.asked == []


def test_journals_of_other_runs_and_other_files_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "run.journal"
    drive(Immediate(), journal=Journal(path, HEAD))
    with pytest.raises(UsageProblem, match="of another run: its document"):
        Journal(path, {**HEAD, "document": "other"})
    path.write_text("hello\n")
    with pytest.raises(UsageProblem, match="damaged"):
        Journal(path, HEAD)
    path.write_text("{}\n")
    with pytest.raises(UsageProblem, match="no journal"):
        Journal(path, HEAD)
    with pytest.raises(FileProblem):
        Journal(tmp_path, HEAD)


def test_answers_of_any_letters_survive(tmp_path: Path) -> None:
    path = tmp_path / "run.journal"
    texts = ["\ud83d\ude00", "\ud800", "a\nb\0\r\n", "😀", '"\\']
    journal = Journal(path, HEAD)
    calls = [Call((index,), 0, "leaf", f"p{index}") for index in range(len(texts))]
    for call, text in zip(calls, texts, strict=True):
        journal.add(call, Reply(text, 1, 1))
    journal.close()
    with Journal(path, HEAD) as read:
        assert [read.find(call).text for call in calls] == texts  # type: ignore[union-attr]


KILLED = """
import sys, time
from tests.unit.rlm.test_runtime import Immediate, drive, HEAD
from calculus.rlm.runtime import Journal

class Slow(Immediate):
    def ask_now(self, call):
        time.sleep(0.002)
        with open(sys.argv[2], "a") as file:
            file.write(f"{call.path}\\n")
        return super().ask_now(call)

print(drive(Slow(), "x" * 300, journal=Journal(sys.argv[1], HEAD)).value)
"""


def killed_and_resumed(folder: Path, moments: list[float]) -> tuple[str, list[str]]:
    """Run in a process that is killed at each moment, then to the end: the result, and what was asked."""
    journal, asked = folder / "run.journal", folder / "asked"
    command = [sys.executable, "-c", KILLED, str(journal), str(asked)]
    root = Path(__file__).parents[3]
    for moment in moments:
        process = subprocess.Popen(command, cwd=root, stdout=subprocess.DEVNULL)
        until = time.monotonic() + 20
        while not asked.exists() and process.poll() is None and time.monotonic() < until:
            time.sleep(0.001)
        time.sleep(moment)
        process.send_signal(signal.SIGKILL)
        process.wait()
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)
    return done.stdout.strip(), asked.read_text().splitlines()


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_a_run_that_is_killed_goes_on_where_it_was(tmp_path: Path) -> None:
    value, asked = killed_and_resumed(tmp_path, [0.03])
    assert value == "x: 300"
    # What was asked when the process died, and its answer was not written down yet, may be asked twice.
    assert len(asked) - len(set(asked)) <= 1


@pytest.mark.long
def test_killed_a_thousand_times(tmp_path: Path) -> None:
    random_ = random.Random(0)
    for number in range(100):
        folder = tmp_path / str(number)
        folder.mkdir()
        value, asked = killed_and_resumed(folder, [random_.uniform(0, 0.1) for _ in range(10)])
        assert value == "x: 300"
        assert len(asked) - len(set(asked)) <= 10


# Caches


@BOTH
def test_the_same_question_is_asked_once(kind: type[Scripted], tmp_path: Path) -> None:
    first, second = kind(), kind()
    assert drive(first, cache=Cache(tmp_path)).value == "x: 100"
    outcome = drive(second, cache=Cache(tmp_path), options=Options(workers=2))
    assert outcome.value == "x: 100"
    assert second.asked == []
    assert outcome.reused == 16
    # Parts of the same letters are one question, which is answered once it was asked.
    assert len(first.asked) <= 16


def test_a_damaged_cache_is_asked_past(tmp_path: Path) -> None:
    drive(Immediate(), cache=Cache(tmp_path))
    for file in tmp_path.rglob("*.json"):
        file.write_text("{")
    oracle = Immediate()
    assert drive(oracle, cache=Cache(tmp_path)).value == "x: 100"
    assert oracle.asked


def test_wrong_options_are_named() -> None:
    with pytest.raises(UsageProblem, match="1 worker"):
        Options(workers=0)
    with pytest.raises(UsageProblem, match="partial"):
        Options(on_error="ignore")  # type: ignore[arg-type]
    with pytest.raises(UsageProblem, match="limit on cost"):
        Limits(cost=-1)
