"""Turing machines, and tapes for them."""

from typing import NamedTuple

from calculus.verify.generation.choices import Dice
from calculus.verify.property import Choose

STATES = ("A", "B", "scan", "7")
SYMBOLS = ("0", "1", "x")
HALTING = ("H", "done")


class Running(NamedTuple):
    """The text of a machine, and what is on its tape."""

    machine: str
    tape: str

    def __str__(self) -> str:
        return f"{self.machine}on {self.tape!r}"


def machine(choose: Choose, size: int, *, ways: int = 1) -> str:
    """The text of a machine with at most so many `ways` on from a state and a symbol."""
    dice = Dice(choose)
    states = STATES[: dice.randint(1, min(len(STATES), 1 + size // 3))]
    symbols = SYMBOLS[: dice.randint(2, len(SYMBOLS))]
    lines = [f"halt: {', '.join(HALTING)}", f"blank: {dice.choice(symbols)}"]
    for state in states:
        for read in symbols:
            least = 1 if read == symbols[0] else 0
            for _ in range(dice.randint(least, ways)):
                write, move = dice.choice(symbols), dice.choice("SRRRLLL")
                lines.append(f"{state} {read} -> {write} {move} {dice.choice((*HALTING, *states, *states))}")
    return "\n".join(dict.fromkeys(lines)) + "\n"


def running(choose: Choose, size: int, *, ways: int = 2) -> Running:
    """A machine, often nondeterministic, with up to four symbols on its tape."""
    dice = Dice(choose)
    text = machine(choose, size, ways=dice.randint(1, ways))
    symbols = [symbol for symbol in SYMBOLS[:2] if symbol in text.split()]
    return Running(text, "".join(dice.choice(symbols) for _ in range(dice.randrange(5))) if symbols else "")
