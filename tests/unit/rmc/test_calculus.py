"""The RMC under the names of the registry."""

import pytest

import calculus
from calculus import registry
from calculus.machine.instructions import Text
from calculus.machine.instructions import push as fmc_push
from calculus.machine.relational.instructions import constant, constructor, push, variable
from calculus.rmc.calculus import RMC
from calculus.settings import Settings
from calculus.source.diagnostic import NameProblem, SyntaxProblem, UsageProblem
from calculus.source.text import Source

rmc = RMC()


def query(text: str, **settings: object) -> object:
    return rmc.query(rmc.parse(Source(text)), Settings(**settings))  # type: ignore[arg-type]


def test_registered() -> None:
    assert isinstance(registry.get("rmc"), RMC)
    assert isinstance(registry.for_file("a/b.rmc"), RMC)


def test_constants() -> None:
    assert rmc.constant(5) == constant(5)
    assert rmc.constant(True) == constructor("True")
    assert rmc.constant(Text("a")) == constant(Text("a"))


def test_query() -> None:
    program = rmc.parse(Source("def f = ex x. <x>\n[z]; f~; <y>"))
    found = rmc.query(program, Settings(stacks={"b": [variable("w")], "λ": [variable("v"), constant(1)]}))
    assert found.variables == ["v", "w", "z", "y"]
    assert set(found.definitions) == {"f", "f~"}
    assert found.term is program.main


def test_inputs_lie_on_a_stack() -> None:
    program = rmc.parse(Source("ex x. in<x>"))
    settings = Settings(inputs=[constant(1), constant(2)], stacks={"in": [constant(3)]})
    assert rmc.query(program, settings).stacks == {"in": [constant(3), constant(2), constant(1)]}


def test_query_needs_a_term() -> None:
    with pytest.raises(UsageProblem, match="no main term"):
        query("def f = 1")


def test_query_needs_values() -> None:
    for wrong in (push(constant(1)), fmc_push(variable("x")), constructor("F", push(constant(1)))):
        with pytest.raises(UsageProblem, match="a stack holds values, found the term"):
            query("1", stacks={"a": [wrong]})


def test_query_needs_definitions() -> None:
    with pytest.raises(NameProblem, match="there is no definition `f`"):
        rmc.query(rmc.program(rmc.parse_term(Source("f"))), Settings())


def test_select() -> None:
    program = rmc.parse(Source("def f = [A]; <B>\nf"))
    assert str(rmc.select(program, "f").main) == "[A]; <B>"
    assert str(rmc.select(program, "f~").main) == "[B]; <A>"
    with pytest.raises(UsageProblem, match="does not define g"):
        rmc.select(program, "g~")


def test_dual() -> None:
    assert str(calculus.dual("<x>; [S(x)]a")) == "a<S(x)>; [x]"
    with pytest.raises(UsageProblem, match="nothing to take the dual of"):
        rmc.dual(rmc.parse(Source("def f = 1")))


def test_check() -> None:
    found = rmc.check(Source("def f = ex y. 1\nex x. f"))
    assert [(item.severity, item.message) for item in found] == [
        ("warning", "the variable `y` is not used"),
        ("warning", "the variable `x` is not used"),
    ]
    assert [item.kind for item in rmc.check(Source("[x"))] == ["syntax"]
    assert [item.kind for item in rmc.check(Source("f; g"))] == ["name", "name"]


