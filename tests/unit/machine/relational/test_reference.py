"""The transitions, one by one."""

import pytest

from calculus.machine.relational.reference import successors
from calculus.machine.relational.state import State, initial, read_back
from tests.unit.machine.relational.helpers import answers, finished, query, searching, shown


def rules(text: str, stacks: dict[str, str] | None = None) -> list[str]:
    """The transitions of a depth-first search, those without a successor marked."""
    search = searching(text, stacks)
    found = []
    while (rule := search.step()) is not None:
        found.append(f"{rule}!" if search.failed else rule)
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1", []),
        ("1; 1", ["sequence", "skip"]),
        ("[A]", ["push"]),
        ("[A]; <A>", ["sequence", "push", "skip", "pop"]),
        ("[A]; <B>", ["sequence", "push", "skip", "pop!"]),
        ("<x>", ["pop!"]),
        ("0", ["fail!"]),
        ("0; [A]", ["sequence", "fail!"]),
        ("A == A", ["test"]),
        ("A == B", ["test!"]),
        ("add(1, 2, 3)", ["relation"]),
        ("add(1, 2, 4)", ["relation!"]),
        ("ex x y. 1", ["new", "new"]),
        ("1 + 0", ["choice", "fail!"]),
        ("0*", ["iterate", "sequence", "fail!"]),
        ("def f = 0\n\nf", ["definition", "fail!"]),
        ("(1; 1); 1", ["sequence", "sequence", "skip", "skip"]),
    ],
)
def test_rules(text: str, expected: list[str]) -> None:
    assert rules(text) == expected


def successors_of(text: str, stacks: dict[str, str] | None = None) -> list[State]:
    asked = query(text, stacks)
    return list(successors(initial(asked, asked.variables), asked.definitions)[1])


def memory(state: State) -> str:
    _, stacks = read_back(state, 0)
    return "  ".join(f"{name}: {', '.join(map(str, values))}" for name, values in stacks.items())


def test_push_puts_on_top() -> None:
    (state,) = successors_of("[S(x)]a", {"a": "A B", "λ": "C"})
    assert memory(state) == "λ: C  a: A, B, S(_0)"


def test_pop_takes_from_the_top() -> None:
    (state,) = successors_of("a<x>", {"a": "A B"})
    assert memory(state) == "a: A"
    (state,) = successors_of("a<x>", {"a": "A"})
    assert "a" not in state.memory


def test_pop_substitutes_everywhere() -> None:
    """Into memory, term and continuation stack."""
    assert answers("a<F(x, S(x))>; [x]; [y]b", {"a": "F(y,z)", "λ": "z"}) == [
        "z=S(_0) y=_0 x=_0 λ: S(_0), _0 b: _0"
    ]


def test_a_pop_that_fails_has_no_successor() -> None:
    for stacks in ({}, {"b": "A"}, {"a": "S(A)"}, {"a": "F(A,A)"}, {"a": "1"}, {"a": '"A"'}):
        assert successors_of("a<A>", stacks) == []


def test_constructors_of_different_arity_differ() -> None:
    assert answers("[F(A)]; ex x y. <F(x, y)>") == []
    assert answers("[F]; ex x. <F(x)>") == []


def test_constants_are_equal_to_themselves_only() -> None:
    for one in ("1", '"1"', "A", "36893488147419103232"):
        for other in ("1", '"1"', "A", "36893488147419103232"):
            assert answers(f"{one} == {other}") == ([""] if one == other else [])


def test_occurs_check() -> None:
    assert answers("ex x. [S(x)]; <x>") == []
    assert answers("ex x. [x]; <x>") == [""]
    assert answers("ex x. x == S(x)") == []
    assert answers("ex x y. [F(x, y)]; <F(S(y), S(x))>") == []
    assert answers("ex x y. x == S(y); [y]; <x>") == []


def test_the_occurs_check_sees_a_pattern_that_was_bound_a_moment_ago() -> None:
    """A variable of the pattern goes to a value that holds a variable that went to the pattern."""
    assert answers("[F(v, S(v))]; ex x. <F(S(x), x)>") == []
    assert answers("[F(S(v), v)]; ex x. <F(x, S(x))>") == []
    assert answers("[F(v, A)]; ex x y. <F(S(x), y)>; [x]; <S(v)>") == []
    assert answers("[F(v, T(v))]; ex x. <F(S(x), T(S(x)))>") == ["v=S(_0)"]


