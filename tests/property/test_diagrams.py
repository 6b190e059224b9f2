"""Diagrams of random terms: they mean what the terms do, and can be drawn."""

from collections.abc import Mapping
from xml.etree import ElementTree

from hypothesis import assume, given

from calculus.machine.relational.query import Query
from calculus.rmc.diagram import Diagram, diagram
from calculus.rmc.diagram.size import parts
from calculus.rmc.dual import dual, dual_name
from calculus.rmc.normal import normal_form
from calculus.rmc.program import calls
from calculus.source.diagnostic import UsageProblem
from calculus.term import Term
from calculus.verify.generation.rmc import CONSTANTS
from calculus.verify.strategies.rmc import programs, terms
from tests.property.parts import checked

FEW = 60
"""Parts of a term whose runs are all looked at."""


def test_diagrams_say_what_the_spans_do() -> None:
    assert checked("rmc", "diagrams", "generated", examples=100, seed=1).counts["diagrams"] > 80


@given(term=terms(stars=False, constants=CONSTANTS, max_size=40))
def test_normal_diagrams_are_those_of_the_spans(term: Term) -> None:
    assume(parts(term) <= FEW)
    left = [diagram(span.term()) for span in normal_form(term).counter.elements()]
    for graph in diagram(term, normal=True).summands:
        found = next((one for one in left if one.isomorphic(Diagram((graph,)))), None)
        assert found is not None, graph
        left.remove(found)
    assert left == []


def test_boxes_stand_for_their_iterations() -> None:
    assert checked("rmc", "diagrams", "iterations", size=5).counts["diagrams"] > 150


@given(program=programs(free=("x",), relations=True, constants=(0, 1), max_size=40))
def test_the_dual_is_the_mirror_image(program: Query) -> None:
    assume(parts(program.term) <= 500)
    definitions = with_duals(program.definitions)
    for normal in (False, True):
        there = diagram(program.term, definitions, normal=normal)
        back = diagram(dual(program.term), definitions, normal=normal)
        assert there.mirrored().isomorphic(back)


def with_duals(definitions: Mapping[str, Term]) -> dict[str, Term]:
    return {**definitions, **{dual_name(name): dual(body) for name, body in definitions.items()}}


@given(program=programs(max_size=60, free=("x", "y"), relations=True, constants=CONSTANTS))
def test_everything_can_be_drawn(program: Query) -> None:
    """Or is too large."""
    for unfold in (False, True):
        try:
            found = diagram(program.term, with_duals(program.definitions), unfold=unfold)
            text = found.to_svg()
        except UsageProblem as problem:
            assert str(problem).startswith("too large to draw")
            continue
        root = ElementTree.fromstring(text)
        drawn = len(root.findall("{*}rect")) - 1 + len(root.findall("{*}polygon"))
        assert drawn == sum(1 for _ in found.boxes())
        called = {box.label for box in found.boxes() if box.kind == "call"}
        assert called <= set(calls(program.term)) or unfold
