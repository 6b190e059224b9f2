"""Types of the FMC as they are shown, read from text."""

import re
from typing import Any

from calculus.verify.checker.fmc_terms import LAMBDA, constant, scan
from calculus.verify.checker.wrong import require, shown

BASES = ("Int", "Bool", "Text")

_TOKEN = re.compile(
    r"""\s*(?:
      (?P<string>"(?:[^"\\\n\r]|\\.)*")
    | (?P<place>(?:[a-z][A-Za-z0-9_]*|λ)\()
    | (?P<mark>=>|[.+()*])
    | (?P<int>-?[0-9]+)
    | (?P<name>[a-z][A-Za-z0-9_]*)
    | (?P<label>[A-Z][A-Za-z0-9_]*'*)
    )""",
    re.VERBOSE,
)

Memory = list[tuple[str, Any]]
"""Types with their locations, as they are written."""


class Arrow:
    """A type that is shown: what is expected, and what each exit leaves."""

    def __init__(self, expected: Memory, exits: list[tuple[str, Memory]]) -> None:
        self.expected = expected
        self.exits = exits


class _Reader:
    """Reads types. (Types that are shown are a few brackets deep: this recurs.)"""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = scan(_TOKEN, text)
        self.at = 0

    def peek(self) -> tuple[str, str]:
        return self.tokens[self.at] if self.at < len(self.tokens) else ("", "")

    def skip(self, mark: str) -> bool:
        found = self.peek() == ("mark", mark)
        self.at += found
        return found

    def expect(self, condition: object) -> None:
        require(condition, f"cannot read the type {shown(self.text)}")

    def arrow(self) -> Arrow:
        expected = self.memory()
        self.expect(self.skip("=>"))
        return self.exits(expected)

    def exits(self, expected: Memory) -> Arrow:
        exits: list[tuple[str, Memory]] = []
        while not exits or self.skip("+"):
            left = self.memory()
            exits.append((self.jump() if self.skip(".") else "*", left))
        return Arrow(expected, exits)

    def jump(self) -> str:
        kind, text = self.peek()
        self.at += 1
        if kind in ("int", "string"):
            return constant(kind, text)
        self.expect(kind == "label" or text == "*")
        return text

    def memory(self) -> Memory:
        found: Memory = []
        while True:
            kind, text = self.peek()
            if kind == "place":
                self.at += 1
                found += [(text[:-1], item) for _, item in self.memory()]
                self.expect(self.skip(")"))
            elif kind == "mark" and text == "(":
                self.at += 1
                found.append((LAMBDA, self.thunk()))
                self.expect(self.skip(")"))
            elif kind == "name" or text in BASES:
                self.at += 1
                found.append((LAMBDA, text))
            else:
                return found

    def thunk(self) -> Any:
        inside = self.memory()
        if self.skip("=>"):
            return self.exits(inside)
        self.expect(len(inside) == 1)
        return inside[0][1]


def read_type(text: str) -> Arrow:
    """The type that a text is. Raises `Wrong`."""
    reader = _Reader(text)
    found = reader.arrow()
    reader.expect(reader.peek() == ("", ""))
    return found
