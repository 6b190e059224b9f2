"""Programs of λ-RLM: how they are read, printed and laid out, and what their names must be."""

import pytest

from calculus.rlm.calculus import RLM
from calculus.rlm.program import oracle_sites, parse_program, parse_term
from calculus.source.diagnostic import CalculusError, NameProblem, SyntaxProblem
from calculus.source.text import Source

LANGUAGE = RLM()


def program(text: str):
    return parse_program(Source(text))


@pytest.mark.parametrize(
    "text",
    [
        "fix f. \\P. if size P <= tau then P else concat (map f (split k P))",
        "let xs = split 3 document in (length xs, [1, 2 + 3, -4])",
        '\\x y. x (y "a\\"b") [] [(x, y), (y, x)]',
        'not (1 < 2 and "a" == "b" or True)',
        'join ", " (map (\\c. "<" ++ c ++ ">") (words query))',
    ],
)
def test_terms_print_as_they_are_read(text: str) -> None:
    term = parse_term(Source(text))
    assert str(term) == text
    assert parse_term(Source(str(term))) == term


def test_definitions_stand_after_those_they_use() -> None:
    found = program("def a = b c\n\ndef b = \\x. x\n\ndef c = b 1\n\na")
    assert list(found.definitions) == ["b", "c", "a"]


def test_oracles_are_numbered_in_the_order_of_the_text() -> None:
    found = program('def late = oracle "1"\n\ndef early = oracle "2"\n\n(early, (late, oracle "3"))')
    assert [site.span.start for site in oracle_sites(found)] == sorted(
        site.span.start for site in oracle_sites(found)
    )
    assert len(oracle_sites(found)) == 3


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("spilt 2 document", "`spilt` is not bound"),
        ("def split = 1", "`split` is a combinator"),
        ("def query = 1", "`query` is given by the run"),
        ("\\map. map", "`map` has a meaning"),
        ("def a = b\n\ndef b = a", "`a` does"),
        ("def a = a", "`a` does"),
        ("def a = 1\n\ndef a = 2", "expected one definition of `a`, found a second"),
    ],
)
def test_names_that_will_not_do(text: str, message: str) -> None:
    with pytest.raises(NameProblem) as found:
        program(text)
    assert message in found.value.diagnostic.message
    assert found.value.span is not None


def test_all_mistakes_are_told_at_once() -> None:
    with pytest.raises(NameProblem) as found:
        program("def a = unknown\n\ndef b = fix f. f\n\nother")
    assert len(found.value.diagnostics) == 3


@pytest.mark.parametrize("text", ["", "(1, 2", "[1, ]", "fix f \\P. P", "def x 1", "let x = 1", "1 +"])
def test_what_is_no_program_has_a_place(text: str) -> None:
    with pytest.raises(SyntaxProblem) as found:
        program(text)
    assert found.value.span is not None


def test_the_main_term_may_be_a_definition() -> None:
    text = 'def twice = \\x. x ++ x\n\ndef main = twice (oracle "a")'
    found = program(text)
    assert str(found.main) == 'twice (oracle "a")'
    assert str(LANGUAGE.infer(found)) == "Text"
    assert len(oracle_sites(found)) == 1
    assert len(LANGUAGE.check(Source("def main = size 1"))) == 1
    with pytest.raises(NameProblem) as wrong:
        program("def main = unknown")
    assert len(wrong.value.diagnostics) == 1
    with pytest.raises(SyntaxProblem, match="expected one main term"):
        program("def main = 1\n\n2")


# Recursion

