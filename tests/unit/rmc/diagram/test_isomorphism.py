"""When two diagrams are the same graph."""

import time

import pytest

from tests.unit.rmc.diagram.diagrams import drawn


def ring(*names: str) -> str:
    """`eq` of each variable and the next, around."""
    return "; ".join(f"eq({one}, {other})" for one, other in zip(names, names[1:] + names[:1], strict=True))


SAME = [
    ("ex x y. <x>; <y>; [x]; [y]", "ex b a. <b>; <a>; [b]; [a]"),
    ("[A]; [B]a", "[B]a; [A]"),
    ("ex x. [x]; x == A; x == A", "ex x. x == A; [x]; x == A"),
    ("[A] + [B]", "[B] + [A]"),
    ("([A]; <A> + [B]; <B>)*", "([B]; <B> + [A]; <A>)*"),
    ("ex x. <S(x)>; [x]", "ex x y. <y>; y == S(x); [x]"),
    (f"ex a b c. {ring('a', 'b', 'c')}", f"ex a b c. {ring('b', 'c', 'a')}"),
    ("ex x. add(x, 1, 2)", "ex x. [x]a; add(x, 1, 2); a<x>"),
]

DIFFERENT = [
    ("ex x y. <x>; <y>; [x]; [y]", "ex x y. <x>; <y>; [y]; [x]"),
    ("ex x. [x]", "ex x. [x]a"),
    ("ex x. [x]; [x]", "ex x y. [x]; [y]"),
    ("[A]", "<A>"),
    ("[A]", "[A] + [A]"),
    ("[A]", "[B]"),
    ("[1]", '["1"]'),
    ("ex x y. <F(x, y)>; [x]; [y]", "ex x y. <F(x, y)>; [y]; [x]"),
    ("ex x y. <x>; <y>; lt(x, y)", "ex x y. <x>; <y>; lt(y, x)"),
    ("(ex x y. <x>; <y>; [x]; [y])*", "(ex x y. <x>; <y>; [y]; [x])*"),
    ("([A]; <A>)*", "(([A]; <A>)*)*"),
    ("[x]", "[y]"),
    ("[x]", "ex x. [x]"),
    ("1", "0"),
    # As coloured graphs these look alike from everywhere.
    (f"ex a b c d e f. {ring(*'abcdef')}", f"ex a b c d e f. {ring(*'abc')}; {ring(*'def')}"),
]


@pytest.mark.parametrize(("left", "right"), SAME)
def test_same(left: str, right: str) -> None:
    assert drawn(left).isomorphic(drawn(right))
    assert drawn(right).isomorphic(drawn(left))


@pytest.mark.parametrize(("left", "right"), DIFFERENT)
def test_different(left: str, right: str) -> None:
    assert not drawn(left).isomorphic(drawn(right))
    assert not drawn(right).isomorphic(drawn(left))
    assert drawn(left).isomorphic(drawn(left))


def test_many_parts_that_are_alike() -> None:
    rings = [f"r{number}{letter}" for number in range(30) for letter in "abc"]
    parts = [ring(*rings[at : at + 3]) for at in range(0, 90, 3)]
    started = time.monotonic()
    left = drawn(f"ex {' '.join(rings)}. {'; '.join(parts)}")
    right = drawn(f"ex {' '.join(rings)}. {'; '.join(reversed(parts))}")
    assert left.isomorphic(right)
    assert time.monotonic() - started < 20
