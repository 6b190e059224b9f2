"""The driver: speed, depth, what may come next, and agreement with Lark's own parser."""

import gc
import time
from random import Random

import pytest
from lark import Lark
from lark.exceptions import UnexpectedInput

from calculus.fmc.parser import parse_term
from calculus.fmc.syntax import GRAMMAR
from calculus.source.diagnostic import SyntaxProblem
from calculus.source.explain import END, UNKNOWN, Token
from calculus.source.shipped import shipped
from calculus.source.text import Source

FLOOR = 40_000
"""Tokens a second that any machine reaches, however busy; a quiet one does ten times as many."""


class Nothing:
    """Actions that build nothing."""

    def __getattr__(self, name: str) -> object:
        return lambda *values: None


@pytest.fixture(scope="module")
def lark() -> Lark:
    return Lark.open(
        str(shipped("grammars") / "fmc.lark"),
        parser="lalr",
        lexer="basic",
        start=["item", "term", "type"],
    )


def accepts(text: str, start: str) -> bool:
    try:
        GRAMMAR.parse(Source(text), start, Nothing())
    except SyntaxProblem:
        return False
    return True


WORDS = [
    *("[", "]", "(", ")", "<", ">", ".", ";", "->", "^", "(+)", "*", "skip", "x", "y", "K", "7"),
    *('"t"', "_", ":", "=", "=>", "+", "|", "def", "data", "main", "Int", "]a", "a<", "a("),
]


@pytest.mark.parametrize("start", ["item", "term", "type"])
def test_accepts_what_lark_accepts(lark: Lark, start: str) -> None:
    rng = Random(start)
    accepted = 0
    for _ in range(1500):
        # A text that is right so far goes on with what may come next, most of the time.
        text = ""
        for _ in range(rng.randrange(1, 14)):
            candidates = [text + " " + word for word in rng.sample(WORDS, 8)]
            good = [more for more in candidates if GRAMMAR.acceptable(more, start)]
            text = rng.choice(good or candidates)
        try:
            lark.parse(text, start=start)
            expected = True
        except UnexpectedInput:
            expected = False
        assert accepts(text, start) == expected, text
        accepted += expected
    assert accepted > 20


def test_acceptable_is_what_may_follow() -> None:
    assert "DOT" in GRAMMAR.acceptable("[x]", "term")
    assert END in GRAMMAR.acceptable("[x]", "term")
    assert GRAMMAR.acceptable("<", "term") == {"NAME", "UNDERSCORE"}
    assert GRAMMAR.acceptable("x^", "term") == {"JUMP", "INT", "STRING", "STAR", "SKIP"}
    assert GRAMMAR.acceptable("x ; K ->", "term") >= {"LSQB", "NAME", "JUMP"}
    assert GRAMMAR.acceptable("x y", "term") == frozenset()


@pytest.mark.parametrize("text", ["[", "x.", "[x].(y ;", "<x>.", "def f", "def f = ", "x ; K ->"])
def test_incomplete(text: str) -> None:
    assert GRAMMAR.is_incomplete(text, "item")


@pytest.mark.parametrize("text", ["x", "[x].y", "def f = x", "x y", "x)", '["abc', "@", "[x] y"])
def test_whole_or_wrong(text: str) -> None:
    assert not GRAMMAR.is_incomplete(text, "item")


def test_tokens_for_colours() -> None:
    text = '[x]out -- said\n.@ "t'
    kinds = [(token.kind, text[token.start : token.end]) for token in GRAMMAR.tokens(text)]
    assert kinds == [
        ("LSQB", "["),
        ("NAME", "x"),
        ("RSQB", "]"),
        ("LOC", "out"),
        ("COMMENT", "-- said"),
        ("DOT", "."),
        (UNKNOWN, "@"),
        (UNKNOWN, '"'),
        ("NAME", "t"),
    ]


def test_words_end_where_names_end() -> None:
    assert list(GRAMMAR.tokens("skipped define")) == [
        Token("NAME", 0, 7),
        Token("NAME", 8, 14),
    ]


def test_parses_a_part_of_a_text() -> None:
    source = Source("x y [z]out")
    term = GRAMMAR.parse(source, "term", Nothing(), 4, 10)
    assert term is None
    with pytest.raises(SyntaxProblem) as caught:
        GRAMMAR.parse(source, "term", Nothing(), 0, 3)
    assert caught.value.span is not None
    assert caught.value.span.text == "y"


def test_collector_is_as_before() -> None:
    assert gc.isenabled()
    with pytest.raises(SyntaxProblem):
        parse_term(Source("["))
    assert gc.isenabled()
    gc.disable()
    try:
        parse_term(Source("x"))
        assert not gc.isenabled()
    finally:
        gc.enable()


def rate(repeat: int) -> float:
    text = "\n  ; ".join(["[2].[3].add.<x>.out<y>.[x]out.(f.g ; K -> [x])^K"] * repeat)
    count = sum(1 for _ in GRAMMAR.tokens(text))
    best = float("inf")
    for _ in range(3):
        begun = time.perf_counter()
        parse_term(Source(text))
        best = min(best, time.perf_counter() - begun)
    return count / best


def test_token_rate() -> None:
    small, large = rate(200), rate(2000)
    print(f"\n{small:,.0f} tokens a second, {large:,.0f} on a text ten times as long")
    assert large > FLOOR
    assert large > small / 5  # a quadratic parser would be ten times slower


@pytest.mark.parametrize("text", ["[" * 100_000, "(" * 100_000 + "x]", "x." * 100_000 + "]"])
def test_mistakes_far_down_are_found(text: str) -> None:
    with pytest.raises(SyntaxProblem) as caught:
        parse_term(Source(text))
    assert caught.value.span is not None
    assert caught.value.span.end == len(text)
