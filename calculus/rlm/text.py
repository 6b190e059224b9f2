"""Documents and slices of them: text that is never copied until an oracle reads it.

A document is its bytes in UTF-8, in which a lone surrogate has its three bytes, so any Python text comes back
as it was. A slice is a range of bytes that begins and ends between characters.
"""

from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256


class Document:
    """A text as bytes; compared and known by its digest."""

    def __init__(self, text: str | bytes) -> None:
        self.data = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the bytes, in hexadecimal."""
        return sha256(self.data).hexdigest()

    @property
    def whole(self) -> "Slice":
        return Slice(self, 0, len(self.data))

    def __len__(self) -> int:
        return len(self.data)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Document):
            return NotImplemented
        return self is other or self.digest == other.digest

    def __hash__(self) -> int:
        return hash(self.digest)


@dataclass(frozen=True, slots=True)
class Slice:
    """The bytes of a document from `start` to `end`."""

    document: Document
    start: int
    end: int

    def __len__(self) -> int:
        return self.end - self.start

    def __str__(self) -> str:
        return self.document.data[self.start : self.end].decode("utf-8", "surrogatepass")
