"""Terms, programs and memories of the Functional Machine Calculus.

All terms are well scoped: a name that occurs is bound by a pop, is defined, or is one of the names given as
`free`. There are three modes:

- `tame` keeps count of what lies on each stack: runs go well and end, and nearly all terms are typable;
- `wild` takes any construct anywhere, so a run often gets stuck or never ends;
- `mixed` is tame with some wild constructs thrown in.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, NamedTuple

from calculus.fmc import printer  # noqa: F401  # terms print once it is imported
from calculus.machine.instructions import (
    JUMP,
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
from calculus.verify.generation.choices import between, chance, distinct, pick
from calculus.verify.property import Choose

Mode = Literal["tame", "wild", "mixed"]
MODES: tuple[Mode, ...] = ("tame", "wild", "mixed")

SOURCES = ("in", "rnd", "nd")
EDGES = tuple(sign * (2**bits + off) for sign in (1, -1) for bits in (31, 62, 63) for off in (-1, 0, 1))
TEXTS = ("", "a", "b c", "λ", 'q"\\', "line\nend")


@dataclass(frozen=True)
class Features:
    """What the terms may contain.

    `effects` lists the locations of effects to use, from `in`, `out`, `rnd`, `nd` (`in` is taken to deliver
    integers, the two others Booleans); `big` adds integers that do not fit, or just fit, into machine words;
    `loops` and `primitives` allow these constructs (and, without primitives, no literals but the labels);
    `labels` are jumps to use beside `*`; `names` are binders to choose from; `free` are names that may occur
    unbound.
    """

    locations: Sequence[str] = (LAMBDA, "a", "b")
    labels: Sequence[Jump] = ("J", "K", "E", "True", 5, Text("t"))
    names: Sequence[str] = ("x", "y", "z", "f")
    effects: Sequence[str] = ()
    free: Sequence[str] = ()
    loops: bool = True
    primitives: bool = True
    big: bool = False


class Program(NamedTuple):
    """Definitions, of which any may use any, and a main term."""

    definitions: dict[str, Term]
    main: Term

    def __str__(self) -> str:
        lines = [f"def {name} = {term}" for name, term in self.definitions.items()]
        return "\n".join([*lines, str(self.main)])


def term(choose: Choose, size: int, *, mode: Mode | None = None, **features: Any) -> Term:
    """A term of at most `size` nodes, in any mode if none is given; closed but for the names in `free`.

    The other keyword arguments are those of `Features`.
    """
    return _term(choose, size, mode, Features(**features), {})


def program(
    choose: Choose, size: int, *, count: int = 3, mode: Mode | None = None, **features: Any
) -> Program:
    """Definitions `d0`, `d1`, …, often (mutually) recursive, and a main term that uses them.

    The main term has at most `size` nodes, a definition half as many, or is one of some 30 nodes that counts
    its argument down. In tame mode only these are recursive; in the others some never end.
    """
    chosen = Features(**features)
    closed = replace(chosen, free=())
    mode = mode or pick(choose, MODES)
    known: dict[str, _Thunk] = {}
    bodies: dict[str, Term] = {}
    names = [f"d{i}" for i in range(count)]
    for name in names:
        kind = choose(3 if mode == "tame" else 4)
        if kind == 2 and chosen.primitives:
            bodies[name], known[name] = _countdown(choose, name, chosen)
        elif kind == 3:
            builder = _Tame(choose, closed, dict(known), 0)
            bodies[name] = builder.block(max(1, size // 4), {}, {}, variable(name))
            known[name] = _Thunk((), ())
        elif kind == 0 or mode == "tame":
            builder = _Tame(choose, closed, dict(known), 0)
            bodies[name], known[name] = builder.thunk(max(1, size // 2), {})
        else:
            loose = {other: _Thunk((), ()) for other in names}
            bodies[name] = _term(choose, size // 2, mode, closed, {**loose, **known})
            known[name] = _Thunk((), ())
    return Program(bodies, _term(choose, size, mode, chosen, known))


def memory(choose: Choose, height: int, *, size: int = 6, **features: Any) -> dict[str, list[Term]]:
    """Stacks, bottom first, of at most so many values each: constants, and terms of up to `size` nodes."""
    chosen = Features(**{**features, "effects": ()})
    stacks: dict[str, list[Term]] = {}
    for location in chosen.locations:
        values = [_value(choose, size, chosen) for _ in range(choose(height + 1))]
        if values:
            stacks[location] = values
    return stacks


def _value(choose: Choose, size: int, features: Features) -> Term:
    if features.primitives and not chance(choose, 40):
        return _constant(choose, pick(choose, _BASES), features)
    return _term(choose, between(choose, 1, size), None, features, {})


@dataclass(frozen=True)
class _Thunk:
    """The type of a thunk: what it takes from λ and leaves there (top last), and its exit."""

    inputs: tuple["_Type", ...]
    outputs: tuple["_Type", ...]
    exit: Jump = STAR


_Type = str | _Thunk
_UNKNOWN = "?"
"""What is only passed on."""
_Memory = dict[str, list[_Type]]
_Scope = dict[str, _Type]
_Piece = Callable[[Term], Term]
"""Part of a sequence: given what follows, the whole."""
_Made = tuple[int, _Piece]
"""A piece, and how many nodes it adds at most."""

_BASES = ("Int", "Int", "Int", "Bool", "Text")


def _term(
    choose: Choose, size: int, mode: Mode | None, features: Features, definitions: dict[str, _Thunk]
) -> Term:
    mode = mode or pick(choose, MODES)
    if mode == "wild":
        return _wild(choose, features, size, (*features.free, *definitions))
    builder = _Tame(choose, features, definitions, 0 if mode == "tame" else 8)
    return builder.block(size, {}, dict.fromkeys(features.free, _UNKNOWN))


def _constant(choose: Choose, kind: str, features: Features) -> Term:
    if kind == "Bool":
        return jump(pick(choose, ("True", "False")))
    if kind == "Text":
        return jump(Text(pick(choose, TEXTS)))
    if features.big and chance(choose, 30):
        return jump(pick(choose, EDGES))
    number = choose(16)
    return jump(number if number < 13 else 12 - number)


def _base(term: Term) -> str | None:
    """The base type of a literal."""
    label = term.label
    if term.op is not JUMP or label in ("True", "False"):
        return "Bool" if term.op is JUMP else None
    return "Int" if isinstance(label, int) else "Text" if isinstance(label, Text) else None


def _countdown(choose: Choose, name: str, features: Features) -> tuple[Term, _Thunk]:
    """A recursive definition from Int to Int that ends on all but enormous arguments."""
    operation = pick(choose, ("add", "mul", "sub"))
    again = push(variable("n"), push(jump(1), primitive("sub", variable(name))))
    if chance(choose, 50):
        again = join(again, STAR, push(variable("n"), primitive(operation)))
    small = push(_constant(choose, "Int", features))
    body = push(variable("n"), push(jump(12), primitive("lt")))
    inside = push(variable("n"), push(jump(0), primitive("gt", primitive("and"))))
    chosen = pop("t", _branch(variable("t"), again, small, SKIP))
    return pop("n", join(join(body, STAR, inside), STAR, chosen)), _Thunk(("Int",), ("Int",))


def _branch(condition: Term, yes: Term, no: Term, rest: Term) -> Term:
    """`((condition; True->[yes]; False->[no]) ; <k>.k) ; rest`"""
    chosen = join(join(condition, "True", push(yes)), "False", push(no))
    whole = join(chosen, STAR, pop("k", variable("k")))
    return whole if rest is SKIP else join(whole, STAR, rest)


@dataclass
class _Tame:
    """Builds sequences piece by piece, knowing the type of everything on the stacks.

    So many percent of the pieces are wild (`chaos`). Each block goes to at most half of what is left, so
    blocks nest no deeper than the logarithm of the size.
    """

    choose: Choose
    features: Features
    definitions: dict[str, _Thunk]
    chaos: int
    counter: int = 0
    makers: list[Callable[[int, _Memory, _Scope], _Made | None]] = field(default_factory=list)

    def __post_init__(self) -> None:
        features = self.features
        # The first is the simplest, and always possible.
        self.makers = [self.constant, self.constant, self.pop, self.pop, self.reuse, self.reuse]
        self.makers += [self.run, self.run, self.sequence, self.escape, self.push_thunk, self.call]
        if features.effects:
            self.makers += [self.effect, self.effect]
        if features.primitives:
            self.makers += [self.operate, self.operate, self.operate, self.branch, self.decide]
        if features.loops:
            self.makers += [self.once, self.few]
            if features.primitives:
                self.makers.append(self.repeat)

    def block(self, size: int, memory: _Memory, scope: _Scope, end: Term = SKIP) -> Term:
        """A term of at most this size, or so much larger as `end` is than a leaf; updates the memory only."""
        pieces: list[_Piece] = []
        scope = dict(scope)
        left = size - 1
        choose = self.choose
        while choose(24) and left > 0:
            if self.chaos and chance(choose, self.chaos):
                made: _Made | None = self.chaotic(left, scope)
            else:
                made = pick(choose, self.makers)(left, memory, scope)
            made = made or self.constant(left, memory, scope) or self.pop(left, memory, scope)
            if made is None:
                break
            left -= made[0]
            pieces.append(made[1])
        result = end
        for piece in reversed(pieces):
            result = piece(result)
        return result

    def constant(self, left: int, memory: _Memory, scope: _Scope) -> _Made | None:
        if left < 2:
            return None
        location = pick(self.choose, self.features.locations)
        stack = memory.setdefault(location, [])
        if not self.features.primitives:
            label = pick(self.choose, (STAR, *self.features.labels))
            stack.append(_Thunk((), (), label))
            return 2, lambda body: push(jump(label), body, location)
        kind = pick(self.choose, _BASES)
        argument = _constant(self.choose, kind, self.features)
        stack.append(kind)
        return 2, lambda body: push(argument, body, location)

    def pop(self, left: int, memory: _Memory, scope: _Scope) -> _Made | None:
        full = [location for location in self.features.locations if memory.get(location)]
        if not full:
            return None
        location = pick(self.choose, full)
        name = pick(self.choose, self.features.names)
        scope[name] = memory[location].pop()
        return 1, lambda body: pop(name, body, location)

    def reuse(self, left: int, memory: _Memory, scope: _Scope) -> _Made | None:
        if not scope or left < 2:
            return None
        name = pick(self.choose, sorted(scope))
        location = pick(self.choose, self.features.locations)
        memory.setdefault(location, []).append(scope[name])
        return 2, lambda body: push(variable(name), body, location)

    def run(self, left: int, memory: _Memory, scope: _Scope) -> _Made | None:
        return self.apply(left, scope, memory)

    def call(self, left: int, memory: _Memory, scope: _Scope) -> _Made | None:
        free = {name: kind for name, kind in self.definitions.items() if name not in scope}
        return self.apply(left, free, memory)

    def apply(self, left: int, kinds: Mapping[str, _Type], memory: _Memory) -> _Made | None:
        stack = memory.setdefault(LAMBDA, [])
        fitting: list[tuple[str, _Thunk]] = []
        for name, kind in kinds.items():
            if isinstance(kind, _Thunk):
                taken = len(kind.inputs)
                if len(stack) >= taken and tuple(stack[len(stack) - taken :]) == kind.inputs:
                    fitting.append((name, kind))
        if not fitting or left < 2:
            return None
        name, thunk = pick(self.choose, fitting)
        del stack[len(stack) - len(thunk.inputs) :]
        stack += thunk.outputs
        return 2, lambda body: join(variable(name), thunk.exit, body)

    def operate(self, left: int, memory: _Memory, scope: _Scope) -> _Made | None:
        stack = memory.get(LAMBDA)
        if not stack:
            return None
        below = stack[-2] if len(stack) > 1 else None
        fitting = _OPERATIONS.get((below, stack[-1])) or _OPERATIONS.get((None, stack[-1]))
        if fitting is None:
            return None
        entry = PRIMITIVES[pick(self.choose, fitting)]
        if entry.name in ("div", "mod") and not chance(self.choose, 20):
            return None  # often a division by zero
        del stack[len(stack) - len(entry.operands) :]
        stack.append(entry.result)
        return 1, lambda body: primitive(entry.name, body)

    def inner(self, left: int) -> int:
        return between(self.choose, 1, max(1, left // 2))

    def sequence(self, left: int, memory: _Memory, scope: _Scope) -> _Made | None:
        if left < 3:
            return None
        inner = self.inner(left)
        first = self.block(inner, memory, scope)
        return inner + 1, lambda body: join(first, STAR, body)

    def escape(self, left: int, memory: _Memory, scope: _Scope) -> _Made | None:
        """Leave with a label that a handler further out, perhaps past others, takes."""
        if left < 4 or not self.features.labels:
            return None
        label = pick(self.choose, self.features.labels)
        inner = self.inner(left - 2)
        first = self.block(inner, memory, scope, jump(label))
        others = [other for other in self.features.labels if other != label]
        if others and chance(self.choose, 50):
            first = join(first, pick(self.choose, others), jump("Skipped"))
        return inner + 3, lambda body: join(first, label, body)

    def thunk(self, size: int, scope: _Scope) -> tuple[Term, _Thunk]:
        inputs: tuple[_Type, ...] = tuple(pick(self.choose, _BASES) for _ in range(self.choose(3)))
        exit = pick(self.choose, (STAR, STAR, STAR, STAR, STAR, *self.features.labels))
        memory: _Memory = {LAMBDA: list(inputs)}
        body = self.block(size, memory, scope, jump(exit))
        # What it leaves elsewhere is not in its type; such a stack only grows.
        return body, _Thunk(inputs, tuple(memory[LAMBDA]), exit)

    def push_thunk(self, left: int, memory: _Memory, scope: _Scope) -> _Made | None:
        if left < 2:
            return None
        inner = self.inner(left - 1)
        body, kind = self.thunk(inner, scope)
        location = pick(self.choose, self.features.locations)
        base = _base(body)
        memory.setdefault(location, []).append(base or kind)
        return inner + 1, lambda rest: push(body, rest, location)

    def decide(self, left: int, memory: _Memory, scope: _Scope) -> _Made | None:
        """A number that depends on a Boolean."""
        known = sorted(name for name, kind in scope.items() if kind == "Bool")
        if left < 10 or not known:
            return None
        name = pick(self.choose, known)
        yes, no = (push(_constant(self.choose, "Int", self.features)) for _ in range(2))
        memory.setdefault(LAMBDA, []).append("Int")
        chosen = join(join(variable(name), "True", yes), "False", no)
        return 10, lambda body: join(chosen, STAR, body)

    def branch(self, left: int, memory: _Memory, scope: _Scope) -> _Made | None:
        stack = memory.get(LAMBDA)
        if left < 18 or not stack or stack[-1] != "Bool":
            return None
        stack.pop()
        inner = (left - 16) // 2
        arms: list[Term] = []
        for _ in range(2):
            # An arm keeps what it made to itself, as far as the types go: only the last is on top.
            end = push(_constant(self.choose, "Int", self.features))
            arms.append(self.block(between(self.choose, 1, inner), {}, scope, end))
        stack.append("Int")
        return 2 * inner + 16, lambda body: pop("c", _branch(variable("c"), arms[0], arms[1], body))

    def balanced(self, size: int, scope: _Scope) -> Term:
        """A term of at most this size that takes away what it made, as a turn of a loop has to."""
        memory: _Memory = {}
        body = self.block(max(1, (2 * size - 3) // 3), memory, scope)
        away = SKIP
        for location, stack in memory.items():
            for _ in stack:
                away = pop(self.features.names[0], away, location)
        return body if away is SKIP else join(body, STAR, away)

    def repeat(self, left: int, memory: _Memory, scope: _Scope) -> _Made | None:
        """A counter in a cell of its own, counted down to zero."""
        if left < 38 or not self.features.labels:
            return None
        self.counter += 1
        cell = f"c{self.counter}"
        label = pick(self.choose, self.features.labels)
        inner = between(self.choose, 1, (left - 36) // 2)
        body = self.balanced(inner, scope)
        down = pop("v", push(variable("v"), jump(label), cell))
        again = push(variable("i"), push(jump(1), primitive("sub", down)))
        test = push(variable("i"), push(jump(0), primitive("gt")))
        decide = pop("c", _branch(variable("c"), again, jump("Stop"), SKIP))
        turn = join(body, STAR, pop("i", join(test, STAR, decide), cell))
        whole = join(loop(turn, label), "Stop", SKIP)
        times = self.choose(6)
        return inner + 36, lambda rest: push(jump(times), join(whole, STAR, rest), cell)

    def few(self, left: int, memory: _Memory, scope: _Scope) -> _Made | None:
        """A loop of one or two turns, which leave with the jump in a cell of its own."""
        if left < 10 or not self.features.labels:
            return None
        self.counter += 1
        cell = f"c{self.counter}"
        label, last = ("True", "False") if self.features.primitives else (self.features.labels[-1], STAR)
        first = pick(self.choose, (last, label))
        inner = between(self.choose, 1, (left - 9) // 2)
        following = pop("i", push(jump(last), variable("i"), cell), cell)
        turn = join(self.balanced(inner, scope), STAR, following)
        return inner + 9, lambda rest: push(jump(first), join(loop(turn, label), last, rest), cell)

    def once(self, left: int, memory: _Memory, scope: _Scope) -> _Made | None:
        """A loop left in its first turn."""
        if left < 3 or len(self.features.labels) < 2:
            return None
        other, label = distinct(self.choose, self.features.labels, 2)
        inner = self.inner(left - 1)
        first = self.block(inner, memory, scope, jump(other))
        return inner + 2, lambda body: join(loop(first, label), other, body)

    def effect(self, left: int, memory: _Memory, scope: _Scope) -> _Made | None:
        location = pick(self.choose, self.features.effects)
        if left < 3:
            return None
        if location == "out":
            base = sorted(name for name, kind in scope.items() if kind in ("Int", "Bool", "Text"))
            argument = variable(pick(self.choose, base)) if base else jump(1)
            return 2, lambda body: push(argument, body, "out")
        name = pick(self.choose, self.features.names)
        scope[name] = "Int" if location == "in" else "Bool"
        if not chance(self.choose, 50):
            return 1, lambda body: pop(name, body, location)
        memory.setdefault(LAMBDA, []).append(scope[name])
        return 3, lambda body: pop(name, push(variable(name), body), location)

    def chaotic(self, left: int, scope: _Scope) -> _Made:
        choose, features = self.choose, self.features
        names = (*scope, *self.definitions)
        size = min(4, left // 2)
        kind = choose(7) if size else 0
        if kind == 1:
            argument = _wild(choose, features, size, names)
            location = pick(choose, features.locations)
            return size + 1, lambda body: push(argument, body, location)
        if kind == 2 and features.primitives:
            name = pick(choose, list(PRIMITIVES))
            return 1, lambda body: primitive(name, body)
        if kind == 3 and names:
            name = pick(choose, names)
            return 2, lambda body: join(variable(name), STAR, body)
        if kind == 4 and features.loops and left > 2:
            first = _wild(choose, features, size, names)
            label = pick(choose, (STAR, *features.labels))
            return size + 2, lambda body: join(loop(first, label), STAR, body)
        if kind == 5:
            first = _wild(choose, features, size, names)
            return size + 1, lambda body: join(first, STAR, body)
        if kind == 6 and features.loops and left > 2 and features.labels:
            label = pick(choose, features.labels)
            endless = loop(self.block(size, {}, scope, jump(label)), label)
            return size + 2, lambda body: join(endless, STAR, body)
        name = pick(choose, features.names)
        location = pick(choose, features.locations)
        return 1, lambda body: pop(name, body, location)


def _operations() -> dict[tuple[_Type | None, _Type], tuple[str, ...]]:
    """The primitives that fit on the two topmost values, by the types of these, top last."""
    found: dict[tuple[_Type | None, _Type], list[str]] = {}
    for entry in PRIMITIVES.values():
        for base in ("Int", "Bool", "Text"):
            operands = tuple(base if operand == "Base" else operand for operand in entry.operands)
            below = operands[:1] if len(operands) == 2 else (None, "Int", "Bool", "Text")
            for other in below:
                names = found.setdefault((other, operands[-1]), [])
                if entry.name not in names:
                    names.append(entry.name)
    return {key: tuple(names) for key, names in found.items()}


_OPERATIONS = _operations()

_LEAF, _PUSH, _POP, _JOIN, _PRIMITIVE, _LOOP = range(6)
_KINDS = (_LEAF,) * 4 + (_PUSH,) * 30 + (_POP,) * 22 + (_JOIN,) * 20 + (_PRIMITIVE,) * 12 + (_LOOP,) * 5


def _wild(choose: Choose, features: Features, size: int, scope: tuple[str, ...]) -> Term:
    """Any construct anywhere; at most so many nodes."""
    labels = (STAR, STAR, *features.labels)
    sources = [*features.locations, *(name for name in features.effects if name != "out")]
    sinks = [*features.locations, *(name for name in features.effects if name == "out")]
    # To do: a term of a size in a scope, or the node of a constructor around the last results.
    todo: list[tuple[int, tuple[str, ...]] | Callable[[list[Term]], Term]] = [(size, scope)]
    done: list[Term] = []
    while todo:
        task = todo.pop()
        if not isinstance(task, tuple):
            done.append(task(done))
            continue
        size, scope = task
        # Chosen for a leaf, too, so that what is left out does not move the choices after it.
        kind = _KINDS[choose(len(_KINDS))]
        if size < 2:
            kind = _LEAF
        if (kind == _PRIMITIVE and not features.primitives) or (kind == _LOOP and not features.loops):
            kind = _POP
        if kind in (_PUSH, _JOIN) and size < 3:
            kind = _POP
        if kind == _LEAF:
            done.append(_leaf(choose, labels, scope))
        elif kind == _PUSH:
            inner = between(choose, 1, max(1, (size - 1) // 2))
            location = pick(choose, sinks)
            todo += [_push(location), (size - 1 - inner, scope)]
            if features.primitives and chance(choose, 40):
                done.append(_constant(choose, pick(choose, _BASES), features))
            else:
                todo.append((inner, scope))
        elif kind == _POP:
            name = pick(choose, features.names)
            todo += [_pop(name, pick(choose, sources)), (size - 1, (*scope, name))]
        elif kind == _JOIN:
            inner = between(choose, 1, size - 2)
            todo += [_join(pick(choose, labels)), (size - 1 - inner, scope), (inner, scope)]
        elif kind == _PRIMITIVE:
            todo += [_primitive(pick(choose, _PRIMITIVE_NAMES)), (size - 1, scope)]
        else:
            todo += [_loop(pick(choose, labels)), (size - 1, scope)]
    return done[0]


_PRIMITIVE_NAMES = tuple(PRIMITIVES)


def _leaf(choose: Choose, labels: Sequence[Jump], scope: Sequence[str]) -> Term:
    # About as often a variable as a jump, which is simpler; by one choice, for that is simpler than two.
    most = len(labels)
    chosen = choose(most + max(most, len(scope)) if scope else most)
    return jump(labels[chosen]) if chosen < most else variable(scope[(most - 1 - chosen) % len(scope)])


def _push(location: str) -> Callable[[list[Term]], Term]:
    def build(done: list[Term]) -> Term:
        body = done.pop()
        return push(done.pop(), body, location)

    return build


def _pop(name: str, location: str) -> Callable[[list[Term]], Term]:
    return lambda done: pop(name, done.pop(), location)


def _join(label: Jump) -> Callable[[list[Term]], Term]:
    def build(done: list[Term]) -> Term:
        handler = done.pop()
        return join(done.pop(), label, handler)

    return build


def _primitive(name: str) -> Callable[[list[Term]], Term]:
    return lambda done: primitive(name, done.pop())


def _loop(label: Jump) -> Callable[[list[Term]], Term]:
    return lambda done: loop(done.pop(), label)
