"""Goals that wait on a stack, as calls: what a translated logic program is for the kernel.

A term of this shape keeps goals on a location g that nothing else uses, and runs them by an iteration:

    query    ex x̄. [D]g; P…; [W(Gₘ)]g; …; [W(G₁)]g; (C₁ + … + Cₖ)*; g<D>; …
    clause   ex x̄. g<W(H)>; P…; [W(Bₙ)]g; …; [W(B₁)]g

where D and W are constructors, P are tests and relations, or choices between some, and every goal G, H and B
has a constructor at its head. Then it is known which clauses a goal can meet, and in which order goals run: a
goal is a call of a definition that pops the goal's arguments from λ, the sum of its clauses in their order.
Both find the same answers in the same order. (In set mode they may end at different times, since the states
differ.)

A definition with one clause whose head has distinct variables is put in the places of its calls, unless it
calls anything: so tests and relations after a goal stand where they are written.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from calculus.machine.relational.instructions import (
    CALL,
    CONSTRUCTOR,
    FAIL,
    FAILURE,
    LAMBDA,
    NEW,
    POP,
    PUSH,
    RELATION,
    SEQUENCE,
    SKIP,
    STAR,
    SUM,
    TEST,
)
from calculus.machine.relational.query import Query
from calculus.term import VARIABLE, Op, Term, node, substitute
from calculus.term.node import located, postorder

Head = tuple[str, int]
"""The name and the number of arguments of a goal."""


@dataclass(frozen=True, slots=True)
class Clause:
    """`ex names. <head>; built_in…; goals…`, goals in the order in which they run."""

    names: tuple[str, ...]
    head: Term
    built_in: tuple[Term, ...]
    goals: tuple[Term, ...]
    whole: Term


def as_calls(query: Query) -> Query | None:
    """The query with calls for goals; None if its term has another shape."""
    names, parts = _opened(query.term)
    at = next((index for index, part in enumerate(parts) if part.op is STAR), None)
    if at is None or at == 0 or len(parts) < at + 2 or parts[0].op is not PUSH:
        return None
    place, done = parts[0].label, parts[0].children[0]
    if place == LAMBDA or query.stacks.get(place) or done.op is not CONSTRUCTOR or done.children:
        return None
    if parts[at + 1].op is not POP or parts[at + 1].label != place or parts[at + 1].children[0] != done:
        return None
    rest = parts[at + 2 :]
    if any(_touches(part, place) for part in rest):
        return None
    wrapper = _Wrapper(place, done.label)
    begun = wrapper.body(parts[1:at])
    clauses = [wrapper.clause(term) for term in _summands(parts[at].children[0])]
    if begun is None or any(clause is None for clause in clauses):
        return None
    definitions = _Definitions([clause for clause in clauses if clause is not None])
    built_in, goals = begun
    main = [*built_in, *(definitions.call(goal, query.term) for goal in goals), *rest]
    bodies = {_name(head): definitions.body(head) for head in definitions.heads()}
    term = _bound(names, _sequence(main, query.term), query.term)
    return Query(term, {**query.definitions, **bodies}, query.stacks, tuple(query.variables))


class _Wrapper:
    """Reads clauses; every goal must be in the same wrapper."""

    def __init__(self, place: str, done: str) -> None:
        self.place = place
        self.name: str | None = None
        self.done = done

    def goal(self, value: Term) -> Term | None:
        """The goal in a wrapper."""
        if value.op is not CONSTRUCTOR or len(value.children) != 1 or value.label == self.done:
            return None
        if self.name not in (None, value.label) or value.children[0].op is not CONSTRUCTOR:
            return None
        self.name = value.label
        return value.children[0]

    def body(self, parts: Iterable[Term]) -> tuple[tuple[Term, ...], tuple[Term, ...]] | None:
        """Tests and relations, then pushes of goals: the goals in the order in which they run."""
        built_in: list[Term] = []
        goals: list[Term] = []
        for part in parts:
            if _is_built_in(part) and not goals:
                built_in.append(part)
            elif part.op is PUSH and part.label == self.place:
                goal = self.goal(part.children[0])
                if goal is None:
                    return None
                goals.append(goal)
            elif part.op is not SKIP:
                return None
        return tuple(built_in), tuple(reversed(goals))

    def clause(self, term: Term) -> Clause | None:
        names, parts = _opened(term)
        if not parts or parts[0].op is not POP or parts[0].label != self.place:
            return None
        head = self.goal(parts[0].children[0])
        body = self.body(parts[1:])
        if head is None or body is None:
            return None
        return Clause(names, head, *body, term)


class _Definitions:
    """The definitions that clauses make, and the calls of them."""

    def __init__(self, clauses: list[Clause]) -> None:
        self.clauses: dict[Head, list[Clause]] = {}
        for clause in clauses:
            self.clauses.setdefault(_head(clause.head), []).append(clause)
        for goal in [goal for clause in clauses for goal in clause.goals]:
            self.clauses.setdefault(_head(goal), [])
        self.put_in_place = {head: found[0] for head, found in self.clauses.items() if _is_plain(found)}

    def heads(self) -> list[Head]:
        return list(self.clauses)

    def call(self, goal: Term, where: Term) -> Term:
        """What runs a goal."""
        head = _head(goal)
        plain = self.put_in_place.get(head)
        if plain is not None:
            return self._in_place(plain, goal, where)
        # A goal of the query may have no clauses; then it has no definition yet.
        self.clauses.setdefault(head, [])
        pushes = [_like(PUSH, LAMBDA, (argument,), where) for argument in reversed(goal.children)]
        return _sequence([*pushes, _like(CALL, _name(head), (), where)], where)

    def _in_place(self, clause: Clause, goal: Term, where: Term) -> Term:
        formal = [argument.label for argument in clause.head.children]
        local = tuple(name for name in clause.names if name not in formal)
        # A name that is not used otherwise keeps what is put in place apart from what is around it.
        renamed = {name: node(VARIABLE, f"{name}''{_head(goal)[0]}") for name in local}
        given = dict(zip(formal, goal.children, strict=True)) | renamed
        parts = [substitute(part, given) for part in clause.built_in]
        return _bound((name.label for name in renamed.values()), _sequence(parts, where), where)

    def body(self, head: Head) -> Term:
        """The sum of a goal's clauses, each popping the arguments."""
        bodies = []
        for clause in self.clauses[head]:
            where = clause.whole
            pops = [_like(POP, LAMBDA, (argument,), where) for argument in clause.head.children]
            calls = [self.call(goal, where) for goal in clause.goals]
            bodies.append(_bound(clause.names, _sequence([*pops, *clause.built_in, *calls], where), where))
        if not bodies:
            return FAILURE
        result = bodies[-1]
        for body in reversed(bodies[:-1]):
            result = _like(SUM, None, (body, result), body)
        return result


