"""What the goldens do not show: terms and values alone, spans, laws, what is incomplete."""

import pytest

from calculus.machine.relational.instructions import (
    CALL,
    NOTHING,
    SEQUENCE,
    constant,
    constructor,
    list_of,
    new,
    pop,
    push,
    sequence,
    star,
    variable,
)
from calculus.rmc.parser import parse_items, parse_line, parse_program, parse_term, parse_value
from calculus.rmc.program import Definition
from calculus.rmc.syntax import GRAMMAR
from calculus.source.diagnostic import NameProblem, SyntaxProblem
from calculus.source.items import Law
from calculus.source.text import Source
from calculus.term import Term

x = variable("x")


def read(text: str) -> Term:
    return parse_term(Source(text))


def test_term_begins_anywhere() -> None:
    assert read("[x]\n;\n<x>\n") == sequence(push(x), pop(x))


def test_free_variables_are_allowed_in_a_text() -> None:
    program = parse_program(Source("<x>; [y]"))
    assert program.main == sequence(pop(x), push(variable("y")))


def test_free_variables_are_a_mistake_in_a_file() -> None:
    source = Source("<x>")
    source.is_file = True
    with pytest.raises(NameProblem, match="no `ex` binds the variable `x`"):
        parse_program(source)


def test_definitions_are_closed_everywhere() -> None:
    with pytest.raises(NameProblem, match="no `ex` binds"):
        parse_program(Source("def f = <x>"))


def test_names_may_wait() -> None:
    program = parse_items(Source("def f = g; <x>"))
    assert list(program.definitions) == ["f"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("x", x),
        (" S(x) ", constructor("S", x)),
        ("1", constant(1)),
        ("0", constant(0)),
        ("-7", constant(-7)),
        ("{x | Nil}", list_of([x])),
        ("_0", variable("_0")),
    ],
)
def test_value(text: str, value: Term) -> None:
    assert parse_value(Source(text)) == value


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[x]", "expected a value, found `\\["),
        ("x; y", "expected nothing more, found `;`"),
        ("_", "expected a variable with a name, found `_`"),
        ("F(_)", "expected a variable with a name, found `_`"),
        ("", "expected a term, found nothing"),
    ],
)
def test_no_value(text: str, message: str) -> None:
    with pytest.raises(SyntaxProblem, match=message):
        parse_value(Source(text))


def test_spans() -> None:
    term = read("ex x. (<x>; [F(x)]a) ; f~")
    assert term.span and term.span.at_head().text == "ex x."
    body = term.children[0]
    assert body.op is SEQUENCE
    assert body.span and body.span.text == "(<x>; [F(x)]a) ; f~"
    group, dual = body.children
    assert group.span and group.span.text == "<x>; [F(x)]a"
    assert dual.op is CALL
    assert dual.span and dual.span.text == "f~"
    pushed = group.children[1].children[0]
    assert pushed.span and pushed.span.text == "F(x)"


def test_underscores_of_one_atom_differ() -> None:
    assert read("<F(_, _)>; <_>") == sequence(
        new(["_1", "_2"], pop(constructor("F", variable("_1"), variable("_2")))),
        new(["_1"], pop(variable("_1"))),
    )
    assert read("<_>*") == star(new(["_1"], pop(variable("_1"))))


def test_underscore_does_not_capture() -> None:
    term = read("ex _1. <F(_1, _)>")
    assert term == new(["_1", "_2"], pop(constructor("F", variable("_1"), variable("_2"))))


def test_lines_of_a_session() -> None:
    line = parse_line(Source("def f =\n[x]"))
    assert isinstance(line, Definition)
    assert (line.name, line.term) == ("f", push(x))
    assert isinstance(parse_line(Source("law l: 1 = 1")), Law)
    assert parse_line(Source("(1)~")) == NOTHING


@pytest.mark.parametrize(
    "text", ["def f =", "ex x", "ex x.", "[x", "<F(", "[x];", "{", "(f + g", "f +", "x =="]
)
def test_incomplete(text: str) -> None:
    assert GRAMMAR.is_incomplete(text, "item")


@pytest.mark.parametrize("text", ["[x]", "f", "[x] [y]", "(f))", "def f = 1", "[x].f"])
def test_complete_or_wrong(text: str) -> None:
    assert not GRAMMAR.is_incomplete(text, "item")


def test_all_mistakes_at_once() -> None:
    with pytest.raises(SyntaxProblem) as caught:
        parse_program(Source("def f = [\ndef g = x.y\n[A] [B]\n"))
    assert len(caught.value.diagnostics) == 3
