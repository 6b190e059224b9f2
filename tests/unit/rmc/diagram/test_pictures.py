"""Diagrams as pictures: nothing overlaps, wires lead where they should, and the SVG is sound."""

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from itertools import combinations, pairwise
from pathlib import Path
from random import Random
from xml.etree import ElementTree

import pytest

from calculus.machine.relational.instructions import constructor, new, pop, push, sequence, variable
from calculus.rmc.diagram import Diagram, diagram
from calculus.rmc.diagram.layout import layout
from calculus.rmc.diagram.picture import Line, Picture, Shape
from calculus.term import Term
from tests.unit.rmc.diagram.diagrams import drawn

IMAGES = Path(__file__).parents[4] / "docs" / "images"

MUL = """[Z]c; (ex x.x<S(x)>; (ex y.y<y>;[y]y;[y]t; (ex u v.t<S(u)>;c<v>;[S(v)]c;[u]t)*; t<Z>); [x]x)*; x<Z>;
  (ex y.y<y>)"""
APPEND = "[End]b; (ex h t.a<{h|t}>;[t]a;[h]b)*; a<{}>; (ex h t.b<h>;c<t>;[{h|t}]c)*; b<End>"
ADD = "def add = (ex x y.<S(x)>;<y>;[S(y)];[x])*;<Z>\n"
LARGE = """ex x y z w v. <F(x,y)>; <G(z,S(w),H(v))>; a<P(x,z)>; b<Q(w,v,x)>; [F(G(x,w,z),S(S(y)))];
  [H(Q(z,v,w))]a; [x]b; [P(y,y)]b; a<K(z,A,B)>; [{x,y,z}]c"""

TEXTS = {
    "nothing": "1",
    "failure": "0",
    "swap": "ex x y. <x>; <y>; [x]; [y]",
    "copy": "ex x. <x>; [x]; [x]",
    "eq": "ex x. <x>; <x>; [x]",
    "closed": "ex x. [x]; <x>",
    "cup": "ex x. <x>; <x>",
    "cap and cup": "ex x y. <F(x)>; <F(x)>; [F(y)]; [F(y)]",
    "addition": "ex x y. <S(x)>; <y>; [S(y)]; [x]",
    "append body": "ex h t u. b<h>; c<t>; a<u>; [{h|t}]c; [u]a",
    "append": APPEND,
    "sum": "(ex x.<S(x)>;[x]) + (ex x y. <x>;<y>;[F(x,y)]) + [A] + 1",
    "star": "(ex x y.<S(x)>;<y>;[S(y)];[x])*; <Z>",
    "star of a sum": "(r<Zero>; [Zero]r + r<End>; [End]r; [Zero]r + ex x. l<x>; [x]r)*",
    "empty stars": "1*; 0*",
    "multiplication": MUL,
    "relations": "ex x y. <x>;<y>; ex z w. add(x,y,z);[z]; lt(x,5); mul(z,w,x); [w]a",
    "calls": ADD + "[S(Z)]; add; [Z]; add; (ex x. <x>; [x]a; [x]b); add~",
    "bound outside": "ex x. <x>; (ex y. <y>; [F(x,y)])*; [x]",
    "feedback": "ex x. [x]; (ex y. <S(y)>; [y])*; <x>",
    "in itself": "ex x. [S(x)]; <x>",
    "free": "[F(x,y)]; <G(x)>",
    "long labels": '["a text that is longer than anyone would want to see"]; [12345678901234567890123456789]',
    "large": LARGE,
}


