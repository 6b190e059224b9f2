"""Terms of the FMC with any construct anywhere."""

from collections.abc import Callable, Sequence

from calculus.machine.instructions import (
    STAR,
    Jump,
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
from calculus.verify.generation.choices import between, chance, pick
from calculus.verify.generation.fmc.features import BASES, Features, constant
from calculus.verify.property import Choose

_LEAF, _PUSH, _POP, _JOIN, _PRIMITIVE, _LOOP = range(6)
_KINDS = (_LEAF,) * 4 + (_PUSH,) * 30 + (_POP,) * 22 + (_JOIN,) * 20 + (_PRIMITIVE,) * 12 + (_LOOP,) * 5


def wild(choose: Choose, features: Features, size: int, scope: tuple[str, ...]) -> Term:
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
                done.append(constant(choose, pick(choose, BASES), features))
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