def _is_plain(clauses: list[Clause]) -> bool:
    """Whether a definition can stand in the places of its calls: one clause, for any arguments, no calls."""
    if len(clauses) != 1 or clauses[0].goals:
        return False
    clause = clauses[0]
    formal = [argument.label for argument in clause.head.children if argument.op is VARIABLE]
    return len(set(formal)) == len(clause.head.children) and set(formal) <= set(clause.names)


def _is_built_in(part: Term) -> bool:
    """Whether a term is a test, a relation or a failure, or a choice between such terms."""
    stack = [part]
    while stack:
        item = stack.pop()
        if item.op in (SUM, SEQUENCE):
            stack += item.children
        elif item.op not in (TEST, RELATION, FAIL, SKIP):
            return False
    return part.op is not SKIP


def _head(goal: Term) -> Head:
    return goal.label, len(goal.children)


def _name(head: Head) -> str:
    # No definition that was written has such a name.
    return f"{head[0]}/{head[1]}"


def _opened(term: Term) -> tuple[tuple[str, ...], list[Term]]:
    """The variables bound at a term's front, and the terms in sequence below."""
    names: list[str] = []
    while term.op is NEW:
        names.append(term.label[0])
        term = term.children[0]
    parts: list[Term] = []
    stack = [term]
    while stack:
        top = stack.pop()
        if top.op is SEQUENCE:
            stack += (top.children[1], top.children[0])
        else:
            parts.append(top)
    return tuple(names), parts


def _summands(term: Term) -> list[Term]:
    found: list[Term] = []
    stack = [term]
    while stack:
        top = stack.pop()
        if top.op is SUM:
            stack += (top.children[1], top.children[0])
        else:
            found.append(top)
    return found


def _touches(term: Term, place: str) -> bool:
    """Whether a term may use a location: it names it, or calls what might."""
    return any(
        item.op is CALL or (item.op in (PUSH, POP) and item.label == place) for item in postorder(term)
    )


def _like(op: Op, label: object, children: tuple[Term, ...], where: Term) -> Term:
    """A node at the place of `where`."""
    return node(op, label, children) if where.span is None else located(op, label, children, where.span)


def _sequence(parts: list[Term], where: Term) -> Term:
    if not parts:
        return _like(SKIP, None, (), where)
    result = parts[-1]
    for part in reversed(parts[:-1]):
        result = _like(SEQUENCE, None, (part, result), part if part.span is not None else where)
    return result


def _bound(names: Iterable[str], term: Term, where: Term) -> Term:
    for name in reversed(list(names)):
        term = _like(NEW, (name,), (term,), where)
    return term
