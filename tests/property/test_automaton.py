"""Finite automata against a simulation that follows all runs at once."""

from itertools import product
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

import calculus
from calculus.encodings.automaton.syntax import Automaton

LONGEST = 4

STATES = ["p", "q", "r", "7", "Eof"]
LETTERS = ["a", "b"]


@st.composite
def automata(draw: st.DrawFn) -> str:
    """A text; its states may have steps without a letter, and need be of no use."""
    states = STATES[: draw(st.integers(1, len(STATES)))]
    state = st.sampled_from(states)
    lines = [f"states: {', '.join(states)}", f"alphabet: {', '.join(LETTERS)}"]
    lines.append(f"start: {', '.join(draw(st.lists(state, min_size=1, max_size=2, unique=True)))}")
    lines.append(f"accept: {', '.join(draw(st.lists(state, max_size=2, unique=True)))}")
    for _ in range(draw(st.integers(0, 7))):
        letters = draw(st.sampled_from(["", "ε", "a", "b", "a, b"]))
        lines.append(f"{draw(state)} {letters} -> {', '.join(draw(st.lists(state, min_size=1, max_size=2)))}")
    return "\n".join(lines) + "\n"


def accepts(automaton: Automaton, word: str) -> bool:
    def after(states: set[str], letter: str | None) -> set[str]:
        moves = automaton.transitions
        return {item.target for item in moves if item.letter == letter and item.source in states}

    def closed(states: set[str]) -> set[str]:
        while not (more := after(states, None)) <= states:
            states = states | more
        return states

    states = closed(set(automaton.start))
    for letter in word:
        states = closed(after(states, letter))
    return not states.isdisjoint(automaton.accept)


def words(automaton: Automaton, longest: int = LONGEST) -> list[str]:
    every = ("".join(word) for length in range(longest + 1) for word in product(LETTERS, repeat=length))
    return [word for word in every if accepts(automaton, word)]


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
