"""The λ-calculi as calculi of the registry: syntax, results, errors, depth."""

from typing import Any

import pytest

import calculus
from calculus.encodings.build import source_name, variable_name

BOTH = pytest.mark.parametrize("language", ["lambda-cbn", "lambda-cbv"])


@BOTH
@pytest.mark.parametrize(
    "text",
    [
        "\\x y. x y (x y)",
        "(\\x. x) (\\x. x) 1",
        "1 + 2 * 3 - (4 - 5)",
        "(1 + 2) * -3 - -x",
        "not (a and b or c) and not d",
        "1 < 2 == True",
        'if x == "a\\n" then length x else -1',
        "let x = 1 in \\y. x",
        "Cons (f x) (Cons 1 Nil)",
        'match f x { Nil -> 0; Cons h t -> \\x. h; 3 -> 1; -3 -> 2; "a" -> 3 }',
        "(if x then y else z) 1",
    ],
)
def test_printing_what_was_parsed(language: str, text: str) -> None:
    if text == "1 < 2 == True":
        with pytest.raises(calculus.SyntaxProblem):
            calculus.parse(language, text)
        return
    term = calculus.parse(language, text)
    assert str(term) == text
    assert calculus.parse(language, str(term)) == term


@pytest.mark.parametrize(
    ("language", "text", "value"),
    [
        ("lambda-cbv", "(\\x. x + 1) 2", "3"),
        ("lambda-cbv", "(\\x y. x - y) 5 3", "2"),
        ("lambda-cbn", "(\\x y. x - y) 5 3", "2"),
        ("lambda-cbn", "(\\x. 1) (1 / 0)", "1"),
        ("lambda-cbn", "match Cons (1 / 0) Nil { Cons h t -> 2 }", "2"),
        ("lambda-cbv", "match 3 { 2 -> \"two\"; 3 -> \"three\" }", '"three"'),
        ("lambda-cbv", "False and 1 / 0 == 1 or True", "True"),
        ("lambda-cbv", "length (\"ab\" ++ \"c\") % 2", "1"),
        ("lambda-cbv", "-7 / 2", "-4"),
        ("lambda-cbv", "\\add. add", "\\add. add"),
        ("lambda-cbv", "(\\skip add. skip) 1", "\\add. 1"),
        ("lambda-cbv", "let a = 1 in let b = 2 in let f = \\k. k - a in f b", "1"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("engine", ["reference", "kernel"])
def test_values(language: str, text: str, value: str, engine: str) -> None:
    result: Any = calculus.run(language, text, engine=engine)
    assert (result.status, str(result)) == ("done", value)


@pytest.mark.parametrize(
    ("language", "text", "message", "place"),
    [
        ("lambda-cbv", "2 * (1 + True)", "`+` expects a number and a number, found 1 and True", "1 + True"),
        ("lambda-cbv", "1 == \"a\"", "`==` compares constants of one type, found 1 and \"a\"", "1 == \"a\""),
        ("lambda-cbn", "1 + (\\x. x)", "expected a value, found a function without its argument", "\\x."),
        ("lambda-cbv", "(1 + 2) / (3 - 3)", "division by zero", "(1 + 2) / (3 - 3)"),
        ("lambda-cbv", "match A { B -> 1 }", "expected a function or a branch that fits, found A", "A"),
        ("lambda-cbv", "\"f\" 1", "expected a function or a branch that fits, found \"f\"", '"f"'),
    ],
)  # fmt: skip
def test_stuck_runs_point_at_the_source(language: str, text: str, message: str, place: str) -> None:
    result: Any = calculus.run(language, text)
    assert result.status == "stuck" and result.value is None
    assert result.error.message == message
    assert result.error.span.text == place


@BOTH
def test_names_are_checked(language: str) -> None:
    found = calculus.check(language, "def f = \\x. g x\n\nf (\\y. z)")
    assert [(item.kind, item.span and item.span.text) for item in found] == [("name", "g"), ("name", "z")]
    with pytest.raises(calculus.NameProblem, match="there is no `g`"):
        calculus.run(language, "def f = \\x. g x\n\nf 1")
    with pytest.raises(calculus.NameProblem, match="expected one definition of `f`, found a second"):
        calculus.program(language, "def f = 1\ndef f = 2")
    with pytest.raises(calculus.NameProblem, match="expected one branch for each constructor"):
        calculus.parse(language, "match x { A -> 1; A y -> 2 }")
    with pytest.raises(calculus.UsageProblem, match="has no main term"):
        calculus.run(language, "def f = 1")


@BOTH
def test_limits(language: str) -> None:
    result: Any = calculus.run(language, "(\\x. x x) (\\x. x x)", max_steps=20_000)
    assert (result.status, result.stopped_by) == ("budget", "steps")


@BOTH
def test_layout(language: str) -> None:
    text = "-- about\n\n\n\ndef   f=λx  y .x+-y*( 2 )  -- here\nmatch  f{A->1 ;B  x->2\n}\n"
    wanted = "-- about\n\ndef f = \\x y. x + -y * (2) -- here\nmatch f { A -> 1; B x -> 2\n}\n"
    assert calculus.format(language, text) == wanted
    assert calculus.format(language, wanted) == wanted
    assert calculus.format(language, calculus.format(language, wanted, unicode=True)) == wanted


@BOTH
@pytest.mark.parametrize(
    "text",
    [
        "1" + " + 1" * 3_000,
        "(1 + " * 3_000 + "1" + ")" * 3_000,
        "\\x. " * 3_000 + "x",
        "let x = 1 in " * 3_000 + "x",
        "Cons 1 (" * 3_000 + "Nil" + ")" * 3_000,
    ],
    ids=["sum", "nested", "functions", "lets", "list"],
)
def test_deep_programs(language: str, text: str) -> None:
    result: Any = calculus.run(language, text)
    assert result.status == "done"
    assert len(str(result.value)) > 0


@pytest.mark.long
def test_a_very_deep_program() -> None:
    text = "(1 + " * 100_000 + "1" + ")" * 100_000
    assert str(calculus.run("lambda-cbv", text)) == "100001"
    assert calculus.check("lambda-cbv", text) == []
    assert calculus.translate("lambda-cbv", text)


def test_names_of_the_fmc_are_kept_apart() -> None:
    names = ["x", "add", "add_", "add__", "skip", "main_", "x_", "_"]
    assert len({variable_name(name) for name in names}) == len(names)
    assert [source_name(variable_name(name)) for name in names] == names
    assert not {variable_name(name) for name in names} & {"add", "skip", "main"}


def test_translate() -> None:
    assert calculus.translate("lambda-cbv", "(\\x. x) 1") == "[1] ; <a>.([<x>.[x]] ; <f>.[a].f)\n"
    with pytest.raises(calculus.UsageProblem, match="is not translated"):
        calculus.translate("fmc", "[1]")
    with pytest.raises(calculus.UsageProblem, match="does not translate into"):
        calculus.translate("lambda-cbv", "1", to="nothing")
    with pytest.raises(calculus.UsageProblem, match="does not translate into lambda-cbn"):
        calculus.translate("lambda-cbv", "1", to="lambda-cbn")
