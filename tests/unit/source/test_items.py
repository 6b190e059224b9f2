"""Files cut into items, and what is said of them."""

from typing import Any

import pytest

from calculus.fmc.syntax import GRAMMAR
from calculus.source.diagnostic import NameProblem, SyntaxProblem
from calculus.source.items import (
    MOST_PROBLEMS,
    ItemReader,
    Law,
    first_line,
    indented,
    item_ranges,
    name_span,
    no_definition,
    no_main,
)
from calculus.source.text import Source, Span


def pieces(text: str) -> list[str]:
    return [text[start:stop] for start, stop in item_ranges(GRAMMAR, Source(text))]


def span(text: str) -> Span:
    return Span(Source(text), 0, len(text), len(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("-- nothing\n", []),
        ("a", ["a"]),
        ("a\nb", ["a\n", "b"]),
        ("a\n  b\nc", ["a\n  b\n", "c"]),
        ("a (\n) b", ["a (\n) b"]),
        ("a {\n} b", ["a {\n} b"]),
        ("a\n-- between\nb", ["a\n-- between\n", "b"]),
        ("a\n--> b", ["a\n", "--> b"]),
        ("  a\nb", ["a\n", "b"]),
    ],
)
def test_ranges(text: str, expected: list[str]) -> None:
    assert pieces(text) == expected


def test_places() -> None:
    assert name_span("f", span("def off = f")).start == 10
    assert name_span("g", span("def off = f")).text == "def off = f"
    assert first_line(span("a\nb")).text == "a"
    assert indented(span("law a:\nx\n     y")) == "law a:\n  x\n  y"


class Actions:
    def __init__(self, source: Source) -> None:
        self.source = source

    def __getattr__(self, name: str) -> Any:
        return lambda start, end, *values: Law(self.source.text[start:end], span("x"), span("x"))


class Reader(ItemReader):
    def add(self, item: Law) -> None:
        self.add_law(item)


def read(text: str) -> Reader:
    source = Source(text)
    reader = Reader(GRAMMAR, source)
    reader.read(Actions(source), list(item_ranges(GRAMMAR, source)))
    return reader


def test_reader_keeps_the_mistakes() -> None:
    assert list(read("a\nb").laws) == ["a", "b"]
    with pytest.raises(NameProblem) as names:
        read("a\na\nb\nb")
    assert len(names.value.diagnostics) == 2
    with pytest.raises(SyntaxProblem) as mixed:
        read("a\na\n]b\n(c\nd")
    assert [problem.kind for problem in mixed.value.diagnostics] == ["syntax", "syntax"]
    with pytest.raises(SyntaxProblem) as many:
        read("(a\n" * (MOST_PROBLEMS + 5))
    assert len(many.value.diagnostics) == MOST_PROBLEMS


def test_usage() -> None:
    assert str(no_main(Source("", "a.rmc"), "run")) == "a.rmc has no main term, so there is nothing to run"
    assert no_definition(Source("", "a.rmc"), "f", []).diagnostic.help == "its definitions are: none"
    assert no_definition(Source(""), "f", ["g", "h"]).diagnostic.help == "its definitions are: g, h"


def test_what_is_read_from_a_file_is_known() -> None:
    assert Source.decode(b"x", "a").is_file
    assert not Source("x", "a").is_file
