"""Free variables, substitution and α-equality."""

import time

import pytest

from calculus.fmc.parser import parse_term
from calculus.machine.instructions import SKIP, jump, pop, push
from calculus.source.text import Source
from calculus.term import Term, alpha_equal, free_variables, nameless, substitute, variable
from calculus.term.binding import bound_name, fresh, names_in


def term(text: str) -> Term:
    return parse_term(Source(text))


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("*", ""),
        ("x", "x"),
        ("<x>.x", ""),
        ("<x>.y ; x", "x y"),
        ("[x].<x>.[y]", "x y"),
        ("(x; J->y)^K", "x y"),
        ("<x>.[<y>.x.y.z]", "z"),
    ],
)
def test_free_variables(text: str, names: str) -> None:
    assert free_variables(term(text)) == set(names.split())


@pytest.mark.parametrize(
    ("text", "replacement", "expected"),
    [
        ("[x].x", {"x": "[1]"}, "[[1]].[1]"),
        ("<x>.[x]", {"x": "5"}, "<x>.[x]"),
        ("<y>.[x].[y]", {"x": "y"}, "<y1>.[y].[y1]"),
        ("<y>.[x].<y1>.[y].[y1]", {"x": "y"}, "<y2>.[y].<y1>.[y2].[y1]"),
        ("<y>.[z].[y]", {"x": "y"}, "<y>.[z].[y]"),
        ("[x].[y]", {"x": "y", "y": "x"}, "[y].[x]"),
        ("<x>.[x].[y] ; [x]", {"x": "1", "y": "x"}, "<x1>.[x1].[x] ; [1]"),
        ("<y>.<y>.[x].[y]", {"x": "y"}, "<y1>.<y1>.[y].[y1]"),
    ],
)
def test_substitute(text: str, replacement: dict[str, str], expected: str) -> None:
    values = {name: term(value) for name, value in replacement.items()}
    # Fresh names are the substitution's own business, so compare up to them.
    assert alpha_equal(substitute(term(text), values), term(expected))


def test_substitution_keeps_places() -> None:
    original = term("[x].[y]")
    result = substitute(original, {"x": jump(1)})
    assert result.span == original.span
    assert result.children[1] is original.children[1]


def test_substituting_nothing_gives_the_same_term() -> None:
    original = term("<x>.[x].[y]")
    assert substitute(original, {"x": jump(1)}) is original
    assert substitute(original, {}) is original


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("<x>.[x]", "<y>.[y]", True),
        ("<x>.[x]", "<y>.[x]", False),
        ("[x]", "[y]", False),
        ("<x>.<y>.[x].[y]", "<y>.<x>.[y].[x]", True),
        ("<x>.<y>.[x].[y]", "<x>.<y>.[y].[x]", False),
        ("<x>.a<x>.[x]", "<y>.a<x>.[x]", True),
        ("a<x>.[x]", "b<x>.[x]", False),
        ("5", '"5"', False),
        ("<x>.[x].[<y>.[x].[y]]", "<a>.[a].[<a1>.[a].[a1]]", True),
        ("[<x>.[x]].[<x>.[x]]", "[<x>.[x]].[<y>.[y]]", True),
    ],
)
def test_alpha_equal(left: str, right: str, expected: bool) -> None:
    assert alpha_equal(term(left), term(right)) is expected


def test_a_shared_part_may_be_bound_differently() -> None:
    part = push(variable("x"), push(variable("y")))
    whole = push(pop("x", part), pop("y", part))
    assert alpha_equal(whole, term("[<a>.[a].[y]].<b>.[x].[b]"))
    assert not alpha_equal(whole, term("[<a>.[a].[y]].<b>.[b].[b]"))


def test_fresh() -> None:
    assert fresh("x", {"y"}) == "x"
    assert fresh("x", {"x"}) == "x1"
    assert fresh("x1", {"x1", "x2"}) == "x3"


def test_names() -> None:
    assert names_in([term("<x>.[y]"), term("z")]) == {"x", "y", "z"}
    assert bound_name(term("a<x>")) == "x"
    assert bound_name(term("[1]")) is None


def tower(height: int) -> Term:
    """2^height nodes as a tree, height as a graph; x is free, below binders of other names."""
    result = variable("x")
    for _ in range(height):
        result = push(pop("y", result), pop("z", result))
    return result


def test_shared_graphs_take_linear_time() -> None:
    started = time.monotonic()
    high = tower(300)
    assert free_variables(high) == {"x"}
    closed = substitute(high, {"x": jump(1)})
    assert free_variables(closed) == frozenset()
    captured = substitute(high, {"x": variable("y")})
    assert free_variables(captured) == {"y"}
    assert alpha_equal(captured, substitute(tower(300), {"x": variable("y")}))
    assert nameless(high) is nameless(tower(300))
    assert time.monotonic() - started < 5


def chain(length: int, *names: str) -> Term:
    result = variable("w")
    for i in range(length):
        result = push(variable(names[0]), pop(names[i % len(names)], result))
    return result


def long_terms(length: int) -> None:
    left, right = chain(length, "x", "y"), chain(length, "z", "y")
    assert free_variables(left) == {"w", "x"}
    assert free_variables(substitute(left, {"w": jump(1)})) == {"x"}
    assert free_variables(substitute(left, {"w": variable("x")})) == {"x"}
    assert not alpha_equal(left, right)
    assert alpha_equal(substitute(left, {"x": variable("v")}), substitute(right, {"z": variable("v")}))


def test_deep_terms() -> None:
    long_terms(10_000)


def test_many_names() -> None:
    """A thousand binders around a thousand uses, and many names free at every level."""
    result = SKIP
    for i in range(1000):
        result = push(variable(f"x{i}"), result)
    for i in range(1000):
        result = pop(f"x{i}", result)
    assert free_variables(result) == frozenset()
    assert substitute(result, {"x1": jump(1)}) is result
    assert alpha_equal(result, result)


@pytest.mark.long
def test_a_million_nodes() -> None:
    long_terms(500_000)
