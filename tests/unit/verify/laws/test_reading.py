"""Reading laws: what they state, and what is said of those that are wrong."""

import pytest

from calculus import registry
from calculus.library import check_source
from calculus.source.diagnostic import CalculusError
from calculus.source.text import Source
from calculus.verify.laws import mistakes, statements
from calculus.verify.laws.fmc.statements import Answers, Deterministic, Equation, HasType, Terminates
from calculus.verify.laws.rmc import statements as rmc
from calculus.verify.laws.statement import Statement

FMC = "def f = <x>.[x]\ndata D a = N | C a\n{law}\n[1]\n"
RMC = "def f = ex x. <x>; [x]\n{law}\n[A]\n"


def read(language: str, law: str) -> Statement:
    text = (FMC if language == "fmc" else RMC).format(law=law)
    (found,) = statements(language, registry.get(language).parse(Source(text)))
    return found


def problems(language: str, law: str) -> list[tuple[str, str]]:
    """The messages, and the texts that they point at."""
    text = (FMC if language == "fmc" else RMC).format(law=law)
    found = mistakes(language, registry.get(language).parse(Source(text)))
    return [(item.message, item.span.text if item.span else "") for item in found]


# FMC


def test_equations() -> None:
    law = read("fmc", "law l: f ; f = f at Int c(Bool D Text)")
    assert isinstance(law, Equation)
    assert (str(law.left), str(law.right)) == ("f.f", "f")
    # The leftmost type of a location is that of the value on top, which is pushed last.
    assert [(slot.location, str(slot.type)) for slot in law.at or ()] == [
        ("λ", "Int"),
        ("c", "D Text"),
        ("c", "Bool"),
    ]
    assert law.text == "f ; f = f at Int c(Bool D Text)"
    assert (law.name, law.span.to_json()["line"]) == ("l", 3)


def test_an_equation_without_a_context() -> None:
    law = read("fmc", "law l: f=f")
    assert isinstance(law, Equation)
    assert law.at is None


@pytest.mark.parametrize(("word", "kind"), [("terminates", Terminates), ("deterministic", Deterministic)])
def test_behaviour(word: str, kind: type[Terminates | Deterministic]) -> None:
    law = read("fmc", f"law l: [2].f {word} at a")
    assert isinstance(law, kind)
    assert str(law.term) == "[2].f"
    assert [str(slot.type) for slot in law.at or ()] == ["a"]


def test_types_and_answers() -> None:
    typed = read("fmc", "law l: <x : Int>.[x] : Int => Int")
    assert isinstance(typed, HasType)
    assert str(typed.type) == "Int => Int"
    answers = read("fmc", "law l: main answers [1] | J ; J -> [2]")
    assert isinstance(answers, Answers)
    assert str(answers.term) == "[1]"
    assert [str(term) for term in answers.expected] == ["[1]", "J ; J -> [2]"]


def test_words_inside_of_terms_are_names() -> None:
    program = registry.get("fmc").parse(Source("def at = *\ndef answers = at\nlaw l: (at).at = (answers).at"))
    (law,) = statements("fmc", program)
    assert isinstance(law, Equation)
    assert str(law.right) == "answers.at"


def test_a_definition_may_be_called_like_a_primitive() -> None:
    (law,) = statements("fmc", registry.get("fmc").parse(Source("def add = [1]\nlaw l: add = add")))
    assert isinstance(law, Equation)
    assert law.left.op.name == "variable"


def test_comments_are_left_out() -> None:
    law = read("fmc", 'law l: [" --x"] -- why\n  -- this\n  = [" --x"]  -- and that')
    assert law.text == '[" --x"] = [" --x"]'


# RMC


def test_relational_equations() -> None:
    law = read("rmc", "law l: f; f = f at a λ^2 b as ground over Z S/1")
    assert isinstance(law, rmc.Equation)
    assert law.at == ("a", "λ", "λ", "b")
    assert (law.level, str(law.signature)) == ("ground", "Z S/1")
    plain = read("rmc", "law l: f~ = f")
    assert isinstance(plain, rmc.Equation)
    assert (plain.at, plain.level, plain.signature, str(plain.left)) == ((), "set", None, "f~")


