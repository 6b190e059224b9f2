"""Terms as deep as memory allows: nothing recurses, and time grows with the length."""

from collections.abc import Callable

import pytest

from calculus.fmc.parser import parse_program, parse_term
from calculus.fmc.printer import to_text
from calculus.source.diagnostic import SyntaxProblem
from calculus.source.text import Source

SHAPES: dict[str, Callable[[int], str]] = {
    "pushed": lambda n: "[" * n + "x" + "]" * n,
    "bracketed": lambda n: "(" * n + "x" + ")" * n,
    "pushes": lambda n: "[x]." * n + "y",
    "pops": lambda n: "<x>." * n + "x",
    "runs": lambda n: "x." * n + "y",
    "primitives": lambda n: "add." * n + "y",
    "joins": lambda n: "x ; K -> y" + " ; K -> y" * n,
    "handlers": lambda n: "x ; K -> (" * n + "y" + ")" * n,
    "loops": lambda n: "x" + "^K" * n,
    "nested": lambda n: "[<x>.(x ; K -> " * n + "y" + ")]" * n,
    "shadowed": lambda n: "<add>.(add ; [" * n + "add" + "])" * n,
    "types": lambda n: "<f : " + "(a => " * n + "Int" + ")" * n + ">.f",
}
PRINTED_OTHERWISE = {"bracketed", "joins", "handlers", "shadowed"}


def check(shape: str, depth: int) -> None:
    text = SHAPES[shape](depth)
    term = parse_term(Source(text))
    printed = to_text(term)
    if shape not in PRINTED_OTHERWISE:
        assert printed == text
    assert parse_term(Source(printed)) == term


@pytest.mark.parametrize("shape", SHAPES)
def test_deep(shape: str) -> None:
    check(shape, 10_000)


@pytest.mark.long
@pytest.mark.parametrize("shape", SHAPES)
def test_very_deep(shape: str) -> None:
    check(shape, 1_000_000 if shape in {"pushed", "bracketed", "pushes", "runs", "joins"} else 100_000)


@pytest.mark.long
def test_a_million_brackets() -> None:
    text = SHAPES["pushed"](1_000_000)
    assert to_text(parse_term(Source(text))) == text


@pytest.mark.long
def test_a_million_open_brackets() -> None:
    with pytest.raises(SyntaxProblem):
        parse_term(Source("[" * 1_000_000))


def test_many_items() -> None:
    text = "".join(f"def f{n} = <x>.f{n + 1}.x\n" for n in range(20_000))
    assert len(parse_program(Source(text)).definitions) == 20_000
