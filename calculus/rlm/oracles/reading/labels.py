"""Counts and labels of lines."""

import re
from collections.abc import Iterable, Iterator

from calculus.rlm.functions import NOTHING, merge_counts
from calculus.rlm.oracles.reading.request import NONE, Request, has_all, stems, subject
from calculus.rlm.oracles.reading.values import field

_BY = re.compile(r"\b(?:by|per|(?:for|of) (?:each|every)|each|every)\s+(?:the\s+)?([^\W\d_][\w-]*)", re.I)
_HOW_MANY = re.compile(r"\b(?:count|how many|how often|number of)\b", re.I)
_LINES_WANTED = re.compile(r"\blabels?\b|\bcount\b|: *n\b", re.I)
_CAPITALS = re.compile(r"\b[A-Z]{3,}\b")
_NO_NAMES = {"line", "lines", "text", "record", "records", "message", "messages", "one", "entry", "part"}
_USUAL = ("label", "kind", "level", "type", "category", "class", "severity", "status")
_SEPARATORS = " \t|,;:=-([{\"'"


def count(request: Request) -> str:
    """How many lines contain something, or have each label."""
    if request.merging and (added := _added(request.texts)) is not None:
        return added
    if (wanted := request.containing()) is not None:
        return _counted(request, wanted.label, sum(map(wanted.by, request.lines())))
    for text in request.asked:
        if (name := _by(text)) is not None:
            counts = merge_counts(tuple(f"{label}: 1" for label in _labels(request.lines(), name)))
            return counts or NONE
        if _HOW_MANY.search(text) and (about := subject(text)):
            number = sum(has_all(line, stems(text)) for line in request.lines())
            return _counted(request, " ".join(about), number)
    return _counted(request, "lines", sum(1 for _ in request.lines()))


def label(request: Request) -> str:
    """A line `name: label` for each line: the label is a field, a word in capitals or the question itself,
    and the name what is before it, or the first word of the line.
    """
    if request.merging:
        return "\n".join(line.strip() for line in request.lines()) or NONE
    candidates = (*subject(request.query), *_USUAL)
    return "\n".join(_labelled(line, candidates, request.query) for line in request.lines()) or NONE


def _labelled(line: str, candidates: Iterable[str], query: str) -> str:
    first = line.split()[0].strip(_SEPARATORS) or line.split()[0]
    for name in candidates:
        if (found := field(line, name)) is not None:
            return f"{line[: found.start].strip(_SEPARATORS) or first}: {found.value}"
    if (capitals := _CAPITALS.search(line)) is not None:
        return f"{line[: capitals.start()].strip(_SEPARATORS) or first}: {capitals[0]}"
    return f"{first}: {query if query.strip() and has_all(line, [query]) else 'other'}"


def _counted(request: Request, label: str, number: int) -> str:
    if any(map(_LINES_WANTED.search, request.asked)):
        return f"{label}: {number}"
    return str(number)


def _added(texts: Iterable[str]) -> str | None:
    """The sum of counts, if the texts are such."""
    lines = [line.strip() for text in texts for line in text.splitlines()]
    lines = [line for line in lines if line not in NOTHING]
    if lines and all(re.fullmatch(r"\d{1,4000}", line) for line in lines):
        return str(sum(map(int, lines)))
    if all(re.fullmatch(r"\S.*:\s*\d+", line) for line in lines):
        return merge_counts(tuple(lines)) or NONE
    return None


def _by(text: str) -> str | None:
    """By what name things are counted."""
    for found in _BY.finditer(text):
        if found[1].casefold() not in _NO_NAMES:
            return found[1]
    return None


def _labels(lines: Iterable[str], name: str) -> Iterator[str]:
    """The labels of lines: what `name` is in them, or else their first word in capitals."""
    fields, capitals = list[str](), list[str]()
    for line in lines:
        if (found := field(line, name)) is not None:
            fields.append(found.value)
        elif (word := _CAPITALS.search(line)) is not None:
            capitals.append(word[0])
    yield from fields or capitals
