"""Matching the patterns of `calculus.rmc.rules` with flat terms, and building their right sides.

A pattern `M;N` matches a sequence at a factor: what is no hole is one factor, a hole on the left is one too,
and a hole on the right is all that follows. What follows the match is not looked at and stays. Sums are
matched in the same way. Recursion is on patterns, which are a few constructs deep, never on terms.
"""

from collections.abc import Collection, Mapping
from typing import Any

from calculus.machine.relational.instructions import (
    CALL,
    CONSTANT,
    FAIL,
    FAILURE,
    NEW,
    NOTHING,
    POP,
    PUSH,
    RELATION,
    SEQUENCE,
    SKIP,
    STAR,
    SUM,
    TEST,
    VARIABLE,
    constant,
    pop,
    push,
    sequence,
    star,
    test,
    variable,
)
from calculus.machine.relational.relations import Refused, Unready, solve
from calculus.rmc.mgu import mgu
from calculus.rmc.rules import (
    Away,
    Binder,
    Block,
    BodyOf,
    CallOf,
    Clashing,
    Condition,
    Differ,
    FailOf,
    Hole,
    Known,
    NewOf,
    NotFree,
    Pattern,
    Place,
    PopOf,
    PushOf,
    RelationOf,
    Rule,
    SequenceOf,
    SkipOf,
    Solution,
    StarOf,
    SumOf,
    TestOf,
    Unifiable,
    Value,
)
from calculus.rmc.structure import flat, joined
from calculus.term import Op, Term, canonical, free_variables
from calculus.term.binding import fresh, names_in, substitute
from calculus.term.node import located, node, postorder

Match = dict[str, Any]
"""What the metavariables stand for, by name: a term, a value, a location or a bound name. `rest` is what
follows the match, with its operator, and `binders` the names that a block binds."""

_LEAVES: Mapping[type, Op] = {SkipOf: SKIP, FailOf: FAIL}


def match_rule(
    rule: Rule, term: Term, binders: Collection[str] = (), definitions: Mapping[str, Term] | None = None
) -> Match | None:
    """How the left side of a rule is at the root of a flat term, its conditions met; None if it is not.

    `binders` are the names bound by the chain of `ex` right above the sequence that the term is or ends. Of a
    block, what is matched is the pair.
    """
    pattern = rule.left.pair if isinstance(rule.left, Block) else rule.left
    found: Match = {"binders": binders}
    if not _match(pattern, term, found):
        return None
    if not all(_holds(condition, found) for condition in rule.conditions):
        return None
    if isinstance(rule.left, CallOf) and (definitions is None or term.label not in definitions):
        return None
    return found


def _match(pattern: Pattern, term: Term, found: Match) -> bool:
    match pattern:
        case Hole(name) | RelationOf(name) | CallOf(name):
            found[name] = term
            if isinstance(pattern, Hole):
                return True
            return term.op is (RELATION if isinstance(pattern, RelationOf) else CALL)
        case SkipOf() | FailOf():
            return term.op is _LEAVES[type(pattern)]
        case SequenceOf(first, second):
            return _match_pair(SEQUENCE, first, second, term, found)
        case SumOf(first, second):
            return _match_pair(SUM, first, second, term, found)
        case NewOf(binder, body):
            if term.op is not NEW:
                return False
            found[binder.name] = term.label[0]
            return _match(body, term.children[0], found)
        case StarOf(body):
            return term.op is STAR and _match(body, term.children[0], found)
        case PushOf(value, place):
            return term.op is PUSH and _match_action(value, place, term, found)
        case PopOf(value, place):
            return term.op is POP and _match_action(value, place, term, found)
        case TestOf(left, right):
            if term.op is not TEST:
                return False
            found[left.name], found[right.name] = term.children
            return True
    raise TypeError(f"{pattern} is no left side")


def _match_pair(op: Op, first: Pattern, second: Pattern, term: Term, found: Match) -> bool:
    if term.op is not op or not _match(first, term.children[0], found):
        return False
    rest = term.children[1]
    if isinstance(second, Hole):
        return _match(second, rest, found)
    if rest.op is op:
        found["rest"] = (op, rest.children[1])
        rest = rest.children[0]
    return _match(second, rest, found)


