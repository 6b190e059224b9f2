"""Kinds of locations and the state of the sources."""

import json

from calculus.machine.effects import FALSE, TRUE, Effects
from calculus.machine.instructions import jump


def test_kinds() -> None:
    effects = Effects(hosts={"ask": "source", "tell": "sink"})
    names = ("in", "out", "rnd", "nd", "ask", "tell", "cell", "λ")
    assert [effects.kind(name) for name in names] == [
        *("input", "output", "random", "choice", "source", "sink", "stack", "stack")
    ]


def test_what_suspends() -> None:
    sampled, exact = Effects(hosts={"ask": "source"}), Effects(exact=True)
    assert [sampled.suspends(name) for name in ("ask", "nd", "rnd", "in")] == [
        True,
        True,
        False,
        False,
    ]
    assert exact.suspends("rnd")


def test_draws_come_from_the_seed_and_the_location() -> None:
    def draws(seed: int, location: str) -> list[object]:
        effects = Effects(seed=seed)
        return [effects.draw(location) for _ in range(40)]

    assert draws(1, "rnd") == draws(1, "rnd")
    assert draws(1, "rnd") != draws(2, "rnd")
    assert draws(1, "rnd") != draws(1, "dice")
    assert set(draws(1, "rnd")) == {TRUE, FALSE}


def test_draws_given_back_are_drawn_again() -> None:
    effects = Effects(seed=5)
    first = [effects.draw("rnd") for _ in range(5)]
    effects.give_back("rnd", first[2:])
    effects.give_back("rnd", first[1:2])
    later = [effects.draw("rnd") for _ in range(10)]
    assert later[:4] == first[1:]


def test_a_copy_is_independent() -> None:
    effects = Effects([jump(1), jump(2)], seed=7)
    effects.draw("rnd")
    copy = effects.copy()
    copy.inputs.popleft()
    assert len(effects.inputs) == 2
    assert [copy.draw("rnd") for _ in range(20)] == [effects.draw("rnd") for _ in range(20)]


def test_generator_states_survive_json() -> None:
    effects = Effects(seed=7)
    effects.draw("rnd")
    states = json.loads(json.dumps(effects.generator_states()))
    other = Effects(seed=99)
    other.set_generator_states(states)
    assert [other.draw("rnd") for _ in range(20)] == [effects.draw("rnd") for _ in range(20)]
