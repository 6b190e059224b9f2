"""Matching the patterns of `calculus.fmc.rules` with terms, and building their right sides.

Recursion is on patterns, which are a few constructs deep, never on terms.
"""

from collections.abc import Mapping
from typing import Any

from calculus.fmc.rules import (
    BodyOf,
    Computed,
    Condition,
    Context,
    Defined,
    Differ,
    Hole,
    JoinOf,
    JumpOf,
    Label,
    Literal,
    LoopOf,
    Name,
    NoActionAt,
    NotCaptured,
    Pattern,
    Place,
    PopOf,
    PrimitiveOf,
    PushOf,
    Rule,
    Substitution,
)
from calculus.machine.instructions import (
    JOIN,
    JUMP,
    LAMBDA,
    LOOP,
    POP,
    PRIMITIVE,
    PUSH,
    VARIABLE,
    Jump,
    join,
    jump,
    loop,
)
from calculus.machine.primitives import PRIMITIVES, PrimitiveFailure, apply, base_type, fits
from calculus.term import Term, free_variables, substitute, variable
from calculus.term.binding import fresh
from calculus.term.node import like, node

Match = dict[str, Any]
"""What the metavariables stand for, by name: a term, a label, a location, a name, or the actions of
a context (their nodes, in order)."""


def location_of(action: Term) -> str:
    """The location of a push, a pop or a primitive."""
    if action.op is POP:
        place: str = action.label[0]
        return place
    return action.label if action.op is PUSH else LAMBDA


def body_index(action: Term) -> int | None:
    """Which child of an action is its body; None for what is no action."""
    op = action.op
    if op is PUSH:
        return 1
    return 0 if op is POP or op is PRIMITIVE else None


def match_rule(rule: Rule, term: Term, definitions: Mapping[str, Term] | None = None) -> Match | None:
    """How the left side of a rule is the root of `term`, its conditions met; None if it is not.

    Where a condition asks for names that do not clash, those of the term are changed first.
    """
    found = _match_once(rule, term, {})
    if found is None:
        return None
    avoid: dict[str, frozenset[str]] = {}
    for condition in rule.conditions:
        if isinstance(condition, NotCaptured):
            actions = found[condition.context]
            free = free_variables(found[condition.hole]) if _binds(actions) else frozenset()
            if any(action.op is POP and action.label[1] in free for action in actions):
                avoid[condition.context] = free
        elif not holds(condition, found):
            return None
    if rule.left.__class__ is Name and (definitions is None or found["d"] not in definitions):
        return None
    return _match_once(rule, term, avoid) if avoid else found


def _match_once(rule: Rule, term: Term, avoid: Mapping[str, frozenset[str]]) -> Match | None:
    found: Match = {}
    return found if _match(rule.left, term, found, avoid) else None


def _binds(actions: list[Term]) -> bool:
    return any(action.op is POP for action in actions)


def holds(condition: Condition, found: Match) -> bool:
    """Whether a condition holds; those that the matcher sees to itself always do."""
    match condition:
        case Differ(left, right):
            return not same_label(found[left.name], found[right.name])
        case Defined(primitive, operands):
            return computed(primitive, tuple(found[item.name] for item in operands)) is not None
    return True


def same_label(left: Jump, right: Jump) -> bool:
    return left == right and type(left) is type(right)


def computed(primitive: str, operands: tuple[Jump, ...]) -> Jump | None:
    """The result of a primitive on constants; None if it has none."""
    entry = PRIMITIVES[primitive]
    if not fits(entry, operands):
        return None
    try:
        return apply(entry, operands)
    except PrimitiveFailure:
        return None


def _same(found: Match, name: str, value: Any) -> bool:
    """Bind a metavariable, or compare with what it is bound to."""
    if name not in found:
        found[name] = value
        return True
    return type(found[name]) is type(value) and found[name] == value


def _match(pattern: Pattern, term: Term, found: Match, avoid: Mapping[str, frozenset[str]]) -> bool:
    op = term.op
    match pattern:
        case Hole(name):
            return _same(found, name, term)
        case Context(name):
            return _match_context(pattern, term, found, avoid)
        case PushOf() | PopOf() | PrimitiveOf():
            if not match_action(pattern, term, found):
                return False
            index = body_index(term)
            return _match(pattern.body, term.children[index or 0], found, avoid)
        case JumpOf(label):
            return op is JUMP and _match_label(label, term.label, found)
        case JoinOf(first, label, handler):
            if op is not JOIN or not _match_label(label, term.label, found):
                return False
            left, right = term.children
            return _match(first, left, found, avoid) and _match(handler, right, found, avoid)
        case LoopOf(body, label):
            return (
                op is LOOP
                and _match_label(label, term.label, found)
                and _match(body, term.children[0], found, avoid)
            )
        case Name(name):
            return op is VARIABLE and _same(found, name, term.label)
    raise TypeError(f"{pattern} does not occur on a left side")


