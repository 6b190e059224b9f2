"""Splits: lossless, balanced, within what the plan leaves free, and never inside a character."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from calculus.rlm.planning.shape import freedom, shape
from calculus.rlm.splitting import measure as measure_of
from calculus.rlm.splitting import split
from calculus.rlm.text import Document, Slice
from calculus.verify.generation.choices import between, pick
from calculus.verify.generation.rlm import document
from calculus.verify.independent.combinators import balanced
from calculus.verify.properties.rlm.running import WAYS
from calculus.verify.property import Choose, Exhaustive, Generated, Property, Tally

LETTERS = ("a", "é", "😀", "\n")
"""A letter of one byte, of two, of four, and the end of a line."""


@dataclass(frozen=True, slots=True)
class Split:
    """A text to be split, and how. Without `tau` no cut moves to a boundary."""

    text: str
    k: int
    tau: int | None
    by: str
    unit: str

    def __str__(self) -> str:
        planned = "" if self.tau is None else f", tau {self.tau}"
        return f"{self.text!a} in {self.k} by {self.by} of {self.unit}{planned}"


_SETTINGS: tuple[tuple[int, int | None, str, str], ...] = tuple(
    (k, tau, by, unit)
    for k in (2, 3, 4)
    for tau in (None, 1, 4)
    for by in ("characters", "lines")
    for unit in ("characters", "bytes")
    if tau is not None or by == "characters"
)


@dataclass(frozen=True)
class Splits:
    """All texts of up to `size` letters, short ones first, in every setting."""

    size: int

    @property
    def total(self) -> int:
        texts: int = sum(len(LETTERS) ** count for count in range(self.size + 1))
        return len(_SETTINGS) * texts

    def range(self, start: int, stop: int) -> Iterator[Split]:
        for rank in range(start, stop):
            number, setting = divmod(rank, len(_SETTINGS))
            yield Split(_text(number), *_SETTINGS[setting])


def _text(rank: int) -> str:
    """The text of a rank among all, short ones first."""
    base, count = len(LETTERS), 0
    while rank >= base**count:
        rank -= base**count
        count += 1
    letters = []
    for _ in range(count):
        rank, letter = divmod(rank, base)
        letters.append(LETTERS[letter])
    return "".join(reversed(letters))


def generated(choose: Choose, size: int) -> Split:
    """A text of awkward characters, to be split somehow."""
    k, planned = between(choose, 2, 9), choose(3)
    tau = between(choose, 1, 40) if planned else None
    by, unit = pick(choose, WAYS), pick(choose, ("characters", "bytes"))
    return Split(document(choose, size), k, tau, by, unit)


def shorter(subject: Split, fails: Callable[[Split], bool]) -> Split:
    """The same split of a text from which nothing more can be left out."""
    place = 0
    while place < len(subject.text):
        other = replace(subject, text=subject.text[:place] + subject.text[place + 1 :])
        if fails(other):
            subject, place = other, 0
        else:
            place += 1
    return subject


def right(subject: Split, tally: Tally) -> str | None:
    """Whether the parts of a text are as they should be."""
    whole = Document(subject.text).whole
    counted = measure_of(subject.unit)
    parts = split(whole, subject.k, tau=subject.tau, by=subject.by, measure=counted)
    tally.count("parts", len(parts))
    n = counted.size(whole)
    wrong = _whole(subject, whole, parts)
    if wrong is None and subject.unit == "characters":
        wrong = _sizes(subject, parts, n)
    elif wrong is None and (len(parts) > min(subject.k, n) or (n and not parts)):
        wrong = f"{len(parts)} parts of {n} bytes"
    if wrong is None and subject.tau is not None and subject.unit == "characters":
        tally.count("trees")
        wrong = _tree(subject, whole, subject.tau)
    return None if wrong is None else f"{wrong}: {[ascii(_letters(part)) for part in parts]}"


def _letters(part: Slice) -> str:
    return part.document.data[part.start : part.end].decode("utf-8", "replace")


def _whole(subject: Split, whole: Slice, parts: list[Slice]) -> str | None:
    """Whether the parts are together the text, none is empty, and none begins inside of a character."""
    data = whole.document.data
    if b"".join(data[part.start : part.end] for part in parts) != data:
        return "the parts are together not the text"
    if any(left.end != right.start for left, right in pairwise(parts)):
        return "the parts do not follow each other"
    if any(part.end <= part.start for part in parts):
        return "an empty part"
    if any(data[part.start] & 0xC0 == 0x80 for part in parts):
        return "a part begins inside of a character"
    return None


def _sizes(subject: Split, parts: list[Slice], n: int) -> str | None:
    """Whether there are as many parts as asked for, balanced if no cut may move, else of sizes that fit."""
    texts = tuple(str(part) for part in parts)
    if len(texts) != min(subject.k, n):
        return f"{len(texts)} parts of {n} characters"
    if subject.by == "characters":
        return None if texts == balanced(subject.text, subject.k) else "the parts are not balanced"
    allowed = None if subject.tau is None else freedom(n, subject.k, subject.tau)
    if allowed is None or subject.k > n:
        return None if texts == balanced(subject.text, subject.k) else "a cut moved that was not free to"
    low, high = allowed
    return None if all(low <= len(text) <= high for text in texts) else f"sizes beyond {low} to {high}"


def _tree(subject: Split, whole: Slice, tau: int) -> str | None:
    """Whether splitting on and on gives the tree of the plan, wherever the cuts fell."""
    counted = measure_of(subject.unit)
    leaves = internal = depth = 0
    waiting = [(whole, 0)]
    while waiting:
        part, level = waiting.pop()
        size = counted.size(part)
        depth = max(depth, level)
        if size <= tau:
            leaves += 1
            continue
        internal += 1
        below = split(part, subject.k, tau=tau, by=subject.by, measure=counted)
        if any(counted.size(item) >= size for item in below):
            return f"a part is no smaller than the {size} characters it is of"
        waiting += [(item, level + 1) for item in below]
    planned = shape(counted.size(whole), subject.k, tau)
    if (leaves, internal, depth) == planned:
        return None
    return f"planned {tuple(planned)} leaves, inner nodes and levels, found {(leaves, internal, depth)}"


PROPERTIES = (
    Property(
        "split",
        "a split is lossless, balanced or as the plan leaves it free, never inside a character, and gives "
        "the tree of the plan",
        "calculus.rlm.splitting; the corrected shape of A. Roy et al., arXiv 2603.20105",
        (
            Exhaustive(
                "every text of up to {size} of the characters a, é, 😀 and the end of a line is split as it "
                f"should be, in {len(_SETTINGS)} settings",
                Splits,
                right,
                size=5,
                unit=6_000,
                measure=lambda subject: len(subject.text),
            ),
            Generated(
                "a generated text of up to {size} characters, surrogates too, is split as it should be",
                generated,
                right,
                shrunk=shorter,
                largest=120,
                examples=3_000,
                unit=1_500,
                measure=lambda subject: len(subject.text),
            ),
        ),
    ),
)
