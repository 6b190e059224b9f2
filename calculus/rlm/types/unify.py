"""Unification of types, and the flow of effects."""

from calculus.rlm.types.nodes import (
    GENERIC,
    Con,
    Effect,
    Function,
    Meta,
    Scheme,
    Type,
    find,
    find_effect,
    parts,
    walk,
)
from calculus.source.text import Span


class Mismatch(Exception):
    """Two types that cannot be the same: `expected` and `found` are the smallest parts that differ."""

    def __init__(self, expected: Type, found: Type, why: str = "") -> None:
        super().__init__(why)
        self.expected = expected
        self.found = found
        self.why = why


class Impure(Exception):
    """A function that should be pure may call the oracle, at `span`."""

    def __init__(self, span: Span | None) -> None:
        super().__init__()
        self.span = span


def unify(expected: Type, found: Type) -> None:
    """Make two types the same. Raises `Mismatch` or `Impure`."""
    stack = [(expected, found)]
    while stack:
        left, right = (find(item) for item in stack.pop())
        if left is right:
            continue
        match left, right:
            case Meta(), _:
                _fill(left, right, left, right)
            case _, Meta():
                _fill(right, left, left, right)
            case Con(), Con() if left.name == right.name:
                stack += zip(left.arguments, right.arguments, strict=True)
            case Function(), Function():
                same_effect(left.effect, right.effect)
                stack += [(left.result, right.result), (left.argument, right.argument)]
            case _:
                raise Mismatch(left, right)


def _fill(meta: Meta, type: Type, expected: Type, found: Type) -> None:
    if isinstance(type, Meta):
        type.level = min(type.level, meta.level)
        type.data |= meta.data
    else:
        for item in walk(type):
            if item is meta:
                raise Mismatch(expected, found, "a type would contain itself")
            if isinstance(item, Meta):
                item.level = min(item.level, meta.level)
                item.data |= meta.data
            elif isinstance(item, Function):
                if meta.data:
                    raise Mismatch(
                        expected, found, "lists and pairs hold texts, numbers and such, not functions"
                    )
                effect = find_effect(item.effect)
                effect.level = min(effect.level, meta.level)
    meta.forward = type


def same_effect(left: Effect, right: Effect) -> None:
    left, right = find_effect(left), find_effect(right)
    if left is right:
        return
    left.forward = right
    right.level = min(left.level, right.level)
    right.flows += left.flows
    right.pure |= left.pure
    if left.neural:
        make_neural(right, left.span)
    elif right.neural:
        for target in left.flows:
            make_neural(target, right.span)
        if right.pure:
            raise Impure(right.span)


def flow(source: Effect, target: Effect) -> None:
    """What happens in `source` happens in `target`, too."""
    source, target = find_effect(source), find_effect(target)
    if source is target:
        return
    source.flows.append(target)
    if source.neural:
        make_neural(target, source.span)


def make_neural(effect: Effect, span: Span | None) -> None:
    """The oracle may be called, and so in all that the effect flows to."""
    stack = [effect]
    while stack:
        top = find_effect(stack.pop())
        if top.neural:
            continue
        top.neural, top.span = True, span
        if top.pure:
            raise Impure(span)
        stack += top.flows


def must_be_pure(effect: Effect) -> None:
    effect = find_effect(effect)
    effect.pure = True
    if effect.neural:
        raise Impure(effect.span)


def generalize(type: Type, level: int) -> Scheme:
    """Quantify what belongs to no level around: all of a level above `level`."""
    for item in walk(type):
        if isinstance(item, Meta) and item.level > level:
            item.level = GENERIC
        elif isinstance(item, Function):
            effect = find_effect(item.effect)
            if effect.level > level:
                effect.level = GENERIC
    return Scheme(type)


def instantiate(scheme: Scheme, level: int) -> Type:
    """The scheme's type with new variables for the quantified ones."""
    made: dict[int, Type] = {}
    effects: dict[int, Effect] = {}
    order: list[Effect] = []
    stack = [(scheme.type, False)]
    while stack:
        item, entered = stack.pop()
        item = find(item)
        if id(item) in made:
            continue
        if not entered:
            stack.append((item, True))
            stack += [(part, False) for part in parts(item)]
            continue
        match item:
            case Meta():
                made[id(item)] = Meta(level, item.data) if item.level == GENERIC else item
            case Con(name=name, arguments=arguments):
                new = tuple(made[id(find(argument))] for argument in arguments)
                made[id(item)] = Con(name, new) if arguments else item
            case Function(argument=argument, result=result, effect=effect):
                copy = _copy(find_effect(effect), effects, order, level)
                made[id(item)] = Function(made[id(find(argument))], made[id(find(result))], copy)
    for effect in order:
        for target in effect.flows:
            target = find_effect(target)
            flow(effects[id(effect)], effects.get(id(target), target))
    return made[id(find(scheme.type))]


def _copy(effect: Effect, effects: dict[int, Effect], order: list[Effect], level: int) -> Effect:
    """A new effect for a quantified one; the quantified ones that it flows to are copied along."""
    waiting = [effect]
    while waiting:
        top = waiting.pop()
        if id(top) in effects:
            continue
        if top.level != GENERIC:
            effects[id(top)] = top
            continue
        new = Effect(level, top.neural, top.span)
        new.pure = top.pure
        effects[id(top)] = new
        order.append(top)
        waiting += [find_effect(target) for target in top.flows]
    return effects[id(effect)]