def _match_label(pattern: Any, label: Jump, found: Match) -> bool:
    if isinstance(pattern, Literal) and base_type(label) is None:
        return False
    return _same(found, pattern.name, label)


def match_action(pattern: Pattern, term: Term, found: Match) -> bool:
    """Match an action without its body."""
    match pattern:
        case PushOf(argument, location):
            return (
                term.op is PUSH
                and _match_place(location, term.label, found)
                and _match(argument, term.children[0], found, {})
            )
        case PopOf(location, binder):
            return (
                term.op is POP
                and _match_place(location, term.label[0], found)
                and _same(found, binder.name, term.label[1])
            )
        case PrimitiveOf(name):
            return term.op is PRIMITIVE and term.label == name
    return False


def _match_place(pattern: Place | str, location: str, found: Match) -> bool:
    if isinstance(pattern, Place):
        return _same(found, pattern.name, location)
    return pattern == location


def _match_context(pattern: Context, term: Term, found: Match, avoid: Mapping[str, frozenset[str]]) -> bool:
    """Take the actions of a context: so many as it has, or all before the action that follows it."""
    names = avoid.get(pattern.name)
    stop = None if pattern.length is not None else _place_of(pattern.body, found)
    actions: list[Term] = []
    while len(actions) != pattern.length:
        index = body_index(term)
        if index is None:
            break
        if stop is not None and location_of(term) == stop:
            break
        if names and term.op is POP and term.label[1] in names:
            term = renamed(term, names)
        actions.append(term)
        term = term.children[index]
    if pattern.length is not None and len(actions) != pattern.length:
        return False
    found[pattern.name] = actions
    return _match(pattern.body, term, found, avoid)


def _place_of(pattern: Pattern, found: Match) -> str:
    match pattern:
        case PushOf(_, location) | PopOf(location):
            return found[location.name] if isinstance(location, Place) else location
        case PrimitiveOf():
            return LAMBDA
    raise TypeError(f"a context of any length stands before an action, not before {pattern}")


def renamed(term: Term, avoid: frozenset[str]) -> Term:
    """A pop with another bound name, which is none of `avoid`."""
    location, name = term.label
    body, *rest = term.children
    new = fresh(name, avoid | free_variables(body))
    body = substitute(body, {name: variable(new)})
    return like(term, (location, new), (body, *rest))


def build(pattern: Pattern, found: Match, root: Term, definitions: Mapping[str, Term] | None = None) -> Term:
    """The term that a right side is, given what its metavariables stand for."""
    match pattern:
        case Hole(name):
            term: Term = found[name]
            return term
        case Context(name, body):
            return wrapped(found[name], build(body, found, root, definitions))
        case PushOf(argument, location, body):
            place = found[location.name] if isinstance(location, Place) else location
            pushed = build(argument, found, root, definitions)
            return node(PUSH, place, (pushed, build(body, found, root, definitions)))
        case JumpOf(Computed(primitive, operands)):
            result = computed(primitive, tuple(found[item.name] for item in operands))
            assert result is not None
            return jump(result)
        case JumpOf(Label(name) | Literal(name)):
            return jump(found[name])
        case JoinOf(first, label, handler):
            children = build(first, found, root, definitions), build(handler, found, root, definitions)
            if root.op is JOIN:
                return like(root, found[label.name], children)
            return join(children[0], found[label.name], children[1])
        case LoopOf(body, label):
            if root.op is LOOP:
                return root
            return loop(build(body, found, root, definitions), found[label.name])
        case Substitution(argument, binder, hole):
            return substitute(found[hole.name], {found[binder.name]: found[argument.name]})
        case BodyOf(name):
            assert definitions is not None
            return definitions[found[name.name]]
    raise TypeError(f"{pattern} does not occur on a right side")


def wrapped(actions: list[Term], body: Term) -> Term:
    """The actions, in order, before a body of their own."""
    for action in reversed(actions):
        children = list(action.children)
        children[body_index(action) or 0] = body
        body = like(action, action.label, tuple(children))
    return body


__all__ = [
    "Match",
    "NoActionAt",
    "body_index",
    "build",
    "computed",
    "holds",
    "location_of",
    "match_action",
    "match_rule",
    "renamed",
    "same_label",
    "wrapped",
]
