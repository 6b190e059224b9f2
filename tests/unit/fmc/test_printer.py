"""Terms to text: few parentheses, names, limits."""

import time

import pytest

from calculus.fmc.parser import parse_term
from calculus.fmc.printer import to_text
from calculus.machine.instructions import (
    SKIP,
    STAR,
    Text,
    join,
    jump,
    loop,
    pop,
    primitive,
    push,
    variable,
)
from calculus.source.text import Source
from calculus.term import Term, alpha_equal, nameless

x, y, z = map(variable, "xyz")
add = primitive("add")


@pytest.mark.parametrize(
    ("term", "text"),
    [
        (x, "x"),
        (SKIP, "*"),
        (push(x), "[x]"),
        (push(x, y, "a"), "[x]a.y"),
        (pop("x", x), "<x>.x"),
        (pop("x", SKIP, "in"), "in<x>"),
        (join(x, STAR, y), "x.y"),
        (join(x, STAR, SKIP), "x.*"),
        (join(push(x), STAR, y), "[x] ; y"),
        (join(SKIP, STAR, SKIP), "* ; *"),
        (join(add, STAR, y), "add ; y"),
        (join(x, STAR, join(y, STAR, z)), "x.y.z"),
        (join(join(x, STAR, y), STAR, z), "x.y ; z"),
        (join(x, "K", y), "x ; K -> y"),
        (join(join(x, "K", y), 5, z), "x ; K -> y ; 5 -> z"),
        (join(x, "K", join(y, "L", z)), "x ; K -> (y ; L -> z)"),
        (join(x, STAR, join(push(y), STAR, z)), "x.([y] ; z)"),
        (push(x, join(y, "K", z)), "[x].(y ; K -> z)"),
        (push(join(x, "K", y)), "[x ; K -> y]"),
        (loop(x, "K"), "x^K"),
        (loop(loop(x, "K"), -5), "x^K^-5"),
        (loop(jump("K"), "K"), "K^K"),
        (loop(add, "K"), "add^K"),
        (loop(primitive("add", x), "K"), "(add.x)^K"),
        (loop(push(x), "K"), "([x])^K"),
        (loop(join(x, STAR, y), "K"), "(x.y)^K"),
        (join(loop(x, "K"), STAR, y), "x^K.y"),
        (primitive("add", join(x, STAR, y)), "add.x.y"),
        (primitive("add", join(add, STAR, y)), "add.(add ; y)"),
        (jump(Text('a"\\\n\t\x07é\u2028\U0010ffff')), r'"a\"\\\n\t\u0007é\u2028\udbff\udfff"'),
    ],
)
def test_text(term: Term, text: str) -> None:
    assert to_text(term) == text
    assert str(term) == text
    assert parse_term(Source(text)) == term


def test_unicode() -> None:
    term = parse_term(Source("a<x : (=> Int)>.(x ; K -> *)^*"))
    assert to_text(term, unicode=True) == "a⟨x : (⇒ Int)⟩.(x ; K → ⋆)^⋆"
    assert parse_term(Source(to_text(term, unicode=True))) == term


def test_binder_that_would_capture_a_primitive_is_renamed() -> None:
    term = pop("add", push(variable("add"), add))
    assert to_text(term) == "<add1>.[add1].add"
    assert alpha_equal(parse_term(Source(to_text(term))), term)
    shared = push(push(term, term), pop("add", pop("add1", join(variable("add"), STAR, add))))
    assert alpha_equal(parse_term(Source(to_text(shared))), shared)
    harmless = push(add, pop("add", variable("add")))
    assert to_text(harmless) == "[add].<add>.add"


def test_free_variable_with_the_name_of_a_primitive_is_a_definition() -> None:
    term = join(variable("add"), STAR, x)
    assert to_text(term) == "add.x"
    assert parse_term(Source("add.x"), {"add"}) == term


def huge() -> Term:
    """A term of 2^200 nodes as a tree."""
    term: Term = x
    for _ in range(200):
        term = push(term, term)
    return term


def test_limit() -> None:
    assert to_text(push(x, y), limit=5) == "[x].y"
    assert to_text(push(x, y), limit=4) == "[x]…"
    assert to_text(x, limit=0) == "…"
    text = to_text(huge(), limit=1000)
    assert len(text) == 1000
    assert text.endswith("…")


def test_limit_bounds_the_time_on_the_left_too() -> None:
    term: Term = x
    for _ in range(100_000):
        term = join(term, "K", y)
    begun = time.perf_counter()
    text = to_text(term, limit=60)
    assert time.perf_counter() - begun < 0.1
    assert len(text) <= 60
    assert text.startswith("… ; K -> y")


def test_limit_with_a_binder_to_rename() -> None:
    assert to_text(pop("add", push(huge(), add)), limit=20).startswith("<add1>.[[")


def test_terms_of_no_calculus_print() -> None:
    assert "bound" in to_text(nameless(pop("x", x))) or to_text(nameless(pop("x", x)))
