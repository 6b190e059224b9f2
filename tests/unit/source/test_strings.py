"""String constants to and from their text."""

import pytest

from calculus.source.strings import read_text, text_literal


@pytest.mark.parametrize(
    ("literal", "value"),
    [
        ('""', ""),
        ('"a b"', "a b"),
        (r'"\"\\\n\t"', '"\\\n\t'),
        (r'"\u03bbx"', "λx"),
        (r'"\ud83d\ude00"', "\U0001f600"),
    ],
)
def test_read(literal: str, value: str) -> None:
    assert read_text(literal) == (value, None)
    assert read_text(text_literal(value)) == (value, None)


@pytest.mark.parametrize(
    ("literal", "message", "start", "end"),
    [
        (r'"a\q"', r"unknown escape `\q` in a string", 2, 4),
        (r'"\u12"', r"unknown escape `\u12` in a string", 1, 5),
        (r'"\ud800"', r"`\ud800` is half of a character", 1, 7),
    ],
)
def test_wrong(literal: str, message: str, start: int, end: int) -> None:
    assert read_text(literal)[1] == (message, start, end)


def test_what_does_not_print_is_escaped() -> None:
    assert text_literal("a\x00\u2028é") == r'"a\u0000\u2028é"'
