"""An oracle without a model: it reads simple requests by rules, and errs as a noise model says.

It asks for nothing outside the process. Its answer to a call is determined by its seed, the role, the
prompt, the attempt and the limit on the answer, so every run can be run again.
"""

import asyncio
import json
from collections.abc import Callable
from typing import Any

from calculus.rlm.calls import Call, OracleFailure, Reply
from calculus.rlm.oracles.draws import Draws
from calculus.rlm.oracles.noise import Noise
from calculus.rlm.oracles.reading import read
from calculus.rlm.prompts import read_prompt

Solver = Callable[[Call], str]
"""Gives the right answer to a call."""

Wrong = Callable[[Call, str, int], str]
"""Makes a wrong answer of a right one, by a number below 2^53."""


def count_bytes(text: str) -> int:
    """The bytes of a text, which are no fewer than its tokens are in a byte-level tokenizer."""
    return len(text.encode("utf-8", "surrogatepass"))


class SimulatedOracle:
    """Right answers by `solve`; `noise` says how often they are wrong, and `wrong` how.

    Without `solve`, simple requests are understood (`calculus.rlm.oracles.reading`). `delay` is in seconds,
    or a function from a number drawn uniformly from 0 to 1 to seconds (of a distribution, the inverse of its
    cumulative function). `tokens` counts those of a text. `name` tells oracles apart that differ in
    something else than their seed, noise and the name of their solver.

    An answer that is longer than the limit of its call is a failure, as it would be elsewhere. `ask_now`
    is there if there is no delay.
    """

    name: str
    ask_now: Callable[[Call], Reply]

    def __init__(
        self,
        solve: Solver | None = None,
        noise: Noise | None = None,
        seed: int = 0,
        delay: float | Callable[[float], float] = 0.0,
        tokens: Callable[[str], int] = count_bytes,
        *,
        wrong: Wrong | None = None,
        name: str | None = None,
    ) -> None:
        self.solve = solve or read
        self.noise = noise or Noise()
        self.seed = seed
        self.delay = delay
        self.tokens = tokens
        self.wrong = wrong
        self.name = self._name() if name is None else name
        self._noisy = self.noise != Noise()
        if not delay:
            self.ask_now = self.reply

    def __repr__(self) -> str:
        return f"<{self.name}>"

    async def ask(self, call: Call) -> Reply:
        """The answer, after the delay; raises `OracleFailure`."""
        seconds = self.delay
        if callable(seconds):
            seconds = max(0.0, seconds(self._own(call).uniform("delay")))
        if seconds:
            await asyncio.sleep(seconds)
        return self.reply(call, seconds)

    def reply(self, call: Call, seconds: float = 0.0) -> Reply:
        """The answer at once; raises `OracleFailure`."""
        answer = self._answer(call) if self._noisy else self.solve(call)
        tokens_out = self.tokens(answer)
        if call.limit is not None and tokens_out > call.limit:
            message = f"the answer was cut off: it has {tokens_out:,} tokens, and {call.limit:,} are allowed"
            raise OracleFailure("truncated", message, retryable=False)
        return Reply(answer, self.tokens(call.prompt), tokens_out, seconds, "simulated")

    def _answer(self, call: Call) -> str:
        noise = self.noise
        own = self._own(call)
        noise.check_rate(own)
        asked = read_prompt(call.prompt)
        texts = (call.prompt,) if asked is None else asked.texts
        draws = noise.draws(self.seed, call.role, call.prompt, call.attempt, texts)
        noise.check(draws)
        size = sum(map(self.tokens, texts))
        right = self.solve(call)
        if (wrong := self.wrong) is None:
            return noise.answer(right, call.role, size, draws)
        return noise.answer(
            right,
            call.role,
            size,
            draws,
            lambda answer, drawn: wrong(call, answer, drawn.below("wrong", 2**53)),
        )

    def _own(self, call: Call) -> Draws:
        return Draws(self.seed, call.role, call.prompt, call.attempt)

    def _name(self) -> str:
        parts = [f"simulated seed={self.seed}"]
        if self.noise != Noise():
            parts.append(f"noise={json.dumps(self.noise.to_json())}")
        functions = (
            ("solve", self.solve, read),
            ("wrong", self.wrong, None),
            ("tokens", self.tokens, count_bytes),
        )
        for what, function, default in functions:
            if function is not default:
                parts.append(f"{what}={_called(function)}")
        return " ".join(parts)


def _called(function: Any) -> str:
    named = function if hasattr(function, "__qualname__") else type(function)
    return f"{named.__module__}.{named.__qualname__}"
