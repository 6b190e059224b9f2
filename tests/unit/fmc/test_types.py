"""Principal types, and what is said where there are none."""

import pytest

import calculus
from calculus.fmc.calculus import FMC
from calculus.fmc.parser import parse_program
from calculus.fmc.types import types_of
from calculus.source.text import Source

LIST = "data List a = Nil | Cons a (List a)\n\n"
SUM = """def sum : List Int => Int =
  <list>.((list ; Nil -> [[0]] ; Cons -> <h>.<t>.[[t].sum.[h].add]) ; <k>.k)

"""
IF = "def if = <no>.<yes>.<b>.((b ; True -> [yes] ; False -> [no]) ; <k>.k)\n\n"


def type_of(text: str, name: str | None = None) -> str:
    return str(calculus.infer("fmc", text, name))


def problem(text: str) -> calculus.Diagnostic:
    with pytest.raises(calculus.TypeProblem) as caught:
        calculus.infer("fmc", text)
    return caught.value.diagnostic


@pytest.mark.parametrize(
    ("text", "type"),
    [
        ("*", "=>"),
        ("<x>.[x]", "a => a"),
        ("<x>.<y>.[y].[x]", "a b => b a"),
        ("<x>.<y>.[x].[y]", "a b => a b"),
        ("<x>.[x].[x]", "a => a a"),
        ("<_>", "a =>"),
        ("[2].[3].add", "=> Int"),
        ("add", "Int Int => Int"),
        ("lt", "Int Int => Bool"),
        ("eq", "a a => Bool"),
        ("concat.length", "Text Text => Int"),
        ('["a"].length', "=> Int"),
        ("[[1]]", "=> (=> Int)"),
        ("[<x>.[x].[x]]", "=> (a => a a)"),
        ("J", "=> .J"),
        ("[1].J", "=> Int.J"),
        ("5", "=> .5"),
        ("J ; I -> [1]", "=> Int.* + .J"),
        ("(*)^*", "=>"),
        ("<x>.x", "(=>) =>"),
        ("[[1]].<x>.x", "=> Int"),
        ("<x>.rnd<b>.[x].b", "a => a.True + a.False"),
    ],
)
def test_principal_types(text: str, type: str) -> None:
    assert type_of(text) == type


@pytest.mark.parametrize(
    ("text", "type"),
    [
        ("[0]c", "=> c(Int)"),
        ("c<n>.[n]c.[n]", "c(a) => a c(a)"),
        ("c<n>.[n].[1].add.<m>.[m]c.[n]", "c(Int) => Int c(Int)"),
        ("c<_>.[True]c", "c(a) => c(Bool)"),
        ("a<x>.b<y>.[x]b.[y]a", "a(a) b(b) => a(b) b(a)"),
        ("<x>.[x]out", "a =>"),
        ("in<x>.[x].[1].add", "=> Int"),
        ("in<x>.[x].in<y>.[y].eq", "=> Bool"),
        ("rnd<a>.nd<b>.[a].[b].and", "=> Bool"),
    ],
)
def test_locations(text: str, type: str) -> None:
    assert type_of(text) == type


@pytest.mark.parametrize(
    ("text", "type"),
    [
        ("rnd<a>.(a ; True -> [2] ; False -> [3])", "=> Int"),
        ("[1] (+) [2]", "=> Int"),
        ("[True].<b>.b", "=> .True + .False"),
        ("[5].<n>.n", "=> .Int"),
        ('["t"].<n>.n', "=> .Text"),
        # Some integer: the handler takes 5, and any other goes past it.
        ("[5].<n>.(n ; 5 -> [1])", "=> Int.* + .Int"),
        ("[5].<n : (=> .5)>.(n ; 5 -> [1])", "=> Int"),
        ("[5].<n : (=> .Int)>.n", "=> .Int"),
        ("<x>.(x ; True -> [1] ; False -> [2])", "Bool => Int"),
        ("[[1].K].<f>.(f ; [8]) ; K -> [2]", "=> Int Int"),
        ("([E].<f>.(f ; E -> [1]) ; E -> [2])", "=> Int"),
    ],
)
def test_constants_and_exits(text: str, type: str) -> None:
    assert type_of(text) == type


def test_one_exit_for_two_stacks() -> None:
    """The author's example: a choice that takes or doubles a value needs two exits."""
    body = "(x ; H -> <y>.{} ; T -> <y>.[y].[y].{})"
    assert "longer" in problem("<x : (=> .H + .T)>." + body.format("*", "*")).message
    apart = "<x : (=> .H + .T)>." + body.format("A", "B")
    assert type_of(apart) == "(=> .H + .T) a => .A + a a.B"
    # Without the annotation, x may leave more at H than at T, and all fits.
    assert type_of("[5].[rnd<c>.(c ; True -> [1].[2].H ; False -> T)].<x>." + body.format("*", "*")) == (
        "=> Int Int"
    )