def wild(seed: int, size: int) -> Term:
    """A term whose wires go everywhere."""
    rng = Random(seed)
    names = [f"x{number}" for number in range(max(2, size // 3))]

    def value() -> Term:
        x, y = (variable(rng.choice(names)) for _ in range(2))
        return rng.choice([x, constructor("S", x), constructor("F", x, y), constructor("Long", y, x, x)])

    actions = [rng.choice([push, pop])(value(), rng.choice(["λ", "a", "b"])) for _ in range(size)]
    return new(names, sequence(*actions))


every = pytest.mark.parametrize("name", [*TEXTS, *(f"wild {seed}" for seed in range(12))])


@cache
def found(name: str) -> Diagram:
    if name in TEXTS:
        return drawn(TEXTS[name])
    seed = int(name.removeprefix("wild "))
    return diagram(wild(seed, 4 + 4 * seed))


@cache
def picture_of(name: str) -> Picture:
    return layout(found(name))


def pictures(whole: Picture) -> Iterator[tuple[Picture, float, float]]:
    """A picture and all inside it, with their places."""
    stack = [(whole, 0.0, 0.0)]
    while stack:
        picture, x, y = stack.pop()
        yield picture, x, y
        stack += [(part, x + right, y + down) for part, right, down in picture.parts]


def corners(shape: Shape) -> tuple[float, float, float, float]:
    return shape.x, shape.y, shape.x + shape.width, shape.y + shape.height


def points(line: Line) -> Iterator[tuple[float, float]]:
    """Points all along a line."""
    (start,), *parts = line.path
    for part in parts:
        ends = [start, *part]
        for step in range(21):
            t = step / 20
            if len(part) == 1:
                weights = [1 - t, t]
            else:
                weights = [(1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3]
            yield (
                sum(weight * x for weight, (x, _) in zip(weights, ends, strict=True)),
                sum(weight * y for weight, (_, y) in zip(weights, ends, strict=True)),
            )
        start = part[-1]


@every
def test_shapes_do_not_overlap(name: str) -> None:
    for picture, _, _ in pictures(picture_of(name)):
        for one, other in combinations(picture.shapes, 2):
            left, top, right, bottom = corners(one)
            other_left, other_top, other_right, other_bottom = corners(other)
            apart = right <= other_left or other_right <= left or bottom <= other_top or other_bottom <= top
            assert apart, (one, other)


@every
def test_pictures_lie_in_their_boxes_and_apart(name: str) -> None:
    whole = picture_of(name)
    for picture, _, _ in pictures(whole):
        stars = [shape for shape in picture.shapes if shape.form == "star"]
        for (part, x, y), (other, other_x, other_y) in combinations(picture.parts, 2):
            assert (
                x + part.width <= other_x
                or other_x + other.width <= x
                or y + part.height <= other_y
                or other_y + other.height <= y
            )
        for part, x, y in picture.parts if stars else ():
            assert any(
                left <= x and top <= y and x + part.width <= right + 1e-6 and y + part.height <= bottom
                for left, top, right, bottom in map(corners, stars)
            )
        for shape in picture.shapes:
            left, top, right, bottom = corners(shape)
            assert left >= 0 and top >= -1e-6
            assert right <= picture.width + 1e-6 and bottom <= picture.height + 1e-6


@every
def test_wires_keep_clear_of_boxes(name: str) -> None:
    for picture, _, _ in pictures(picture_of(name)):
        for line in picture.lines:
            for x, y in points(line):
                for shape in picture.shapes:
                    left, top, right, bottom = corners(shape)
                    inside = left + 0.1 < x < right - 0.1 and top + 0.1 < y < bottom - 0.1
                    assert not inside or shape.form == "spider", (line, shape, x, y)


@every
def test_wires_end_at_ports(name: str) -> None:
    for graph in found(name).summands:
        picture = layout(Diagram((graph,)))
        ends = Counter((round(x, 3), round(y, 3)) for line in picture.lines for x, y in _ends(line))
        for shape in picture.shapes:
            left, top, right, bottom = corners(shape)
            at = sum(
                n
                for (x, y), n in ends.items()
                if x in (round(left, 3), round(right, 3)) and top <= y <= bottom
            )
            assert at > 0 or shape.form in ("ring", "star", "call"), shape
        ports = sum(len(box.ports) for box in graph.boxes)
        joints = [shape for shape in picture.shapes if shape.form == "spider"]
        degrees = graph.degrees()
        legs = sum(degrees[wire] for wire in graph.spiders())
        assert len(joints) == sum(degrees[wire] > 0 for wire in graph.spiders())
        # Each end of a wire is drawn once: at a box, at a spider, or at the border.
        boundary = len(graph.left) + len(graph.right)
        turns = sum(n for (x, y), n in ends.items()) - ports - legs - 3 * boundary
        assert turns >= 0 and turns % 2 == 0
        assert len(picture.left) == len(graph.left)
        assert len(picture.right) == len(graph.right)


def _ends(line: Line) -> list[tuple[float, float]]:
    return [line.path[0][0], line.path[-1][-1]]


@every
def test_stacks_stand_with_their_tops_up(name: str) -> None:
    for graph in found(name).summands:
        picture = layout(Diagram((graph,)))
        for side, heights in ((graph.left, picture.left), (graph.right, picture.right)):
            for (above, y), (below, lower) in pairwise(zip(side, heights, strict=True)):
                assert y + 20 < lower
                if above.place == below.place:
                    assert above.number == below.number + 1
        captions = [text.text for text in picture.texts if text.text == "top"]
        stacks = [*graph.inputs.values(), *graph.outputs.values()]
        assert len(captions) == sum(len(wires) > 1 for wires in stacks)


@every
def test_svg_is_sound(name: str) -> None:
    text = found(name).to_svg()
    assert text == found(name)._repr_svg_()
    root = ElementTree.fromstring(text)
    space = "{http://www.w3.org/2000/svg}"
    _, _, width, height = map(float, root.get("viewBox", "").split())
    assert root.find(f"{space}title") is not None
    elements = Counter(element.tag.removeprefix(space) for element in root.iter())
    boxes = Counter(box.kind for box in found(name).boxes())
    assert elements["polygon"] == boxes["constructor"]
    assert elements["rect"] == 1 + sum(boxes.values()) - boxes["constructor"]
    for element in root.iter():
        tag = element.tag.removeprefix(space)
        for x, y in _coordinates(tag, element):
            assert 0 <= x <= width and 0 <= y <= height, (tag, element.attrib)
        if tag == "text":
            wide = 10 if "small" in element.get("class", "") else 13
            length = len(element.text or "") * 0.602 * wide
            shift = {"start": 0.0, "middle": 0.5, "end": 1.0}[element.get("text-anchor", "start")]
            left = float(element.get("x", 0)) - shift * length
            assert left >= 0 and left + length <= width, element.text


def _coordinates(tag: str, element: ElementTree.Element) -> Iterator[tuple[float, float]]:
    def number(name: str) -> float:
        return float(element.get(name, 0))

    match tag:
        case "rect":
            yield number("x"), number("y")
            yield number("x") + number("width"), number("y") + number("height")
        case "circle":
            yield number("cx") - number("r"), number("cy") - number("r")
            yield number("cx") + number("r"), number("cy") + number("r")
        case "polygon":
            for pair in element.get("points", "").split():
                x, y = map(float, pair.split(","))
                yield x, y
        case "path" if "wire" in element.get("class", ""):
            for pair in element.get("d", "").replace("M", " ").replace("L", " ").replace("C", " ").split():
                x, y = map(float, pair.split(","))
                yield x, y


def test_wide_characters_have_room() -> None:
    (narrow,), (wide,), (accents,) = (
        layout(drawn(f'["{text}"]')).shapes for text in ("abcd", "日本日本", "a\u0301b\u0301c\u0301d\u0301")
    )
    assert narrow.width == accents.width == 6 * 7.8 + 18
    assert wide.width == 10 * 7.8 + 18


def test_labels_are_escaped_and_whole_ones_are_titles() -> None:
    text = '"<a> & \\u0001 ' + "long " * 20 + '"'
    root = ElementTree.fromstring(drawn(f"[{text}]").to_svg())
    shown = [element.text or "" for element in root.iter("{http://www.w3.org/2000/svg}text")]
    assert any(label.startswith('"<a> & ') and label.endswith("…") for label in shown)
    titles = [element.text or "" for element in root.iter("{http://www.w3.org/2000/svg}title")]
    assert any(title.startswith('constructor "<a> & ') and title.endswith('long "') for title in titles)


@pytest.mark.parametrize("name", ["swap", "copy", "addition", "star", "append"])
def test_the_pictures_of_the_documentation(name: str, golden: Callable[[Path, str], None]) -> None:
    golden(IMAGES / f"{name}.svg", found(name).to_svg())


def test_the_same_in_every_process() -> None:
    script = (
        "import calculus, hashlib\n"
        f"text = calculus.diagram('rmc', {LARGE!r}).to_svg() + calculus.diagram('rmc', {MUL!r}).to_svg()\n"
        "print(hashlib.sha256(text.encode()).hexdigest())"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(found) == 1
