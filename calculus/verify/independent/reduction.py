"""One-step reduction as in a textbook: recursive, by cases, on copies of terms.

An oracle: it shares nothing with the package but the nodes and the textbook substitution.
"""

from collections.abc import Iterator

from calculus.machine.instructions import JOIN, JUMP, LAMBDA, LOOP, POP, PRIMITIVE, PUSH
from calculus.term import Term, node, variable
from calculus.verify.independent.binding import free, substitute
from calculus.verify.independent.machine import arity, same
from calculus.verify.independent.machine import operate as compute

ACTIONS = (PUSH, POP, PRIMITIVE)


def place(action: Term) -> str:
    found: str = LAMBDA if action.op is PRIMITIVE else action.label[0] if action.op is POP else action.label
    return found


def body(action: Term) -> Term:
    return action.children[1] if action.op is PUSH else action.children[0]


def with_body(action: Term, new: Term) -> Term:
    kept = action.children[:1] if action.op is PUSH else ()
    return node(action.op, action.label, (*kept, new))


def apart(action: Term, value: Term) -> Term:
    """The action with a bound name that is not free in `value`."""
    if action.op is not POP or action.label[1] not in free(value):
        return action
    location, old = action.label
    used = free(value) | free(action)
    new = next(f"w{i}" for i in range(len(used) + 1) if f"w{i}" not in used)
    return node(POP, (location, new), (substitute(body(action), old, variable(new)),))


def meet(value: Term, location: str, rest: Term) -> Term | None:
    """`rest` after its first action at `location`, a pop, has taken `value`."""
    if rest.op not in ACTIONS:
        return None
    if place(rest) == location:
        return substitute(body(rest), rest.label[1], value) if rest.op is POP else None
    rest = apart(rest, value)
    after = meet(value, location, body(rest))
    return None if after is None else with_body(rest, after)


def operate(operands: tuple[Term, ...], rest: Term) -> Iterator[Term]:
    """`rest` after a primitive that stands next at λ, or after one more constant, is computed."""
    if rest.op not in ACTIONS:
        return
    if place(rest) != LAMBDA:
        for after in operate(operands, body(rest)):
            yield with_body(rest, after)
    elif rest.op is PUSH and rest.children[0].op is JUMP and len(operands) == 1:
        yield from operate((*operands, rest.children[0]), body(rest))
    elif rest.op is PRIMITIVE and len(operands) == arity(rest.label):
        stack = list(operands)
        if compute(rest.label, stack) is None:
            yield node(PUSH, LAMBDA, (stack[0], body(rest)))


def at_root(term: Term) -> Iterator[tuple[str, Term]]:
    if term.op is PUSH:
        argument, rest = term.children
        after = meet(argument, term.label, rest)
        if after is not None:
            yield "beta", after
        if term.label == LAMBDA and argument.op is JUMP:
            for after in operate((argument,), rest):
                yield "delta", after
    if term.op is LOOP:
        yield "unroll", node(JOIN, term.label, (term.children[0], term))
    if term.op is not JOIN:
        return
    first, handler = term.children
    label = term.label
    if first.op is JUMP:
        yield ("select", handler) if same(first.label, label) else ("reject", first)
    if first.op in ACTIONS:
        action = apart(first, handler)
        yield "prefix", with_body(action, node(JOIN, label, (body(action), handler)))
    if first.op is JOIN and same(first.label, label):
        inner, other = first.children
        yield "assoc", node(JOIN, label, (inner, node(JOIN, label, (other, handler))))
    if handler.op is JUMP and same(handler.label, label):
        yield "unit", first
    if first.op is LOOP and same(first.label, label):
        yield "exit", first


def reducts(term: Term) -> Iterator[tuple[str, tuple[int, ...], Term]]:
    """Every one-step reduct, with the rule (`delta` for all primitives) and the position."""
    for rule, after in at_root(term):
        yield rule, (), after
    for index, child in enumerate(term.children):
        for rule, position, after in reducts(child):
            children = (*term.children[:index], after, *term.children[index + 1 :])
            yield rule, (index, *position), node(term.op, term.label, children)
