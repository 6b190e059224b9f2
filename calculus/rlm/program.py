"""A λ-RLM program: definitions, laws and a main term, with its names checked."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from calculus.rlm.builtins import BUILTINS, GIVEN
from calculus.rlm.guard import unguarded
from calculus.rlm.syntax import GRAMMAR, Actions, Definition
from calculus.source.diagnostic import Diagnostic, NameProblem
from calculus.source.grammar import collector_paused
from calculus.source.items import DefinitionReader, Law, by_place, item_ranges
from calculus.source.text import Source, Span
from calculus.term import VARIABLE, Term, free_variables
from calculus.term.binding import bound_name
from calculus.term.node import postorder
from calculus.term.scope import unbound


@dataclass(frozen=True, slots=True)
class Program:
    """The items of a file. Definitions stand in an order in which each uses only earlier ones."""

    source: Source
    definitions: Mapping[str, Definition]
    laws: tuple[Law, ...]
    main: Term | None
    warnings: tuple[Diagnostic, ...] = ()

    def terms(self) -> list[Term]:
        """The bodies of the definitions, and the main term if it is none of them."""
        terms = [item.term for item in self.definitions.values()]
        return terms if self.main is None or any(self.main is term for term in terms) else [*terms, self.main]


def parse_term(source: Source) -> Term:
    """The term that a text is. Raises `SyntaxProblem`."""
    term: Term = GRAMMAR.parse(source, "term", Actions(source))
    return term


def parse_program(source: Source, known: Mapping[str, Definition] | None = None) -> Program:
    """The program that a text is, with what is `known` already.

    Every name is bound, no definition uses itself, and every `fix` is guarded. Raises `SyntaxProblem` or
    `NameProblem` with all mistakes.
    """
    with collector_paused():
        program = _Reader(GRAMMAR, source).program()
    definitions = {**(known or {}), **program.definitions}
    problems = list(check_names(program, definitions))
    if problems:
        raise NameProblem(*sorted(problems, key=by_place))
    return Program(source, _ordered(definitions), program.laws, program.main)


class _Reader(DefinitionReader):
    definition = Definition

    def program(self) -> Program:
        # A text without any item is read as one, so that it is said what is missing.
        ranges = list(item_ranges(GRAMMAR, self.source)) or [(0, len(self.source.text))]
        self.read(Actions(self.source), ranges)
        main = self.main[0] if self.main else None
        return Program(self.source, self.definitions, tuple(self.laws.values()), main)


def check_names(program: Program, definitions: Mapping[str, Definition]) -> Iterator[Diagnostic]:
    """A diagnostic for every name that is not bound or not to be given, and for every recursion that is not
    guarded.
    """
    known = {*definitions, *BUILTINS, *GIVEN}
    for name, definition in program.definitions.items():
        if name in BUILTINS or name in GIVEN:
            what = "a combinator" if name in BUILTINS else "given by the run"
            yield Diagnostic("name", f"`{name}` is {what}; a definition needs another name", definition.span)
    yield from _circles(program, definitions)
    for term in program.terms():
        for item, _ in unbound(term, known):
            yield _not_bound(item, known)
        for item in postorder(term):
            bound = bound_name(item)
            if bound in BUILTINS or bound in GIVEN:
                yield Diagnostic("name", f"`{bound}` has a meaning; a variable needs another name", item.span)
        yield from unguarded(term)


def _not_bound(item: Term, known: set[str]) -> Diagnostic:
    close = get_close_matches(item.label, known, 1)
    help = f"did you mean `{close[0]}`?" if close else None
    return Diagnostic("name", f"`{item.label}` is not bound", item.span, label="not bound", help=help)


def _circles(program: Program, definitions: Mapping[str, Definition]) -> Iterator[Diagnostic]:
    """A diagnostic for the first use in a definition that leads back to it."""
    uses = {name: _uses(item.term, definitions) for name, item in definitions.items()}
    for name, item in program.definitions.items():
        seen, waiting = set(), [name]
        while waiting:
            for used in uses[waiting.pop()]:
                if used not in seen:
                    seen.add(used)
                    waiting.append(used)
        if name in seen:
            yield Diagnostic(
                "name",
                f"expected a definition that does not use itself, found that `{name}` does",
                _first_use(item, seen),
                help="recursion is `fix f. \\P. if size P <= tau then … else … map f (split k P) …`, "
                "which always ends",
            )


def _uses(term: Term, definitions: Mapping[str, Definition]) -> set[str]:
    return {name for name in free_variables(term) if name in definitions}


def _first_use(item: Definition, names: set[str]) -> Span:
    places = [
        part.span
        for part in postorder(item.term)
        if part.op is VARIABLE and part.label in names and part.span
    ]
    return min(places, key=lambda span: span.start, default=item.span)


def _ordered(definitions: Mapping[str, Definition]) -> dict[str, Definition]:
    """Definitions, each after those that it uses."""
    ordered: dict[str, Definition] = {}
    for name in definitions:
        stack = [(name, False)]
        while stack:
            top, entered = stack.pop()
            if entered:
                ordered.setdefault(top, definitions[top])
            elif top not in ordered:
                stack.append((top, True))
                stack += [(used, False) for used in sorted(_uses(definitions[top].term, definitions))]
    return ordered


def oracle_sites(program: Program) -> list[Term]:
    """The occurrences of `oracle`, in the order of the text; a site is known by its number here."""
    found = [
        item
        for term in program.terms()
        for item in postorder(term)
        if item.op is VARIABLE and item.label == "oracle"
    ]
    return sorted(found, key=lambda item: item.span.start if item.span else 0)


__all__ = ["Definition", "Program", "check_names", "oracle_sites", "parse_program", "parse_term"]
