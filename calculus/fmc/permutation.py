"""Canonical forms modulo permutation: `A.B.M = B.A.M` for actions at different locations.

The actions before a term form a trace, in the sense of partial commutation: those at one location
keep their order, and a push stays after the pops that bind what it uses. Of all orders that this
allows, the canonical one always takes next the first location (λ, then by name) that can move.
"""

from heapq import heapify, heappop, heappush

from calculus.fmc.matching import body_index, location_of, renamed
from calculus.machine.instructions import POP, PUSH
from calculus.machine.state import location_order
from calculus.term import Term, canonical, free_variables, nameless
from calculus.term.binding import free_variables_at
from calculus.term.node import node, postorder

_Key = tuple[bool, str]


def permuted(term: Term) -> Term:
    """The term with every sequence of actions in the canonical order, without type annotations."""
    done: dict[int, Term] = {}
    clear: dict[int, Term] = {}
    term = canonical(term)
    # What is asked for below, worked out at once in linear time.
    arguments = {id(item.children[0]) for item in postorder(term) if item.op is PUSH}
    free_variables_at(term, lambda item: id(item) in arguments)
    stack = [term]
    while stack:
        top = stack[-1]
        if id(top) in done:
            stack.pop()
            continue
        if id(top) not in clear:
            clear[id(top)] = _apart(top)
        actions, tail = _spine(clear[id(top)])
        parts = [action.children[0] for action in actions if action.op is PUSH]
        parts += tail.children
        missing = [part for part in parts if id(part) not in done]
        if missing:
            stack.extend(missing)
            continue
        stack.pop()
        result = node(tail.op, tail.label, tuple([done[id(part)] for part in tail.children]))
        order = _order(actions) if _has_several_locations(actions) else range(len(actions))
        for number in reversed(order):
            action = actions[number]
            kept = (done[id(action.children[0])],) if action.op is PUSH else ()
            result = node(action.op, action.label, (*kept, result))
        done[id(top)] = result
    return done[id(term)]


def canonical_form(term: Term) -> Term:
    """One nameless node for all terms equal up to permutation and the names of bound variables."""
    return nameless(permuted(term))


def _spine(term: Term) -> tuple[list[Term], Term]:
    actions: list[Term] = []
    while (index := body_index(term)) is not None:
        actions.append(term)
        term = term.children[index]
    return actions, term


def _has_several_locations(actions: list[Term]) -> bool:
    return len({location_of(action) for action in actions}) > 1


def _apart(term: Term) -> Term:
    """The term with bound names in its actions that differ from each other, and from all names that
    are used before they are bound."""
    actions, tail = _spine(term)
    if not _has_several_locations(actions):
        return term
    seen: set[str] = set()
    apart: list[Term] = []
    place = term
    while (index := body_index(place)) is not None:
        if place.op is PUSH:
            seen |= free_variables(place.children[0])
        elif place.op is POP and place.label[1] != "_":
            if place.label[1] in seen:
                place = renamed(place, frozenset(seen))
            seen.add(place.label[1])
        apart.append(place)
        place = place.children[index]
    if all(old is new for old, new in zip(actions, apart, strict=True)):
        return term
    tail = place
    for action in reversed(apart):
        kept = action.children[:1] if action.op is PUSH else ()
        tail = node(action.op, action.label, (*kept, tail))
    return tail


def _order(actions: list[Term]) -> list[int]:
    """The numbers of the actions in the canonical order; all bound names are different."""
    queues: dict[_Key, list[int]] = {}
    binders: dict[str, int] = {}
    waits: list[int] = [0] * len(actions)
    users: dict[int, list[int]] = {}
    for number, action in enumerate(actions):
        queues.setdefault(location_order(location_of(action)), []).append(number)
        if action.op is POP:
            binders[action.label[1]] = number
        elif action.op is PUSH:
            for name in free_variables(action.children[0]) & binders.keys():
                waits[number] += 1
                users.setdefault(binders[name], []).append(number)
    for queue in queues.values():
        queue.reverse()
    keys = {queue[-1]: key for key, queue in queues.items()}
    ready = [(key, number) for number, key in keys.items() if not waits[number]]
    heapify(ready)
    order: list[int] = []
    while ready:
        key, number = heappop(ready)
        order.append(number)
        for user in users.get(number, ()):
            waits[user] -= 1
            if not waits[user] and user in keys:
                heappush(ready, (keys[user], user))
        queue = queues[key]
        queue.pop()
        if queue:
            keys[queue[-1]] = key
            if not waits[queue[-1]]:
                heappush(ready, (key, queue[-1]))
    return order


__all__ = ["canonical_form", "permuted"]
