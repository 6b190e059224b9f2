"""Conservativity over the first-order FMC: `a<x>.M` is `ex x. a<x>; M`, and has the same runs."""

from functools import lru_cache

from calculus.machine import instructions as functional
from calculus.machine.instructions import JOIN, JUMP, LAMBDA, POP, PUSH, SKIP, STAR, jump
from calculus.machine.relational import instructions as relational
from calculus.machine.relational.query import Query
from calculus.term import Term
from calculus.verify.enumeration.ranked import Construct, Signature, Space
from calculus.verify.properties.fmc.runs import Outcome, run
from calculus.verify.properties.rmc.subjects import PLACES, Memory, rebuilt, shown, solved, told
from calculus.verify.property import Choose, Exhaustive, Generated, Property, Tally

TERM, VALUE = "term", "value"

CONSTANTS = (jump("A"), jump(5))

MEMORIES: tuple[Memory, ...] = (
    {},
    {LAMBDA: [CONSTANTS[0]]},
    {LAMBDA: [CONSTANTS[1], CONSTANTS[0]], "a": [CONSTANTS[1]]},
)
"""Memories of the FMC."""


@lru_cache(maxsize=8)
def first_order(size: int) -> Space:
    """The closed terms of the FMC that push variables and constants only, and leave with `*`."""
    constructs = (
        *(Construct(PUSH, place, (VALUE, TERM)) for place in PLACES),
        *(Construct(POP, (place,), (TERM,)) for place in PLACES),
        Construct(JOIN, STAR, (TERM, TERM)),
    )
    constants = {VALUE: CONSTANTS, TERM: (SKIP,)}
    return Space(Signature(constants, {VALUE: (), TERM: constructs}, frozenset((VALUE,))), TERM, size)


def image(term: Term) -> Term:
    """The term of the RMC that a first-order term, or a value, of the FMC is."""

    def change(item: Term, children: tuple[Term, ...]) -> Term:
        if item.op is JUMP:
            if item is SKIP:
                return relational.NOTHING
            label = item.label
            return relational.constructor(label) if isinstance(label, str) else relational.constant(label)
        if item.op is PUSH:
            return relational.sequence(relational.push(children[0], item.label), children[1])
        if item.op is POP:
            place, name = item.label
            taken = relational.pop(relational.variable(name), place)
            return relational.new((name,), relational.sequence(taken, *children))
        return relational.sequence(*children) if item.op is JOIN else item

    return rebuilt(term, change)


def conservative(term: Term, tally: Tally) -> str | None:
    """On each memory, the image answers what the run ends with, and nothing where that is stuck."""
    for memory in MEMORIES:
        ran = run(term, {place: list(values) for place, values in memory.items()})
        search = solved(Query(image(term), {}, _memory(memory)))
        tally.count(ran.status)
        if not search.complete or [answer.stacks for answer in search.answers] != _expected(ran):
            return (
                f"{shown(memory)} the functional machine: {ran}; "
                f"the relational machine, of {image(term)}: {told(search.answers)}"
            )
    return None


def _memory(stacks: Memory) -> dict[str, list[Term]]:
    return {place: [image(value) for value in values] for place, values in stacks.items() if values}


def _expected(ran: Outcome) -> list[dict[str, list[Term]]]:
    return [_memory(ran.stacks)] if ran.status == "done" else []


def made(choose: Choose, size: int) -> Term:
    """A first-order term, built from its end."""
    names = ("x", "y", "z")
    scope: list[str] = []
    # What is done in order, as the terms that what follows is put into.
    done: list[tuple[str, str | Term]] = []
    for _ in range(size // 2):
        place = PLACES[choose(2)]
        if choose(2):
            name = names[choose(3)]
            scope.append(name)
            done.append((place, name))
        else:
            value = (
                functional.variable(scope[choose(len(scope))])
                if scope and choose(3)
                else CONSTANTS[choose(2)]
            )
            done.append((place, value))
    term = SKIP
    for place, what in reversed(done):
        if isinstance(what, str):
            term = functional.pop(what, term, place)
        else:
            term = functional.push(what, term, place)
    return term


PROPERTIES = (
    Property(
        "first-order",
        "The first-order FMC is part of the RMC, with the same runs.",
        "Barrett, Castle, Heijltjes, The Relational Machine Calculus (LICS 2024)",
        (
            Exhaustive(
                "every closed first-order term of the FMC of up to {size} nodes over two locations and two "
                f"constants runs on {len(MEMORIES)} memories as its image does",
                first_order,
                conservative,
                size=5,
                unit=2_000,
            ),
            Generated(
                "generated first-order terms of the FMC of up to {size} nodes run as their images do",
                made,
                conservative,
                examples=200,
                unit=500,
            ),
        ),
    ),
)
