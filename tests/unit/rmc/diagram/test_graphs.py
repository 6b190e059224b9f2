"""Diagrams as graphs: wires, boxes, and the order of the boundary."""

import pytest

from calculus.rmc.diagram import Graph
from calculus.verify.independent.diagrams import wires_at
from tests.unit.rmc.diagram.diagrams import drawn, graph, kinds


def side(found: Graph, which: str) -> list[tuple[str, str, int]]:
    ports = found.left if which == "left" else found.right
    return [(port.role, port.place, port.number) for port in ports]


def test_a_variable_that_occurs_twice_is_a_line() -> None:
    found = graph("ex x y. <x>; <y>; [x]; [y]")
    assert (len(found.wires), len(found.boxes), found.spiders()) == (2, 0, [])
    bottom, top = found.inputs["λ"]
    # x came from the top and is pushed first.
    assert found.outputs == {"λ": [top, bottom]}
    assert (found.wires[top].name, found.wires[bottom].name) == ("x", "y")


@pytest.mark.parametrize(
    ("text", "degree", "inputs", "outputs"),
    [
        ("ex x. <x>; [x]; [x]", 3, 1, 2),
        ("ex x. <x>; <x>; [x]", 3, 2, 1),
        ("ex x. <x>", 1, 1, 0),
        ("ex x. [x]", 1, 0, 1),
        ("ex x. <x>; <x>; [x]; [x]a; a<x>; [x]", 4, 2, 2),
        ("ex x. [x]; <x>", 0, 0, 0),
        ("ex x y. <x>; <y>; x == y; [x]; [y]", 4, 2, 2),
    ],
)
def test_other_variables_are_spiders(text: str, degree: int, inputs: int, outputs: int) -> None:
    found = graph(text)
    assert found.degrees() == [degree]
    assert found.spiders() == [0]
    assert len(found.inputs.get("λ", [])) == inputs
    assert len(found.outputs.get("λ", [])) == outputs


def test_a_binder_whose_variable_does_not_occur_draws_nothing() -> None:
    found = graph("ex x. 1")
    assert (found.wires, found.boxes, found.left, found.right) == ((), (), (), ())


def test_constructors_are_boxes_that_point_where_they_stem_from() -> None:
    found = graph("ex x y. <S(x)>; <y>; [S(y)]; [x]")
    taken, made = found.boxes
    assert [port.role for port in taken.left] == ["result"]
    assert [port.role for port in made.right] == ["result"]
    bottom, top = found.inputs["λ"]
    assert wires_at(taken, "result") == [top]
    assert wires_at(made, "argument") == [bottom]
    assert found.outputs == {"λ": [wires_at(made, "result")[0], wires_at(taken, "argument")[0]]}


def test_values_are_trees_of_boxes() -> None:
    found = graph('[F(A, G(1, "s"))]')
    assert kinds(found) == {("constructor", label): 1 for label in ("F", "A", "G", "1", '"s"')}
    boxes = {box.label: box for box in found.boxes}
    assert wires_at(boxes["F"], "argument")[1] == wires_at(boxes["G"], "result")[0]
    assert wires_at(boxes["G"], "argument")[1] == wires_at(boxes['"s"'], "result")[0]
    assert found.spiders() == []


def test_what_is_written_stays_and_is_connected() -> None:
    found = graph("ex x y. [F(x)]; <F(y)>; [y]")
    assert kinds(found) == {("constructor", "F"): 2}
    results = [wires_at(box, "result") for box in found.boxes]
    assert results[0] == results[1]


def test_the_boundary_lists_locations_then_variables_and_of_a_stack_the_top_first() -> None:
    found = graph("b<_>; a<_>; <_>; <_>; [p]a; [q]; [p]")
    assert side(found, "left") == [
        ("input", "λ", 1),
        ("input", "λ", 0),
        ("input", "a", 0),
        ("input", "b", 0),
        ("variable", "p", 0),
        ("variable", "q", 0),
    ]
    assert side(found, "right") == [("output", "λ", 1), ("output", "λ", 0), ("output", "a", 0)]
    assert found.outputs["λ"] == [found.variables["q"], found.variables["p"]]