GUARDED = [
    "fix f. \\P. if size P <= tau then P else concat (map f (split k P))",
    "fix f. \\P. if size P <= 100 then P else concat (map f (split 2 P))",
    "fix f. \\P. if size P <= tau then P else concat (map (\\c. f c ++ c) (split k P))",
    'fix f. \\P. if size P <= tau then P else concat (map f (filter (\\c. contains "a" c) (split k P)))',
    "fix f. \\P. if size P <= tau then P else let xs = split k P in concat (map f xs)",
    "fix f. \\P. if size P <= tau then P else concat (map f (map (peek 0 9) (split k P)))",
    "fix f. \\P. if size P <= tau then P else concat (map (\\c. f (peek 0 9 c)) (split k P))",
    "fix f. \\P. if size P <= tau then P else concat (map (\\P. f P ++ P) (split k P))",
    "fix f. \\P. if size P <= 4 then P else let P = split k P in concat (map f P)",
    "fix f. \\P. if size P <= tau then P else let f = document in f",
    "fix f. \\P. if size P <= tau then P else let xs = filter (\\c. size c > 1) (split k P) in\n"
    "  concat (map f (map (\\c. peek 0 1 c) xs))",
]


@pytest.mark.parametrize("text", GUARDED)
def test_recursion_on_parts_is_guarded(text: str) -> None:
    assert program(text).main is not None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("fix f. f", "not of a function"),
        ("fix f. \\P. f P", "no test `size P <= tau` first"),
        ("fix f. \\P. if size document <= tau then P else P", "no test"),
        ("fix f. \\P. if size P <= 0 then P else P", "no test"),
        ("fix f. \\P. if size P < tau then P else P", "no test"),
        ("fix f. \\P. if size P <= tau then f P else P", "in the leaf"),
        ("fix f. \\P. if size P <= tau then P else f P", "applied to what is not a part"),
        ("fix f. \\P. if size P <= tau then P else concat (map f [P])", "mapped over what are not parts"),
        (
            "fix f. \\P. if size P <= tau then P else concat (map f (split k document))",
            "mapped over what are not parts",
        ),
        (
            "fix f. \\P. if size P <= tau then P else concat (map f (map (\\c. c ++ c) (split k P)))",
            "mapped over what are not parts",
        ),
        ("fix f. \\P. if size P <= tau then P else let g = f in g P", "that is not the function"),
        # A character of two bytes is never a leaf of one, and a split leaves it whole.
        ("fix f. \\P. if size P <= 1 then P else concat (map f (split 2 P))", "leaves of 1"),
        # Another text of the name of the argument.
        (
            "fix f. \\P. if size P <= tau then P else let P = document in concat (map f (split k P))",
            "mapped over what are not parts",
        ),
        (
            "fix f. \\P. if size P <= tau then P else concat ((\\P. map f (split k P)) document)",
            "mapped over what are not parts",
        ),
        (
            "fix f. \\P. if size P <= tau then P else concat (map (\\c. f P) (split k P))",
            "applied to what is not a part",
        ),
        (
            "fix f. \\P. if size P <= tau then P else\n"
            "  let xs = split k P in concat (map (\\c. concat (map (\\xs. xs) [f (c ++ c)])) xs)",
            "applied to what is not a part",
        ),
    ],
)
def test_other_recursion_is_refused_with_the_reason(text: str, reason: str) -> None:
    with pytest.raises(NameProblem) as found:
        program(text)
    assert reason in found.value.diagnostic.message
    assert "the form is" in (found.value.diagnostic.help or "")


def test_a_name_bound_again_is_no_part() -> None:
    with pytest.raises(NameProblem):
        program(
            "fix f. \\P. if size P <= tau then P else\n"
            "  concat (map (\\c. concat (map (\\c. f c) [document])) (split k P))"
        )
    assert program(
        "fix f. \\P. if size P <= tau then P else\n"
        "  concat (map (\\c. concat (map (\\f. f) [c])) (split k P))"
    )


# Types


