"""`imp` as a calculus of the registry: results, errors, names, layout, depth."""

from typing import Any

import pytest

import calculus


@pytest.mark.parametrize(
    ("text", "output"),
    [
        ("print 7 / -2; print -7 % 3;", ["-4", "2"]),
        ('print "a" ++ "b"; print length "abc";', ["ab", "3"]),
        ("i := 3; while i > 0 { i := i - 1; if i == 1 { break; } print i; }", ["2"]),
        ("while True { try { break; } catch A { } } print 1;", ["1"]),
        ("procedure f(x) { while True { return x; } } print f(5) - f(3);", ["2"]),
        ("procedure f() { } print f();", ["0"]),
        ("try { throw A; } catch A { print 1; } catch B { print 2; }", ["1"]),
        ("try { try { throw A; } catch A { throw B; } catch B { print 1; } } catch B { print 2; }", ["2"]),
        ("print False and 1 / 0 == 0; print read * read;", ["False", "6"]),
        ("let add = 1; skip := add; print skip;", ["1"]),
    ],
)
@pytest.mark.parametrize("engine", ["reference", "kernel"])
def test_output(text: str, output: list[str], engine: str) -> None:
    result: Any = calculus.run("imp", text, inputs=[2, 3], engine=engine)
    assert (result.status, result.uncaught, list(result.output)) == ("done", None, output)


def test_results() -> None:
    result: Any = calculus.run("imp", 'x := 1; in := "a"; throw Bad(x + 1);')
    assert (result.uncaught, result.exit) == ("Bad(2)", "Bad(2)")
    assert result.to_json()["source"]["cells"] == {"x": "1", "in": '"a"'}
    assert str(result) == "uncaught exception Bad(2)"


@pytest.mark.parametrize(
    ("text", "message", "place"),
    [
        ("x := 1; print x / (x - 1);", "division by zero", "x / (x - 1)"),
        ("print read;", "`read` expects an input, found none left", "read"),
        ("if 3 { }", "a condition expects a Boolean, found 3", "3"),
        ("x := 1 + True;", "`+` expects a number and a number, found 1 and True", "1 + True"),
    ],
)
def test_stuck_runs_point_at_the_source(text: str, message: str, place: str) -> None:
    result: Any = calculus.run("imp", text)
    assert (result.status, result.error.message) == ("stuck", message)
    assert result.error.span.text == place


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("print y;", "there is no `y`: nothing assigns it and nothing binds it"),
        ("{", "expected a statement, found `{`"),
        ("break;", "expected `break` inside a loop, found it outside"),
        ("procedure f() { break; }", "expected `break` inside a loop, found it outside"),
        ("return 1;", "expected `return` inside a procedure, found it outside"),
        ("print f(1);", "there is no procedure `f`"),
        ("procedure f(x) { } f();", "`f` expects 1 argument, found 0"),
        ("procedure f() { } procedure f() { }", "expected one procedure `f`, found a second"),
        ("if True { procedure f() { } }", "expected a procedure outside all blocks, found one inside"),
        ("let x = 1; x := 2;", "expected a variable that can be assigned, found the local `x`"),
        ("throw A; throw A(1);", "expected the exception A without a value as elsewhere in the program"),
        ("x := 1", "expected an operator or `;`, found the end of the text"),
    ],
)
def test_mistakes(text: str, message: str) -> None:
    found = calculus.check("imp", text)
    assert found[0].span is not None
    assert found[0].message == message


def test_layout() -> None:
    text = "-- about\nx:=1;if  x==1{\nf ( x,-2 ) ;\n}\n\n\nprocedure f(a ,b){return a- -b;} -- end\n"
    wanted = "-- about\nx := 1; if x == 1 {\n  f(x, -2);\n}\n\nprocedure f(a, b) { return a - -b; } -- end\n"
    assert calculus.format("imp", text) == wanted
    assert calculus.format("imp", wanted) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "x := 1; " * 2_000,
        "if x == 0 { " * 2_000 + "x := 1; " + "}" * 2_000,
        "x := " + "(1 + " * 2_000 + "x" + ")" * 2_000 + ";",
        "let a = 1; " * 2_000 + "x := a;",
    ],
    ids=["long", "nested", "expression", "names"],
)
def test_deep_programs(text: str) -> None:
    result: Any = calculus.run("imp", text)
    assert result.status == "done"
    assert len(result.cells) == 1
