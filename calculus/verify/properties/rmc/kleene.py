"""Kleene algebra: the laws at the levels at which they hold, and what does not hold."""

from collections.abc import Callable
from functools import lru_cache
from itertools import product
from typing import NamedTuple

from calculus.machine.relational.instructions import FAILURE, LAMBDA, NOTHING, sequence, star, sum_of
from calculus.machine.relational.query import Query
from calculus.rmc.equality import equal
from calculus.rmc.parser import parse_term
from calculus.rmc.subsumption import Level
from calculus.source.text import Source
from calculus.term import Term
from calculus.term.node import size
from calculus.verify.generation import rmc as generation
from calculus.verify.independent.spans import general_memories
from calculus.verify.properties.rmc.subjects import (
    PLACES,
    Listed,
    Memory,
    counted,
    shown,
    shrunk_terms,
    solved,
    told,
)
from calculus.verify.property import Choose, Exhaustive, Generated, Property, Structural, Tally

LIMIT = 200
"""Transitions of a search that may not end; memories on which one does not are left out."""

MEMORIES: tuple[Memory, ...] = tuple(
    memory for memory in general_memories(2, PLACES) if len(memory["a"]) <= len(memory[LAMBDA])
)
"""Of different variables."""


def read(text: str) -> Term:
    return parse_term(Source(text))


_IDENTITY, _CONSTANT = read("ex x. <x>; [x]"), read("<C>; [C]")

Schema = Callable[..., tuple[Term, Term]]


class Law(NamedTuple):
    """An equation between terms that are made of others, and the level from which on it holds."""

    name: str
    level: Level
    letters: int
    sides: Schema


def _s(*terms: Term) -> Term:
    return sequence(*terms)


def _p(*terms: Term) -> Term:
    return sum_of(*terms)


def _plus(term: Term) -> Term:
    return sequence(term, star(term))


_0, _1 = FAILURE, NOTHING

LAWS: tuple[Law, ...] = (
    # A semiring, with multiplicities
    Law("sum associative", "multiset", 3, lambda m, n, p: (_p(_p(m, n), p), _p(m, _p(n, p)))),
    Law("sum commutative", "multiset", 2, lambda m, n: (_p(m, n), _p(n, m))),
    Law("zero of sum", "multiset", 1, lambda m: (_p(m, _0), m)),
    Law("sequence associative", "multiset", 3, lambda m, n, p: (_s(_s(m, n), p), _s(m, _s(n, p)))),
    Law("unit left", "multiset", 1, lambda m: (_s(_1, m), m)),
    Law("unit right", "multiset", 1, lambda m: (_s(m, _1), m)),
    Law("zero left", "multiset", 1, lambda m: (_s(_0, m), _0)),
    Law("zero right", "multiset", 1, lambda m: (_s(m, _0), _0)),
    Law("distribution left", "multiset", 3, lambda m, n, p: (_s(m, _p(n, p)), _p(_s(m, n), _s(m, p)))),
    Law("distribution right", "multiset", 3, lambda m, n, p: (_s(_p(m, n), p), _p(_s(m, p), _s(n, p)))),
    # Iterations, with multiplicities: a Conway semiring
    Law("unfolding left", "multiset", 1, lambda m: (star(m), _p(_1, _s(m, star(m))))),
    Law("unfolding right", "multiset", 1, lambda m: (star(m), _p(_1, _s(star(m), m)))),
    Law("iterated zero", "multiset", 0, lambda: (star(_0), _1)),
    Law("denesting", "multiset", 2, lambda m, n: (star(_p(m, n)), _s(star(m), star(_s(n, star(m)))))),
    Law(
        "denesting from the left",
        "multiset",
        2,
        lambda m, n: (star(_p(m, n)), _s(star(_s(star(m), n)), star(m))),
    ),
    Law("product", "multiset", 2, lambda m, n: (star(_s(m, n)), _p(_1, _s(m, star(_s(n, m)), n)))),
    Law("sliding", "multiset", 2, lambda m, n: (_s(m, star(_s(n, m))), _s(star(_s(m, n)), m))),
    Law("turns", "multiset", 1, lambda m: (_s(m, star(m)), _s(star(m), m))),
    Law("even and odd", "multiset", 1, lambda m: (star(m), _s(_p(_1, m), star(_s(m, m))))),
    # Kleene algebra
    Law("idempotence", "set", 1, lambda m: (_p(m, m), m)),
    Law("iteration twice", "set", 1, lambda m: (star(star(m)), star(m))),
    Law("iterations in a row", "set", 1, lambda m: (_s(star(m), star(m)), star(m))),
    Law("one in an iteration", "set", 1, lambda m: (star(_p(_1, m)), star(m))),
    Law("iterated unit", "set", 0, lambda: (star(_1), _1)),
    Law("iteration of iterations", "set", 2, lambda m, n: (star(_p(star(m), star(n))), star(_p(m, n)))),
    Law("iterations multiplied", "set", 2, lambda m, n: (star(_s(star(m), star(n))), star(_p(m, n)))),
    Law("one or more", "set", 1, lambda m: (_p(_1, _plus(m)), _p(_1, _p(star(m), m)))),
    Law("one or more of those", "set", 1, lambda m: (_plus(_plus(m)), _plus(m))),
)

