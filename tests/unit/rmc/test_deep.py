"""Terms as deep as memory allows: nothing recurses, and time grows with the length."""

from collections.abc import Callable

import pytest

from calculus.rmc.dual import dual
from calculus.rmc.layout import format_program
from calculus.rmc.parser import parse_program, parse_term
from calculus.rmc.printer import to_text
from calculus.source.diagnostic import SyntaxProblem
from calculus.source.text import Source

SHAPES: dict[str, Callable[[int], str]] = {
    "sequence": lambda n: "[A]; " * n + "[A]",
    "sum": lambda n: "[A] + " * n + "[A]",
    "left sequence": lambda n: "(" * n + "[A]" + "; [B])" * n,
    "left sum": lambda n: "(" * n + "[A]" + " + [B])" * n,
    "groups": lambda n: "(" * n + "[A]" + ")" * n,
    "binders": lambda n: "ex " + "x " * n + "x. [x]",
    "separate binders": lambda n: "ex x. f; " * n + "[x]",
    "groups of binders": lambda n: "(ex x. " * n + "[x]" + ")" * n,
    "iterations": lambda n: "[A]" + "*" * n,
    "groups of iterations": lambda n: "([A]; " * n + "[A]" + ")*" * n,
    "duals": lambda n: "[A]" + "~" * n,
    "duals of sequences": lambda n: "([A]; " * n + "[A]" + ")~" * n,
    "value": lambda n: "[" + "S(" * n + "x" + ")" * n + "]",
    "list": lambda n: "[{" + "A, " * n + "A}]",
    "lists": lambda n: "[" + "{" * n + "}" * n + "]",
    "underscores": lambda n: "[{" + "_, " * n + "_}]",
}
PRINTED_OTHERWISE = {
    "left sequence",
    "left sum",
    "groups",
    "groups of binders",
    "duals",
    "duals of sequences",
    "underscores",
}


def check(shape: str, depth: int) -> None:
    text = SHAPES[shape](depth)
    term = parse_term(Source(text))
    printed = to_text(term)
    if shape not in PRINTED_OTHERWISE:
        assert printed == text
    assert parse_term(Source(printed)) == term
    assert dual(dual(term)) == term
    formatted = format_program(text)
    assert parse_term(Source(formatted)) == term


@pytest.mark.parametrize("shape", SHAPES)
def test_deep(shape: str) -> None:
    check(shape, 3_000)


@pytest.mark.long
@pytest.mark.parametrize("shape", SHAPES)
def test_very_deep(shape: str) -> None:
    check(shape, 200_000)


@pytest.mark.long
def test_a_million_brackets() -> None:
    text = SHAPES["value"](1_000_000)
    assert to_text(parse_term(Source(text))) == text


@pytest.mark.long
def test_a_million_open_brackets() -> None:
    with pytest.raises(SyntaxProblem):
        parse_term(Source("(" * 1_000_000))


def test_many_items() -> None:
    text = "".join(f"def f{number} = f{number // 2}; [A]\n" for number in range(5_000))
    assert len(parse_program(Source(text)).definitions) == 5_000
