"""Finite automata, some with steps without a letter and with states of no use, and words to read."""

from typing import NamedTuple

from calculus.verify.generation.choices import Dice
from calculus.verify.property import Choose

STATES = ("p", "q", "r", "7", "Eof")
LETTERS = ("a", "b")


class Reading(NamedTuple):
    """The text of an automaton, and words that it may accept."""

    automaton: str
    words: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.automaton}on {', '.join(map(repr, self.words))}"


def automaton(choose: Choose, size: int) -> str:
    """The text of an automaton of up to five states and eight lines of steps."""
    dice = Dice(choose)
    states = STATES[: dice.randint(1, min(len(STATES), 1 + size // 3))]
    lines = [f"states: {', '.join(states)}", f"alphabet: {', '.join(LETTERS)}"]
    lines.append(f"start: {', '.join(dice.sample(states, dice.randint(1, 2)))}")
    lines.append(f"accept: {', '.join(dice.sample(states, dice.randrange(3)))}")
    for _ in range(dice.randint(0, min(8, size))):
        source, letters = dice.choice(states), dice.choice(("a", "b", "a, b", "", "ε"))
        targets = [dice.choice(states) for _ in range(dice.randint(1, 2))]
        lines.append(f"{source} {letters} -> {', '.join(targets)}")
    return "\n".join(lines) + "\n"


def reading(choose: Choose, size: int) -> Reading:
    """An automaton and up to four words, of which some have a letter that no automaton reads."""
    dice = Dice(choose)
    text = automaton(choose, size)
    words = [
        "".join(dice.choice("aabbabx") for _ in range(dice.randrange(6))) for _ in range(dice.randint(1, 4))
    ]
    return Reading(text, tuple(words))
