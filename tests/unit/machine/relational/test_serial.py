"""Saved searches: their places survive, and what is no search is refused."""

import copy
import json
from typing import Any

import pytest

from calculus.machine.budget import Budget
from calculus.machine.relational.search import Search
from calculus.machine.relational.serial import search_from_json, search_to_json
from calculus.source.diagnostic import UsageProblem
from tests.unit.machine.relational.helpers import finished, pointed_at, searching, shown


def through_json(search: Search) -> Search:
    return search_from_json(json.loads(json.dumps(search_to_json(search))))


def test_places_survive() -> None:
    search = finished("([A] + [B]); (<C> + ex x. lt(x, 1))", budget=Budget(max_steps=5))
    loaded = through_json(search)
    loaded.go_on(Budget())
    assert list(loaded) == []
    assert pointed_at(loaded.error) == "lt(x, 1)"
    assert [pointed_at(death) for death in loaded.deaths] == ["<C>"]
    assert pointed_at(through_json(loaded).error) == "lt(x, 1)"


def test_what_is_shared_is_written_once() -> None:
    """A value that is a tree of 2^200 leaves, and states that share their stacks."""
    text = "[A]; (ex x. <x>; [F(x, x)]; ([B]b + [C]b))*; <B>"
    search = finished(text, budget=Budget(max_steps=2000))
    saved = search_to_json(search)
    assert len(json.dumps(saved)) < 150_000
    loaded = through_json(search)
    for each in (search, loaded):
        each.go_on(Budget(max_steps=50))
    assert [loaded.step() for _ in range(50)] == [search.step() for _ in range(50)]


def test_deep_values_and_stacks() -> None:
    loaded = through_json(finished("[Z]; (ex x. <x>; [S(x)]; [x]a)*; <A>", budget=Budget(max_steps=30_000)))
    assert loaded.steps == 30_000
    loaded = through_json(finished("def f = f; [A]\n\nf", budget=Budget(max_steps=9_000)))
    loaded.go_on(Budget(max_steps=10))
    assert list(loaded) == [] and loaded.steps == 9_010


def test_a_search_that_ended_stays_so() -> None:
    loaded = through_json(finished("[A] + [B]"))
    assert loaded.complete and list(loaded) == []
    assert [shown(answer) for answer in loaded.answers] == ["λ: A", "λ: B"]


@pytest.fixture
def saved() -> Any:
    search = searching("def f = [A]\n\nex x. <S(x)>; f; ([x] + 1)", {"λ": "S(F(y,A))"})
    while search.step() != "choice":
        pass
    saved: Any = json.loads(json.dumps(search_to_json(search)))
    return saved


def changed(saved: Any, *path: Any, to: Any) -> Any:
    saved = copy.deepcopy(saved)
    at = saved
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = to
    return saved


@pytest.mark.parametrize("wrong", [None, [], {}, 3])
def test_what_is_no_object_of_a_search_is_refused(wrong: Any) -> None:
    with pytest.raises(UsageProblem, match="no saved state"):
        search_from_json(wrong)


@pytest.mark.parametrize(
    ("path", "to"),
    [
        (["format"], "calculus-state"),
        (["version"], 2),
        (["strategy"], "random"),
        (["mode"], None),
        (["merge"], 1),
        (["frontier"], {}),
        (["frontier", "stack"], [99]),
        (["query", "definitions"], {"f": 0}),
        (["query", "asked"], ["x"]),
        (["states", 0, 5], 0),  # not above all variables
        (["environments", 0], {"y": 0}),  # without a variable of the term
        (["cells", 0, 0], ["term", 0]),  # a term with variables
        (["cells", 0, 1], 0),  # a cell above itself
        (["structures", 0, 1], []),
        (["bindings", 0, 1, 0], [0, 5]),  # bound to a younger variable
        (["terms", 0, 0], "fmc.push"),
        (["terms", 0, 0], "relational.push"),
        (["terms", 0, 1], 3),
        (["stopped_by"], "boredom"),
        (["error"], 3),
        (["steps"], -1),
    ],
)
def test_what_is_no_search_is_refused(saved: Any, path: list[Any], to: Any) -> None:
    assert search_from_json(saved).steps > 0
    with pytest.raises(UsageProblem, match="no saved state"):
        search_from_json(changed(saved, *path, to=to))


def test_cyclic_bindings_are_refused(saved: Any) -> None:
    number = len(saved["structures"])
    structures = [*saved["structures"], ["S", [0]]]
    wrong = changed(saved, "structures", to=structures)
    wrong = changed(wrong, "bindings", 0, to=[None, [[0, ["structure", number]]]])
    with pytest.raises(UsageProblem, match="without cycles"):
        search_from_json(wrong)
