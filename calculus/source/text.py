"""Source text and places in it.

A `Source` is a named text; a `Span` is a half-open range of code points in one. Lines and columns are
computed only when somebody asks, so spans stay cheap enough to hang on every node.
"""

from bisect import bisect_right
from pathlib import Path
from typing import NamedTuple

from calculus.source.diagnostic import FileProblem


class Source:
    """A text with a name (`name` is a path, or a word such as `<text>`).

    `is_file` says that it was read as a file, not given as a text by somebody who sees what comes of it.
    """

    __slots__ = ("_line_starts", "is_file", "name", "text")

    def __init__(self, text: str, name: str = "<text>") -> None:
        self.text = text
        self.name = name
        self.is_file = False
        self._line_starts: list[int] | None = None

    @classmethod
    def read(cls, path: str | Path) -> "Source":
        """Read a UTF-8 file.

        Raises `FileProblem` when it is missing, a directory, unreadable, binary or not UTF-8.
        """
        path = Path(path)
        try:
            data = path.read_bytes()
        except FileNotFoundError:
            raise FileProblem(f"there is no file {path}") from None
        except IsADirectoryError:
            raise FileProblem(f"{path} is a directory; expected a file") from None
        except (OSError, ValueError) as problem:
            reason = getattr(problem, "strerror", None) or str(problem)
            raise FileProblem(f"cannot read {path}: {reason}") from None
        return cls.decode(data, str(path))

    @classmethod
    def decode(cls, data: bytes, name: str) -> "Source":
        """Text from UTF-8 bytes (a byte-order mark is dropped); raises `FileProblem`."""
        if b"\0" in data:
            raise FileProblem(f"{name} is a binary file; expected text in UTF-8")
        try:
            source = cls(data.decode("utf-8-sig"), name)
        except UnicodeDecodeError as problem:
            raise FileProblem(
                f"{name} is not UTF-8: byte {data[problem.start]:#04x} at offset {problem.start}"
            ) from None
        source.is_file = True
        return source

    def line_column(self, offset: int) -> tuple[int, int]:
        """Line and column of a code point, both from 1."""
        starts = self._starts()
        line = bisect_right(starts, offset)
        return line, offset - starts[line - 1] + 1

    def line(self, number: int) -> str:
        """The text of line `number` (from 1), without its end."""
        starts = self._starts()
        end = starts[number] if number < len(starts) else len(self.text)
        return self.text[starts[number - 1] : end].rstrip("\r\n")

    def _starts(self) -> list[int]:
        if self._line_starts is None:
            starts = [0]
            at = self.text.find("\n")
            while at >= 0:
                starts.append(at + 1)
                at = self.text.find("\n", at + 1)
            self._line_starts = starts
        return self._line_starts


class Span(NamedTuple):
    """The code points `start` to `end` (exclusive) of `source`.

    `head` ends the construct's own part: in `[2].M` the span covers all, the head only `[2]`.
    """

    source: Source
    start: int
    end: int
    head: int

    @property
    def text(self) -> str:
        return self.source.text[self.start : self.end]

    def at_head(self) -> "Span":
        """The construct's own part, which is where an error at it is shown."""
        return Span(self.source, self.start, self.head, self.head)

    def to_json(self) -> dict[str, int]:
        line, column = self.source.line_column(self.start)
        end_line, end_column = self.source.line_column(self.end)
        return {"line": line, "column": column, "end_line": end_line, "end_column": end_column}
