"""Parts of texts: summaries, facts, the line that fits best, and the calls in code."""

import re

from calculus.rlm.functions import NOTHING
from calculus.rlm.oracles.reading.request import NONE, Request, cut, distinct, has_any, stems, subject

LONGEST = 200
"""Bytes of an extract, and of a summary without a limit."""

_SENTENCE = re.compile(r"(?<=[.!?]) ")
_DEFINITION = re.compile(r"\s*(?:async\s+)?(?:def|fn|func|function)\s+(\w+)")
_CALL = re.compile(r"(?<![\w.])([^\W\d]\w*)\(")
_NO_CALLS = {"and", "assert", "elif", "for", "if", "in", "not", "or", "return", "while", "with", "yield"}


def summary(request: Request) -> str:
    """The sentences at the beginning of each text, as many as fit."""
    limit = LONGEST if request.limit is None else request.limit
    texts = [" ".join(text.split()) for text in request.texts if text.strip() not in NOTHING]
    share = max(1, (limit + 1) // max(1, len(texts)) - 1)
    return cut(" ".join(_beginning(text, share) for text in texts), limit) or NONE


def facts(request: Request) -> str:
    """The lines with a word of the question, as many as fit."""
    lines = distinct(request.lines())
    about = stems(request.query)
    wanted = [line for line in lines if has_any(line, about)] if about else lines
    return _lines(wanted, request.limit)


def extract(request: Request) -> str:
    """Of several answers those that say something; else the line with most words of the question."""
    lines = distinct(request.lines())
    if request.merging:
        return _lines(lines, request.limit)
    limit = LONGEST if request.limit is None else min(LONGEST, request.limit)
    about = [word.casefold() for word in subject(request.query)]
    if not lines:
        return NONE
    if not about:
        return _beginning(lines[0], limit)
    shared = [sum(word in line for word in about) for line in map(str.casefold, lines)]
    most = max(shared)
    return cut(lines[shared.index(most)], limit) if most else NONE


def calls(request: Request) -> str:
    """A line `caller -> callee` for each call in the body of a definition."""
    found, caller = list[str](), ""
    for line in request.lines():
        definition = _DEFINITION.match(line)
        if definition is not None:
            caller = definition[1]
            line = line[definition.end() :].partition(")")[2]
        found += [
            f"{caller} -> {callee}" for callee in _CALL.findall(line) if caller and callee not in _NO_CALLS
        ]
    return "\n".join(distinct(found)) or NONE


def _lines(lines: list[str], limit: int | None) -> str:
    kept, size = list[str](), 0
    for line in lines:
        size += len(line.encode("utf-8", "surrogatepass")) + 1
        if limit is not None and size - 1 > limit:
            break
        kept.append(line)
    if lines and not kept and limit is not None:
        return cut(lines[0], limit)
    return "\n".join(kept) or NONE


def _beginning(text: str, limit: int) -> str:
    """Whole sentences up to a number of bytes; part of the first if even that is longer."""
    if len(head := cut(text, limit)) == len(text):
        return text
    ends = [found.start() for found in _SENTENCE.finditer(cut(text, limit + 1))]
    if ends:
        return head[: ends[-1]]
    return head.rpartition(" ")[0] or head
