"""A program: what the items of a file come to."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from calculus.machine.relational.instructions import CALL
from calculus.rmc.dual import dual, dual_name
from calculus.source.diagnostic import Diagnostic
from calculus.source.items import Law
from calculus.source.text import Source, Span
from calculus.term import Term, scope
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


def check_names(program: Program, *, closed: bool) -> list[Diagnostic]:
    """A diagnostic for every call of what is not defined and every use of a variable that is not bound,
    in file order. Free variables of the main term are those of the query, unless it must be `closed`.
    """
    known = program.definitions.keys()
    found: list[Diagnostic] = []
    for name, definition in program.definitions.items():
        found += undefined(definition.term, known)
        if name != "main":
            found += unbound(definition.term, known)
    if program.main is not None:
        if "main" not in known:
            found += undefined(program.main, known)
        if closed or "main" in known:
            found += unbound(program.main, known)
    return sorted(found, key=lambda problem: problem.span.start if problem.span else 0)


def undefined(term: Term, known: Collection[str]) -> Iterator[Diagnostic]:
    """A diagnostic for each call of a name that is not `known`."""
    for item in postorder(term):
        if item.op is CALL and item.label.removesuffix("~") not in known:
            yield _undefined(item, known)


def _undefined(item: Term, known: Collection[str]) -> Diagnostic:
    name = item.label.removesuffix("~")
    return Diagnostic(
        "name",
        f"there is no definition `{name}`",
        item.span,
        label="not defined",
        help=_did_you_mean(name, known),
    )


def unbound(term: Term, known: Collection[str]) -> Iterator[Diagnostic]:
    """A diagnostic for each use of a variable that no `ex` binds."""
    for item, inside in scope.unbound(term):
        help = _did_you_mean(item.label, inside)
        if help is None and item.label in known:
            help = f"`{item.label}` is a definition, and a value names variables only"
        yield Diagnostic(
            "name",
            f"no `ex` binds the variable `{item.label}`",
            item.span,
            label="not bound",
            help=help
            or f"add it to an `ex`, as in `ex {item.label}. …`; constants begin with an upper-case letter",
        )


def _did_you_mean(name: str, names: Iterable[str]) -> str | None:
    from difflib import get_close_matches  # only needed for a mistake

    close = get_close_matches(name, list(names), n=1, cutoff=0.6)
    return f"did you mean `{close[0]}`?" if close else None
