"""The journal of a run: a file to which every answer is appended before it is used.

The first line says what run it is; every other line holds one answer. A run that was stopped at any moment
is run again from the start with the answers of its journal, so no call that was answered is made twice. A
last line that was cut off is dropped.
"""

import json
import os
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO

from calculus.rlm.calls import Call, Reply
from calculus.source.diagnostic import FileProblem, UsageProblem

FORMAT = "calculus rlm journal 1"

IDENTITY = ("program", "document", "query", "plan", "oracle")
"""What of the first line must be the same for a run to be the one that was stopped."""

Answers = dict[tuple[tuple[int, ...], str], Reply]
"""Replies by the place of the call and the digest of its prompt."""


def digest(prompt: str) -> str:
    """What identifies a prompt."""
    return sha256(prompt.encode("utf-8", "surrogatepass")).hexdigest()


class Journal:
    """An open journal. `known` holds the answers that were in it, by the place of the call and its prompt."""

    def __init__(self, path: str | Path, head: Mapping[str, Any]) -> None:
        """Open a journal, or begin one. Raises `UsageProblem` if it is of another run, and `FileProblem`."""
        self.path = Path(path)
        self.known: Answers = {}
        try:
            end = self._read(head) if self.path.exists() else 0
            self._file: BinaryIO = self.path.open("r+b" if end else "wb")
            self._file.truncate(end)
            self._file.seek(end)
        except OSError as problem:
            raise FileProblem(f"cannot open the journal {path}: {problem.strerror}") from None
        if not end:
            self._append({"format": FORMAT, **head})

    def find(self, call: Call) -> Reply | None:
        """The answer to a call that was made before."""
        return self.known.get((call.path, digest(call.prompt))) if self.known else None

    def add(self, call: Call, reply: Reply) -> None:
        """Append an answer; it is in the hands of the system when this returns."""
        self._append(
            {
                "path": call.path,
                "prompt": digest(call.prompt),
                "text": _encoded(reply.text),
                "in": reply.tokens_in,
                "out": reply.tokens_out,
                "seconds": round(reply.seconds, 6),
                "model": reply.model,
            }
        )

    def close(self) -> None:
        self._file.close()

    def __enter__(self) -> "Journal":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _append(self, entry: Mapping[str, Any]) -> None:
        # One write of one line: what another process kills in the middle is a line without its end.
        self._file.write(json.dumps(entry).encode() + b"\n")
        self._file.flush()

    def sync(self) -> None:
        """Wait until all that was appended is on the disk."""
        os.fsync(self._file.fileno())

    def _read(self, head: Mapping[str, Any]) -> int:
        """Take in what is there; the offset at which the whole lines end."""
        data = self.path.read_bytes()
        end = data.rfind(b"\n") + 1
        lines = data[:end].splitlines()
        if not lines:
            return 0
        found = _entry(self.path, lines[0], 1)
        if found.get("format") != FORMAT:
            raise UsageProblem(f"{self.path} is no journal of a run")
        for name in IDENTITY:
            value = head.get(name)
            if found.get(name) != value:
                what = f"its {name} is {found.get(name)!r}, not {value!r}"
                raise UsageProblem(f"the journal {self.path} is of another run: {what}")
        self.known = _answers(self.path, lines[1:])
        return end


def head_of(path: str | Path) -> dict[str, Any]:
    """The first line of a journal: what run it is of. Raises `FileProblem` or `UsageProblem`."""
    try:
        with Path(path).open("rb") as file:
            found = json.loads(file.readline())
    except OSError as problem:
        raise FileProblem(f"cannot read the journal {path}: {problem.strerror}") from None
    except ValueError:
        found = None
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise UsageProblem(f"{path} is no journal of a run")
    return found


def answers_of(path: str | Path) -> Answers:
    """All answers of a journal, which stays as it is. Raises `FileProblem` or `UsageProblem`."""
    head_of(path)
    data = Path(path).read_bytes()
    return _answers(Path(path), data[: data.rfind(b"\n") + 1].splitlines()[1:])


def _answers(path: Path, lines: list[bytes]) -> Answers:
    answers: Answers = {}
    for number, line in enumerate(lines, 2):
        entry = _entry(path, line, number)
        try:
            reply = Reply(
                _decoded(entry["text"]), entry["in"], entry["out"], entry["seconds"], entry["model"]
            )
            answers[tuple(entry["path"]), entry["prompt"]] = reply
        except (KeyError, TypeError):
            raise UsageProblem(f"line {number} of the journal {path} is damaged") from None
    return answers


def _entry(path: Path, line: bytes, number: int) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise UsageProblem(f"line {number} of the journal {path} is damaged")
    return found


def _encoded(text: str) -> str | list[int]:
    # A lone surrogate survives JSON, but a pair of them would come back as one character.
    return (
        [ord(letter) for letter in text] if any("\ud800" <= letter <= "\udfff" for letter in text) else text
    )


def _decoded(text: str | list[int]) -> str:
    return text if isinstance(text, str) else "".join(map(chr, text))
