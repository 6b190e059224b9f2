"""Endpoints that speak the protocol of OpenAI, and misbehave; keys that are never told; runs against them."""

import asyncio
import json
import logging
import random
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

from calculus.rlm.calls import OracleFailure, Reply
from calculus.rlm.oracles import OpenAIOracle
from calculus.rlm.oracles.endpoint import seconds_to_wait
from calculus.rlm.prompts import prompt
from calculus.rlm.runtime import Cache, Journal, Limits
from calculus.rlm.runtime.driver import Options
from calculus.source.diagnostic import UsageProblem
from tests.unit.rlm.asking import HEAD, HOSTILE, NESTED, call, count, drive
from tests.unit.rlm.server import Behaviour, Server

KEY = "sk-test-0123456789abcdef"


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
