"""Texts to terms: precedence, scope of primitives, spans, programs."""

import pytest

from calculus.fmc.parser import is_incomplete, parse_line, parse_program, parse_term, parse_type
from calculus.fmc.program import Data, Definition
from calculus.machine.instructions import (
    JOIN,
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
from calculus.source.diagnostic import CalculusError, NameProblem, SyntaxProblem
from calculus.source.items import Law
from calculus.source.text import Source
from calculus.term import Term, alpha_equal
from calculus.term.node import postorder

x, y, z = map(variable, "xyz")


def parse(text: str, definitions: tuple[str, ...] = ()) -> Term:
    return parse_term(Source(text), definitions)


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("x", x),
        ("*", SKIP),
        ("skip", SKIP),
        ("⋆", SKIP),
        ("[x]", push(x)),
        ("[x].*", push(x)),
        ("[x]a.y", push(x, y, "a")),
        ("[x]lambda", push(x)),
        ("[x]λ", push(x)),
        ("<x>.x", pop("x", x)),
        ("a<x>", pop("x", SKIP, "a")),
        ("lambda<x>", pop("x")),
        ("⟨x⟩.x", pop("x", x)),
        ("<_>.x", pop("_", x)),
        ("x.y", join(x, STAR, y)),
        ("x ; y", join(x, STAR, y)),
        ("x.*", join(x, STAR, SKIP)),
        ("x.y.z", join(x, STAR, join(y, STAR, z))),
        ("x;y;z", join(join(x, STAR, y), STAR, z)),
        ("(x.y).z", join(join(x, STAR, y), STAR, z)),
        ("x ; K -> y", join(x, "K", y)),
        ("x ; K → y ; z", join(join(x, "K", y), STAR, z)),
        ("x ; K", join(x, STAR, jump("K"))),
        ("x ; * -> y", join(x, STAR, y)),
        ("x ; skip -> y", join(x, STAR, y)),
        ('x ; "K" -> y', join(x, Text("K"), y)),
        ("x ; K -> y.z", join(x, "K", join(y, STAR, z))),
        ("[x].y ; z", join(push(x, y), STAR, z)),
        ("x^K", loop(x, "K")),
        ("x^K^5", loop(loop(x, "K"), 5)),
        ("K^K", loop(jump("K"), "K")),
        ("[x]a.y^K", push(x, loop(y, "K"), "a")),
        ("x^K.y", join(loop(x, "K"), STAR, y)),
        ("(K).x", join(jump("K"), STAR, x)),
        ("add", primitive("add")),
        ("add.x", primitive("add", x)),
        ("add.add", primitive("add", primitive("add"))),
        ("(add).x", join(primitive("add"), STAR, x)),
        ("add ; x", join(primitive("add"), STAR, x)),
        ("add^K", loop(primitive("add"), "K")),
        ("[add].x", push(primitive("add"), x)),
        ("007", jump(7)),
        ("-0", jump(0)),
        ("-12", jump(-12)),
        ("K'", jump("K'")),
        ('"a\\u00e9\\n\\t\\"\\\\"', jump(Text('aé\n\t"\\'))),
        ("x -- said\n -- more\n .y", join(x, STAR, y)),
    ],
)
def test_term(text: str, term: Term) -> None:
    assert parse(text) == term


def test_choice_is_what_the_table_says() -> None:
    expected = "rnd<c>.((c; True->[x]; False->[y]) ; <d>.d)"
    assert alpha_equal(parse("x ⊕ y"), parse(expected))
    assert parse("x (+) y") == parse("x ⊕ y")
    assert alpha_equal(parse("x ⊕ y ⊕ z"), parse("x ⊕ (y ⊕ z)"))
    assert alpha_equal(parse("x ; y ⊕ z"), parse("(x ; y) ⊕ z"))


def test_choice_captures_nothing() -> None:
    expected = "rnd<c>.((c; True->[b.k]; False->[b1]) ; <d>.d)"
    assert alpha_equal(parse("b.k ⊕ b1"), parse(expected))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<add>.add", pop("add", variable("add"))),
        ("<add>.add.x", pop("add", join(variable("add"), STAR, x))),
        ("<add>.add.*", pop("add", join(variable("add"), STAR, SKIP))),
        ("<add>.[add].sub", pop("add", push(variable("add"), primitive("sub")))),
        ("<add>.x ; add", join(pop("add", x), STAR, primitive("add"))),
        ("<add>.<x>.add^K", pop("add", pop("x", loop(variable("add"), "K")))),
        ("[add].<add>.add", push(primitive("add"), pop("add", variable("add")))),
        ("<add>.(add).x", pop("add", join(variable("add"), STAR, x))),
    ],
)
def test_bound_name_of_a_primitive(text: str, expected: Term) -> None:
    assert parse(text) == expected


def test_defined_name_of_a_primitive() -> None:
    assert parse("add.x", ("add",)) == join(variable("add"), STAR, x)
    program = parse_program(Source("add.sub\ndef add = [1]\n"))
    assert program.main == join(variable("add"), STAR, primitive("sub"))
    (warning,) = program.warnings
    assert warning.severity == "warning"
    assert warning.span is not None
    assert warning.span.to_json()["line"] == 2


def heads(text: str) -> set[tuple[str, str, str]]:
    found = set()
    for item in postorder(parse(text)):
        span = item.span
        assert span is not None
        found.add((item.op.name.partition(".")[2] or "variable", span.text, span.at_head().text))
    return found


