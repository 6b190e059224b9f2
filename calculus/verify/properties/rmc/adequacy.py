"""Machine = reduction: what a run on a memory answers is what normal forms and reducts say of that memory."""

from collections.abc import Sequence
from functools import lru_cache

from calculus.machine.relational.answers import Answer
from calculus.machine.relational.instructions import NEW, constructor, new, variable
from calculus.machine.relational.query import Query
from calculus.rmc.normal import OPEN, NormalForm, normal_form
from calculus.rmc.reduction import contract, redexes, reduce
from calculus.rmc.rules import SLIDES, TERMINATING
from calculus.rmc.structure import flat
from calculus.term import Term, free_variables, node
from calculus.term.binding import names_in
from calculus.verify.certificates import claims
from calculus.verify.enumeration import rmc as enumeration
from calculus.verify.generation import rmc as generation
from calculus.verify.independent.paths import bounded
from calculus.verify.independent.relational import substitute
from calculus.verify.independent.spans import Shape, answer, general_memories
from calculus.verify.properties.rmc.subjects import (
    MEMORIES,
    PLACES,
    Listed,
    Memory,
    asked,
    counted,
    literal,
    nodes,
    rebuilt,
    shown,
    solved,
    told,
)
from calculus.verify.property import Choose, Exhaustive, Generated, Property, Tally
from calculus.verify.shrinking import shrunk

CONTRACTIONS = 2_000
"""Contractions of a reduction that must end."""

FEW: tuple[Memory, ...] = tuple(general_memories(1, PLACES))
"""Memories for what is run many times."""

TURNS = 2
"""Turns of an iteration that are compared; what both sides do in them is the same."""


def said(form: NormalForm, memory: Memory) -> list[Answer]:
    """The answers that spans give on a memory."""
    found = [(answer(Shape(item.popped, item.pushed), memory), times) for item, times in form.spans]
    return [one for one, times in found if one is not None for _ in range(times)]


def by_spans(term: Term, tally: Tally) -> str | None:
    """The machine's answers are those of the spans, on all of the memories."""
    form = normal_form(term)
    if tally.certify:
        tally.claim(**claims.spans(term, form))
    for memory in MEMORIES:
        search = solved(Query(term, {}, memory))
        if not search.complete:
            return f"{shown(memory)} the search does not end: {search.stopped_by or search.error}"
        theirs = said(form, memory)
        tally.count("runs")
        if counted(search.answers) != counted(theirs):
            return f"{shown(memory)} the machine: {told(search.answers)}; the normal form: {told(theirs)}"
    return None


def by_steps(term: Term, tally: Tally) -> str | None:
    """Every contraction of a term leaves its answers alone, turn by turn."""
    term = flat(term)
    found = redexes(term, (*TERMINATING, *SLIDES))
    before = answers(bounded(term, TURNS), FEW) if found else []
    for redex in found:
        after = contract(term, redex)
        if flat(after) != after:
            return f"{redex.rule.name} at {list(redex.position)} gives {after}, which is not flat"
        wrong = unlike(before, answers(bounded(after, TURNS), FEW), FEW)
        tally.count(redex.rule.name)
        if wrong is not None:
            return f"{redex.rule.name} at {list(redex.position)} gives {after}; {wrong}"
    return None


@lru_cache(maxsize=4)
def shadowing(most: int) -> Listed:
    """The star-free terms over p, up to a size, some binder of which can be called p too; and so they are."""
    space = enumeration.space(most, free=("p",))
    found = ((term, reusing(term, "p")) for term in space.range(0, space.total))
    return Listed([after for term, after in found if after is not term and "p" in free_variables(term)])


def reusing(term: Term, name: str) -> Term:
    """The term with that name for the innermost binders whose bodies have no such name."""

    def change(item: Term, children: tuple[Term, ...]) -> Term:
        if item.op is NEW and name not in names_in(children):
            return new((name,), substitute(children[0], {item.label[0]: variable(name)}))
        return node(item.op, item.label, children)

    return rebuilt(term, change)


