"""The file from which a search goes on: the question, the stages that are done, and the trees found so far.

Tables and goals are not kept: making them again takes a small part of the time of looking up.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from calculus.eml.postfix import from_postfix, to_postfix
from calculus.eml.searching.goal import Wide
from calculus.source.diagnostic import CalculusError, FileProblem, UsageProblem
from calculus.term import Term

__all__ = ["State"]

VERSION = 1


@dataclass
class State:
    """How far a search is: the wide stages done in the pass over real values and in that over all; `path` is
    None if it is not to be kept."""

    path: Path | None
    question: dict[str, Any]
    passes: dict[bool, set[Wide]] = field(default_factory=lambda: {True: set(), False: set()})
    trees: list[Term] = field(default_factory=list)

    @classmethod
    def load(cls, file: str | None, question: dict[str, Any]) -> "State":
        """The state in a file, or the start of a search if there is no such file.

        Raises `FileProblem` for a file that cannot be read, and `UsageProblem` if it is of another search.
        """
        if file is None or not Path(file).exists():
            return cls(Path(file) if file else None, question)
        path = Path(file)
        try:
            kept = json.loads(path.read_text(encoding="utf-8"))
            passes = {
                name == "real": {(int(m), int(s), bool(constant)) for m, s, constant in done}
                for name, done in kept["passes"].items()
            }
            state = cls(path, kept["question"], passes, [from_postfix(tree) for tree in kept["trees"]])
            version = kept["version"]
        except OSError as problem:
            raise FileProblem(f"cannot read {file}: {problem.strerror}") from None
        except (ValueError, KeyError, TypeError, AttributeError, CalculusError):
            raise FileProblem(f"{file} is not the state of a search") from None
        if version != VERSION:
            raise FileProblem(f"expected the state of a search, version {VERSION}; found version {version}")
        for name, value in question.items():
            if state.question.get(name) != value:
                raise UsageProblem(
                    f"{file} is of another search: expected {name} {value}, found {state.question.get(name)}"
                )
        return state

    def save(self, trees: Iterable[Term]) -> None:
        """Write the file. Raises `FileProblem`."""
        if self.path is None:
            return
        passes = {"real" if real else "all": sorted(done) for real, done in self.passes.items()}
        kept = {
            "version": VERSION,
            "question": self.question,
            "passes": passes,
            "trees": [to_postfix(tree) for tree in trees],
        }
        try:
            new = self.path.with_name(self.path.name + ".new")
            new.write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
            new.replace(self.path)
        except OSError as problem:
            raise FileProblem(f"cannot write {self.path}: {problem.strerror}") from None
