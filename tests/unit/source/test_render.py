"""How diagnostics look."""

import pytest

from calculus.source.diagnostic import CalculusError, Diagnostic, Note, SyntaxProblem
from calculus.source.render import WIDEST, render_json, render_text
from calculus.source.text import Source, Span


def at(text: str, part: str, name: str = "file") -> Span:
    start = text.index(part)
    return Span(Source(text, name), start, start + len(part), start + len(part))


def caret(text: str) -> str:
    """What the first carets stand under."""
    lines = text.split("\n")
    under = next(index for index, line in enumerate(lines) if "^" in line)
    start = lines[under].index("^")
    return lines[under - 1][start : start + lines[under].count("^")]


def test_message_place_caret_and_label() -> None:
    problem = Diagnostic("syntax", "expected this", at("one\ntwo three\n", "three"), "here")
    assert render_text(problem) == (
        "error: expected this\n --> file:2:5\n  |\n2 | two three\n  |     ^^^^^ here"
    )


def test_without_a_place() -> None:
    assert render_text(CalculusError("wrong")) == "error: wrong"


def test_notes_and_help() -> None:
    source = "a\n" * 9 + "b c\n"
    problem = Diagnostic(
        "syntax",
        "wrong",
        at(source, "c"),
        notes=(Note("said before"), Note("first here", at(source, "a"))),
        help="do that",
    )
    assert render_text(problem) == (
        "error: wrong\n"
        "  --> file:10:3\n"
        "   |\n"
        "10 | b c\n"
        "   |   ^\n"
        "   = note: said before\n"
        "note: first here\n"
        "  --> file:1:1\n"
        "   |\n"
        " 1 | a\n"
        "   | ^\n"
        "   = help: do that"
    )


def test_several() -> None:
    text = render_text(SyntaxProblem("one", "two"))
    assert text == "error: one\n\nerror: two"


def test_warning() -> None:
    assert render_text(Diagnostic("name", "hm", severity="warning")) == "warning: hm"


@pytest.mark.parametrize("length", [0, 10, WIDEST, 5_000])
@pytest.mark.parametrize("after", [0, 10, 5_000])
def test_caret_in_long_lines(length: int, after: int) -> None:
    text = render_text(Diagnostic("syntax", "m", at("x" * length + "bad" + "y" * after, "bad")))
    assert caret(text) == "bad"
    assert max(map(len, text.split("\n"))) <= WIDEST + 10


def test_place_wider_than_the_window() -> None:
    text = render_text(Diagnostic("syntax", "m", at("a" + "b" * 5_000, "b" * 5_000)))
    assert max(map(len, text.split("\n"))) <= WIDEST + 10


def test_tabs_and_wide_characters() -> None:
    text = render_text(Diagnostic("syntax", "m", at("\tx\t日本é́ bad", "bad")))
    shown, carets = text.split("\n")[-2:]
    assert shown == "1 |     x   日本é́ bad"
    # Each of the two wide characters takes two columns, the combining one none.
    assert carets.index("^") == shown.index("bad") + 2 - 1


def test_characters_that_do_not_print() -> None:
    text = render_text(Diagnostic("syntax", "m", at("a\x07b\x1b[31m", "b")))
    assert "\x1b" not in text
    assert caret(text) == "b"


@pytest.mark.parametrize("lines", [2, 4, 50])
def test_spans_over_lines(lines: int) -> None:
    body = "[\n" + "  x.\n" * (lines - 2) + "]"
    shown = render_text(Diagnostic("syntax", "m", at(f"f.{body} g", body), "this"))
    assert "1 | f.[" in shown.replace("  1", "1").replace(" 1 |", "1 |")
    assert shown.endswith("^ this")
    assert len(shown.split("\n")) <= 12


def test_end_of_text_and_empty_text() -> None:
    source = Source("")
    assert render_text(Diagnostic("syntax", "m", Span(source, 0, 0, 0))).endswith("\n  | ^")
    source = Source("x\n")
    assert "^" in render_text(Diagnostic("syntax", "m", Span(source, 2, 2, 2)))
    assert "^" in render_text(Diagnostic("syntax", "m", Span(source, 0, 2, 2)))


def test_colours() -> None:
    problem = Diagnostic("syntax", "[wrong]", at("x [bad] y", "[bad]"), "label", help="[help]")
    coloured = render_text(problem, color=True)
    assert "\x1b[" in coloured
    plain = "".join(part.split("m", 1)[-1] for part in coloured.split("\x1b["))
    assert plain == render_text(problem)


def test_json() -> None:
    problem = SyntaxProblem(Diagnostic("syntax", "m", at("a b", "b"), help="h"))
    expected = {
        "kind": "syntax",
        "message": "m",
        "span": {"line": 1, "column": 3, "end_line": 1, "end_column": 4},
        "notes": [{"message": "h", "span": None}],
    }
    assert render_json(problem) == {"error": expected}
    assert render_json(problem.diagnostic) == {"error": expected}
    assert len(render_json(SyntaxProblem("one", "two"))["errors"]) == 2
