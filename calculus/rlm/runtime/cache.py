"""A cache of answers by content: the oracle, the prompt and the limit on the answer."""

import json
import os
from hashlib import sha256
from pathlib import Path

from calculus.rlm.calls import Call, Reply
from calculus.rlm.runtime.journal import _decoded, _encoded
from calculus.source.diagnostic import FileProblem


class Cache:
    """Answers in files of a folder, shared by any number of runs at a time."""

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as problem:
            raise FileProblem(f"cannot use the cache {folder}: {problem.strerror}") from None

    def find(self, oracle: str, call: Call) -> Reply | None:
        """The answer to the same question, if it was asked before."""
        try:
            entry = json.loads(self._path(oracle, call).read_text(encoding="utf-8"))
            return Reply(_decoded(entry["text"]), entry["in"], entry["out"], 0.0, entry["model"])
        except (OSError, ValueError, KeyError, TypeError):
            return None  # none yet, or none that can be read, so it is asked again

    def add(self, oracle: str, call: Call, reply: Reply) -> None:
        path = self._path(oracle, call)
        entry = {
            "text": _encoded(reply.text),
            "in": reply.tokens_in,
            "out": reply.tokens_out,
            "model": reply.model,
        }
        new = path.with_suffix(f".{os.getpid()}.new")
        try:
            path.parent.mkdir(exist_ok=True)
            new.write_text(json.dumps(entry), encoding="utf-8")
            new.replace(path)
        except OSError as problem:
            raise FileProblem(f"cannot write to the cache {self.folder}: {problem.strerror}") from None

    def _path(self, oracle: str, call: Call) -> Path:
        key = json.dumps([oracle, call.limit]).encode() + call.prompt.encode("utf-8", "surrogatepass")
        name = sha256(key).hexdigest()
        return self.folder / name[:2] / f"{name[2:]}.json"
