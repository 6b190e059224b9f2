"""Tokens: by bytes, which bound those of byte-level tokenizers, by a declared ratio, or by a tokenizer.

What is known of a text before the run is an `Amount`: so many bytes, and so many tokens besides, which are
those of answers (bounded in tokens, not in bytes) and of text that a tokenizer has counted.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from typing import Any, NamedTuple

from calculus.rlm.text import Slice
from calculus.source.diagnostic import UsageProblem


class Amount(NamedTuple):
    """A bound on a text."""

    bytes: int = 0
    tokens: int = 0

    def plus(self, other: "Amount", times: int = 1) -> "Amount":
        return Amount(self.bytes + times * other.bytes, self.tokens + times * other.tokens)

    def most(self, other: "Amount") -> "Amount":
        return Amount(max(self.bytes, other.bytes), max(self.tokens, other.tokens))


@dataclass(frozen=True, slots=True)
class Tokens:
    """How tokens are counted. `ratio` is the bytes that a token has; `counter` counts those of a text."""

    name: str
    ratio: float = 1.0
    counter: Callable[[str], int] | None = None

    def of(self, amount: Amount) -> int:
        """The tokens of a prompt that consists of so much."""
        if self.ratio == 1.0:
            return amount.bytes + amount.tokens
        return ceil(amount.bytes / self.ratio) + amount.tokens

    def amount(self, text: Slice) -> Amount:
        """What a part of a document amounts to."""
        if self.counter is None:
            return Amount(len(text))
        return Amount(tokens=self.counter(str(text)))

    @property
    def assumptions(self) -> tuple[str, ...]:
        if self.counter is not None:
            return (
                "the tokens of a prompt are no more than those of its texts, and the bytes of the rest",
                f"tokens are those of {self.name}",
            )
        if self.ratio == 1.0:
            return ("a token is a byte or more, as in byte-level BPE",)
        return (f"a token is {self.ratio:g} bytes or more",)


def tokens(name: str) -> Tokens:
    """`bytes`, `ratio:R` (R bytes or more in a token), `tiktoken:NAME` or `tokenizers:FILE`.

    Raises `UsageProblem`, also if the library for a tokenizer is not installed.
    """
    kind, _, value = name.partition(":")
    if name == "bytes":
        return Tokens(name)
    if kind == "ratio":
        return Tokens(name, _ratio(value))
    if kind == "tiktoken" and value:
        return Tokens(name, counter=_tiktoken(value))
    if kind == "tokenizers" and value:
        return Tokens(name, counter=_tokenizers(value))
    raise UsageProblem(
        f"tokens are counted by bytes, ratio:R, tiktoken:NAME or tokenizers:FILE; got {name!r}"
    )


def _ratio(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < float("inf"):
        raise UsageProblem(f"a ratio is the bytes of a token, above 0, as in ratio:3.5; got {text!r}")
    return value


def _tiktoken(name: str) -> Callable[[str], int]:
    try:
        import tiktoken
    except ImportError:
        raise _missing("tiktoken") from None
    try:
        encoding: Any = tiktoken.get_encoding(name)
    except Exception as problem:
        raise UsageProblem(f"tiktoken has no encoding {name!r}: {problem}") from None
    return lambda text: len(encoding.encode_ordinary(_plain(text)))


def _tokenizers(path: str) -> Callable[[str], int]:
    try:
        from tokenizers import Tokenizer
    except ImportError:
        raise _missing("tokenizers") from None
    try:
        tokenizer: Any = Tokenizer.from_file(path)
    except Exception as problem:
        raise UsageProblem(f"cannot read the tokenizer {path}: {problem}") from None
    return lambda text: len(tokenizer.encode(_plain(text), add_special_tokens=False).ids)


def _plain(text: str) -> str:
    """The text with a mark for each lone surrogate, which is no text to a tokenizer."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _missing(library: str) -> UsageProblem:
    extra = "; the extra `llm` installs it" if library == "tiktoken" else ""
    return UsageProblem(
        f"counting tokens with {library} needs the package {library}{extra}; `bytes` and `ratio:R` need none"
    )
