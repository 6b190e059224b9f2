"""Texts to trees: spellings, places, definitions."""

import pytest

import calculus
from calculus import eml
from calculus.eml import expansion
from calculus.eml.postfix import from_postfix, is_postfix
from calculus.eml.syntax import ONE, variable
from calculus.eml.syntax import eml as node
from calculus.source.diagnostic import CalculusError, NameProblem, SyntaxProblem
from calculus.source.text import Source
from calculus.term import Term, canonical

x, y = variable("x"), variable("y")
LN = node(ONE, node(node(ONE, x), ONE))


def parsed(text: str) -> Term:
    return canonical(calculus.parse("eml", text))


def main(text: str) -> Term:
    return canonical(calculus.program("eml", text).main)


@pytest.mark.parametrize(
    "text",
    [
        "eml(1, eml(eml(1, x), 1))",
        "eml(1,eml(eml(1,x),1))",
        "eml (1 ,\n eml ( eml(1, x), 1 ) )",
        "11xE1EE",
        " 11x E1\nEE ",
        "eml(1, 1xE1E)",
        "11{x}E1EE",
        "eml(1, -- a comment\n 1xE 1E)",
    ],
)
def test_both_spellings_are_the_same_tree(text: str) -> None:
    assert parsed(text) is LN
    assert eml.Tree(text).term is LN


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("1", ONE),
        ("x", x),
        ("rate", variable("rate")),
        ("x1", variable("x1")),
        ("_t", variable("_t")),
        ("E", variable("E")),
        ("SIZE", variable("SIZE")),
        ("{E}", variable("E")),
        ("{eml}", variable("eml")),
        ("xyE", node(x, y)),
        ("{xyE}", variable("xyE")),
        ("eml(E, xE)", node(variable("E"), variable("xE"))),
        ("{E}1E", node(variable("E"), ONE)),
        ("λ1E", node(variable("λ"), ONE)),
    ],
)
def test_names_and_postfix(text: str, tree: Term) -> None:
    assert parsed(text) is tree
    assert eml.Tree(text).term is tree


def test_a_word_is_postfix_only_if_it_is_a_tree() -> None:
    words = {"xyE", "x1E", "11xE1EE", "αβE"}
    names = {"x", "E", "1", "xE", "xEyE", "x2E", "x_E", "SIZE", "xyEE", "", "xyE1"}
    assert {word for word in words | names if is_postfix(word)} == words


@pytest.mark.parametrize("text", ["11xE1EE", "eml(1, eml(eml(1, x), 1))", "1 1xE 1 E E"])
def test_every_node_has_its_place(text: str) -> None:
    term = calculus.parse("eml", text)
    stack = [term]
    while stack:
        item = stack.pop()
        assert item.span is not None
        head = item.span.at_head().text
        assert head == {"eml.one": "1", "variable": "x"}.get(item.op.name, head)
        assert head in ("1", "x", "E", "eml")
        stack += item.children


@pytest.mark.parametrize(
    ("text", "column", "message"),
    [
        ("eml(x)", 6, "expected a second tree"),
        ("eml(1, x, 1)", 9, "found a third"),
        ("eml(1, 2)", 8, "expected a tree, found `2`"),
        ("11E1", 4, "expected one tree, found 2 trees"),
        ("1E", 2, "`E` expects two trees before it, found 1"),
        ("x{y", 2, "found `{`"),
        ("x + 1", 3, "found `+`"),
    ],
)
def test_mistakes_have_places(text: str, column: int, message: str) -> None:
    with pytest.raises(SyntaxProblem) as caught:
        calculus.parse("eml", text)
    span = caught.value.span
    assert span is not None and span.to_json()["column"] == column
    assert message in caught.value.diagnostic.message


def test_definitions_are_expanded() -> None:
    assert main("def e = 11E\ndef ln(z) = eml(1, eml(eml(1, z), 1))\n\nln(x)") is LN
    text = "def f(x, y) = eml(y, x)\ndef g(x) = f(x, f(1, x))\n\ng(e)"
    e = variable("e")
    assert main(text) is node(node(e, ONE), e)


def test_a_free_variable_is_not_captured_by_a_parameter() -> None:
    assert main("def f(x) = eml(x, a)\ndef g(a) = f(a)\n\ng(1)") is node(ONE, variable("a"))


