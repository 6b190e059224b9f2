"""Normal forms: the spans of terms, and the operations on them."""

import json

import pytest

import calculus
from calculus.rmc.normal import NormalForm, closed, normal_form
from calculus.rmc.parser import parse_term, parse_value
from calculus.rmc.spans import NOTHING_DONE, Span, applied, compose, core, span, subsumes
from calculus.rmc.subsumption import smallest
from calculus.source.diagnostic import UsageProblem
from calculus.source.text import Source
from calculus.term import Term


def parse(text: str) -> Term:
    return parse_term(Source(text))


def form(text: str, **definitions: str) -> NormalForm:
    return normal_form(parse(text), definitions={name: parse(body) for name, body in definitions.items()})


def only(text: str) -> Span:
    ((found, count),) = form(text).spans
    assert count == 1
    return found


FORMS = [
    ("1", "1"),
    ("0", "0"),
    ("ex x y. <S(x)>; <y>; [S(y)]; [x]", "ex x y. <S(y)>; <x>; [S(x)]; [y]"),
    ("[A]; [B]; <x>; [x]", "[A]; [B]; $<E(x)>"),
    ("<A>; [A]; <A>; [A]", "<A>; [A]"),
    ("ex x. [x]; <x>", "1"),
    ("ex x. [S(x)]; <x>", "0"),
    ("ex x. <x>; <x>; [x]", "ex x. <x>; <x>; [x]"),
    ("ex x y. [x]a; [F(x, y)]; <F(A, B)>; [y]b", "[A]a; [B]b"),
    ("[A]b; [B]a; [C]", "[C]; [B]a; [A]b"),
    ("1 + 1", "1 + 1"),
    ("(<A> + <B>); ([C] + 0)", "<A>; [C] + <B>; [C]"),
    ("(<A>; [B])*", "1 + <A>; [B]"),
    ("[A]; (<A>; [B] + <B>; [C])*; <C>", "1"),
    ("add(1, 2, 3); ex x. sub(x, 1, 4); [x]", "[5]"),
    ('["a"]; <"a">; [1]; <2>', "0"),
]


@pytest.mark.parametrize(("text", "expected"), [pair for pair in FORMS if "$" not in pair[1]])
def test_forms(text: str, expected: str) -> None:
    found = form(text)
    assert found.normal
    assert str(found) == expected
    json.dumps(found.to_json())


def test_spans_do_not_depend_on_names_or_order() -> None:
    assert form("ex x y. <x>; a<y>; [x]a; [y]").spans == form("ex b a. a<a>; <b>; [a]; [b]a").spans
    assert form("[A] + [B] + [A]").spans == form("[A] + [A] + [B]").spans
    assert form("[A] + [A]").spans != form("[A]").spans


def test_open_terms() -> None:
    found = only("<x>; [S(y)]")
    assert [place for place, _, _ in found.sides] == ["λ", "$"]
    assert only("[x]; <y>; [A]; <x>").popped["$"] == only("x == A; y == A").popped["$"]
    assert closed(parse("[A]")) == parse("[A]")


def test_definitions() -> None:
    found = form("f", f="<A>; g", g="[A] + [B]")
    assert str(found) == "<A>; [A] + <A>; [B]"
    counting = form("[S(S(Z))]; f", f="(ex x. <S(x)>; [x]; f) + <Z>")
    assert str(counting) == "1"


def test_limits() -> None:
    endless = parse("(ex x. <x>; [S(x)])*")
    found = normal_form(endless, max_steps=100)
    assert (found.normal, found.stopped_by) == (False, "steps")
    assert len(found.spans) > 5
    assert normal_form(endless, max_spans=5).stopped_by == "spans"
    assert normal_form(endless, max_seconds=0.05).stopped_by == "seconds"
    assert str(found) == "(stopped by steps)"
    assert found.to_json()["term"] is None