def test_sums_distribute() -> None:
    found = drawn("([A] + [B]); ([C]a + 1 + 0)")
    boxes = [sorted(box.label for box in one.boxes) for one in found.summands]
    assert boxes == [["A", "C"], ["A"], ["B", "C"], ["B"]]
    assert drawn("0").summands == ()
    assert len(drawn("1").summands) == 1


def test_names_bound_twice_are_different_variables() -> None:
    found = graph("ex x. <x>; (ex x. <x>; [x]a); [x]b")
    assert found.spiders() == []
    bottom, top = found.inputs["λ"]
    assert (found.outputs["a"], found.outputs["b"]) == ([bottom], [top])


class TestRelations:
    def test_values_come_from_where_their_wires_do(self) -> None:
        (box,) = graph("ex x y z. <x>; <y>; add(x, y, z); [z]").boxes
        assert (box.kind, box.label) == ("relation", "add")
        assert ([port.number for port in box.left], [port.number for port in box.right]) == ([0, 1], [2])

    def test_backwards(self) -> None:
        (box,) = graph("ex x y z. <z>; add(x, y, z); [x]; [y]").boxes
        assert ([port.number for port in box.left], [port.number for port in box.right]) == ([2], [0, 1])

    def test_constants(self) -> None:
        found = graph("ex x. <x>; lt(x, 5); add(x, 1, 7)")
        boxes = {box.label: box for box in found.boxes}
        assert [port.number for port in boxes["lt"].left] == [0, 1]
        assert wires_at(boxes["5"], "result")[0] in [port.wire for port in boxes["lt"].left]
        assert [port.wire for port in boxes["add"].right] == wires_at(boxes["7"], "result")


class TestIterations:
    def test_a_body_of_fixed_arity_takes_that_many_wires(self) -> None:
        found = graph("(ex x y. <S(x)>; <y>; [S(y)]; [x])*; <Z>")
        star, zero = found.boxes
        assert star.inner is not None
        assert [port[1:] for port in star.left] == [("input", "λ", 1), ("input", "λ", 0)]
        assert [port[1:] for port in star.right] == [("output", "λ", 1), ("output", "λ", 0)]
        assert wires_at(zero, "result") == [star.right[0].wire]
        assert found.outputs == {"λ": [star.right[1].wire]}
        (inner,) = star.inner.summands
        assert [port[1:] for port in inner.left] == [port[1:] for port in star.left]
        assert [port[1:] for port in inner.right] == [port[1:] for port in star.right]
        assert kinds(inner) == {("constructor", "S"): 2}

    def test_summands_that_need_less_leave_the_rest_alone(self) -> None:
        (star,) = graph("(1 + ex x y. <x>; <y>; [x]; [y])*").boxes
        assert star.inner is not None
        idle, swap = star.inner.summands
        assert idle.inputs == idle.outputs
        assert swap.inputs["λ"] == swap.outputs["λ"][::-1]

    def test_a_body_that_grows_a_stack_takes_the_whole_of_it(self) -> None:
        found = graph("[A]b; (ex x. <x>; [x]b; [x])*; b<B>")
        pack, star, unpack = (box for box in found.boxes if box.kind != "constructor")
        assert [port[1:] for port in star.left] == [("input", "λ", 0), ("input", "b", 0)]
        bundle = star.left[1].wire
        assert wires_at(pack, "whole") == [bundle]
        assert found.wires[bundle].bundle
        assert wires_at(pack, "rest") == found.inputs["b"]
        assert wires_at(unpack, "whole") == [star.right[1].wire]
        assert wires_at(unpack, "rest") == found.outputs["b"]
        assert star.inner is not None
        (inner,) = star.inner.summands
        (grown,) = inner.boxes
        assert wires_at(grown, "rest") == inner.inputs["b"]
        assert wires_at(grown, "whole") == inner.outputs["b"]
        assert wires_at(grown, "item") == inner.inputs["λ"]

    def test_pops_beyond_a_bundle_are_one_box(self) -> None:
        found = graph("[A]*; ex x y. <x>; <y>; [y]b; [x]b; [C]; <_>*")
        unpack, pack = (box for box in found.boxes if box.kind == "stack")
        assert [port.role for port in unpack.right] == ["item", "item", "rest"]
        assert wires_at(unpack, "item") == found.outputs["b"]
        assert [port.role for port in pack.left] == ["item", "rest"]
        assert wires_at(pack, "rest") == wires_at(unpack, "rest")

    def test_variables_bound_outside_enter(self) -> None:
        found = graph("ex x. <x>; (ex y. <y>; [F(x, y)])*; [x]")
        (star,) = found.boxes
        x = found.inputs["λ"][1]
        assert [port for port in star.left if port.role == "variable"] == [(x, "variable", "x", 0)]
        assert found.degrees()[x] == 3
        assert star.inner is not None
        (inner,) = star.inner.summands
        assert wires_at(inner.boxes[0], "argument")[0] == inner.variables["x"]

    def test_nested(self) -> None:
        (outer,) = graph("((ex x. <x>; [x])*; a<_>; [A]a)*").boxes
        assert outer.inner is not None
        (body,) = outer.inner.summands
        assert sorted(kinds(body)) == [("constructor", "A"), ("star", "")]
        assert [port.place for port in outer.left] == ["λ", "a"]


