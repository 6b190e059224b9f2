"""Signatures: how they are written, and the closed values over them."""

from itertools import islice

import pytest

from calculus.rmc.parser import parse_value
from calculus.rmc.signature import Signature
from calculus.source.diagnostic import UsageProblem
from calculus.source.text import Source


def values(text: str, count: int) -> list[str]:
    return [str(value) for value in islice(Signature.of(text).values(), count)]


def test_values_in_the_order_of_their_depth() -> None:
    assert values("Z S/1", 4) == ["Z", "S(Z)", "S(S(Z))", "S(S(S(Z)))"]
    assert values("A B", 10) == ["A", "B"]
    assert values("A, P/2", 5) == ["A", "P(A, A)", "P(A, P(A, A))", "P(P(A, A), A)", "P(P(A, A), P(A, A))"]
    assert values("0 -1 S/1", 5) == ["0", "-1", "S(0)", "S(-1)", "S(S(0))"]


@pytest.mark.parametrize("text", ["Z S/1", "A B", "A P/2 P/3", "0 1 S/1"])
def test_no_value_comes_twice(text: str) -> None:
    found = values(text, 500)
    assert len(set(found)) == len(found)


def test_what_belongs() -> None:
    signature = Signature.of("Z S/1 7")
    for text in ("Z", "S(S(x))", "7", "x"):
        assert signature.has(parse_value(Source(text)))
    for text in ("A", "S", "S(Z, Z)", "Z(x)", "8", '"t"', "S(A)"):
        assert not signature.has(parse_value(Source(text)))


def test_ways_to_write_one() -> None:
    assert Signature.of("Z S/1") == Signature.of({"Z": 0, "S": 1}) == Signature.of(Signature.of("Z/0, S/1"))
    assert Signature.of("F F/2") == Signature.of({"F": (0, 2)})
    assert str(Signature.of("Z S/1 3")) == "Z S/1 3"


@pytest.mark.parametrize("given", ["", "S/1", "z", "S/", "S/x", "Z/-1", {"Z": -1}, {"z": 0}, {"Z": "0"}])
def test_what_is_no_signature(given: object) -> None:
    with pytest.raises(UsageProblem):
        Signature.of(given)  # type: ignore[arg-type]
