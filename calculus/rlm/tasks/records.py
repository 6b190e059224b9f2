"""Messages whose kind is told by what they say, for the tasks that count and pair them."""

import re
from random import Random

KINDS = {
    "complaint": (
        "The {thing} arrived broken and nobody has called me back",
        "I have waited three weeks for my {thing}",
        "Your {thing} stopped working after a day",
        "Nobody told me that the {thing} costs extra",
    ),
    "praise": (
        "The {thing} is the best that I have ever had",
        "Many thanks for the quick help with my {thing}",
        "My whole family loves the {thing}",
    ),
    "question": (
        "How long does it take to send a {thing} abroad",
        "Does the {thing} come with a warranty",
        "Where do I find the manual of the {thing}",
    ),
    "request": (
        "Please send me the invoice for the {thing}",
        "Kindly cancel the order of the second {thing}",
        "Please change the address for my {thing}",
    ),
    "spam": (
        "Win a free {thing} by answering one easy survey",
        "Earn money at home with this {thing}",
    ),
}
"""What messages of each kind say."""

_THINGS = (
    "lamp bicycle kettle printer camera radio blanket table mirror clock heater fan toaster "
    "guitar ladder backpack tent keyboard telescope umbrella"
)
THINGS = _THINGS.split()

_NAMES = "ada ben cleo dora emil fay gus hana ivo june kai lena milo nora otto pia quin rosa sven tess"
NAMES = _NAMES.split()

LONGEST = 96
"""Bytes of a message at most."""

_MESSAGE = re.compile(r"^(m\d{6}) \w+: (.*)\.$", re.MULTILINE)
_KIND = {
    phrase.replace("{thing}", thing): kind
    for kind, phrases in KINDS.items()
    for phrase in phrases
    for thing in THINGS
}


def messages(size: int, draw: Random) -> str:
    """As many messages as there is room for, but at least one; some kinds are more frequent than others."""
    kinds = list(KINDS)
    weights = [draw.randint(1, 6) for _ in kinds]
    lines: list[str] = []
    left = size
    while True:
        phrase = draw.choice(KINDS[draw.choices(kinds, weights)[0]])
        said = phrase.replace("{thing}", draw.choice(THINGS))
        line = f"m{len(lines):06} {draw.choice(NAMES)}: {said}.\n"
        left -= len(line)
        if lines and left < 0:
            return "".join(lines)
        lines.append(line)


def kinds(text: str) -> dict[str, str]:
    """The kind of every whole message of a text, by its name."""
    return {name: _KIND.get(said, "other") for name, said in _MESSAGE.findall(text)}


def labelled(text: str) -> str:
    """The same in lines `name: kind`."""
    return "\n".join(f"{name}: {kind}" for name, kind in kinds(text).items()) or "NONE"
