"""From Prolog to the RMC: goals wait on the stack `g`, each wrapped, and an iteration over all clauses runs
them.

    clause   H :- P₁, …, Pᵢ, B₁, …, Bₙ.   ex x̄. g<Goal(H)>; P₁; …; Pᵢ; [Goal(Bₙ)]g; …; [Goal(B₁)]g
    query    ?- P₁, …, Pᵢ, B₁, …, Bₙ.     ex x̄. [Done]g; P₁; …; Pᵢ; [Goal(Bₙ)]g; …; [Goal(B₁)]g;
                                          (C₁ + … + Cₖ)*; g<Done>; [x₁]; …; [xₘ]

`P` are the built-in goals (`=`, `is`, comparisons, `true`, `fail`) that stand before the first other goal:
tests and relations, run in place. A run of built-in goals that comes later, or a disjunction, is a goal
`Goal(Name_1''(x̄))` of its own: its arguments are distinct variables, and its clauses (one for each
alternative), which have the same shape, come after all others. Sequences and sums nest to the right; the
variables of a clause, those for intermediate results among them, are bound at its front. `X is E` computes
into a new variable that is then tested against `X`, unless `X` has not occurred before.

Every value on `g` is `Done` or `Goal(…)`. Constructors with two primes belong to the translation alone.
"""

import re
from collections import Counter, deque
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from calculus.encodings.prolog import arithmetic
from calculus.encodings.prolog.build import built, either, in_sequence, new
from calculus.encodings.prolog.goals import alternatives, goals, is_built_in, is_choice
from calculus.encodings.prolog.names import atom_of, auxiliary, constructor_of
from calculus.encodings.prolog.terms import COMPOUND, INTEGER, STRING, is_compound
from calculus.machine.relational.instructions import (
    CONSTRUCTOR,
    FAIL,
    POP,
    PUSH,
    STAR,
    TEST,
    Text,
    constant,
    constructor,
    pop,
    push,
)
from calculus.source.text import Span
from calculus.term import VARIABLE, Term, node, variable
from calculus.term.node import postorder

GOALS = "g"
"""The stack on which goals wait."""

_DONE = constructor("Done")
_RESERVED = frozenset({"ex", "skip", "fail", "def", "law"})
_WORD = re.compile(r"[a-z][A-Za-z0-9_]*")


class Clause(NamedTuple):
    """`head :- body.`; without a body, a fact."""

    head: Term
    body: Term | None
    span: Span | None


class _Part(NamedTuple):
    """Goals of a clause that become clauses of their own, one for each alternative; `names` are the variables
    they share with the rest, and `atom` is what the clause was for.
    """

    constructor: str
    names: tuple[str, ...]
    alternatives: tuple[tuple[Term, ...], ...]
    atom: str
    span: Span | None


