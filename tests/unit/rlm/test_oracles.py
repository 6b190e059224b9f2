"""Oracles: what the simulated one understands, how noise errs, endpoints that misbehave, and replay."""

import asyncio
import json
import logging
import math
import random
import re
import socket
import time
import traceback
from base64 import b64encode
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from calculus.rlm.calls import Call, OracleFailure, Reply, Role
from calculus.rlm.evaluation import Evaluation
from calculus.rlm.oracles import Noise, OpenAIOracle, ReplayOracle, SimulatedOracle
from calculus.rlm.oracles.endpoint import seconds_to_wait
from calculus.rlm.prompts import prompt
from calculus.rlm.runtime import Cache, Journal, Limits, Outcome
from calculus.rlm.runtime.driver import Driver, Options
from calculus.rlm.runtime.limits import Ledger
from calculus.source.diagnostic import FileProblem, UsageProblem
from tests.unit.rlm.server import Behaviour, Server
from tests.unit.rlm.test_runtime import PROGRAM

KEY = "sk-test-0123456789abcdef"
HEAD = {"program": "count", "document": "d"}


def call(text: str, role: Role = "leaf", limit: int | None = None, attempt: int = 0) -> Call:
    return Call((0,), 0, role, text, limit, attempt)


def said(instruction: str, query: str, *texts: str, role: Role = "leaf", limit: int | None = None) -> str:
    return SimulatedOracle().reply(call(prompt(instruction, query, texts), role, limit)).text


# What is understood

SETTINGS = """\
# settings
name: "north"
colour = deep blue,
The capital of France is Paris. It is old.
The magic number for delta-42 is 7391.
port-9: 80
"""

LOG = """\
2026-01-02 10:00:01 ERROR disk full on db-1
2026-01-02 10:00:02 INFO started
2026-01-02 10:00:03 WARNING slow query

2026-01-02 10:00:04 ERROR disk error on db-2
"""


@pytest.mark.parametrize(
    ("query", "value"),
    [
        ("Find: name", "north"),
        ("Find: colour", "deep blue"),
        ("What is the value of colour?", "deep blue"),
        ("What is the value of the key `port-9` in the settings?", "80"),
        ("Which colour is it?", "deep blue"),
        ("What is the capital of France?", "Paris"),
        ("What is the magic number for delta-42?", "7391"),
        ("What is the magic number for delta-4?", "NONE"),
        ("What is the value of size?", "NONE"),
        ("Find: apital of France", "NONE"),
    ],
)
def test_values_are_found(query: str, value: str) -> None:
    for instruction in ("", "Answer the question from the text alone. Reply NONE if it does not say."):
        assert said(instruction, query, SETTINGS) == value


@pytest.mark.parametrize(
    ("instruction", "query", "answer"),
    [
        ("", "How many lines contain ERROR?", "2"),
        ("Count the lines that contain `disk`.", "", "disk: 2"),
        ("Count the lines that contain `Disk`.", "", "Disk: 0"),
        ("Count the lines that contain disk full", "", "disk full: 1"),
        ("", "How many errors are there?", "2"),
        ("Count what the question asks for, as lines `label: n`.", "How many errors?", "errors: 2"),
        ("Count by level", "", "ERROR: 2\nINFO: 1\nWARNING: 1"),
        ("", "How many lines of each level are there?", "ERROR: 2\nINFO: 1\nWARNING: 1"),
    ],
)
def test_lines_are_counted(instruction: str, query: str, answer: str) -> None:
    assert said(instruction, query, LOG) == answer


def test_lines_are_counted_by_a_field() -> None:
    text = "id: 1, kind: spam\nid: 2, kind: ham\nid: 3, kind: spam; x\n{'id': 4, 'kind': 'ham'}\n"
    assert said("Count by kind", "", text) == "spam: 2\nham: 2"


def test_lines_are_labelled() -> None:
    instruction = "Label every line of the text. Reply with a line `name: label` for each."
    assert said(instruction, "level", LOG).splitlines()[0] == "2026-01-02 10:00:01: ERROR"
    assert said(instruction, "", "m1 kind: spam\nm2 kind: ham\nm3 what") == "m1: spam\nm2: ham\nm3: other"


