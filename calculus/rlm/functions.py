"""What the combinators and library functions compute, on texts, numbers, lists and pairs.

A text is a `str`, or a `Slice` of a document, which is not copied until its letters are looked at.
Functions are total, except that a text that cannot be split further is a failure.
"""

import re
from collections import Counter
from collections.abc import Callable
from hashlib import sha256
from itertools import combinations, product
from typing import Any, NamedTuple

from calculus.machine.data import Pair, function
from calculus.machine.primitives import PrimitiveFailure
from calculus.rlm.builtins import BUILTINS
from calculus.rlm.prompts import prompt
from calculus.rlm.splitting import Measure, boundary, chunks, measure
from calculus.rlm.text import Document, Slice

PREFIX = "rlm."
"""Of the names under which the machine knows the functions."""

NOTHING = frozenset({"", "NONE"})
"""Answers that say nothing; `best` passes them over."""

_NUMBER = re.compile(r"[+-]?\d+")


class Settings(NamedTuple):
    """What the functions that depend on the plan are given: how sizes are counted and texts cut, the size of
    leaves, and the seed.
    """

    measure: str = "bytes"
    by: str = "characters"
    tau: int = 4096
    seed: int = 0


def as_slice(text: str | Slice) -> Slice:
    return text if isinstance(text, Slice) else Document(text).whole


def size(settings: Settings, text: str | Slice) -> int:
    counted = _measure(settings)
    if isinstance(text, str) and counted.name == "characters":
        return len(text)
    return counted.size(as_slice(text))


def split(settings: Settings, count: int, text: str | Slice) -> tuple[Slice, ...]:
    whole, counted = as_slice(text), _measure(settings)
    if count < 2:
        raise PrimitiveFailure("split", f"split expects 2 parts or more, found {count}")
    pieces = chunks(whole, count, settings.tau, boundary(settings.by), counted)
    if len(pieces) == 1 and counted.size(whole) > settings.tau:
        raise PrimitiveFailure("split", f"one character is larger than tau, which is {settings.tau}")
    return tuple(pieces)


def peek(settings: Settings, start: int, end: int, text: str | Slice) -> Slice:
    """The units from `start` to `end`, counted from 0, as far as there are so many."""
    whole, counted = as_slice(text), _measure(settings)
    first = counted.advance(whole, max(0, start))
    last = counted.advance(whole, max(0, start, end))
    return Slice(whole.document, first, last)


def _measure(settings: Settings) -> Measure:
    return measure(settings.measure)


def concat(texts: tuple[Any, ...]) -> str | Slice:
    return texts[0] if len(texts) == 1 else "".join(map(str, texts))


def number(text: Any) -> int:
    found = _NUMBER.search(str(text))
    # Python converts no more digits than these at once.
    return int(found[0][:4000]) if found else 0


def parse(text: Any) -> tuple[str, ...]:
    return tuple(line.strip() for line in str(text).splitlines() if line.strip())


def dedupe(values: tuple[Any, ...]) -> tuple[Any, ...]:
    first: dict[Any, Any] = {}
    for value in values:
        first.setdefault(key(value), value)
    return tuple(first.values())


def key(value: Any) -> Any:
    """Something equal for equal values, whether a text is a slice or not."""
    if isinstance(value, tuple):
        return (type(value) is Pair, *map(key, value))
    if isinstance(value, bool | int):
        return type(value), value
    return str(value)


def majority(texts: tuple[Any, ...]) -> str:
    counts = Counter(map(str, texts))
    return max(counts, key=lambda text: counts[text], default="")


def merge_counts(texts: tuple[Any, ...]) -> str:
    """Lines `label: n`, the labels in the order in which they are met; other lines say nothing."""
    counts: dict[str, int] = {}
    for text in texts:
        for line in str(text).splitlines():
            label, colon, count = (part.strip() for part in line.rpartition(":"))
            if colon and _NUMBER.fullmatch(count):
                counts[label] = counts.get(label, 0) + int(count[:4000])
    return "\n".join(f"{label}: {count}" for label, count in counts.items())


def best(settings: Settings, texts: tuple[Any, ...]) -> str:
    """One of the answers that say something, drawn by the seed and the answers; empty if none does."""
    answers = [answer for answer in (str(text).strip() for text in texts) if answer not in NOTHING]
    if not answers:
        return ""
    digest = sha256(str(settings.seed).encode())
    for answer in answers:
        digest.update(sha256(answer.encode("utf-8", "surrogatepass")).digest())
    return answers[int.from_bytes(digest.digest()[:8], "big") % len(answers)]


def divide(left: int, right: int) -> int:
    if right == 0:
        raise PrimitiveFailure("division", "division by zero")
    return left // right


def remainder(left: int, right: int) -> int:
    if right == 0:
        raise PrimitiveFailure("division", "division by zero")
    return left % right


IN_PLAN: dict[str, Callable[..., Any]] = {"size": size, "split": split, "peek": peek, "best": best}
"""Functions that are given the settings first."""

PLAIN: dict[str, Callable[..., Any]] = {
    "concat": concat,
    "cross": lambda left, right: tuple(Pair(*pair) for pair in product(left, right)),
    "pairs": lambda values: tuple(Pair(*pair) for pair in combinations(values, 2)),
    "zip": lambda left, right: tuple(Pair(*pair) for pair in zip(left, right, strict=False)),
    "ask": lambda instruction, query, text: prompt(str(instruction), str(query), (text,)),
    "ask_all": lambda instruction, query, texts: prompt(str(instruction), str(query), texts),
    "length": len,
    "append": lambda left, right: left + right,
    "fst": lambda pair: pair.left,
    "snd": lambda pair: pair.right,
    "lines": lambda text: tuple(str(text).splitlines()),
    "words": lambda text: tuple(str(text).split()),
    "parse": parse,
    "join": lambda between, texts: str(between).join(map(str, texts)),
    "contains": lambda part, text: str(part) in str(text),
    "number": number,
    "show": str,
    "dedupe": dedupe,
    "majority": majority,
    "merge_counts": merge_counts,
}

OPERATORS: dict[str, tuple[int, Callable[..., Any]]] = {
    "+": (2, lambda left, right: left + right),
    "-": (2, lambda left, right: left - right),
    "*": (2, lambda left, right: left * right),
    "/": (2, divide),
    "%": (2, remainder),
    "negate": (1, lambda value: -value),
    "++": (2, lambda left, right: str(left) + str(right)),
    "==": (2, lambda left, right: key(left) == key(right)),
    "!=": (2, lambda left, right: key(left) != key(right)),
    "<": (2, lambda left, right: left < right),
    "<=": (2, lambda left, right: left <= right),
    ">": (2, lambda left, right: left > right),
    ">=": (2, lambda left, right: left >= right),
    "not": (1, lambda value: not value),
}

BUILDERS: dict[str, tuple[int, Callable[..., Any]]] = {
    "cons": (2, lambda value, rest: (value, *rest)),
    "pair": (2, Pair),
}
"""What builds lists, from the end, and pairs."""


def _with_settings(compute: Callable[..., Any]) -> Callable[..., Any]:
    # A state that was written and read has a plain tuple.
    return lambda settings, *arguments: compute(Settings(*settings), *arguments)


for _name, _compute in IN_PLAN.items():
    function(PREFIX + _name, BUILTINS[_name].arity + 1, _with_settings(_compute))
for _name, _compute in PLAIN.items():
    function(PREFIX + _name, BUILTINS[_name].arity, _compute)
for _name, (_arity, _compute) in {**BUILDERS, **OPERATORS}.items():
    function(PREFIX + _name, _arity, _compute)
