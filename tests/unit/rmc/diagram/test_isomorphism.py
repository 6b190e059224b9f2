"""When two diagrams are the same graph."""

import time
from collections import Counter
from itertools import combinations_with_replacement
from random import Random
from typing import Any

import pytest

from calculus.rmc.diagram import Diagram
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


@pytest.mark.parametrize("seed", range(8))
def test_as_networkx_says(seed: int) -> None:
    """Of random relations between a few variables, some on the boundary, all pairs."""
    networkx = pytest.importorskip("networkx", reason="it comes with DisCoPy")
    rng = Random(seed)
    names = "abcd"[: rng.randint(2, 4)]
    texts = []
    for _ in range(8):
        parts = [f"{rng.choice(['eq', 'lt'])}({rng.choice(names)}, {rng.choice(names)})" for _ in range(3)]
        texts.append(f"ex {' '.join(names)}. {'; '.join(parts)}{rng.choice(['', '; [a]', '; [b]'])}")
    found = [drawn(text) for text in texts]
    verdicts = Counter[bool]()
    for left, right in combinations_with_replacement(found, 2):
        expected = networkx.is_isomorphic(
            *(as_graph(networkx, one) for one in (left, right)),
            node_match=lambda one, other: one == other,
            edge_match=lambda one, other: one == other,
        )
        assert left.isomorphic(right) == expected, (left, right)
        verdicts[expected] += 1
    assert min(verdicts.values()) > 5


def as_graph(networkx: Any, found: Diagram) -> Any:
    """Wires, and boxes and the boundary with a node for each of their ports."""
    (one,) = found.summands
    graph = networkx.Graph()
    graph.add_nodes_from((wire, {"kind": "wire"}) for wire in range(len(one.wires)))
    for number, box in enumerate(one.boxes):
        graph.add_node(("box", number), kind=box.label)
        for port in box.ports:
            end = ("port", number, port.number)
            graph.add_node(end, kind=port.number)
            graph.add_edges_from([(("box", number), end), (end, port.wire)])
    for port in one.right:
        graph.add_node(("end", port.number), kind="end")
        graph.add_edge(("end", port.number), port.wire)
    return graph


def test_many_parts_that_are_alike() -> None:
    rings = [f"r{number}{letter}" for number in range(30) for letter in "abc"]
    parts = [ring(*rings[at : at + 3]) for at in range(0, 90, 3)]
    started = time.monotonic()
    left = drawn(f"ex {' '.join(rings)}. {'; '.join(parts)}")
    right = drawn(f"ex {' '.join(rings)}. {'; '.join(reversed(parts))}")
    assert left.isomorphic(right)
    assert time.monotonic() - started < 20
