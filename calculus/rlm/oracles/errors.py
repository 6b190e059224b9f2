"""Wrong answers: what a right one turns into."""

import re
from collections.abc import Iterator
from math import sqrt
from typing import NamedTuple

from calculus.rlm.oracles.draws import Draws

_COUNT = re.compile(r"(.*:\s*)(\d{1,18})\s*")
_OPPOSITE = {"yes": "no", "no": "yes", "true": "false", "false": "true"}
_DIGIT = re.compile(r"\d", re.ASCII)

NEGATIVE = frozenset({"", "no", "none", "false"})
"""Answers, in small letters, that let no part through a filter."""

LOOKED_AT_ONE_BY_ONE = 1000
"""Items of a count; the errors among more of them are drawn all at once, by the normal distribution."""


class _Counted(NamedTuple):
    """A line `label: n`."""

    label: str
    number: int


def invented(draws: Draws) -> str:
    """An answer out of thin air; no document contains it other than by accident."""
    return f"x{draws.below('invented', 2**32):08x}"


def altered(answer: str, draws: Draws) -> str:
    """Another answer than the right one, of its form.

    yes becomes no; one of the numbers of lines `label: n` is off by 1 to 3; otherwise one digit is another;
    without digits one line, or one word, is left out; a single word becomes an invented one.
    """
    opposite = _OPPOSITE.get(answer.strip().casefold())
    if opposite is not None:
        return _in_case_of(answer.strip(), opposite)
    lines = answer.splitlines()
    counted = [index for index, line in enumerate(lines) if _COUNT.fullmatch(line)]
    if counted:
        index = counted[draws.below("line", len(counted))]
        label, count = _counted(lines[index])
        off = 1 + draws.below("off", 3)
        lines[index] = (
            f"{label}{count - off if draws.uniform('less') < 0.5 and off <= count else count + off}"
        )
        return "\n".join(lines)
    digits = [found.start() for found in _DIGIT.finditer(answer)]
    if digits:
        place = digits[draws.below("digit", len(digits))]
        other = (int(answer[place]) + 1 + draws.below("other", 9)) % 10
        return f"{answer[:place]}{other}{answer[place + 1 :]}"
    for items, between in ((lines, "\n"), (answer.split(), " ")):
        if len(items) > 1:
            del items[draws.below("item", len(items))]
            return between.join(items)
    return invented(draws)


def flipped(answer: str, chance: float, draws: Draws) -> str:
    """An answer of several items, each of which is read wrongly by some chance.

    Of lines `label: n` all n are items, and a wrong one counts for another label, or for none if there is
    only one. Of lines `item: label` a wrong one gets another of the labels. Any other line is an item, and is
    left out; NONE is left if all are.
    """
    lines = answer.splitlines()
    numbers = draws.many("items")
    if all(map(_COUNT.fullmatch, lines)):
        return "\n".join(_moved([_counted(line) for line in lines], chance, numbers))
    split = [line.rpartition(": ") for line in lines]
    labels = list(dict.fromkeys(label for _, _, label in split))
    if len(labels) > 1 and all(between for _, between, _ in split):
        return "\n".join(
            f"{item}: {_another(labels, label, numbers) if next(numbers) < chance else label}"
            for item, _, label in split
        )
    return "\n".join(line for line in lines if next(numbers) >= chance) or "NONE"


def _moved(lines: list[_Counted], chance: float, numbers: Iterator[float]) -> Iterator[str]:
    counts = [line.number for line in lines]
    for index, line in enumerate(lines):
        wrong = _how_many(line.number, chance, numbers)
        counts[index] -= wrong
        if len(lines) > 1:
            others = len(lines) - 1
            # One by one while that matters; of very many, each label gets its share.
            for _ in range(min(wrong, LOOKED_AT_ONE_BY_ONE)):
                counts[(index + 1 + int(next(numbers) * others)) % len(lines)] += 1
            for step in range(others if wrong > LOOKED_AT_ONE_BY_ONE else 0):
                share = (wrong - LOOKED_AT_ONE_BY_ONE + step) // others
                counts[(index + 1 + step) % len(lines)] += share
    for line, count in zip(lines, counts, strict=True):
        yield f"{line.label}{count}"


def _how_many(items: int, chance: float, numbers: Iterator[float]) -> int:
    """How many of some items are wrong."""
    if items <= LOOKED_AT_ONE_BY_ONE:
        return sum(next(numbers) < chance for _ in range(items))
    normal = sum(next(numbers) for _ in range(12)) - 6
    wrong = round(items * chance + normal * sqrt(items * chance * (1 - chance)))
    return min(max(wrong, 0), items)


def _another(labels: list[str], label: str, numbers: Iterator[float]) -> str:
    others = [other for other in labels if other != label]
    return others[int(next(numbers) * len(others))]


def _counted(line: str) -> _Counted:
    found = _COUNT.fullmatch(line)
    assert found is not None
    return _Counted(found[1], int(found[2]))


def _in_case_of(said: str, other: str) -> str:
    if said.isupper():
        return other.upper()
    return other.capitalize() if said[0].isupper() else other
