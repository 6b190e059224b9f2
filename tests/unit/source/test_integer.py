"""Integers beyond Python's limit on conversions."""

import sys
from random import Random

import pytest

from calculus.source.integer import integer_text, read_integer

EDGES = [0, 1, -1, 10**18, -(10**18), 10**3999, 10**4000, 10**4000 - 1, 10**8000, -(10**8000) + 1]


@pytest.fixture
def unlimited() -> object:
    before = sys.get_int_max_str_digits()
    sys.set_int_max_str_digits(0)
    yield
    sys.set_int_max_str_digits(before)


@pytest.mark.usefixtures("unlimited")
def test_agrees_with_python() -> None:
    rng = Random(1)
    values = [*EDGES, *(rng.randrange(-(10**n), 10**n) for n in (20, 3999, 4001, 12_345, 40_000))]
    for value in values:
        assert integer_text(value) == str(value)
        assert read_integer(str(value)) == value


def test_beyond_the_limit() -> None:
    text = "-" + "1234567890" * 10_000
    assert integer_text(read_integer(text)) == text
    assert integer_text(read_integer("0" * 50_000 + "7")) == "7"
