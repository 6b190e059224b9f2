"""Prompts: an instruction, a question, and texts that are not trusted.

The question and every text stand between two tags that name the digest of what is between them. A text
cannot close its own tag: it would have to contain its own digest, and one that does is given another. What
is outside the tags is the instruction alone, so a text that looks like a prompt, or holds braces or markup,
is a text like any other. Nothing is ever interpreted: there are no templates. By how much a prompt is longer
than its texts is a constant for the instruction, the question and the number of texts.
"""

import re
from collections.abc import Sequence
from hashlib import sha256
from typing import Any, NamedTuple

MARK = 16
"""Hexadecimal digits of a digest that a tag shows."""


_CLOSING = re.compile(rf"\n</(question|text) ([0-9a-f]{{{MARK}}})>\n")


class Asked(NamedTuple):
    """What a prompt was made of."""

    instruction: str
    query: str
    texts: tuple[str, ...]


def prompt(instruction: str, query: str, texts: Sequence[Any]) -> str:
    """The prompt that asks a question about some texts."""
    parts = [instruction, "\n", *_block("question", query)]
    for text in texts:
        parts += _block("text", str(text))
    return "".join(parts)


def overhead(instruction: str, query: str, parts: int = 1) -> int:
    """The bytes of a prompt beside its texts."""
    fixed = prompt(instruction, query, [""] * parts)
    return len(fixed.encode("utf-8", "surrogatepass"))


def read_prompt(text: str) -> Asked | None:
    """What a prompt was made of; None for a text that `prompt` does not make.

    Read from the end, since what a block holds is delimited by tags that are not in it.
    """
    texts: list[str] = []
    end = len(text)
    while (block := _block_before(text, end)) is not None:
        end, name, content = block
        if name == "question":
            asked = Asked(text[: end - 1], content, tuple(reversed(texts)))
            # Made again, so that a text with other digests is no prompt.
            return asked if prompt(*asked) == text else None
        texts.append(content)
    return None


def _block(name: str, content: str) -> tuple[str, ...]:
    mark = _mark(content)
    return "\n<", name, " ", mark, ">\n", content, "\n</", name, " ", mark, ">\n"


def _block_before(text: str, end: int) -> tuple[int, str, str] | None:
    """The block that ends at a place: where it begins, the name of its tags, and what is between them."""
    start = text.rfind("\n</", 0, end)
    found = _CLOSING.fullmatch(text, max(0, start), end)
    if found is None:
        return None
    opening = f"\n<{found[1]} {found[2]}>\n"
    first = text.rfind(opening, 0, start)
    return None if first < 0 else (first, found[1], text[first + len(opening) : start])


def _mark(content: str) -> str:
    """A mark that the text does not contain."""
    data = content.encode("utf-8", "surrogatepass")
    number = 0
    while True:
        mark = sha256(data + number.to_bytes(8, "big")).hexdigest()[:MARK]
        if mark not in content:
            return mark
        number += 1
