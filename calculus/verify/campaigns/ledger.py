"""The journal of a campaign: every unit that was checked, so that it can be stopped and resumed."""

from pathlib import Path
from typing import Any

from calculus import __version__, journal
from calculus.verify.property import Plan, Tally

FORMAT = journal.Format(
    "calculus verification journal 1", "a verification", ("version", "calculus", "only", "plan")
)


def head(calculus: str, only: list[str], plan: Plan) -> dict[str, Any]:
    """The first line of the journal of a campaign."""
    limits = {"size": plan.size, "examples": plan.examples, "seed": plan.seed, "certify": plan.certify}
    return {"version": __version__, "calculus": calculus, "only": only, "plan": limits}


def read_campaign(path: str | Path) -> tuple[str, list[str], Plan]:
    """What campaign a journal is of. Raises `FileProblem` or `UsageProblem`."""
    found = journal.read_head(path, FORMAT)
    try:
        return found["calculus"], list(found["only"]), Plan(**found["plan"])
    except (KeyError, TypeError):
        raise journal.damaged(Path(path), 1) from None


class Ledger(journal.Journal):
    """An open journal; `known` holds what the units in it came to, and their seconds."""

    format = FORMAT

    def __init__(self, path: str | Path, calculus: str, only: list[str], plan: Plan) -> None:
        """Open a journal, or begin one. Raises `UsageProblem` if it is of another one, and `FileProblem`."""
        super().__init__(path, head(calculus, only, plan))
        self.known: dict[str, tuple[Tally, float]] = {}
        for number, entry in enumerate(self.entries, 2):
            try:
                self.known[entry["unit"]] = Tally.from_json(entry), entry["seconds"]
            except (KeyError, TypeError):
                raise journal.damaged(self.path, number) from None
        self.entries = []

    def add(self, key: str, found: tuple[Tally, float]) -> None:
        """Append what a unit came to."""
        tally, seconds = found
        self.append({"unit": key, "seconds": round(seconds, 6), **tally.to_json()})