FALSE: tuple[tuple[Law, Level], ...] = (
    # What does not hold at a level, and must be refuted there.
    (Law("idempotence", "set", 1, lambda m: (_p(m, m), m)), "multiset"),
    (Law("iteration twice", "set", 1, lambda m: (star(star(m)), star(m))), "multiset"),
    (Law("iterations in a row", "set", 1, lambda m: (_s(star(m), star(m)), star(m))), "multiset"),
    (Law("one in an iteration", "set", 1, lambda m: (star(_p(_1, m)), star(m))), "multiset"),
    (Law("sequence commutative", "set", 2, lambda m, n: (_s(m, n), _s(n, m))), "ground"),
    (
        Law("distribution of iteration", "set", 2, lambda m, n: (star(_p(m, n)), _p(star(m), star(n)))),
        "ground",
    ),
    (Law("one turn only", "set", 1, lambda m: (star(m), _p(_1, m))), "ground"),
    (Law("zero turns only", "set", 1, lambda m: (star(m), _1)), "ground"),
    (Law("sequence idempotent", "set", 1, lambda m: (_s(m, m), m)), "ground"),
    (Law("identity", "set", 0, lambda: (_IDENTITY, _1)), "ground"),
    (Law("generalisation", "ground", 0, lambda: (_p(_IDENTITY, _CONSTANT), _IDENTITY)), "set"),
)


LETTERS = tuple(
    map(
        read,
        (
            *("<A>", "a<A>", "ex x. <x>", "<A>; [A]a", "ex x. <x>; [x]a", "0", "1", "[A]"),
            *("ex x. <x>; a<x>", "<A> + <S(A)>", "ex x. <S(x)>; [x]", "a<A>; [S(A)]", "<A>; a<A>; [A]"),
        ),
    )
)
"""What the letters of laws stand for; most take more than they give, so that iterations of them end."""


class Instance(NamedTuple):
    """A law with terms for its letters."""

    law: Law
    terms: tuple[Term, ...]

    @property
    def sides(self) -> tuple[Term, Term]:
        return self.law.sides(*self.terms)

    def __str__(self) -> str:
        left, right = self.sides
        return f"{left} = {right}"

    @property
    def size(self) -> int:
        return sum(map(size, self.sides))


@lru_cache(maxsize=8)
def instances(count: int) -> Listed:
    """Every law with the first of the terms for its letters, in all ways."""
    found = [Instance(law, terms) for law in LAWS for terms in product(LETTERS[:count], repeat=law.letters)]
    return Listed(sorted(found, key=lambda item: item.size))


def holds(item: Instance, tally: Tally) -> str | None:
    """On every memory on which both sides end, they answer the same at the law's level."""
    left, right = item.sides
    compared = 0
    for memory in MEMORIES:
        ours, theirs = (solved(Query(side, {}, memory), LIMIT) for side in (left, right))
        if not (ours.complete and theirs.complete):
            continue
        compared += 1
        counts = counted(ours.answers), counted(theirs.answers)
        if counts[0] != counts[1] and (item.law.level == "multiset" or counts[0].keys() != counts[1].keys()):
            return (
                f"{item.law.name}, {shown(memory)} left: {told(ours.answers)}; right: {told(theirs.answers)}"
            )
    tally.count("runs", compared)
    tally.count("compared" if compared else "endless")
    return None


def not_denied(item: Instance, tally: Tally) -> str | None:
    """The package does not say that the sides differ, at the law's level or one below."""
    left, right = item.sides
    verdict = equal(left, right, level=item.law.level, max_steps=500)
    tally.count(verdict.verdict)
    if verdict.verdict == "different":
        return f"{item.law.name} at level {item.law.level}: " + " ".join(verdict.explained())
    return None


