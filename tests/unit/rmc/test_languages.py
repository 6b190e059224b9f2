"""Automata with silent moves, compared: against all words up to a length."""

from collections import Counter
from itertools import product
from random import Random

from calculus.rmc.languages import Network, same_language, same_series

LENGTH = 6


def random_network(rng: Random, cycles: bool) -> Network:
    found = Network()
    for _ in range(rng.randint(0, 3)):
        found.state()
    for _ in range(rng.randint(1, 7)):
        source, target = rng.randrange(found.states), rng.randrange(found.states)
        letter = rng.choice((None, "a", "b"))
        if letter is None and not cycles and source >= target:
            continue
        found.add(source, letter, target)
    return found


def ways(network: Network) -> "Counter[str]":
    """In how many ways each short word is accepted; for networks without silent cycles."""
    found: Counter[str] = Counter()
    pending = [(network.start, "")]
    while pending:
        state, word = pending.pop()
        found[word] += state == network.end
        for letter, target in network.moves.get(state, ()):
            after = word + (str(letter) if letter else "")
            if len(after) <= LENGTH:
                pending.append((target, after))
    return +found


def accepted(network: Network) -> set[str]:
    def closure(states: set[int]) -> set[int]:
        while True:
            more = {
                target
                for state in states
                for letter, target in network.moves.get(state, ())
                if letter is None
            }
            if more <= states:
                return states
            states = states | more

    found = set()
    for length in range(LENGTH + 1):
        for word in product("ab", repeat=length):
            states = closure({network.start})
            for wanted in word:
                states = closure(
                    {
                        target
                        for state in states
                        for letter, target in network.moves.get(state, ())
                        if letter == wanted
                    }
                )
            if network.end in states:
                found.add("".join(word))
    return found


def test_languages() -> None:
    equal = 0
    for seed in range(400):
        rng = Random(f"language {seed}")
        left, right = (random_network(rng, True) for _ in range(2))
        found = same_language(left, right) is not None
        assert found == (accepted(left) == accepted(right))
        equal += found
    assert equal > 50


def test_series() -> None:
    equal = 0
    for seed in range(600):
        rng = Random(f"series {seed}")
        left, right = (random_network(rng, False) for _ in range(2))
        found = same_series(left, right) is not None
        assert found == (ways(left) == ways(right))
        equal += found
    assert equal > 50


def test_the_same_language_in_more_ways() -> None:
    once, twice = Network(), Network()
    once.add(0, "a", 1)
    twice.add(0, "a", 1)
    twice.add(0, "a", 1)
    assert same_language(once, twice) is not None
    assert same_series(once, twice) is None
    assert same_series(twice, twice) is not None


def test_infinitely_many_ways_are_not_compared() -> None:
    endless = Network()
    endless.add(0, None, 0)
    endless.add(0, "a", 1)
    assert same_series(endless, endless) is None
    assert same_language(endless, endless) is not None


def test_joining_leaves_the_networks_alone() -> None:
    network = Network()
    network.add(0, "a", 1)
    before = {state: list(moves) for state, moves in network.moves.items()}
    same_series(network, network)
    assert network.moves == before
    assert network.letters() == ["a"]
