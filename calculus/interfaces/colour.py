"""Source text with colours for a terminal."""

from collections.abc import Mapping
from types import MappingProxyType

from calculus.registry import Calculus, require, supports

CODES: Mapping[str, str] = MappingProxyType(
    {
        "comment": "3;90",
        "number": "35",
        "string": "32",
        "label": "33",
        "location": "36",
        "type": "34",
        "keyword": "1",
        "operator": "34",
        "wrong": "31",
    }
)
"""The control code of each kind of token that a calculus's `tokens` tells."""


def highlight(calculus: Calculus, text: str) -> str:
    """The text with control codes around its tokens, if the calculus tells them."""
    if not supports(calculus, "tokens"):
        return text
    pieces: list[str] = []
    end = 0
    for kind, start, stop in require(calculus, "tokens", text):
        pieces.append(text[end:start])
        token = text[start:stop]
        pieces.append(f"\x1b[{CODES[kind]}m{token}\x1b[0m" if kind in CODES else token)
        end = stop
    return "".join([*pieces, text[end:]])
