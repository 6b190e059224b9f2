"""Texts: what is printed reads back, in both spellings, and the one layout is one; and searches as JSON."""

import json
from typing import Any

from calculus.machine.relational.instructions import Text, variable
from calculus.machine.relational.query import Query
from calculus.machine.relational.search import Mode, Search, Strategy
from calculus.machine.relational.serial import search_from_json, search_to_json
from calculus.rmc.layout import format_program
from calculus.rmc.parser import parse_items, parse_term
from calculus.rmc.printer import to_text
from calculus.source.text import Source
from calculus.term import Term
from calculus.verify.enumeration import rmc as enumeration
from calculus.verify.enumeration.ranked import Space
from calculus.verify.generation import rmc as generation
from calculus.verify.properties.rmc.engines import made
from calculus.verify.properties.rmc.subjects import asked, nodes, shown, steps_only, told
from calculus.verify.property import Choose, Exhaustive, Generated, Property, Tally
from calculus.verify.shrinking import shrunk

WIDTHS = (20, 88)
CONSTANTS = (1, 0, -3, Text('t"\n'))


def written(size: int) -> Space:
    """Terms with all that is written in its own way but for calls and relations."""
    arities = (("A", 0), ("Nil", 0), ("Cons", 2))
    return enumeration.space(
        size, constructors=arities, constants=CONSTANTS[:2], free=("p",), stars=True, tests=True
    )


def reads_back(term: Term, tally: Tally) -> str | None:
    """The text of a term is that of this term alone, in ASCII and in Unicode."""
    for unicode in (False, True):
        text = to_text(term, unicode)
        found = parse_term(Source(text))
        tally.count("texts")
        if found != term:
            return f"printed {text}; read as {found.op.name} {to_text(found)}"
    return None


def laid_out(term: Term, tally: Tally) -> str | None:
    """The layout of a definition and a main term is its own layout, and says the same."""
    text = f"def f = {to_text(term)}\n\n-- what is run\n{to_text(term, True)}"
    before = parse_items(Source(text))
    for unicode in (False, True):
        for width in WIDTHS:
            once = format_program(text, unicode, width)
            twice = format_program(once, unicode, width)
            tally.count("layouts")
            if once != twice:
                return f"laid out:\n{once}\nand again:\n{twice}"
            after = parse_items(Source(once))
            if after.main != before.main or after.definitions["f"].term != before.definitions["f"].term:
                return f"laid out, it says something else:\n{once}"
            if "-- what is run" not in once:
                return f"laid out, it has lost its comment:\n{once}"
    return None


def both(term: Term, tally: Tally) -> str | None:
    return reads_back(term, tally) or laid_out(term, tally)


def anything(choose: Choose, size: int) -> Term:
    """Any term, whatever its names."""
    return generation.term(
        choose,
        size,
        constructors={"A": 0, "Nil": 0, "Cons": 2, "F": 3},
        locations=("λ", "a", "skipped"),
        names=("x", "ex1", "_1"),
        free=("p",),
        constants=CONSTANTS,
        relations=True,
        definitions=("f", "f~"),
    )


# Searches

STRATEGIES: tuple[Strategy, ...] = ("dfs", "bfs", "deepening", "fair")
MODES: tuple[Mode, ...] = ("multiset", "set")

AFTER = 100
"""Transitions after a search has been read back."""


def goes_on(query: Query, tally: Tally) -> str | None:
    """A search that was stopped, written to JSON and read back goes on as it would have."""
    for number, strategy in enumerate(STRATEGIES):
        mode = MODES[number % 2]
        search = Search(query, steps_only(STOP), strategy=strategy, mode=mode)
        for _ in search:
            pass
        saved = json.loads(json.dumps(search_to_json(search)))
        loaded = search_from_json(saved)
        if search_to_json(loaded) != search_to_json(search):
            return f"{strategy}, {mode}: read back and written again after {search.steps} steps, it differs"
        outcomes: list[Any] = []
        for each in (search, loaded):
            each.go_on(steps_only(AFTER))
            outcomes.append((list(each), each.steps, each.complete, each.status))
        tally.count("searches")
        if outcomes[0] != outcomes[1]:
            return (
                f"{strategy}, {mode}: it goes on to {told(outcomes[0][0])} after {outcomes[0][1]} steps; "
                f"read back to {told(outcomes[1][0])} after {outcomes[1][1]}"
            )
    return None


STOP = 7
"""Transitions before a search is written."""


def on_memory(term: Term, tally: Tally) -> str | None:
    stacks = {"λ": [variable("x")]}
    found = goes_on(Query(term, {}, stacks), tally)
    return None if found is None else f"{shown(stacks)}: {found}"


PROPERTIES = (
    Property(
        "syntax",
        "Parsing undoes printing, the layout is idempotent, and searches survive as JSON.",
        "the grammar, grammars/rmc.lark",
        (
            Exhaustive(
                "every term of up to {size} nodes, with lists, numbers, tests and iterations, is what "
                "its texts "
                "read as",
                written,
                reads_back,
                size=4,
                less=1,
                unit=1_000,
                name="texts",
            ),
            Exhaustive(
                "the layout of every term of up to {size} nodes, with lists, numbers, tests and "
                "iterations, is "
                "laid out and says the same",
                written,
                laid_out,
                size=3,
                less=2,
                unit=200,
                name="layouts",
            ),
            Exhaustive(
                f"a search of every closed term of up to {{size}} nodes that is written to JSON after {STOP} "
                "steps goes on as it would have, under every strategy",
                lambda size: enumeration.space(size, stars=True),
                on_memory,
                size=3,
                less=2,
                unit=500,
                name="searches",
            ),
            Generated(
                "a generated term of up to {size} nodes, with everything there is in it, is what its "
                "texts read "
                "as, and its layout is laid out",
                anything,
                both,
                shrunk=shrunk,
                examples=60,
                unit=100,
                name="generated-texts",
            ),
            Generated(
                f"a search of a generated program of up to {{size}} nodes that is written to JSON after "
                f"{STOP} "
                "steps goes on as it would have",
                made,
                goes_on,
                shrunk=shrunk,
                examples=60,
                unit=200,
                name="generated-searches",
                show=asked,
                measure=nodes,
            ),
        ),
    ),
)
