"""What a request is recognised by."""

import re
from collections.abc import Callable

from calculus.rlm.calls import Call
from calculus.rlm.oracles.errors import NEGATIVE
from calculus.rlm.oracles.reading.extracts import LONGEST, calls, extract, facts, summary
from calculus.rlm.oracles.reading.labels import count, label
from calculus.rlm.oracles.reading.request import NONE, Request, has_any, names
from calculus.rlm.oracles.reading.values import find, listed


def read(call: Call) -> str:
    """The answer to a call: by the first rule that the instruction fits, or else the question."""
    request = Request.of(call)
    if call.role == "detect":
        return _task(request)
    for text in (request.instruction, request.query):
        for known, answer in _RULES:
            if known.search(text):
                return answer(request)
    value = NONE if request.merging else find(request)
    return extract(request) if value == NONE else value


def _relevant(request: Request) -> str:
    """Yes or no, as the instruction writes it: whether a text has what the question names. The beginning of
    a text rules nothing out. Of several answers: whether one is yes.
    """
    answers = [text.strip().casefold() for text in request.texts]
    if request.merging and set(answers) <= NEGATIVE | {"yes", "true"}:
        found = any(answer not in NEGATIVE for answer in answers)
    else:
        found = bool(_BEGINS.search(request.instruction)) or any(
            has_any(text, names(request.query)) for text in request.texts
        )
    written = _YES.search(request.instruction) or _YES.search(request.query)
    positive = written[0] if written is not None else "yes"
    if found:
        return positive
    negative = "false" if positive.casefold() == "true" else "no"
    return negative.upper() if positive.isupper() else negative.title() if positive.istitle() else negative


def _task(request: Request) -> str:
    """Which of the tasks that the instruction names the question is."""
    named = set(re.findall(r"[a-z_]+", request.instruction.casefold()))
    question = request.query or " ".join(request.texts)[:LONGEST]
    for task, known in _TASKS:
        if task in named and known.search(question):
            return task
    return next((task for task, _ in reversed(_TASKS) if task in named), "search")


def _rule(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{pattern})", re.IGNORECASE)


_YES = _rule(r"yes|true\b")
_BEGINS = _rule(r"begins?\b|beginning\b")

_RULES: tuple[tuple[re.Pattern[str], Callable[[Request], str]], ...] = (
    (_rule(r"yes or no\b|true or false\b|relevant\b|relevance\b"), _relevant),
    (_rule(r"summar"), summary),
    (_rule(r"caller\b"), calls),
    (_rule(r"(?:label|classify) (?:each|every|all|the)\b"), label),
    (_rule(r"count\b|how many\b|how often\b|number of\b"), count),
    (_rule(r"extract\b"), facts),
    (_rule(r"list\b|which lines\b"), listed),
    (_rule(r"find\b|look up\b|values?\b|what (?:is|are|was|were)\b"), find),
)
"""A request fits the first of these, or none."""

_TASKS = (
    ("summarise", _rule(r"summar|overview\b|in short\b")),
    ("pairwise", _rule(r"pairs?\b|pairwise\b|every two\b|each other\b")),
    ("aggregate", _rule(r"count\b|how many\b|how often\b|number of\b|more often\b|most\b")),
    ("classify", _rule(r"classify\b|classification\b|labels?\b|category\b|kind of\b")),
    ("multi_hop", _rule(r"whose\b|then\b|after that\b|the one\b")),
    ("search", re.compile("")),
)
"""What a question is taken to be: the first that fits."""
