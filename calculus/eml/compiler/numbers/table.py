"""The chains of the whole numbers 1 … `TOP` and of their opposites, read from `table.txt`.

`generator` writes that file. A line is a number and, for each kind of tree of it that is used, how it is
made: the letter of the kind, a sign for the rule, and the first operand where the rule changes the number.
`12 n*4` says that e - ln 12 is made by the product rule from e - ln 4, and so from 3. What is not told is
made by the usual conversion of that kind. A mode tells only where it differs from the mode before it.
"""

from collections.abc import Iterator
from functools import cache
from math import log
from pathlib import Path
from typing import NamedTuple

from calculus.eml.compiler.numbers.rules import RULES
from calculus.eml.syntax import ONE
from calculus.term import Term

__all__ = ["CODES", "FAR", "LAST", "MODES", "PATH", "TOP", "Chains", "Mode", "chains", "premises"]

TOP = 1000
"""The table has all chains of numbers up to this one."""
LAST = 1100
"""Numbers that chains may go through."""
FAR = 690
"""Exponentials of larger numbers overflow in floating point; so no chain takes them."""
PATH = Path(__file__).with_name("table.txt")


class Mode(NamedTuple):
    """What chains may do: `finite` ones avoid infinities, `robust` ones logarithms of negative numbers."""

    finite: bool
    robust: bool

    def __str__(self) -> str:
        return f"finite {self.finite}, robust {self.robust}"


MODES = (Mode(False, False), Mode(True, False), Mode(False, True), Mode(True, True))

CODES = {
    **{name: name[-1] for name in RULES if "<" in name},
    "difference": "-",
    "sum": "+",
    "opposite": "-",
    "sum under e": "+",
    "sum under e^e": "+",
    "product under e": "*",
    "product under e^e": "*",
    "product": "*",
    "quotient": "/",
    "turned quotient": ":",
    "power": "^",
}
_NAMES = {RULES[name].conclusion + code: name for name, code in CODES.items()}
USUAL = {
    "v": "v<l",
    "l": "l<n",
    "n": "n<v",
    "p": "p<v",
    "x": "x<v",
    "w": "w<x",
    "q": "q<x",
    "u": "u<w",
    "m": "m<u",
}
"""How each kind is made if the table does not tell."""


def premises(kind: str, a: int, name: str, operand: int) -> list[tuple[str, int]]:
    """The kinds and numbers from which the rule makes a tree of that kind of the number a."""
    if "<" in name:
        return [(RULES[name].premises, a)]
    match name:
        case "difference":
            numbers = [operand, operand - a]
        case "opposite":
            numbers = [operand, operand + a]
        case "product under e" | "product under e^e" | "product":
            numbers = [operand, a // operand]
        case "quotient":
            numbers = [operand * a, operand]
        case "turned quotient":
            numbers = [operand, operand * a]
        case "power":
            numbers = [operand, round(log(a, operand))]
        case _:
            numbers = [operand, a - operand]
    return list(zip(RULES[name].premises, numbers, strict=True))


class Chains:
    """The trees of one mode, made as they are asked for."""

    def __init__(self, entries: dict[tuple[str, int], tuple[str, int]]) -> None:
        self._entries = entries
        self._made: dict[tuple[str, int], Term] = {("v", 1): ONE}

    def tree(self, kind: str, a: int) -> Term:
        """The tree of a kind of a number, by the table."""
        waiting = [(kind, a)]
        while waiting:
            place = waiting[-1]
            name, operand = self._entries.get(place) or (USUAL[place[0]], 0)
            needed = premises(*place, name, operand)
            missing = [item for item in needed if item not in self._made]
            if missing and place not in self._made:
                waiting += missing
                continue
            waiting.pop()
            if place not in self._made:
                self._made[place] = RULES[name].build(*(self._made[item] for item in needed))
        return self._made[kind, a]


@cache
def chains(mode: Mode) -> Chains:
    """The chains of a mode."""
    return Chains(_read(mode))


def _read(mode: Mode) -> dict[tuple[str, int], tuple[str, int]]:
    told: dict[int, str] = {}
    for title, lines in _sections():
        for line in lines:
            number, _, rest = line.partition(" ")
            told[int(number)] = rest
        if title == str(mode):
            break
    return {
        (entry[0], a): (_NAMES[entry[:2]], int(entry[2:] or 0))
        for a, rest in told.items()
        for entry in rest.split()
    }


def _sections() -> Iterator[tuple[str, list[str]]]:
    for section in PATH.read_text(encoding="utf-8").split("# ")[1:]:
        title, *lines = section.splitlines()
        yield title, lines