def test_spans() -> None:
    assert heads("([2]a.(f)^K ; add.x)") == {
        ("jump", "2", "2"),
        ("push", "[2]a.(f)^K", "[2]a"),
        ("loop", "(f)^K", "(f)^K"),
        ("variable", "f", "f"),
        ("primitive", "add.x", "add"),
        ("variable", "x", "x"),
        ("join", "[2]a.(f)^K ; add.x", "[2]a.(f)^K ; add.x"),
    }
    assert ("pop", "in<x : Int> . y", "in<x : Int>") in heads("in<x : Int> . y")
    assert ("jump", "", "") in heads("[x]")


def test_span_of_a_sequence_takes_in_its_brackets() -> None:
    term = parse("(a.b).c")
    assert term.op is JOIN
    assert term.span is not None
    assert term.span.text == "(a.b).c"


def test_implicit_skip_is_empty_and_at_the_end_of_the_head() -> None:
    body = parse("[x]out").children[1]
    assert body == SKIP
    assert body.span is not None
    assert body.span[1:] == (6, 6, 6)


def test_huge_integers() -> None:
    digits = "9" * 100_000
    term = parse(f"[{digits}]")
    assert str(term) == f"[{digits}]"
    with pytest.raises(SyntaxProblem):
        parse(f"{digits} {digits}")


def test_program() -> None:
    text = """\
-- a comment
def f : a => a = <x>.
  [x]

data List a = Nil | Cons a (List a)
law same: f = f
def g = (
  f
)
g
"""
    program = parse_program(Source(text))
    assert list(program.definitions) == ["f", "g"]
    assert program.definitions["f"].term == pop("x", push(x))
    assert program.definitions["f"].type == parse_type(Source("a => a"))
    assert program.definitions["g"].type is None
    span = program.definitions["f"].span
    assert span is not None
    assert span.text == "def f : a => a = <x>.\n  [x]"
    assert program.data["List"].parameters == ("a",)
    assert [item.name for item in program.data["List"].constructors] == ["Nil", "Cons"]
    (law,) = program.laws
    assert (law.name, law.body.text) == ("same", "f = f")
    assert program.main == variable("g")


def test_data_may_be_declared_after_use() -> None:
    text = "def f : Pair Int Int Bool => Int = x\ndata Pair a b = Pair a b\n"
    type = parse_program(Source(text)).definitions["f"].type
    assert str(type) == "(Pair Int Int) Bool => Int"


@pytest.mark.parametrize(
    "text",
    [
        "Int => Int",
        "=>",
        "=> Int",
        "Int =>",
        "a b => b a",
        "Int c(Bool) => Int out(Int)",
        "(=> Int) => Int",
        "(a (b => c) => .K) => a.* + b.True + .Int",
        'Int => Int.* + Int."x" + Int.-5',
        "c(a b) d(Int) => c(b a) d(Int)",
    ],
)
def test_type(text: str) -> None:
    type = parse_type(Source(text))
    assert str(type) == text
    assert parse_type(Source(text.replace("=>", "⇒"))) == type


def test_order_of_locations_does_not_matter() -> None:
    one, other = "d(Int) a c(b) => c(b) d(Int)", "a c(b) d(Int) => d(Int) c(b)"
    assert parse_type(Source(one)) == parse_type(Source(other))


def test_main_may_be_a_definition() -> None:
    assert parse_program(Source("def main = x")).main == x
    assert parse_program(Source("-- nothing\n")).main is None


def test_all_mistakes_at_once() -> None:
    with pytest.raises(SyntaxProblem) as caught:
        parse_program(Source("def f = (x\ndef g = y z\ndef f = ]\n[1].\n"))
    lines = [item.span.to_json()["line"] for item in caught.value.diagnostics if item.span]
    assert lines == [1, 2, 3, 4]


def test_not_too_many_mistakes() -> None:
    with pytest.raises(SyntaxProblem) as caught:
        parse_program(Source("x y\n" * 100_000))
    assert len(caught.value.diagnostics) <= 20


def test_kinds_of_mistakes() -> None:
    with pytest.raises(NameProblem):
        parse_program(Source("def f = x\ndef f = y\n"))
    with pytest.raises(SyntaxProblem):
        parse_program(Source("def f = x\ndef f = y\nx y\n"))


@pytest.mark.parametrize("text", ["", "  \n", "-- only a comment"])
def test_no_term(text: str) -> None:
    with pytest.raises(SyntaxProblem, match="expected a term"):
        parse(text)


@pytest.mark.parametrize("text", ["\0", "\ud800", "[" * 50 + "\u202e", "é" * 10_000, "((((\n))\n(("])
def test_junk(text: str) -> None:
    for read in (parse_program, parse_term, parse_line):
        with pytest.raises(CalculusError):
            read(Source(text))


def test_line() -> None:
    definition = parse_line(Source("def f = <x>.\n[x]"))
    assert isinstance(definition, Definition)
    assert definition.term == pop("x", push(x))
    data = parse_line(Source("data Tree = Leaf | Node Tree Tree"))
    assert isinstance(data, Data)
    assert isinstance(parse_line(Source("law l: x = y")), Law)
    assert parse_line(Source("add.x"), {"add"}) == join(variable("add"), STAR, x)
    assert parse_line(Source("<t : Tree>.t"), (), {"Tree": data}) is not None


@pytest.mark.parametrize("text", ["def f =", "[x].", "(\n", "law l:", "law l", "data T ="])
def test_line_is_incomplete(text: str) -> None:
    assert is_incomplete(text)


@pytest.mark.parametrize("text", ["", "  ", "-- c", "x", "law l: x = y", "x y", "def f = x"])
def test_line_is_whole(text: str) -> None:
    assert not is_incomplete(text)
