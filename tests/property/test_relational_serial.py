"""Searches that are written to JSON and read back, in every state of a search, go on as they would have."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculus.machine.budget import Budget
from calculus.machine.relational.query import Query
from calculus.machine.relational.search import Mode, Search, Strategy
from calculus.machine.relational.serial import search_from_json, search_to_json
from calculus.source.diagnostic import UsageProblem
from calculus.verify.generation.rmc import CONSTANTS
from calculus.verify.strategies.rmc import programs, queries

OPEN = ("p", "q")

anything = st.one_of(queries(free=OPEN, constants=CONSTANTS, relations=True), programs(free=OPEN))


def through_json(search: Search) -> Search:
    return search_from_json(json.loads(json.dumps(search_to_json(search))))


def outcome(search: Search) -> dict[str, Any]:
    return search.to_json() | {
        "found": search.found,
        "deaths": [death.to_json() for death in search.deaths],
    }


@pytest.mark.parametrize("mode", ["multiset", "set"])
@pytest.mark.parametrize("strategy", ["dfs", "bfs", "deepening", "fair"])
@given(query=anything, stop=st.integers(0, 60), count=st.booleans(), keep=st.booleans())
def test_a_search_that_was_read_back_goes_on(
    strategy: Strategy, mode: Mode, query: Query, stop: int, count: bool, keep: bool
) -> None:
    search = Search(query, Budget(max_steps=stop), strategy=strategy, mode=mode, count=count, keep=keep)
    for _ in search:
        pass
    loaded = through_json(search)
    assert search_to_json(loaded) == search_to_json(search)
    rest = []
    for each in (search, loaded):
        each.go_on(Budget(max_steps=200))
        rest.append([(answer.key(), answer.multiplicity) for answer in each])
    assert rest[0] == rest[1]
    assert outcome(loaded) == outcome(search)


@given(query=anything)
def test_every_state_survives(query: Query) -> None:
    search = Search(query)
    for _ in range(40):
        loaded = through_json(search)
        rule = search.step()
        assert loaded.step() == rule
        assert search_to_json(loaded) == search_to_json(search)
        if rule is None:
            break


@given(query=anything, stop=st.integers(0, 40), data=st.data())
def test_whatever_loads_runs(query: Query, stop: int, data: st.DataObject) -> None:
    """A saved search with one thing in it changed is refused, or it is a search."""
    strategy = data.draw(st.sampled_from(["dfs", "bfs", "deepening", "fair"]))
    search = Search(
        query, Budget(max_steps=stop), strategy=strategy, mode=data.draw(st.sampled_from(["set", "multiset"]))
    )
    for _ in search:
        pass
    saved = json.loads(json.dumps(search_to_json(search)))
    at: Any = saved
    while True:
        keys = list(at) if isinstance(at, dict) else list(range(len(at)))
        if not keys:
            return
        key = data.draw(st.sampled_from(keys))
        if isinstance(at[key], dict | list) and at[key] and data.draw(st.integers(0, 4)):
            at = at[key]
            continue
        at[key] = data.draw(
            st.sampled_from(
                [0, 1, 2, 3, -1, 7, "x", "λ", None, True, [], {}, [0], ["term", 0], ["structure", 0]]
            )
        )
        break
    try:
        loaded = search_from_json(saved)
    except UsageProblem:
        return
    loaded.go_on(Budget(max_steps=300, max_seconds=20))
    for answer in loaded:
        str(answer.to_json())
    str([death.to_json() for death in loaded.deaths])
    search_to_json(loaded)
