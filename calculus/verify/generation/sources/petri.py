"""Petri nets of a few places and transitions, with weights, self-loops and transitions without places."""

from collections.abc import Sequence

from calculus.encodings.petri.net import Net, Transition, bag_of
from calculus.verify.generation.choices import Dice
from calculus.verify.property import Choose

NAMES = ("p", "q", "r", "s", "t", "u", "v", "w")


def net(choose: Choose, size: int, *, names: Sequence[str] = NAMES) -> Net:
    """A net of up to four places and four transitions."""
    dice = Dice(choose)
    some = min(4, 1 + size // 4)
    places = tuple(dice.sample(names, dice.randint(1, some)))

    def bag() -> dict[str, int]:
        chosen = dice.sample(places, dice.randint(0, min(3, len(places))))
        return {place: dice.randint(1, 2) for place in chosen}

    words = dice.sample(names, dice.randint(0, some))
    transitions = tuple(Transition(word, bag(), bag()) for word in words)
    return Net(places, transitions, bag_of((place, dice.randint(0, 3)) for place in places))