def test_new_variables_are_new_each_time() -> None:
    assert answers("(ex x. [x]); (ex x. [x])") == ["λ: _0, _1"]
    assert answers("ex x. ([x]; ex x. [x]); [x]") == ["λ: _0, _1, _0"]
    assert answers("def f = ex x. [x]\n\nex x. f; [x]; f; <A>") == ["λ: _0, _1"]


def test_a_new_variable_shadows_one_that_is_asked_for() -> None:
    assert answers("(ex x. [A]; <x>); [x]") == ["x=_0 λ: _0"]


def test_both_sides_of_a_choice_see_the_same_memory() -> None:
    assert answers("ex x. ([x]; (<A> + <B>; [C])); [x]") == ["λ: A", "λ: C, B"]


def test_iteration_tries_nothing_first() -> None:
    coming = iter(searching("[A]*"))
    assert [shown(next(coming)) for _ in range(3)] == ["", "λ: A", "λ: A, A"]


def test_the_body_of_an_iteration_runs_before_the_rest() -> None:
    assert answers("(<S(x)>; [x]a)*; <Z>", {"λ": "Z S(A)"}) == ["x=A a: A"]


def test_a_definition_does_not_see_the_variables_of_its_call() -> None:
    swap = "def swap = ex x y. <x>; <y>; [x]; [y]"
    assert answers(f"{swap}\n\nex x y. [A]; [B]; swap; <x>; <y>; [y]; [x]") == ["λ: B, A"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("add(1, 2, x)", ["x=3"]),
        ("add(x, 2, 3)", ["x=1"]),
        ("add(1, x, 3)", ["x=2"]),
        ("sub(x, 2, 3)", ["x=5"]),
        ("sub(9, x, 3)", ["x=6"]),
        ("mul(99999999999, 99999999999, x)", ["x=9999999999800000000001"]),
        ("div(-7, 2, x); mod(-7, 2, y)", ["x=-4 y=1"]),
        ("quo(-7, 2, x); rem(-7, 2, y)", ["x=-3 y=-1"]),
        ("lt(1, 2); le(2, 2); ne(1, 2); eq(2, 2)", [""]),
        ("gt(1, 2) + ge(1, 2)", []),
        ("add(1, 2, A)", []),
        ('add(1, 2, "3")', []),
        ("add(1, A, 3)", []),
        ("ex x y. [5]; <x>; add(x, x, y); [y]", ["λ: 10"]),
    ],
)
def test_relations(text: str, expected: list[str]) -> None:
    assert answers(text) == expected


@pytest.mark.parametrize(
    ("text", "kind", "message"),
    [
        ("add(1, x, y)", "relation", "add expects an integer as value 2, found x, which is not bound"),
        ("ex x. add(x, x, 2)", "relation", "add expects an integer as value 1, found x, which is not bound"),
        ("[F(y)]; ex x. <F(x)>; lt(x, 1)", "relation", "lt expects an integer as value 1, found x, which"),
        ("lt(S(x), 1)", "relation", "lt expects an integer as value 1, found S(_0)"),
        ('mul(2, "2", x)', "relation", 'mul expects an integer as value 2, found "2"'),
        ("mul(x, 2, 4)", "relation", "mul expects an integer as value 1, found x"),
        ("div(1, 0, x)", "division", "division by zero"),
    ],
)
def test_relations_that_cannot_be_worked_out_end_the_search(text: str, kind: str, message: str) -> None:
    search = finished(f"([B] + {text}) + [C]")
    assert (search.status, search.complete, search.stopped_by) == ("stuck", False, None)
    assert [shown(answer)[-4:] for answer in search.answers] == ["λ: B"]
    assert search.error is not None
    assert search.error.kind == kind
    assert search.error.message.startswith(message)
    assert search.step() is None


def test_a_missing_definition_is_a_mistake() -> None:
    from calculus.machine.relational.instructions import call
    from calculus.machine.relational.query import Query
    from calculus.machine.relational.search import Search

    search = Search(Query(call("f")))
    assert list(search) == []
    assert search.error is not None and search.error.message == "f is defined nowhere"


def test_a_text_keeps_its_places() -> None:
    search = finished("[A]; ex x. add(1, x, x)")
    assert search.error is not None and search.error.span is not None
    assert search.error.span.text == "add(1, x, x)"
    assert search.error.notes[0].message == "after 5 steps; top of each stack: λ: A"


def test_unfolding_an_iteration_keeps_its_places() -> None:
    (_, unfolded) = successors_of("[A]*")
    assert unfolded.term.span is not None and unfolded.term.span.text == "[A]*"
    assert unfolded.depth == 1
