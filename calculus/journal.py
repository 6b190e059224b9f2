"""Journals: files to which the parts of long work are appended as they are done, so that it can go on later.

The first line says what work it is; every other line is one part. All are objects of JSON. A last line that
was cut off, since the process was killed, is dropped.
"""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, TypeVar

from calculus.source.diagnostic import FileProblem, UsageProblem

Entry = dict[str, Any]

Self = TypeVar("Self", bound="Journal")


class Format(NamedTuple):
    """A kind of journal: the word in its first line, what a message calls it, and what of the first line must
    be the same for it to be of the same work."""

    word: str
    what: str
    identity: tuple[str, ...]


class Journal:
    """An open journal. `entries` are the lines after the first that were in it."""

    format: Format

    def __init__(self, path: str | Path, head: Mapping[str, Any]) -> None:
        """Open a journal, or begin one. Raises `UsageProblem` if it is of other work, and `FileProblem`."""
        self.path = Path(path)
        self.entries: list[Entry] = []
        try:
            end = self._read(head) if self.path.exists() else 0
            self._file: BinaryIO = self.path.open("r+b" if end else "wb")
            self._file.truncate(end)
            self._file.seek(end)
        except OSError as problem:
            raise FileProblem(f"cannot open the journal {path}: {problem.strerror}") from None
        if not end:
            self.append({"format": self.format.word, **head})

    def append(self, entry: Mapping[str, Any]) -> None:
        """Append a line; it is in the hands of the system when this returns."""
        # One write of one line: what another process kills in the middle is a line without its end.
        self._file.write(json.dumps(entry).encode() + b"\n")
        self._file.flush()

    def close(self) -> None:
        self._file.close()

    def __enter__(self: Self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _read(self, head: Mapping[str, Any]) -> int:
        """Take in what is there; the offset at which the whole lines end."""
        data = self.path.read_bytes()
        end = data.rfind(b"\n") + 1
        lines = data[:end].splitlines()
        if not lines:
            return 0
        found = entry(self.path, lines[0], 1)
        if found.get("format") != self.format.word:
            raise UsageProblem(f"{self.path} is no journal of {self.format.what}")
        for name in self.format.identity:
            value = head.get(name)
            if found.get(name) != value:
                what = f"its {name} is {found.get(name)!r}, not {value!r}"
                other = f"another {self.format.what.removeprefix('a ')}"
                raise UsageProblem(f"the journal {self.path} is of {other}: {what}")
        self.entries = read_entries(self.path, lines[1:])
        return end


def read_head(path: str | Path, format: Format) -> Entry:
    """The first line of a journal: what work it is of. Raises `FileProblem` or `UsageProblem`."""
    try:
        with Path(path).open("rb") as file:
            found = json.loads(file.readline())
    except OSError as problem:
        raise FileProblem(f"cannot read the journal {path}: {problem.strerror}") from None
    except ValueError:
        found = None
    if not isinstance(found, dict) or found.get("format") != format.word:
        raise UsageProblem(f"{path} is no journal of {format.what}")
    return found


def read_body(path: str | Path, format: Format) -> list[Entry]:
    """The whole lines of a journal after its first. Raises `FileProblem` or `UsageProblem`."""
    read_head(path, format)
    data = Path(path).read_bytes()
    return read_entries(Path(path), data[: data.rfind(b"\n") + 1].splitlines()[1:])


def read_entries(path: Path, lines: Iterable[bytes]) -> list[Entry]:
    return [entry(path, line, number) for number, line in enumerate(lines, 2)]


def entry(path: Path, line: bytes, number: int) -> Entry:
    try:
        found = json.loads(line)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise damaged(path, number)
    return found


def damaged(path: Path, number: int) -> UsageProblem:
    """A line of a journal is not what it should be."""
    return UsageProblem(f"line {number} of the journal {path} is damaged")
