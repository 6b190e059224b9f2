"""The one layout of a file."""

from pathlib import Path

import pytest

from calculus.rmc.layout import format_program
from calculus.rmc.parser import parse_items
from calculus.rmc.program import Program
from calculus.rmc.syntax import GRAMMAR
from calculus.source.diagnostic import SyntaxProblem
from calculus.source.text import Source

HERE = Path(__file__).parents[2]
EXAMPLES = sorted([*(HERE.parent / "examples" / "rmc").glob("*.rmc"), *(HERE / "golden/parse/rmc").glob("*")])


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", ""),
        ("\n\n", ""),
        ("-- only\n\n\n\n--  comments  \n", "-- only\n\n--  comments\n"),
        ("[ x ] ;<y>;z", "[x]; <y>; z\n"),
        ("a<F( x,y )>;[ { x,y|z } ]a;{ }==x", "a<F(x, y)>; [{x, y | z}]a; {} == x\n"),
        ("f+g;h * ~", "f + g; h*~\n"),
        ("ex  x  y.f", "ex x y. f\n"),
        ("∃x.∃y.⟨x⟩†;⋆;x≐y", "ex x. ex y. <x>~; skip; x == y\n"),
        ("λ⟨x⟩;[x]λ", "lambda<x>; [x]lambda\n"),
        ("skip;1;fail;0", "skip; 1; fail; 0\n"),
        ("add( x,1,y )", "add(x, 1, y)\n"),
        ("((f))", "((f))\n"),
        ("def  f=g", "def f = g\n"),
        ("law  a :1  =  x", "law a: 1 = x\n"),
        ("law a: f=g at λ ^2  as ground over Z S / 1", "law a: f = g at lambda^2 as ground over Z S/1\n"),
        ("f -- why", "f  -- why\n"),
        ("f; -- why\n  g", "f;  -- why\n  g\n"),
        ("f;\n-- why\n  g", "f;\n  -- why\n  g\n"),
        ("def f = 1\n\n\n\ndef g = 1\ndef h = 1", "def f = 1\n\ndef g = 1\ndef h = 1\n"),
    ],
)
def test_one_line(before: str, after: str) -> None:
    assert format_program(before) == after
    assert format_program(after) == after


def test_unicode() -> None:
    text = "ex x y. <F(x)>~; skip; x == y; lambda<x>; [x]a\n"
    assert format_program(text, unicode=True) == "∃x y. ⟨F(x)⟩†; ⋆; x ≐ y; lambda⟨x⟩; [x]a\n"
    assert format_program(format_program(text, unicode=True)) == text


def test_long_terms_are_broken() -> None:
    text = (
        "def mul = [Z]c; (ex x. x<S(x)>; (ex y. y<y>; [y]y; [y]t; "
        "(ex u v. t<S(u)>; c<v>; [S(v)]c; [u]t)*; t<Z>); [x]x)*; "
        "x<Z>; (ex y. y<y>) + [A] + ex x. add(x, x, x)"
    )
    assert format_program(text, width=60) == (
        "def mul =\n"
        "  [Z]c;\n"
        "  (ex x.\n"
        "    x<S(x)>;\n"
        "    (ex y.\n"
        "      y<y>; [y]y; [y]t;\n"
        "      (ex u v. t<S(u)>; c<v>; [S(v)]c; [u]t)*; t<Z>\n"
        "    );\n"
        "    [x]x\n"
        "  )*;\n"
        "  x<Z>; (ex y. y<y>)\n"
        "  + [A]\n"
        "  + ex x. add(x, x, x)\n"
    )


def test_long_values_are_broken() -> None:
    text = "def f = [F({Alpha, Beta, Gamma | x}, Delta)]a*; f"
    assert format_program(text, width=24) == (
        "def f =\n"
        "  [\n"
        "    F(\n"
        "      {\n"
        "        Alpha, Beta,\n"
        "        Gamma | x\n"
        "      }, Delta\n"
        "    )\n"
        "  ]a*; f\n"
    )


def test_a_main_term_begins_in_column_1() -> None:
    assert format_program("(ex x. <x>; [x]; f)*; g", width=16) == "(ex x.\n  <x>; [x]; f\n)*;\n  g\n"
    assert format_program("ex x. <x>; [x]; f; g", width=15) == "ex x.\n  <x>; [x]; f;\n  g\n"


def test_sums_are_broken_before_sequences() -> None:
    assert format_program("f; g + h; i + (j + k; l)", width=12) == (
        "f; g\n  + h; i\n  + (\n      j\n      + k; l\n    )\n"
    )


def test_wrong_text() -> None:
    with pytest.raises(SyntaxProblem):
        format_program("[x")


def test_names_need_not_exist() -> None:
    assert format_program("def f = g;[x]") == "def f = g; [x]\n"


def laws(program: Program) -> list[tuple[str, list[str]]]:
    """The laws, by what their tokens are."""
    found = []
    for law in program.laws:
        tokens = GRAMMAR.tokens(law.body.source.text, law.body.start, law.body.end)
        kinds = ["NAME" if token.kind == "LAMBDA" else token.kind for token in tokens]
        found.append((law.name, kinds))
    return found


@pytest.mark.parametrize("path", [path for path in EXAMPLES if path.suffix == ".rmc"], ids=lambda p: p.stem)
@pytest.mark.parametrize("unicode", [False, True], ids=["ascii", "unicode"])
def test_files_keep_their_content(path: Path, unicode: bool) -> None:
    before = parse_items(Source.read(path))
    text = format_program(before, unicode=unicode)
    after = parse_items(Source(text))
    assert format_program(text, unicode=unicode) == text
    assert after.main == before.main
    assert {item.name: item.term for item in after.definitions.values()} == {
        item.name: item.term for item in before.definitions.values()
    }
    assert laws(after) == laws(before)
