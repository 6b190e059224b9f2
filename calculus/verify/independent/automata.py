"""Finite automata run by following all runs at once."""

from calculus.encodings.automaton.syntax import Automaton


def accepts(automaton: Automaton, word: str) -> bool:
    """Whether some run reads the word and ends in a state that accepts."""
    states = _closed(automaton, set(automaton.start))
    for letter in word:
        states = _closed(automaton, _after(automaton, states, letter))
    return not states.isdisjoint(automaton.accept)


def _after(automaton: Automaton, states: set[str], letter: str | None) -> set[str]:
    moves = automaton.transitions
    return {item.target for item in moves if item.letter == letter and item.source in states}


def _closed(automaton: Automaton, states: set[str]) -> set[str]:
    """With all that steps without a letter lead to."""
    while not (more := _after(automaton, states, None)) <= states:
        states = states | more
    return states
