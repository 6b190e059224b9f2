"""Conservativity over Kleene algebra: regular expressions denote the same language just if their images are
equal.
"""

from functools import lru_cache, partial

from calculus.machine.relational.instructions import (
    FAILURE,
    NOTHING,
    constructor,
    pop,
    sequence,
    star,
    sum_of,
)
from calculus.rmc.equality import equal
from calculus.rmc.subsumption import Level
from calculus.term import Term
from calculus.term.node import size
from calculus.verify.independent.regular import Regex, difference, expressions
from calculus.verify.properties.rmc.subjects import Couples
from calculus.verify.property import Exhaustive, Property, Tally

LETTERS = "ab"
TAPE = "i"

STEPS = 30
"""Transitions for each attempt of a verdict."""

Two = tuple[Regex, Regex]


def image(expression: Regex) -> Term:
    """The term that reads the words of a regular expression."""
    done: list[Term] = []
    todo: list[tuple[Regex, bool]] = [(expression, False)]
    while todo:
        item, ready = todo.pop()
        if not ready:
            todo.append((item, True))
            todo += [(part, False) for part in reversed(item.parts)]
            continue
        split = len(done) - len(item.parts)
        parts = done[split:]
        match item.kind:
            case "empty":
                term = FAILURE
            case "unit":
                term = NOTHING
            case "letter":
                term = pop(constructor(item.letter.upper()), TAPE)
            case "star":
                term = star(parts[0])
            case "sum":
                term = sum_of(*parts)
            case "product":
                term = sequence(*parts)
        done[split:] = [term]
    return done[0]


@lru_cache(maxsize=8)
def couples(most: int) -> Couples:
    return Couples(tuple(expressions(most, LETTERS)))


def conservative(pair: Two, tally: Tally, level: Level = "set") -> str | None:
    """The images are equal, reading or writing, just if the languages are the same."""
    word = difference(*pair, LETTERS)
    expected = "different" if word is not None else "equal"
    tally.count(f"languages {expected}")
    left, right = (image(side) for side in pair)
    verdict = equal(left, right, level=level, max_steps=STEPS)
    if verdict.verdict != expected:
        why = "the same language" if word is None else f"only one has the word `{word}`"
        return f"at level {level}: {verdict.verdict}; by derivatives: {why}"
    return None


def both(pair: Two) -> str:
    return f"{image(pair[0])} = {image(pair[1])}"


def nodes(pair: Two) -> int:
    return sum(size(image(side)) for side in pair)


def _part(level: Level, size: int) -> Exhaustive:
    return Exhaustive(
        f"every two regular expressions of up to {{size}} nodes over {len(LETTERS)} letters have the same "
        f"language just if their images are equal at level {level}",
        couples,
        partial(conservative, level=level),
        size=size,
        less=5 - size,
        unit=100,
        name=level,
        show=both,
        measure=nodes,
    )


PROPERTIES = (
    Property(
        "regular",
        "Terms that read words are equal just if they are so in Kleene algebra.",
        "Kozen, A Completeness Theorem for Kleene Algebras (1994)",
        (
            _part("set", 3),
            _part("ground", 2),
        ),
    ),
)
