"""What the term of a law uses: definitions, loops, effects; and what it expects of a memory."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from calculus.fmc.program import Program
from calculus.fmc.reduction import recursive_definitions
from calculus.fmc.types import types_of
from calculus.fmc.types_syntax import DATA_TYPE, TYPE_VARIABLE, stacks_of
from calculus.machine.effects import STANDARD
from calculus.machine.instructions import LOOP, POP, push, variable
from calculus.source.diagnostic import Diagnostic
from calculus.term import Term, canonical, free_variables
from calculus.term.node import node, postorder
from calculus.verify.laws.fmc.statements import Slot, slots


@dataclass(frozen=True)
class Subject:
    """A term of a law in its program."""

    program: Program
    term: Term

    @cached_property
    def definitions(self) -> dict[str, Term]:
        """The bodies of the definitions that it uses, directly or through others."""
        known = self.program.definitions
        found: dict[str, Term] = {}
        waiting = [self.term]
        while waiting:
            for name in sorted(free_variables(waiting.pop())):
                if name in known and name not in found:
                    found[name] = known[name].term
                    waiting.append(found[name])
        return found

    def parts(self) -> Iterator[Term]:
        """Every node of the term and of the definitions that it uses."""
        for term in (self.term, *self.definitions.values()):
            yield from postorder(term)

    def popped(self) -> set[str]:
        """The locations that it pops."""
        return {item.label[0] for item in self.parts() if item.op is POP}

    def draws(self) -> set[str]:
        """The locations that it draws random values or choices from."""
        return {place for place in self.popped() if STANDARD.get(place) in ("random", "choice")}

    def beyond_theorem(self) -> str | None:
        """Why the theorem that typed loop-free terms terminate does not apply, types aside."""
        if any(item.op is LOOP for item in self.parts()):
            return "it has loops"
        if recursive_definitions(self.definitions):
            return "it uses recursive definitions"
        return "it uses data types" if any(item.op is DATA_TYPE for item in self._written()) else None

    def _written(self) -> Iterator[Term]:
        """Every node of the types written in the term and in the definitions that it uses."""
        for item in self.parts():
            if item.op is POP and len(item.children) > 1:
                yield from postorder(item.children[1])
        for name in self.definitions:
            if (declared := self.program.definitions[name].type) is not None:
                yield from postorder(declared)

    # Types

    def type(self) -> Term | Diagnostic:
        """The principal type of the term, or why it has none."""
        return self._inferred(self.term)

    def expected(self) -> tuple[Slot, ...]:
        """The values that the term expects of a memory, as far as its type tells."""
        type = self.type()
        return tuple(slots(type.children[0])) if isinstance(type, Term) else ()

    def fits(self, at: Sequence[Slot]) -> bool:
        """Whether the term has a type on every memory that has values of such types on top."""
        type = self._inferred(_taking(self.term, at))
        if isinstance(type, Diagnostic):
            return False
        found = stacks_of(type.children[0])
        wanted: list[Term] = []
        own: list[Term] = []
        for place in {slot.location: None for slot in at}:
            types = [slot.type for slot in reversed(at) if slot.location == place]
            wanted += types
            own += found.get(place, ())[: len(types)]
        # The term may not have asked for more than the types say.
        return _same(own, wanted)

    def _inferred(self, term: Term) -> Term | Diagnostic:
        definitions = {name: self.program.definitions[name] for name in self.definitions}
        typing = types_of(replace(self.program, definitions=definitions, main=term))
        for problem in typing.problems.values():
            return problem
        assert typing.main is not None
        return typing.main


def _taking(term: Term, at: Sequence[Slot]) -> Term:
    """The term after popping values of such types and pushing them again."""
    names = [f"…{number}" for number in range(len(at))]  # no names of the syntax
    for slot, name in reversed(list(zip(at, names, strict=True))):
        term = push(variable(name), term, slot.location)
    for slot, name in zip(at, names, strict=True):
        term = node(POP, (slot.location, name), (term, slot.type))
    return term


def _same(left: Sequence[Term], right: Sequence[Term]) -> bool:
    """Whether types are the same up to the names of variables."""
    return len(left) == len(right) and _named(left) == _named(right)


def _named(types: Sequence[Term]) -> list[Term]:
    """Types with their variables numbered in the order in which they occur."""
    names: dict[str, str] = {}
    found: list[Term] = []
    for type in types:
        built: dict[int, Term] = {}
        for item in postorder(type):
            label = item.label
            if item.op is TYPE_VARIABLE:
                label = names.setdefault(label, f"t{len(names)}")
            built[id(item)] = node(item.op, label, tuple(built[id(child)] for child in item.children))
        found.append(canonical(built[id(type)]))
    return found
