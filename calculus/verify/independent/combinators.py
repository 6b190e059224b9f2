"""λ-RLM by its definition: call by value with environments, sizes in characters, balanced splits.

Nothing of the translation, of the machine or of the combinators of `calculus.rlm` is shared. Values are
plain: texts, numbers, Booleans, tuples for lists, `Two` for pairs, functions of Python. The evaluator
recurses as the definition does.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import combinations, product
from typing import Any, NamedTuple

from calculus.encodings import terms as t
from calculus.machine.instructions import Text
from calculus.rlm.program import Program
from calculus.term import VARIABLE, Term

Ask = Callable[[str], str]


class Two(NamedTuple):
    """A pair."""

    left: Any
    right: Any


class Stuck(Exception):
    """There is no value: a division by zero, or a split into fewer than two parts."""


@dataclass(frozen=True, slots=True)
class Given:
    """What a run is given; `ask` answers prompts, `prompt` makes one of an instruction, a question, texts."""

    document: str
    query: str
    k: int
    tau: int
    ask: Ask
    prompt: Callable[[str, str, tuple[str, ...]], str]
    best: Callable[[tuple[str, ...]], str]


def evaluated(program: Program, given: Given) -> Any:
    """The value of the main term, as Python's own: lists, and tuples for pairs. Raises `Stuck`."""
    assert program.main is not None
    names: dict[str, Any] = {name: _curried(arity, f) for name, (arity, f) in _combinators(given).items()}
    names |= {"document": given.document, "query": given.query, "k": given.k, "tau": given.tau}
    for name, item in program.definitions.items():
        names[name] = _value(item.term, names)
    return plain(_value(program.main, names))


def plain(value: Any) -> Any:
    """A value with lists as lists and pairs as tuples."""
    if isinstance(value, Two):
        return plain(value.left), plain(value.right)
    return [plain(item) for item in value] if isinstance(value, tuple) else value


def _value(term: Term, names: Mapping[str, Any]) -> Any:
    op = term.op
    if op is VARIABLE:
        return names[term.label]
    if op is t.LITERAL:
        return term.label.value if isinstance(term.label, Text) else term.label
    if op is t.CONSTRUCTION:
        return term.label == "True"
    if op is t.ABSTRACTION:
        (name,) = term.label
        return lambda argument: _value(term.children[0], {**names, name: argument})
    if op is t.FIX:
        (name,) = term.label
        inside = dict(names)
        inside[name] = lambda argument: _value(term.children[0], inside)(argument)
        return inside[name]
    if op is t.LET:
        (name,) = term.label
        return _value(term.children[1], {**names, name: _value(term.children[0], names)})
    if op is t.CONDITIONAL:
        condition, yes, no = term.children
        return _value(yes if _value(condition, names) else no, names)
    if op is t.OPERATION and term.label in ("and", "or"):
        left = _value(term.children[0], names)
        return left if left == (term.label == "or") else _value(term.children[1], names)
    parts = [_value(child, names) for child in term.children]
    if op is t.APPLICATION:
        return parts[0](parts[1])
    if op is t.OPERATION:
        return _OPERATORS[term.label](*parts)
    return Two(*parts) if op is t.PAIR else tuple(parts)


def _curried(arity: int, function: Callable[..., Any], *before: Any) -> Any:
    if len(before) == arity:
        return function(*before)
    return lambda argument: _curried(arity, function, *before, argument)


def _same(left: Any, right: Any) -> bool:
    """Equality that takes no truth value for a number."""
    if isinstance(left, tuple) and isinstance(right, tuple):
        return len(left) == len(right) and all(map(_same, left, right))
    return type(left) is type(right) and bool(left == right)


def _divided(left: int, right: int) -> tuple[int, int]:
    if right == 0:
        raise Stuck("division by zero")
    return divmod(left, right)


_OPERATORS: Mapping[str, Callable[..., Any]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: _divided(a, b)[0],
    "%": lambda a, b: _divided(a, b)[1],
    "negate": lambda a: -a,
    "++": lambda a, b: a + b,
    "==": _same,
    "!=": lambda a, b: not _same(a, b),
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "not": lambda a: not a,
}


def balanced(text: str, k: int) -> tuple[str, ...]:
    """k parts whose sizes differ by at most one, the larger first, or one of each character."""
    if k < 2:
        raise Stuck(f"a split into {k}")
    parts, start = [], 0
    for index in range(k):
        size = len(text) // k + (index < len(text) % k)
        parts.append(text[start : start + size])
        start += size
    return tuple(part for part in parts if part)


def _reduced(function: Any, unit: Any, values: tuple[Any, ...]) -> Any:
    for value in values:
        unit = function(unit)(value)
    return unit


def _deduped(values: tuple[Any, ...]) -> tuple[Any, ...]:
    kept: list[Any] = []
    for value in values:
        if not any(_same(value, other) for other in kept):
            kept.append(value)
    return tuple(kept)


def _majority(texts: tuple[str, ...]) -> str:
    most = max(map(texts.count, texts), default=0)
    return next((text for text in texts if texts.count(text) == most), "")


def _merged(texts: tuple[str, ...]) -> str:
    """Lines `label: n` with the numbers of a label added up."""
    totals: dict[str, int] = {}
    for line in (line for text in texts for line in text.splitlines()):
        label, colon, number = line.rpartition(":")
        if colon and re.fullmatch(r"[+-]?\d+", number.strip()):
            totals[label.strip()] = totals.get(label.strip(), 0) + int(number)
    return "\n".join(f"{label}: {total}" for label, total in totals.items())


def _number(text: str) -> int:
    found = re.search(r"[+-]?\d+", text)
    return int(found[0]) if found else 0


def _combinators(given: Given) -> dict[str, tuple[int, Callable[..., Any]]]:
    """The combinators, with how many arguments each waits for."""
    return {
        "split": (2, lambda k, text: balanced(text, k)),
        "peek": (3, lambda i, j, text: text[max(0, i) : max(0, i, j)]),
        "map": (2, lambda f, values: tuple(f(value) for value in values)),
        "filter": (2, lambda f, values: tuple(value for value in values if f(value))),
        "reduce": (3, _reduced),
        "concat": (1, "".join),
        "cross": (2, lambda a, b: tuple(Two(*pair) for pair in product(a, b))),
        "pairs": (1, lambda values: tuple(Two(*pair) for pair in combinations(values, 2))),
        "zip": (2, lambda a, b: tuple(map(Two, a[: len(b)], b[: len(a)]))),
        "oracle": (1, given.ask),
        "ask": (3, lambda instruction, query, text: given.prompt(instruction, query, (text,))),
        "ask_all": (3, given.prompt),
        "size": (1, len),
        "length": (1, len),
        "append": (2, lambda a, b: a + b),
        "fst": (1, lambda pair: pair.left),
        "snd": (1, lambda pair: pair.right),
        "lines": (1, lambda text: tuple(text.splitlines())),
        "words": (1, lambda text: tuple(text.split())),
        "parse": (1, lambda text: tuple(line.strip() for line in text.splitlines() if line.strip())),
        "join": (2, lambda between, texts: between.join(texts)),
        "contains": (2, lambda part, text: part in text),
        "number": (1, _number),
        "show": (1, str),
        "dedupe": (1, _deduped),
        "majority": (1, _majority),
        "merge_counts": (1, _merged),
        "best": (1, given.best),
    }
