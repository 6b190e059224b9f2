"""Subjects that remember the choices they were made from, and are made small by simpler ones.

For subjects that are no terms, such as programs of a source language: fewer and smaller choices make, by the
rule that 0 is the simplest, a subject that is easier to read, and one that can be generated.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from calculus.source.diagnostic import CalculusError
from calculus.verify.property import Choose

T = TypeVar("T")

Make = Callable[[Choose, int], T]

TRIES = 800
"""How often a test is tried, unless told otherwise."""


@dataclass(frozen=True, slots=True)
class Drawn(Generic[T]):
    """A subject, what made it and of what size, and the choices that were made."""

    value: T
    make: Make[T]
    size: int
    choices: tuple[int, ...]

    def __str__(self) -> str:
        return str(self.value)


def recorded(make: Make[T]) -> Callable[[Choose, int], Drawn[T]]:
    """A generator whose subjects remember their choices."""

    def remember(choose: Choose, size: int) -> Drawn[T]:
        made: list[int] = []

        def noted(count: int) -> int:
            made.append(choose(count))
            return made[-1]

        return Drawn(make(noted, size), make, size, tuple(made))

    return remember


def replayed(make: Make[T], size: int, choices: tuple[int, ...]) -> Drawn[T]:
    """The subject made of choices: too large ones are the largest there may be, missing ones 0."""
    left = iter(choices)

    def choose(count: int) -> int:
        return min(next(left, 0), count - 1)

    return recorded(make)(choose, size)


def shrunk(subject: Drawn[T], fails: Callable[[Drawn[T]], bool], tries: int = TRIES) -> Drawn[T]:
    """A subject made of fewer or smaller choices for which `fails` is still true."""
    improved = True
    while improved:
        improved = False
        for size, choices in _simpler(subject):
            if tries <= 0:
                return subject
            candidate = replayed(subject.make, size, choices)
            if _weight(candidate) >= _weight(subject):
                continue
            tries -= 1
            if _still(fails, candidate):
                subject, improved = candidate, True
                break
    return subject


def _still(fails: Callable[[Drawn[T]], bool], candidate: Drawn[T]) -> bool:
    try:
        return fails(candidate)
    except CalculusError:  # not what is looked for
        return False


def _weight(subject: Drawn[Any]) -> tuple[int, int, tuple[int, ...]]:
    return len(subject.choices), subject.size, subject.choices


def _simpler(subject: Drawn[Any]) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Sizes and choices to try: first with many choices left out, then with one made smaller."""
    size, choices = subject.size, subject.choices
    for smaller in dict.fromkeys((1, size // 2, size - 1)):
        if 0 < smaller < size:
            yield smaller, choices
    length = len(choices)
    for width in (length // 2, length // 4, 16, 8, 4, 3, 2, 1):
        if 0 < width <= length:
            for start in range(0, length - width + 1, max(1, width // 2)):
                yield size, choices[:start] + choices[start + width :]
    for place, value in enumerate(choices):
        for lower in dict.fromkeys((0, value // 2, value - 1)):
            if 0 <= lower < value:
                yield size, (*choices[:place], lower, *choices[place + 1 :])
                # What was left to choose may be less by one.
                yield size, (*choices[:place], lower, *choices[place + 2 :])


__all__ = ["Drawn", "recorded", "replayed", "shrunk"]
