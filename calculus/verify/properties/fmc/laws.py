"""Laws of state, of sequence, of exceptions and of loops: schemas whose instances are equal.

An instance is decided twice: its sides have one canonical normal form, and `calculus.fmc.equality.equal` says
that they are equal, with its proof. Instances without a normal form that is soon found are counted.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple

from calculus.fmc.equality import equal
from calculus.fmc.normal import normal_form
from calculus.fmc.parser import parse_term
from calculus.fmc.permutation import canonical_form
from calculus.machine.instructions import LAMBDA, SKIP, STAR, join, jump, loop, pop, push, variable
from calculus.source.text import Source
from calculus.term import Term, free_variables, substitute
from calculus.term.binding import fresh
from calculus.term.node import size
from calculus.verify.certificates import claims
from calculus.verify.enumeration import fmc as enumeration
from calculus.verify.enumeration.ranked import Space as Ranked
from calculus.verify.generation import fmc as generation
from calculus.verify.property import Choose, Exhaustive, Generated, Property, Structural, Tally
from calculus.verify.shrinking import shrunk as shrunk_term

STEPS = 1_000
"""Transitions for the normal form of a side."""
FREE = ("x", "y")
"""What may be free in the terms of an instance; a schema binds them where it shows."""

X, Y = variable("x"), variable("y")


@dataclass(frozen=True)
class Schema:
    """An equation over so many terms."""

    name: str
    holes: int
    sides: Callable[..., tuple[Term, Term]]


def _overtaking(n: Term, m: Term) -> tuple[Term, Term]:
    """`[N]c.d<x>.M = d<x>.[N]c.M`, x not free in N."""
    name = fresh("x", free_variables(n) | (free_variables(m) - {"x"}))
    body = substitute(m, {"x": variable(name)})
    return push(n, pop("x", m, "d"), "c"), pop(name, push(n, body, "c"), "d")


SCHEMAS = (
    Schema("[N].<x>.M = {N/x}M", 2, lambda n, m: (push(n, pop("x", m)), substitute(m, {"x": n}))),
    Schema(
        "[N]c.c<x>.[x]c.M = [N]c.{N/x}M",
        2,
        lambda n, m: (
            push(n, pop("x", push(X, m, "c"), "c"), "c"),
            push(n, substitute(m, {"x": n}), "c"),
        ),
    ),
    Schema(
        "c<_>.[N]c.c<_>.[P]c.M = c<_>.[P]c.M",
        3,
        lambda n, p, m: (
            pop("_", push(n, pop("_", push(p, m, "c"), "c"), "c"), "c"),
            pop("_", push(p, m, "c"), "c"),
        ),
    ),
    Schema(
        "c<x>.[x]c.c<y>.[y]c.M = c<x>.[x]c.{x/y}M",
        1,
        lambda m: (
            pop("x", push(X, pop("y", push(Y, m, "c"), "c"), "c"), "c"),
            pop("x", push(X, substitute(m, {"y": X}), "c"), "c"),
        ),
    ),
    Schema(
        "[N]c.[P]d.M = [P]d.[N]c.M",
        3,
        lambda n, p, m: (push(n, push(p, m, "d"), "c"), push(p, push(n, m, "c"), "d")),
    ),
    Schema("[N]c.d<x>.M = d<x>.[N]c.M", 2, _overtaking),
    Schema("* ; M = M", 1, lambda m: (join(SKIP, STAR, m), m)),
    Schema("M ; * = M", 1, lambda m: (join(m, STAR, SKIP), m)),
    Schema(
        "(M ; N) ; P = M ; (N ; P)",
        3,
        lambda m, n, p: (join(join(m, STAR, n), STAR, p), join(m, STAR, join(n, STAR, p))),
    ),
    Schema(
        "([N]c.M) ; P = [N]c.(M ; P)",
        3,
        lambda n, m, p: (join(push(n, m, "c"), STAR, p), push(n, join(m, STAR, p), "c")),
    ),
    Schema("J ; J -> M = M", 1, lambda m: (join(jump("J"), "J", m), m)),
    Schema("K ; J -> M = K", 1, lambda m: (join(jump("K"), "J", m), jump("K"))),
    Schema("M ; J -> J = M", 1, lambda m: (join(m, "J", jump("J")), m)),
    Schema(
        "(M ; J -> N) ; J -> P = M ; J -> (N ; J -> P)",
        3,
        lambda m, n, p: (join(join(m, "J", n), "J", p), join(m, "J", join(n, "J", p))),
    ),
    Schema("M^J = M ; J -> M^J", 1, lambda m: (loop(m, "J"), join(m, "J", loop(m, "J")))),
    Schema("M^J ; J -> N = M^J", 2, lambda m, n: (join(loop(m, "J"), "J", n), loop(m, "J"))),
    Schema("K^J = K", 0, lambda: (loop(jump("K"), "J"), jump("K"))),
)


class Instance(NamedTuple):
    """A schema and what stands for its metavariables, in their order on its left."""

    schema: Schema
    terms: tuple[Term, ...]

    def __str__(self) -> str:
        return "{}: {} = {}".format(self.schema.name, *self.schema.sides(*self.terms))

    @property
    def size(self) -> int:
        return sum(map(size, self.terms))


class Instances:
    """All instances whose terms have together up to so many nodes, the small ones first."""

    def __init__(self, size: int) -> None:
        self.blocks = [
            (schema, split)
            for total in range(size + 1)
            for schema in SCHEMAS
            for split in _splits(total, schema.holes)
        ]
        counts = [_count(split) for _, split in self.blocks]
        self.ends = list(accumulate(counts))

    @property
    def total(self) -> int:
        return self.ends[-1] if self.ends else 0

    def range(self, start: int, stop: int) -> Iterator[Instance]:
        begin = 0
        for (schema, split), end in zip(self.blocks, self.ends, strict=True):
            for rank in range(max(start, begin), min(stop, end)):
                yield Instance(schema, _terms(split, rank - begin))
            begin = end


@lru_cache(maxsize=16)
def _space(size: int) -> Ranked:
    return enumeration.space(size, locations=(LAMBDA, "c"), labels=(STAR, "J"), free=FREE, loops=False)


def _exactly(size: int) -> tuple[int, int]:
    """The ranks of the terms of a size."""
    return _space(size - 1).total if size > 1 else 0, _space(size).total


def _splits(total: int, parts: int) -> list[tuple[int, ...]]:
    """The ways to share so many nodes among so many terms."""
    if parts == 0:
        return [()] if total == 0 else []
    return [(first, *rest) for first in range(1, total + 1) for rest in _splits(total - first, parts - 1)]


def _count(split: tuple[int, ...]) -> int:
    count = 1
    for nodes in split:
        start, stop = _exactly(nodes)
        count *= stop - start
    return count


def _terms(split: tuple[int, ...], rank: int) -> tuple[Term, ...]:
    found = []
    for nodes in split:
        start, stop = _exactly(nodes)
        rank, at = divmod(rank, stop - start)
        found.append(_space(nodes).term(start + at))
    return tuple(found)


def generated(choose: Choose, size: int) -> Instance:
    """An instance with terms of that size together, loop-free, in which x and y may be free."""
    schema = SCHEMAS[choose(len(SCHEMAS))]
    share = max(1, size // max(1, schema.holes))
    terms = [
        generation.term(choose, share, free=FREE, locations=(LAMBDA, "c", "d"), loops=False)
        for _ in range(schema.holes)
    ]
    return Instance(schema, tuple(terms))


def violation(instance: Instance, tally: Tally) -> str | None:
    left, right = instance.schema.sides(*instance.terms)
    forms = [normal_form(side, max_steps=STEPS).term for side in (left, right)]
    if forms[0] is None or forms[1] is None:
        tally.count("no normal form soon")
        return None
    if canonical_form(forms[0]) is not canonical_form(forms[1]):
        return f"normal form on the left: {forms[0].text(200)}; on the right: {forms[1].text(200)}"
    verdict = equal(left, right, max_steps=STEPS)
    if verdict.verdict != "equal" or verdict.proof is None:
        return f"both have the normal form {forms[0].text(200)}; decided to be {verdict}"
    tally.count("equal")
    if verdict.proof.complete:
        tally.claim(**claims.same("fmc", left, right, verdict.proof.left, verdict.proof.right))
    return None


def shrunk(instance: Instance, fails: Callable[[Instance], bool]) -> Instance:
    """The same schema with smaller terms that fails."""
    for index in range(len(instance.terms)):
        instance = _shrunk_at(instance, index, fails)
    return instance


def _shrunk_at(instance: Instance, index: int, fails: Callable[[Instance], bool]) -> Instance:
    def with_term(term: Term) -> Instance:
        return Instance(instance.schema, (*instance.terms[:index], term, *instance.terms[index + 1 :]))

    return with_term(shrunk_term(instance.terms[index], lambda term: fails(with_term(term))))


FALSE = (
    (
        "the labels of `(M ; J -> N) ; K -> P` differ",
        "([1].K ; I -> [9]) ; K -> [2]",
        "[1].K ; I -> ([9] ; K -> [2])",
    ),
    ("pushes at one location do not commute", "[N]c.[M]c", "[M]c.[N]c"),
    ("a push does not overtake the pop that takes it", "[1].<x>.[x]a", "<x>.[1].[x]a"),
    ("a thunk is not what it pushes", "[[J]]", "[J]"),
    ("an assignment is not forgotten", "[1]c.c<_>.[2]c", "[1]c"),
    ("a cell is read before it is assigned to", "[1]c.c<x>.[2]c.[x]", "[1]c.c<_>.[2]c.c<x>.[x]c.[x]"),
    ("a handler takes one label only", "J ; K -> [1]", "J ; J -> [1]"),
    ("a handler runs once, a loop again", "[J]c.(c<x>.([K]c.x))^J", "[J]c.(c<x>.([K]c.x)) ; J -> *"),
    ("a label is a label, a text a text", '"a"', "A"),
)
"""Equations that do not hold: why, and both sides."""


def false_violation(subject: tuple[str, str, str], tally: Tally) -> str | None:
    """Decided to be different, by a run that tells the sides apart."""
    why, left, right = subject
    verdict = equal(parse_term(Source(left)), parse_term(Source(right)), max_steps=STEPS)
    tally.count(verdict.verdict)
    return None if verdict.verdict == "different" else f"decided to be {verdict}, but {why}"


PROPERTIES = (
    Property(
        "laws",
        "The laws of state, of sequence, of exceptions and of loops hold.",
        "Heijltjes, The Functional Machine Calculus III: Control (MFPS 2025)",
        (
            Exhaustive(
                f"every instance of {len(SCHEMAS)} laws with terms of together up to {{size}} nodes "
                f"whose sides have normal forms in {STEPS} transitions is equal",
                Instances,
                violation,
                size=3,
                less=2,
                unit=500,
                measure=lambda instance: instance.size,
            ),
            Structural(
                f"{len(FALSE)} equations that are no laws are decided to be different",
                lambda: FALSE,
                false_violation,
                name="no laws",
                show=lambda subject: f"{subject[1]} = {subject[2]}",
                measure=lambda subject: sum(size(parse_term(Source(side))) for side in subject[1:]),
            ),
            Generated(
                f"a generated instance of {len(SCHEMAS)} laws with terms of together up to {{size}} "
                f"nodes whose sides have normal forms in {STEPS} transitions is equal",
                generated,
                violation,
                shrunk,
                largest=24,
                examples=250,
                measure=lambda instance: instance.size,
            ),
        ),
    ),
)
