"""Proofs in Kleene algebra: iterating terms as automata over letters that are spans.

A term is built by `;`, `+` and `*` from parts that come to an end, and those are sums of spans. With the
spans as letters it denotes a language, or with multiplicities a formal power series. Relations between
memories, with multiplicities or without, form such an algebra, so terms of the same language are equal. The
opposite does not follow, because letters may mean something together: `[A]i; i<A>` is `1`. So each factor is
a letter, and if that is no proof, neighbours that come to an end are letters together.

A part below `ex x` is given its variables through the location `$` (see `calculus.rmc.normal.closed`), so
that it is closed. A definition that calls itself last is a loop; one that calls itself otherwise is a letter,
and definitions whose bodies are equal if they are taken to be equal themselves are the same letter.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from calculus.machine.budget import Budget
from calculus.machine.relational.instructions import (
    CALL,
    NEW,
    NOTHING,
    SEQUENCE,
    STAR,
    SUM,
    call,
    constructor,
    new,
    pop,
    push,
    sequence,
    variable,
)
from calculus.rmc.languages import Letter, Network, same_language, same_series
from calculus.rmc.normal import OPEN, closed, normal_form
from calculus.rmc.program import calls
from calculus.rmc.reduction import recursive_definitions, reduce
from calculus.rmc.structure import binders, canonical_form, parts
from calculus.rmc.subsumption import Level, smallest
from calculus.rmc.symbolic import Overdrawn
from calculus.term import Term, free_variables
from calculus.term.binding import fresh, names_in, substitute
from calculus.term.node import postorder

Scope = tuple[str, ...]
"""The variables whose values lie on `$` there."""

MOST_DEFINITIONS = 20
"""Definitions that call themselves, of which it is tried whether they are equal."""
MOST_MOVES = 20_000
"""Moves of an automaton, after which it is given up."""


@dataclass(frozen=True, slots=True)
class Algebra:
    """Two terms are equal in Kleene algebra, with `letters` for their parts; `states` were compared."""

    letters: tuple[str, ...]
    states: int
    counted: bool

    def to_json(self) -> dict[str, Any]:
        return {
            "method": "algebra",
            "letters": list(self.letters),
            "states": self.states,
            "multiplicities": self.counted,
        }

    def explained(self) -> Iterator[str]:
        what = "as formal power series" if self.counted else "as regular languages"
        yield f"in Kleene algebra, {what} over the letters"
        for letter in self.letters:
            yield f"  {letter}"


def algebraic(
    left: Term, right: Term, definitions: Mapping[str, Term], level: Level, budget: Budget
) -> Algebra | None:
    """A proof in Kleene algebra that two closed terms are equal at a level, if there is one.

    Raises `Overdrawn`.
    """
    for together in (False, True):
        reading = _Reading(definitions, level, together, budget)
        ours, theirs = reading.network(left), reading.network(right)
        states = reading.same(ours, theirs)
        if states is not None:
            letters = dict.fromkeys((*ours.letters(), *theirs.letters()))
            return Algebra(tuple(map(_shown, letters)), states, level == "multiset")
    return None


def _shown(letter: Letter) -> str:
    return str(letter[1]) if isinstance(letter, tuple) else str(letter)


@dataclass(frozen=True, slots=True)
class _Work:
    """A term that is to lead from one state to another, in the scope of variables, within definitions."""

    term: Term
    source: int
    target: int
    scope: Scope
    inside: frozenset[str]


class _Reading:
    """Reads terms as automata."""

    def __init__(self, definitions: Mapping[str, Term], level: Level, together: bool, budget: Budget) -> None:
        self.definitions = definitions
        self.level = level
        self.together = together
        self.budget = budget
        self.ending = _ending(definitions)
        self.leaves: dict[tuple[Term, Scope], list[Letter]] = {}
        self.classes: dict[str, str] = {}
        self.classes = self._classes()

    def same(self, left: Network, right: Network) -> int | None:
        return same_series(left, right) if self.level == "multiset" else same_language(left, right)

    # Definitions that call themselves

    def _classes(self) -> dict[str, str]:
        """For each definition that calls itself, the first of those that are equal to it.

        All are taken to be equal, and classes are split until the bodies in each are equal, their calls
        taken to be those of the classes. Then every step towards the least fixed points gives equal terms.
        """
        recursive = sorted(recursive_definitions(self.definitions))
        if len(recursive) > MOST_DEFINITIONS:
            return {}
        classes = dict.fromkeys(recursive, "")
        while True:
            self.classes = classes
            bodies = {name: self.network(call(name)) for name in recursive}
            after: dict[str, str] = {}
            for name in recursive:
                others = (
                    other
                    for other in after.values()
                    if classes[other] == classes[name] and self.same(bodies[other], bodies[name]) is not None
                )
                after[name] = next(others, name)
            if len(set(after.values())) == len(set(classes.values())):
                return after
            classes = after

    # Terms as automata

    def network(self, term: Term) -> Network:
        """The automaton of a closed term."""
        found = Network()
        entries: dict[tuple[str, int, Scope], int] = {}
        work = [_Work(term, found.start, found.end, (), frozenset())]
        moves = 0
        while work:
            moves += 1
            limit = "moves" if moves > MOST_MOVES else self.budget.overdrawn()
            if limit is not None:
                raise Overdrawn(limit)
            item = work.pop()
            op = item.term.op
            if self.together and self._ends(item.term):
                self._add_letters(item, found)
            elif op is SUM:
                work += [_with(item, part) for part in parts(item.term, SUM)]
            elif op is SEQUENCE:
                work += self._in_a_row(item, found)
            elif op is STAR:
                middle = found.state()
                found.add(item.source, None, middle)
                found.add(middle, None, item.target)
                work.append(_Work(item.term.children[0], middle, middle, item.scope, item.inside))
            elif op is NEW:
                work += self._new(item, found)
            elif op is CALL:
                work += self._call(item, found, entries)
            else:
                self._add_letters(item, found)
        return found

    def _in_a_row(self, item: _Work, found: Network) -> Iterator[_Work]:
        factors = parts(item.term, SEQUENCE)
        if self.together:
            grouped = [(ends, list(group)) for ends, group in groupby(factors, key=self._ends)]
            factors = [
                factor for ends, group in grouped for factor in ([sequence(*group)] if ends else group)
            ]
        source = item.source
        for number, factor in enumerate(factors):
            target = item.target if number == len(factors) - 1 else found.state()
            yield _Work(factor, source, target, item.scope, item.inside)
            source = target

    def _new(self, item: _Work, found: Network) -> Iterator[_Work]:
        """`ex x. M`, with the scope of x as small as can be."""
        name, body = item.term.label[0], item.term.children[0]
        if name in item.scope:
            other = fresh(name, names_in([body]).union(item.scope))
            name, body = other, substitute(body, {name: variable(other)})
        if name not in free_variables(body):
            yield _with(item, body)
            return
        if body.op is SUM:
            for part in parts(body, SUM):
                yield _with(item, new((name,), part))
            return
        factors = parts(body, SEQUENCE)
        using = [number for number, factor in enumerate(factors) if name in free_variables(factor)]
        first, last = using[0], using[-1] + 1
        if last - first < len(factors):
            inner = new((name,), sequence(*factors[first:last]))
            yield _with(item, sequence(*factors[:first], inner, *factors[last:]))
            return
        names, core = binders(body)
        if names and core.op is SUM:
            for part in parts(core, SUM):
                yield _with(item, new((name, *names), part))
            return
        if self._ends(item.term):
            self._add_letters(item, found)
            return
        before, after = found.state(), found.state()
        inside = (*item.scope, name)
        enter, leave = _moving(item.scope, inside, inside), _moving(inside, item.scope, inside)
        found.add(item.source, self._letters(enter, ())[0], before)
        found.add(after, self._letters(leave, ())[0], item.target)
        yield _Work(body, before, after, inside, item.inside)

    def _call(
        self, item: _Work, found: Network, entries: dict[tuple[str, int, Scope], int]
    ) -> Iterator[_Work]:
        name = item.term.label
        key = (name, item.target, item.scope)
        if key in entries:
            found.add(item.source, None, entries[key])
        elif name in item.inside:
            found.add(item.source, ("call", self.classes.get(name, name), len(item.scope)), item.target)
        else:
            entries[key] = found.state()
            found.add(item.source, None, entries[key])
            body = self.definitions[name]
            yield _Work(body, entries[key], item.target, item.scope, item.inside | {name})

    # Letters

    def _ends(self, term: Term) -> bool:
        return _ends(term, self.ending)

    def _add_letters(self, item: _Work, found: Network) -> None:
        for letter in self._letters(item.term, item.scope):
            found.add(item.source, letter, item.target)

    def _letters(self, term: Term, scope: Scope) -> list[Letter]:
        """The spans of a part that ends, or the part itself reduced where it has none; None for `1`."""
        key = (term, scope)
        if key not in self.leaves:
            self.leaves[key] = self._made(closed(term, scope), closed(NOTHING, scope))
        return self.leaves[key]

    def _made(self, term: Term, nothing: Term) -> list[Letter]:
        found, idle = (
            normal_form(item, definitions=self.definitions, budget=self.budget) for item in (term, nothing)
        )
        if found.stopped_by is not None:
            raise Overdrawn(found.stopped_by)
        if found.outside is not None:
            reduced = reduce(term, definitions=self.definitions, keep=False)
            return [("term", canonical_form(reduced.result))]
        spans = found.counter
        kept = spans.elements() if self.level == "multiset" else smallest(spans, self.level)
        return [None if item in idle.counter else item for item in kept]


def _with(item: _Work, term: Term) -> _Work:
    return _Work(term, item.source, item.target, item.scope, item.inside)


def _moving(before: Scope, after: Scope, names: Scope) -> Term:
    """From the values of some variables on `$` to those of others."""
    taken = [pop(_tuple(before), OPEN)] if before else []
    given = [push(_tuple(after), OPEN)] if after else []
    return new(names, sequence(*taken, *given))


def _tuple(scope: Scope) -> Term:
    return constructor("E", *map(variable, scope))


def ends(term: Term, definitions: Mapping[str, Term]) -> bool:
    """Whether a term neither iterates nor calls a definition that does or that calls itself."""
    return _ends(term, _ending(definitions))


def _ends(term: Term, ending: set[str]) -> bool:
    return all(
        item.op is not STAR and (item.op is not CALL or item.label in ending) for item in postorder(term)
    )


def _ending(definitions: Mapping[str, Term]) -> set[str]:
    """The definitions whose runs all end: they do not iterate, nor call others that may not end."""
    found: set[str] = set()
    plain = {
        name: set(calls(body))
        for name, body in definitions.items()
        if not any(item.op is STAR for item in postorder(body))
    }
    while True:
        more = {name for name, used in plain.items() if name not in found and used <= found}
        if not more:
            return found
        found |= more
