"""Duality: the dual is an involution, and what it denotes is the converse, with multiplicity.

A term and its dual are compared in three ways: by their spans, as the package finds them and by the equations
of their runs; by how often each runs from one memory to another, the other way round; and by reduction, where
the duals of a contraction's two sides have one normal form. (For `unroll` they have none in common: the dual
of `1 + M;M*` unfolds the iteration at its other end.)
"""

from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from itertools import product

from calculus.machine.relational.instructions import LAMBDA, constructor, variable
from calculus.rmc import dual as duals
from calculus.rmc import normal, reduction
from calculus.rmc.normal import NormalForm
from calculus.rmc.rules import TERMINATING
from calculus.rmc.structure import flat
from calculus.term import Term
from calculus.verify import certificates
from calculus.verify.generation import rmc as generation
from calculus.verify.independent.paths import (
    Memory,
    Sides,
    bounded,
    converse,
    paths,
    shown,
    sides,
    spans,
)
from calculus.verify.independent.relational import solution, substitute
from calculus.verify.properties.rmc.confluence.forks import branches
from calculus.verify.properties.rmc.confluence.meaning import turns_of
from calculus.verify.properties.rmc.confluence.paths import same
from calculus.verify.properties.rmc.confluence.spaces import OVER, iterated, plain
from calculus.verify.property import Choose, Exhaustive, Generated, Property, Tally
from calculus.verify.shrinking import shrunk

LONGEST = 2_000
"""Steps to a normal form after which a term is given up."""


def violation(term: Term, tally: Tally) -> str | None:
    """The dual of the dual is the term, and the spans of the dual are those of the term turned around."""
    other = duals.dual(term)
    back = duals.dual(other)
    if back is not term:
        return f"dual: {other}; its dual: {back}"
    turns = turns_of(term)
    whole, turned = bounded(term, turns), bounded(other, turns)
    form, mirrored = normal.normal_form(whole), normal.normal_form(turned)
    if not (form.normal and mirrored.normal):
        tally.count("given up")
        return None
    if mirrored.spans != form.dual().spans:
        return f"dual: {other}; its spans: {mirrored}; those of the term turned around: {form.dual()}"
    known, expected = _sides(form), spans(whole)
    if known != expected:
        return f"spans: {shown(known)}; by equations: {shown(expected)}"
    found = spans(turned)
    if found != converse(expected):
        return f"dual: {other}; by equations its runs do: {shown(found)}; the term's: {shown(expected)}"
    tally.count("spans", sum(expected.values()))
    tally.claim(**certificates.dual(term, other))
    if whole is term:
        tally.claim(**certificates.spans(term, form))
    return None


def _sides(form: NormalForm) -> "Counter[Sides]":
    found: Counter[Sides] = Counter()
    for item, times in form.spans:
        found[sides(item.popped, item.pushed)] += times
    return found


def starless(choose: Choose, size: int) -> Term:
    """A term of which all runs end."""
    return generation.term(choose, size, stars=False)


# Multiplicity

HEIGHT = 2
"""Values on all stacks of a memory together."""


def heights(memory: Memory) -> tuple[tuple[str, int], ...]:
    return tuple(sorted((place, len(values)) for place, values in memory.items() if values))


def memories(height: int = HEIGHT) -> tuple[Memory, ...]:
    """Memories on λ and `a` of at most so many values, which are `A`, `x`, `y` and `S(x)`. Two of them may
    have variables in common.
    """
    x, y = variable("x"), variable("y")
    values = (constructor("A"), x, y, constructor("S", x))
    found: list[Memory] = []
    for first, second in product(range(height + 1), repeat=2):
        if first + second <= height:
            for chosen in product(values, repeat=first + second):
                found.append({LAMBDA: chosen[:first], "a": chosen[first:]})
    return tuple(found)


MEMORIES = memories()
HEIGHTS: dict[tuple[tuple[str, int], ...], list[int]] = {}
"""The numbers of the memories whose stacks are so high."""
for _number, _known in enumerate(MEMORIES):
    HEIGHTS.setdefault(heights(_known), []).append(_number)


def multiplicity(term: Term, tally: Tally) -> str | None:
    """A term has as many runs from one memory to another as its dual has from that to the first."""
    other = duals.dual(term)
    turns = turns_of(term)
    forth, back = runs(bounded(term, turns)), runs(bounded(other, turns))
    tally.count("pairs of memories with runs", len(forth))
    for (start, end), times in forth.items():
        if back[end, start] != times:
            return _told(other, start, end, times, back[end, start])
    for (end, start), times in back.items():
        if (start, end) not in forth:
            return _told(other, start, end, 0, times)
    return None


