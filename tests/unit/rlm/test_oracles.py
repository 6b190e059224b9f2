"""The simulated oracle, how noise errs, and replay."""

import asyncio
import math
import re
import time
from pathlib import Path
from typing import Any

import pytest

from calculus.rlm.calls import Call, OracleFailure, Reply, Role
from calculus.rlm.oracles import Noise, ReplayOracle, SimulatedOracle
from calculus.rlm.prompts import prompt
from calculus.rlm.runtime import Journal
from calculus.source.diagnostic import FileProblem, UsageProblem
from tests.unit.rlm.asking import HEAD, call, count, drive

# The simulated oracle


def test_an_answer_is_determined_by_seed_role_prompt_and_attempt() -> None:
    noise = Noise(accuracy=0.5, flip=0.2, false_positive=0.3, malformed=0.2)

    def answers(seed: int, role: Role, attempt: int) -> list[str]:
        found = []
        oracle = SimulatedOracle(lambda call: "a: 10\nb: 20", noise, seed)
        for number in range(40):
            try:
                found.append(oracle.reply(call(prompt("", "", [str(number)]), role, attempt=attempt)).text)
            except OracleFailure as failure:
                found.append(failure.kind)
        return found

    base = answers(1, "leaf", 0)
    assert base == answers(1, "leaf", 0)
    assert len({tuple(base), *map(tuple, (answers(2, "leaf", 0), answers(1, "other", 0)))}) == 3
    assert base != answers(1, "leaf", 1)


def test_it_has_a_name_by_what_it_answers() -> None:
    def solve(call: Call) -> str:
        return "x"

    oracles = [
        SimulatedOracle(),
        SimulatedOracle(seed=1),
        SimulatedOracle(noise=Noise(accuracy=0.5)),
        SimulatedOracle(noise=Noise(flip=0.5)),
        SimulatedOracle(solve),
        SimulatedOracle(tokens=len),
        SimulatedOracle(wrong=lambda call, answer, number: "wrong"),
        SimulatedOracle(solve, name="mine"),
    ]
    assert len({oracle.name for oracle in oracles}) == len(oracles)
    assert SimulatedOracle(delay=1).name == SimulatedOracle(noise=Noise()).name == oracles[0].name
    assert repr(oracles[-1]) == "<mine>"


def test_an_answer_longer_than_its_limit_is_cut_off() -> None:
    oracle = SimulatedOracle(lambda call: "12345")
    assert oracle.reply(call("p", limit=5)).tokens_out == 5
    with pytest.raises(OracleFailure, match="5 tokens, and 4 are allowed") as caught:
        oracle.reply(call("p", limit=4))
    assert (caught.value.kind, caught.value.retryable) == ("truncated", False)


def test_it_answers_at_once_or_after_a_delay() -> None:
    assert SimulatedOracle().ask_now(call("p")).seconds == 0
    waits: list[float] = []

    def delay(drawn: float) -> float:
        waits.append(drawn)
        return drawn / 100

    for given in (0.01, delay):
        oracle = SimulatedOracle(delay=given)
        assert not hasattr(oracle, "ask_now")
        started = time.perf_counter()
        reply = asyncio.run(oracle.ask(call("p")))
        assert time.perf_counter() - started >= reply.seconds * 0.9
        assert asyncio.run(oracle.ask(call("p"))) == reply
    assert waits[0] == waits[1]
    assert 0 <= waits[0] < 1


# Noise


def shares(
    noise: Noise, right: str, role: Role = "leaf", runs: int = 1500, size: int = 5
) -> dict[str, float]:
    """How often each answer, or failure, comes up."""
    oracle = SimulatedOracle(lambda call: right, noise)
    counts: dict[str, int] = {}
    for number in range(runs):
        text = f"{number:0{size}}"
        try:
            answer = oracle.reply(call(prompt("i", "q", [text]), role)).text
        except OracleFailure as failure:
            answer = f"{failure.kind} {failure.retryable} {failure.retry_after}"
        counts[answer] = counts.get(answer, 0) + 1
    return {answer: count / runs for answer, count in counts.items()}


def close(found: float, expected: float, runs: int = 1500) -> bool:
    """Within four standard deviations, which one of 16,000 tests would not be by chance."""
    return abs(found - expected) <= 4 * math.sqrt(expected * (1 - expected) / runs) + 1e-12


@pytest.mark.parametrize("size", [5, 50, 400])
def test_calls_are_right_as_often_as_the_decay_says(size: int) -> None:
    found = shares(Noise(accuracy=0.9, rho=0.5, window=100), "value", size=size, runs=1500)
    assert close(found["value"], 0.9 * 0.5 ** (size / 100), 1500)


