"""Values in options: where they are cut, and that errors point into the option's own text."""

import pytest

from calculus import registry
from calculus.interfaces.command.values import read_stack, read_values
from calculus.source.diagnostic import CalculusError
from calculus.source.text import Source

FMC = registry.get("fmc")


def values(text: str) -> list[str]:
    return [str(value) for value in read_values(FMC, Source(text, "--input"))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("  ", []),
        ("1", ["1"]),
        ("1,2, 3 ", ["1", "2", "3"]),
        ("[1].[2],<x>.x", ["[1].[2]", "<x>.x"]),
        ('"a, b", "\\", c"', ['"a, b"', '"\\", c"']),
        ("(M; J->[1]), -2", ["M ; J -> [1]", "-2"]),
        ("1,\n2", ["1", "2"]),
        ("1 -- one", ["1"]),
    ],
)
def test_values_are_cut_at_commas(text: str, expected: list[str]) -> None:
    assert values(text) == expected


def test_spans_point_into_the_whole_text() -> None:
    first, second = read_values(FMC, Source("[1].a, [2]b", "--input"))
    assert first.span is not None and first.span.text == "[1].a"
    assert second.span is not None and second.span.text == "[2]b"


@pytest.mark.parametrize(
    ("text", "shown"),
    [("1, [2", "2"), ("1, X Y", "Y"), ("1,,2", ""), (",", ""), ("1,", ""), ("1, 2\n, )", ")")],
)
def test_errors_point_into_the_whole_text(text: str, shown: str) -> None:
    with pytest.raises(CalculusError) as caught:
        values(text)
    span = caught.value.span
    assert span is not None
    assert (span.text, span.source.text) == (shown, text)


@pytest.mark.parametrize(
    ("text", "location", "expected"),
    [
        ("a=1, 2", "a", ["1", "2"]),
        ("lambda=1", "λ", ["1"]),
        (" λ = 1", "λ", ["1"]),
        ("a=", "a", []),
        ('c="="', "c", ['"="']),
    ],
)
def test_stacks_have_a_location(text: str, location: str, expected: list[str]) -> None:
    found, terms = read_stack(FMC, Source(text, "--stack"))
    assert (found, [str(term) for term in terms]) == (location, expected)


@pytest.mark.parametrize("text", ["", "1", "A=1", "=1", "a:1", "a b=1"])
def test_stacks_without_a_location(text: str) -> None:
    with pytest.raises(CalculusError, match="expected a location"):
        read_stack(FMC, Source(text, "--stack"))