def test_a_loop_keeps_its_stack() -> None:
    assert type_of("[0].(<n>.[n].[1].add.rnd<b>.b)^True ; False -> *") == "=> Int"
    assert "longer" in problem("([1].Again)^Again").message


@pytest.mark.parametrize(
    ("text", "type"),
    [
        ("[[1]].<f : (=> Int)>.f.f.add", "=> Int"),
        ("<f : (=> Int)>.f.f.add", "(=> Int) => Int"),
        ("<f : (=> Int)>.[f].<g>.g.g.add", "(=> Int) => Int"),
        ("<f : (a => a)>.[1].f.<x>.[x]", "(Int => Int) => Int"),
        ("<x : Int>.[x]", "Int => Int"),
        ("<x : a>.[x]", "a => a"),
        ("<f : (c(Int) => c(Int))>.[True].[0]c.f", "(c(Int) => c(Int)) => Bool c(Int)"),
    ],
)
def test_annotations(text: str, type: str) -> None:
    assert type_of(text) == type


def test_annotations_are_checked() -> None:
    assert problem("[True].<x : Int>").message == "expected `Int`, found `Bool`"
    assert "longer" in problem("[[1]].<f>.f.f.add").message
    assert "found the exit `J`" in problem("[J].<f : (=> Int)>.f").message
    assert "nothing more" in problem("[[1].[2]].<f : (=> Int)>.f").message
    # What x runs on is the stack where it is run, so it cannot be run at every stack.
    assert "every stack" in problem("<x>.[x.*].<f : (=>)>.x.f").message
    assert type_of("<b>.[(b ; True -> * ; False -> *)].<f : (=>)>.f.[b]") == "Bool => Bool"


def test_definitions_are_general() -> None:
    assert type_of("def twice = <x>.[x].[x]\n\n[1].twice.<_>.<_>.[True].twice") == "=> Bool Bool"
    assert type_of(IF + "[True].[[1]].[[2]].<b>.<c>.<d>.[b].[c].[d].if", "if") == "(=>) (=>) Bool =>"
    # What is run may be a Boolean at one use and a thunk at another.
    program = "def run = <x>.x\n\n([True].run ; True -> * ; False -> *) ; [[1]].run"
    assert type_of(program) == "=> Int"


def test_recursive_definitions() -> None:
    factorial = IF + "def f = <n>.[n].[0].eq.[[1]].[[n].[n].[1].sub.f.mul].if\n\n[5].f"
    assert type_of(factorial, "f") == "Int => Int"
    assert type_of("def loop = loop\n\nloop") == "=>"
    even = (
        IF
        + "def even = <n>.[n].[0].eq.[[True]].[[n].[1].sub.odd].if\n\n"
        + "def odd = <n>.[n].[0].eq.[[False]].[[n].[1].sub.even].if\n\n[3].odd"
    )
    assert type_of(even) == "=> Bool"
    assert type_of(even, "even") == "Int => Bool"


def test_declared_definitions() -> None:
    assert type_of("def f : a => a a = <x>.[x].[x]\n\n[1].f.<_>.[True].f") == "=> Int Bool Bool"
    # A declared type is what the uses see.
    assert type_of("def f : Int => Int = <x>.[x]\n\nf") == "Int => Int"
    recursive = "def f : Int => Int = <n>.[n].[n].f.add\n\n[1].f"
    assert type_of(recursive) == "=> Int"

    def first(text: str) -> str:
        return types_of(parse_program(Source(text))).problems["f"].message

    assert first("def f : a => a = <x>.[1]") == "expected `a`, found `Int`"
    assert first("def f : a b => a = <x>.<y>.[y]") == "expected `a`, found `b`"
    assert first("def f : => Int = [1].[2]").startswith("expected nothing more on the stack")
    assert first("def f : => = J") == "expected an exit of the written type, found the exit `J`"
    assert first("def f : => .J = c<x>.J").endswith("found nothing more on the stack at `c`")


def test_data() -> None:
    text = LIST + SUM + "[[[Nil].[1].Cons].[2].Cons].sum"
    assert type_of(text) == "=> Int"
    assert type_of(text, "sum") == "(List Int) => Int"
    assert type_of(LIST + "[Nil]") == "=> (List a)"
    assert type_of(LIST + "<x>.[[Nil].[x].Cons]") == "a => (List a)"
    assert type_of(LIST + "<l>.(l ; Nil -> [0] ; Cons -> <h>.<_>.[h])") == "(List Int) => Int"
    assert "Bool" in problem(LIST + SUM + "[[Nil].[True].Cons].sum").message
    assert "Other" in problem(LIST + SUM + "[Other].sum").message
    # An integer is not data.
    assert problem(LIST + SUM + "[1].sum")


