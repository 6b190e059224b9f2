"""Searches: limits, modes, how they end, and what they say of it."""

import signal
import threading
import time
from itertools import islice

import pytest

from calculus.machine.budget import Budget
from calculus.machine.relational.instructions import constructor, new, pop, push, sequence, star, variable
from calculus.machine.relational.query import Query
from calculus.machine.relational.search import Search, Strategy
from tests.unit.machine.relational.helpers import answers, finished, pointed_at, searching, shown

STRATEGIES: tuple[Strategy, ...] = ("dfs", "bfs", "deepening", "fair")

every_strategy = pytest.mark.parametrize("strategy", STRATEGIES)


# Limits


@every_strategy
def test_the_limit_on_steps_is_exact(strategy: Strategy) -> None:
    for limit in range(30):
        search = finished("[A]*; <B>", budget=Budget(max_steps=limit), strategy=strategy)
        assert (search.steps, search.stopped_by, search.complete) == (limit, "steps", False)
        assert search.status == "budget"


@every_strategy
def test_a_search_that_ends_at_its_limit_is_complete(strategy: Strategy) -> None:
    text = "([A] + [B]); (<A> + [C])"
    steps = finished(text, strategy=strategy).steps
    search = finished(text, budget=Budget(max_steps=steps), strategy=strategy)
    assert (search.complete, search.stopped_by, search.status) == (True, None, "done")
    assert finished(text, budget=Budget(max_steps=steps - 1), strategy=strategy).stopped_by == "steps"


@every_strategy
def test_the_limit_on_answers(strategy: Strategy) -> None:
    search = finished("[A] + [B] + [C]", budget=Budget(max_answers=2), strategy=strategy)
    assert (search.found, search.stopped_by, search.complete) == (2, "answers", False)
    # When nothing is left after the last answer, the limit ended nothing.
    search = finished("[A] + [B]", budget=Budget(max_answers=2), strategy=strategy)
    assert (search.found, search.stopped_by, search.complete) == (2, None, True)


def test_no_answers_at_all() -> None:
    search = finished("1", budget=Budget(max_answers=0))
    assert (search.found, search.steps, search.stopped_by) == (0, 0, "answers")


def test_the_limit_on_time() -> None:
    search = finished("1*; 0", budget=Budget(max_seconds=0.05))
    assert (search.stopped_by, search.complete) == ("seconds", False)
    assert search.steps > 0


def test_the_limit_on_memory() -> None:
    search = finished("1*; 0", budget=Budget(max_memory=1))
    assert search.stopped_by == "memory"


def test_large_integers_are_looked_at() -> None:
    text = "[3]; (ex x y. <x>; mul(x, x, y); [y])*; <0>"
    search = finished(text, budget=Budget(max_seconds=30))
    assert search.error is not None and search.error.kind == "size"
    search = finished(text, budget=Budget(max_memory=1))
    assert search.stopped_by == "memory"


def test_an_interrupt_ends_a_search_between_transitions() -> None:
    budget = Budget(max_seconds=60)
    search = searching("1*; 0", budget=budget)
    timer = threading.Timer(0.2, lambda: signal.raise_signal(signal.SIGINT))
    with budget.interruptible():
        timer.start()
        assert list(search) == []
    assert (search.stopped_by, search.complete) == ("interrupt", False)
    budget.interrupted = False
    search.go_on(Budget(max_steps=10))
    assert list(search) == [] and search.stopped_by == "steps"


def test_answers_stream() -> None:
    coming = iter(searching("([A] + [B]); 1*", budget=Budget()))
    assert [shown(next(coming)) for _ in range(3)] == ["λ: A"] * 3


def test_a_search_that_is_gone_on_with_counts_from_there() -> None:
    search = finished("[A]*", budget=Budget(max_answers=2))
    search.go_on(Budget(max_answers=3))
    assert [shown(answer) for answer in search] == ["λ: A, A", "λ: A, A, A", "λ: A, A, A, A"]
    assert search.found == len(search.answers) == 5
    steps = search.steps
    search.go_on(Budget(max_steps=7))
    list(search)
    assert search.steps == steps + 7


def test_answers_need_not_be_kept() -> None:
    search = finished("[A] + [B]", keep=False)
    assert (search.found, search.answers) == (2, [])


# Modes


