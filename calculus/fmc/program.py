"""A program: what the items of a file come to."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from calculus.machine.primitives import PRIMITIVES
from calculus.source.diagnostic import Diagnostic
from calculus.source.items import Law
from calculus.source.text import Source, Span
from calculus.term import Term, scope


@dataclass(frozen=True, slots=True)
class Definition:
    """`def name : type = term`"""

    name: str
    term: Term
    type: Term | None = None
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Constructor:
    """A constructor of a data type and the types of its arguments."""

    name: str
    arguments: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Data:
    """`data name parameters = constructors`"""

    name: str
    parameters: tuple[str, ...]
    constructors: tuple[Constructor, ...]
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Program:
    """The items of a file, in their order. `main` is the bare term or `def main`."""

    source: Source
    definitions: Mapping[str, Definition]
    data: Mapping[str, Data]
    laws: tuple[Law, ...]
    main: Term | None
    warnings: tuple[Diagnostic, ...] = ()


def check_names(program: Program) -> list[Diagnostic]:
    """A diagnostic for every use of a name that is not bound, not defined and no primitive, in
    file order.
    """
    known = program.definitions.keys()
    terms = [definition.term for definition in program.definitions.values()]
    if program.main is not None:
        terms.append(program.main)
    found = [problem for term in terms for problem in unbound(term, known)]
    return sorted(found, key=lambda problem: problem.span.start if problem.span else 0)


def unbound(term: Term, known: Collection[str]) -> Iterator[Diagnostic]:
    """A diagnostic for each of the free variables of `term` that are not `known`."""
    for item, inside in scope.unbound(term, known):
        yield _unbound(item, [*inside, *known, *PRIMITIVES])


def _unbound(item: Term, names: list[str]) -> Diagnostic:
    from difflib import get_close_matches  # only needed for a mistake

    close = get_close_matches(item.label, names, n=1, cutoff=0.6)
    return Diagnostic(
        "name",
        f"there is no `{item.label}`: no binder, definition or primitive has this name",
        item.span,
        label="not bound",
        help=f"did you mean `{close[0]}`?" if close else None,
    )