def test_roles_have_accuracies_of_their_own() -> None:
    noise = Noise(accuracy=0.5, merge=0.8, detect=0.7, recall=0.9, false_positive=0.1)
    assert close(shares(noise, "v")["v"], 0.5)
    assert close(shares(noise, "v", "merge")["v"], 0.8)
    assert close(shares(noise, "v", "detect")["v"], 0.7)
    assert close(shares(noise, "YES", "filter")["YES"], 0.9)
    assert close(shares(noise, "NO", "filter")["NO"], 0.9)
    assert set(shares(noise, "NO", "filter")) == {"YES", "NO"}


def test_nothing_is_said_wrongly_as_often_as_told() -> None:
    for right in ("NONE", ""):
        found = shares(Noise(accuracy=0.5, false_positive=0.2), right)
        assert close(found[right], 0.8)
        assert len(found) > 200  # all inventions differ
        assert shares(Noise(accuracy=0.5, false_positive=0.2), right, "merge") == {right: 1.0}


def test_failures_come_as_often_as_told_and_as_real_ones() -> None:
    noise = Noise(rate_limit=0.2, timeout=0.1, truncate=0.2, malformed=0.3, retry_after=1.5)
    found = shares(noise, "v")
    expected = {
        "rate True 1.5": 0.2,
        "timeout True None": 0.08,
        "truncated False None": 0.16,
        "malformed True None": 0.24,
        "v": 0.32,
    }
    assert found.keys() == expected.keys()
    assert all(close(found[name], share) for name, share in expected.items())


def test_items_are_wrong_as_often_as_told() -> None:
    totals = {"a": 0, "b": 0, "c": 0}
    noise = Noise(flip=0.1)
    runs = 1000
    for answer, share in shares(noise, "a: 30\nb: 10\nc: 0", runs=runs).items():
        counts = {label: int(number) for label, number in re.findall(r"(\w): (\d+)", answer)}
        assert sum(counts.values()) == 40
        for label, number in counts.items():
            totals[label] += round(share * runs) * number
    # Of 30 a tenth moves, half of it to each of the others.
    for label, expected in (("a", 27 + 0.5), ("b", 9 + 1.5), ("c", 1.5 + 0.5)):
        assert abs(totals[label] / runs - expected) < 4 * math.sqrt(4 / runs)


@pytest.mark.parametrize("count", [1000, 1001, 5000, 10**15])
def test_of_very_many_items_as_large_a_share_is_wrong(count: int) -> None:
    for answer in shares(Noise(flip=0.25), f"a: {count}\nb: 0\nc: 0", runs=20):
        a, b, c = (int(line.split(": ")[1]) for line in answer.splitlines())
        assert a + b + c == count
        assert abs(b + c - count / 4) < 6 * math.sqrt(count * 3 / 16)
        assert abs(b - c) < count / 10


def test_labels_and_lines_are_flipped_one_by_one() -> None:
    lines = [f"m{number}: {'spam' if number % 3 else 'ham'}" for number in range(300)]
    (answer,) = shares(Noise(flip=0.2), "\n".join(lines), runs=1)
    changed = [(old, new) for old, new in zip(lines, answer.splitlines(), strict=True) if old != new]
    assert 30 < len(changed) < 90
    assert all(old.split(": ")[0] == new.split(": ")[0] for old, new in changed)
    assert {line.split(": ")[1] for line in answer.splitlines()} == {"spam", "ham"}
    (answer,) = shares(Noise(flip=0.2), "\n".join(map(str, range(300))), runs=1)
    kept = [int(line) for line in answer.splitlines()]
    assert 210 < len(kept) < 270
    assert kept == sorted(set(kept) & set(range(300)))
    assert shares(Noise(flip=1.0), "x\ny", runs=1) == {"NONE": 1.0}


@pytest.mark.parametrize(
    "right",
    [
        "yes",
        "NO",
        "True",
        "a: 1\nb: 2",
        "a: 0",
        "7391",
        "key-9",
        "Paris",
        "one two three",
        "one\ntwo",
        "x: y",
        "0",
        "٣",
    ],
)
def test_a_wrong_answer_is_another_one(right: str) -> None:
    found = shares(Noise(accuracy=0.0), right, runs=200)
    assert right not in found
    if right in ("yes", "NO", "True"):
        assert found == {{"yes": "no", "NO": "YES", "True": "False"}[right]: 1.0}
    if right.startswith("a: "):
        assert all(re.fullmatch(r"(a: \d+)(\nb: \d+)?", answer) for answer in found)


