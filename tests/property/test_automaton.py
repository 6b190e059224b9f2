"""Finite automata against a simulation that follows all runs at once."""

from itertools import product
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

import calculus
from calculus.encodings.automaton.syntax import Automaton
from calculus.verify.generation.sources.automaton import LETTERS, STATES, automaton
from calculus.verify.independent.automata import accepts
from calculus.verify.strategies.choices import built

LONGEST = 4


def automata() -> st.SearchStrategy[str]:
    return built(automaton, 20)


def words(read: Automaton, longest: int = LONGEST) -> list[str]:
    every = ("".join(word) for length in range(longest + 1) for word in product(LETTERS, repeat=length))
    return [word for word in every if accepts(read, word)]


@settings(max_examples=80)
@given(automata(), st.lists(st.text("abx", max_size=6), min_size=5, max_size=5))
def test_accepts_what_the_simulation_accepts(text: str, sample: list[str]) -> None:
    program = calculus.program("automaton", text)
    for word, engine in product(sample, ("reference", "kernel")):
        answers: Any = calculus.solve("automaton", program, inputs=[word], engine=engine)
        assert bool(list(answers)) == accepts(program.automaton, word)
        assert answers.complete


@settings(max_examples=60)
@given(automata())
def test_lists_the_words_in_order(text: str) -> None:
    program = calculus.program("automaton", text)
    expected = words(program.automaton)
    answers: Any = calculus.solve("automaton", program, max_answers=len(expected) + 1)
    found = ["".join(answers.view(answer).data["word"]) for answer in answers]
    assert found[: len(expected)] == expected
    assert all(len(word) > LONGEST for word in found[len(expected) :])
    # A word at least as long as there are states goes through a loop, and then there are infinitely many.
    pumped = [word for word in words(program.automaton, 2 * len(STATES) - 1) if len(word) >= len(STATES)]
    assert answers.complete == (not pumped and len(found) == len(expected))


@settings(max_examples=100)
@given(automata())
def test_layout_keeps_the_automaton(text: str) -> None:
    ascii_text = calculus.format("automaton", text)
    unicode = calculus.format("automaton", text, unicode=True)
    assert calculus.format("automaton", unicode) == ascii_text == calculus.format("automaton", ascii_text)
    before = calculus.program("automaton", text).automaton
    assert calculus.program("automaton", ascii_text).automaton == before
    assert calculus.program("automaton", unicode).automaton == before
    translation = calculus.translate("automaton", text)
    assert calculus.format("rmc", translation) == translation
