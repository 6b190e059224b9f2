"""Equality at three levels: verdicts against runs on all small memories that can tell terms apart."""

from collections import Counter
from collections.abc import Hashable, Iterator
from functools import lru_cache
from itertools import chain, product

from calculus.machine.relational.answers import Answer
from calculus.machine.relational.instructions import (
    FAILURE,
    LAMBDA,
    SUM,
    constructor,
    new,
    pop,
    push,
    sequence,
    star,
    sum_of,
)
from calculus.rmc.equality import equal
from calculus.rmc.signature import Signature
from calculus.rmc.structure import canonical_form, parts
from calculus.rmc.subsumption import LEVELS, Level
from calculus.rmc.verdict import Verdict
from calculus.term import Term
from calculus.term.node import size
from calculus.verify.enumeration import rmc as enumeration
from calculus.verify.generation import rmc as generation
from calculus.verify.independent.relational import substitute
from calculus.verify.independent.spans import general_memories, variables
from calculus.verify.properties.rmc.subjects import (
    PLACES,
    Couples,
    Memory,
    counted,
    literal,
    shown,
    shrunk_terms,
    told,
)
from calculus.verify.property import Choose, Exhaustive, Generated, Property, Tally

Two = tuple[Term, Term]

HEIGHT = 2
"""Of memories of different variables; small terms pop no more."""

SHALLOW: tuple[Memory, ...] = tuple(general_memories(HEIGHT, PLACES))

_LOW = (
    constructor("A"),
    constructor("B"),
    constructor("S", constructor("A")),
    constructor("S", constructor("B")),
)
_DEEP = (constructor("S", _LOW[2]), constructor("S", _LOW[3]))
CLOSED = (*_LOW, *_DEEP)
"""Values of closed memories; no small term has B, which stands for all other constants."""

STEPS = 500
"""Transitions for each attempt of a verdict on terms that iterate."""

FEW = 300
"""Transitions of a search that may not end."""


def both(pair: Two) -> str:
    return f"{pair[0]} = {pair[1]}"


def nodes(pair: Two) -> int:
    return size(pair[0]) + size(pair[1])


# Brute force


def on_general_memories(term: Term) -> list[Counter[Hashable]]:
    """The answers on each memory of different variables, which tell all apart that is told apart at all."""
    summands = [_on_general_memories(part) for part in parts(term, SUM)]
    return [sum(counters, Counter()) for counters in zip(*summands, strict=True)]


@lru_cache(maxsize=20_000)
def _on_general_memories(term: Term) -> tuple[Counter[Hashable], ...]:
    return tuple(counted(literal(term, memory).answers) for memory in SHALLOW)


def on_closed_memories(term: Term) -> frozenset[Hashable]:
    """The pairs of memories of a few closed values that a term relates."""
    return frozenset().union(*(_on_closed_memories(part) for part in parts(term, SUM)))


@lru_cache(maxsize=20_000)
def _on_closed_memories(term: Term) -> frozenset[Hashable]:
    found: set[Hashable] = set()
    for number, memory in enumerate(_closed_memories()):
        for answer in literal(term, memory).answers:
            found |= {(number, after) for after in _instances(answer)}
    return frozenset(found)


def _closed_memories() -> Iterator[Memory]:
    for high, low in product(range(HEIGHT + 1), range(2)):
        for chosen in product(_LOW, repeat=high + low):
            yield {LAMBDA: chosen[:high], "a": chosen[high:]}
    for value in _DEEP:
        yield {LAMBDA: (value,)}
        yield {"a": (value,)}


def _instances(answer: Answer) -> Iterator[Hashable]:
    """The closed memories that an answer comes to, with the same few values for what it leaves open."""
    names = variables(chain.from_iterable(answer.stacks.values()))
    for chosen in product(CLOSED, repeat=len(names)):
        values = dict(zip(names, chosen, strict=True))
        after = {
            place: tuple([substitute(x, values) for x in found]) for place, found in answer.stacks.items()
        }
        if all(value in CLOSED for found in after.values() for value in found):
            yield tuple(sorted(after.items()))