@pytest.mark.parametrize("text", ["ex x. <x>; lt(x, 2)", "div(1, 0, 2)", "add(A, 1, 2)", "ex x. lt(x, x)"])
def test_relations_without_spans(text: str) -> None:
    found = form(text)
    assert not found.normal and found.outside is not None
    assert found.outside.span is not None and found.outside.span.text in text
    with pytest.raises(UsageProblem, match="has no normal form"):
        calculus.reduce("rmc", text, strategy="machine")


def test_a_relation_that_no_run_reaches_does_not_matter() -> None:
    assert str(form("0; lt(x, y)")) == "0"


def test_dual_and_composition() -> None:
    one, other = form("ex x. <S(x)>; [x]a + <Z>"), form("ex x. a<x>; [S(x)] + [Z]")
    assert one.dual().spans == other.spans
    assert one.dual().dual().spans == one.spans
    assert one.then(other).spans == form("(ex x. <S(x)>; [x]a + <Z>); (ex x. a<x>; [S(x)] + [Z])").spans


def test_composition_of_spans() -> None:
    deep, push = only("ex x y z. <x>; <y>; <z>; [F(x, F(y, z))]"), only("[A]; [B]")
    assert compose(push, deep) == only("ex z. <z>; [F(B, F(A, z))]")
    assert compose(only("[A]"), only("<B>")) is None
    assert compose(only("ex x. [F(x, x)]"), only("ex y. <F(y, S(y))>")) is None
    assert compose(NOTHING_DONE, deep) == deep == compose(deep, NOTHING_DONE)


def test_frames_and_instances() -> None:
    idle = only("ex x. <x>; [x]")
    assert core(idle) == (NOTHING_DONE, (("λ", 1),))
    assert core(only("ex x y. <y>; <x>; [x]; [S(y)]"))[0] == only("ex y. <y>; [S(y)]")
    # Here x is not left alone.
    assert core(only("ex x y. <y>; <x>; [x]; [x]"))[1] == ()
    assert subsumes(NOTHING_DONE, idle) and not subsumes(idle, NOTHING_DONE)
    assert subsumes(idle, only("<A>; [A]")) and not subsumes(idle, only("<A>; [B]"))
    assert subsumes(only("<A>"), only("<A>; <B>; [B]")) and not subsumes(only("<A>"), only("<A>; <B>; [C]"))
    both = form("(ex x. <x>; [x]) + 1 + <A>; [A] + [B]").counter
    assert smallest(both, "set") == {NOTHING_DONE, only("[B]"), only("<A>; [A]")}
    assert smallest(both, "ground") == {NOTHING_DONE, only("[B]")}


def test_spans_on_memories() -> None:
    swap = only("ex x y. <x>; <y>; [x]; [y]")
    memory = {"λ": [value("A"), value("x"), value("S(x)")]}
    found = applied(swap, memory)
    assert found is not None
    assert found.to_json() == {
        "bindings": {"x": "_0"},
        "stacks": {"λ": ["A", "S(_0)", "_0"]},
        "multiplicity": 1,
    }
    assert applied(swap, {"λ": [value("A")]}) is None
    assert applied(only("<A>"), {"λ": [value("B")]}) is None
    assert applied(only("<A>"), {"λ": [value("x")]}) is not None


def value(text: str) -> Term:
    return parse_value(Source(text))


def test_spans_print_as_terms() -> None:
    found = span({"a": [value("S(q)")], "λ": [value("p")]}, {"a": [value("F(p, q)")]})
    assert str(found) == "ex x y. <x>; a<S(y)>; [F(x, y)]a"
    assert str(found.dual()) == "ex x y. a<F(x, y)>; [x]; [S(y)]a"
    assert only(str(found)) == found


def test_deep_terms() -> None:
    """Nothing recurses."""
    deep = "S(" * 20_000 + "x" + ")" * 20_000
    assert only(f"ex x. <{deep}>; [x]").dual() == only(f"ex x. <x>; [{deep}]")
    long = "; ".join(["ex x. <x>; [S(x)]"] * 600)
    assert only(long.replace("ex x. <x>; [S(x)]", "(ex x. <x>; [S(x)])")).variables == ("x",)
