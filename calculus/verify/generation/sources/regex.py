"""Regular expressions that Python and `regex` both read, and words to match."""

from collections.abc import Sequence
from typing import NamedTuple

from calculus.verify.generation.choices import Dice
from calculus.verify.property import Choose

LETTERS = ("a", "b", "[ab]", "")
CLASSES = ("a", "b", ".", "[ab]", "[^a]", "\\w", "\\d", "\\S", "[b-c1]", "[^\\Wb]", "")
SIGNS = ("*", "+", "?", "{2}", "{1,3}", "{,2}", "{2,}", "*?", "??", "{1,2}?")
ALPHABET = "abc1 \né"


class Matching(NamedTuple):
    """A pattern, and words that it may match."""

    pattern: str
    words: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.pattern!r} on {', '.join(map(repr, self.words))}"


def pattern(choose: Choose, size: int, atoms: Sequence[str] = CLASSES) -> str:
    """A pattern with repetitions up to two deep; deeper, Python's own matcher takes forever."""
    return _combined(Dice(choose), atoms, 2 if size > 6 else 1 if size > 2 else 0)


def _combined(dice: Dice, atoms: Sequence[str], depth: int) -> str:
    parts = [_repeated(dice, atoms, depth) for _ in range(dice.randint(1, 3))]
    return f"(?:{'|'.join(parts)})" if dice.chance(40) else "".join(parts)


def _repeated(dice: Dice, atoms: Sequence[str], depth: int) -> str:
    if not depth:
        return dice.choice(atoms)
    inner = _combined(dice, atoms, depth - 1)
    return f"({inner}){dice.choice(SIGNS)}" if dice.chance(60) else inner


def matching(choose: Choose, size: int) -> Matching:
    """A pattern and up to four words."""
    dice = Dice(choose)
    made = pattern(choose, size)
    words = [
        "".join(dice.choice(ALPHABET) for _ in range(dice.randrange(6))) for _ in range(dice.randint(1, 4))
    ]
    return Matching(made, tuple(words))
