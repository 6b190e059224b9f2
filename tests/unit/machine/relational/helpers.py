"""Queries from text, and what a search makes of them, for the tests of the relational machine."""

from collections.abc import Mapping
from typing import Any

from calculus.machine.budget import Budget
from calculus.machine.relational.answers import Answer
from calculus.machine.relational.query import Query
from calculus.machine.relational.search import Search
from calculus.rmc.calculus import RMC
from calculus.rmc.parser import parse_value
from calculus.settings import Settings
from calculus.source.diagnostic import Diagnostic
from calculus.source.text import Source
from calculus.term import Term


def value(text: str) -> Term:
    return parse_value(Source(text))


def query(text: str, stacks: Mapping[str, str] | None = None) -> Query:
    """The query of a program; stacks are given bottom first, with spaces between their values."""
    calculus = RMC()
    memory = {location: [value(item) for item in items.split()] for location, items in (stacks or {}).items()}
    return calculus.query(calculus.parse(Source(text)), Settings(stacks=memory))


def searching(
    text: str, stacks: Mapping[str, str] | None = None, budget: Budget | None = None, **options: Any
) -> Search:
    """A search that is about to begin, with a limit so that mistakes end."""
    return Search(query(text, stacks), budget or Budget(max_steps=100_000), **options)


def finished(
    text: str, stacks: Mapping[str, str] | None = None, budget: Budget | None = None, **options: Any
) -> Search:
    search = searching(text, stacks, budget, **options)
    for _ in search:
        pass
    return search


def shown(answer: Answer) -> str:
    """As in `x=A λ: S(Z), B`; nothing for no values."""
    bindings = [f"{name}={bound}" for name, bound in answer.bindings.items()]
    stacks = [f"{name}: {', '.join(map(str, values))}" for name, values in answer.stacks.items()]
    return " ".join([*bindings, *stacks])


def answers(text: str, stacks: Mapping[str, str] | None = None, **options: Any) -> list[str]:
    """The answers of a search, which must end."""
    search = finished(text, stacks, **options)
    assert search.complete
    return [shown(answer) for answer in search.answers]


def pointed_at(diagnostic: Diagnostic | None) -> str | None:
    """The text that a diagnostic points at."""
    return diagnostic.span.text if diagnostic and diagnostic.span else None