class TestSession:
    def test_definitions_add_up(self) -> None:
        one, names = rmc.extend(None, Source("def even = <Z> + (ex x. <S(x)>; [x]; odd)"))
        assert names == ["even"]
        two, names = rmc.extend(one, Source("def odd = ex x. <S(x)>; [x]; even"))
        assert names == ["odd"]
        three, names = rmc.extend(two, Source("[y];\neven"))
        assert names == []
        assert str(three.main) == "[y]; even"
        assert set(rmc.query(three, Settings()).definitions) == {"even", "odd"}

    def test_a_definition_is_closed(self) -> None:
        with pytest.raises(NameProblem, match="no `ex` binds"):
            rmc.extend(None, Source("def f = <x>"))
        with pytest.raises(NameProblem, match="no `ex` binds"):
            rmc.extend(None, Source("def f = <x>\ndef g = 1"))

    def test_several_items(self) -> None:
        program, names = rmc.extend(None, Source("def f = g\ndef g = 1\nlaw a: f = g\n[x]"))
        assert names == ["f", "g"]
        assert [law.name for law in program.laws] == ["a"]
        assert str(program.main) == "[x]"
        program, _ = rmc.extend(None, Source("[x];\n[y]"))
        assert str(program.main) == "[x]; [y]"

    def test_main_is_run_and_not_kept(self) -> None:
        program, names = rmc.extend(None, Source("def main = [A]"))
        assert (str(program.main), names, program.definitions) == ("[A]", [], {})

    def test_a_file_may_use_what_is_defined(self) -> None:
        old, _ = rmc.extend(None, Source("def f = 1"))
        new, names = rmc.extend(old, Source("def g = f"), file=True)
        assert names == ["g"]
        assert set(new.definitions) == {"f", "g"}
        with pytest.raises(NameProblem):
            rmc.extend(old, Source("def g = h"), file=True)
        with pytest.raises(NameProblem):
            rmc.extend(old, Source("<x>"), file=True)

    def test_saved(self) -> None:
        program, _ = rmc.extend(None, Source("def f = ex x. <x>\n"))
        program, _ = rmc.extend(program, Source("law a:\nf = f"))
        runs = [(rmc.parse_term(Source(text)), "*") for text in ("<y>; f", "[A] + [B]", "[_]")]
        text = rmc.saved(program, runs)
        assert text == "law a: f = f\n\ndef f = ex x. <x>\n\n(ex y. <y>; f); ([A] + [B]); [_]\n"
        loaded, names = rmc.extend(None, Source(text), file=True)
        assert names == ["f"]
        assert rmc.saved(None, []) == ""
        assert rmc.saved(loaded, []).startswith("law a:")

    def test_saved_with_what_is_not_defined_yet(self) -> None:
        program, _ = rmc.extend(None, Source("def f = g"))
        assert rmc.saved(program, []) == "def f = g\n"

    def test_incomplete(self) -> None:
        assert rmc.is_incomplete("ex x.")
        assert not rmc.is_incomplete("ex x. <x>")

    def test_tokens(self) -> None:
        text = 'def f = ex x. a<F(x, 1)>; "s" == x -- c'
        found = [(kind, text[start:end]) for kind, start, end in rmc.tokens(text) if kind]
        assert found == [
            ("keyword", "def"),
            ("operator", "="),
            ("keyword", "ex"),
            ("location", "a<"),
            ("label", "F("),
            ("number", "1"),
            ("operator", ";"),
            ("string", '"s"'),
            ("operator", "=="),
            ("comment", "-- c"),
        ]

    def test_acceptable(self) -> None:
        assert {"name", "location", "ex", "skip", "fail", "def", "law"} <= rmc.acceptable("")
        assert rmc.acceptable("[") == {"name", "label"}
        assert rmc.acceptable("[x") == {"location"}
        assert rmc.acceptable("ex x") == {"name"}


class TestLibrary:
    def test_solve(self) -> None:
        answers = list(calculus.solve("rmc", "<x>", stacks={"λ": ["S(y)"]}))
        assert [{name: str(value) for name, value in answer.bindings.items()} for answer in answers] == [
            {"y": "_0", "x": "S(_0)"}
        ]

    def test_stacks_hold_values(self) -> None:
        with pytest.raises(SyntaxProblem, match="expected a value"):
            calculus.solve("rmc", "<x>", stacks={"λ": ["[A]"]})

    def test_python_values(self) -> None:
        answers = calculus.run("rmc", "1", stacks={"λ": [1, True, Text("a")]}).to_json()["answers"]
        assert answers[0]["stacks"] == {"λ": ["1", "True", '"a"']}
