"""The metalanguage and call-by-push-value: syntax, values and computations, effects."""

from typing import Any

import pytest

import calculus


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("metalanguage", "let x = return 1 in f (thunk (force x))"),
        ("metalanguage", "match x { Nil -> print 1; Cons h t -> read }"),
        ("cbpv", "return 1 to x. force f x (thunk (\\y. return y))"),
        ("cbpv", "(1 + 2 to x. return x) to y. \\z. force z y"),
    ],
)
def test_printing_what_was_parsed(language: str, text: str) -> None:
    assert str(calculus.parse(language, text)) == text


@pytest.mark.parametrize(
    ("language", "text", "shown"),
    [
        ("metalanguage", "let f = return (\\x. x + 1) in f 2", "3"),
        ("metalanguage", "let x = 1 + 1 in return (\\y. x + y)", "\\y. 2 + y"),
        ("metalanguage", "let x = 1 + 1 in return (thunk (x + 1))", "thunk (2 + 1)"),
        ("metalanguage", "do x <- read; do _ <- print x; print \"done\"", "7\ndone\nUnit"),
        ("cbpv", "(\\x. \\y. x - y) 5 3", "2"),
        ("cbpv", "(\\x. \\y. x - y) 5", "\\y. 5 - y"),
        ("cbpv", "print 1 to _. return (thunk (print 2))", "1\nthunk (print 2)"),
        ("cbpv", "def f = \\x. return x\n\nforce f f", "f"),
    ],
)  # fmt: skip
def test_results(language: str, text: str, shown: str) -> None:
    result: Any = calculus.run(language, text, inputs=[7])
    assert (result.status, str(result)) == ("done", shown)


@pytest.mark.parametrize(
    ("language", "text", "message", "place"),
    [
        ("metalanguage", "1 + 2 + 3", "expected a value, found a computation", "1 + 2"),
        ("metalanguage", "\\x. x", "expected a computation, found a value", "\\x. x"),
        ("metalanguage", "def n = 1", "expected a function or a thunk, found 1", "1"),
        ("cbpv", "return (\\x. return x)", "expected a value, found a computation", "\\x. return x"),
        ("cbpv", "def n = 1", "expected a computation or a thunk, found 1", "1"),
        (
            "cbpv",
            "thunk (return 1) to x. return x",
            "expected a computation, found a value",
            "thunk (return 1)",
        ),
    ],
)
def test_values_and_computations_are_told_apart(language: str, text: str, message: str, place: str) -> None:
    (found,) = calculus.check(language, text)[:1]
    assert (found.kind, found.message) == ("type", message)
    assert found.span is not None and place in found.span.text
