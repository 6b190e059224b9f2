"""Programs: names, bodies, what is not used."""

import pytest

from calculus.machine.relational.instructions import call, new, pop, push, sequence, variable
from calculus.rmc.parser import parse_items
from calculus.rmc.printer import to_text
from calculus.rmc.program import Program, bodies, check_names, unbound, undefined, unused
from calculus.source.text import Source
from calculus.term import Term


def read(text: str) -> Program:
    return parse_items(Source(text))


def messages(text: str, *, closed: bool = True, known: tuple[str, ...] = ()) -> list[str]:
    return [problem.message for problem in check_names(read(text), closed=closed, known=known)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("def f = ex x. <x>; f~\nf", []),
        ("f; g~", ["there is no definition `f`", "there is no definition `g`"]),
        ("def f = <x>", ["no `ex` binds the variable `x`"]),
        ("ex x. [F(x, y)]; <x>", ["no `ex` binds the variable `y`"]),
        ("(ex x. <x>); [x]", ["no `ex` binds the variable `x`"]),
        ("def main = <x>", ["no `ex` binds the variable `x`"]),
        ("def f = g\ndef g = <y>\nf", ["no `ex` binds the variable `y`"]),
    ],
)
def test_names(text: str, expected: list[str]) -> None:
    assert messages(text) == expected


def test_variables_of_a_query() -> None:
    assert messages("<x>; f", closed=False, known=("f",)) == []
    assert messages("def f = <y>\n<x>", closed=False) == ["no `ex` binds the variable `y`"]


def test_terms_without_a_text() -> None:
    x, y = variable("x"), variable("y")
    shared = sequence(pop(x), pop(x), push(y))
    term = sequence(shared, new("x", shared), call("f"))
    assert [problem.message for problem in unbound(term)] == [
        "no `ex` binds the variable `x`",
        "no `ex` binds the variable `y`",
        "no `ex` binds the variable `y`",
    ]
    assert [problem.message for problem in undefined(term, ["g"])] == ["there is no definition `f`"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ex x. <x>", []),
        ("ex x y. <x>", [("y", 6)]),
        ("ex x x. <x>", [("x", 4)]),
        ("ex x. ex x. <x>", [("x", 4)]),
        ("ex x. (ex x. <x>); [x]", []),
        ("(ex x. <x>)*; ∃y.1", [("y", 16)]),
        ("ex _x. <_>", []),
        ("ex ex1. 1", [("ex1", 4)]),
    ],
)
def test_unused_variables(text: str, expected: list[tuple[str, int]]) -> None:
    main = read(text).main
    assert main is not None
    found = [(item.message.split("`")[1], item.to_json()["span"]["column"]) for item in unused(main)]
    assert found == expected


def test_bodies_of_a_recursive_dual() -> None:
    program = read("def f = (ex x. <S(x)>; [x]; f) + <Z>\nf~")
    found: dict[str, Term] = bodies(program)
    assert to_text(found["f~"]) == "(ex x. f~; <x>; [S(x)]) + [Z]"
    assert set(found) == {"f", "f~"}
