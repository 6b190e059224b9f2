"""A request, and the words in it."""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from calculus.rlm.calls import Call
from calculus.rlm.functions import NOTHING
from calculus.rlm.prompts import Asked, read_prompt

NONE = "NONE"

_STOP = frozenset(
    """
    a about all am an and answer any are as at be been between by can contain containing contains count did do
    does each entries entry every find for from had has have how i if in is it item items key line lines list
    many me mention mentions most much name number of often on or per record records right say says show tell
    text that the their there these they this times to value values was were what when where which who whose
    why will with word words you
    """.split()  # noqa: SIM905 - read more easily than so many quotes
)
"""Words that a question is not about."""

_QUOTED = re.compile(r"\"([^\"\n]+)\"|“([^”\n]+)”|`([^`\n]+)`|(?<!\w)'([^'\n]+)'(?!\w)")
_WORD = re.compile(r"\w(?:[\w.-]*\w)?")
_CONTAIN = re.compile(r"\b(?:contain|mention)(?:s|ing)?\s+(?:the\s+(?:words?|text)\s+)?([^?.!\n]+)", re.I)


class Request(NamedTuple):
    """What a call asks, and about what. `merging` says that the texts may be answers to parts of it."""

    instruction: str
    query: str
    texts: tuple[str, ...]
    merging: bool
    limit: int | None

    @classmethod
    def of(cls, call: Call) -> "Request":
        asked = read_prompt(call.prompt)
        if asked is None:
            # Without the tags of `ask`, the first line is the request.
            first, _, rest = call.prompt.partition("\n")
            asked = Asked(first, "", (rest or first,))
        return cls(*asked, call.role == "merge" or len(asked.texts) > 1, call.limit)

    @property
    def asked(self) -> tuple[str, str]:
        """Where to look for what is meant: first in the question."""
        return self.query, self.instruction

    def lines(self) -> Iterator[str]:
        """The lines of all texts that are not blank."""
        for text in self.texts:
            yield from filter(str.strip, text.splitlines())

    def containing(self) -> "Contained | None":
        """What lines are to contain, if the request says so."""
        for text in self.asked:
            if (found := _CONTAIN.search(text)) is not None:
                what = found[1].strip().rstrip(":;,")
                parts = quoted(what)
                return Contained(parts[0], parts, True) if parts else Contained(what, [what], False)
        return None


class Contained(NamedTuple):
    """Parts that a line is to contain: as they are written, or in capital or small letters."""

    label: str
    parts: list[str]
    exact: bool

    def by(self, line: str) -> bool:
        """Whether a line contains them."""
        return all(part in line for part in self.parts) if self.exact else has_all(line, self.parts)


def words(text: str) -> list[str]:
    return _WORD.findall(text)


def quoted(text: str) -> list[str]:
    """What stands in quotes."""
    return [next(filter(None, found.groups())) for found in _QUOTED.finditer(text)]


def is_stop(word: str) -> bool:
    """Whether a question is not about this."""
    return word.casefold() in _STOP


def subject(text: str) -> list[str]:
    """What a text is about: what is in quotes, else all words but the commonest."""
    return quoted(text) or [word for word in words(text) if not is_stop(word)]


def stems(text: str) -> list[str]:
    """What a text is about, words without the s of a plural."""
    return quoted(text) or [word.removesuffix("s") or word for word in subject(text)]


def names(query: str) -> list[str]:
    """What a question names: what is in quotes, and words with digits, signs or inner capitals; if there are
    none, what it is about.
    """
    marked = [word for word in subject(query) if re.search(r"[\d._-]|\w[A-Z]", word)]
    return quoted(query) or marked or stems(query)


def has_all(line: str, parts: Iterable[str]) -> bool:
    small = line.casefold()
    return all(part.casefold() in small for part in parts)


def has_any(line: str, parts: Iterable[str]) -> bool:
    small = line.casefold()
    return any(part.casefold() in small for part in parts)


def distinct(lines: Iterable[str]) -> list[str]:
    """Lines that say something, each once."""
    stripped = (line.strip() for line in lines)
    return list(dict.fromkeys(line for line in stripped if line not in NOTHING))


def cut(text: str, limit: int) -> str:
    """As many letters as have no more than so many bytes."""
    data = text.encode("utf-8", "surrogatepass")
    if len(data) <= limit:
        return text
    end = max(0, limit)
    while end and data[end] & 0xC0 == 0x80:
        end -= 1
    return data[:end].decode("utf-8", "surrogatepass")