def test_a_parameter_hides_a_definition() -> None:
    assert main("def x = 11E\ndef f(x) = eml(x, 1)\n\nf(y)") is node(y, ONE)


def test_definitions_may_come_later() -> None:
    assert main("def f(x) = g(x)\ndef g(x) = eml(x, 1)\nf(y)") is node(y, ONE)


def test_select_takes_a_definition_in_its_parameters() -> None:
    language = calculus.registry.get("eml")
    program = calculus.program("eml", "def one = 1\ndef f(a, b) = eml(a, eml(one, b))")
    chosen = language.select(program, "f")  # type: ignore[attr-defined]
    assert canonical(chosen.main) is node(variable("a"), node(ONE, variable("b")))


def test_equal_calls_are_expanded_once() -> None:
    # Without sharing there would be 2^60 nodes.
    lines = ["def f1 = eml(x, x)", *(f"def f{i} = eml(f{i - 1}, f{i - 1})" for i in range(2, 61))]
    tree = eml.Tree(main("\n".join([*lines, "f60"])))
    assert tree.dag == 61
    assert tree.K == 2**61 - 1
    lines = ["def f1(x) = eml(x, x)", *(f"def f{i}(x) = eml(f{i - 1}(x), f{i - 1}(x))" for i in range(2, 61))]
    assert eml.Tree(main("\n".join([*lines, "f60(y)"]))).K == 2**61 - 1


def test_a_chain_of_many_definitions() -> None:
    count = 3_000
    lines = ["def f0 = x", *(f"def f{i} = eml(1, f{i - 1})" for i in range(1, count))]
    assert eml.Tree(main("\n".join([*lines, f"f{count - 1}"]))).depth == count - 1


def test_an_expansion_that_explodes_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(expansion, "MOST", 1_000)
    lines = ["def f1(x) = eml(x, 1)", *(f"def f{i}(x) = f{i - 1}(f{i - 1}(x))" for i in range(2, 20))]
    with pytest.raises(NameProblem, match="more than 1,000 nodes"):
        calculus.program("eml", "\n".join([*lines, "f19(1)"]))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("def f = f\nf", "uses itself"),
        ("def f(x) = g(x)\ndef g(x) = f(x)\n1", "uses itself"),
        ("def f(x) = x\nf", "takes 1 tree, found none"),
        ("def f = 1\nf(x)", "takes no arguments, found 1"),
        ("def sqrt(x) = x\nsqr(1)", "there is no definition `sqr`"),
    ],
)
def test_wrong_uses_of_definitions(text: str, message: str) -> None:
    with pytest.raises(NameProblem) as caught:
        calculus.program("eml", text)
    assert message in caught.value.diagnostic.message
    assert caught.value.span is not None


def test_all_mistakes_are_reported_at_once() -> None:
    problems = calculus.check("eml", "def f = eml(1)\ndef g = 2\n\neml(1, h(1))\n")
    assert [item.span and item.span.to_json()["line"] for item in problems] == [1, 2]


def test_a_tree_of_any_depth() -> None:
    count = 20_000
    for text in ("eml(1, " * count + "x" + ")" * count, "1" * count + "x" + "E" * count):
        assert eml.Tree(text).depth == count
    left = "eml(" * count + "x" + ", 1)" * count
    assert eml.Tree(left) == eml.Tree("x" + "1E" * count)


def test_bad_texts_raise_only_named_errors() -> None:
    pieces = ["1", "x", "E", "eml(", "f(", "(", ")", ",", "{", "}", "=", "def ", "law ", "\n", ":", "2", "+"]
    seen = 0
    for number in range(3_000):
        text = "".join(pieces[number * step % len(pieces)] for step in (1, 7, 31, 131, 577, 2741))
        try:
            calculus.program("eml", text)
        except CalculusError:
            seen += 1
    assert seen > 1_000


def test_from_postfix_gives_canonical_or_located_nodes() -> None:
    source = Source("1xE")
    assert from_postfix(source) is node(ONE, x)
    found = from_postfix(source, [(0, 3)])
    assert found is not node(ONE, x) and canonical(found) is node(ONE, x)