class _Scope:
    """The variables of one clause, in the order in which they are met."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self._taken: set[str] = set(_RESERVED)
        self._numbers: Counter[str] = Counter()
        self._given: dict[str, Term] = {}

    def variable(self, name: str) -> Term:
        if name == "_":
            return self.temporary()
        found = self._given.get(name)
        if found is None:
            word = name.lstrip("_")
            word = word[:1].lower() + word[1:]
            found = self._given[name] = self._new(word if _WORD.fullmatch(word) else "x")
        return found

    def temporary(self) -> Term:
        return self._new("t", numbered=True)

    def value(self, term: Term) -> Term:
        """The value that a term of Prolog is."""
        values: dict[int, Term] = {}
        for item in postorder(term):
            if item.op is VARIABLE:
                values[id(item)] = self.variable(item.label)
            elif item.op is COMPOUND:
                children = tuple([values[id(child)] for child in item.children])
                values[id(item)] = node(CONSTRUCTOR, constructor_of(item.label), children)
            else:
                values[id(item)] = constant(item.label if item.op is INTEGER else Text(item.label))
        return values[id(term)]

    def _new(self, word: str, *, numbered: bool = False) -> Term:
        name = word
        while name in self._taken or (numbered and name == word):
            self._numbers[word] += 1
            name = f"{word}{self._numbers[word]}"
        self._taken.add(name)
        self.names.append(name)
        return variable(name)


class Encoder:
    """Translates clauses and queries. What becomes of parts of them waits, and comes after all others."""

    def __init__(self) -> None:
        self._waiting: deque[_Part] = deque()
        self._count = 0
        # The goals `X is E` before which X does not occur, by id.
        self._first: set[int] = set()

    def clauses(self, clauses: Iterable[Clause]) -> list[Term]:
        """The clauses and, after them, those made of their parts."""
        found = [self._clause(item) for item in clauses]
        return [*found, *self._parts()]

    def query(self, body: Term, clauses: Sequence[Term]) -> Term:
        """The term that leaves the values of the query's variables on λ, for each answer."""
        self._mark(None, body)
        scope = _Scope()
        begin = push(_DONE, GOALS)
        names = shown_variables(body)
        steps = self._steps(set(names), list(goals(body)), scope, "query")
        shown = [push(scope.variable(name)) for name in names]
        span = body.span
        iteration = built(STAR, None, (either([*clauses, *self._parts()], span),), span)
        term = in_sequence([begin, *steps, iteration, pop(_DONE, GOALS), *shown], span)
        return new(scope.names, term, span)

    def _clause(self, clause: Clause) -> Term:
        scope = _Scope()
        head = built(POP, GOALS, (_goal(scope.value(clause.head)),), clause.head.span)
        if clause.body is None:
            return new(scope.names, head, clause.span)
        self._mark(clause.head, clause.body)
        steps = self._steps(set(_names(clause.head)), list(goals(clause.body)), scope, clause.head.label)
        return new(scope.names, in_sequence([head, *steps], clause.span), clause.span)

    def _parts(self) -> list[Term]:
        """The clauses of all parts that wait, and of their parts."""
        found: list[Term] = []
        while self._waiting:
            part = self._waiting.popleft()
            for alternative in part.alternatives:
                scope = _Scope()
                values = [scope.variable(name) for name in part.names]
                head = built(POP, GOALS, (_goal(constructor(part.constructor, *values)),), part.span)
                steps = self._steps(set(part.names), list(alternative), scope, part.atom)
                found.append(new(scope.names, in_sequence([head, *steps], part.span), part.span))
        return found

    def _steps(self, outside: set[str], body: list[Term], scope: _Scope, atom: str) -> list[Term]:
        """What a clause does: the built-in goals that come first, and pushes of the others, the last first.

        `outside` are the variables that occur elsewhere.
        """
        names = [_names(goal) for goal in body]
        uses = Counter(outside)
        for found in names:
            uses.update(found.keys())
        steps: list[Term] = []
        at = 0
        while at < len(body) and is_built_in(body[at]):
            steps += self._built_in(body[at], scope)
            at += 1
        pushes: list[Term] = []
        while at < len(body):
            goal, start = body[at], at
            at += 1
            if is_built_in(goal):
                while at < len(body) and is_built_in(body[at]):
                    at += 1
                choices: tuple[tuple[Term, ...], ...] = (tuple(body[start:at]),)
            elif is_choice(goal):
                choices = tuple(tuple(goals(alternative)) for alternative in alternatives(goal))
            else:
                pushes.append(built(PUSH, GOALS, (_goal(scope.value(goal)),), goal.span))
                continue
            inside = Counter(name for found in names[start:at] for name in found)
            shared = tuple(name for name in inside if uses[name] > inside[name])
            value = self._part(shared, choices, scope, atom, goal.span)
            pushes.append(built(PUSH, GOALS, (_goal(value),), goal.span))
        return [*steps, *reversed(pushes)]

    def _part(
        self,
        names: tuple[str, ...],
        choices: tuple[tuple[Term, ...], ...],
        scope: _Scope,
        atom: str,
        span: Span | None,
    ) -> Term:
        """The goal that stands for a part of a clause."""
        self._count += 1
        part = _Part(auxiliary(atom, self._count), names, choices, atom, span)
        self._waiting.append(part)
        return constructor(part.constructor, *(scope.variable(name) for name in names))

    def _built_in(self, goal: Term, scope: _Scope) -> list[Term]:
        match goal.label:
            case "true":
                return []
            case "fail" | "false":
                return [built(FAIL, None, (), goal.span)]
            case "=":
                left, right = goal.children
                return [built(TEST, None, (scope.value(left), scope.value(right)), goal.span)]
            case "is":
                return arithmetic.assign(goal, scope, unbound=id(goal) in self._first)
        return arithmetic.compare(goal, scope)

    def _mark(self, head: Term | None, body: Term) -> None:
        """Note the goals `X is E` before which X does not occur: it is unbound when they are run."""
        seen: set[str] = set() if head is None else set(_names(head))
        stack = [body]
        while stack:
            goal = stack.pop()
            if is_compound(goal, ",", 2) or is_choice(goal) or is_compound(goal, "call", 1):
                stack += reversed(goal.children)
                continue
            if is_compound(goal, "is", 2) and goal.children[0].op is VARIABLE:
                left, right = goal.children
                if left.label not in seen and left.label not in _names(right):
                    self._first.add(id(goal))
            seen.update(_names(goal))


def shown_variables(body: Term) -> list[str]:
    """The variables of a query that an answer shows, in their order: those that begin with no `_`."""
    names = dict.fromkeys(item.label for item in postorder(body) if item.op is VARIABLE)
    return [name for name in names if not name.startswith("_")]


def prolog_term(value: Term) -> Term:
    """The term of Prolog that a value stands for."""
    terms: dict[int, Term] = {}
    for item in postorder(value):
        if item.op is CONSTRUCTOR:
            children = tuple([terms[id(child)] for child in item.children])
            terms[id(item)] = node(COMPOUND, atom_of(item.label), children)
        elif item.op is VARIABLE:
            terms[id(item)] = item
        elif isinstance(item.label, Text):
            terms[id(item)] = node(STRING, item.label.value)
        else:
            terms[id(item)] = node(INTEGER, item.label)
    return terms[id(value)]


def _goal(value: Term) -> Term:
    return constructor("Goal", value)


def _names(term: Term) -> dict[str, None]:
    """The variables of a term in their order, but for `_`, which is another one each time."""
    found = dict.fromkeys(item.label for item in postorder(term) if item.op is VARIABLE)
    found.pop("_", None)
    return found