def _match_action(value: Value, place: Place, term: Term, found: Match) -> bool:
    found[value.name] = term.children[0]
    return bool(found.setdefault(place.name, term.label) == term.label)


def _holds(condition: Condition, found: Match) -> bool:
    match condition:
        case Differ(left, right):
            return bool(found[left.name] != found[right.name])
        case NotFree(binder, hole, renamed):
            return renamed or found[binder.name] not in free_variables(found[hole.name])
        case Clashing(left, right):
            return unifier(found[left.name], found[right.name], ()) is None
        case Unifiable(left, right):
            solution = unifier(found[left.name], found[right.name], found["binders"])
            return solution is not None and solution.keys() <= set(found["binders"])
        case Known(relation):
            return _solved(found[relation.name]) is not None
        case Away(place, hole):
            return not _uses(found[place.name], found[hole.name])


def unifier(left: Term, right: Term, binders: Collection[str]) -> dict[str, Term] | None:
    """A most general unifier that binds the binders rather than other variables."""
    mine = frozenset(binders)
    names = sorted(free_variables(left) | free_variables(right), key=lambda name: (name in mine, name))
    return mgu([(canonical(left), canonical(right))], names)


def _uses(place: str, term: Term) -> bool:
    return any(
        item.op is CALL or (item.op in (PUSH, POP) and item.label == place) for item in postorder(term)
    )


def _solved(relation: Term) -> Term | None:
    """What a relation comes to; None if that depends on variables or is an error."""
    numbers: list[int | None] = []
    for value in relation.children:
        is_number = value.op is CONSTANT and type(value.label) is int
        if not is_number and value.op is not VARIABLE:
            return None
        numbers.append(value.label if is_number else None)
    try:
        solution = solve(relation.label, tuple(numbers))
    except (Unready, Refused):
        return None
    if solution is None:
        return FAILURE
    pairs = zip(relation.children, numbers, solution, strict=True)
    return sequence(*(test(value, constant(new)) for value, old, new in pairs if old is None))


# Building


def build(pattern: Pattern, found: Match, definitions: Mapping[str, Term] | None = None) -> Term:
    """The flat term that a right side is, but for a `Solved` block."""
    match pattern:
        case Hole(name):
            term: Term = found[name]
            return term
        case SkipOf():
            return NOTHING
        case FailOf():
            return FAILURE
        case SequenceOf(first, second):
            return joined(SEQUENCE, (build(first, found), build(second, found)))
        case SumOf(first, second):
            return joined(SUM, (build(first, found), build(second, found)))
        case NewOf(binder, body):
            return node_new(found[binder.name], build(body, found))
        case StarOf(body):
            return star(build(body, found))
        case PushOf(value, place):
            return push(found[value.name], found.get(place.name, place.name))
        case PopOf(value, place):
            return pop(found[value.name], found.get(place.name, place.name))
        case Solution(relation):
            solved = _solved(found[relation.name])
            assert solved is not None
            return solved
        case BodyOf(call):
            assert definitions is not None
            return flat(definitions[found[call.name].label])
    raise TypeError(f"{pattern} is no right side")


def node_new(name: str, body: Term) -> Term:
    """`ex name. body`, at the body's place in the source."""
    return node(NEW, (name,), (body,)) if body.span is None else located(NEW, (name,), (body,), body.span)


def renamed_apart(rule: Rule, found: Match) -> None:
    """Rename what a match binds where a condition asks for it."""
    for condition in rule.conditions:
        if isinstance(condition, NotFree) and condition.renamed:
            old, other = found[condition.binder.name], found[condition.hole.name]
            if old in free_variables(other):
                body = _body_of(condition.binder, rule.left)
                new = fresh(old, names_in([other, found[body]]))
                found[body] = substitute(found[body], {old: variable(new)})
                found[condition.binder.name] = new


def _body_of(binder: Binder, pattern: Pattern) -> str:
    """The hole in which a binder of a left side binds."""
    waiting = [pattern]
    while waiting:
        item = waiting.pop()
        if isinstance(item, NewOf) and item.binder == binder and isinstance(item.body, Hole):
            return item.body.name
        if isinstance(item, SequenceOf):
            waiting += (item.first, item.second)
    raise TypeError(f"{pattern} does not bind {binder.name}")