def test_problems_have_both_places() -> None:
    found = problem("[True].[1].add")
    assert found.message == "expected `Int`, found `Bool`"
    assert found.span is not None and found.span.text == "True"
    assert [note.span.text for note in found.notes if note.span] == ["add"]
    found = problem("[[1]].[2].add")
    assert found.message == "expected `Int`, found `=> Int`"
    assert found.span is not None and found.span.text == "add"
    assert [note.span.text for note in found.notes if note.span] == ["[1]"]


def test_kinds_of_locations() -> None:
    assert "which is a source" in problem("[1]in").message
    assert "which is a sink" in problem("out<x>").message
    assert problem("[[1]]out").message == "expected `Int`, `Bool` or `Text`, found `=> Int`"
    assert problem('[1]out.["a"]out').message == "expected `Int`, found `Text`"
    program = parse_program(Source("ask<x>.[x].[1].add.<y>.[y]tell"))
    assert str(FMC().infer(program)) == "ask(Int) => tell(Int)"
    assert str(FMC().infer(program, hosts={"ask": "source", "tell": "sink"})) == "=>"


def test_self_application() -> None:
    assert "contain itself" in problem("<x>.[x].x").message
    assert "contain itself" in problem("[<x>.[x].x].<f>.[f].f").message


def test_lambda_terms_embed() -> None:
    s, k = "<x>.<y>.<z>.[[z].y].[z].x", "<x>.<y>.x"
    assert type_of(k) == "(=>) a =>"
    assert type_of(s) == "(a (=>) =>) (a =>) a =>"
    assert type_of(f"[{k}].[{k}].{'(' + s + ')'}") == "(=>) =>"


def test_names_and_usage() -> None:
    with pytest.raises(calculus.NameProblem):
        calculus.infer("fmc", "[1].f")
    with pytest.raises(calculus.UsageProblem, match="no main term"):
        calculus.infer("fmc", "def f = [1]")
    with pytest.raises(calculus.UsageProblem, match="no definition of"):
        calculus.infer("fmc", "def f = [1]", "g")
    with pytest.raises(calculus.UsageProblem, match="named by a text"):
        calculus.infer("fmc", "def f = [1]", 1)  # type: ignore[arg-type]
    assert type_of("def main = [1]", "main") == "=> Int"
    assert str(calculus.infer("fmc", calculus.parse("fmc", "[1]"))) == "=> Int"


def test_check_warns_unless_types_are_written() -> None:
    untyped = "def self = <x>.[x].x\n\n[1]"
    assert [item.severity for item in calculus.check("fmc", untyped)] == ["warning"]
    assert [item.severity for item in calculus.check("fmc", untyped, types=True)] == ["error"]
    assert [item.severity for item in calculus.check("fmc", LIST + untyped)] == ["error"]
    assert calculus.check("fmc", "def f : => Int = [1]\n\nf") == []


def test_one_mistake_does_not_hide_another() -> None:
    text = "def f = [True].neg\n\ndef g = f.f\n\ndef h = [1].not\n\ng"
    assert list(types_of(parse_program(Source(text))).problems) == ["f", "h"]


def test_depth_and_size() -> None:
    deep = "[" * 5000 + "1" + "]" * 5000
    assert len(type_of(deep)) > 5000
    assert type_of("[1]." * 5000 + "[2]").count("Int") == 5001
    assert type_of("<f>." + "f." * 5000 + "f") == "(=>) =>"
    lets = "def d0 = <x>.[x].[x]\n\n" + "".join(f"def d{i} = d{i - 1}.d{i - 1}\n\n" for i in range(1, 8))
    assert type_of(lets + "[1].d7").count("Int") == 129
    # Constraints that wait for a use do not multiply without end.
    runs = "def d0 = <x>.x.x\n\n" + "".join(
        f"def d{i} = <x>.[x].d{i - 1}.[x].d{i - 1}\n\n" for i in range(1, 30)
    )
    assert type_of(runs + "[*].d29") == "=>"


def test_written_types_elsewhere_change_nothing() -> None:
    """With written types a pushed thunk waits to be known; without, it is a thunk at once."""
    for text in ("rnd<b>.(b ; True -> [5] ; False -> [[1]]) ; <x>.x", "[[1]].<x>.[[2]].<y>.x.y.add"):
        assert type_of("data Unit = Unit\n\n" + text) == type_of(text)


def test_a_group_of_definitions_that_run_what_they_get() -> None:
    text = "def f = <x>.(x ; True -> g ; False -> [1])\n\ndef g = [True].f\n\n[True].f"
    assert type_of(text, "f").startswith("Bool => Int")
    with pytest.raises(calculus.TypeProblem, match="contain itself"):
        calculus.infer("fmc", "def f = <x>.x.g\n\ndef g = <x>.[x].f", "f")
