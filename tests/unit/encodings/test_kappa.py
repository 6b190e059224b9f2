"""The κ-calculus: what is read, what it becomes, what is said of results and mistakes."""

import pytest

import calculus
from calculus import registry
from calculus.encodings.kappa.language import Kappa
from calculus.source.diagnostic import TypeProblem, UsageProblem
from calculus.source.text import Source


def values(text: str, **options: object) -> list[str]:
    found = calculus.run("kappa", text, **options)
    (answer,) = found.answers
    assert found.view is not None and found.complete
    data: list[str] = found.view(answer).data["values"]
    return data


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("skip", []),
        ("[A]; [B]; kappa x y. [x]; [y]", ["B", "A"]),
        ("[1]; κx. [x]; [x]; add", ["2"]),
        ("[7]; [2]; sub", ["5"]),
        ("[-7]; [2]; div; [-7]; [2]; mod", ["-4", "1"]),
        ("[A]; kappa _. skip", []),
        ("([A]; [B]); kappa x. ([x])", ["A", "B"]),
        ("[A]; (kappa x. [F(x, x)]; kappa y. [y]; [x])", ["F(A, A)", "A"]),
        ("[1]; kappa x. [2]; kappa x. [x]", ["2"]),
        ('[{1, "a" | {}}]; kappa t. [{0 | t}]', ['{0, 1, "a"}']),
        ("def f = kappa a. [a]; g\n\ndef g = kappa b. [G(b)]\n\n[A]; f", ["G(A)"]),
        ("def main = [A]", ["A"]),
    ],
)
def test_results(text: str, left: list[str]) -> None:
    assert values(text) == left


def test_initial_stack() -> None:
    assert values("kappa x. [F(x)]", stacks={"lambda": [1, "A"]}) == ["1", "F(A)"]


def test_translation() -> None:
    assert calculus.translate("kappa", "def f = kappa x _. [x]; mul\n\n[2]; f") == (
        "def f = ex x. <x>; ex _0. <_0>; [x]; ex a b c. <b>; <a>; mul(a, b, c); [c]\n\n[2]; f\n"
    )


def test_layout() -> None:
    text = "def f =  κ x   y .[ x ] ;( [y];skip )\n[A];f -- remark"
    ascii = "def f = kappa x y. [x]; ([y]; skip)\n[A]; f  -- remark\n"
    assert calculus.format("kappa", text) == ascii
    assert calculus.format("kappa", text, unicode=True) == "def f = κx y. [x]; ([y]; ⋆)\n[A]; f  -- remark\n"
    long = "; ".join(f"[Constructor{number}(1, 2, 3)]" for number in range(8))
    laid_out = calculus.format("kappa", f"def f = {long}")
    assert max(map(len, laid_out.splitlines())) <= 88
    assert calculus.format("kappa", laid_out) == laid_out


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[A]; kappa x y. [x]", "this expects 1 value on the stack, found none"),
        ("[A]; add", "this expects 1 value on the stack, found none"),
        ("def f = kappa x y. [x]\n\n[A]; f", "`f` expects 2 values on the stack, found 1 value"),
        (
            "def f = kappa x. [x]\n\ndef g = f; f; kappa x y. skip\n\n[A]; g",
            "`g` expects 2 values on the stack, found 1 value",
        ),
    ],
)
def test_values_that_are_missing(text: str, said: str) -> None:
    with pytest.raises(TypeProblem) as caught:
        calculus.run("kappa", text)
    assert caught.value.diagnostic.message == said
    assert caught.value.span is not None


def test_a_value_that_is_no_integer() -> None:
    found = calculus.run("kappa", "[A]; [2]; mul")
    assert found.status == "stuck" and found.error is not None
    assert found.error.span is not None and found.error.span.text == "mul"


def test_without_a_main_term() -> None:
    with pytest.raises(UsageProblem, match="has no main term"):
        calculus.run("kappa", "def f = skip")


def test_long_and_deep() -> None:
    number = 2_000
    assert values("[0]; " + "; ".join("[1]; add" for _ in range(number))) == [str(number)]
    deep = "F(" * number + "A" + ")" * number
    assert values(f"[{deep}]; kappa x. [x]; [x]") == [deep, deep]
    assert values("[A]; " + "(" * number + "kappa x. [x]" + ")" * number) == ["A"]
    definitions = "".join(f"def f{item + 1} = f{item}; f{item}\n" for item in range(200))
    with pytest.raises(TypeProblem):
        calculus.run("kappa", f"def f0 = kappa x. skip\n{definitions}[A]; f200")


def test_session() -> None:
    language = Kappa()
    program, names = language.extend(None, Source("def swap = kappa x y. [x]; [y]"))
    assert (names, program.main) == (["swap"], None)
    program, names = language.extend(program, Source("[1]; [2]; swap"))
    assert names == []
    found = language.run(program, calculus.Settings())
    assert [found.view(answer).text for answer in found.answers] == ["2, 1"]
    assert language.saved(program, [(program.main, "*")]) == (
        "def swap = kappa x y. [x]; [y]\n\n[1]; [2]; swap\n"
    )
    assert language.is_incomplete("kappa x.") and not language.is_incomplete("skip")
    assert "kappa" in language.acceptable("[A]; ")


def test_it_is_registered() -> None:
    assert registry.for_file("swap.kappa").name == "kappa"