class TestDefinitions:
    ADD = "def add = (ex x y.<S(x)>;<y>;[S(y)];[x])*;<Z>\n"

    def test_are_boxes_with_the_wires_of_their_effect(self) -> None:
        found = graph(self.ADD + "[A]; [B]; [C]; add")
        box = found.boxes[-1]
        assert (box.kind, box.label, box.inner) == ("call", "add", None)
        labels = {wires_at(other, "result")[0]: other.label for other in found.boxes[:-1]}
        assert [labels[port.wire] for port in box.left] == ["C", "B"]
        assert len(found.outputs["λ"]) == 2

    def test_duals(self) -> None:
        box = graph(self.ADD + "add~").boxes[0]
        assert (box.label, len(box.left), len(box.right)) == ("add~", 1, 2)

    def test_unfolded(self) -> None:
        found = graph(self.ADD + "add", unfold=True)
        assert kinds(found) == {("star", ""): 1, ("constructor", "Z"): 1}

    def test_unfolding_keeps_what_calls_itself(self) -> None:
        text = "def h = (ex x. <S(x)>; [x]; h) + <Z>\ndef twice = h; [A]; h\ntwice"
        assert kinds(graph(text, unfold=True)) == {("call", "h"): 2, ("constructor", "A"): 1}
        assert kinds(graph(text)) == {("call", "twice"): 1}

    def test_unfolding_a_dual(self) -> None:
        found = graph("def f = <A>; [B]\nf~", unfold=True)
        assert [(box.label, box.left[0].role) for box in found.boxes if box.left] == [("B", "result")]


def test_mirrors() -> None:
    text = "def f = <A>\n[B]a; (ex x. <S(x)>; [x]; [T]a)*; f; ex z. a<z>; add(z, 1, 2); <_>"
    there = drawn(text)
    back = drawn(text.replace("\n", "\n(") + ")~")
    assert there.mirrored().isomorphic(back)
    assert not there.isomorphic(back)
    assert there.mirrored().mirrored().isomorphic(there)
    # A constructor's box is turned round.
    flipped = [box.label for box in back.summands[0].boxes if box.kind == "constructor" and not box.right]
    assert "B" in flipped
