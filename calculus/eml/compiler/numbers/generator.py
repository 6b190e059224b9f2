"""The cheapest chains for whole numbers that the rules give, by relaxation to a fixed point.

`python -m calculus.eml.compiler.numbers.generator` writes the table that `table` reads. The costs of all
kinds of trees of 1 … `LAST` are lowered, rule by rule, until no rule lowers any; ties stay with what was
found first. So every chain is the cheapest that these rules allow within these numbers.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from calculus.eml.compiler.numbers.rules import KINDS, RULES
from calculus.eml.compiler.numbers.table import (
    CODES,
    FAR,
    LAST,
    MODES,
    PATH,
    TOP,
    USUAL,
    Mode,
    premises,
)

__all__ = ["Costs", "main", "text"]

_UNKNOWN = 1 << 28
_UNDER_E, _UNDER_EE = 2, 15
"""The largest whole numbers below e and e^e: e - a and e^e - a, or e - ln a, are negative for larger ones."""


class Costs:
    """The least costs found so far, and for each the rule and its operand.

    `cost["v"][a]` is the cost of a tree for a; `reason["v"][a]` is the number of a rule in `RULES`, and
    `operand["v"][a]` the first number that the rule was applied to.
    """

    def __init__(self, mode: Mode) -> None:
        self.mode = mode
        self.cost: dict[str, Any] = {kind: np.full(LAST + 1, _UNKNOWN, np.int64) for kind in KINDS}
        self.reason: dict[str, Any] = {kind: np.full(LAST + 1, -1, np.int64) for kind in KINDS}
        self.operand: dict[str, Any] = {kind: np.zeros(LAST + 1, np.int64) for kind in KINDS}
        self.cost["v"][1] = 1
        self.changed = True
        while self.changed:
            self.changed = False
            for a in range(1, LAST + 1):
                self._apply(a)
            self._convert()

    def _convert(self) -> None:
        """The rules that do not change the number."""
        changed, self.changed = self.changed, True
        while self.changed:
            self.changed = False
            for name, rule in RULES.items():
                if "<" in name and not (rule.infinite and self.mode.finite):
                    first = rule.premises
                    last = LAST if rule.conclusion + first in ("vl", "ln", "lp", "nv", "pv") else FAR
                    if self.mode.robust and rule.conclusion == "u":
                        last = {"w": _UNDER_E, "q": _UNDER_EE}.get(first, FAR)
                    here = slice(1, last + 1)
                    self._lower(name, here, self.cost[first][here], np.arange(1, last + 1))
            changed |= self.changed
        self.changed = changed

    def _apply(self, a: int) -> None:
        """All rules whose first operand is a, to all second operands."""
        cost = self.cost
        less, more, both = min(a - 1, FAR), min(LAST - a, FAR), FAR - a
        self._lower("difference", slice(a - less, a), (cost["l"][a] + cost["x"][1 : less + 1])[::-1], a)
        self._lower("sum", slice(a + 1, a + more + 1), cost["l"][a] + cost["m"][1 : more + 1], a)
        if both > 0:
            above = slice(a + 1, FAR + 1)
            self._lower("opposite", slice(1, both + 1), cost["l"][a] + cost["x"][above], a)
            if not self.mode.robust or a <= _UNDER_E:
                self._lower("sum under e", above, cost["w"][a] + cost["x"][1 : both + 1], a)
            if not self.mode.robust or a <= _UNDER_EE:
                self._lower("sum under e^e", above, cost["q"][a] + cost["x"][1 : both + 1], a)
        times = LAST // a
        if a > 1 and times > 1:
            multiples, factors = slice(2 * a, times * a + 1, a), slice(2, times + 1)
            if not self.mode.robust or a <= _UNDER_EE:
                self._lower("product under e", multiples, cost["n"][a] + cost["v"][factors], a)
                self._lower("turned quotient", factors, cost["n"][multiples] + cost["n"][a], a)
            self._lower("product under e^e", multiples, cost["p"][a] + cost["v"][factors], a)
            self._lower("product", multiples, cost["l"][a] + cost["p"][factors], a)
            self._lower("quotient", factors, cost["l"][multiples] + cost["v"][a], a)
            exponent, power = 2, a * a
            while power <= LAST:
                here = slice(power, power + 1)
                self._lower("power", here, np.array([cost["l"][a] + cost["n"][exponent]]), a)
                exponent, power = exponent + 1, power * a

    def _lower(self, name: str, where: slice, costs: Any, operand: Any) -> None:
        rule = RULES[name]
        old = self.cost[rule.conclusion][where]
        better = costs + rule.cost < old
        if better.any():
            self.changed = True
            old[better] = costs[better] + rule.cost
            self.reason[rule.conclusion][where][better] = list(RULES).index(name)
            self.operand[rule.conclusion][where][better] = (operand + np.zeros_like(costs))[better]

    def reasons(self) -> dict[tuple[str, int], tuple[str, int]]:
        """The rule and operand for each kind and number."""
        names = list(RULES)
        return {
            (kind, a): (names[self.reason[kind][a]], int(self.operand[kind][a]))
            for kind in KINDS
            for a in range(1, LAST + 1)
            if self.reason[kind][a] >= 0
        }


def text(make: Callable[[Mode], Costs] = Costs) -> str:
    """The table: for each mode and each number, the rules that are used on the way to 1 … `TOP` and to their
    opposites; a mode tells only where it differs from the mode before it."""
    lines: list[str] = []
    before: dict[int, str] = {}
    for mode in MODES:
        reasons = make(mode).reasons()
        used = _used(reasons)
        entries = {
            a: " ".join(
                _entry(kind, *reasons[kind, a])
                for kind in KINDS
                if (kind, a) in used and reasons[kind, a][0] != USUAL[kind]
            )
            for a in range(1, LAST + 1)
        }
        lines.append(f"# {mode}")
        lines += [f"{a} {entry}".strip() for a, entry in entries.items() if entry != before.get(a, "")]
        before = entries
    return "\n".join(lines) + "\n"


def _used(reasons: dict[tuple[str, int], tuple[str, int]]) -> set[tuple[str, int]]:
    used: set[tuple[str, int]] = set()
    waiting = [("v", a) for a in range(1, TOP + 1)] + [("u", a) for a in range(1, FAR)]
    while waiting:
        place = waiting.pop()
        if place in reasons and place not in used:
            used.add(place)
            waiting += premises(*place, *reasons[place])
    return used


def _entry(kind: str, name: str, operand: int) -> str:
    return f"{kind}{CODES[name]}{'' if '<' in name else operand}"


def main() -> None:
    PATH.write_text(text(), encoding="utf-8")


if __name__ == "__main__":
    main()
