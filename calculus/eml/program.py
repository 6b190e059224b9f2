"""A program: what the items of a file come to.

Definitions stay as they are written, calls and all; `calculus.eml.expansion` puts trees in the place of
calls.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from calculus.source.diagnostic import Diagnostic
from calculus.source.items import Law, name_span
from calculus.source.text import Source, Span
from calculus.term import VARIABLE, Op, Term, node
from calculus.term.node import postorder

CALL = Op("eml.call")
"""A call of a definition, its name the label; in trees as they are written."""


def call(name: str, *arguments: Term) -> Term:
    """`name(t, …)`"""
    return node(CALL, name, arguments)


@dataclass(frozen=True, slots=True)
class Definition:
    """`def name = tree` or `def name(x, y) = tree`; the tree is as it is written."""

    name: str
    parameters: tuple[str, ...]
    term: Term
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Program:
    """The items of a file, in their order. `main` is the bare tree or `def main`, with trees in the place of
    calls; `written` is as it is written.
    """

    source: Source
    definitions: Mapping[str, Definition]
    laws: tuple[Law, ...]
    main: Term | None
    written: Term | None = None
    warnings: tuple[Diagnostic, ...] = ()


def uses(definition: Definition | Term, definitions: Mapping[str, Definition]) -> dict[str, Term]:
    """The names of the definitions used, each with a place where it is."""
    term = definition if isinstance(definition, Term) else definition.term
    hidden = () if isinstance(definition, Term) else definition.parameters
    return {
        item.label: item
        for item in postorder(term)
        if item.op is CALL or (item.op is VARIABLE and item.label in definitions and item.label not in hidden)
    }


def unused(program: Program) -> list[Diagnostic]:
    """A warning for every parameter, and every definition beside a main tree, that is not used."""
    found: list[Diagnostic] = []
    wanted: set[str] = {"main"}
    waiting = [] if program.written is None else [program.written]
    while waiting:
        for name in uses(waiting.pop(), program.definitions):
            if name not in wanted and name in program.definitions:
                wanted.add(name)
                waiting.append(program.definitions[name].term)
    for item in program.definitions.values():
        if program.written is not None and item.name not in wanted:
            found.append(_not_used("definition", item.name, item.span))
        named = {part.label for part in postorder(item.term) if part.op is VARIABLE}
        for name in item.parameters:
            if name not in named:
                found.append(_not_used("parameter", name, item.span))
    return found


def _not_used(what: str, name: str, span: Span | None) -> Diagnostic:
    place = name_span(name, span) if span else None
    return Diagnostic("name", f"the {what} `{name}` is not used", place, severity="warning")
