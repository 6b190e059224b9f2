"""The one layout of a file."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from calculus.fmc.parser import parse_program
from calculus.fmc.printer import format_program
from calculus.fmc.program import Program
from calculus.fmc.syntax import GRAMMAR
from calculus.source.diagnostic import SyntaxProblem
from calculus.source.explain import Token
from calculus.source.items import Law
from calculus.source.text import Source

EXAMPLES = sorted((Path(__file__).parents[3] / "examples").rglob("*.fmc"))


def law_tokens(law: Law) -> Iterator[Token]:
    return GRAMMAR.tokens(law.body.source.text, law.body.start, law.body.end)


def content(program: Program) -> object:
    """What a program says, places aside."""
    return (
        [(item.name, item.term, item.type) for item in program.definitions.values()],
        [
            (item.name, item.parameters, [(c.name, c.arguments) for c in item.constructors])
            for item in program.data.values()
        ],
        [(law.name, [token.kind for token in law_tokens(law)]) for law in program.laws],
        program.main,
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", ""),
        ("\n\n", ""),
        ("-- only\n\n\n\n--  comments  \n", "-- only\n\n--  comments\n"),
        ("[ x ] . <y>.z", "[x].<y>.z\n"),
        ("x;K->y;z", "x ; K -> y ; z\n"),
        ("x ⊕ y", "x (+) y\n"),
        ("⟨x⟩.x", "<x>.x\n"),
        ("(x)^ K ^L", "(x)^K^L\n"),
        ("def  f:a=>.K+b.True=x", "def f : a => .K + b.True = x\n"),
        ("<x:c( Int )>.x", None),
        ("<f:(  =>Int )>.f", "<f : (=> Int)>.f\n"),
        ("data L a=N|C a (L a)", "data L a = N | C a (L a)\n"),
        ("law l:  x  = y   ", "law l: x = y\n"),
        ("law l :f:Int c( Bool )=>Int", "law l: f : Int c(Bool) => Int\n"),
        ("law l: x.at at a c(Int)", "law l: x.at at a c(Int)\n"),
        ("law l: f answers [1]|J", "law l: f answers [1] | J\n"),
        ("x -- after", "x  -- after\n"),
        ("x\n -- own\n .y", "x\n  -- own\n  .y\n"),
        ("x -- one\n  -- two\n", "x  -- one\n-- two\n"),
        ("x -- a\n ; y", "x  -- a\n  ; y\n"),
        ("def f = -- why\n  x", "def f =  -- why\n  x\n"),
        ("def f = (x\n)\ndef g = y\n\n\n\nf", "def f = (x)\ndef g = y\n\nf\n"),
        ("x\r\n\r\n-- c\r\n", "x\n\n-- c\n"),
        ("skip ; ⋆", "skip ; *\n"),
        ("[x]lambda.λ<y>", "[x]lambda.λ<y>\n"),
    ],
)
def test_layout(before: str, after: str | None) -> None:
    if after is None:
        with pytest.raises(SyntaxProblem):
            format_program(before)
        return
    assert format_program(before) == after
    assert format_program(after) == after


def test_unicode() -> None:
    ascii_text = "def f : => Int = <x>.(a<y> ; K -> * (+) skip)\n"
    unicode_text = "def f : ⇒ Int = ⟨x⟩.(a⟨y⟩ ; K → ⋆ ⊕ skip)\n"
    assert format_program(ascii_text, unicode=True) == unicode_text
    assert format_program(unicode_text) == ascii_text


def test_long_lines_break_where_the_term_has_parts() -> None:
    text = "def long = <first>.<second>.([first].run ; Left -> [second].[third].go.on ; Right -> *)"
    assert format_program(text, width=40) == (
        "def long =\n"
        "  <first>.<second>.(\n"
        "    [first].run\n"
        "    ; Left -> [second].[third].go.on\n"
        "    ; Right -> *\n"
        "  )\n"
    )


def test_chain_is_filled() -> None:
    text = ".".join(["[number]"] * 12)
    lines = format_program(text, width=40).splitlines()
    assert lines == [
        "[number].[number].[number].[number].",
        "  [number].[number].[number].[number].",
        "  [number].[number].[number].[number]",
    ]


def test_mistakes_are_reported() -> None:
    with pytest.raises(SyntaxProblem):
        format_program("x y")


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
@pytest.mark.parametrize("unicode", [False, True])
@pytest.mark.parametrize("width", [88, 30])
def test_examples(path: Path, unicode: bool, width: int) -> None:
    program = parse_program(Source.read(path))
    text = format_program(program, unicode, width)
    assert format_program(text, unicode, width) == text
    assert content(parse_program(Source(text))) == content(program)
    code = [line for line in text.split("\n") if "--" not in line]
    if width == 88:
        assert max(map(len, code)) <= width


def test_comments_everywhere_are_kept() -> None:
    text = "def f -- c1\n : -- c2\n Int -- c3\n => -- c4\n Int -- c5\n . -- c6\n K -- c7\n"
    text += "  = -- c8\n ( -- c9\n x -- c10\n ; -- c11\n K -- c12\n -> -- c13\n [ -- c14\n"
    text += "  y -- c15\n ] -- c16\n . -- c17\n < -- c18\n z -- c19\n : -- c20\n Int -- c21\n"
    text += "  > -- c22\n . -- c23\n z -- c24\n ^ -- c25\n K -- c26\n ) -- c27\n -- c28\n"
    after = format_program(text)
    assert [after.count(f"-- c{n}\n") for n in range(1, 29)] == [1] * 28
    assert format_program(after) == after
    assert content(parse_program(Source(after))) == content(parse_program(Source(text)))


@pytest.mark.parametrize("text", ["[" * 20_000 + "x" + "]" * 20_000, "x;" * 20_000 + "y"])
def test_deep(text: str) -> None:
    after = format_program(text)
    assert parse_program(Source(after)).main == parse_program(Source(text)).main
    assert max(map(len, after.split("\n"))) <= 88