def test_counting_merges_equal_answers() -> None:
    search = finished("[x] + [A] + [y] + [A] + [B]", count=True)
    assert [(shown(answer), answer.multiplicity) for answer in search.answers] == [
        ("x=_0 y=_1 λ: _0", 1),
        ("x=_0 y=_1 λ: A", 2),
        ("x=_0 y=_1 λ: _1", 1),
        ("x=_0 y=_1 λ: B", 1),
    ]
    assert answers("(ex x. [x]) + (ex y. [y])", count=True) == ["λ: _0"]


@every_strategy
def test_set_mode_does_not_search_a_state_twice(strategy: Strategy) -> None:
    search = finished("1*; 1*; (1 + 1)*", mode="set", strategy=strategy)
    assert (search.found, search.complete) == (1, True)
    # One state for each star, since nothing but the term tells them apart.
    assert search.states == 3


@pytest.mark.parametrize(
    ("text", "states"),
    [
        ("(ex x. <x>; [x])*", 1),  # the same value
        ("(ex x y. <x>; [y])*", 2),  # a new variable, which is then the same up to its name
        ("(ex x. <x>; ([S(x)] + [A]); <A>; [A])*", 1),
        ("(<A>; [B])*", 2),
        ("(a<A>; [A]b + b<A>; [A]a)*", 2),
    ],
)
def test_states_are_compared_up_to_names(text: str, states: int) -> None:
    search = finished(text, {"λ": "A", "a": "A"}, mode="set")
    assert search.complete
    assert search.states == states


def test_states_differ_in_what_variables_are_shared() -> None:
    text = "([F(x, y)] + [F(y, x)] + [F(x, x)] + [F(y, y)]); 1*"
    assert finished(text, mode="set").states == 4
    text = "ex u v. ([F(u, v)] + [F(v, u)] + [F(u, u)] + [F(v, v)]); 1*"
    assert finished(text, mode="set").states == 2


def test_states_differ_in_bindings_that_are_asked_for() -> None:
    assert answers("(x == A + x == B); 1*", mode="set") == ["x=A", "x=B"]


def test_the_same_state_with_and_without_a_detour_through_variables() -> None:
    text = "(ex x y. <F(x, y)>; ([F(A, y)] + (ex z. [F(z, y)]; z == A)))*"
    assert finished(text, {"λ": "F(A,A)"}, mode="set").states == 1


def test_set_mode_below_a_depth_bound_looks_again_from_higher_up() -> None:
    # The state that leads to the answer is first met deep down, where the bound cuts it off.
    program = "def f = 1; g\n\ndef g = 1; h\n\ndef h = 1; [Found]\n\nf + g + h"
    search = finished(program, mode="set", strategy="deepening")
    assert [shown(answer) for answer in search.answers] == ["λ: Found"]
    assert search.complete


# Ends


def reasons(text: str, stacks: dict[str, str] | None = None) -> list[tuple[str, str, str | None]]:
    return [(death.kind, death.message, pointed_at(death)) for death in finished(text, stacks).deaths]


def test_where_branches_ended() -> None:
    text = "([A] + [B] + [S(A)]); (<S(B)> + <C>; 0 + add(1, 2, 4) + A == B + ex x. <x>; <x>)"
    assert reasons(text) == [
        ("clash", "expected S(B) on λ, found A", "<S(B)>"),
        ("clash", "expected C on λ, found A", "<C>"),
        ("relation", "add(1, 2, 4) does not hold", "add(1, 2, 4)"),
        ("clash", "expected A to be equal to B", "A == B"),
        ("stack", "expected A on λ, found an empty stack", "<x>"),
    ]
    (first, *_) = finished(text).deaths
    assert [note.message for note in first.notes] == ["3 branches ended here"]


def test_what_differs_within() -> None:
    (death,) = finished("[F(A, S(B))]; ex x. <F(x, S(S(x)))>").deaths
    assert death.message == "expected F(_, S(S(_))) on λ, found F(A, S(B))"
    assert [note.message for note in death.notes] == ["S(_) is not B", "1 branch ended here"]
    (death,) = finished("[F(A, S(B))]; <F(A, S(C))>").deaths
    assert [note.message for note in death.notes] == ["C is not B", "1 branch ended here"]


