"""Diagrams placed on a page.

Time goes from left to right: inputs enter at the left, outputs leave at the right, and the top of a stack is
the uppermost of its wires. The diagram inside a box is placed first, and the box made to fit.
"""

from collections.abc import Sequence

from calculus.rmc.diagram.graph import Diagram, nested
from calculus.rmc.diagram.picture import Picture, Text
from calculus.rmc.diagram.placing import placed
from calculus.rmc.diagram.size import check_parts

PLUS = 34.0
"""The space between summands."""

SHAPELY = 1.6
"""The width of a sum that is wanted, as a multiple of its height."""


def layout(diagram: Diagram) -> Picture:
    """The picture of a diagram. Raises `UsageProblem` if it is too large."""
    order = nested(diagram)
    check_parts(sum(len(graph.boxes) + len(graph.wires) for part in order for graph in part.summands))
    done: dict[int, Picture] = {}
    for part in reversed(order):
        if id(part) not in done:
            through = part is not diagram and len(part.summands) == 1
            done[id(part)] = together([placed(graph, done, through) for graph in part.summands])
    return done[id(diagram)]


def together(pictures: Sequence[Picture]) -> Picture:
    """The pictures of a sum in rows; `0` if there are none."""
    if not pictures:
        return Picture(24, 20, texts=[Text(12, 10, "0", "sign", "middle")])
    if len(pictures) == 1:
        return pictures[0]
    arrangements = [_rows(pictures, number) for number in range(1, len(pictures) + 1)]
    rows = min(arrangements, key=lambda rows: abs(_size(rows)[0] - SHAPELY * _size(rows)[1]))
    whole = Picture(*_size(rows))
    y = 0.0
    for row in rows:
        x = 0.0
        height = max(picture.height for picture in row)
        for picture in row:
            if whole.parts:
                whole.texts.append(Text(x + PLUS / 2, y + height / 2, "+", "sign", "middle"))
            whole.parts.append((picture, x + PLUS, y + (height - picture.height) / 2))
            x += picture.width + PLUS
        y += height + PLUS
    return whole


def _rows(pictures: Sequence[Picture], number: int) -> list[Sequence[Picture]]:
    return [pictures[at : at + number] for at in range(0, len(pictures), number)]


def _size(rows: Sequence[Sequence[Picture]]) -> tuple[float, float]:
    width = max(sum(picture.width + PLUS for picture in row) for row in rows)
    height = sum(max(picture.height for picture in row) for row in rows) + PLUS * (len(rows) - 1)
    return width, height