def test_answers_to_parts_are_merged() -> None:
    assert said("Count", "by level", "a: 1\nb: 2", "b: 3", "NONE", role="merge") == "a: 1\nb: 5"
    assert said("", "How many errors?", "2", "0", "NONE", "40") == "42"
    assert said("", "What is the value of x?", "NONE", "7", "8", "8") == "8"
    assert said("", "What is the value of x?", "NONE", "NONE") == "NONE"
    assert said("List the lines that contain x", "", "x 1\nx 2", "x 2\nx 3") == "x 1\nx 2\nx 3"
    assert said("Join these summaries into one.", "", "One.\nTwo.", role="merge") == "One. Two."


def test_lists_facts_calls_and_relevance() -> None:
    assert said("List the lines that contain `db`", "", LOG).count("\n") == 1
    assert said("List the values of kind", "", "kind: a\nkind: b, x\nkind: a") == "a\nb"
    assert said("Extract what helps to answer the question.", "Which disk?", LOG).count("\n") == 1
    code = "def f(x):\n    return g(h(x))\n\ndef g(y): return k(y.h(1))\n"
    assert said("List every call as `caller -> callee`.", "f", code) == "f -> g\nf -> h\ng -> k"
    assert said("Is it relevant? Answer YES or NO.", "What is db-2?", LOG) == "YES"
    assert said("Is it relevant? Answer YES or NO.", "What is db-3?", LOG) == "NO"
    assert said("Is it relevant? Answer yes or no.", "Which queries are slow?", "a text") == "no"
    assert said("Can a text that begins like this help? Reply YES or NO.", "What is x?", "a") == "YES"
    assert said("", "Who started?", LOG) == "2026-01-02 10:00:02 INFO started"
    menu = "Which is it: search, aggregate, summarise, pairwise?"
    assert said(menu, "How many errors?", LOG, role="detect") == "aggregate"
    assert said(menu, "Who is it?", LOG, role="detect") == "search"


@pytest.mark.parametrize("limit", [None, *range(2, 40), 80, 1000])
def test_summaries_keep_to_their_limit(limit: int | None) -> None:
    text = "Ünser erster Satz. Noch einer, länger! Drei?\n" * 20
    answer = said("Summarise the text.", "", text, limit=limit)
    assert answer
    assert len(answer.encode()) <= (200 if limit is None else limit)
    flat = " ".join(text.split())
    assert flat.startswith(answer)
    if limit is not None and limit >= 19:
        assert answer[-1] in ".!?"


NESTED = prompt("Do {this}.", "Why?", ["a", "b"])

HOSTILE = [
    "",
    NESTED,
    NESTED[:-1],
    "Question: x\n",
    " " * 1_000_000,
    "a:" * 100_000,
    "x" * 300_000 + ":",
    "a" + " " * 300_000 + "b",
    ("(" * 1000 + "\n") * 100,
    "\ud800\0\r\n{query} %s {0}",
    "is " * 100_000,
]


@pytest.mark.parametrize(
    "instruction",
    [
        "Find: a",
        "Count by a",
        "Count the lines that contain a",
        "How many a?",
        "Label every line",
        "List every call: caller",
        "List the values of a",
        "Extract a",
        "Is it relevant?",
        "Summarise",
        "",
    ],
)
def test_any_text_is_read_in_linear_time(instruction: str) -> None:
    started = time.process_time()
    for text in HOSTILE:
        for role in ("leaf", "merge"):
            said(instruction, "a", text, role=role)  # type: ignore[arg-type]
    assert time.process_time() - started < 10


def test_a_prompt_without_tags_is_its_first_line_and_the_rest() -> None:
    assert SimulatedOracle().reply(call("Find: colour\n" + SETTINGS)).text == "deep blue"
    assert SimulatedOracle().reply(call("")).text == "NONE"


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
        counts = {label: int(count) for label, count in re.findall(r"(\w): (\d+)", answer)}
        assert sum(counts.values()) == 40
        for label, count in counts.items():
            totals[label] += round(share * runs) * count
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


