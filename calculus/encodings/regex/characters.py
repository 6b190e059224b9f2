"""Sets of characters, and which characters a pattern cannot tell apart.

A set is a tuple of ranges of code points, both ends included; the ranges are in order, and between two of
them lies at least one code point.
"""

import re
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import NamedTuple

LAST = 0x10FFFF
"""The last code point there is."""

Characters = tuple[tuple[int, int], ...]


def characters(ranges: Iterable[tuple[int, int]]) -> Characters:
    """The set that ranges in any order make up."""
    found: list[tuple[int, int]] = []
    for first, last in sorted(ranges):
        if found and first <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(last, found[-1][1]))
        else:
            found.append((first, last))
    return tuple(found)


def one(character: str) -> Characters:
    """The set of one character."""
    return ((ord(character), ord(character)),)


def complement(ranges: Characters) -> Characters:
    """The characters that are not in a set."""
    found: list[tuple[int, int]] = []
    begin = 0
    for first, last in ranges:
        if begin < first:
            found.append((begin, first - 1))
        begin = last + 1
    if begin <= LAST:
        found.append((begin, LAST))
    return tuple(found)


def size(ranges: Characters) -> int:
    return sum(last - first + 1 for first, last in ranges)


@cache
def category(letter: str) -> Characters:
    """What `\\d`, `\\s`, `\\w` and, in capitals, their complements stand for; Python says what that is."""
    everything = array("I", range(LAST + 1)).tobytes().decode("utf-32", "surrogatepass")
    return tuple((found.start(), found.end() - 1) for found in re.finditer(f"\\{letter}+", everything))


class Block(NamedTuple):
    """Characters that belong to the same ones among some sets, which are the bits of `sets`."""

    sets: int
    ranges: Characters


def partition(sets: Iterable[Characters]) -> list[Block]:
    """The coarsest division of all characters in which every set is a union of blocks."""
    changes: dict[int, int] = {0: 0}  # at a code point, the sets that begin or end there
    for number, ranges in enumerate(sets):
        for first, last in ranges:
            changes[first] = changes.get(first, 0) ^ 1 << number
            changes[last + 1] = changes.get(last + 1, 0) ^ 1 << number
    points = sorted(point for point in changes if point <= LAST)
    blocks: dict[int, list[tuple[int, int]]] = {}
    inside = 0
    for point, after in zip(points, [*points[1:], LAST + 1], strict=True):
        inside ^= changes[point]
        blocks.setdefault(inside, []).append((point, after - 1))
    return [Block(inside, characters(ranges)) for inside, ranges in blocks.items()]


def written(character: str) -> str:
    """A character as it can stand in a text: escaped where it cannot be seen."""
    if character.isprintable():
        return character
    return _CONTROLS.get(character) or _escaped(ord(character))


_CONTROLS = {"\t": "\\t", "\n": "\\n", "\r": "\\r", "\f": "\\f", "\v": "\\v"}


def _escaped(code: int) -> str:
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def class_text(ranges: Characters, longest: int = 24) -> str:
    """The set as a pattern writes it, `[a-z]` or `[^a-z]`; cut where that is too long."""
    if not ranges:
        return "[]"
    outside = complement(ranges)
    body, sign = (ranges, "") if len(ranges) <= len(outside) else (outside, "^")
    text = ""
    for first, last in body:
        if len(text) > longest:
            return f"[{sign}{text}…]"
        text += _in_class(first)
        if last > first:
            text += ("-" if last > first + 1 else "") + _in_class(last)
    return f"[{sign}{text}]"


def _in_class(code: int) -> str:
    character = chr(code)
    return f"\\{character}" if character in "\\]^-" else written(character)


class Alphabet:
    """The letters that a pattern needs: its sets of characters are sets of letters.

    A character is a letter of its own, unless more than `MOST` characters cannot be told apart: then one
    letter, the text of their class, stands for them all. Letters are numbered in order of their first
    characters.
    """

    MOST = 128

    def __init__(self, sets: Mapping[Characters, str]) -> None:
        """`sets` gives, with each set, how the pattern writes it."""
        found: list[tuple[Characters, int]] = []
        for inside, ranges in partition(sets):
            if not inside:
                continue  # no letter is needed for what is in no set
            if size(ranges) > self.MOST:
                found.append((ranges, inside))
            else:
                found += [(((code, code),), inside) for code in members(ranges)]
        self.letters: list[str] = []
        masks = [0] * len(sets)
        starts: list[tuple[int, int, int]] = []
        for number, (ranges, inside) in enumerate(sorted(found)):
            self.letters.append(self._name(ranges, sets))
            starts += [(first, last, number) for first, last in ranges]
            for bit in bits(inside):
                masks[bit] |= 1 << number
        self._masks = dict(zip(sets, masks, strict=True))
        self._starts = sorted(starts)

    def _name(self, ranges: Characters, sets: Mapping[Characters, str]) -> str:
        if size(ranges) == 1:
            return chr(ranges[0][0])
        text = sets.get(ranges, "")
        if len(text) < 2:
            text = class_text(ranges)
        if text in self.letters:  # long classes that begin alike
            text = f"{text[:-1]}{len(self.letters)}]"
        return text

    def mask(self, ranges: Characters) -> int:
        """The letters of one of the sets, as bits."""
        return self._masks[ranges]

    def of(self, mask: int) -> list[str]:
        """The letters whose bits are set."""
        return [self.letters[bit] for bit in bits(mask)]

    def letter(self, character: str) -> str:
        """The letter that stands for a character; the character itself where the pattern has no use for
        it.
        """
        code = ord(character)
        at = bisect_right(self._starts, (code, LAST, 0)) - 1
        if at >= 0:
            _, last, number = self._starts[at]
            if code <= last:
                return self.letters[number]
        return character


def members(ranges: Characters) -> Iterator[int]:
    for first, last in ranges:
        yield from range(first, last + 1)


def bits(mask: int) -> Iterator[int]:
    """The numbers of the bits that are set."""
    while mask:
        lowest = mask & -mask
        yield lowest.bit_length() - 1
        mask ^= lowest
