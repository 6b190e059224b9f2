"""Answers from a recorded run."""

from hashlib import sha256
from pathlib import Path

from calculus.rlm.calls import Call, OracleFailure, Reply
from calculus.rlm.runtime.journal import answers_of, digest


class ReplayOracle:
    """Gives the answers of a journal again: the one given at the same place to the same prompt, or else the
    first one to that prompt. Raises `FileProblem` or `UsageProblem` if the journal cannot be read.

    The journal stays as it is; a run can be recorded in another one at the same time.
    """

    def __init__(self, path: str | Path) -> None:
        self._path = Path(path)
        self._placed = answers_of(path)
        self._first: dict[str, Reply] = {}
        content = sha256()
        for (place, prompt), reply in sorted(self._placed.items()):
            self._first.setdefault(prompt, reply)
            content.update(f"{place} {prompt} {reply.text!r}\n".encode())
        self.name = f"replay of {content.hexdigest()[:16]}"

    def __repr__(self) -> str:
        return f"<{self.name}>"

    async def ask(self, call: Call) -> Reply:
        """The answer of the journal; raises `OracleFailure` if it has none."""
        return self.ask_now(call)

    def ask_now(self, call: Call) -> Reply:
        """The same, at once."""
        prompt = digest(call.prompt)
        reply = self._placed.get((call.path, prompt)) or self._first.get(prompt)
        if reply is None:
            raise OracleFailure("replay", f"{self._path} has no answer to this prompt", retryable=False)
        return reply
