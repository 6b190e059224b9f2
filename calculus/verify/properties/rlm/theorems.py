"""The theorems about plans and accuracy by brute force, and the statements that fail, with what at."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from calculus.rlm.planning.theorems import accuracy, plans, statements, trees
from calculus.rlm.planning.theorems.theorem import LEAST, Theorem
from calculus.verify.property import Kind, Part, Plan, Property, Tally, look

Check = Callable[[int], Theorem]

SMALL = 24
"""The largest size that is tried, unless another is asked for."""


@dataclass(frozen=True)
class Theorems(Part):
    """Theorems, each for all sizes up to the plan's."""

    checks: tuple[Check, ...]
    what: str
    name: str = "theorems"
    unit: int = 3
    kind: Kind = "structural"  # type: ignore[misc]

    def total(self, plan: Plan) -> int:
        return len(self.checks)

    def statement(self, plan: Plan) -> str:
        return f"{self.what}, for all sizes up to {self._limit(plan)}, k and tau"

    def _limit(self, plan: Plan) -> int:
        return SMALL if plan.size is None else max(LEAST, plan.size)

    def check(self, plan: Plan, start: int, stop: int) -> Tally:
        limit = self._limit(plan)

        def violation(check: Check, tally: Tally) -> str | None:
            found = check(limit)
            tally.count("cases", found.tried)
            tally.count(found.verdict)
            return None if found.as_expected else _told(found)

        subjects = enumerate(self.checks[start:stop], start)
        return look(plan, subjects, violation, _shown, lambda check: 0)


def _shown(check: Check) -> str:
    """The name of a theorem, as it has it at the least size."""
    return check(LEAST).name


def _told(found: Theorem) -> str:
    at: Any = found.counterexample or f"{found.tried} cases"
    return f"{found.statement}: expected that this {found.expected}, found {found.verdict} ({at})"


PROPERTIES = (
    Property(
        "theorems",
        "what is said of the shape, calls, cost, fit and accuracy of plans holds; what is said to fail fails",
        "corrected after A. Roy et al., arXiv 2603.20105; the statements that fail are the paper's",
        (
            Theorems(
                (*trees.CHECKS, *plans.CHECKS),
                "every theorem about trees and plans holds, and every earlier form of one fails",
            ),
            Theorems(
                accuracy.CHECKS,
                "every theorem about how often an answer is right holds, by adding up all outcomes",
                name="accuracy",
            ),
            Theorems(
                statements.CHECKS,
                "every statement of the paper that is said to fail does",
                name="statements",
            ),
        ),
    ),
)
