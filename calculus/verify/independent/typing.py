"""The typing rules of the FMC as a search for derivations: recursive, slow, and without any rows.

There are finitely many locations and labels in some small terms, so a memory is a stack for each of them, a
sum a memory for each label, and plain first-order unification is enough. Where the rules leave a choice (a
literal is a base type or a thunk, what is run may be anything), all are tried. Framing and weakening need no
rules: a stack ends in a variable, and a sum has all labels.
"""

from collections.abc import Iterator, Mapping
from itertools import count
from typing import Any, NamedTuple

from calculus.machine.instructions import JOIN, JUMP, LAMBDA, LOOP, POP, PRIMITIVE, PUSH, STAR, Text
from calculus.machine.primitives import PRIMITIVES
from calculus.term import VARIABLE, Term

Type = Any
"""A variable is a number, anything else a tuple of a name and its parts."""

Substitution = dict[int, Type]

BOOL, INT, TEXT = ("Bool",), ("Int",), ("Text",)
CLASSES = {INT: ("class", "Int"), TEXT: ("class", "Text")}


class Derivation(NamedTuple):
    """`scope ⊢ term : memory ⇒ exits` by a rule from the premises, in the order of the term's children."""

    rule: str
    term: Term
    scope: Mapping[str, Type]
    memory: Type
    exits: Type
    premises: "tuple[Derivation, ...]" = ()


Found = tuple[Substitution, Derivation]


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


def resolved(item: Type, known: Substitution) -> Type:
    """The type with all that is known of its variables."""
    item = walk(item, known)
    return item if isinstance(item, int) else (item[0], *(resolved(part, known) for part in item[1:]))


def rigid(item: Type) -> Type:
    """The type with constants, equal to nothing else, for its variables."""
    return (f"rigid {item}",) if isinstance(item, int) else (item[0], *map(rigid, item[1:]))


class Search:
    """Derivations for some terms, over the locations and labels of all of them.

    `thunks` asks for those that run nothing but thunks. With `wrapped`, a variable of a base type may also
    be pushed at the type of what running it does: reduction makes `[x]` of `[[N].<y>.x]`, which has that
    type, and the constant that x stands for has it too.
    """

    def __init__(self, *terms: Term, thunks: bool = False, wrapped: bool = False) -> None:
        self.thunks = thunks
        self.wrapped = wrapped
        self.numbers = count()
        locations = {LAMBDA}
        labels: dict[Any, None] = dict.fromkeys([STAR, "True", "False", *CLASSES.values()])
        stack = list(terms)
        while stack:
            item = stack.pop()
            stack.extend(item.children)
            if item.op in (JUMP, JOIN, LOOP):
                labels[item.label] = None
            elif item.op is PUSH:
                locations.add(item.label)
            elif item.op is POP:
                locations.add(item.label[0])
        self.locations = {name: at + 1 for at, name in enumerate(sorted(locations))}
        self.labels: dict[Any, int] = {name: at + 1 for at, name in enumerate(labels)}

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

    def closed(self, term: Term) -> Iterator[Found]:
        """The derivations of a closed term."""
        return self.derivations(term, {}, self.memory(), self.sum(), {})

    def derivations(
        self, term: Term, scope: dict[str, Type], memory: Type, exits: Type, known: Substitution
    ) -> Iterator[Found]:
        op, children = term.op, term.children

        def by(rule: str, *premises: Derivation) -> Derivation:
            return Derivation(rule, term, scope, memory, exits, premises)

        if op is PUSH:
            at = self.locations[term.label]
            for value, found, inside in self.values(children[0], scope, known):
                pushed = self.replace(memory, at, ("cons", value, memory[at]))
                for after, below in self.derivations(children[1], scope, pushed, exits, found):
                    rule = "variable" if children[0].op is VARIABLE else "literal"
                    yield after, by("push" if inside else f"push {rule}", *inside, below)
        elif op is POP:
            at, name = self.locations[term.label[0]], term.label[1]
            value, under = next(self.numbers), next(self.numbers)
            inner_scope = {**scope, name: value}
            for found in self.all([(memory[at], ("cons", value, under))], known):
                popped = self.replace(memory, at, under)
                for after, rest in self.derivations(children[0], inner_scope, popped, exits, found):
                    yield after, by("pop", rest)
        elif op is JUMP:
            for after in self.all([(exits[self.labels[term.label]], memory)], known):
                yield after, by("jump")
        elif op is JOIN:
            caught = self.memory()
            inner = self.replace(exits, self.labels[term.label], caught)
            for found, first in self.derivations(children[0], scope, memory, inner, known):
                for after, then in self.derivations(children[1], scope, caught, exits, found):
                    yield after, by("join", first, then)
        elif op is LOOP:
            inner = self.replace(exits, self.labels[term.label], memory)
            for after, first in self.derivations(children[0], scope, memory, inner, known):
                yield after, by("loop", first)
        elif op is PRIMITIVE:
            signature, at = PRIMITIVES[term.label], self.locations[LAMBDA]
            for base in (INT, BOOL, TEXT) if "Base" in signature.operands else (INT,):
                under = next(self.numbers)
                wanted: Type = under
                for operand in signature.operands:
                    wanted = ("cons", base if operand == "Base" else (operand,), wanted)
                for found in self.all([(memory[at], wanted)], known):
                    left = self.replace(memory, at, ("cons", (signature.result,), under))
                    for after, rest in self.derivations(children[0], scope, left, exits, found):
                        yield after, by("primitive", rest)
        else:
            assert op is VARIABLE
            for after, rule in self.runs(scope[term.label], memory, exits, known):
                yield after, by(rule)

    def values(
        self, term: Term, scope: dict[str, Type], known: Substitution
    ) -> Iterator[tuple[Type, Substitution, tuple[Derivation, ...]]]:
        if term.op is VARIABLE:
            yield scope[term.label], known, ()
            if not self.wrapped:
                return
        if term.op is JUMP and constant(term.label):
            yield constant(term.label), known, ()
        memory, exits = self.memory(), self.sum()
        for after, inside in self.derivations(term, scope, memory, exits, known):
            if inside.rule != "run":  # what a thunk does when it is run is what it is
                yield ("thunk", memory, exits), after, (inside,)

    def runs(
        self, value: Type, memory: Type, exits: Type, known: Substitution
    ) -> Iterator[tuple[Substitution, str]]:
        for after in self.all([(value, ("thunk", memory, exits))], known):
            yield after, "run"
        if self.thunks:
            return
        either = [(value, BOOL)] + [(exits[self.labels[name]], memory) for name in ("True", "False")]
        for after in self.all(either, known):
            yield after, "run Bool"
        for base, name in CLASSES.items():
            taken = [label for label in self.labels if label == name or constant(label) == base]
            pairs = [(value, base), *((exits[self.labels[label]], memory) for label in taken)]
            for after in self.all(pairs, known):
                yield after, f"run {base[0]}"