def same(left: Term, right: Term, level: Level) -> bool:
    """By running both."""
    if level == "ground":
        return on_closed_memories(left) == on_closed_memories(right)
    pairs = zip(on_general_memories(left), on_general_memories(right), strict=True)
    if level == "multiset":
        return all(ours == theirs for ours, theirs in pairs)
    return all(ours.keys() == theirs.keys() for ours, theirs in pairs)


def witnessed(left: Term, right: Term, verdict: Verdict) -> str | None:
    """What is wrong with a witness: its answer must be among those of its side, and not, or less often, among
    the other's.
    """
    witness = verdict.witness
    if witness is None:
        return "different without a witness"
    values = witness.variables
    ours, theirs = (left, right) if witness.side == "left" else (right, left)
    if values:
        return None
    wanted = witness.answer.key()
    if verdict.level == "ground":
        # After the second memory of the pair has been popped, nothing is left.
        stacks = witness.answer.stacks
        after = [pop(value, place) for place, found in stacks.items() for value in found[::-1]]
        ours, theirs = sequence(ours, *after), sequence(theirs, *after)
        wanted = ((), ())
    counts: list[Counter[Hashable]] = []
    for side in (ours, theirs):
        machine = literal(side, witness.stacks, 20 * FEW)
        if not machine.complete:
            return None
        counts.append(counted(machine.answers))
    has, lacks = counts[0][wanted], counts[1][wanted]
    if has > lacks if verdict.level == "multiset" else has and not lacks:
        return None
    return f"the witness {shown(witness.stacks)} with {told([witness.answer])} does not tell them apart"


# Star-free terms


@lru_cache(maxsize=4)
def small(most: int) -> tuple[Term, ...]:
    """All closed star-free terms of up to so many nodes, one of each structure."""
    space = enumeration.space(most)
    return tuple({canonical_form(term): term for term in space.range(0, space.total)}.values())


def decided(pair: Two, tally: Tally) -> str | None:
    """The verdicts at all levels are those of brute force, with witnesses that hold."""
    left, right = pair
    for level in LEVELS:
        verdict = equal(left, right, level=level)
        expected = "equal" if same(left, right, level) else "different"
        tally.count(f"{level}: {verdict.verdict}")
        if verdict.verdict != expected:
            return f"at level {level}: {verdict.verdict}; by running: {expected}"
        if expected == "different" and (wrong := witnessed(left, right, verdict)) is not None:
            return f"at level {level}: {wrong}"
    return None


FINITE: tuple[str, ...] = ("Z S/1", "A B", "A F/2")
_SIGNATURES = {
    text: tuple(value for value, _ in zip(Signature.of(text).values(), range(5), strict=False))
    for text in FINITE
}


def over_signature(pair: tuple[Term, Term, str], tally: Tally) -> str | None:
    """Over a finite signature, terms are equal just if they relate the same closed values."""
    left, right, text = pair
    verdict = equal(left, right, level="ground", signature=text)
    expected = "equal" if _related(left, text) == _related(right, text) else "different"
    tally.count(f"finite: {verdict.verdict}")
    if verdict.verdict != expected:
        return f"over {text}: {verdict.verdict}; by running on {len(_SIGNATURES[text])} values: {expected}"
    return witnessed(left, right, verdict) if expected == "different" else None


def _related(term: Term, text: str) -> set[Hashable]:
    """The pairs of memories of at most two of the first values on λ that a term relates."""
    values = _SIGNATURES[text]
    found: set[Hashable] = set()
    for count in range(3):
        for before in product(values, repeat=count):
            for answer in literal(term, {LAMBDA: before}).answers:
                names = variables(chain.from_iterable(answer.stacks.values()))
                for chosen in product(values, repeat=len(names)):
                    given = dict(zip(names, chosen, strict=True))
                    after = tuple([substitute(x, given) for x in answer.stacks.get(LAMBDA, ())])
                    if all(value in values for value in after):
                        found.add((before, after))
    return found


def summed(choose: Choose, size: int) -> tuple[Term, Term, str]:
    """Two sums of a few of the same small terms over a signature."""
    text = FINITE[choose(len(FINITE))]
    pool = _pool(text)
    some = [pool[choose(len(pool))] for _ in range(3)]
    left, right = (sum_of(*(some[choose(3)] for _ in range(1 + choose(3)))) for _ in range(2))
    return left, right, text


