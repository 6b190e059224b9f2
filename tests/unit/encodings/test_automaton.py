"""Finite automata: the text, what it translates to, what a run says, letters that are words."""

from typing import Any

import pytest

import calculus
from calculus.encodings.words import split

EVEN = "start: even\naccept: even\neven a -> odd\nodd a -> even\neven b -> even\nodd b -> odd\n"
TURNSTILE = "start: Closed\naccept: Open\nClosed coin -> Paid\nPaid push, coin -> Open\nOpen -> Closed\n"


def found(text: str, most: int | None = None, **options: Any) -> list[str]:
    answers = calculus.solve("automaton", text, max_answers=most, **options)
    return [answers.view(answer).text for answer in answers]


@pytest.mark.parametrize(
    ("text", "term"),
    [
        (
            "start: p\naccept: p, Q\np a, b -> Q\nQ -> 7\n7 c -> p\n",
            '["p"]q; (q<"p">; (i<"a">; [Q]q + i<"b">; [Q]q) + q<Q>; [7]q + q<7>; i<"c">; ["p"]q)*; i<Eof>;'
            ' (q<"p"> + q<Q>)',
        ),
        ("start: p, r\naccept: p\n", '(["p"]q + ["r"]q); 0*; i<Eof>; q<"p">'),
        ("start: Eof\naccept:\n", '["Eof"]q; 0*; i<Eof>; 0'),
        (
            'start: "a b"\naccept: "a b"\n"a b" "," -> "a b"\n',
            '["a b"]q; (q<"a b">; i<",">; ["a b"]q)*; i<Eof>; q<"a b">',
        ),
    ],
)
def test_translation(text: str, term: str) -> None:
    assert (
        " ".join(calculus.translate("automaton", text).split()).replace("( ", "(").replace(" )", ")") == term
    )


@pytest.mark.parametrize("engine", ["reference", "kernel", "auto"])
def test_words(engine: str) -> None:
    assert found(EVEN, inputs=["abba"], engine=engine) == ["yes"]
    assert found(EVEN, inputs=["ab"], engine=engine) == []
    assert found(EVEN, 5, engine=engine) == ["ε", "b", "aa", "bb", "aab"]


def test_letters_that_are_words() -> None:
    assert found(TURNSTILE, inputs=["coin, push coin,coin"]) == ["yes"]
    assert found(TURNSTILE, inputs=["coin"]) == []
    assert found(TURNSTILE, 3) == ["coin coin", "coin push", "coin coin coin coin"]


def test_the_alphabet_gives_the_order() -> None:
    text = "start: p\naccept: q\np a, b -> q\n"
    assert found(text) == ["a", "b"]
    assert found("alphabet: b, a\n" + text) == ["b", "a"]


def test_states_of_no_use_do_not_keep_the_list_from_ending() -> None:
    answers: Any = calculus.solve("automaton", "start: p\naccept: q\np a -> q\nr a -> r\nr a -> q\n")
    assert [answers.view(answer).data for answer in answers] == [{"word": ["a"]}]
    assert answers.complete


def test_a_loop_without_letters_ends() -> None:
    text = "start: p\naccept: q\np -> q\nq -> p\np a -> q\n"
    assert found(text, inputs=["aa"]) == ["yes"]
    assert found(text, 3) == ["ε", "a", "aa"]


@pytest.mark.parametrize(
    ("text", "letters", "word"),
    [
        ("ab", ["a", "b"], ["a", "b"]),
        (" a,b\n", ["a", "b"], ["a", "b"]),
        ("a,x b", ["a", "b", ",", " "], ["a", ",", "x", " ", "b"]),
        ("coin,push  coin", ["coin", "push", "x"], ["coin", "push", "coin"]),
        ("", ["a"], []),
        ("ab", [], ["a", "b"]),
    ],
)
def test_split(text: str, letters: list[str], word: list[str]) -> None:
    assert split(text, letters) == word


@pytest.mark.parametrize(
    ("unicode", "text"),
    [
        (False, "-- two\nstart: p\naccept: p\n\np a, b -> q, p\nq eps -> p\n"),
        (True, "-- two\nstart: p\naccept: p\n\np a, b → q, p\nq ε → p\n"),
    ],
)
def test_layout(unicode: bool, text: str) -> None:
    untidy = "-- two\nstart :p\naccept:  p\n\n\np a ,b->q,  p\nq ε → p"
    assert calculus.format("automaton", untidy, unicode=unicode) == text


def test_warnings() -> None:
    problems = calculus.check("automaton", "start: p\np a -> q, q\nr a -> p\nr b -> p\n")
    assert [(problem.severity, problem.message) for problem in problems] == [
        ("warning", "no state accepts, so there is no word"),
        ("warning", "the same transition to `q` is given before"),
        ("warning", "no run comes to the state `r`"),
    ]


def test_names_of_the_format_are_states_too() -> None:
    text = "start: start\naccept: accept\nstart accept -> accept\naccept states -> alphabet\n"
    assert calculus.format("automaton", text) == text
    assert found(text) == ["accept"]


def test_a_long_chain() -> None:
    number = 150
    lines = [f"q{index} a -> q{index + 1}" for index in range(number)]
    text = "\n".join(["start: q0", f"accept: q{number}", *lines])
    assert found(text, inputs=["a" * number], engine="reference") == ["yes"]


def test_equality() -> None:
    doubled = EVEN + "odd2 a -> even\n"
    assert calculus.equal("automaton", EVEN, doubled).verdict == "equal"
    other = EVEN.replace("accept: even", "accept: odd")
    verdict = calculus.equal("automaton", EVEN, other)
    assert verdict.to_json()["source"] == {"word": [], "side": "left"}
    assert list(verdict.explained()) == ["the left has the word ε, and the right has not"]


def test_an_automaton_and_a_pattern_are_compared_by_their_translations() -> None:
    sides = calculus.translate("automaton", EVEN), calculus.translate("regex", "(b|ab*a)*")
    assert calculus.equal("rmc", *sides).verdict == "equal"