def test_wrong_answers_can_be_made_by_the_task() -> None:
    def wrong(call: Call, answer: str, number: int) -> str:
        assert 0 <= number < 2**53
        return f"not {answer} {call.role} {number % 2}"

    oracle = SimulatedOracle(lambda call: "x", Noise(accuracy=0.0), wrong=wrong)
    found = {oracle.reply(call(str(number))).text for number in range(50)}
    assert found == {"not x leaf 0", "not x leaf 1"}


def outcomes(
    noise: Noise, seed: int, instruction: str, role: Role, attempt: int, runs: int = 1000
) -> list[bool]:
    """Of each text, whether the answer about it is right."""
    oracle = SimulatedOracle(lambda call: "v", noise, seed)
    found = []
    for number in range(runs):
        asked = call(prompt(instruction, "q", [str(number)]), role, attempt=attempt)
        try:
            found.append(oracle.reply(asked).text == "v")
        except OracleFailure:
            found.append(False)
    return found


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
def test_the_same_texts_fail_together_as_far_as_errors_are_correlated(share: float) -> None:
    noise = Noise(accuracy=0.8, timeout=0.1, correlated=share)
    first = outcomes(noise, 0, "one", "leaf", 0)
    right = 0.9 * 0.8
    for other in (
        outcomes(noise, 0, "two", "leaf", 0),
        outcomes(noise, 0, "one", "other", 0),
        outcomes(noise, 0, "one", "leaf", 3),
    ):
        assert close(sum(other) / 1000, right, 1000)
        both = sum(map(int, map(all, zip(first, other, strict=True)))) / 1000
        assert close(both, share * right + (1 - share) * right**2, 1000)
    if share:
        assert first != outcomes(noise, 1, "one", "leaf", 0)


def test_rate_limits_are_never_correlated() -> None:
    noise = Noise(rate_limit=0.5, correlated=1.0)
    first, second = (outcomes(noise, 0, "one", "leaf", attempt) for attempt in (0, 1))
    assert close(sum(map(int, map(all, zip(first, second, strict=True)))) / 1000, 0.25, 1000)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"accuracy": 1.1}, "accuracy is a probability"),
        ({"flip": -0.1}, "flip is a probability"),
        ({"merge": 2.0}, "merge is a probability"),
        ({"rho": float("nan")}, "rho is a probability"),
        ({"window": 0}, "window is a number of tokens"),
        ({"retry_after": -1.0}, "retry_after is in seconds"),
        ({"timeout": 0.5, "truncate": 0.6}, "more than 1 together"),
    ],
)
def test_wrong_noise_is_named(wrong: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageProblem, match=message):
        Noise(**wrong)


# Replay


def test_a_run_is_replayed(tmp_path: Path) -> None:
    path = tmp_path / "run.journal"
    answers = SimulatedOracle(lambda call: count(call.prompt), Noise(accuracy=0.5), delay=0.001)
    recorded = drive(answers, journal=Journal(path, HEAD))
    before = path.read_bytes()
    replayed = drive(ReplayOracle(path))
    assert replayed.value == recorded.value != "x: 100"
    assert (replayed.tokens_in, replayed.tokens_out) == (recorded.tokens_in, recorded.tokens_out)
    assert path.read_bytes() == before
    assert ReplayOracle(path).name == ReplayOracle(path).name
    other = drive(ReplayOracle(path), "y" * 100)
    assert other.status == "failed"
    assert "has no answer to this prompt" in (other.error.message if other.error else "")


def test_the_same_prompt_may_have_two_answers(tmp_path: Path) -> None:
    path = tmp_path / "run.journal"
    with Journal(path, HEAD) as journal:
        for place, text in enumerate("ab"):
            journal.add(Call((place,), 0, "leaf", "p"), Reply(text, 1, 1))
    oracle = ReplayOracle(path)
    assert [oracle.ask_now(Call((place,), 0, "leaf", "p")).text for place in (0, 1, 2)] == ["a", "b", "a"]
    with pytest.raises(OracleFailure) as caught:
        oracle.ask_now(Call((0,), 0, "leaf", "q"))
    assert (caught.value.kind, caught.value.retryable) == ("replay", False)
    path.write_bytes(path.read_bytes()[:-9])
    assert ReplayOracle(path).ask_now(Call((1,), 0, "leaf", "p")).text == "a"
    assert ReplayOracle(path).name != oracle.name
    with pytest.raises(FileProblem):
        ReplayOracle(tmp_path / "none")
    path.write_text("{}\n")
    with pytest.raises(UsageProblem, match="no journal"):
        ReplayOracle(path)
