"""The dual on syntax."""

import time

import pytest

from calculus.machine.relational.instructions import constructor, push, sequence
from calculus.rmc import dual as module
from calculus.rmc.dual import dual, dual_name
from calculus.rmc.parser import parse_program, parse_term
from calculus.rmc.program import bodies
from calculus.source.text import Source
from calculus.term import Term
from calculus.term.node import size


def read(text: str) -> Term:
    return parse_term(Source(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1", "1"),
        ("0", "0"),
        ("[F(x)]a", "a<F(x)>"),
        ("<x>", "[x]"),
        ("x == F(y)", "F(y) == x"),
        ("add(x, 1, y)", "add(x, 1, y)"),
        ("f", "f~"),
        ("f~", "f"),
        ("[x]; <y>; f", "f~; [y]; <x>"),
        ("([x]; <y>); f", "(f~; [y]); <x>"),
        ("[x]; (<y>; f); g", "g~; (f~; [y]); <x>"),
        ("f + g; h", "f~ + h~; g~"),
        ("(f; g)*", "(g~; f~)*"),
        ("ex x y. <x>; <y>", "ex x y. [y]; [x]"),
        ("f; ex x. <x>; g", "(ex x. g~; [x]); f~"),
        ("<_>", "[_]"),
    ],
)
def test_dual(text: str, expected: str) -> None:
    assert str(dual(read(text))) == expected
    assert str(read(f"({text})~")) == expected


def test_duals_inside_duals() -> None:
    assert str(read("(f; ([x]; (g; h)~)~; <y>)~")) == "[y]; ([x]; h~; g~); f~"


def test_names() -> None:
    assert dual_name("f") == "f~"
    assert dual_name("f~") == "f"


def test_bodies_of_duals() -> None:
    text = "def f = [A]; g~; f\ndef g = h; <B>\ndef h = 1\ndef unused = [C]\nf~"
    found = {name: str(body) for name, body in bodies(parse_program(Source(text))).items()}
    assert found == {
        "f": "[A]; g~; f",
        "g": "h; <B>",
        "h": "1",
        "unused": "[C]",
        "f~": "f~; g; <A>",
        "g~": "[B]; h~",
        "h~": "1",
    }


def test_shared_terms_stay_small() -> None:
    term = push(constructor("A"))
    for _ in range(100):
        term = sequence(term, term)
    start = time.perf_counter()
    assert dual(dual(term)) == term
    assert time.perf_counter() - start < 5


def test_what_is_too_long_to_list_is_mirrored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LONGEST", 3)
    term = read("f; g; h; i; j")
    back = dual(term)
    assert str(back) == "((j~; i~; h~); g~); f~"
    assert dual(back) == term
    assert size(back) == size(term)
