"""What the properties of encodings have in common: programs that remember their choices, and what is told of
two outcomes.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from calculus.verify.generation import replay
from calculus.verify.generation.replay import Drawn, Make, recorded
from calculus.verify.property import Generated, Property, Tally

T = TypeVar("T")


def told(outcome: Any, limit: int = 300) -> str:
    """An outcome in a message."""
    text = str(outcome)
    return text if len(text) <= limit else f"{text[:limit]}…"


def differ(ours: Any, theirs: Any, judge: str) -> str | None:
    """Nothing if the outcomes are equal, else both."""
    return None if ours == theirs else f"the translation: {told(ours)}; {judge}: {told(theirs)}"


def agreement(
    language: str,
    *,
    statement: str,
    source: str,
    judge: str,
    make: Make[T],
    violation: Callable[[T, Tally], str | None],
    show: Callable[[T], str] = str,
    examples: int = 200,
    unit: int = 50,
    largest: int = 20,
) -> Property:
    """The property of a language that generated programs do what a judge says; the name is the language's."""

    def check(subject: Drawn[T], tally: Tally) -> str | None:
        return violation(subject.value, tally)

    def measure(subject: Drawn[T]) -> int:
        return len(show(subject.value))

    part = Generated(
        f"generated programs of {language} do what {judge} says",
        recorded(make),
        check,
        shrunk=replay.shrunk,
        largest=largest,
        examples=examples,
        unit=unit,
        show=lambda subject: show(subject.value),
        measure=measure,
    )
    return Property(f"encoding-{language}", statement, source, (part,))
