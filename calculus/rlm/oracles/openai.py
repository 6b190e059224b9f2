"""A model behind an endpoint that speaks the chat completions protocol of OpenAI.

An answer is only taken if the endpoint says that it is whole; everything else is a failure, which says
whether another attempt may help. Nothing is repeated here. Keys are in no name, message or representation.
"""

import asyncio
import json
import re
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from calculus.rlm.calls import Call, OracleFailure, Reply
from calculus.rlm.oracles.endpoint import OFFICIAL, Endpoint, seconds_to_wait
from calculus.rlm.oracles.simulated import count_bytes
from calculus.source.diagnostic import UsageProblem

KEY = "OPENAI_API_KEY"

_SURROGATE = re.compile("[\ud800-\udfff]")
_RETRIED = frozenset({408, 409, 425})
"""Status codes of requests that were not to blame."""


class OpenAIOracle:
    """Asks `model` at `base_url`, or where the environment variable OPENAI_BASE_URL says, or at OpenAI.

    The key comes from the environment variable `key_variable`, unless one is given; an endpoint of one's own
    may need none. `temperature`, `seed` and `headers` are sent as they are, and left out if None. With
    `stream` answers come in parts, so an endpoint that dies is noticed while it answers. `limit_name` is
    what the protocol calls the most tokens of an answer: `max_completion_tokens` at OpenAI itself, and
    `max_tokens`, the older word, elsewhere.

    Connections are kept open between calls until `close()`, which must be awaited before the event loop
    ends; after that, or in another event loop, new ones are opened. Raises `UsageProblem` if the package
    openai is not installed, without a model's name, or without a key where one is needed.
    """

    def __init__(
        self,
        model: str,
        base_url: str | None = None,
        api_key: str | None = None,
        *,
        key_variable: str = KEY,
        temperature: float | None = 0.0,
        seed: int | None = None,
        stream: bool = False,
        headers: Mapping[str, str] | None = None,
        timeout: float | None = 600.0,
        limit_name: str | None = None,
    ) -> None:
        try:
            import openai

            # What the first call would load, while others wait.
            import openai.resources.chat.completions
        except ImportError:
            raise UsageProblem(
                "the OpenAI oracle needs the package openai: install the extra `llm`"
            ) from None
        if not model:
            raise UsageProblem("the OpenAI oracle needs the name of a model")
        self._openai: Any = openai
        self._endpoint = Endpoint(base_url, api_key, key_variable, headers)
        self._model = model
        self._stream = stream
        self._timeout = timeout
        options = {"temperature": None if temperature is None else float(temperature), "seed": seed}
        self._options = {name: value for name, value in options.items() if value is not None}
        official = self._endpoint.url == OFFICIAL
        self._limit_name = limit_name or ("max_completion_tokens" if official else "max_tokens")
        settings = "".join(f" {name}={value}" for name, value in self._options.items())
        self.name = f"openai {model} at {self._endpoint.url}{settings}"
        self._client: Any = None
        self._loop: asyncio.AbstractEventLoop | None = None

    def __repr__(self) -> str:
        return f"<{self.name}>"

    async def __aenter__(self) -> "OpenAIOracle":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Close all connections."""
        client, self._client = self._client, None
        if client is not None:
            await client.close()

    async def ask(self, call: Call) -> Reply:
        """The answer; raises `OracleFailure`."""
        started = time.perf_counter()
        try:
            answer = await (self._streamed(call) if self._stream else self._whole(call))
        except OracleFailure:
            raise
        except Exception as problem:
            failure = self._failure(problem)
        else:
            reply = answer.reply(call, self._model, self._options)
            hide, seconds = self._endpoint.hide, time.perf_counter() - started
            return replace(reply, text=hide(reply.text), model=hide(reply.model), seconds=seconds)
        # Raised here, it does not carry along what caused it, whose request has the key in it.
        raise failure

    async def _whole(self, call: Call) -> "_Answer":
        found = await self._connected().chat.completions.create(**self._request(call))
        choice = _first(getattr(found, "choices", None))
        message = getattr(choice, "message", None)
        if message is None:
            raise _malformed("the reply has no message")
        answer = _Answer()
        answer.take(message, choice, found)
        return answer

    async def _streamed(self, call: Call) -> "_Answer":
        request = {**self._request(call), "stream": True, "stream_options": {"include_usage": True}}
        answer = _Answer()
        stream = await self._connected().chat.completions.create(**request)
        try:
            async for part in stream:
                choice = _first(getattr(part, "choices", None))
                answer.take(getattr(choice, "delta", None), choice, part)
        finally:
            await stream.close()
        if answer.reason is None:
            raise OracleFailure("connection", "the stream ended before the answer did", retryable=True)
        return answer

    def _request(self, call: Call) -> dict[str, Any]:
        # JSON has no lone surrogates; a mark in the place of one is as long.
        content = _SURROGATE.sub("\ufffd", call.prompt)
        request = {
            "model": self._model,
            "messages": [{"role": "user", "content": content}],
            **self._options,
        }
        if call.limit is not None:
            request[self._limit_name] = call.limit
        return request

    def _connected(self) -> Any:
        """The client of the event loop that is running."""
        loop = asyncio.get_running_loop()
        if self._client is None or self._loop is not loop:
            self._client = self._openai.AsyncOpenAI(
                api_key=self._endpoint.key or "none",
                base_url=self._endpoint.url,
                default_headers=self._endpoint.headers,
                timeout=self._timeout,
                max_retries=0,
            )
            self._loop = loop
        return self._client

    def _failure(self, problem: Exception) -> OracleFailure:
        """What went wrong, in the words of the runtime."""
        openai = self._openai
        message = self._endpoint.safe(str(problem)) or type(problem).__name__
        if isinstance(problem, openai.APIStatusError):
            return self._refusal(problem, message)
        if isinstance(problem, openai.APITimeoutError):
            return OracleFailure("timeout", "no answer in time", retryable=True)
        if isinstance(problem, openai.APIConnectionError) or _is_transport(problem):
            cause = problem.__cause__
            detail = self._endpoint.safe(f"{message} {cause}" if cause is not None else message)
            return OracleFailure("connection", f"no connection: {detail}", retryable=True)
        if isinstance(problem, json.JSONDecodeError | openai.APIResponseValidationError | UnicodeDecodeError):
            return _malformed(message)
        if isinstance(problem, openai.APIError):
            # An error within a stream.
            return OracleFailure("server", f"the endpoint failed: {message}", retryable=True)
        return _malformed(f"{type(problem).__name__}: {message}")

    def _refusal(self, problem: Any, message: str) -> OracleFailure:
        status = problem.status_code
        wait = seconds_to_wait(problem.response.headers)
        said = f"HTTP {status}: {message}"
        if status == 429 and problem.code != "insufficient_quota":
            return OracleFailure("rate", said, retryable=True, retry_after=wait)
        if status >= 500 or status in _RETRIED:
            return OracleFailure(
                "timeout" if status in (408, 504) else "server", said, retryable=True, retry_after=wait
            )
        return OracleFailure("refused", said, retryable=False)


class _Answer:
    """An answer as it comes in, whole or in parts."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.refused: list[str] = []
        self.reason: str | None = None
        self.usage: Any = None
        self.model: str | None = None

    def take(self, message: Any, choice: Any, reply: Any) -> None:
        for parts, name in ((self.parts, "content"), (self.refused, "refusal")):
            value = getattr(message, name, None)
            if isinstance(value, str):
                parts.append(value)
            elif value is not None:
                raise _malformed(f"the {name} of the answer is no text")
        self.reason = getattr(choice, "finish_reason", None) or self.reason
        self.usage = getattr(reply, "usage", None) or self.usage
        model = getattr(reply, "model", None)
        self.model = model if isinstance(model, str) and model else self.model

    def reply(self, call: Call, model: str, options: Mapping[str, Any]) -> Reply:
        """The answer, if it is whole."""
        text = "".join(self.parts)
        if self.reason == "length":
            # Where answers are drawn at random another one may be shorter.
            limit = "its limit" if call.limit is None else f"{call.limit:,} tokens"
            again = bool(options.get("temperature", 1.0))
            raise OracleFailure("truncated", f"the answer was cut off at {limit}", retryable=again)
        if any(self.refused) or self.reason == "content_filter":
            raise OracleFailure("refused", "the model refused to answer", retryable=False)
        if self.reason != "stop":
            raise _malformed(f"the answer ended for the reason {self.reason!r}")
        if not text.strip():
            raise _malformed("the answer is empty")
        return Reply(
            text,
            _tokens(self.usage, "prompt_tokens", call.prompt),
            _tokens(self.usage, "completion_tokens", text),
            model=self.model or model,
        )


def _tokens(usage: Any, name: str, text: str) -> int:
    """What the endpoint has counted; if it has not, the bytes, of which there are no fewer."""
    value = getattr(usage, name, None)
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    return count_bytes(text)


def _first(choices: Any) -> Any:
    return choices[0] if isinstance(choices, list) and choices else None


def _malformed(message: str) -> OracleFailure:
    return OracleFailure("malformed", f"the answer cannot be read: {message}", retryable=True)


def _is_transport(problem: Exception) -> bool:
    """Whether a problem is of the HTTP library, whichever of its versions is there."""
    return isinstance(problem, OSError) or type(problem).__module__.startswith(("httpx", "httpcore"))