def by_reduct(term: Term, tally: Tally) -> str | None:
    """The normal form of a reduction has the answers that the term has."""
    reduction = reduce(term, max_steps=CONTRACTIONS, keep=False)
    if not reduction.normal:
        return f"no normal form within {CONTRACTIONS} contractions"
    tally.count("contractions", reduction.steps)
    tally.count("normal forms")
    found = unlike(answers(term, MEMORIES), answers(reduction.result, MEMORIES), MEMORIES)
    return None if found is None else f"reduces to {reduction.result}; {found}"


def answers(term: Term, memories: Sequence[Memory]) -> list[list[Answer]]:
    """The answers of a term on each of some memories."""
    return [literal(term, memory).answers for memory in memories]


def unlike(
    before: Sequence[list[Answer]], after: Sequence[list[Answer]], memories: Sequence[Memory]
) -> str | None:
    """A memory on which the answers are not the same, and what they are."""
    for ours, theirs, memory in zip(before, after, memories, strict=True):
        if counted(ours) != counted(theirs):
            return f"{shown(memory)} before: {told(ours)}; after: {told(theirs)}"
    return None


def made(choose: Choose, size: int) -> Query:
    """A term that may be open on a memory that may be open."""
    return generation.query(choose, size, stars=False, free=(("p", "q") if choose(2) else ()))


def iterating(choose: Choose, size: int) -> Term:
    """A term in which names may be bound within themselves."""
    return generation.term(choose, size, names=("x", "y"))


def on_memory(query: Query, tally: Tally) -> str | None:
    """The answers of a query are those of its spans, which take the variables of the term from `$`."""
    names = sorted(free_variables(query.term))
    form = normal_form(query.term)
    search = solved(query)
    if not search.complete:
        return f"the search does not end: {search.stopped_by or search.error}"
    memory = dict(query.stacks)
    if names:
        memory[OPEN] = [constructor("E", *map(variable, names))]
    theirs: list[Answer] = []
    for one in said(form, memory):
        bindings = {name: one.bindings[name] for name in query.variables}
        stacks = {place: values for place, values in one.stacks.items() if place != OPEN}
        theirs.append(Answer.of(bindings, stacks))
    tally.count("answers", len(search.answers))
    if counted(search.answers) != counted(theirs):
        return f"the machine: {told(search.answers)}; the normal form: {told(theirs)}"
    if tally.certify:
        tally.claim(
            **claims.answers(query.term, search.answers, stacks=query.stacks, definitions=query.definitions)
        )
    return None


PROPERTIES = (
    Property(
        "adequacy",
        "A run answers on each memory what the normal form says of it, and reduction changes no answer.",
        "Barrett, Castle, Heijltjes, The Relational Machine Calculus (LICS 2024)",
        (
            Exhaustive(
                "the answers of every closed star-free term of up to {size} nodes on "
                f"{len(MEMORIES)} memories are those of its spans",
                lambda size: enumeration.space(size),
                by_spans,
                size=5,
                unit=250,
                name="spans",
            ),
            Exhaustive(
                "the answers of every closed star-free term of up to {size} nodes on "
                f"{len(MEMORIES)} memories are those of its normal form by reduction",
                lambda size: enumeration.space(size),
                by_reduct,
                size=4,
                less=1,
                unit=250,
                name="reducts",
            ),
            Exhaustive(
                "no contraction of any closed term of up to {size} nodes, with iterations of at most "
                f"{TURNS} turns, changes an answer on {len(FEW)} memories of variables",
                lambda size: enumeration.space(size, stars=True),
                by_steps,
                size=5,
                unit=250,
                name="contractions",
            ),
            Exhaustive(
                "no contraction of any star-free term over p of up to {size} nodes in which p is also bound, "
                f"changes an answer on {len(FEW)} memories of variables",
                shadowing,
                by_steps,
                size=5,
                unit=250,
                name="shadowing",
            ),
            Generated(
                "the answers of generated star-free terms of up to {size} nodes on generated memories, "
                "both open or not, are those of their spans",
                made,
                on_memory,
                shrunk=shrunk,
                examples=200,
                unit=200,
                show=asked,
                measure=nodes,
            ),
            Generated(
                "no contraction of a generated term of up to {size} nodes, with iterations of at most "
                f"{TURNS} turns, changes an answer on {len(FEW)} memories of variables",
                iterating,
                by_steps,
                shrunk=shrunk,
                largest=14,
                examples=150,
                unit=200,
                name="generated-contractions",
            ),
        ),
    ),
)
