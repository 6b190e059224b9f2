"""Terms up to the structural equations.

| equation | here |
|---|---|
| `;` is associative, `1` its unit | sequences nest to the right and have no `1` |
| `+` is associative and commutative | sums nest to the right; a canonical form sorts them |
| `ex x. ex y. M = ex y. ex x. M`, renaming | a canonical form orders and names what is bound |
| pushes at different locations commute, and so do pops | a canonical form sorts neighbours by location |

`flat` does the first and makes a term on which `calculus.rmc.reduction` works; places in the source stay.
`canonical_form` does all.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any

from calculus.machine.relational.instructions import (
    NEW,
    NOTHING,
    POP,
    PUSH,
    SEQUENCE,
    SKIP,
    STAR,
    SUM,
    VARIABLE,
    sequence,
    sum_of,
    variable,
)
from calculus.machine.state import location_order
from calculus.rmc.spans import canonical_names
from calculus.source.text import Span as Place
from calculus.term import Op, Term, canonical, free_variables
from calculus.term.binding import substitute
from calculus.term.node import like, located, node

_NESTED = (SEQUENCE, SUM)


def parts(term: Term, op: Op) -> list[Term]:
    """What a sequence or a sum is made of, however it nests."""
    found: list[Term] = []
    stack = [term]
    while stack:
        item = stack.pop()
        if item.op is op:
            stack += reversed(item.children)
        else:
            found.append(item)
    return found


def nested(op: Op, items: Sequence[Term]) -> Term:
    """The sequence or the sum of at least one item, to the right."""
    result = items[-1]
    for item in reversed(items[:-1]):
        result = _pair(op, item, result)
    return result


def _pair(op: Op, first: Term, rest: Term) -> Term:
    place = first.span
    if place is None:
        return node(op, None, (first, rest))
    end = rest.span
    if end is not None and end.source is place.source and end.end > place.end:
        place = Place(place.source, place.start, end.end, place.end)
    return located(op, None, (first, rest), place)


def joined(op: Op, children: Iterable[Term]) -> Term:
    """The sequence or the sum of flat terms, flat."""
    items = [item for child in children for item in parts(child, op)]
    if op is SEQUENCE:
        items = [item for item in items if item.op is not SKIP]
    return nested(op, items) if items else NOTHING


def paired(op: Op, first: Term, rest: Term) -> Term:
    """`joined` of two, in constant time if that changes neither."""
    if first.op is op:
        return joined(op, (first, rest))
    if op is SEQUENCE and SKIP in (first.op, rest.op):
        return rest if first.op is SKIP else first
    return _pair(op, first, rest)


def flat(term: Term) -> Term:
    """The term with its sequences and sums nested to the right, and no `1` in a sequence."""
    done: dict[int, Term] = {}
    stack: list[tuple[Term, list[Term] | None]] = [(term, None)]
    while stack:
        item, inner = stack.pop()
        if id(item) in done:
            continue
        if inner is None:
            inner = parts(item, item.op) if item.op in _NESTED else _terms_in(item)
            stack.append((item, inner))
            stack += [(part, None) for part in inner if id(part) not in done]
        elif item.op in _NESTED:
            done[id(item)] = joined(item.op, [done[id(part)] for part in inner])
        else:
            same = all(done[id(part)] is part for part in inner)
            done[id(item)] = item if same else like(item, item.label, tuple(done[id(part)] for part in inner))
    return done[id(term)]


def _terms_in(item: Term) -> list[Term]:
    return list(item.children) if item.op in (NEW, STAR) else []


def binders(term: Term) -> tuple[list[str], Term]:
    """The names that a chain of `ex` binds, outermost first, and what it is before."""
    names: list[str] = []
    while term.op is NEW:
        names.append(term.label[0])
        term = term.children[0]
    return names, term


# Canonical forms


def canonical_form(term: Term) -> Term:
    """One node for all terms that are equal by the structural equations.

    Summands that differ only in the variables of outer `ex` may escape: then equal terms can have different
    forms, but different terms never have the same.
    """
    term = _commuted(flat(canonical(term)))
    # Which summand comes first does not depend on names at first, then on names that depend on that.
    term = _named(_sorted(term, nameless=True))
    return _named(_sorted(_named(_sorted(term, nameless=False)), nameless=False))


def _commuted(term: Term) -> Term:
    """Neighbouring pushes sorted by location, and neighbouring pops."""

    def sort(items: list[Term]) -> list[Term]:
        found: list[Term] = []
        for op, group in groupby(items, key=lambda item: item.op):
            ordered = list(group)
            if op is PUSH or op is POP:
                ordered.sort(key=lambda item: location_order(item.label))
            found += ordered
        return found

    return _rebuilt(term, SEQUENCE, sort)


def _sorted(term: Term, nameless: bool) -> Term:
    """Sums sorted by what their summands look like."""
    return _rebuilt(term, SUM, lambda items: sorted(items, key=lambda item: _look(item, nameless)))


def _rebuilt(term: Term, op: Op, change: Any) -> Term:
    """The flat term with the parts of every sequence or sum changed."""
    done: dict[int, Term] = {}
    stack: list[tuple[Term, list[Term] | None]] = [(term, None)]
    while stack:
        item, inner = stack.pop()
        if id(item) in done:
            continue
        if inner is None:
            inner = parts(item, item.op) if item.op in _NESTED else _terms_in(item)
            stack.append((item, inner))
            stack += [(part, None) for part in inner if id(part) not in done]
            continue
        built = [done[id(part)] for part in inner]
        if item.op in _NESTED:
            done[id(item)] = nested(item.op, change(built) if item.op is op else built)
        else:
            done[id(item)] = node(item.op, item.label, tuple(built)) if built else item
    return done[id(term)]


def _look(term: Term, nameless: bool) -> tuple[tuple[str, str, int], ...]:
    """A key that is equal for equal terms, with or without the names of variables."""
    found: list[tuple[str, str, int]] = []
    stack = [term]
    while stack:
        item = stack.pop()
        hidden = nameless and (item.op is VARIABLE or item.op is NEW)
        found.append((item.op.name, "" if hidden else repr(item.label), len(item.children)))
        stack += reversed(item.children)
    return tuple(found)


def _named(term: Term) -> Term:
    """The term with the names of each chain of `ex` in the order in which they occur in it, and called by how
    many are bound outside."""
    return _Naming(free_variables(term)).named(_Naming(()).apart(term))


class _Naming:
    """Gives new names to what is bound."""

    def __init__(self, taken: Iterable[str]) -> None:
        self.taken = frozenset(taken)
        self.pretty: list[str] = []
        self.names = (name for name in canonical_names() if name not in self.taken)
        self.made = 0

    def apart(self, term: Term) -> Term:
        """The term in which no two binders have the same name."""

        def enter(chain: list[str], body: Term, depth: int) -> tuple[list[str], list[str]]:
            start, self.made = self.made, self.made + len(chain)
            return chain, [f"?{number}" for number in range(start, self.made)]

        return self._renamed(term, enter)

    def named(self, term: Term) -> Term:
        """The term with its chains of binders, which are named apart, in order and named by level."""

        def enter(chain: list[str], body: Term, depth: int) -> tuple[list[str], list[str]]:
            position = {name: number for number, name in enumerate(_occurrences(body))}
            ordered = sorted(chain, key=lambda name: position.get(name, len(position)))
            return ordered, [self._level(depth + number) for number in range(len(chain))]

        return self._renamed(term, enter)

    def _level(self, number: int) -> str:
        while len(self.pretty) <= number:
            self.pretty.append(next(self.names))
        return self.pretty[number]

    def _renamed(self, term: Term, enter: Any) -> Term:
        results: list[Term] = []
        # To do: a term with what its free variables are called and how many are bound; or what to build from
        # so many results.
        stack: list[tuple[Term, Mapping[str, Term], int] | tuple[Op, Any, int]] = [(term, {}, 0)]
        while stack:
            item, names, depth = stack.pop()
            if isinstance(item, Op):
                split = len(results) - depth
                built = results[split:]
                results[split:] = [_built(item, names, built)]
                continue
            if item.op is NEW:
                chain, body = binders(item)
                old, new = enter(chain, body, depth)
                inner = {**names, **{name: variable(other) for name, other in zip(old, new, strict=True)}}
                stack += [(NEW, new, 1), (body, inner, depth + len(chain))]
            elif item.op in _NESTED:
                inside = parts(item, item.op)
                stack.append((item.op, None, len(inside)))
                stack += [(part, names, depth) for part in reversed(inside)]
            elif item.op is STAR:
                stack += [(STAR, None, 1), (item.children[0], names, depth)]
            else:
                used = {name: names[name] for name in free_variables(item) if name in names}
                results.append(substitute(item, used) if used else item)
        return results[0]


def _built(op: Op, names: Any, built: list[Term]) -> Term:
    if op is NEW:
        result = built[0]
        for name in reversed(names):
            result = node(NEW, (name,), (result,))
        return result
    if op is STAR:
        return node(STAR, None, tuple(built))
    return sequence(*built) if op is SEQUENCE else sum_of(*built)


def _occurrences(term: Term) -> list[str]:
    """The variables of a term in the order in which they occur first, from left to right."""
    found: dict[str, None] = {}
    seen: set[int] = set()
    stack = [term]
    while stack:
        item = stack.pop()
        if item.op is VARIABLE:
            found.setdefault(item.label)
        elif id(item) not in seen:
            seen.add(id(item))
            stack += reversed(item.children)
    return list(found)