# Endpoints


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No key, address or proxy of the machine; and no connection that leaves it."""
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_ORG_ID", "OPENAI_PROJECT_ID"):
        monkeypatch.delenv(name, raising=False)
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    connect = socket.socket.connect

    def local(self: socket.socket, address: Any) -> None:
        assert self.family == socket.AF_UNIX or address[0] in ("127.0.0.1", "::1"), address
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", local)
    yield


def asked_of(
    server: Server, prompts: list[str] | None = None, limit: int | None = None, **options: Any
) -> list[Reply | OracleFailure]:
    """What an oracle at a server says, one call after the other."""

    async def ask() -> list[Reply | OracleFailure]:
        found: list[Reply | OracleFailure] = []
        async with OpenAIOracle("m", server.url, **options) as oracle:
            for text in prompts or ["p"]:
                try:
                    found.append(await oracle.ask(call(text, limit=limit)))
                except OracleFailure as failure:
                    found.append(failure)
        return found

    return asyncio.run(ask())


def failure_of(behaviour: Behaviour, answer: str = "hello there", **options: Any) -> OracleFailure:
    with Server(lambda prompt: answer, lambda number, prompt: behaviour) as server:
        (found,) = asked_of(server, **options)
    assert isinstance(found, OracleFailure), found
    return found


STREAM = pytest.mark.parametrize("stream", [False, True])


@STREAM
def test_an_endpoint_is_asked_as_the_protocol_has_it(stream: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    text = "é\0\r\n\ud800{x} %s" + " " * 1000
    with Server(lambda prompt: f"you said\n{prompt}") as server:
        (reply,) = asked_of(
            server, [text], 77, stream=stream, seed=5, temperature=0.5, headers={"X-Team": "blue-team"}
        )
    assert isinstance(reply, Reply)
    sent = text.replace("\ud800", "\ufffd")
    assert len(sent.encode()) == len(text.encode("utf-8", "surrogatepass"))
    assert reply.text == f"you said\n{sent}"
    assert (reply.tokens_in, reply.tokens_out, reply.model) == (
        len(sent.split()),
        len(sent.split()) + 2,
        "m-1",
    )
    assert reply.seconds > 0
    (request,) = server.requests
    expected = {"model": "m", "max_tokens": 77, "temperature": 0.5, "seed": 5}
    assert {name: request[name] for name in expected} == expected
    assert request["messages"] == [{"role": "user", "content": sent}]
    assert request.get("stream", False) is stream
    (headers,) = server.headers
    assert headers["authorization"] == f"Bearer {KEY}"
    assert headers["x-team"] == "blue-team"


def test_any_document_arrives_as_it_is() -> None:
    prompts = [prompt("Answer {x}.", "%s?", [document, NESTED]) for document in HOSTILE]
    with Server(lambda prompt: f"{len(prompt)} {hash(prompt)}") as server:
        replies = asked_of(server, prompts)
    for text, reply in zip(prompts, replies, strict=True):
        sent = text.replace("\ud800", "\ufffd")
        assert isinstance(reply, Reply), reply
        assert reply.text == f"{len(sent)} {hash(sent)}"


def test_what_is_not_given_is_not_sent() -> None:
    with Server(lambda prompt: "x") as server:
        asked_of(server, temperature=None, limit_name="max_completion_tokens")
        asked_of(server, limit=9, limit_name="max_completion_tokens")
    assert set(server.requests[0]) == {"model", "messages"}
    assert server.requests[1]["max_completion_tokens"] == 9


@STREAM
@pytest.mark.parametrize("usage", [None, {}, {"prompt_tokens": "many", "completion_tokens": -1}])
def test_tokens_that_were_not_counted_are_bounded_by_bytes(stream: bool, usage: Any) -> None:
    with Server(lambda prompt: "säy", lambda number, prompt: Behaviour(usage=usage)) as server:
        (reply,) = asked_of(server, ["fünf"], stream=stream)
    assert isinstance(reply, Reply)
    assert (reply.tokens_in, reply.tokens_out) == (5, 4)


def test_a_rate_limit_says_how_long_to_wait() -> None:
    body = {"error": {"message": "slow down", "code": "rate_limit_exceeded"}}
    date = format_datetime(datetime.now(UTC) + timedelta(seconds=30), usegmt=True)
    for headers, low, high in (
        ({"Retry-After": "2.5"}, 2.5, 2.5),
        ({"Retry-After": date}, 20, 30),
        ({"retry-after-ms": "250", "Retry-After": "9"}, 0.25, 0.25),
    ):
        failure = failure_of(Behaviour("error", 429, headers, body))
        assert (failure.kind, failure.retryable) == ("rate", True)
        assert failure.retry_after is not None
        assert low <= failure.retry_after <= high
    assert failure_of(Behaviour("error", 429, {}, body)).retry_after is None
    used_up = {"error": {"message": "no credit", "code": "insufficient_quota"}}
    assert failure_of(Behaviour("error", 429, {}, used_up)).kind == "refused"


def test_dates_to_wait_for_are_understood() -> None:
    now = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert seconds_to_wait({"retry-after": "Fri, 02 Jan 2026 03:05:05 GMT"}, now) == 60
    assert seconds_to_wait({"retry-after": "Fri, 02 Jan 2026 03:05:05 -0000"}, now) == 60
    assert seconds_to_wait({"retry-after": "Fri, 02 Jan 2026 03:03:05 GMT"}, now) == 0
    for nothing in ("soon", "", "-1", "inf", "nan", "99 Foo 20x6", "Fri, 99 Jan 2026 03:05:05 GMT"):
        assert seconds_to_wait({"retry-after": nothing}, now) is None


@pytest.mark.parametrize(
    ("status", "kind", "retryable"),
    [
        (400, "refused", False),
        (401, "refused", False),
        (403, "refused", False),
        (404, "refused", False),
        (408, "timeout", True),
        (409, "server", True),
        (422, "refused", False),
        (500, "server", True),
        (503, "server", True),
        (504, "timeout", True),
    ],
)
@STREAM
def test_statuses_are_told_apart(status: int, kind: str, retryable: bool, stream: bool) -> None:
    failure = failure_of(Behaviour("error", status, {}, {"error": {"message": "because"}}), stream=stream)
    assert (failure.kind, failure.retryable) == (kind, retryable)
    assert f"HTTP {status}" in str(failure)
    assert "because" in str(failure)


@STREAM
@pytest.mark.parametrize(
    ("behaviour", "kind", "retryable"),
    [
        (Behaviour(finish="length"), "truncated", False),
        (Behaviour(finish="content_filter"), "refused", False),
        (Behaviour(finish="tool_calls"), "malformed", True),
        (Behaviour("mute"), "connection", True),
        (Behaviour("cut"), "connection", True),
    ],
)
def test_an_answer_that_is_not_whole_is_none(
    behaviour: Behaviour, kind: str, retryable: bool, stream: bool
) -> None:
    failure = failure_of(behaviour, stream=stream)
    assert (failure.kind, failure.retryable) == (kind, retryable)


def test_where_answers_are_drawn_another_one_may_be_shorter() -> None:
    assert failure_of(Behaviour(finish="length"), temperature=0.7).retryable
    assert failure_of(Behaviour(finish="length"), temperature=None).retryable


@STREAM
def test_empty_answers_are_none(stream: bool) -> None:
    for answer in ("", " \n"):
        assert failure_of(Behaviour(), answer, stream=stream).kind == "malformed"


def test_a_stream_that_ends_politely_but_early_is_noticed() -> None:
    failure = failure_of(Behaviour("cut", body="politely"), stream=True)
    assert (failure.kind, failure.retryable) == ("connection", True)
    assert "before the answer did" in str(failure)
    assert failure_of(Behaviour(finish=None), stream=True).kind == "connection"
    assert failure_of(Behaviour(finish=None)).kind == "malformed"


@pytest.mark.parametrize(
    "behaviour",
    [
        Behaviour("text", body='{"choices": ['),
        Behaviour("text", body="<html>"),
        Behaviour("text", body=""),
        Behaviour("json", body=None),
        Behaviour("json", body=[]),
        Behaviour("json", body="text"),
        Behaviour("json", body={}),
        Behaviour("json", body={"choices": []}),
        Behaviour("json", body={"choices": "none"}),
        Behaviour("json", body={"choices": [None]}),
        Behaviour("json", body={"choices": [{"finish_reason": "stop"}]}),
        Behaviour("json", body={"choices": [{"finish_reason": "stop", "message": {"content": None}}]}),
        Behaviour("json", body={"choices": [{"finish_reason": "stop", "message": {"content": [1]}}]}),
    ],
    ids=lambda behaviour: repr(behaviour.body),
)
def test_answers_that_cannot_be_read_are_none(behaviour: Behaviour) -> None:
    failure = failure_of(behaviour)
    assert (failure.kind, failure.retryable) == ("malformed", True)


@pytest.mark.parametrize("event", ["{", "[]", "null", '{"choices": [{"delta": {"content": 7}}]}'])
def test_so_are_streams_that_cannot_be_read(event: str) -> None:
    headers = {"Content-Type": "text/event-stream"}
    failure = failure_of(Behaviour("text", 200, headers, f"data: {event}\n\n"), stream=True)
    assert failure.kind in ("malformed", "connection")
    assert failure.retryable


def test_an_error_within_a_stream_is_the_endpoints() -> None:
    headers = {"Content-Type": "text/event-stream"}
    event = 'data: {"error": {"message": "overloaded"}}\n\n'
    failure = failure_of(Behaviour("text", 200, headers, event), stream=True)
    assert (failure.kind, failure.retryable) == ("server", True)
    assert "overloaded" in str(failure)


def test_refusals_of_the_model_are_none() -> None:
    message = {"content": None, "refusal": "I will not"}
    body = {"choices": [{"finish_reason": "stop", "message": message}]}
    assert failure_of(Behaviour("json", body=body)).kind == "refused"
    message = {"content": "fine", "refusal": ""}
    with Server(lambda prompt: "", lambda number, prompt: Behaviour("json", body=body)) as server:
        body["choices"][0]["message"] = message
        (reply,) = asked_of(server)
    assert isinstance(reply, Reply)
    assert reply.text == "fine"


@STREAM
def test_an_endpoint_that_takes_too_long_is_given_up(stream: bool) -> None:
    failure = failure_of(Behaviour(delay=30), timeout=0.05, stream=stream)
    assert (failure.kind, failure.retryable) == ("timeout", True)


def test_an_endpoint_that_is_dead_is_no_connection() -> None:
    with Server(lambda prompt: "x") as server:
        pass
    (failure,) = asked_of(server)
    assert isinstance(failure, OracleFailure)
    assert (failure.kind, failure.retryable) == ("connection", True)


# What is never told


def test_keys_are_in_no_name_and_no_message(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("OTHER_KEY", f"{KEY}\n")
    headers = {"X-Secret": "header-secret-1"}
    echo = {"error": {"message": f"wrong key {KEY} header-secret-1 pass%20word pass word " + "x" * 10_000}}
    caplog.set_level(logging.INFO)
    with Server(lambda prompt: "x", lambda number, prompt: Behaviour("error", 401, {}, echo)) as server:
        url = server.url.replace("http://", "http://user:pass%20word@")
        oracle = OpenAIOracle("m", url, key_variable="OTHER_KEY", headers=headers)

        async def ask() -> OracleFailure:
            async with oracle:
                with pytest.raises(OracleFailure) as caught:
                    await oracle.ask(call("p"))
            return caught.value

        failure = asyncio.run(ask())
        told = [oracle.name, repr(oracle), str(failure), repr(failure), caplog.text, repr(oracle._endpoint)]
        told += traceback.format_exception(failure)
    assert server.headers[0]["x-secret"] == "header-secret-1"
    assert server.headers[0]["authorization"] == f"Basic {b64encode(b'user:pass word').decode()}"
    assert oracle.name == f"openai m at {server.url} temperature=0.0"
    for secret in (KEY, "header-secret", "pass", "word", "user:"):
        assert not any(secret in text for text in told), secret
    assert len(str(failure)) < 400
    assert failure.__cause__ is failure.__context__ is None


def test_keys_that_cannot_be_sent_are_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-hidden-ключ")
    with pytest.raises(UsageProblem, match="printable ASCII") as caught:
        OpenAIOracle("m")
    assert "hidden" not in str(caught.value)
    with pytest.raises(UsageProblem, match="printable ASCII"):
        OpenAIOracle("m", api_key=KEY, headers={"X": "a\r\nY: b"})


@STREAM
def test_keys_are_in_no_journal_cache_or_trace(
    stream: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)

    def behave(number: int, prompt: str) -> Behaviour:
        if number == 1:
            return Behaviour("error", 500, {}, {"error": {"message": f"your header was Bearer {KEY}"}})
        return Behaviour()

    # A bad endpoint says the key back, in an answer.
    with Server(lambda prompt: f"x: {prompt.count('x') - 2}\n{KEY}", behave) as server:
        oracle = OpenAIOracle("m", server.url, stream=stream)
        outcome = drive(
            oracle,
            journal=Journal(tmp_path / "run.journal", {**HEAD, "oracle": oracle.name}),
            cache=Cache(tmp_path / "cache"),
        )
    assert server.headers[0]["authorization"] == f"Bearer {KEY}"
    assert outcome.status == "done"
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(files) > 1
    told = [path.read_text() for path in files]
    told += [
        json.dumps(outcome.to_json()),
        repr(outcome),
        *map(json.dumps, (record.to_json() for record in outcome.records)),
    ]
    assert not any(KEY in text for text in told)
    assert "[hidden]" in told[0] + told[1]


def test_what_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UsageProblem, match="environment variable OPENAI_API_KEY, found none"):
        OpenAIOracle("m")
    with pytest.raises(UsageProblem, match="environment variable MY_KEY"):
        OpenAIOracle("m", key_variable="MY_KEY")
    with pytest.raises(UsageProblem, match="name of a model"):
        OpenAIOracle("", api_key=KEY)
    for url in (
        "ftp://x",
        "localhost:8080",
        "http://",
        "http://[::1",
        "http://x:99999/",
        "http://x/v1?key=1",
    ):
        with pytest.raises(UsageProblem, match="the address of an endpoint"):
            OpenAIOracle("m", url)
    monkeypatch.setenv("OPENAI_BASE_URL", "http://localhost:8080/v1/")
    assert OpenAIOracle("m", seed=3).name == "openai m at http://localhost:8080/v1 temperature=0.0 seed=3"
    assert (
        OpenAIOracle("m", "https://[::1]:1/v1", temperature=0).name
        == "openai m at https://[::1]:1/v1 temperature=0.0"
    )
    monkeypatch.setitem(__import__("sys").modules, "openai", None)
    with pytest.raises(UsageProblem, match="extra `llm`"):
        OpenAIOracle("m")


# Runs against an endpoint


def drive(
    oracle: Any,
    document: str = "x" * 100,
    options: Options | None = None,
    limits: Limits | None = None,
    *,
    k: int = 4,
    tau: int = 10,
    **more: Any,
) -> Outcome:
    evaluation = Evaluation(PROGRAM, document, "how many?", k=k, tau=tau)
    driver = Driver(
        evaluation, oracle, options or Options(first_wait=0.001), Ledger(limits or Limits()), **more
    )

    async def run() -> Outcome:
        try:
            return await driver.run()
        finally:
            if hasattr(oracle, "close"):
                await oracle.close()
            if driver.journal is not None:
                driver.journal.close()

    return asyncio.run(run())


def count(text: str) -> str:
    return f"x: {text.count('x') - 2}"  # two are in the tags


def misbehaving(seed: int) -> Callable[[int, str], Behaviour]:
    """A third of all requests go wrong, each in some way that repeating helps against."""
    draw = random.Random(seed)
    wrong = [
        Behaviour("error", 429, {"Retry-After": "0.01"}, {"error": {"message": "slow down"}}),
        Behaviour("error", 500, {}, {"error": {"message": "oh"}}),
        Behaviour("text", 200, {}, "{"),
        Behaviour("cut"),
        Behaviour("mute"),
    ]
    return lambda number, prompt: draw.choice(wrong) if draw.random() < 0.33 else Behaviour(delay=0.002)


@STREAM
def test_a_run_against_a_bad_endpoint_comes_to_the_right_value(
    stream: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    import stamina

    document = "".join(random.Random(4).choices("xy", k=640))
    options = Options(workers=16, retries=12, first_wait=0.001)
    with Server(count, misbehaving(1)) as server, stamina.set_testing(True, attempts=12, cap=True):
        oracle = OpenAIOracle("m", server.url, stream=stream)
        outcome = drive(oracle, document, options)
        # Another run of the same oracle, in another event loop.
        assert drive(oracle, "xyx", options).value == "x: 2"
    assert outcome.status == "done"
    assert outcome.value == f"x: {document.count('x')}"
    assert outcome.attempts > outcome.calls == 64
    assert 1 < server.most <= 16


def test_limits_hold_against_an_endpoint() -> None:
    with Server(count) as server:
        oracle = OpenAIOracle("m", server.url)
        outcome = drive(oracle, options=Options(workers=16), limits=Limits(calls=5))
        assert (outcome.status, outcome.stopped_by, len(server.requests)) == ("budget", "calls", 5)
    with Server(count, lambda number, prompt: Behaviour(delay=30)) as server:
        started = time.perf_counter()
        outcome = drive(OpenAIOracle("m", server.url), limits=Limits(seconds=0.1))
        assert time.perf_counter() - started < 10
        assert outcome.stopped_by == "seconds"


def test_a_run_goes_on_after_its_endpoint_has_died(tmp_path: Path) -> None:
    path = tmp_path / "run.journal"
    with Server(count) as server:
        oracle = OpenAIOracle("m", server.url)

        def die(number: int, prompt: str) -> Behaviour:
            return Behaviour() if number <= 7 else Behaviour("mute")

        server.behave = die
        dead = drive(oracle, options=Options(workers=3, retries=0), journal=Journal(path, HEAD))
    assert dead.status == "failed"
    assert "no connection" in (dead.error.message if dead.error else "")
    with Server(count) as server:
        outcome = drive(OpenAIOracle("m", server.url), journal=Journal(path, HEAD))
    assert outcome.value == "x: 100"
    assert len(server.requests) + outcome.reused == 16
    assert outcome.reused >= 5


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
