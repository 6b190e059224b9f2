"""Names of programs."""

from calculus.fmc.parser import parse_program
from calculus.fmc.program import check_names, unbound
from calculus.machine.instructions import pop, push, variable
from calculus.source.diagnostic import Diagnostic
from calculus.source.text import Source
from calculus.term import Term


def problems(text: str) -> list[Diagnostic]:
    return check_names(parse_program(Source(text)))


def test_all_bound() -> None:
    text = "def f = <x>.[x].g.add\ndef g = f.<add>.add\nf.g"
    assert problems(text) == []


def test_every_use_is_reported_in_order() -> None:
    found = problems("def f = q\n<x>.x ; x.[r].q")
    places = [(item.span.text, item.span.to_json()["line"]) for item in found if item.span]
    assert places == [("q", 1), ("x", 2), ("r", 2), ("q", 2)]
    assert {item.kind for item in found} == {"name"}


def test_suggestions() -> None:
    (found,) = problems("def fibonacci = *\nfibonaci")
    assert found.help == "did you mean `fibonacci`?"
    (found,) = problems("<counter>.[conter]")
    assert found.help == "did you mean `counter`?"
    (found,) = problems("[1].[2].addd")
    assert found.help == "did you mean `add`?"
    (found,) = problems("qqqqq")
    assert found.help is None


def test_binders_out_of_scope_are_not_suggested() -> None:
    (found,) = problems("<wardrobe>.wardrobe ; wardrob")
    assert found.help is None


def test_shared_terms_without_places() -> None:
    term: Term = variable("q")
    for _ in range(300):
        term = push(term, pop("x", term))
    (found,) = unbound(term, ())
    assert found.span is None