def test_variables_of_an_equation_may_be_free() -> None:
    law = read("rmc", "law l: [x]; <y> = x == y")
    assert isinstance(law, rmc.Equation)


def test_relational_answers() -> None:
    law = read("rmc", "law l: main; f answers [A] + fail as multiset")
    assert isinstance(law, rmc.Answers)
    assert (str(law.expected), law.level) == ("[A] + 0", "multiset")


# Mistakes

WRONG = [
    ("fmc", "law l: f terminats", "expected `=`, `:`, `terminates`, `deterministic` or", "terminats"),
    ("fmc", "law l: f", "found the end of the law", "f"),
    ("fmc", "law l: = f", "expected a term, found `=`", "="),
    ("fmc", "law l: f = at Int", "expected a term after `=`, found `at`", "at"),
    ("fmc", "law l: f ; = f", "expected a term, found `=`", "="),
    ("fmc", "law l: f = f ;", "expected a term, found the end of the law", ";"),
    ("fmc", "law l: f terminates = f", "expected `at` or the end of the law, found `=`", "="),
    ("fmc", "law l: f terminates f", "expected the end of the law after `terminates`, found `f`", "f"),
    ("fmc", "law l: f = f at", "expected the types of values after `at`, found the end of the law", "at"),
    ("fmc", "law l: f : Int", "expected a type or `=>`, found the end of the law", "t"),
    ("fmc", "law l: g = f", "there is no `g`: no binder, definition or primitive has this name", "g"),
    ("fmc", "law l: f = f at E", "there is no data type `E`", "E"),
    ("fmc", "law l: [1 = f", "expected `;` or `]`, found `=`", "="),
    ("rmc", "law l: f determinist", "expected `=`, `terminates`, `deterministic` or", "determinist"),
    ("rmc", "law l: g~ = f", "there is no definition `g`", "g~"),
    ("rmc", "law l: f answers [x]", "no `ex` binds the variable `x`", "x"),
    ("rmc", "law l: f = f at A", "expected a location, found `A`", "A"),
    ("rmc", "law l: f = f at a^0", "expected how many values after `^`, from 1 to 100, found `0`", "^"),
    ("rmc", "law l: f = f as bag", "expected `multiset`, `set` or `ground`, found `bag`", "bag"),
    ("rmc", "law l: f answers f as ground", "expected `multiset` or `set`, found `ground`", "ground"),
    ("rmc", "law l: f = f as set over Z", "expected `as ground` before `over`, found `as set`", "over"),
    ("rmc", "law l: f = f as ground over S/1", "a signature needs a constant", "S/1"),
    ("rmc", "law l: f = f over Z", "expected `at`, `as` or the end of the law, found `over`", "over"),
]


@pytest.mark.parametrize(("language", "law", "message", "place"), WRONG, ids=[item[1] for item in WRONG])
def test_mistakes(language: str, law: str, message: str, place: str) -> None:
    ((found, where),) = problems(language, law)
    assert message in found
    assert where == place


def test_all_mistakes_of_a_law_are_found() -> None:
    assert len(problems("fmc", "law l: g = h at E")) == 3


def test_what_may_have_been_meant_is_said() -> None:
    source = Source("def swap = <x>.<y>.[x].[y]\nlaw l: swp ; swap = skip\nlaw m: swap terminate\n")
    found = check_source(registry.get("fmc"), source)
    assert [item.help for item in found] == ["did you mean `swap`?", "did you mean `terminates`?"]


def test_a_law_about_no_main_term() -> None:
    program = registry.get("fmc").parse(Source("law l: main answers [1]"))
    with pytest.raises(CalculusError, match="has no main term"):
        statements("fmc", program)


@pytest.mark.parametrize("law", ["f terminates", "f deterministic", "f = f", "f answers [1]"])
def test_no_law_is_decided_of_a_definition_with_a_name_that_nothing_defines(law: str) -> None:
    source = Source(f"def f = [1].nope\n\nlaw l: {law}\n")
    program = registry.get("fmc").parse(source)
    with pytest.raises(CalculusError, match="there is no `nope`") as found:
        statements("fmc", program)
    assert found.value.diagnostic.span.text == "nope"
    assert len(check_source(registry.get("fmc"), source)) == 1