def refuted(item: tuple[Law, Level], tally: Tally) -> str | None:
    """Some small instance shows that the law does not hold at the level, in the package's verdict."""
    law, level = item
    tried = 0
    for terms in product(LETTERS, repeat=law.letters):
        left, right = law.sides(*terms)
        tried += 1
        verdict = equal(left, right, level=level, max_steps=500)
        if verdict.verdict == "different":
            tally.count("refuted")
            return None
    return f"{law.name} is not refuted at level {level} by {tried} instances"


# Induction


class Induction(NamedTuple):
    """`N + M;P ≤ P` implies `M*;N ≤ P`, and `N + P;M ≤ P` implies `N;M* ≤ P`."""

    m: Term
    n: Term
    p: Term

    def __str__(self) -> str:
        return f"M = {self.m}, N = {self.n}, P = {self.p}"

    @property
    def size(self) -> int:
        return sum(map(size, self))


LARGER = tuple(
    map(
        read,
        (
            "1",
            "<A>*",
            "(ex x. <x>)*",
            "(<A> + a<A>)*",
            "(ex x. <x>)*; a<A>",
            "a<A>; (ex x. <x>)*",
            "(<A>; <A>)*",
        ),
    )
)
"""What `M*;N` is compared with."""


@lru_cache(maxsize=8)
def inductions(count: int) -> Listed:
    first = LETTERS[:count]
    found = [Induction(*terms) for terms in product(first, (NOTHING, *first), LARGER)]
    return Listed(sorted(found, key=lambda item: item.size))


def inductive(item: Induction, tally: Tally) -> str | None:
    m, n, p = item
    left = _below(_p(n, _s(m, p)), p), (_s(star(m), n), p)
    right = _below(_p(n, _s(p, m)), p), (_s(n, star(m)), p)
    for holds_before, (less, more) in (left, right):
        if not holds_before:
            continue
        tally.count("premises")
        for memory in MEMORIES:
            ours, theirs = (solved(Query(side, {}, memory), LIMIT) for side in (less, more))
            if theirs.complete and not counted(ours.answers).keys() <= counted(theirs.answers).keys():
                return f"{shown(memory)} {less}: {told(ours.answers)}; {more}: {told(theirs.answers)}"
    return None


def _below(less: Term, more: Term) -> bool:
    """Whether all answers of a term are another's, as far as is known."""
    return equal(_p(less, more), more, max_steps=100).verdict == "equal"


def made(choose: Choose, size: int) -> Instance:
    """A law with generated terms for its letters."""
    law = LAWS[choose(len(LAWS))]
    features = {"stars": False, "constructors": {"A": 0, "S": 1}}
    each = 1 + size // max(1, law.letters)
    return Instance(law, tuple(generation.term(choose, each, **features) for _ in range(law.letters)))


def smaller(item: Instance, fails: Callable[[Instance], bool]) -> Instance:
    """The law with smaller terms."""
    return Instance(item.law, shrunk_terms(item.terms, lambda terms: fails(Instance(item.law, terms))))


PROPERTIES = (
    Property(
        "kleene",
        "The laws of semirings and of iteration hold with multiplicities, those of Kleene algebra without.",
        "Kozen, A Completeness Theorem for Kleene Algebras (1994)",
        (
            Exhaustive(
                f"{len(LAWS)} laws, with the first {{size}} of {len(LETTERS)} terms for their letters, "
                "hold on "
                f"{len(MEMORIES)} memories of variables where both sides end",
                instances,
                holds,
                size=3,
                less=2,
                unit=300,
                name="machine",
                measure=lambda item: item.size,
            ),
            Exhaustive(
                f"no verdict denies one of {len(LAWS)} laws with the first {{size}} of {len(LETTERS)} terms "
                "for their letters",
                instances,
                not_denied,
                size=2,
                less=3,
                unit=100,
                name="verdicts",
                measure=lambda item: item.size,
            ),
            Structural(
                f"{len(FALSE)} equations that hold at another level or not at all are refuted",
                lambda: FALSE,
                refuted,
                name="false",
                show=lambda item: f"{item[0].name} at level {item[1]}",
            ),
            Exhaustive(
                "induction from the left and from the right holds, where the premise is found to, for "
                f"the first {{size}} of {len(LETTERS)} terms below {len(LARGER)} others, on {len(MEMORIES)} "
                "memories of variables",
                inductions,
                inductive,
                size=3,
                less=2,
                unit=100,
                name="induction",
                measure=lambda item: item.size,
            ),
            Generated(
                "a law with generated star-free terms for its letters holds on memories of variables where "
                "both sides end",
                made,
                holds,
                shrunk=smaller,
                largest=18,
                examples=40,
                unit=60,
                measure=lambda item: item.size,
            ),
        ),
    ),
)
