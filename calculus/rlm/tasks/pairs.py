"""Pairs: all pairs of messages that are both of one kind, after the pairs of OOLONG in A. L. Zhang et al.,
*Recursive Language Models* (arXiv 2512.24601). There are as many as the square of the messages.
"""

from itertools import combinations
from typing import Any

from calculus.rlm.calls import Call
from calculus.rlm.tasks.records import KINDS, LONGEST, kinds, labelled, messages
from calculus.rlm.tasks.scoring import f1
from calculus.rlm.tasks.task import Task, asked_by, drawing

LIST = (
    "List all pairs of messages that are both of the kind that the question names. Reply with a line "
    "`first second` of their names for each."
)

DIRECT = f'parse (oracle (ask "{LIST}" query (peek 0 tau document)))\n'

FLAT = f"""\
let pairs_of = \\part. parse (oracle (ask "{LIST}" query part)) in
  reduce append [] (map pairs_of (split k document))
"""
"""Each part lists its own pairs, so those of messages of different parts are not found."""


def generate(size: int, seed: int = 0) -> Task:
    """About so many bytes of messages, and a kind."""
    draw = drawing("pairs", size, seed)
    document, kind = messages(size, draw), draw.choice(list(KINDS))
    answer = _all_pairs(document, kind)
    return Task(
        "pairs",
        document,
        kind,
        sorted(answer),
        {"direct": DIRECT, "flat": FLAT, "rlm": "algorithm-5"},
        "lines",
        LONGEST,
        1 / 4,
        solve,
        {
            "F1": lambda value: f1(_read(value), answer),
            "all pairs right": lambda value: float(_read(value) == answer),
        },
    )


def solve(call: Call) -> str:
    asked = asked_by(call)
    (text,) = asked.texts
    if asked.instruction.startswith("Label"):
        return labelled(text)
    return "\n".join(sorted(_all_pairs(text, asked.query))) or "NONE"


def _all_pairs(text: str, wanted: str) -> set[str]:
    names = [name for name, kind in kinds(text).items() if kind == wanted]
    return {f"{first} {second}" for first, second in combinations(names, 2)}


def _read(value: Any) -> set[str]:
    """The pairs of a value: a list of pairs of lines `name: kind`, or of lines with two names."""
    found = set()
    for item in value if isinstance(value, list) else []:
        names = [str(line).partition(":")[0] for line in item] if isinstance(item, tuple) else item.split()
        if len(names) == 2:
            found.add(" ".join(names))
    return found


__all__ = ["generate", "solve"]
