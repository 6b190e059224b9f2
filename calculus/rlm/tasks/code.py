"""A call graph: which functions are reached by two calls, in generated modules whose graph is known.

The functions of a path are defined anywhere, so most paths go from one part of the document to another.
"""

import re
from itertools import zip_longest
from typing import Any

from calculus.rlm.calls import Call
from calculus.rlm.tasks.scoring import f1
from calculus.rlm.tasks.task import Task, asked_by, drawing

_VERBS = "load save merge check build parse order count close route"
VERBS = _VERBS.split()
_NOUNS = "users orders prices items stock routes labels bills dates codes"
NOUNS = _NOUNS.split()

LIST = (
    "List all paths of two calls from the function that the question names. Reply with a line "
    "`first -> second -> third` for each."
)

DIRECT = f'parse (oracle (ask "{LIST}" query (peek 0 tau document)))\n'

FLAT = f"""\
let paths = \\part. parse (oracle (ask "{LIST}" query part)) in
  reduce append [] (map paths (split k document))
"""
"""Each part lists the paths that it has whole."""

LONGEST = 240
"""Bytes of a definition at most."""

_DEFINITION = re.compile(r"^def (\w+)\(", re.MULTILINE)
_CALL = re.compile(r"(\w+)\(value\)")


def generate(size: int, seed: int = 0) -> Task:
    """Modules of about so many bytes together, and a function."""
    draw = drawing("code", size, seed)
    functions = max(3, size // 110)
    names = [f"{draw.choice(VERBS)}_{draw.choice(NOUNS)}_{index}" for index in range(functions)]
    blocks: list[str] = []
    for index, name in enumerate(names):
        head = f"# module {draw.choice(NOUNS)}_{index // 12}\n\n\n" if index % 12 == 0 else ""
        called = draw.sample(names, draw.randint(1, 3))
        sum_ = " + ".join(f"{other}(value)" for other in called)
        blocks.append(f'{head}def {name}(value):\n    """No. {index}."""\n    return {sum_}\n\n\n')
    document = "".join(blocks)
    start = draw.choice(names)
    answer = _paths(document, start)
    return Task(
        "code",
        document,
        start,
        sorted(answer),
        {"direct": DIRECT, "flat": FLAT, "rlm": "call-graph"},
        "code",
        LONGEST,
        3 / 8,
        solve,
        {
            "F1": lambda value: f1(_read(value, start), answer),
            "all paths right": lambda value: float(_read(value, start) == answer),
        },
    )


def solve(call: Call) -> str:
    asked = asked_by(call)
    (text,) = asked.texts
    if asked.instruction.startswith("List every call"):
        lines = [f"{caller} -> {callee}" for caller, called in graph(text).items() for callee in called]
    else:
        lines = sorted(_paths(text, asked.query))
    return "\n".join(lines) or "NONE"


def graph(text: str) -> dict[str, list[str]]:
    """What each function that is defined in a text calls, once each."""
    found = {}
    places = [*_DEFINITION.finditer(text)]
    for place, after in zip_longest(places, places[1:]):
        called = _CALL.findall(text, place.end(), after.start() if after else len(text))
        found[place[1]] = list(dict.fromkeys(called))
    return found


def _paths(text: str, start: str) -> set[str]:
    calls = graph(text)
    return {
        f"{start} -> {middle} -> {end}" for middle in calls.get(start, ()) for end in calls.get(middle, ())
    }


def _read(value: Any, start: str) -> set[str]:
    """The paths of a value: a list of a function that is called with a call that it makes, or of lines."""
    found = set()
    for item in value if isinstance(value, list) else []:
        text = f"{start} -> {item[1]}" if isinstance(item, tuple) else str(item).strip()
        if text not in ("", "NONE"):
            found.add(" ".join(text.split()))
    return found


__all__ = ["generate", "graph", "solve"]
