"""Terms from text, and runs of them, for the tests of the machine."""

from collections.abc import Iterable, Mapping
from typing import Any

from calculus.fmc.parser import parse_term
from calculus.machine.effects import Effects
from calculus.machine.reference import step
from calculus.machine.state import Closure, State
from calculus.source.text import Source
from calculus.term import Term


def term(text: str) -> Term:
    return parse_term(Source(text))


def state(
    text: str,
    definitions: Mapping[str, str] | None = None,
    stacks: Mapping[str, Iterable[str]] | None = None,
    inputs: Iterable[str] = (),
    **effects: Any,
) -> State:
    return State(
        term(text),
        {name: term(body) for name, body in (definitions or {}).items()},
        {
            location: [Closure(term(value), {}) for value in values]
            for location, values in (stacks or {}).items()
        },
        Effects([term(item) for item in inputs], **effects),
    )


def finish(machine: State, limit: int = 100_000) -> State:
    """Step until nothing moves."""
    while machine.steps < limit and step(machine) is not None:
        pass
    return machine


def run(text: str, definitions: Mapping[str, str] | None = None, **more: Any) -> State:
    return finish(state(text, definitions, **more))


def stacks(machine: State) -> dict[str, list[str]]:
    return {location: [str(value) for value in values] for location, values in machine.memory().items()}


def place(machine: State) -> str | None:
    """The text that the error of a stuck machine points at."""
    assert machine.error is not None
    return machine.error.span.text if machine.error.span else None
