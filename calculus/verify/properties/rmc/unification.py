"""Unification: most general unifiers, the occurs check, and branches that leave no trace."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import product

from immutables import Map

from calculus.machine.relational.answers import Answers
from calculus.machine.relational.engine import prepare_kernel
from calculus.machine.relational.instructions import (
    FAILURE,
    NOTHING,
    constructor,
    pop,
    push,
    sequence,
    sum_of,
    test,
    variable,
)
from calculus.machine.relational.kernel.host import KernelSearch
from calculus.machine.relational.query import Query
from calculus.machine.relational.search import Search
from calculus.machine.relational.unify import unify
from calculus.machine.relational.values import Bindings, Reading, evaluate
from calculus.rmc.mgu import mgu
from calculus.term import Term
from calculus.term.node import size
from calculus.verify.generation import rmc as generation
from calculus.verify.independent.relational import LiteralMachine, solution, substitute
from calculus.verify.independent.relational import mgu as robinson
from calculus.verify.independent.spans import variables
from calculus.verify.properties.rmc.subjects import PLENTY, Listed, Pairs, steps_only, told
from calculus.verify.property import Choose, Exhaustive, Generated, Property, Tally

Pair = tuple[Term, Term]
"""Two values."""

NAMES = ("x", "y", "z")
ARITIES = {"A": 0, "S": 1, "F": 2}


@lru_cache(maxsize=8)
def values(most: int) -> tuple[Term, ...]:
    """All values of at most so many nodes, small ones first."""
    by_size: dict[int, list[Term]] = {}
    for exactly in range(1, most + 1):
        found = [variable(name) for name in NAMES] if exactly == 1 else []
        for name, arity in ARITIES.items():
            for parts in _splits(exactly - 1, arity):
                choices = product(*(by_size[part] for part in parts))
                found += [constructor(name, *arguments) for arguments in choices]
        by_size[exactly] = found
    return tuple(value for found in by_size.values() for value in found)


def _splits(total: int, parts: int) -> Iterator[tuple[int, ...]]:
    """The ways to write a number as a sum of so many, each 1 or more."""
    for sizes in product(range(1, total + 1), repeat=parts):
        if sum(sizes) == total:
            yield sizes


def equation(pair: Sequence[Term]) -> str:
    return f"{pair[0]} == {pair[1]}"


def measure(pair: Sequence[Term]) -> int:
    return sum(map(size, pair))


def written(found: Mapping[str, Term] | None) -> str:
    if found is None:
        return "no unifier"
    return ", ".join(f"{name} = {value}" for name, value in sorted(found.items())) or "nothing to bind"


def most_general(pair: Pair, tally: Tally) -> str | None:
    """The unifier found unifies, is idempotent, binds no variable to what it is within, and every other is an
    instance of it: it is the textbook's up to the names of variables.
    """
    left, right = pair
    names = variables(pair)
    textbook = robinson(left, right)
    tally.count("unifiable" if textbook is not None else "not unifiable")
    if textbook is None and unified(pair, names) is not None:
        # What it found may not be readable: a value within itself.
        return "what has no unifier is unified"
    for bindings in (mgu([pair], names), by_machine(pair, names)):
        wrong = _wrong(pair, names, bindings, textbook)
        if wrong is not None:
            return f"{wrong}: found {written(bindings)}; by the textbook {written(textbook)}"
    return None


def unified(pair: Pair, names: Sequence[str]) -> Bindings | None:
    """What the unifier of the reference machine binds, by number."""
    numbers = Map({name: number for number, name in enumerate(names)})
    left, right = (evaluate(side, numbers, Map()) for side in pair)
    return unify(left, right, Map())


def by_machine(pair: Pair, names: Sequence[str]) -> dict[str, Term] | None:
    """The same as values; variables that are left have their own names."""
    bindings = unified(pair, names)
    if bindings is None:
        return None
    reading = Reading(bindings, lambda number: variable(names[number]))
    return {name: reading.term(number) for number, name in enumerate(names) if number in bindings}


def _wrong(
    pair: Pair, names: Sequence[str], found: Mapping[str, Term] | None, textbook: Mapping[str, Term] | None
) -> str | None:
    if found is None or textbook is None:
        if found is textbook:
            return None
        return "a unifier is missed" if found is None else "what has no unifier is unified"
    left, right = (substitute(side, found) for side in pair)
    if left != right:
        return f"not a unifier, {left} and {right}"
    if any(substitute(value, found) != value for value in found.values()):
        return "not idempotent"
    # Each is an instance of the other if all that the variables stand for unifies one way by renaming.
    ours = [substitute(variable(name), found) for name in names]
    theirs = [substitute(variable(name), textbook) for name in names]
    if _renamed(ours) != _renamed(theirs):
        return "not most general"
    return None


def _renamed(found: Sequence[Term]) -> list[Term]:
    """Values with their variables named in order."""
    names = {name: variable(f"#{number}") for number, name in enumerate(variables(found))}
    return [substitute(value, names) for value in found]


# On the machines, where a failed branch must leave no trace


def tested(left: Term, right: Term) -> Term:
    """`s == t + 1`"""
    return sum_of(test(left, right), NOTHING)


def popped(left: Term, right: Term) -> Term:
    """`[s]; <t> + 1`"""
    return sum_of(sequence(push(left), pop(right)), NOTHING)


def failing(left: Term, right: Term) -> Term:
    """`s == t; 0 + 1`"""
    return sum_of(sequence(test(left, right), FAILURE), NOTHING)


BRANCHES: tuple[Callable[[Term, Term], Term], ...] = (tested, popped, failing)


@lru_cache(maxsize=8)
def branches(most: int) -> Listed:
    """Terms that unify all pairs of values in one branch and nothing in the next."""
    pairs = Pairs(values(most))
    found = [branch(*pair) for pair in pairs.range(0, pairs.total) for branch in BRANCHES]
    return Listed(sorted(found, key=size))


def searches(query: Query) -> Iterator[tuple[str, Answers]]:
    prepare_kernel()
    yield "reference", Search(query, steps_only(PLENTY))
    yield "kernel", KernelSearch(query, steps_only(PLENTY))


def without_trace(term: Term, tally: Tally) -> str | None:
    """Each engine answers what the literal machine does: the unifier, then nothing bound."""
    query = Query(term)
    expected = LiteralMachine(query, "dfs", PLENTY).answers
    for engine, search in searches(query):
        found = list(search)
        tally.count("runs")
        if [answer.key() for answer in found] != [answer.key() for answer in expected]:
            return f"{engine}: {told(found)}; by substitution: {told(expected)}"
    return None


# Larger values


def made(choose: Choose, size: int) -> tuple[Term, ...]:
    """Values that mostly have the same shape, two by two."""
    count = 1 + choose(2)
    half = max(1, size // (2 * count))
    features = {"free": NAMES, "constructors": ARITIES, "constants": (0, 2**70)}
    return tuple(generation.value(choose, half, **features) for _ in range(2 * count))


def several(sides: tuple[Term, ...], tally: Tally) -> str | None:
    """The same of several equations at once, on values of any kind; on the machines too."""
    pairs = list(zip(sides[::2], sides[1::2], strict=True))
    names = variables(sides)
    textbook, found = solution(pairs), mgu(pairs, names)
    tally.count("unifiable" if textbook is not None else "not unifiable")
    if found is None or textbook is None:
        if found is not textbook:
            return f"found {written(found)}; by the textbook {written(textbook)}"
    elif _renamed([substitute(variable(name), found) for name in names]) != _renamed(
        [substitute(variable(name), textbook) for name in names]
    ):
        return f"found {written(found)}; by the textbook {written(textbook)}"
    whole = sequence(*(test(*pair) for pair in pairs))
    return without_trace(sum_of(whole, NOTHING), tally)


def equations(sides: tuple[Term, ...]) -> str:
    return "; ".join(map(equation, zip(sides[::2], sides[1::2], strict=True)))


PROPERTIES = (
    Property(
        "unification",
        "Unifiers are most general and idempotent, no value contains itself, and a branch that failed has "
        "bound nothing.",
        "Robinson, A Machine-Oriented Logic Based on the Resolution Principle (1965)",
        (
            Exhaustive(
                "every two values of up to {size} nodes over A, S/1, F/2 and three variables have the most "
                "general unifier of the textbook, or none",
                lambda size: Pairs(values(size)),
                most_general,
                size=4,
                less=1,
                unit=5_000,
                name="unifiers",
                show=equation,
                measure=measure,
            ),
            Exhaustive(
                "both engines unify every two values of up to {size} nodes over A, S/1, F/2 and three "
                "variables as the textbook does, and have bound nothing in the next branch",
                lambda size: branches(size),
                without_trace,
                size=2,
                less=3,
                unit=500,
                name="branches",
            ),
            Generated(
                "generated equations of up to {size} nodes have the most general unifier of the textbook, or "
                "none, on both engines",
                made,
                several,
                examples=300,
                unit=300,
                show=equations,
                measure=measure,
            ),
        ),
    ),
)
