"""Random terms and programs of the Functional Machine Calculus, for every test that wants some.

`random_term` and `random_program` work from a `random.Random`, so a failure is found again from
its seed; `terms` and `programs` wrap them for Hypothesis. All terms are well scoped: a name that
occurs is bound by a pop, or defined. There are three modes:

- `tame` keeps count of what lies on each stack and mostly runs well and ends;
- `wild` takes any construct anywhere, so a run often gets stuck or never ends;
- `mixed` is tame with some wild constructs thrown in.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any, Literal

from hypothesis import strategies as st

from calculus.machine.instructions import (
    LAMBDA,
    SKIP,
    STAR,
    Jump,
    Text,
    join,
    jump,
    loop,
    pop,
    primitive,
    push,
    variable,
)
from calculus.machine.primitives import PRIMITIVES
from calculus.term import Term

Mode = Literal["tame", "wild", "mixed"]
MODES: tuple[Mode, ...] = ("tame", "wild", "mixed")

LOCATIONS = (LAMBDA, "a", "b")
LABELS: tuple[Jump, ...] = ("J", "K", "E", "True", 5, Text("t"))
NAMES = ("x", "y", "z", "f")
SOURCES = ("in", "rnd", "nd")
EDGES = tuple(sign * (2**bits + off) for sign in (1, -1) for bits in (31, 62, 63) for off in (-1, 0, 1))


@dataclass(frozen=True)
class Features:
    """What the terms may contain.

    `effects` lists the locations of effects to use, from `in`, `out`, `rnd`, `nd` (`in` is taken
    to deliver integers, the two others Booleans); `big` adds integers that do not fit, or just
    fit, into machine words; `loops` and `primitives` allow these constructs; `names` are binders
    to choose from.
    """

    locations: Sequence[str] = LOCATIONS
    labels: Sequence[Jump] = LABELS
    names: Sequence[str] = NAMES
    effects: Sequence[str] = ()
    loops: bool = True
    primitives: bool = True
    big: bool = False


def random_term(rng: Random, size: int, *, mode: Mode | None = None, **features: Any) -> Term:
    """A closed term whose node count grows with `size` (1 to about 200); any mode if none is given.

    The keyword arguments are those of `Features`.
    """
    return _generate(rng, size, mode, Features(**features), {})


def random_open_term(rng: Random, size: int, free: Sequence[str], **features: Any) -> Term:
    """A wild term in which the names `free` may occur unbound."""
    return _Wild(rng, Features(**features)).term(size, tuple(free))


def random_program(
    rng: Random, size: int, *, count: int = 3, mode: Mode | None = None, **features: Any
) -> tuple[dict[str, Term], Term]:
    """Definitions, often (mutually) recursive, and a main term that uses them."""
    chosen = Features(**features)
    mode = mode or rng.choice(MODES)
    known: dict[str, _Thunk] = {}
    bodies: dict[str, Term] = {}
    names = [f"d{i}" for i in range(count)]
    for name in names:
        kind = rng.randrange(3)
        if kind == 0 and chosen.primitives:
            bodies[name], known[name] = _countdown(rng, name, chosen)
        elif kind == 1 or mode == "tame":
            bodies[name], known[name] = _Tame(rng, chosen, dict(known), 0.0).thunk(size // 2, {})
        else:
            loose = {other: _Thunk((), ()) for other in names}
            bodies[name] = _generate(rng, size // 2, mode, chosen, {**loose, **known})
            known[name] = _Thunk((), ())
    return bodies, _generate(rng, size, mode, chosen, known)


def terms(max_size: int = 60, mode: Mode | None = None, **features: Any) -> st.SearchStrategy[Term]:
    """`random_term` as a Hypothesis strategy; smaller sizes come first when shrinking."""
    return st.builds(
        lambda seed, size: random_term(Random(seed), size, mode=mode, **features),
        st.integers(0, 2**32 - 1),
        st.integers(1, max_size),
    )


def programs(
    max_size: int = 60, mode: Mode | None = None, **features: Any
) -> st.SearchStrategy[tuple[dict[str, Term], Term]]:
    """`random_program` as a Hypothesis strategy."""
    return st.builds(
        lambda seed, size: random_program(Random(seed), size, mode=mode, **features),
        st.integers(0, 2**32 - 1),
        st.integers(1, max_size),
    )


@dataclass(frozen=True)
class _Thunk:
    """The type of a thunk: what it takes from λ and leaves there (top last), and its exit."""

    inputs: tuple["_Type", ...]
    outputs: tuple["_Type", ...]
    exit: Jump = STAR


_Type = str | _Thunk
_Memory = dict[str, list[_Type]]
_Scope = dict[str, _Type]
_Piece = Callable[[Term], Term]
"""Part of a sequence: given what follows, the whole."""


def _generate(
    rng: Random, size: int, mode: Mode | None, features: Features, definitions: dict[str, _Thunk]
) -> Term:
    mode = mode or rng.choice(MODES)
    if mode == "wild":
        return _Wild(rng, features).term(size, tuple(definitions))
    return _Tame(rng, features, definitions, 0.0 if mode == "tame" else 0.08).main(size)


def _constant(rng: Random, kind: str, features: Features) -> Term:
    if kind == "Bool":
        return jump(rng.choice(("True", "False")))
    if kind == "Text":
        return jump(Text(rng.choice(("", "a", "b c", "λ", 'q"\\', "line\nend"))))
    if features.big and rng.random() < 0.3:
        return jump(rng.choice(EDGES))
    return jump(rng.randint(-3, 12))


def _countdown(rng: Random, name: str, features: Features) -> tuple[Term, _Thunk]:
    """A recursive definition from Int to Int that ends on all but enormous arguments."""
    operation = rng.choice(("add", "mul", "sub"))
    again = push(variable("n"), push(jump(1), primitive("sub", variable(name))))
    if rng.random() < 0.5:
        again = join(again, STAR, push(variable("n"), primitive(operation)))
    small = push(_constant(rng, "Int", features))
    choice = join(
        join(variable("t"), "True", push(again)),
        "False",
        push(small),
    )
    body = push(variable("n"), push(jump(12), primitive("lt")))
    inside = push(variable("n"), push(jump(0), primitive("gt", primitive("and"))))
    test = join(join(body, STAR, inside), STAR, pop("t", join(choice, STAR, pop("k", variable("k")))))
    return pop("n", test), _Thunk(("Int",), ("Int",))


@dataclass
class _Tame:
    """Builds sequences piece by piece, knowing the type of everything on the stacks."""

    rng: Random
    features: Features
    definitions: dict[str, _Thunk]
    chaos: float
    counter: int = field(default=0)

    def main(self, size: int) -> Term:
        return self.block(size, {}, {})

    def block(self, size: int, memory: _Memory, scope: _Scope, end: Term = SKIP) -> Term:
        """A term of about this size; updates the memory, not the scope."""
        pieces: list[_Piece] = []
        scope = dict(scope)
        while size > 0:
            if self.rng.random() < self.chaos:
                pieces.append(self.chaotic(scope))
                size -= 3
                continue
            used, piece = self.piece(size, memory, scope)
            pieces.append(piece)
            size -= used
        result = end
        for piece in reversed(pieces):
            result = piece(result)
        return result

    def piece(self, size: int, memory: _Memory, scope: _Scope) -> tuple[int, _Piece]:
        makers = [
            self.literal,
            self.literal,
            self.pop,
            self.pop,
            self.reuse,
            self.reuse,
            self.run,
            self.run,
        ]
        makers += [self.sequence, self.escape, self.push_thunk, self.call, self.effect]
        if self.features.primitives:
            makers += [self.operate, self.operate, self.operate, self.branch]
            if self.features.loops:
                makers.append(self.repeat)
        if self.features.loops:
            makers.append(self.once)
        while True:
            made = self.rng.choice(makers)(size, memory, scope)
            if made is not None:
                return made

    def literal(self, size: int, memory: _Memory, scope: _Scope) -> tuple[int, _Piece]:
        kind = self.rng.choice(("Int", "Int", "Int", "Bool", "Text"))
        location = self.rng.choice(self.features.locations)
        argument = _constant(self.rng, kind, self.features)
        memory.setdefault(location, []).append(kind)
        return 2, lambda body: push(argument, body, location)

    def pop(self, size: int, memory: _Memory, scope: _Scope) -> tuple[int, _Piece] | None:
        location = self.rng.choice(self.features.locations)
        if not memory.get(location):
            return None
        name = self.rng.choice(self.features.names)
        scope[name] = memory[location].pop()
        return 1, lambda body: pop(name, body, location)

    def reuse(self, size: int, memory: _Memory, scope: _Scope) -> tuple[int, _Piece] | None:
        if not scope:
            return None
        name = self.rng.choice(sorted(scope))
        location = self.rng.choice(self.features.locations)
        memory.setdefault(location, []).append(scope[name])
        return 2, lambda body: push(variable(name), body, location)

    def run(self, size: int, memory: _Memory, scope: _Scope) -> tuple[int, _Piece] | None:
        fitting = [name for name in sorted(scope) if self.fits(scope[name], memory)]
        return self.apply(self.rng.choice(fitting), scope, memory) if fitting else None

    def call(self, size: int, memory: _Memory, scope: _Scope) -> tuple[int, _Piece] | None:
        free = {name: kind for name, kind in self.definitions.items() if name not in scope}
        fitting = [name for name in free if self.fits(free[name], memory)]
        return self.apply(self.rng.choice(fitting), free, memory) if fitting else None

    def fits(self, kind: _Type, memory: _Memory) -> bool:
        if not isinstance(kind, _Thunk):
            return False
        there = memory.get(LAMBDA, [])
        taken = len(kind.inputs)
        return len(there) >= taken and tuple(there[len(there) - taken :]) == kind.inputs

    def apply(self, name: str, kinds: Mapping[str, _Type], memory: _Memory) -> tuple[int, _Piece]:
        kind = kinds[name]
        assert isinstance(kind, _Thunk)
        stack = memory.setdefault(LAMBDA, [])
        del stack[len(stack) - len(kind.inputs) :]
        stack.extend(kind.outputs)
        return 2, lambda body: join(variable(name), kind.exit, body)

    def operate(self, size: int, memory: _Memory, scope: _Scope) -> tuple[int, _Piece] | None:
        stack = memory.get(LAMBDA, [])
        entry = self.rng.choice(list(PRIMITIVES.values()))
        arity = len(entry.operands)
        types = tuple(stack[-arity:])
        same = len(set(types)) == 1 and len(types) == arity and types[0] in ("Int", "Bool", "Text")
        if not (types == entry.operands or (entry.operands[0] == "Base" and same)):
            return None
        if entry.name in ("div", "mod") and self.rng.random() < 0.8:
            return None  # often a division by zero
        del stack[-arity:]
        stack.append(entry.result)
        return 1, lambda body: primitive(entry.name, body)

    def sequence(self, size: int, memory: _Memory, scope: _Scope) -> tuple[int, _Piece]:
        inner = self.rng.randint(1, max(1, size // 2))
        first = self.block(inner, memory, scope)
        return inner + 1, lambda body: join(first, STAR, body)

    def escape(self, size: int, memory: _Memory, scope: _Scope) -> tuple[int, _Piece]:
        """Leave with a label that a handler further out, perhaps past others, takes."""
        label = self.rng.choice(self.features.labels)
        inner = self.rng.randint(1, max(1, size // 2))
        first = self.block(inner, memory, scope, jump(label))
        others = [other for other in self.features.labels if other != label and other != STAR]
        if others and self.rng.random() < 0.5:
            first = join(first, self.rng.choice(others), jump("Skipped"))
        return inner + 3, lambda body: join(first, label, body)

    def thunk(self, size: int, scope: _Scope) -> tuple[Term, _Thunk]:
        inputs: tuple[_Type, ...] = tuple("Int" for _ in range(self.rng.randrange(3)))
        exit = self.rng.choice((STAR, STAR, STAR, *self.features.labels))
        memory: _Memory = {LAMBDA: list(inputs)}
        body = self.block(max(1, size), memory, scope, jump(exit))
        # What it leaves elsewhere is not in its type; such a stack only grows.
        return body, _Thunk(inputs, tuple(memory[LAMBDA]), exit)

    def push_thunk(self, size: int, memory: _Memory, scope: _Scope) -> tuple[int, _Piece]:
        inner = self.rng.randint(1, max(1, size // 2))
        body, kind = self.thunk(inner, scope)
        location = self.rng.choice(self.features.locations)
        memory.setdefault(location, []).append(kind)
        return inner + 1, lambda rest: push(body, rest, location)

    def branch(self, size: int, memory: _Memory, scope: _Scope) -> tuple[int, _Piece] | None:
        stack = memory.get(LAMBDA, [])
        if not stack or stack[-1] != "Bool":
            return None
        stack.pop()
        inner = max(1, size // 3)
        arms: list[Term] = []
        for _ in range(2):
            there: _Memory = {}
            end = push(_constant(self.rng, "Int", self.features))
            arms.append(self.block(self.rng.randint(1, inner), there, scope, end))
            # An arm keeps what it made to itself, as far as the types go: only the last is on top.
        stack.append("Int")
        return 2 * inner + 7, lambda body: pop("c", _branch(variable("c"), arms[0], arms[1], body))

    def repeat(self, size: int, memory: _Memory, scope: _Scope) -> tuple[int, _Piece]:
        """A counter in a cell of its own, counted down to zero."""
        self.counter += 1
        cell = f"c{self.counter}"
        label = self.rng.choice(self.features.labels)
        inner = self.rng.randint(1, max(1, size // 3))
        body = self.block(inner, {}, scope)
        again = push(
            variable("i"),
            push(jump(1), primitive("sub", pop("v", push(variable("v"), jump(label), cell)))),
        )
        test = push(variable("i"), push(jump(0), primitive("gt")))
        turn = join(
            body,
            STAR,
            pop(
                "i",
                join(test, STAR, pop("c", _branch(variable("c"), again, jump("Stop"), SKIP))),
                cell,
            ),
        )
        whole = join(loop(turn, label), "Stop", SKIP)
        times = self.rng.randrange(6)
        return inner + 25, lambda rest: push(jump(times), join(whole, STAR, rest), cell)

    def once(self, size: int, memory: _Memory, scope: _Scope) -> tuple[int, _Piece]:
        """A loop left in its first turn."""
        label, other = self.rng.sample(list(self.features.labels), 2)
        inner = self.rng.randint(1, max(1, size // 2))
        first = self.block(inner, memory, scope, jump(other))
        return inner + 3, lambda body: join(loop(first, label), other, body)

    def effect(self, size: int, memory: _Memory, scope: _Scope) -> tuple[int, _Piece] | None:
        if not self.features.effects:
            return None
        location = self.rng.choice(list(self.features.effects))
        if location == "out":
            argument = variable(self.rng.choice(sorted(scope))) if scope else jump(1)
            return 2, lambda body: push(argument, body, "out")
        name = self.rng.choice(self.features.names)
        scope[name] = "Int" if location == "in" else "Bool"
        if self.rng.random() < 0.5:
            return 1, lambda body: pop(name, body, location)
        memory.setdefault(LAMBDA, []).append(scope[name])
        return 3, lambda body: pop(name, push(variable(name), body), location)

    def chaotic(self, scope: _Scope) -> _Piece:
        wild = _Wild(self.rng, self.features)
        names = (*scope, *self.definitions)
        kind = self.rng.randrange(6)
        if kind == 0:
            argument = wild.term(4, names)
            location = self.rng.choice(self.features.locations)
            return lambda body: push(argument, body, location)
        if kind == 1 and self.features.primitives:
            name = self.rng.choice(list(PRIMITIVES))
            return lambda body: primitive(name, body)
        if kind == 2 and names:
            name = self.rng.choice(names)
            return lambda body: join(variable(name), STAR, body)
        if kind == 3 and self.features.loops:
            first = wild.term(5, names)
            label = self.rng.choice((STAR, *self.features.labels))
            return lambda body: join(loop(first, label), STAR, body)
        if kind == 4:
            label = self.rng.choice(self.features.labels)
            return lambda body: join(jump(label), STAR, body)
        first = wild.term(4, names)
        return lambda body: join(first, STAR, body)


def _branch(condition: Term, yes: Term, no: Term, rest: Term) -> Term:
    """`((condition; True->[yes]; False->[no]) ; <k>.k) ; rest`"""
    chosen = join(join(condition, "True", push(yes)), "False", push(no))
    whole = join(chosen, STAR, pop("k", variable("k")))
    return whole if rest is SKIP else join(whole, STAR, rest)


@dataclass
class _Wild:
    """Any construct anywhere."""

    rng: Random
    features: Features

    def term(self, size: int, scope: tuple[str, ...]) -> Term:
        if size <= 1:
            return self.leaf(scope)
        rest = size - 1
        kind = self.rng.choices(("push", "pop", "primitive", "join", "loop", "leaf"), (30, 22, 12, 20, 5, 4))[
            0
        ]
        if kind == "push":
            inner = self.rng.randint(1, max(1, rest // 2))
            sinks = [name for name in self.features.effects if name == "out"]
            location = self.rng.choice([*self.features.locations, *sinks])
            return push(self.argument(inner, scope), self.term(rest - inner, scope), location)
        if kind == "pop":
            name = self.rng.choice(self.features.names)
            sources = [name for name in self.features.effects if name != "out"]
            location = self.rng.choice([*self.features.locations, *sources])
            return pop(name, self.term(rest, (*scope, name)), location)
        if kind == "primitive" and self.features.primitives:
            return primitive(self.rng.choice(list(PRIMITIVES)), self.term(rest, scope))
        if kind == "loop" and self.features.loops:
            return loop(self.term(rest, scope), self.label())
        if kind == "join":
            inner = self.rng.randint(1, max(1, rest - 1))
            return join(self.term(inner, scope), self.label(), self.term(rest - inner, scope))
        return self.leaf(scope)

    def argument(self, size: int, scope: tuple[str, ...]) -> Term:
        if self.rng.random() < 0.4:
            return _constant(self.rng, self.rng.choice(("Int", "Int", "Bool", "Text")), self.features)
        return self.term(size, scope)

    def leaf(self, scope: tuple[str, ...]) -> Term:
        if scope and self.rng.random() < 0.5:
            return variable(self.rng.choice(scope))
        return jump(self.label())

    def label(self) -> Jump:
        return self.rng.choice((STAR, STAR, *self.features.labels))
