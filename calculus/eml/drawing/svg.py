"""Placed nodes as an SVG file: no scripts, no fonts of its own, colours for light and dark pages.

The edge to the left child, whose exponential is taken, is solid; that to the right child, whose logarithm is
taken, is dashed.
"""

from collections.abc import Iterator
from html import escape

from calculus.eml.drawing.graph import Graph, Places, Point

MARGIN = 20.0
DOWN = 46.0
HIGH, LETTER = 22.0, 7.8
"""The height of a node, and the width of a character of its label."""
LONGEST = 12
"""Characters shown of a label."""

_LIGHT = {"ink": "#24292f", "paper": "#ffffff", "fill": "#eaeef2", "leaf": "#ddf4ff", "line": "#57606a"}
_DARK = {"ink": "#e6edf3", "paper": "#0d1117", "fill": "#2b3440", "leaf": "#12344d", "line": "#9da7b1"}
_RULES = (
    (".page", "fill:{paper}"),
    (".edge", "fill:none;stroke:{line};stroke-width:1.4"),
    (".ln", "stroke-dasharray:5 3"),
    (".operator", "fill:{fill};stroke:{ink};stroke-width:1.2"),
    (".leaf", "fill:{leaf};stroke:{ink};stroke-width:1.2"),
    ("text", "font:13px ui-monospace,Menlo,Consolas,'DejaVu Sans Mono',monospace;fill:{ink}"),
)


def to_svg(graph: Graph, places: Places, title: str) -> str:
    """The text of an SVG file."""
    labels = [label if len(label) <= LONGEST else f"{label[: LONGEST - 1]}…" for label in graph.labels]
    widths = [max(26.0, LETTER * len(label) + 12) for label in labels]
    step = max(widths) + 10
    left = min(x * step - width / 2 for (x, _), width in zip(places.nodes, widths, strict=True))
    right = max(x * step + width / 2 for (x, _), width in zip(places.nodes, widths, strict=True))
    for points in places.edges.values():
        left = min(left, *(x * step for x, _ in points))
        right = max(right, *(x * step for x, _ in points))
    width = right - left + 2 * MARGIN
    height = max(y for _, y in places.nodes) * DOWN + HIGH + 2 * MARGIN
    size = f'width="{_n(width)}" height="{_n(height)}" viewBox="0 0 {_n(width)} {_n(height)}"'

    def at(point: Point) -> Point:
        return point[0] * step - left + MARGIN, point[1] * DOWN + MARGIN + HIGH / 2

    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="eml-tree" role="img" {size}>',
        f"<title>{escape(title)}</title>",
        f"<style>{_style()}</style>",
        f'<rect class="page" width="{_n(width)}" height="{_n(height)}" fill="{_LIGHT["paper"]}"/>',
    ]
    for (node, which), points in places.edges.items():
        path = [at(point) for point in points]
        port = path[0][0] + (which - 0.5) * widths[node] / 2
        style = "edge ln" if which else "edge"
        lines.append(f'<path class="{style}" d="{_path([(port, path[0][1] + HIGH / 2), *path[1:]])}"/>')
    for node, label in enumerate(labels):
        x, y = at(places.nodes[node])
        lines += _node(x, y, widths[node], label, graph.hints[node])
    return "\n".join([*lines, "</svg>", ""])


def _style() -> str:
    def rules(colours: dict[str, str]) -> str:
        return "".join(f".eml-tree {name}{{{rule.format(**colours)}}}" for name, rule in _RULES)

    return f"{rules(_LIGHT)}@media(prefers-color-scheme:dark){{{rules(_DARK)}}}"


def _path(points: list[Point]) -> str:
    """Level curves from point to point; the last ends at the top of its node."""
    (x, y), *others = points
    pieces = [f"M{_n(x)},{_n(y)}"]
    for index, (to_x, middle) in enumerate(others):
        to_y = middle - HIGH / 2 if index == len(others) - 1 else middle
        half = (y + to_y) / 2
        pieces.append(f"C{_n(x)},{_n(half)} {_n(to_x)},{_n(half)} {_n(to_x)},{_n(to_y)}")
        x, y = to_x, to_y
    return "".join(pieces)


def _node(x: float, y: float, width: float, label: str, hint: str) -> Iterator[str]:
    style, round = ("operator", 4) if hint else ("leaf", 11)
    title = f"<title>{escape(hint)}</title>" if hint else ""
    yield (
        f'<rect class="{style}" x="{_n(x - width / 2)}" y="{_n(y - HIGH / 2)}" width="{_n(width)}" '
        f'height="{_n(HIGH)}" rx="{round}">{title}</rect>'
    )
    yield f'<text x="{_n(x)}" y="{_n(y + 4.5)}" text-anchor="middle">{escape(label)}</text>'


def _n(number: float) -> str:
    """A number with as few digits as do."""
    text = f"{number:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text
