"""Noise models: how often, and how, a simulated oracle errs.

They say nothing of any real model. What they are for is to see what a given error rate of the calls does to
the result of a program.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass, fields
from typing import Any

from calculus.rlm.calls import OracleFailure, Role
from calculus.rlm.functions import NOTHING
from calculus.rlm.oracles.draws import Draws
from calculus.rlm.oracles.errors import NEGATIVE, altered, flipped, invented
from calculus.source.diagnostic import UsageProblem

_OWN = frozenset({"merge", "detect"})
_READING = frozenset({"leaf", "other"})


@dataclass(frozen=True, slots=True)
class Noise:
    """How an oracle errs; every default is: not at all.

    A call on texts of n tokens is right with probability A₀·ρ^(n/K): `accuracy`, `rho`, `window`. Merges and
    the question which task there is may have a probability of their own (`merge`, `detect`), and so may a
    filter on a part that it should keep (`recall`). Each item of the answer of a leaf is wrong by `flip`. A
    leaf that has nothing to say says something, or a filter keeps what it should not, by `false_positive`.

    Failures: `rate_limit` of the attempts are turned away, to come again after `retry_after` seconds; of the
    others `timeout`, `truncate` and `malformed` fail as these words say.

    Draws are for the oracle's seed, the role, the prompt and the attempt. `correlated` is the share of the
    texts for which they are for the seed and the text alone, so that these fail together: in every attempt,
    whatever is asked about them, if they do in one. Rate limits are never correlated.

    Raises `UsageProblem` on what is no probability.
    """

    accuracy: float = 1.0
    rho: float = 1.0
    window: int = 32_768
    merge: float | None = None
    detect: float | None = None
    recall: float | None = None
    flip: float = 0.0
    false_positive: float = 0.0
    rate_limit: float = 0.0
    timeout: float = 0.0
    truncate: float = 0.0
    malformed: float = 0.0
    correlated: float = 0.0
    retry_after: float = 0.0

    def __post_init__(self) -> None:
        if not _is_number(self.window) or self.window <= 0:
            raise UsageProblem(f"a noise's window is a number of tokens, above 0; got {self.window!r}")
        if not _is_number(self.retry_after) or not 0 <= self.retry_after < float("inf"):
            raise UsageProblem(f"a noise's retry_after is in seconds, 0 or more; got {self.retry_after!r}")
        for field in fields(self):
            value = getattr(self, field.name)
            optional = field.name in ("merge", "detect", "recall") and value is None
            if field.name in ("window", "retry_after") or optional:
                continue
            if not _is_number(value) or not 0 <= value <= 1:
                raise UsageProblem(f"a noise's {field.name} is a probability, from 0 to 1; got {value!r}")
        if self.timeout + self.truncate + self.malformed > 1:
            raise UsageProblem("a noise's timeout, truncate and malformed are more than 1 together")

    def right(self, role: Role, tokens: float) -> float:
        """How often a call on texts of so many tokens is right, where there is something to say."""
        own = getattr(self, role) if role in _OWN else self.recall if role == "filter" else None
        return float(self.accuracy * self.rho ** (tokens / self.window) if own is None else own)

    def draws(self, seed: int, role: Role, prompt: str, attempt: int, texts: tuple[str, ...]) -> Draws:
        """What the answer of a call is drawn from."""
        if self.correlated and texts:
            shared = Draws(seed, "texts", *texts)
            if shared.uniform("correlated") < self.correlated:
                return shared
        return Draws(seed, role, prompt, attempt)

    def check_rate(self, own: Draws) -> None:
        """Raises `OracleFailure` if an attempt is turned away."""
        if self.rate_limit and own.uniform("rate") < self.rate_limit:
            message = "too many requests (injected)"
            raise OracleFailure("rate", message, retryable=True, retry_after=self.retry_after)

    def check(self, draws: Draws) -> None:
        """Raises `OracleFailure` if the call fails in another way."""
        if not (self.timeout or self.truncate or self.malformed):
            return
        drawn = draws.uniform("failure")
        if drawn < self.timeout:
            raise OracleFailure("timeout", "no answer in time (injected)", retryable=True)
        drawn -= self.timeout
        if drawn < self.truncate:
            # The same limit would cut off the same answer again.
            raise OracleFailure("truncated", "the answer was cut off (injected)", retryable=False)
        if drawn - self.truncate < self.malformed:
            raise OracleFailure("malformed", "the answer cannot be read (injected)", retryable=True)

    def answer(
        self,
        right: str,
        role: Role,
        tokens: float,
        draws: Draws,
        wrong: Callable[[str, Draws], str] = altered,
    ) -> str:
        """What is said where `right` would be; `wrong` makes a wrong answer of a right one."""
        said = right.strip()
        if role == "filter" and said.casefold() in NEGATIVE:
            return altered(right or "no", draws) if self._false_positive(draws) else right
        if said in NOTHING:
            return invented(draws) if role in _READING and self._false_positive(draws) else right
        if draws.uniform("right") >= self.right(role, tokens):
            return wrong(right, draws)
        if self.flip and role in _READING:
            return flipped(right, self.flip, draws)
        return right

    def to_json(self) -> dict[str, Any]:
        """What differs from no noise at all."""
        silent = Noise()
        return {name: value for name, value in asdict(self).items() if value != getattr(silent, name)}

    def _false_positive(self, draws: Draws) -> bool:
        return draws.uniform("false") < self.false_positive


def _is_number(value: object) -> bool:
    return isinstance(value, int | float)
