"""Prompts: an instruction and a question that are trusted, and texts that are not.

Every text stands between two tags that name the digest of what is between them. A text cannot close its own
tag: it would have to contain its own digest, and one that does is told apart by a number. Nothing in a text
is ever interpreted: there are no templates. How much a prompt is longer than its texts is a constant for
the instruction, the question and the number of texts.
"""

from collections.abc import Sequence
from hashlib import sha256
from typing import Any

MARK = 16
"""Hexadecimal digits of a digest that a tag shows."""


def prompt(instruction: str, query: str, texts: Sequence[Any]) -> str:
    """The prompt that asks a question about some texts."""
    parts = [instruction, "\n\nQuestion: ", query, "\n"]
    for text in texts:
        content = str(text)
        mark = _mark(content)
        parts += ["\n<text ", mark, ">\n", content, "\n</text ", mark, ">\n"]
    return "".join(parts)


def overhead(instruction: str, query: str, parts: int = 1) -> int:
    """The bytes of a prompt beside its texts."""
    fixed = prompt(instruction, query, [""] * parts)
    return len(fixed.encode("utf-8", "surrogatepass"))


def _mark(content: str) -> str:
    """A mark that the text does not contain."""
    data = content.encode("utf-8", "surrogatepass")
    number = 0
    while True:
        mark = sha256(data + number.to_bytes(8, "big")).hexdigest()[:MARK]
        if mark not in content:
            return mark
        number += 1
