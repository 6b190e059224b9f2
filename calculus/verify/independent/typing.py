"""The typing rules of the FMC as a search for derivations: recursive, slow, and without any rows.

There are finitely many locations and labels in a small term, so a memory is a stack for each of
them, a sum a memory for each label, and plain first-order unification is enough. Where the rules
leave a choice (a literal is a base type or a thunk, what is run may be anything), all are tried.
"""

from collections.abc import Iterator
from itertools import count
from typing import Any

from calculus.machine.instructions import JOIN, JUMP, LAMBDA, LOOP, POP, PRIMITIVE, PUSH, STAR, Text
from calculus.machine.primitives import PRIMITIVES
from calculus.term import VARIABLE, Term

Type = Any
"""A variable is a number, anything else a tuple of a name and its parts."""

Substitution = dict[int, Type]

BOOL, INT, TEXT = ("Bool",), ("Int",), ("Text",)
CLASSES = {INT: ("class", "Int"), TEXT: ("class", "Text")}


def constant(label: object) -> Type | None:
    if isinstance(label, Text):
        return TEXT
    if isinstance(label, int):
        return INT
    return BOOL if label in ("True", "False") else None


def walk(item: Type, known: Substitution) -> Type:
    while isinstance(item, int) and item in known:
        item = known[item]
    return item


def occurs(number: int, item: Type, known: Substitution) -> bool:
    item = walk(item, known)
    if isinstance(item, int):
        return item == number
    return any(occurs(number, part, known) for part in item[1:])


def unify(left: Type, right: Type, known: Substitution) -> Substitution | None:
    left, right = walk(left, known), walk(right, known)
    if left == right:
        return known
    if isinstance(right, int):
        left, right = right, left
    if isinstance(left, int):
        return None if occurs(left, right, known) else {**known, left: right}
    if left[0] != right[0] or len(left) != len(right):
        return None
    for ours, theirs in zip(left[1:], right[1:], strict=True):
        found = unify(ours, theirs, known)
        if found is None:
            return None
        known = found
    return known


class Search:
    def __init__(self, term: Term, thunks: bool) -> None:
        self.thunks = thunks
        self.numbers = count()
        locations, labels = {LAMBDA}, {STAR, "True", "False", *CLASSES.values()}
        stack = [term]
        while stack:
            item = stack.pop()
            stack.extend(item.children)
            if item.op in (JUMP, JOIN, LOOP):
                labels.add(item.label)
            elif item.op is PUSH:
                locations.add(item.label)
            elif item.op is POP:
                locations.add(item.label[0])
        self.locations = {name: at + 1 for at, name in enumerate(sorted(locations))}
        self.labels = {name: at + 1 for at, name in enumerate(labels)}

    def memory(self) -> Type:
        return ("memory", *(next(self.numbers) for _ in self.locations))

    def sum(self) -> Type:
        return ("sum", *(self.memory() for _ in self.labels))

    def replace(self, whole: Type, at: int, part: Type) -> Type:
        return (*whole[:at], part, *whole[at + 1 :])

    def all(self, pairs: list[tuple[Type, Type]], known: Substitution) -> Iterator[Substitution]:
        for left, right in pairs:
            found = unify(left, right, known)
            if found is None:
                return
            known = found
        yield known

    def derivations(
        self, term: Term, scope: dict[str, Type], memory: Type, exits: Type, known: Substitution
    ) -> Iterator[Substitution]:
        op, children = term.op, term.children
        if op is PUSH:
            at = self.locations[term.label]
            for value, after in self.values(children[0], scope, known):
                pushed = self.replace(memory, at, ("cons", value, memory[at]))
                yield from self.derivations(children[1], scope, pushed, exits, after)
        elif op is POP:
            at, name = self.locations[term.label[0]], term.label[1]
            value, below = next(self.numbers), next(self.numbers)
            for after in self.all([(memory[at], ("cons", value, below))], known):
                popped = self.replace(memory, at, below)
                yield from self.derivations(children[0], {**scope, name: value}, popped, exits, after)
        elif op is JUMP:
            yield from self.all([(exits[self.labels[term.label]], memory)], known)
        elif op is JOIN:
            caught = self.memory()
            inner = self.replace(exits, self.labels[term.label], caught)
            for after in self.derivations(children[0], scope, memory, inner, known):
                yield from self.derivations(children[1], scope, caught, exits, after)
        elif op is LOOP:
            inner = self.replace(exits, self.labels[term.label], memory)
            yield from self.derivations(children[0], scope, memory, inner, known)
        elif op is PRIMITIVE:
            signature, at = PRIMITIVES[term.label], self.locations[LAMBDA]
            for base in (INT, BOOL, TEXT) if "Base" in signature.operands else (INT,):
                below = next(self.numbers)
                wanted: Type = below
                for operand in signature.operands:
                    wanted = ("cons", base if operand == "Base" else (operand,), wanted)
                for after in self.all([(memory[at], wanted)], known):
                    left = self.replace(memory, at, ("cons", (signature.result,), below))
                    yield from self.derivations(children[0], scope, left, exits, after)
        else:
            assert op is VARIABLE
            yield from self.runs(scope[term.label], memory, exits, known)

    def values(
        self, term: Term, scope: dict[str, Type], known: Substitution
    ) -> Iterator[tuple[Type, Substitution]]:
        if term.op is VARIABLE:
            yield scope[term.label], known
            return
        if term.op is JUMP and constant(term.label):
            yield constant(term.label), known
        memory, exits = self.memory(), self.sum()
        for after in self.derivations(term, scope, memory, exits, known):
            yield ("thunk", memory, exits), after

    def runs(self, value: Type, memory: Type, exits: Type, known: Substitution) -> Iterator[Substitution]:
        yield from self.all([(value, ("thunk", memory, exits))], known)
        if self.thunks:
            return
        either = [(value, BOOL)] + [(exits[self.labels[name]], memory) for name in ("True", "False")]
        yield from self.all(either, known)
        for base, name in CLASSES.items():
            taken = [label for label in self.labels if label == name or constant(label) == base]
            yield from self.all(
                [(value, base), *((exits[self.labels[label]], memory) for label in taken)], known
            )


def typable(term: Term, *, thunks: bool = False) -> bool:
    """Whether there is a derivation for a closed term, with `thunks` one that runs only thunks."""
    search = Search(term, thunks)
    return any(True for _ in search.derivations(term, {}, search.memory(), search.sum(), {}))