@lru_cache(maxsize=4)
def _pool(text: str) -> tuple[Term, ...]:
    """Terms that pop one value over a signature and push what they take apart, or nothing."""
    constructors = Signature.of(text).constructors
    values = enumeration.values(3, constructors=constructors, free=("x", "y"))
    found: list[Term] = []
    for value in values.range(0, values.total):
        names = variables([value])
        found += [new(names, pop(value)), new(names, sequence(pop(value), push(value)))]
    return tuple(found)


# Sums of small terms, and iterations


def pairs(choose: Choose, size: int) -> Two:
    """Two sums of small terms, many of them equal or nearly so."""
    pool = small(4)
    some = [pool[choose(len(pool))] for _ in range(3)]
    sides = [[some[choose(3)] for _ in range(1 + choose(3))] for _ in range(2)]
    if choose(3) == 0:
        sides[1] = sides[0][::-1]
    left, right = (sum_of(*side) for side in sides)
    return left, right


def with_iterations(choose: Choose, size: int) -> Two:
    """Two terms that may iterate, the second often made from the first."""
    features = {"constructors": {"A": 0, "S": 1}}
    left = generation.term(choose, 1 + size // 2, **features)
    kind = choose(5)
    if kind == 1:
        return left, sum_of(left, left)
    if kind == 2:
        return left, sequence(left, star(FAILURE))
    if kind == 3:
        return star(star(left)), star(left)
    return left, generation.term(choose, 1 + size // 2, **features)


def sound(pair: Two, tally: Tally) -> str | None:
    """A verdict is never wrong on a memory on which both searches end."""
    left, right = pair
    for level in LEVELS:
        verdict = equal(left, right, level=level, max_steps=STEPS)
        tally.count(f"{level}: {verdict.verdict}")
        if verdict.verdict == "different":
            if (wrong := witnessed(left, right, verdict)) is not None:
                return f"at level {level}: {wrong}"
        elif verdict.verdict == "equal" and (wrong := _apart(left, right, level)) is not None:
            return f"at level {level} equal; {wrong}"
    return None


def _apart(left: Term, right: Term, level: Level) -> str | None:
    """A memory on which two terms that both end differ at a level."""
    if level == "ground":
        return None
    for memory in SHALLOW:
        ours, theirs = (literal(side, memory, FEW) for side in (left, right))
        if not (ours.complete and theirs.complete):
            continue
        counts = counted(ours.answers), counted(theirs.answers)
        if counts[0] != counts[1] and (level == "multiset" or counts[0].keys() != counts[1].keys()):
            return f"{shown(memory)} left: {told(ours.answers)}; right: {told(theirs.answers)}"
    return None


def over(subject: tuple[Term, Term, str]) -> str:
    return f"{subject[0]} = {subject[1]} over {subject[2]}"


PROPERTIES = (
    Property(
        "equality",
        "A verdict of `equal` is that of all small memories, and its witnesses tell the terms apart.",
        "docs/relations.md",
        (
            Exhaustive(
                "of every two closed star-free terms of up to {size} nodes, the verdicts at the levels "
                "multiset, set and ground are those of runs on all memories of up to two variables, or of up "
                "to two closed values, at a location",
                lambda size: Couples(small(size)),
                decided,
                size=3,
                less=2,
                unit=500,
                name="star-free",
                show=both,
                measure=nodes,
            ),
            Generated(
                "the verdicts on generated sums of small star-free terms, at all levels, are those of runs",
                pairs,
                decided,
                shrunk=shrunk_terms,
                examples=40,
                unit=150,
                name="sums",
                show=both,
                measure=nodes,
            ),
            Generated(
                "the verdicts on generated terms over a finite signature, at level ground, are those of runs",
                summed,
                over_signature,
                examples=20,
                unit=100,
                name="signatures",
                show=over,
                measure=nodes,
            ),
            Generated(
                "no verdict on generated terms of up to {size} nodes with iterations is wrong on a memory of "
                "up to two variables at a location where both searches end",
                with_iterations,
                sound,
                shrunk=shrunk_terms,
                largest=14,
                examples=8,
                unit=20,
                name="iterations",
                show=both,
                measure=nodes,
            ),
        ),
    ),
)