@pytest.mark.parametrize(
    ("text", "type"),
    [
        ("\\x. x", "a -> a"),
        ("map", "(a ~> b) -> List a ~> List b"),
        ("map size", "List Text -> List Int"),
        ("map oracle", "List Text ~> List Text"),
        ("\\f xs. map f (filter (\\x. True) xs)", "(a ~> b) -> List a ~> List b"),
        ("reduce (\\a b. a + b) 0", "List Int -> Int"),
        ("fix f. \\P. if size P <= tau then oracle P else concat (map f (split k P))", "Text ~> Text"),
        ("fix f. \\P. if size P <= tau then [P] else [oracle P]", "Text ~> List Text"),
        ('let id = \\x. x in (id 1, id "a")', "Pair Int Text"),
        ("\\x. (x, oracle)", None),
        ("pairs (words document)", "List (Pair Text Text)"),
        ('\\c. oracle ("a" ++ c) == "yes"', "Text ~> Bool"),
        ("(\\f. f) oracle", "Text ~> Text"),
        ("if True then \\x. x else oracle", "Text ~> Text"),
    ],
)
def test_types(text: str, type: str | None) -> None:
    found = program(text)
    if type is None:
        assert LANGUAGE.check(Source(text))
    else:
        assert str(LANGUAGE.infer(found)) == type


def test_a_definition_has_a_different_type_at_every_use() -> None:
    found = LANGUAGE.types(program('def id = \\x. x\n\ndef both = (id 1, id "a")\n\nid oracle'))
    assert {name: str(type) for name, type in found.types.items()} == {
        "id": "a -> a",
        "both": "Pair Int Text",
    }
    assert str(found.main) == "Text ~> Text"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("size 1", "expected `Text`, found `Int`"),
        ("1 + True", "expected `Int`, found `Bool`"),
        ("if 1 then 2 else 3", "expected `Bool`, found `Int`"),
        ('if True then 2 else "a"', "expected `Int`, found `Text`"),
        ("size document 1", "expected 1 argument of `size`, found one more"),
        ("1 2", "expected a function, found `Int`"),
        ('reduce (\\a b. oracle a) "" []', "expected a pure function"),
        ("[1, document]", "expected `Int`, found `Text`"),
        ("[size]", "found `Text -> Int`"),
        ("\\x. x x", "found"),
        ("True 1", "expected a function, found `Bool`"),
        ("1 == document", "expected `Int`, found `Text`"),
        ("(\\x. x) == (\\x. x)", "found"),
        ('\\P. fix f. \\Q. if size Q <= tau then 1 else "a"', "expected `Int`, found `Text`"),
    ],
)
def test_what_has_no_type_is_told_at_its_place(text: str, message: str) -> None:
    (problem,) = LANGUAGE.check(Source(text))
    assert message in problem.message
    assert problem.span is not None


def test_an_impure_function_is_shown_where_it_calls() -> None:
    text = 'def ask_it = \\x. oracle x\n\nreduce (\\a b. ask_it (a ++ b)) "" []'
    (problem,) = LANGUAGE.check(Source(text))
    assert "pure" in problem.message
    assert any(note.span is not None and note.span.text == "oracle" for note in problem.notes)


def test_only_what_cannot_be_typed_is_told_of() -> None:
    problems = LANGUAGE.check(Source("def a = size 1\n\ndef b = a\n\nb"))
    assert [problem.message for problem in problems] == ["expected `Text`, found `Int`"]


@pytest.mark.parametrize("depth", [5_000])
def test_depth_is_no_matter(depth: int) -> None:
    for text in (
        "(" * depth + "1" + ")" * depth,
        "1" + " + 1" * depth,
        "\\x. " * depth + "x",
        "let x = 1 in " * depth + "x",
        "[" * depth + "]" * depth,
        "if True then 1 else " * depth + "2",
    ):
        source = Source(text)
        assert LANGUAGE.check(source) == []
        found = parse_program(source).main
        assert found is not None
        assert parse_term(Source(str(found))) == found


def test_layout_is_settled() -> None:
    wrong = "def  f =\n  \\P.\n    if size P<=tau then P else\n   map f [ P,P ]\n\n\n\n-- main\nf document\n"
    with pytest.raises(CalculusError):
        LANGUAGE.format(Source(wrong))
    text = wrong.replace("map f [ P,P ]", "show(length [ P,P ])")
    once = LANGUAGE.format(Source(text))
    assert (
        once
        == "def f =\n  \\P.\n  if size P <= tau then P else\n  show (length [P, P])\n\n-- main\nf document\n"
    )
    assert LANGUAGE.format(Source(once)) == once
    assert "λP." in LANGUAGE.format(Source(once), unicode=True)
