"""What generators ask of a source of choices."""

from collections.abc import Sequence
from typing import TypeVar

from calculus.verify.property import Choose

T = TypeVar("T")


def pick(choose: Choose, items: Sequence[T]) -> T:
    """One of some items, the first the simplest; an item that is there more often is chosen more often."""
    return items[choose(len(items))]


def between(choose: Choose, low: int, high: int) -> int:
    """A number from `low`, the simplest, to `high`; `low` if there is none."""
    return low + choose(max(1, high - low + 1))


def chance(choose: Choose, percent: int) -> bool:
    """True so often; no is the simpler answer."""
    return choose(100) >= 100 - percent


def distinct(choose: Choose, items: Sequence[T], count: int) -> list[T]:
    """So many different ones of some items, in any order; simplest are the first ones, as they stand."""
    left = list(items)
    return [left.pop(choose(len(left))) for _ in range(min(count, len(left)))]


class Dice:
    """Choices under the names that `random.Random` has for them. Simple is what comes first, what is near 0,
    and no."""

    def __init__(self, choose: Choose) -> None:
        self.choose = choose

    def choice(self, items: Sequence[T]) -> T:
        return pick(self.choose, items)

    def randrange(self, count: int) -> int:
        return self.choose(count)

    def randint(self, low: int, high: int) -> int:
        number = self.choose(high - low + 1)
        if low >= 0:
            return low + number
        return number if number <= high else high - number

    def chance(self, percent: int) -> bool:
        return chance(self.choose, percent)

    def sample(self, items: Sequence[T], count: int) -> list[T]:
        return distinct(self.choose, items, count)

    def shuffled(self, items: Sequence[T]) -> list[T]:
        return distinct(self.choose, items, len(items))
