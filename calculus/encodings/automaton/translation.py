"""From finite automata to the RMC.

The state lies on `q`, the word on `i` with its first letter on top and `Eof` below it. An automaton is

    [start]q; (Σ q<state>; (Σ i<"letter">; [next]q))*; i<Eof>; (Σ q<accepting>)

where the first sum is over the states and the second over the transitions from one; a transition that
takes no letter is `[next]q` alone.
"""

from collections.abc import Collection

from calculus.encodings.automaton.syntax import Automaton, Transition
from calculus.encodings.names import as_value
from calculus.encodings.words import END, WORD, letter_value
from calculus.machine.relational.instructions import pop, push, sequence, star, sum_of
from calculus.term import Term

STATE = "q"
"""The location of the state."""


def translate(automaton: Automaton, states: Collection[str] | None = None) -> Term:
    """The translation; with `states`, of the automaton that has no others."""
    kept = [item for item in automaton.transitions if states is None or item.source in states]
    following: dict[str, list[Transition]] = {}
    for item in kept:
        following.setdefault(item.source, []).append(item)
    steps = [
        sequence(pop(as_value(state), STATE), sum_of(*map(_move, following[state])))
        for state in automaton.states
        if state in following
    ]
    accepting = [state for state in automaton.accept if states is None or state in states]
    return sequence(
        sum_of(*(push(as_value(state), STATE) for state in automaton.start)),
        star(sum_of(*steps)),
        pop(END, WORD),
        sum_of(*(pop(as_value(state), STATE) for state in accepting)),
    )


def _move(item: Transition) -> Term:
    target = push(as_value(item.target), STATE)
    return target if item.letter is None else sequence(pop(letter_value(item.letter), WORD), target)
