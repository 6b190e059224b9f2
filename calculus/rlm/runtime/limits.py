"""Limits on what a run may spend, reserved before anything is sent, so that no number of calls under way at
once overshoots them.
"""

from dataclasses import dataclass
from typing import Literal

from calculus.rlm.calls import FailureKind, Reply
from calculus.source.diagnostic import UsageProblem

LimitName = Literal["calls", "tokens", "cost", "seconds", "interrupt"]


UNREAD = ("rate", "connection", "refused", "replay")
"""Failures before a prompt is read."""
USELESS = ("truncated", "malformed")
"""Failures after an answer was made."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The most calls (attempts), tokens in and out, money and seconds; None means no limit.

    Raises `UsageProblem` on a value that makes no sense.
    """

    calls: int | None = None
    tokens: int | None = None
    cost: float | None = None
    seconds: float | None = None

    def __post_init__(self) -> None:
        for name in ("calls", "tokens", "cost", "seconds"):
            value = getattr(self, name)
            if value is not None and (isinstance(value, bool) or not 0 <= value < float("inf")):
                raise UsageProblem(f"the limit on {name} is a number, 0 or more; got {value!r}")


def limit_text(name: LimitName | None) -> str:
    """What stopped a run, in words."""
    return "an interrupt" if name == "interrupt" else f"the limit on {name}"


class Overdrawn(Exception):
    """A call would go beyond a limit, and was not made."""

    def __init__(self, name: LimitName) -> None:
        super().__init__(name)
        self.name = name


class Ledger:
    """What was spent, and what is reserved for calls under way. Prices are per million tokens."""

    def __init__(self, limits: Limits, price_in: float = 0.0, price_out: float = 0.0) -> None:
        self.limits = limits
        self.price_in = price_in
        self.price_out = price_out
        self.calls = 0
        self.tokens_in = 0
        self.tokens_out = 0
        self._reserved = [0, 0]

    @property
    def cost(self) -> float:
        return self.price(self.tokens_in, self.tokens_out)

    def price(self, tokens_in: int, tokens_out: int) -> float:
        return (tokens_in * self.price_in + tokens_out * self.price_out) / 1_000_000

    def reserve(self, most_in: int, most_out: int) -> None:
        """Set aside what a call may need at most. Raises `Overdrawn`."""
        limits = self.limits
        if limits.calls is not None and self.calls >= limits.calls:
            raise Overdrawn("calls")
        tokens_in = self.tokens_in + self._reserved[0] + most_in
        tokens_out = self.tokens_out + self._reserved[1] + most_out
        if limits.tokens is not None and tokens_in + tokens_out > limits.tokens:
            raise Overdrawn("tokens")
        if limits.cost is not None and self.price(tokens_in, tokens_out) > limits.cost:
            raise Overdrawn("cost")
        self.calls += 1
        self._reserved[0] += most_in
        self._reserved[1] += most_out

    def settle(self, most_in: int, most_out: int, reply: Reply | None, failed: FailureKind | None) -> None:
        """What a call needed, in the place of what was set aside. Of a call without a reply all may have been
        paid for that it got to: the prompt, unless it was turned away, and an answer that was no use.
        """
        self._reserved[0] -= most_in
        self._reserved[1] -= most_out
        if reply is not None:
            self.tokens_in += reply.tokens_in
            self.tokens_out += reply.tokens_out
        elif failed not in UNREAD:
            self.tokens_in += most_in
            self.tokens_out += most_out if failed in USELESS else 0
