"""Pictures as SVG files: without scripts or fonts of their own, with colours for light and dark pages."""

import re
from collections.abc import Iterator
from html import escape

from calculus.rmc.diagram.graph import Diagram
from calculus.rmc.diagram.layout import layout
from calculus.rmc.diagram.picture import Bracket, Line, Picture, Shape, Text

MARGIN = 16.0

INK, PAPER = "#24292f", "#ffffff"
_LIGHT = {
    "ink": INK,
    "paper": PAPER,
    "soft": "#6e7781",
    "fill": "#eaeef2",
    "inside": "#f6f8fa",
    "wire": "#57606a",
}
_DARK = {
    "ink": "#e6edf3",
    "paper": "#0d1117",
    "soft": "#8b949e",
    "fill": "#2b3440",
    "inside": "#161b22",
    "wire": "#9da7b1",
}

_RULES = (
    (".page", "fill:{paper}"),
    (".wire", "fill:none;stroke:{wire};stroke-width:1.6"),
    (".bundle", "stroke-width:5;stroke-opacity:.45"),
    (".bracket", "fill:none;stroke:{soft};stroke-width:1.2"),
    (".box", "fill:{fill};stroke:{ink};stroke-width:1.3"),
    (".star", "fill:{inside};stroke:{soft};stroke-width:1.3;stroke-dasharray:5 3"),
    (".relation", "fill:{paper}"),
    (".dot", "fill:{wire};stroke:none"),
    (".ring", "fill:none;stroke:{wire};stroke-width:1.6"),
    ("text", "font:13px ui-monospace,Menlo,Consolas,'DejaVu Sans Mono',monospace;fill:{ink}"),
    (".small", "font-size:10px;fill:{soft}"),
    (".name", "font-style:italic"),
    (".sign", "font-size:16px;fill:{soft}"),
)


def to_svg(diagram: Diagram) -> str:
    """The picture of a diagram as the text of an SVG file."""
    return written(layout(diagram), diagram.title)


def written(picture: Picture, title: str) -> str:
    """A picture as the text of an SVG file."""
    width, height = picture.width + 2 * MARGIN, picture.height + 2 * MARGIN
    size = f'width="{_n(width)}" height="{_n(height)}" viewBox="0 0 {_n(width)} {_n(height)}"'
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="string-diagram" role="img" {size}>',
        f"<title>{_text(title)}</title>",
        f"<style>{_style()}</style>",
        f'<rect class="page" width="{_n(width)}" height="{_n(height)}" fill="{PAPER}"/>',
    ]
    lines += _elements(picture)
    return "\n".join([*lines, "</svg>", ""])


def _style() -> str:
    def rules(colours: dict[str, str]) -> str:
        return "".join(f".string-diagram {name}{{{rule.format(**colours)}}}" for name, rule in _RULES)

    return f"{rules(_LIGHT)}@media(prefers-color-scheme:dark){{{rules(_DARK)}}}"


def _elements(whole: Picture) -> Iterator[str]:
    """The elements of a picture, and over them those of the pictures inside."""
    stack = [(whole, MARGIN, MARGIN)]
    while stack:
        picture, x, y = stack.pop()
        # Boxes with something inside lie below the wires that go through their sides.
        back = [shape for shape in picture.shapes if shape.form == "star"]
        yield from (_shape(shape, x, y) for shape in back)
        yield from (_line(line, x, y) for line in picture.lines)
        yield from (_bracket(bracket, x, y) for bracket in picture.brackets)
        yield from (_shape(shape, x, y) for shape in picture.shapes if shape.form != "star")
        yield from (_label(text, x, y) for text in picture.texts)
        stack += [(part, x + right, y + down) for part, right, down in reversed(picture.parts)]


def _shape(shape: Shape, x: float, y: float) -> str:
    left, top = x + shape.x, y + shape.y
    right, bottom = left + shape.width, top + shape.height
    title = _titled(shape.title)
    match shape.form:
        case "spider" | "ring":
            radius = shape.width / 2
            style = "dot" if shape.form == "spider" else "ring"
            return (
                f'<circle class="{style}" cx="{_n(left + radius)}" cy="{_n(top + radius)}" r="{_n(radius)}">'
                f"{title}</circle>"
            )
        case "constructor":
            # The result leaves at the narrow side.
            lean = 5.0
            a, b = (lean, 0.0) if shape.flipped else (0.0, lean)
            corners = [(left, top + a), (right, top + b), (right, bottom - b), (left, bottom - a)]
            points = " ".join(f"{_n(px)},{_n(py)}" for px, py in corners)
            return f'<polygon class="box" points="{points}">{title}</polygon>'
        case _:
            style, round = {
                "star": ("star", 10),
                "relation": ("box relation", 12),
                "call": ("box", 0),
                "stack": ("box", 2),
            }[shape.form]
            return (
                f'<rect class="{style}" x="{_n(left)}" y="{_n(top)}" width="{_n(shape.width)}" '
                f'height="{_n(shape.height)}" rx="{round}">{title}</rect>'
            )


def _line(line: Line, x: float, y: float) -> str:
    start, *others = line.path
    pieces = [f"M{_point(start[0], x, y)}"]
    for part in others:
        pieces.append(("C" if len(part) == 3 else "L") + " ".join(_point(point, x, y) for point in part))
    style = "wire bundle" if line.bundle else "wire"
    return f'<path class="{style}" d="{"".join(pieces)}">{_titled(line.title)}</path>'


def _bracket(bracket: Bracket, x: float, y: float) -> str:
    path = f"M{_n(x + bracket.x)},{_n(y + bracket.top)}V{_n(y + bracket.bottom)}"
    return f'<path class="bracket" d="{path}"/>'


def _label(text: Text, x: float, y: float) -> str:
    # Characters stand on a line a little below their middle.
    drop = {"small": 3.5, "sign": 5.5}.get(text.style, 4.5)
    place = f'x="{_n(x + text.x)}" y="{_n(y + text.y + drop)}" text-anchor="{text.anchor}"'
    return f'<text class="{text.style}" {place}>{_text(text.text)}</text>'


def _titled(title: str) -> str:
    return f"<title>{_text(title)}</title>" if title else ""


def _point(point: tuple[float, float], x: float, y: float) -> str:
    return f"{_n(x + point[0])},{_n(y + point[1])}"


def _n(number: float) -> str:
    """A number with as few digits as do."""
    text = f"{number:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def _text(text: str) -> str:
    """Characters that XML cannot have become the replacement character."""
    return escape(_NO_XML.sub("\ufffd", text))
