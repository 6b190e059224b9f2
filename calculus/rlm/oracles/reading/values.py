"""Values of keys."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from calculus.rlm.functions import NOTHING
from calculus.rlm.oracles.reading.request import (
    NONE,
    Request,
    distinct,
    has_all,
    is_stop,
    quoted,
    stems,
    words,
)

_KEY = re.compile(
    r"(?:\b(?:find|look up)\b:?|\bwhat (?:is|are|was|were)|\bvalues? (?:of|for))\s+"
    r"(?:the\s+)?(?:values?\s+(?:of|for)\s+)?(?:the\s+)?(?:key\s+)?([^?!\n]+)",
    re.I,
)
_WHERE = re.compile(r"\s(?:in|from|within)\s")
_SENTENCE = re.compile(r"(?<=[.!?])\s")
_NO_KEYS = {"it", "that", "there", "these", "this", "those", "the value", "value"}
_ENDS = re.compile(r"[,;|\t\]})]")
LONGEST_KEY = 200
"""Letters of a key of a line."""


class Field(NamedTuple):
    """A `name: value` within a line, and where it begins."""

    start: int
    value: str


def find(request: Request) -> str:
    """The value of the key that is asked for, as a line `key: value`, `key = value` or `key is value` has
    it; of answers to parts, the one given most often.
    """
    for key in (key for text in request.asked for key in _keys(text)):
        for line in request.lines():
            # Cheaper than the pattern, which most lines need not be compared with.
            if has_all(line, [key]) and (value := _value(line, key)) is not None:
                return value
    question = f" {' '.join(words(request.query)).casefold()} "
    for line in request.lines():
        key, value = _pair(line)
        name = " ".join(words(key)).casefold()
        if value and name and not is_stop(name) and f" {name} " in question:
            return value
    return _agreed(request.texts) if request.merging else NONE


def listed(request: Request) -> str:
    """The lines that contain something, or the values of a key; of answers to parts, all lines."""
    if request.merging:
        return "\n".join(distinct(request.lines())) or NONE
    if (wanted := request.containing()) is not None:
        return "\n".join(distinct(filter(wanted.by, request.lines()))) or NONE
    for key in (key for text in request.asked for key in (*_keys(text), *stems(text))):
        if values := distinct(_fields(request, key)):
            return "\n".join(values)
    return NONE


def field(line: str, name: str) -> Field | None:
    """The value of `name` anywhere in a line, up to what ends it."""
    found = re.search(rf"(?<!\w){re.escape(name)}[\"']?\s*[:=]", line, re.I)
    if found is None:
        return None
    value = _bare(_ENDS.split(line[found.end() :], maxsplit=1)[0].strip())
    return Field(found.start(), value) if value else None


def _fields(request: Request, key: str) -> Iterator[str]:
    for line in request.lines():
        if (found := field(line, key)) is not None:
            yield found.value


def _keys(text: str) -> list[str]:
    """What may be the key that a request names, the likeliest first."""
    keys = quoted(text)
    if (found := _KEY.search(text)) is not None:
        key = found[1].strip().rstrip(".,:;")
        # In "the value of X in Y" the key is X.
        keys += [key, _WHERE.split(key, maxsplit=1)[0]]
    return [key for key in dict.fromkeys(keys) if key and key.casefold() not in _NO_KEYS]


def _value(line: str, key: str) -> str | None:
    """What a line says that a key is."""
    found = re.search(rf"(?<!\w){re.escape(key)}[\"'`]?\s*([:=]|is\s|was\s)", line, re.I)
    if found is None:
        return None
    value = line[found.end() :].strip()
    if found[1] not in ":=":
        value = _SENTENCE.split(value, maxsplit=1)[0].rstrip(".!")
    return _bare(value) or None


def _pair(line: str) -> tuple[str, str]:
    """A line `key: value` or `key = value`; two empty texts for any other."""
    places = [place for mark in ":=" if (place := line.find(mark)) > 0]
    if not places or min(places) > LONGEST_KEY:
        return "", ""
    place = min(places)
    return line[:place].strip(" \t-*\"'`"), _bare(line[place + 1 :].strip())


def _bare(value: str) -> str:
    """A value without a comma after it, or quotes around it."""
    value = value.rstrip(",;").strip()
    if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'`":
        return value[1:-1]
    return value


def _agreed(texts: Iterable[str]) -> str:
    """The answer that was given most often; of several, the first."""
    answers = Counter(answer for text in texts if (answer := text.strip()) not in NOTHING)
    return max(answers, key=lambda answer: answers[answer], default=NONE)
