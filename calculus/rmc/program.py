"""A program: what the items of a file come to."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from calculus.machine.relational.instructions import CALL, NEW, VARIABLE
from calculus.rmc.dual import dual, dual_name
from calculus.source.diagnostic import Diagnostic
from calculus.source.items import Law, name_span
from calculus.source.text import Source, Span
from calculus.term import Term, scope
from calculus.term.binding import names_in
from calculus.term.node import postorder


@dataclass(frozen=True, slots=True)
class Definition:
    """`def name = term`"""

    name: str
    term: Term
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Program:
    """The items of a file, in their order. `main` is the bare term or `def main`."""

    source: Source
    definitions: Mapping[str, Definition]
    laws: tuple[Law, ...]
    main: Term | None
    warnings: tuple[Diagnostic, ...] = ()


def bodies(program: Program) -> dict[str, Term]:
    """The body of every definition, and of the dual `f~` of every one that is called.

    The body of `f~` is the dual of the body of `f`, in which `g~` is called for every `g`.
    """
    found = {name: definition.term for name, definition in program.definitions.items()}
    waiting = list(found.values())
    if program.main is not None:
        waiting.append(program.main)
    while waiting:
        for name in calls(waiting.pop()):
            if name not in found and dual_name(name) in program.definitions:
                found[name] = dual(program.definitions[dual_name(name)].term)
                waiting.append(found[name])
    return found


def calls(term: Term) -> Iterator[str]:
    """The names of the definitions called in a term, `f~` for the dual of `f`."""
    return (item.label for item in postorder(term) if item.op is CALL)


def check_names(program: Program, *, closed: bool, known: Collection[str] = ()) -> list[Diagnostic]:
    """A diagnostic for every call of what neither the program defines nor is `known`, and for every use
    of a variable that is not bound, in file order.

    Free variables of the main term are those of the query, unless it must be `closed`.
    """
    known = {*program.definitions, *known}
    found: list[Diagnostic] = []
    terms = [definition.term for definition in program.definitions.values()]
    for term in terms:
        found += [*undefined(term, known), *unbound(term, known)]
    if program.main is not None and not any(program.main is term for term in terms):
        found += undefined(program.main, known)
        if closed:
            found += unbound(program.main, known)
    return sorted(found, key=lambda problem: problem.span.start if problem.span else 0)


def undefined(term: Term, known: Collection[str]) -> Iterator[Diagnostic]:
    """A diagnostic for each call of a name that is not `known`."""
    for item in postorder(term):
        if item.op is CALL and item.label.removesuffix("~") not in known:
            name = item.label.removesuffix("~")
            help = did_you_mean(name, known)
            if name in names_in([term]):
                help = f"`{name}` is a variable: `[{name}]` pushes it; only definitions are run"
            message = f"there is no definition `{name}`"
            yield Diagnostic("name", message, item.span, label="not defined", help=help)


def unbound(term: Term, known: Collection[str] = ()) -> Iterator[Diagnostic]:
    """A diagnostic for each use of a variable that no `ex` binds; `known` are the definitions."""
    for item, inside in scope.unbound(term):
        name = item.label
        help = did_you_mean(name, inside)
        if help is None and name in known:
            help = f"`{name}` is a definition, and a value names variables only"
        yield Diagnostic(
            "name",
            f"no `ex` binds the variable `{name}`",
            item.span,
            label="not bound",
            help=help
            or f"add it to an `ex`, as in `ex {name}. …`; constants begin with an upper-case letter",
        )


def unused(term: Term) -> Iterator[Diagnostic]:
    """A warning for each variable of an `ex` in a text that its term does not use."""
    scopes: dict[str, list[bool]] = {}
    stack: list[tuple[Term, bool]] = [(term, False)]
    while stack:
        item, leave = stack.pop()
        if leave:
            name = item.label[0]
            if not scopes[name].pop() and item.span is not None and name[0] != "_":
                place = name_span(name, item.span)
                yield Diagnostic("name", f"the variable `{name}` is not used", place, severity="warning")
        elif item.op is VARIABLE:
            if scopes.get(item.label):
                scopes[item.label][-1] = True
        else:
            if item.op is NEW:
                scopes.setdefault(item.label[0], []).append(False)
                stack.append((item, True))
            stack += [(child, False) for child in reversed(item.children)]


def did_you_mean(name: str, names: Iterable[str]) -> str | None:
    """A remark on the name that may have been meant, if there is one."""
    from difflib import get_close_matches  # only needed for a mistake

    close = get_close_matches(name, list(names), n=1, cutoff=0.6)
    return f"did you mean `{close[0]}`?" if close else None