def test_the_occurs_check_says_so() -> None:
    (death,) = finished("ex x y. [F(x, y)]; <F(S(y), S(x))>").deaths
    assert (death.kind, death.message) == ("occurs", "expected F(S(_0), S(_1)) on λ, found F(_1, _0)")
    assert death.notes[0].message == "a variable would be bound to a value that contains it"


def test_zero_has_no_results() -> None:
    assert reasons("0") == [("fail", "0 has no results", "0")]


def test_ends_at_many_places_are_counted_together() -> None:
    places = " + ".join(f"<C{number}>" for number in range(30))
    deaths = finished(places).deaths
    assert len(deaths) == 21
    assert deaths[-1].message == "10 branches ended at other places"


def test_the_place_where_most_branches_ended_comes_first() -> None:
    (first, second) = finished("<A> + (1 + 1 + 1); <B>").deaths
    assert pointed_at(first) == "<B>" and pointed_at(second) == "<A>"


def test_a_search_with_answers_says_nothing_of_the_others() -> None:
    assert finished("[A]; (<A> + <B>)").deaths == []


def test_a_search_that_was_stopped_says_where_branches_ended_so_far() -> None:
    (death,) = finished("1*; <A>", budget=Budget(max_steps=50)).deaths
    assert death.message == "expected A on λ, found an empty stack"


def test_deepening_says_it_of_the_last_round() -> None:
    (death,) = finished("f; <A>\n".join(["def f = 1; 1\n\n", ""]), strategy="deepening").deaths
    assert death.notes[-1].message == "1 branch ended here"


# Long runs


def counting(size: int) -> Query:
    """Moves S(…S(Z)) from one stack to another, an S at a time."""
    value = constructor("Z")
    for _ in range(size):
        value = constructor("S", value)
    x, y = variable("x"), variable("y")
    body = new(
        ["x", "y"],
        sequence(*(pop(constructor("S", x)), pop(y, "a"), push(constructor("S", y), "a"), push(x))),
    )
    term = sequence(push(constructor("Z"), "a"), star(body), pop(constructor("Z")))
    return Query(term, {}, {"λ": [value]})


def test_bindings_that_nothing_refers_to_do_not_pile_up() -> None:
    search = Search(counting(2_000), Budget())
    most = 0
    while search.step():
        (*_, state) = search.frontier.first(1) or [None]
        most = max(most, len(state.bindings) if state else 0)
    assert search.found == 1
    assert most < 2_500


def test_deep_values() -> None:
    x, y = variable("x"), variable("y")
    deep, open_ = constructor("Z"), x
    for _ in range(30_000):
        deep, open_ = constructor("S", deep), constructor("S", open_)
    (answer,) = Search(Query(sequence(push(deep), pop(open_))))
    assert answer.bindings == {"x": constructor("Z")}
    (answer,) = Search(Query(sequence(push(open_), pop(y), push(y), pop(y))))
    assert answer.bindings["y"].children
    assert list(Search(Query(sequence(push(open_), pop(x))))) == []


def test_a_partial_list_is_not_walked_at_each_pop() -> None:
    """A variable that no value holds needs no occurs check, however long what it is bound to."""
    text = """def build = (ex x. <Z>; <{}>) + (ex n t. <S(n)>; <{A | t}>; [t]; [n]; build)

def walk = <{}> + (ex h t. <{h | t}>; [t]; walk)

ex l. [l]; [NUMBER]; build; [l]; walk"""
    times = []
    for size in (300, 1200):
        started = time.perf_counter()
        assert finished(text.replace("NUMBER", "S(" * size + "Z" + ")" * size)).found == 1
        times.append(time.perf_counter() - started)
    assert times[1] < 12 * times[0]


def test_steps_and_answers_may_be_mixed() -> None:
    search = searching("[A] + [B] + [C]")
    assert search.step() == "choice"
    assert shown(next(iter(search))) == "λ: A"
    assert search.step() == "choice"
    assert [shown(answer) for answer in search] == ["λ: B", "λ: C"]
    assert search.step() is None
    assert len(search.answers) == 3


def test_a_copy_is_independent() -> None:
    search = searching("[A]*", mode="set")
    first = list(islice(search, 2))
    other = search.copy()
    more = list(islice(search, 2))
    assert [shown(answer) for answer in islice(other, 2)] == [shown(answer) for answer in more]
    assert len(first) + len(more) == len(search.answers) == len(other.answers)
    assert search.states == other.states
