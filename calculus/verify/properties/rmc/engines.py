"""Reference = kernel = the literal machine, and what strategies and modes have in common."""

from collections.abc import Callable, Sequence
from typing import Any

from calculus.machine.relational.answers import Answers
from calculus.machine.relational.engine import prepare_kernel
from calculus.machine.relational.instructions import LAMBDA, constructor, variable
from calculus.machine.relational.kernel.host import KernelSearch
from calculus.machine.relational.query import Query
from calculus.machine.relational.search import Strategy
from calculus.term import Term
from calculus.verify.certificates import claims
from calculus.verify.enumeration import rmc as enumeration
from calculus.verify.generation import rmc as generation
from calculus.verify.independent.relational import LiteralMachine
from calculus.verify.properties.rmc.subjects import (
    Memory,
    asked,
    counted,
    nodes,
    shown,
    solved,
    steps_only,
    told,
)
from calculus.verify.property import Choose, Exhaustive, Generated, Property, Tally
from calculus.verify.shrinking import shrunk

LIMIT = 60
"""Attempted transitions of an exhaustive part's searches; many iterations never end."""
LONGER = 300
"""The same of generated ones."""

OTHERS: tuple[Strategy, ...] = ("bfs", "deepening", "fair")

FEW: tuple[Memory, ...] = (
    {},
    {LAMBDA: [variable("x")], "a": [variable("x")]},
    {LAMBDA: [variable("y"), constructor("S", variable("x"))], "a": [constructor("A")]},
)


def ended(search: Answers) -> str:
    if search.error is not None:
        return "stuck"
    return "complete" if search.complete else f"stopped by {search.stopped_by}"


def said(search: Answers) -> str:
    """A search in words."""
    return f"{told(search.answers)}, {ended(search)} after {search.steps} steps"


def literally(query: Query, limit: int, tally: Tally) -> str | None:
    """The reference machine does what literal substitution does, step by step."""
    strategies: tuple[Strategy, ...] = ("dfs", "bfs")
    for strategy in strategies:
        search = solved(query, limit, strategy=strategy)
        machine = LiteralMachine(query, strategy, limit)  # type: ignore[arg-type]
        same = [answer.key() for answer in search.answers] == [answer.key() for answer in machine.answers]
        tally.count("runs")
        if not same or (search.steps, search.complete, search.error is not None) != (
            machine.steps,
            machine.complete,
            machine.stuck,
        ):
            end = "stuck" if machine.stuck else "complete" if machine.complete else "stopped"
            theirs = f"{told(machine.answers)}, {end} after {machine.steps} steps"
            return f"{strategy}, the reference machine: {said(search)}; by substitution: {theirs}"
        if strategy == "dfs" and search.complete and tally.certify:
            tally.claim(
                **claims.answers(
                    query.term, search.answers, stacks=query.stacks, definitions=query.definitions
                )
            )
    return None


def on_kernel(query: Query, limit: int, tally: Tally) -> str | None:
    """The kernel has the same answers in the same order, and ends alike.

    It may count fewer steps, so where the limit ends the search of the reference machine, those answers are
    the first of the kernel's.
    """
    prepare_kernel()
    for options in MODES:
        ours, theirs = solved(query, limit, **options), _on_kernel(query, 2 * limit, options)
        tally.count("runs")
        first, others = (
            [(answer.key(), answer.multiplicity) for answer in search.answers] for search in (ours, theirs)
        )
        if ours.stopped_by == "steps":
            same = [key for key, _ in others[: len(first)]] == [key for key, _ in first]
        else:
            same = (first, ended(ours), _error(ours)) == (others, ended(theirs), _error(theirs))
        if not same:
            return f"{_named(options)}the reference machine: {said(ours)}; the kernel: {said(theirs)}"
    return None


def _on_kernel(query: Query, limit: int, options: dict[str, Any]) -> KernelSearch:
    search = KernelSearch(query, steps_only(limit), **options)
    for _ in search:
        pass
    return search


def _error(search: Answers) -> str | None:
    return None if search.error is None else search.error.message


def _named(options: dict[str, Any]) -> str:
    return "".join(f"{name} {value}: " for name, value in options.items())


