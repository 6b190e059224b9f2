"""Counting: how many messages of a long list are of each kind, after OOLONG (arXiv 2511.02817).

The document does not say the kinds; each has to be told from what a message says.
"""

import re
from collections import Counter
from typing import Any

from calculus.rlm.calls import Call
from calculus.rlm.tasks.records import KINDS, LONGEST, kinds, messages
from calculus.rlm.tasks.scoring import closeness
from calculus.rlm.tasks.task import Task, asked_by, drawing

COUNT = "Count in the text what the question asks for. Reply with a line `label: n` for each label."

DIRECT = f'oracle (ask "{COUNT}" query (peek 0 tau document))\n'

FLAT = f"""\
let counts = map (\\part. oracle (ask "{COUNT}" query part)) (split k document) in
  oracle (ask "Combine these counts of the parts of a text by adding them up." query (join "\\n" counts))
"""

QUERY = f"How many of the messages are {', '.join(KINDS)}?"

_LINE = re.compile(r"\s*(\w+): (\d+)\s*")


def generate(size: int, seed: int = 0) -> Task:
    """About so many bytes of messages."""
    document = messages(size, drawing("oolong", size, seed))
    answer = Counter(kinds(document).values())
    most = max(answer.values())
    frequent = {kind for kind, count in answer.items() if count == most}

    def all_right(value: Any) -> float:
        return float(_read(value) == answer)

    def most_frequent(value: Any) -> float:
        found = _read(value)
        return float(bool(found) and max(found, key=lambda kind: found[kind]) in frequent)

    return Task(
        "oolong",
        document,
        QUERY,
        dict(answer),
        {"direct": DIRECT, "flat": FLAT, "rlm": "aggregate"},
        "lines",
        LONGEST,
        1 / 64,
        solve,
        {
            "counts": lambda value: closeness(_read(value), answer),
            "most frequent": most_frequent,
            "all counts right": all_right,
        },
    )


def solve(call: Call) -> str:
    asked = asked_by(call)
    text = "\n".join(asked.texts)
    adding = asked.instruction.startswith("Combine")
    counts = _read(text) if adding else Counter(kinds(text).values())
    return "\n".join(f"{kind}: {counts[kind]}" for kind in KINDS if counts[kind])


def _read(value: Any) -> Counter[str]:
    counts: Counter[str] = Counter()
    for line in str(value).splitlines():
        if (found := _LINE.fullmatch(line)) is not None:
            counts[found[1]] += int(found[2])
    return +counts


__all__ = ["generate", "solve"]
