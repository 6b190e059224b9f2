"""Sequences of the FMC built piece by piece, knowing the type of everything on the stacks."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

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
from calculus.verify.generation.fmc.features import BASES, Features, constant
from calculus.verify.generation.fmc.wild import wild
from calculus.verify.property import Choose


@dataclass(frozen=True)
class Thunk:
    """The type of a thunk: what it takes from λ and leaves there (top last), and its exit."""

    inputs: tuple["_Type", ...]
    outputs: tuple["_Type", ...]
    exit: Jump = STAR


_Type = str | Thunk
UNKNOWN = "?"
"""What is only passed on."""
_Memory = dict[str, list[_Type]]
_Scope = dict[str, _Type]
_Piece = Callable[[Term], Term]
"""Part of a sequence: given what follows, the whole."""
_Made = tuple[int, _Piece]
"""A piece, and how many nodes it adds at most."""


def _base(term: Term) -> str | None:
    """The base type of a literal."""
    label = term.label
    if term.op is not JUMP or label in ("True", "False"):
        return "Bool" if term.op is JUMP else None
    return "Int" if isinstance(label, int) else "Text" if isinstance(label, Text) else None


def countdown(choose: Choose, name: str, features: Features) -> tuple[Term, Thunk]:
    """A recursive definition from Int to Int that ends on all but enormous arguments."""
    operation = pick(choose, ("add", "mul", "sub"))
    again = push(variable("n"), push(jump(1), primitive("sub", variable(name))))
    if chance(choose, 50):
        again = join(again, STAR, push(variable("n"), primitive(operation)))
    small = push(constant(choose, "Int", features))
    body = push(variable("n"), push(jump(12), primitive("lt")))
    inside = push(variable("n"), push(jump(0), primitive("gt", primitive("and"))))
    chosen = pop("t", _branch(variable("t"), again, small, SKIP))
    return pop("n", join(join(body, STAR, inside), STAR, chosen)), Thunk(("Int",), ("Int",))


def _branch(condition: Term, yes: Term, no: Term, rest: Term) -> Term:
    """`((condition; True->[yes]; False->[no]) ; <k>.k) ; rest`"""
    chosen = join(join(condition, "True", push(yes)), "False", push(no))
    whole = join(chosen, STAR, pop("k", variable("k")))
    return whole if rest is SKIP else join(whole, STAR, rest)


@dataclass
class Tame:
    """Builds sequences piece by piece, knowing the type of everything on the stacks.

    So many percent of the pieces are wild (`chaos`). Each block goes to at most half of what is left, so
    blocks nest no deeper than the logarithm of the size.
    """

    choose: Choose
    features: Features
    definitions: dict[str, Thunk]
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
            stack.append(Thunk((), (), label))
            return 2, lambda body: push(jump(label), body, location)
        kind = pick(self.choose, BASES)
        argument = constant(self.choose, kind, self.features)
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
        fitting: list[tuple[str, Thunk]] = []
        for name, kind in kinds.items():
            if isinstance(kind, Thunk):
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

    def thunk(self, size: int, scope: _Scope) -> tuple[Term, Thunk]:
        inputs: tuple[_Type, ...] = tuple(pick(self.choose, BASES) for _ in range(self.choose(3)))
        exit = pick(self.choose, (STAR, STAR, STAR, STAR, STAR, *self.features.labels))
        memory: _Memory = {LAMBDA: list(inputs)}
        body = self.block(size, memory, scope, jump(exit))
        # What it leaves elsewhere is not in its type; such a stack only grows.
        return body, Thunk(inputs, tuple(memory[LAMBDA]), exit)

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
        yes, no = (push(constant(self.choose, "Int", self.features)) for _ in range(2))
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
            end = push(constant(self.choose, "Int", self.features))
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
            argument = wild(choose, features, size, names)
            location = pick(choose, features.locations)
            return size + 1, lambda body: push(argument, body, location)
        if kind == 2 and features.primitives:
            name = pick(choose, list(PRIMITIVES))
            return 1, lambda body: primitive(name, body)
        if kind == 3 and names:
            name = pick(choose, names)
            return 2, lambda body: join(variable(name), STAR, body)
        if kind == 4 and features.loops and left > 2:
            first = wild(choose, features, size, names)
            label = pick(choose, (STAR, *features.labels))
            return size + 2, lambda body: join(loop(first, label), STAR, body)
        if kind == 5:
            first = wild(choose, features, size, names)
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
