"""Regular expressions, and whether two denote the same language, by Brzozowski's derivatives."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

Kind = Literal["empty", "unit", "letter", "sum", "product", "star"]


@dataclass(frozen=True)
class Regex:
    """`0`, `1`, a letter, `e + f`, `e f` or `e*`."""

    kind: Kind
    letter: str = ""
    parts: tuple["Regex", ...] = ()

    @cached_property
    def size(self) -> int:
        return 1 + sum(part.size for part in self.parts)

    @cached_property
    def nullable(self) -> bool:
        """Whether the empty word belongs to it."""
        match self.kind:
            case "unit" | "star":
                return True
            case "sum":
                return any(part.nullable for part in self.parts)
            case "product":
                return all(part.nullable for part in self.parts)
        return False

    def after(self, letter: str) -> "Regex":
        """The words that, with the letter before them, belong to it."""
        match self.kind:
            case "letter":
                return UNIT if self.letter == letter else EMPTY
            case "sum":
                return plus(*(part.after(letter) for part in self.parts))
            case "product":
                first, second = self.parts
                rest = times(first.after(letter), second)
                return plus(rest, second.after(letter)) if first.nullable else rest
            case "star":
                return times(self.parts[0].after(letter), self)
        return EMPTY

    def __str__(self) -> str:
        match self.kind:
            case "empty":
                return "0"
            case "unit":
                return "1"
            case "letter":
                return self.letter
            case "star":
                return f"({self.parts[0]})*"
            case "sum":
                return f"({self.parts[0]} + {self.parts[1]})"
        return f"({self.parts[0]} {self.parts[1]})"


EMPTY, UNIT = Regex("empty"), Regex("unit")


def plus(*parts: Regex) -> Regex:
    """The sum as a set without `0`, so that derivatives are finitely many."""
    found: dict[Regex, None] = {}
    todo = list(parts)[::-1]
    while todo:
        part = todo.pop()
        if part.kind == "sum":
            todo += reversed(part.parts)
        elif part.kind != "empty":
            found[part] = None
    ordered = sorted(found, key=str)
    return EMPTY if not ordered else ordered[0] if len(ordered) == 1 else Regex("sum", "", tuple(ordered))


def times(first: Regex, second: Regex) -> Regex:
    if "empty" in (first.kind, second.kind):
        return EMPTY
    if first.kind == "unit":
        return second
    return first if second.kind == "unit" else Regex("product", "", (first, second))


def difference(left: Regex, right: Regex, letters: str) -> str | None:
    """A shortest word that belongs to one alone; None if they denote the same language."""
    known = {(left, right)}
    waiting = [(left, right, "")]
    for one, other, word in waiting:
        if one.nullable != other.nullable:
            return word
        for letter in letters:
            after = one.after(letter), other.after(letter)
            if after not in known:
                known.add(after)
                waiting.append((*after, word + letter))
    return None


def expressions(size: int, letters: str) -> Iterator[Regex]:
    """All regular expressions of up to so many nodes, small ones first."""
    by_size: dict[int, list[Regex]] = {1: [EMPTY, UNIT, *(Regex("letter", letter) for letter in letters)]}
    for exactly in range(2, size + 1):
        found = [Regex("star", "", (part,)) for part in by_size[exactly - 1]]
        for first in range(1, exactly - 1):
            for one in by_size[first]:
                for other in by_size[exactly - 1 - first]:
                    found += [Regex("sum", "", (one, other)), Regex("product", "", (one, other))]
        by_size[exactly] = found
    for found in by_size.values():
        yield from found