def strategies(query: Query, limit: int, tally: Tally) -> str | None:
    """A complete search has the same answers under every strategy, and each of them once in set mode."""
    search = solved(query, limit)
    if not search.complete:
        tally.count("endless")
        return None
    tally.count("compared")
    expected = counted(search.answers)
    # Deepening makes every transition again for each bound.
    plenty = limit * (limit + 1)
    for strategy in OTHERS:
        other = solved(query, plenty, strategy=strategy)
        if not other.complete or counted(other.answers) != expected:
            return f"dfs: {said(search)}; {strategy}: {said(other)}"
    for strategy in ("dfs", *OTHERS):
        other = solved(query, plenty, strategy=strategy, mode="set")
        if not other.complete or counted(other.answers) != dict.fromkeys(expected, 1):
            return f"dfs: {said(search)}; {strategy} in set mode: {said(other)}"
    return None


Look = Callable[[Query, int, Tally], str | None]


def everywhere(look: Look, memories: Sequence[Memory] = FEW) -> Callable[[Term, Tally], str | None]:
    """The check of a term that checks it on some memories."""

    def violation(term: Term, tally: Tally) -> str | None:
        for memory in memories:
            found = look(Query(term, {}, memory), LIMIT, tally)
            if found is not None:
                return f"{shown(memory)}: {found}"
        return None

    return violation


def longer(look: Look) -> Callable[[Query, Tally], str | None]:
    return lambda query, tally: look(query, LONGER, tally)


MODES: tuple[dict[str, Any], ...] = ({}, {"mode": "set"})

EDGES = (0, 1, -1, 2, 2**62 - 1, 2**62, -(2**62), -(2**62) - 1, 2**63, 2**70)
"""Integers where a word of the kernel ends, among others."""

KINDS: tuple[dict[str, Any], ...] = (
    {},
    {"stars": False},
    {"constants": generation.CONSTANTS},
    {"constants": (0, 1, 2), "relations": True},
    {"constants": EDGES, "relations": True, "stars": False},
    {"constructors": {"A": 0, "B": 0, "S": 1, "T": 1, "F": 2, "G": 3}, "locations": (LAMBDA, "a", "b")},
)


def made(choose: Choose, size: int) -> Query:
    """A query of any kind: with definitions or without, closed or open."""
    features = KINDS[choose(len(KINDS))]
    free = ("p", "q") if choose(2) else ()
    if choose(3) == 2:
        return generation.program(choose, size, free=free, **features)
    return generation.query(choose, size, free=free, **features)


def _generated(name: str, what: str, look: Look, examples: int) -> Generated:
    return Generated(
        what,
        made,
        longer(look),
        shrunk=shrunk,
        examples=examples,
        name=name,
        show=asked,
        measure=nodes,
    )


PROPERTIES = (
    Property(
        "engines",
        "The reference machine makes the transitions of the table, the kernel has its answers in its order, "
        "and strategies differ in the order alone.",
        "docs/design/relational.md",
        (
            Exhaustive(
                f"on {len(FEW)} memories, a search of every closed term of up to {{size}} nodes finds within "
                f"{LIMIT} steps what literal substitution finds, step by step",
                lambda size: enumeration.space(size, stars=True),
                everywhere(literally),
                size=4,
                less=1,
                unit=500,
                name="table",
            ),
            Exhaustive(
                "on two memories, the kernel finds for every closed term of up to {size} nodes what the "
                f"reference machine finds within {LIMIT} steps, in every mode",
                lambda size: enumeration.space(size, stars=True),
                everywhere(on_kernel, FEW[1:]),
                size=4,
                less=1,
                unit=200,
                name="kernel",
            ),
            Exhaustive(
                f"on {len(FEW)} memories, searches of every closed term of up to {{size}} nodes that end "
                "within "
                f"{LIMIT} steps find the same multiset under every strategy, and the same set in set mode",
                lambda size: enumeration.space(size, stars=True),
                everywhere(strategies),
                size=4,
                less=1,
                unit=200,
                name="strategies",
            ),
            _generated(
                "generated-table",
                f"a search of a generated program of up to {{size}} nodes finds within {LONGER} steps what "
                "literal substitution finds, step by step",
                literally,
                200,
            ),
            _generated(
                "generated-kernel",
                "the kernel finds for a generated program of up to {size} nodes what the reference machine "
                f"finds within {LONGER} steps, in every mode",
                on_kernel,
                100,
            ),
            _generated(
                "generated-strategies",
                f"searches of a generated program of up to {{size}} nodes that end within {LONGER} steps "
                "find "
                "the same multiset under every strategy, and the same set in set mode",
                strategies,
                200,
            ),
        ),
    ),
)
