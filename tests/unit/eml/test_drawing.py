"""Pictures: no two nodes meet, parents stand over their children, and what is too large is refused."""

import xml.etree.ElementTree as ElementTree
from itertools import pairwise
from random import Random

import pytest

import calculus
from calculus import eml
from calculus.eml.drawing import Drawing, outline
from calculus.eml.drawing.graph import tree_of
from calculus.eml.drawing.tidy import tidy
from calculus.eml.syntax import ONE, dag_size, size, variable
from calculus.eml.syntax import eml as node
from calculus.source.diagnostic import UsageProblem
from calculus.term import Term
from tests.unit.eml.test_machine import random_tree

SVG = "{http://www.w3.org/2000/svg}"
x = variable("x")
SQRT = eml.Tree("111111111EEE1EE11EE1EEEE1EE111xE1EEE1EE1E1E").term


def doubling(count: int) -> Term:
    tree = x
    for _ in range(count):
        tree = node(tree, tree)
    return tree


def trees() -> list[Term]:
    random = Random(4)
    found = [random_tree(random, leaves) for leaves in (1, 2, 3, 5, 8, 13, 40, 90) for _ in range(5)]
    return [*found, SQRT, doubling(7)]


@pytest.mark.parametrize("shared", [False, True])
def test_nodes_of_a_layer_keep_apart_and_edges_lead_downwards(shared: bool) -> None:
    for tree in trees():
        drawing = Drawing(tree, shared)
        rows: dict[float, list[float]] = {}
        for across, down in drawing.places.nodes:
            rows.setdefault(down, []).append(across)
        for row in rows.values():
            assert all(b - a > 1 - 1e-9 for a, b in pairwise(sorted(row)))
        for points in drawing.places.edges.values():
            assert all(lower[1] == upper[1] + 1 for upper, lower in pairwise(points))


def test_parents_of_a_tree_stand_over_the_middle_of_their_children() -> None:
    for tree in trees():
        graph = tree_of(tree)
        places = tidy(graph).nodes
        for parent, children in enumerate(graph.children):
            if children:
                left, right = (places[child][0] for child in children)
                assert left < right
                assert places[parent][0] == pytest.approx((left + right) / 2)


def test_equal_subtrees_of_a_tree_are_drawn_alike() -> None:
    part = random_tree(Random(5), 12)
    graph = tree_of(node(node(part, ONE), part))
    places = tidy(graph).nodes
    count = size(part)
    ours, theirs = places[:count], places[count + 2 : 2 * count + 2]
    shift = theirs[0][0] - ours[0][0]
    assert [a[0] + shift for a in ours] == pytest.approx([b[0] for b in theirs])


def test_a_complete_tree_is_as_wide_as_its_leaves_need() -> None:
    places = tidy(tree_of(doubling(6))).nodes
    assert max(x for x, _ in places) - min(x for x, _ in places) == 63


@pytest.mark.parametrize("shared", [False, True])
def test_the_picture_is_well_formed_and_inside_its_frame(shared: bool) -> None:
    for tree in trees():
        root = ElementTree.fromstring(Drawing(tree, shared).to_svg())
        width, height = float(root.attrib["width"]), float(root.attrib["height"])
        boxes = [item for item in root.iter(f"{SVG}rect") if item.get("class") != "page"]
        for box in boxes:
            assert 0 <= float(box.attrib["x"]) <= width - float(box.attrib["width"])
            assert 0 <= float(box.attrib["y"]) <= height - float(box.attrib["height"])
        operators = [box for box in boxes if box.get("class") == "operator"]
        edges = list(root.iter(f"{SVG}path"))
        assert len(edges) == 2 * len(operators)
        assert sum("ln" in item.attrib["class"] for item in edges) == len(operators)


def test_the_graph_has_each_subtree_once_and_leaves_where_they_stand() -> None:
    drawing = Drawing(doubling(6), shared=True)
    assert drawing.graph.labels.count("eml") == 6
    assert drawing.graph.labels.count("x") == 2
    tree = random_tree(Random(6), 60)
    inner = dag_size(tree) - len({"1", "x", "y"})
    assert Drawing(tree, shared=True).graph.labels.count("eml") == inner


def test_texts_are_escaped() -> None:
    tree = node(variable("a<b"), variable('"&'))
    root = ElementTree.fromstring(Drawing(tree).to_svg())
    assert {item.text for item in root.iter(f"{SVG}text")} == {"eml", "a<b", '"&'}


def test_long_names_are_cut() -> None:
    svg = eml.Tree("eml(an_extremely_long_name, 1)").to_svg()
    assert ">an_extremel…<" in svg


def test_what_is_too_large_to_draw() -> None:
    with pytest.raises(UsageProblem, match=r"too large to draw: the tree has more than 2,000 nodes"):
        Drawing(doubling(60))
    assert Drawing(doubling(60), shared=True).graph.labels.count("eml") == 60
    with pytest.raises(UsageProblem, match="300 distinct subtrees"):
        Drawing(doubling(300), shared=True)
    with pytest.raises(UsageProblem, match="too large to draw"):
        outline(doubling(60))


def test_diagrams_of_the_library() -> None:
    drawing = calculus.diagram("eml", "1xE1xEE", shared=True)
    assert str(drawing) == "a graph of 4 nodes"
    assert drawing.to_json()["edges"] == [[2, 0], [2, 1], [3, 2], [3, 2]]
    assert drawing._repr_svg_() == drawing.to_svg() == eml.Tree("1xE1xEE").to_svg(shared=True)
    with pytest.raises(UsageProblem, match="no option normal"):
        calculus.diagram("eml", "1xE", normal=True)
    with pytest.raises(UsageProblem, match="no option shared"):
        calculus.diagram("rmc", "[A]", shared=True)


def test_outline() -> None:
    assert outline(eml.Tree("eml(eml(1, x), y)").term).splitlines() == [
        "eml",
        "├─ eml",
        "│  ├─ 1",
        "│  └─ x",
        "└─ y",
    ]
