"""A program: what the items of a file come to."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from calculus.machine.primitives import PRIMITIVES
from calculus.source.diagnostic import Diagnostic
from calculus.source.text import Source, Span
from calculus.term import VARIABLE, Term, free_variables
from calculus.term.binding import bound_name


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
class Law:
    """`law name: …`, kept as text; `body` is the place of what follows the colon."""

    name: str
    body: Span
    span: Span


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
    """The free variables of `term` that are not `known`, each use in a text, or each once
    without a text.
    """
    missing = free_variables(term) - set(known)
    if not missing:
        return
    scope: Counter[str] = Counter()
    seen: set[tuple[int, frozenset[str]]] = set()
    stack: list[tuple[str, Term]] = [("visit", term)]
    while stack:
        task, item = stack.pop()
        if task == "enter":
            scope[item.label[-1]] += 1
            continue
        if task == "leave":
            scope[item.label[-1]] -= 1
            continue
        if item.span is None:
            # A shared node says the same wherever the same of the missing names are bound.
            key = (id(item), frozenset(name for name in missing if scope[name]))
            if key in seen:
                continue
            seen.add(key)
        if item.op is VARIABLE:
            if item.label in missing and not scope[item.label]:
                inside = [name for name, depth in scope.items() if depth]
                yield _unbound(item, [*inside, *known, *PRIMITIVES])
            continue
        for index in range(len(item.children) - 1, -1, -1):
            child = item.children[index]
            if index in item.op.binds and bound_name(item) is not None:
                stack += [("leave", item), ("visit", child), ("enter", item)]
            else:
                stack.append(("visit", child))


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
