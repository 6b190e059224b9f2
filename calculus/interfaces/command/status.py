"""Exit statuses, and which one an outcome gets."""

from typing import Any

WELL = 0
NEGATIVE = 1
MISTAKE = 2
BUDGET = 3
BUG = 70


def of_search(answers: Any) -> int:
    """The exit status for a finished search: no answer is negative, and so is a run that got stuck."""
    if answers.status == "budget":
        return BUDGET
    return WELL if answers.status == "done" and answers.found else NEGATIVE


def of(outcome: Any) -> int:
    """The exit status for the outcome of a run: an exit other than `*` and a stuck run are
    negative.
    """
    if outcome.status == "budget":
        return BUDGET
    if outcome.status != "done":
        return NEGATIVE
    return WELL if getattr(outcome, "exit", None) in (None, "*") else NEGATIVE
