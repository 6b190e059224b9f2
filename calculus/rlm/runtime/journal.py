"""The journal of a run: a file to which every answer is appended before it is used.

The first line says what run it is; every other line holds one answer. A run that was stopped at any moment
is run again from the start with the answers of its journal, so no call that was answered is made twice. A
last line that was cut off is dropped.
"""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from calculus import journal
from calculus.rlm.calls import Call, Reply

FORMAT = journal.Format("calculus rlm journal 1", "a run", ("program", "document", "query", "plan", "oracle"))

Answers = dict[tuple[tuple[int, ...], str], Reply]
"""Replies by the place of the call and the digest of its prompt."""


def digest(prompt: str) -> str:
    """What identifies a prompt."""
    return sha256(prompt.encode("utf-8", "surrogatepass")).hexdigest()


class Journal(journal.Journal):
    """An open journal. `known` holds the answers that were in it, by the place of the call and its prompt."""

    format = FORMAT

    def __init__(self, path: str | Path, head: Mapping[str, Any]) -> None:
        """Open a journal, or begin one. Raises `UsageProblem` if it is of another run, and `FileProblem`."""
        super().__init__(path, head)
        self.known = _answers(self.path, self.entries)

    def find(self, call: Call) -> Reply | None:
        """The answer to a call that was made before."""
        return self.known.get((call.path, digest(call.prompt))) if self.known else None

    def add(self, call: Call, reply: Reply) -> None:
        """Append an answer; it is in the hands of the system when this returns."""
        self.append(
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


def head_of(path: str | Path) -> journal.Entry:
    """The first line of a journal: what run it is of. Raises `FileProblem` or `UsageProblem`."""
    return journal.read_head(path, FORMAT)


def answers_of(path: str | Path) -> Answers:
    """All answers of a journal, which stays as it is. Raises `FileProblem` or `UsageProblem`."""
    return _answers(Path(path), journal.read_body(path, FORMAT))


def _answers(path: Path, entries: Sequence[journal.Entry]) -> Answers:
    answers: Answers = {}
    for number, entry in enumerate(entries, 2):
        try:
            reply = Reply(
                _decoded(entry["text"]), entry["in"], entry["out"], entry["seconds"], entry["model"]
            )
            answers[tuple(entry["path"]), entry["prompt"]] = reply
        except (KeyError, TypeError):
            raise journal.damaged(path, number) from None
    return answers


def _encoded(text: str) -> str | list[int]:
    # A lone surrogate survives JSON, but a pair of them would come back as one character.
    return (
        [ord(letter) for letter in text] if any("\ud800" <= letter <= "\udfff" for letter in text) else text
    )


def _decoded(text: str | list[int]) -> str:
    return text if isinstance(text, str) else "".join(map(chr, text))
