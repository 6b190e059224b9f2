"""Regular expressions against Python's `re`: which words match, and all words of a language in order."""

import re
from itertools import product
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

import calculus
from calculus.encodings.regex.language import Regex
from calculus.encodings.regex.syntax import read
from calculus.source.text import Source
from calculus.verify.generation.sources import regex as sources
from calculus.verify.generation.sources.regex import pattern as pattern_of
from calculus.verify.strategies.choices import built

LONGEST = 4
"""Letters of the words that are listed."""

_regex = Regex()


LETTERS = built(pattern_of, 12, atoms=sources.LETTERS)
CLASSES = built(pattern_of, 12, atoms=sources.CLASSES)
WORDS = st.lists(st.text("abc1 \né", max_size=5), min_size=10, max_size=10)


def accepts(pattern: str, words: list[str], engine: str) -> list[bool]:
    program = calculus.program("regex", pattern)
    found = []
    for word in words:
        answers: Any = calculus.solve("regex", program, inputs=[word], engine=engine)
        found.append(bool(list(answers)))
        assert answers.complete
    return found


@settings(max_examples=50)
@given(CLASSES, WORDS)
def test_matches_as_python_does(pattern: str, words: list[str]) -> None:
    expected = [re.fullmatch(pattern, word) is not None for word in words]
    assert accepts(pattern, words, "reference") == expected
    assert accepts(pattern, words, "kernel") == expected


@settings(max_examples=100)
@given(LETTERS)
def test_lists_the_words_in_order(pattern: str) -> None:
    expected = [
        word
        for length in range(LONGEST + 1)
        for word in map("".join, product("ab", repeat=length))
        if re.fullmatch(pattern, word)
    ]
    answers: Any = calculus.solve("regex", pattern, max_answers=len(expected) + 1, max_steps=50_000)
    found = [answers.view(answer).data["word"] for answer in answers]
    assert found[: len(expected)] == expected
    assert all(len(word) > LONGEST for word in found[len(expected) :])
    if answers.complete:
        assert len(found) == len(expected) or len(found[-1]) > LONGEST


@settings(max_examples=30)
@given(LETTERS)
def test_every_word_comes_once(pattern: str) -> None:
    answers: Any = calculus.solve("regex", pattern, max_answers=300, max_steps=20_000)
    found = [answers.view(answer).data["word"] for answer in answers]
    assert found == sorted(set(found), key=lambda word: (len(word), word))
    assert all(re.fullmatch(pattern, word) for word in found)
    if not re.search(r"[*+]|,}", pattern):
        assert answers.complete or answers.stopped_by


@settings(max_examples=100)
@given(LETTERS, LETTERS)
def test_equal_patterns_have_the_same_words(left: str, right: str) -> None:
    verdict: Any = calculus.equal("regex", left, right)
    sides = re.compile(left), re.compile(right)
    if verdict.verdict == "equal":
        for length in range(LONGEST + 1):
            for word in map("".join, product("ab", repeat=length)):
                assert bool(sides[0].fullmatch(word)) == bool(sides[1].fullmatch(word))
    else:
        found = verdict.to_json()["source"]
        matches = [side.fullmatch(found["word"]) is not None for side in sides]
        assert matches == [found["side"] == "left", found["side"] == "right"]


@st.composite
def classes(draw: st.DrawFn) -> str:
    character = st.sampled_from("abz09_ -^]\\é\u0660\u2028\U0001f600")
    member = st.one_of(
        character.map(lambda one: f"\\{one}" if one in "-^]\\" else one),
        st.sampled_from(["\\d", "\\W", "\\s", "\\x41", "\\u0661", "\\n", "\\b", "\\101", "\\N{DIGIT ONE}"]),
        st.tuples(character, character).map(
            lambda ends: "-".join(f"\\{one}" if one in "-^]\\" else one for one in sorted(ends))
        ),
    )
    first = draw(st.sampled_from(["", "^", "]", "^]", "-", "^-"]))
    return f"[{first}{''.join(draw(st.lists(member, min_size=1, max_size=4)))}]"


@settings(max_examples=300)
@given(classes(), st.text(min_size=20, max_size=20))
def test_classes_have_the_members_that_they_have_in_python(pattern: str, sample: str) -> None:
    ranges = read(Source(pattern)).label
    compiled = re.compile(pattern)
    for character in sample + "abz09_-^]\\A1\n\b é\u0660\u0661\u2028":
        inside = any(first <= ord(character) <= last for first, last in ranges)
        assert inside == (compiled.fullmatch(character) is not None), character


@settings(max_examples=50)
@given(CLASSES)
def test_layout_and_translation_are_texts_that_stay(pattern: str) -> None:
    text = _regex.format(Source(pattern))
    assert _regex.format(Source(text)) == text
    translation = calculus.translate("regex", pattern)
    assert calculus.translate("regex", text) == translation
    assert calculus.format("rmc", translation) == translation
