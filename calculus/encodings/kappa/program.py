"""Programs of the κ-calculus: definitions and a main term, and the values that they need on the stack."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from calculus.encodings.kappa.syntax import GRAMMAR, OPERATIONS, KappaActions
from calculus.machine.relational.instructions import CALL, POP, PUSH
from calculus.rmc.program import Definition, calls, did_you_mean
from calculus.rmc.program import Program as RmcProgram
from calculus.source.diagnostic import Diagnostic
from calculus.source.grammar import collector_paused
from calculus.source.items import ItemReader, by_place, complain, item_ranges
from calculus.source.text import Source
from calculus.term import Term, scope
from calculus.term.components import components


class Effect(NamedTuple):
    """How many values a term takes off the stack, and how many it leaves."""

    takes: int
    leaves: int


@dataclass(frozen=True, slots=True)
class KappaProgram:
    """Definitions, main term and effects of the definitions."""

    rmc: RmcProgram
    effects: Mapping[str, Effect]

    @property
    def source(self) -> Source:
        return self.rmc.source

    @property
    def main(self) -> Term | None:
        return self.rmc.main

    def lacking(self, height: int) -> Diagnostic | None:
        """What says that the main term needs more than `height` values on the stack, if it does."""
        if self.main is None:
            return None
        for item in _actions(self.main):
            effect = _effect(item, self.effects)
            if effect.takes > height:
                what = f"`{item.label}`" if item.op is CALL else "this"
                wanted = f"{effect.takes} value{'s' * (effect.takes != 1)}"
                found = f"{height} value{'s' * (height != 1)}" if height else "none"
                message = f"{what} expects {wanted} on the stack, found {found}"
                help = "`--stack 'lambda=1, 2'` puts values there before the run"
                return Diagnostic("stack", message, item.span.at_head() if item.span else None, help=help)
            height += effect.leaves - effect.takes
        return None


def read_program(source: Source, before: Iterable[Definition] = ()) -> KappaProgram:
    """The program that a text is, with the definitions that come `before` it.

    Raises `SyntaxProblem` or `NameProblem` with all mistakes.
    """
    with collector_paused():
        return _Reader(source, before).program()


def read_term(source: Source) -> Term:
    """The term that a text is, as one of the RMC."""
    term: Term = GRAMMAR.parse(source, "term", KappaActions(source))
    return term


def read_value(source: Source) -> Term:
    value: Term = GRAMMAR.parse(source, "value", KappaActions(source))
    return value


class _Reader(ItemReader):
    def __init__(self, source: Source, before: Iterable[Definition]) -> None:
        super().__init__(GRAMMAR, source)
        self.before = {item.name: item for item in before}
        self.definitions: dict[str, Definition] = {}

    def program(self) -> KappaProgram:
        self.read(KappaActions(self.source), list(item_ranges(GRAMMAR, self.source)))
        known = self.before | self.definitions
        main = self.main[0] if self.main else None
        terms = [item.term for item in self.definitions.values()] + ([] if main is None else [main])
        self.problems += [problem for term in terms for problem in _names(term, known)]
        effects = self._effects(known)
        complain(sorted(self.problems, key=by_place))
        return KappaProgram(RmcProgram(self.source, known, (), main), effects)

    def add(self, item: Definition | Term) -> None:
        assert item.span is not None
        if not isinstance(item, Definition):
            self.set_main(item, item.span)
        elif self.is_new("definition of", item.name, item.span, self.definitions):
            self.definitions[item.name] = item
            if item.name == "main":
                self.set_main(item.term, item.span)

    def _effects(self, known: Mapping[str, Definition]) -> dict[str, Effect]:
        """The effect of each definition; that one calls itself is a mistake."""
        graph = {
            name: [other for other in calls(item.term) if other in known] for name, item in known.items()
        }
        effects: dict[str, Effect] = {}
        for group in components(graph):
            name = group[0]
            if name in graph[name] or len(group) > 1:
                place = next(item for item in _actions(known[name].term) if item.label in group)
                message = f"expected a definition that does not lead back to `{name}`, found `{place.label}`"
                help = "there is no recursion in the κ-calculus"
                self.problems.append(Diagnostic("name", message, place.span, help=help))
            effects[name] = _total(known[name].term, effects)
        return effects


def _names(term: Term, known: Collection[str]) -> Iterator[Diagnostic]:
    for item in _actions(term):
        if item.op is CALL and item.label not in known:
            help = did_you_mean(item.label, [*known, *OPERATIONS])
            yield Diagnostic("name", f"there is no definition `{item.label}`", item.span, help=help)
    for item, inside in scope.unbound(term):
        message = f"no `kappa` binds the variable `{item.label}`"
        yield Diagnostic("name", message, item.span, help=did_you_mean(item.label, inside))


def _actions(term: Term) -> Iterator[Term]:
    """The pushes, pops and calls of a term, in the order in which they are run."""
    stack = [term]
    while stack:
        item = stack.pop()
        if item.op in (PUSH, POP, CALL):
            yield item
        else:
            stack += reversed(item.children)


def _effect(item: Term, effects: Mapping[str, Effect]) -> Effect:
    if item.op is CALL:
        return effects.get(item.label, Effect(0, 0))
    return Effect(1, 0) if item.op is POP else Effect(0, 1)


def _total(term: Term, effects: Mapping[str, Effect]) -> Effect:
    takes = height = 0
    for item in _actions(term):
        effect = _effect(item, effects)
        takes += max(0, effect.takes - height)
        height = max(0, height - effect.takes) + effect.leaves
    return Effect(takes, height)