def _told(other: Term, start: int, end: int, forth: int, back: int) -> str:
    ways = f"from {_memory(MEMORIES[start])} to {_memory(MEMORIES[end])}"
    return f"dual: {other}; runs of the term {ways}: {forth}; of the dual back: {back}"


def _memory(memory: Memory) -> str:
    shown = [f"{place}: {' '.join(map(str, values))}" for place, values in memory.items() if values]
    return f"({', '.join(shown)})" if shown else "empty stacks"


def runs(term: Term) -> "Counter[tuple[int, int]]":
    """How many runs there are from which memory to which, by their numbers: runs of `[S] ; term ; <T>` from
    empty stacks to empty stacks, with the variables of S and T new.
    """
    found: Counter[tuple[int, int]] = Counter()
    for height in HEIGHTS:
        # Which way a run goes depends on how high stacks are; then values come in by equations as well.
        start = {place: [variable(f"{place}.{number}") for number in range(high)] for place, high in height}
        for path in paths(term, start):
            solved = solution(path.equations)
            if solved is not None:
                before, after = (
                    {place: [substitute(value, solved) for value in values] for place, values in side.items()}
                    for side in (start, path.left)
                )
                found.update(_between(sides(before, after)))
    return found


@lru_cache(maxsize=2**14)
def _between(step: Sides) -> tuple[tuple[int, int], ...]:
    """From which memory to which a run goes that asks for these values and leaves those."""
    taken: Memory = {place: values for place, values, _ in step}
    left: Memory = {place: values for place, _, values in step}
    starts, ends = (HEIGHTS.get(heights(side), []) for side in (taken, left))
    return tuple(
        (start, end)
        for start in starts
        for end in ends
        if solution([*_equations(taken, MEMORIES[start]), *_equations(left, MEMORIES[end])]) is not None
    )


def _equations(values: Memory, others: Memory) -> Iterator[tuple[Term, Term]]:
    for place, ours in values.items():
        yield from zip(ours, others[place], strict=True)


# Reduction


def steps(term: Term, tally: Tally) -> str | None:
    """What a contraction makes of a term has a dual with the normal form that the term's dual has."""
    term = flat(term)
    before = reduction.reduce(duals.dual(term), max_steps=LONGEST, keep=False)
    for branch in branches(term, TERMINATING):
        after = reduction.reduce(duals.dual(branch.term), max_steps=LONGEST, keep=False)
        if not (before.normal and after.normal):
            tally.count("given up")
            continue
        tally.count("contractions")
        if not same(before.result, after.result):
            return f"{branch}; the dual before comes to {before.result}, after to {after.result}"
    return None


_TURNED = "is the dual of its dual, and its spans turned around are those of its dual"
_COUNTED = (
    "has as many runs from a memory to another as its dual has back, for all "
    f"{len(MEMORIES)}² pairs of memories of up to {HEIGHT} values A, x, y and S(x)"
)
_BOUNDED = "iterations taking at most 2 turns"

DUALITY = Property(
    "duality",
    "The dual is an involution and denotes the converse relation, with multiplicity.",
    "Barrett, Castle, Heijltjes, The Relational Machine Calculus (LICS 2024)",
    (
        Exhaustive(
            f"every closed term without iterations of up to {{size}} nodes {OVER} {_TURNED}",
            plain,
            violation,
            size=6,
            name="spans",
        ),
        Exhaustive(
            f"every closed term of up to {{size}} nodes {OVER} {_TURNED}, {_BOUNDED}",
            iterated,
            violation,
            size=4,
            less=2,
            name="spans-iterations",
        ),
        Exhaustive(
            f"every closed term without iterations of up to {{size}} nodes {OVER} {_COUNTED}",
            plain,
            multiplicity,
            size=5,
            unit=500,
            name="multiplicity",
        ),
        Exhaustive(
            f"every closed term of up to {{size}} nodes {OVER} {_COUNTED}, {_BOUNDED}",
            iterated,
            multiplicity,
            size=4,
            unit=200,
            less=2,
            name="multiplicity-iterations",
        ),
        Exhaustive(
            f"what a contraction but of `unroll` makes of a closed term of up to {{size}} nodes {OVER} has a "
            "dual with the normal form that the term's dual has",
            iterated,
            steps,
            size=4,
            less=2,
            name="steps",
        ),
        Generated(
            f"a generated term of up to {{size}} nodes without iterations {_TURNED}",
            starless,
            violation,
            shrunk=shrunk,
        ),
    ),
)

PROPERTIES = (DUALITY,)
