"""The relational kernel and the reference machine on the same query: what differs.

`disagreements` takes seeds; so a failure is found again from its seed, also in a process of its own.
"""

import re
from collections.abc import Iterable, Sequence
from random import Random
from typing import Any, NamedTuple

import pytest

from calculus.machine.budget import Budget
from calculus.machine.kernel import buffers
from calculus.machine.relational.answers import Answers
from calculus.machine.relational.instructions import Text
from calculus.machine.relational.kernel import host, machine
from calculus.machine.relational.kernel.host import KernelSearch
from calculus.machine.relational.query import Query
from calculus.machine.relational.search import Mode, Search
from calculus.rmc.calculus import RMC
from calculus.rmc.printer import to_text
from calculus.settings import Settings
from calculus.source.text import Source
from calculus.verify.generation import rmc as generation

LIMIT = 1_000
"""Attempted transitions."""

EDGES = (0, 1, -1, 2, 3, 2**62 - 1, 2**62, -(2**62), -(2**62) - 1, 2**63, 2**70, -(2**70))
"""Integers where a word of the kernel ends, among others."""

VARIANTS: Sequence[dict[str, Any]] = (
    {},
    {"stars": False},
    {"stars": False, "locations": ("λ", "a", "b", "c")},
    {"constants": (*EDGES, Text("t"))},
    {"constants": (0, 1, 2), "relations": True},
    {"constants": EDGES, "relations": True, "locations": ("λ",)},
    {"constants": EDGES, "relations": True, "stars": False, "tests": False},
    {"constructors": {"A": 0, "B": 0, "C": 0, "S": 1, "T": 1, "F": 2, "G": 3}},
)


class Outcome(NamedTuple):
    """What a search comes to. `answers` are keys (bindings and stacks, in order) with multiplicities."""

    answers: list[tuple[Any, int]]
    found: int
    complete: bool
    error: dict[str, Any] | None


def sample(seed: int) -> Query:
    """A random query: with and without definitions, stars, variables in the initial stacks, relations."""
    rng = Random(seed)
    features = rng.choice(VARIANTS)
    free = rng.choice(((), ("p", "q")))
    size = rng.choice((3, 5, 8, 12, 20, 30, 50))
    if rng.random() < 0.5:
        return generation.program(rng.randrange, 2 * size, free=free, count=rng.choice((1, 2, 3)), **features)
    return generation.query(rng.randrange, 2 * size, free=free, **features)


def with_places(query: Query) -> Query:
    """The same query, read from its text: its instructions have places, which errors tell."""
    lines = [f"def {name} = {to_text(body)}" for name, body in query.definitions.items()]
    text = "\n".join([*lines, to_text(query.term), ""])
    calculus = RMC()
    read = calculus.parse(Source(text))
    return calculus.query(
        read, Settings(stacks={name: list(values) for name, values in query.stacks.items()})
    )


def told(search: Answers) -> dict[str, Any] | None:
    """The error but for the number of steps, of which the kernel may count fewer."""
    if search.error is None:
        return None
    found = search.error.to_json()
    for note in found["notes"]:
        note["message"] = re.sub(r"after [\d,]+ steps?; ", "", note["message"])
    return found


def outcome(search: Answers) -> Outcome:
    """Search to the end. What is given by and by is what is kept."""
    given = [answer.key() for answer in search]
    assert given == [answer.key() for answer in search.answers]
    keyed = [(answer.key(), answer.multiplicity) for answer in search.answers]
    return Outcome(keyed, search.found, search.complete, told(search))


def difference(query: Query, limit: int = LIMIT, mode: Mode = "multiset", count: bool = False) -> str:
    """What differs between the engines, with a step limit; nothing if they agree.

    They may count steps differently, so where the limit ends the search of the reference machine, its answers
    are those that the kernel gives first.
    """
    reference = Search(query, Budget(max_steps=limit), mode=mode, count=count)
    expected = outcome(reference)
    kernel = KernelSearch(query, Budget(max_steps=2 * limit), mode=mode, count=count)
    found = outcome(kernel)
    if reference.stopped_by is None:
        return "" if found == expected else f"expected {expected}, found {found}"
    first, those = ([key for key, _ in outcome.answers] for outcome in (expected, found))
    return "" if those[: len(first)] == first else f"expected at first {first}, found {those}"


def disagreements(seeds: Iterable[int], **options: Any) -> list[int]:
    return [seed for seed in seeds if difference(sample(seed), **options)]


def make_small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have all arrays begin so small that they grow, and the heap so small that it is collected."""
    for name, value in {"HEAP": 8, "ROOM": 1, "DEEP": 0}.items():
        monkeypatch.setattr(machine, name, value)
    monkeypatch.setattr(buffers, "MOST_LEFT_OVER", 0)
    monkeypatch.setattr(buffers, "_left_over", {})


def without_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the kernel run goals that wait on a stack as they are written, not as calls."""
    monkeypatch.setattr(host, "as_calls", lambda query: None)


class Counted:
    """How often a method of the kernel's machine is called."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
        self.times = 0
        method = getattr(machine.Machine, name)

        def counted(*arguments: Any) -> Any:
            self.times += 1
            return method(*arguments)

        monkeypatch.setattr(machine.Machine, name, counted)
