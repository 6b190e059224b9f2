"""Sizes of texts: in bytes, which bound the tokens of byte-level tokenizers from above, or in characters."""

from bisect import bisect_right
from collections.abc import Callable
from typing import Protocol
from weakref import WeakKeyDictionary

from calculus.rlm.text import Document, Slice
from calculus.source.diagnostic import UsageProblem

BLOCK = 1 << 12
"""Bytes between two entries of the index of characters."""


class Measure(Protocol):
    """A size. `advance(slice, n)` is where the first n units end, brought back to between characters."""

    name: str

    def size(self, text: Slice) -> int: ...

    def advance(self, text: Slice, units: int) -> int: ...


class Bytes:
    """The number of bytes in UTF-8."""

    name = "bytes"

    def size(self, text: Slice) -> int:
        return text.end - text.start

    def advance(self, text: Slice, units: int) -> int:
        return between_characters(text.document.data, min(text.start + units, text.end))


class Characters:
    """The number of characters (code points)."""

    name = "characters"

    def size(self, text: Slice) -> int:
        index = _index(text.document)
        return index.before(text.end) - index.before(text.start)

    def advance(self, text: Slice, units: int) -> int:
        index = _index(text.document)
        return min(text.end, index.byte(index.before(text.start) + units))


MEASURES: dict[str, Callable[[], Measure]] = {"bytes": Bytes, "characters": Characters}


def measure(name: str) -> Measure:
    """The measure of that name; raises `UsageProblem`."""
    if name not in MEASURES:
        raise UsageProblem(f"sizes are counted in {' or '.join(MEASURES)}; got {name!r}")
    return MEASURES[name]()


def between_characters(data: bytes, position: int) -> int:
    """The position itself, or the start of the character that it is inside of."""
    while position < len(data) and data[position] & 0xC0 == 0x80:
        position -= 1
    return position


class _Index:
    """How many characters there are before every so many bytes, so that a position is found quickly."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.ascii = data.isascii()
        self.bytes = [0]
        self.characters = [0]
        while not self.ascii and self.bytes[-1] < len(data):
            start = self.bytes[-1]
            end = between_characters(data, min(start + BLOCK, len(data)))
            self.bytes.append(end)
            self.characters.append(self.characters[-1] + _count(data[start:end]))

    def before(self, position: int) -> int:
        """The number of characters before a byte."""
        if self.ascii:
            return position
        at = bisect_right(self.bytes, position) - 1
        return self.characters[at] + _count(self.data[self.bytes[at] : position])

    def byte(self, characters: int) -> int:
        """The byte at which the character of that number begins; the end if there are not so many."""
        if self.ascii:
            return min(characters, len(self.data))
        at = bisect_right(self.characters, characters) - 1
        start = self.bytes[at]
        block = self.data[start : start + BLOCK + 4]
        text = block[: between_characters(block, len(block) - 1)] if len(block) > BLOCK else block
        head = text.decode("utf-8", "surrogatepass")[: characters - self.characters[at]]
        return start + len(head.encode("utf-8", "surrogatepass"))


_CONTINUATION = bytes(range(0x80, 0xC0))
_indexes: WeakKeyDictionary[Document, _Index] = WeakKeyDictionary()


def _count(data: bytes) -> int:
    """The characters of whole UTF-8."""
    return len(data.translate(None, _CONTINUATION))


def _index(document: Document) -> _Index:
    index = _indexes.get(document)
    if index is None:
        index = _indexes[document] = _Index(document.data)
    return index
