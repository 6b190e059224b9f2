"""The reference machine of the RMC and its searches on random terms: against a machine that substitutes
literally, and strategies, modes and engines against each other."""

from collections import Counter
from collections.abc import Hashable, Iterable
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculus.machine.budget import Budget
from calculus.machine.relational.answers import Answer
from calculus.machine.relational.instructions import new, pop, push, sequence, variable
from calculus.machine.relational.query import Query
from calculus.machine.relational.search import Search, Strategy
from calculus.rmc.dual import dual
from calculus.term import Term, free_variables
from calculus.verify.generation import rmc as generation
from calculus.verify.generation.rmc import CONSTANTS, Memory
from calculus.verify.independent.paths import bounded
from calculus.verify.independent.relational import LiteralMachine
from calculus.verify.strategies.rmc import programs, queries
from tests.property.parts import checked

LIMIT = 300
PLENTY = LIMIT * (LIMIT + 1)
"""Deepening makes every transition again for each bound."""
OPEN = ("p", "q")

anything = st.one_of(
    queries(),
    queries(free=OPEN),
    queries(free=OPEN, stars=False),
    queries(free=OPEN, constants=CONSTANTS),
    queries(free=OPEN, constants=(0, 1, 2), relations=True),
    programs(free=OPEN),
)
ending = st.one_of(queries(stars=False), queries(free=OPEN, stars=False), queries(free=OPEN, relations=False))


def solved(query: Query, steps: int = LIMIT, **options: Any) -> Search:
    search = Search(query, Budget(max_steps=steps), **options)
    for _ in search:
        pass
    return search


def counted(answers: Iterable[Answer]) -> Counter[Hashable]:
    return Counter(answer.key() for answer in answers)


def test_it_does_what_literal_substitution_does() -> None:
    assert checked("rmc", "engines", "generated-table", examples=100, seed=1).counts["runs"] == 200


def test_strategies_find_the_same_multiset() -> None:
    assert checked("rmc", "engines", "generated-strategies", examples=150, seed=1).counts["compared"] > 100


@given(query=anything)
def test_deepening_finds_the_answers_depth_by_depth(query: Query) -> None:
    literal = LiteralMachine(query, "dfs", LIMIT)
    if not literal.complete:
        return
    expected = [
        answer.key()
        for _, answer in sorted(zip(literal.depths, literal.answers, strict=True), key=lambda x: x[0])
    ]
    search = solved(query, steps=LIMIT * (LIMIT + 1), strategy="deepening")
    assert [answer.key() for answer in search.answers] == expected


@pytest.mark.parametrize("strategy", ["dfs", "bfs", "deepening", "fair"])
@given(query=anything)
def test_set_mode_finds_the_same_set_once_each(strategy: Strategy, query: Query) -> None:
    search = solved(query)
    other = solved(query, steps=PLENTY if search.complete else 1000, strategy=strategy, mode="set")
    if not search.complete:
        # What has been found is there if the search in set mode, which may end, does.
        if other.complete:
            assert counted(search.answers).keys() <= counted(other.answers).keys()
        return
    assert other.complete
    assert counted(other.answers) == dict.fromkeys(counted(search.answers), 1)


@pytest.mark.parametrize("strategy", ["dfs", "bfs", "deepening", "fair"])
@given(query=anything)
def test_counting_gives_the_multiplicities(strategy: Strategy, query: Query) -> None:
    search = solved(query, strategy=strategy)
    merged = solved(query, strategy=strategy, count=True)
    assert {answer.key(): answer.multiplicity for answer in merged.answers} == counted(search.answers)
    assert [answer.key() for answer in merged.answers] == list(counted(search.answers))
    assert (merged.steps, merged.complete) == (search.steps, search.complete)


@given(query=anything, stop=st.integers(0, LIMIT))
def test_a_search_that_was_stopped_goes_on_as_if_it_had_not_been(query: Query, stop: int) -> None:
    for strategy in ("dfs", "bfs", "deepening", "fair"):
        for mode in ("multiset", "set"):
            whole = solved(query, strategy=strategy, mode=mode)
            search = solved(query, stop, strategy=strategy, mode=mode)
            assert search.steps <= stop
            kept = [answer.key() for answer in search.answers]
            copied = search.copy()
            search.go_on(Budget(max_steps=LIMIT - search.steps))
            for _ in search:
                pass
            assert [answer.key() for answer in search.answers] == [answer.key() for answer in whole.answers]
            assert (search.steps, search.complete) == (whole.steps, whole.complete)
            assert [answer.key() for answer in copied.answers] == kept


@given(query=anything)
def test_bindings_are_pruned_without_a_trace(query: Query) -> None:
    plain, pruned = Search(query, Budget(max_steps=LIMIT)), Search(query, Budget(max_steps=LIMIT))
    while plain.step():
        pruned._prune_at = 0
        pruned.step()
    pruned.step()
    assert [answer.key() for answer in pruned.answers] == [answer.key() for answer in plain.answers]
    assert (pruned.steps, pruned.complete) == (plain.steps, plain.complete)


# Duality: #(M;S,T) = #(M†;T,S), the number of runs of ∃x̄.[S];M;<T> from and to the empty memory


def runs(before: Memory, middle: Term, after: Memory) -> int | None:
    """How many runs there are; None if that is too long a search."""
    pushes = [push(value, location) for location, stack in before.items() for value in stack]
    pops = [pop(value, location) for location, stack in after.items() for value in reversed(stack)]
    term = sequence(*pushes, middle, *pops)
    search = solved(Query(new(sorted(free_variables(term)), term)), steps=20_000)
    return sum(not answer.stacks for answer in search.answers) if search.complete else None


def compared(seed: int) -> int | None:
    """Count the runs both ways, to a memory that the term reaches or, now and then, to any."""
    rng = Random(seed)
    term = generation.term(rng.randrange, 20)
    before, after = (generation.memory(rng.randrange, height, free=OPEN) for height in (2, 1))
    search = solved(Query(bounded(term, 2), {}, before))
    if search.answers and rng.random() < 0.9:
        after = rng.choice(search.answers).stacks
    forwards = runs(before, bounded(term, 2), after)
    backwards = runs(after, bounded(dual(term), 2), before)
    assert forwards == backwards or None in (forwards, backwards)
    return forwards


@given(seed=st.integers(0, 2**32 - 1))
def test_a_term_and_its_dual_have_the_same_runs_both_ways(seed: int) -> None:
    compared(seed)


def test_runs_that_exist_are_compared_both_ways() -> None:
    counts = Counter(compared(seed) for seed in range(400))
    assert counts[1] > 80
    assert sum(times for number, times in counts.items() if number and number > 1) > 10


def test_variables_of_a_query_are_those_of_stacks_then_of_the_term() -> None:
    query = Query(pop(variable("y")), {}, {"b": [variable("z")], "λ": [variable("x"), variable("y")]})
    assert query.variables == ["x", "y", "z"]
