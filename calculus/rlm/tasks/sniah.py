"""A needle in a haystack: one line of a long log says what is asked for, after the single-needle tasks of
RULER (arXiv 2404.06654).

The lines are in the order of time and the question says when the needle was noted, so that the beginning of
a part can rule it out: one that begins later has no needle.
"""

import re
from datetime import datetime, timedelta

from calculus.rlm.calls import Call
from calculus.rlm.tasks.task import Task, asked_by, drawing

_PLACES = "harbour station market school library theatre museum garden bridge tower mill airport"
PLACES = _PLACES.split()
EVENTS = (
    "the doors were opened on time",
    "nothing unusual was seen",
    "the lights were checked and found in order",
    "a delivery came through the side entrance",
    "the shift changed without delay",
    "the floor was cleaned twice",
)
_BIRDS = "heron falcon plover wren lapwing bunting osprey dunlin"
BIRDS = _BIRDS.split()
_COLOURS = "amber crimson violet silver olive azure ivory copper"
COLOURS = _COLOURS.split()

STEP = timedelta(minutes=17)
LONGEST = 80
"""Bytes of a line at most."""

_TIME = re.compile(r"^\d{4}-\d\d-\d\d \d\d:\d\d(?= )", re.MULTILINE)
_NOTED = re.compile(r"noted on (\S+ \S+)\?")
_WANTED = re.compile(r"the access code of ([a-z-]+)")

READ = "Answer the question from the text alone. Reply NONE if it does not say."

DIRECT = f'oracle (ask "{READ}" query (peek 0 tau document))\n'

FLAT = f"""\
let answers = map (\\part. oracle (ask "{READ}" query part)) (split k document) in
  oracle (ask "Combine these answers about the parts of a text into one." query (join "\\n" answers))
"""


def generate(size: int, seed: int = 0) -> Task:
    """A log of about so many bytes in which one line has the code that is asked for."""
    draw = drawing("sniah", size, seed)
    keys = [f"{colour}-{bird}" for colour in COLOURS for bird in BIRDS]
    draw.shuffle(keys)
    lines, left, time = [], size, datetime(2031, 1, 1)
    while left > 0:
        lines.append(f"{time:%Y-%m-%d %H:%M} {draw.choice(PLACES)}: {draw.choice(EVENTS)}.\n")
        left -= len(lines[-1])
        time += STEP
    if len(lines) > 1:
        lines.pop()
    wanted, *others = draw.sample(range(len(lines)), min(4, len(lines)))
    # The codes of others are in the log, too, so that one that is made up is not the only wrong answer.
    for index, key in zip([wanted, *others], keys, strict=False):
        code = draw.randrange(10_000, 100_000)
        lines[index] = f"{lines[index][:16]} {draw.choice(PLACES)}: the access code of {key} is {code}.\n"
        if index == wanted:
            answer = str(code)
    query = f"What is the access code of {keys[0]}, noted on {lines[wanted][:16]}? Reply with it alone."
    return Task(
        "sniah",
        "".join(lines),
        query,
        answer,
        {"direct": DIRECT, "flat": FLAT, "rlm": "search"},
        "lines",
        LONGEST,
        1 / 64,
        solve,
        {"needle": lambda value: float(isinstance(value, str) and value.strip() == answer)},
    )


def solve(call: Call) -> str:
    asked = asked_by(call)
    text = "\n".join(asked.texts)
    if asked.instruction.startswith("Combine"):
        return next((line for line in text.splitlines() if line not in ("", "NONE")), "NONE")
    if asked.instruction.startswith("Can"):
        return "NO" if _begins_later(text, asked.query) else "YES"
    wanted = _WANTED.search(asked.query)
    assert wanted is not None
    found = re.search(rf"\bthe access code of {wanted[1]} is (\d+)\.", text)
    return found[1] if found else "NONE"


def _begins_later(text: str, query: str) -> bool:
    first, noted = _TIME.search(text), _NOTED.search(query)
    assert noted is not None
    # What is before the first time that is seen belongs to the line before it.
    return first is not None and first.start() == 0 and first[0] > noted[1]


__all__ = ["generate", "solve"]
