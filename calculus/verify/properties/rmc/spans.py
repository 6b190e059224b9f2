"""Spans: their composition, the names of their variables, and when one covers another."""

from collections import Counter, deque
from collections.abc import Iterable
from functools import lru_cache
from itertools import chain

from calculus.machine.relational.instructions import constructor, sequence, variable
from calculus.rmc.normal import normal_form
from calculus.rmc.spans import NOTHING_DONE, Span, compose, core, framed, span, subsumes
from calculus.rmc.subsumption import Level, lacking
from calculus.term import Term
from calculus.term.node import size
from calculus.verify.enumeration import rmc as enumeration
from calculus.verify.generation import rmc as generation
from calculus.verify.independent.relational import solution
from calculus.verify.independent.spans import Shape, composed, general_memories, variables
from calculus.verify.properties.rmc.subjects import (
    PLACES,
    Listed,
    Memory,
    Pairs,
    counted,
    literal,
    shrunk_terms,
)
from calculus.verify.property import Choose, Exhaustive, Generated, Property, Tally

NAMES = ("x", "y", "z")

Two = tuple[Span, Span]

HEIGHT = 3
"""Of the memories on which spans are compared; none pops more."""


def shape(item: Span) -> Shape:
    return Shape(item.popped, item.pushed)


@lru_cache(maxsize=8)
def spans(most: int) -> tuple[Span, ...]:
    """All spans over A, S/1 and two locations that pop and push values of up to `most` nodes in all, each
    action counted as one more; small ones first.
    """
    choices = [(size(value), value) for value in enumeration.values(most - 1, free=NAMES)]
    found: dict[Span, None] = {}
    # Actions in the order popped, pushed; on λ, on a.
    waiting: deque[tuple[int, tuple[tuple[int, Term], ...]]] = deque([(0, ())])
    while waiting:
        used, actions = waiting.popleft()
        found.setdefault(_made(actions))
        first = actions[-1][0] if actions else 0
        for slot in range(first, 4):
            for nodes, value in choices:
                if used + nodes < most:
                    waiting.append((used + nodes + 1, (*actions, (slot, value))))
    return tuple(sorted(found, key=Span.key))


