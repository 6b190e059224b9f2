"""What is drawn where: shapes, lines and texts at their places, and nothing about how they look."""

import unicodedata
from dataclasses import dataclass, field
from typing import Literal

from calculus.rmc.diagram.node import Path

Form = Literal["constructor", "relation", "call", "star", "stack", "spider", "ring"]

Style = Literal["label", "place", "name", "small", "sign"]
"""Of texts: labels of boxes, locations and free variables at the border, small notes, and signs of sums."""

Anchor = Literal["start", "middle", "end"]

LETTER, SMALL = 7.8, 6.0
"""The widths of characters in labels and in small notes; the font is one whose characters are all as wide."""


def columns(text: str) -> int:
    """How many characters wide a text is: some take the place of two, and accents none."""
    return sum(
        0
        if unicodedata.category(character) in ("Mn", "Me")
        else 1 + (unicodedata.east_asian_width(character) in "WF")
        for character in text
    )


@dataclass(slots=True)
class Shape:
    """A node. A constructor that takes a value apart is `flipped`."""

    form: Form
    x: float
    y: float
    width: float
    height: float
    title: str = ""
    flipped: bool = False


@dataclass(slots=True)
class Line:
    path: Path
    title: str = ""
    bundle: bool = False


@dataclass(slots=True)
class Bracket:
    """Holds the wires of a stack together."""

    x: float
    top: float
    bottom: float


@dataclass(slots=True)
class Text:
    """`y` is the middle of its height."""

    x: float
    y: float
    text: str
    style: Style = "small"
    anchor: Anchor = "start"


@dataclass(slots=True)
class Picture:
    """Things at their places within a rectangle; `parts` are pictures within, with their offsets.

    `left` and `right` say how far down the wires of the boundary are.
    """

    width: float = 0
    height: float = 0
    left: list[float] = field(default_factory=list)
    right: list[float] = field(default_factory=list)
    shapes: list[Shape] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    brackets: list[Bracket] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)
    parts: list[tuple["Picture", float, float]] = field(default_factory=list)
