"""Diagrams as those of DisCoPy: read back from its layers they are the same graphs."""

import sys
from dataclasses import replace
from typing import Any

import pytest

from calculus.rmc.diagram import Box, Diagram, Graph, Port, Wire, diagram
from calculus.source.diagnostic import UsageProblem
from tests.unit.rmc.diagram.diagrams import drawn
from tests.unit.rmc.diagram.test_pictures import TEXTS, wild

frobenius = pytest.importorskip("discopy.frobenius", reason="DisCoPy is not installed")


def read_back(found: Any, original: Graph) -> Graph:
    """The graph of a DisCoPy diagram, its layers taken one by one; `original` names the ports."""
    same: list[int] = []
    bundles: list[bool] = []

    def wire(kind: Any) -> int:
        same.append(len(same))
        bundles.append(str(kind) == "stack")
        return len(same) - 1

    def root(at: int) -> int:
        while same[at] != at:
            at = same[at]
        return at

    left = [wire(kind) for kind in found.dom]
    strands = list(left)
    boxes: list[tuple[Any, list[int], list[int]]] = []
    for before, box, _ in found.inside:
        at = len(before)
        entering = strands[at : at + len(box.dom)]
        if isinstance(box, frobenius.Swap):
            leaving = entering[::-1]
        elif isinstance(box, frobenius.Spider | frobenius.Cup | frobenius.Cap):
            joint = wire((box.dom @ box.cod)[0]) if box.dom or box.cod else wire(box.typ)
            for other in entering:
                same[root(other)] = root(joint)
            leaving = [joint] * len(box.cod)
        else:
            leaving = [wire(kind) for kind in box.cod]
            boxes.append((box, entering, leaving))
        strands[at : at + len(box.dom)] = leaving
    numbers = {at: number for number, at in enumerate(sorted({root(at) for at in range(len(same))}))}

    def named(side: tuple[Port, ...], wires: list[int]) -> tuple[Port, ...]:
        return tuple(port._replace(wire=numbers[root(at)]) for port, at in zip(side, wires, strict=True))

    read = []
    for box, entering, leaving in boxes:
        like = next(other for other in original.boxes if description(other) == description(box))
        read.append(replace(like, left=named(like.left, entering), right=named(like.right, leaving)))
    return Graph(
        tuple(Wire(None, bundles[at]) for at in numbers),
        tuple(read),
        named(original.left, left),
        named(original.right, strands),
    )


def description(box: Any) -> tuple[object, ...]:
    """What a box is, its wires apart: of ours, or of DisCoPy's."""
    if not isinstance(box, Box):
        data = box.data if box.data and isinstance(box.data[0], tuple) else None
        return box.name, len(box.dom), len(box.cod), box.is_dagger, data
    names = {"star": f"({box.inner and box.inner.title})*", "stack": f"stack {box.label}"}
    turned = any(port.role in ("result", "whole") for port in box.left)
    numbers = tuple(tuple(port.number for port in side) for side in (box.left, box.right))
    data = numbers if box.kind == "relation" else None
    return names.get(box.kind, box.label), len(box.left), len(box.right), turned, data


def check(found: Diagram) -> None:
    exported = found.to_discopy()
    assert len(exported) == len(found.summands)
    for one, graph in zip(exported, found.summands, strict=True):
        assert (len(one.dom), len(one.cod)) == (len(graph.left), len(graph.right))
        # A wire that is no line is one spider.
        assert sum(isinstance(box, frobenius.Spider) for box in one.boxes) == len(graph.spiders())
        assert Diagram((read_back(one, graph),)).isomorphic(Diagram((graph,)))


@pytest.mark.parametrize("name", TEXTS)
def test_round_trip(name: str) -> None:
    check(drawn(TEXTS[name]))


@pytest.mark.parametrize("seed", range(20))
def test_round_trip_of_wild_ones(seed: int) -> None:
    check(diagram(wild(seed, 2 + seed)))


def test_boxes() -> None:
    (found,) = drawn(TEXTS["multiplication"]).to_discopy()
    (star,) = (box for box in found.boxes if box.name.endswith("*"))
    assert str(star.dom) == str(star.cod) == "value @ value @ value"
    (inside,) = star.data
    assert {"S", "Z"} < {box.name for box in inside.boxes}
    assert [box.is_dagger for box in inside.boxes if box.name == "Z"] == [True]


def test_bundles_have_a_type_of_their_own() -> None:
    (found,) = drawn("(ex x. <x>; [x]a)*; [B]a").to_discopy()
    assert str(found.dom) == "stack @ stack"
    assert str(found.cod) == "stack @ value @ stack"
    called = drawn("def f = <A>; [B]a\nf; f~").to_discopy()[0]
    assert [box.name for box in called.boxes] == ["f", "f~"]


def test_functors_apply() -> None:
    (found,) = drawn("ex x y. <S(x)>; <y>; [S(y)]; [x]").to_discopy()
    ty = frobenius.Ty("n")
    functor = frobenius.Functor(
        ob=lambda _: ty, ar=lambda box: frobenius.Box("one", ty ** len(box.dom), ty ** len(box.cod))
    )
    assert [box.name for box in functor(found).boxes] == ["one", "one"]


def test_without_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "discopy", None)
    with pytest.raises(UsageProblem, match="discopy is not installed") as caught:
        drawn("1").to_discopy()
    assert "calculus[diagrams]" in str(caught.value.diagnostic.help)
