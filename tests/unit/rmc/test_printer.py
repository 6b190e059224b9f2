"""Terms and values to text: few parentheses, lists, names, limits."""

import time

import pytest

from calculus.machine.relational.instructions import (
    FAILURE,
    NOTHING,
    Text,
    call,
    constant,
    constructor,
    list_of,
    new,
    pop,
    push,
    relation,
    sequence,
    star,
    sum_of,
    variable,
)
from calculus.machine.relational.instructions import test as equate
from calculus.rmc.parser import parse_term
from calculus.rmc.printer import to_text
from calculus.source.text import Source
from calculus.term import Term, nameless

x, y = variable("x"), variable("y")
f, g, h = map(call, "fgh")
A = constructor("A")


@pytest.mark.parametrize(
    ("term", "text"),
    [
        (NOTHING, "1"),
        (FAILURE, "0"),
        (push(x), "[x]"),
        (push(x, "a"), "[x]a"),
        (pop(x, "a"), "a<x>"),
        (equate(x, A), "x == A"),
        (relation("add", x, constant(-1), y), "add(x, -1, y)"),
        (call("f~"), "f~"),
        (sequence(f, g, h), "f; g; h"),
        (sequence(sequence(f, g), h), "(f; g); h"),
        (sum_of(f, g, h), "f + g + h"),
        (sum_of(sum_of(f, g), h), "(f + g) + h"),
        (sequence(f, sum_of(g, h)), "f; (g + h)"),
        (sum_of(sequence(f, g), h), "f; g + h"),
        (star(f), "f*"),
        (star(star(f)), "f**"),
        (star(sequence(f, g)), "(f; g)*"),
        (star(sum_of(f, g)), "(f + g)*"),
        (star(push(x)), "[x]*"),
        (star(equate(x, y)), "x == y*"),
        (new("x", f), "ex x. f"),
        (new("xy", sum_of(f, g)), "ex x y. f + g"),
        (sum_of(new("x", f), g), "(ex x. f) + g"),
        (sum_of(f, new("x", g)), "f + ex x. g"),
        (sequence(f, new("x", g)), "f; ex x. g"),
        (sequence(new("x", f), g), "(ex x. f); g"),
        (sum_of(sequence(f, new("x", g)), h), "f; (ex x. g) + h"),
        (star(new("x", f)), "(ex x. f)*"),
        (new(["_1"], push(variable("_1"))), "[_]"),
        (sequence(new(["_1"], push(variable("_1"))), f), "[_]; f"),
        (new(["x", "_1"], equate(x, variable("_1"))), "ex x. x == _"),
        (new(["_1"], sequence(push(variable("_1")), f)), "ex _1. [_1]; f"),
        (new(["_2"], push(variable("_2"))), "ex _2. [_2]"),
        (new(["_1"], equate(variable("_1"), variable("_1"))), "ex _1. _1 == _1"),
        (new(["_1"], push(A)), "ex _1. [A]"),
    ],
)
def test_terms(term: Term, text: str) -> None:
    assert to_text(term) == text
    assert str(term) == text
    assert parse_term(Source(text)) == term


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (x, "x"),
        (A, "A"),
        (constructor("F", x, constructor("G", A)), "F(x, G(A))"),
        (constant(-5), "-5"),
        (constant(10**5000), "1" + "0" * 5000),
        (constant(Text('a"\n')), r'"a\"\n"'),
        (list_of([]), "{}"),
        (list_of([A, x]), "{A, x}"),
        (list_of([A, x], y), "{A, x | y}"),
        (list_of([list_of([A]), list_of([])]), "{{A}, {}}"),
        (constructor("Cons", A), "Cons(A)"),
        (constructor("Nil", A), "Nil(A)"),
        (list_of([A], constructor("Nil", A)), "{A | Nil(A)}"),
        (variable("_0"), "_0"),
    ],
)
def test_values(value: Term, text: str) -> None:
    assert str(value) == text


def test_unicode() -> None:
    term = new("xy", sequence(pop(x), star(sum_of(NOTHING, call("f~"))), equate(x, y), pop(y, "λ"), FAILURE))
    assert to_text(term, unicode=True) == "∃x y. ⟨x⟩; (⋆ + f†)*; x ≐ y; ⟨y⟩; 0"
    assert parse_term(Source(to_text(term, unicode=True))) == term


def test_nodes_that_are_no_terms() -> None:
    assert str(nameless(new("x", push(x)))) == "ex ·. [‹bound 0›]"


def test_limit() -> None:
    long = sequence(*[push(A)] * 100)
    assert to_text(long, limit=12) == "[A]; [A]; […"
    assert len(to_text(push(list_of([A] * 1000)), limit=50)) == 50


def test_limit_saves_time() -> None:
    term = push(A)
    for _ in range(100):  # 2^100 nodes as a tree
        term = sequence(term, term)
    start = time.perf_counter()
    assert len(to_text(term, limit=200)) <= 200
    assert time.perf_counter() - start < 1