def _made(actions: Iterable[tuple[int, Term]]) -> Span:
    sides: tuple[dict[str, list[Term]], ...] = ({}, {})
    for slot, value in actions:
        sides[slot % 2].setdefault(PLACES[slot // 2], []).append(value)
    return span(*sides)


def in_a_row(pair: Two) -> str:
    return str(sequence(*(item.term() for item in pair)))


def nodes(pair: Two) -> int:
    return 1 + sum(size(item.term()) for item in pair)


# Composition


def composition(pair: Two, tally: Tally) -> str | None:
    """The composition is that by substitution, and is what the sequence of both does."""
    first, second = pair
    found = compose(first, second)
    expected = composed(shape(first), shape(second))
    tally.count("some run" if expected is not None else "no run")
    if not _same(found, expected):
        return f"composed: {found}; by substitution: {expected and expected.term}"
    whole = normal_form(sequence(first.term(), second.term())).spans
    if whole != (() if found is None else ((found, 1),)):
        return f"composed: {found}; the sequence: {' + '.join(str(item) for item, _ in whole)}"
    return None


def _same(found: Span | None, expected: Shape | None) -> bool:
    if found is None or expected is None:
        return found is None and expected is None
    return shape(found).key() == expected.key()


# Names


def naming(item: Span, tally: Tally) -> str | None:
    """Whatever its variables are called, a span is one; and it is the span of its own term."""
    term = item.term()
    if normal_form(term).spans != ((item, 1),):
        return f"as a term it has the normal form {normal_form(term)}"
    names = variables(shape(item).values)
    for other in (
        names[::-1],
        [f"v{number}" for number in range(len(names))],
        ["y", "x", *names][: len(names)],
    ):
        if len(set(other)) < len(names):
            continue
        renamed = shape(item).under(dict(zip(names, map(variable, other), strict=True)))
        tally.count("renamings")
        if span(renamed.popped, renamed.pushed) != item:
            return f"renamed {renamed.term} it is {span(renamed.popped, renamed.pushed)}"
    inner, heights = core(item)
    if framed(inner, dict(heights)) != item:
        return f"its core {inner} framed by {dict(heights)} is {framed(inner, dict(heights))}"
    for nothing in (compose(item, NOTHING_DONE), compose(NOTHING_DONE, item)):
        if nothing != item:
            return f"with nothing before or after it is {nothing}"
    return None


# Covering


@lru_cache(maxsize=8)
def alike(most: int) -> Listed:
    """The pairs of spans that change the heights of all stacks alike; no others cover each other."""
    pairs = Pairs(spans(most))
    return Listed([pair for pair in pairs.range(0, pairs.total) if _net(pair[0]) == _net(pair[1])])


def _net(item: Span) -> dict[str, int]:
    heights = {place: len(pushed) - len(popped) for place, popped, pushed in item.sides}
    return {place: height for place, height in heights.items() if height}


def covering(pair: Two, tally: Tally) -> str | None:
    """One span covers another at a level just if that has no more answers on all memories of the level."""
    general, special = pair
    relates = related_afresh(general, special)
    if subsumes(general, special) != relates:
        return f"subsumed: {not relates}; on fresh constants: {relates}"
    verdicts: dict[Level, bool] = {"set": included(general, special), "ground": relates}
    for level, expected in verdicts.items():
        tally.count(f"{level}: {'covered' if expected else 'not covered'}")
        if (lacking([special], [general], level) is None) != expected:
            return f"covered at level {level}: {not expected}; by running: {expected}"
    return None


def related_afresh(general: Span, special: Span) -> bool:
    """Whether the first relates what the second does with constants that nothing has for its variables."""
    values = {name: constructor(f"Fresh{number}") for number, name in enumerate(special.variables)}
    closed = shape(special).under(values)
    answers = literal(general.term(), closed.popped).answers
    return any(_becomes(answer.stacks, closed.pushed) for answer in answers)


def _becomes(stacks: Memory, closed: Memory) -> bool:
    """Whether what an answer leaves, which may have variables, can be a closed memory."""
    heights = [{place: len(values) for place, values in side.items() if values} for side in (stacks, closed)]
    if heights[0] != heights[1]:
        return False
    pairs = (zip(stacks[place], closed[place], strict=True) for place in heights[0])
    return solution(chain.from_iterable(pairs)) is not None


@lru_cache(maxsize=4096)
def on_general_memories(item: Span) -> tuple[frozenset[object], ...]:
    """The answers of a span on each memory of different variables."""
    term = item.term()
    return tuple(
        frozenset(counted(literal(term, memory).answers)) for memory in general_memories(HEIGHT, PLACES)
    )


def included(general: Span, special: Span) -> bool:
    """Whether the second has no answer on a memory of variables that the first has not."""
    ours, theirs = on_general_memories(general), on_general_memories(special)
    return all(more >= fewer for more, fewer in zip(ours, theirs, strict=True))


def both(pair: Two) -> str:
    return f"{pair[0]} over {pair[1]}"


# Generated


def made(choose: Choose, size: int) -> tuple[Term, Term]:
    """Two terms."""
    return tuple(  # type: ignore[return-value]
        generation.term(choose, 1 + size // 2, stars=False, constants=generation.CONSTANTS) for _ in range(2)
    )


def of_terms(pair: tuple[Term, Term], tally: Tally) -> str | None:
    """The spans of two terms in sequence are their spans composed, with the multiplicities multiplied."""
    first, second = pair
    ours, theirs = normal_form(first), normal_form(second)
    expected: Counter[object] = Counter()
    for one, times in ours.spans:
        for other, again in theirs.spans:
            found = composed(shape(one), shape(other))
            if found is not None:
                expected[found.key()] += times * again
    whole = normal_form(sequence(first, second))
    tally.count("spans", len(whole.spans))
    for name, form in (("the sequence", whole), ("composed", ours.then(theirs))):
        if {shape(item).key(): times for item, times in form.spans} != expected:
            return f"{name}: {form}; by substitution: {dict(expected)}"
    for item, _ in whole.spans:
        wrong = naming(item, tally)
        if wrong is not None:
            return f"the span {item}: {wrong}"
    return None


def sequenced(pair: tuple[Term, Term]) -> str:
    return str(sequence(*pair))


def weighed(pair: tuple[Term, Term]) -> int:
    return size(sequence(*pair))


PROPERTIES = (
    Property(
        "spans",
        "Spans compose by unification, do not depend on names, and cover each other as their runs do.",
        "Barrett, Castle, Heijltjes, The Relational Machine Calculus (LICS 2024)",
        (
            Exhaustive(
                "every two spans of up to {size} symbols compose as substitution has it, to what the "
                "sequence does",
                lambda size: Pairs(spans(size)),
                composition,
                size=4,
                less=1,
                unit=2_000,
                name="composition",
                show=in_a_row,
                measure=nodes,
            ),
            Exhaustive(
                "every span of up to {size} symbols is one whatever its variables are "
                "called, the span of its own term, and its core framed",
                lambda size: Listed(spans(size)),
                naming,
                size=5,
                unit=2_000,
                name="names",
                show=str,
                measure=lambda item: size(item.term()),
            ),
            Exhaustive(
                "of every two spans of up to {size} symbols that change the heights of stacks alike, "
                "one covers the other at levels set and ground just if its runs do",
                alike,
                covering,
                size=4,
                less=1,
                unit=2_000,
                name="covering",
                show=both,
                measure=nodes,
            ),
            Generated(
                "two generated star-free terms of up to {size} nodes in sequence have their spans composed",
                made,
                of_terms,
                shrunk=shrunk_terms,
                examples=300,
                unit=300,
                show=sequenced,
                measure=weighed,
            ),
        ),
    ),
)
