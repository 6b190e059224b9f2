"""Goal stacks as calls: the same answers in the same order, or left alone."""

import pytest

from calculus.machine.budget import Budget
from calculus.machine.relational.engine import search
from calculus.machine.relational.goals import as_calls
from calculus.machine.relational.instructions import CALL, STAR
from calculus.machine.relational.query import Query
from calculus.rmc.parser import parse_term
from calculus.source.text import Source
from calculus.term import Term
from calculus.term.node import postorder

APPEND = """
  (ex l. g<Goal(App({}, l, l))>) +
  (ex h t l r. g<Goal(App({h | t}, l, {h | r}))>; [Goal(App(t, l, r))]g)"""
FIB = """
  (ex n. g<Goal(Fib(n, n))>; lt(n, 2)) +
  (ex n a b s t u. g<Goal(Fib(n, s))>; ge(n, 2); sub(n, 1, a); sub(n, 2, b);
     [Goal(Sum(t, u, s))]g; [Goal(Fib(b, u))]g; [Goal(Fib(a, t))]g) +
  (ex t u s. g<Goal(Sum(t, u, s))>; add(t, u, s))"""


def query(text: str) -> Query:
    return Query(parse_term(Source(text)), {}, {})


def answers(of: Query) -> tuple[list[object], bool]:
    found = search(of, Budget(max_steps=100_000), engine="reference")
    return [answer.key() for answer in found], found.complete


@pytest.mark.parametrize(
    ("text", "number"),
    [
        (f"[Done]g; [Goal(App(x, y, {{A, B, C}}))]g; ({APPEND})*; g<Done>; [x]; [y]", 4),
        (f"[Done]g; [Goal(App(y, {{C}}, x))]g; [Goal(App({{A}}, {{B}}, y))]g; ({APPEND})*; g<Done>; [x]", 1),
        (f"[Done]g; y == {{A}}; [Goal(App(y, y, x))]g; ({APPEND})*; g<Done>", 1),
        (f"[Done]g; [Goal(Fib(12, x))]g; ({FIB})*; g<Done>", 1),
        (f"[Done]g; [Goal(Missing(x))]g; ({FIB})*; g<Done>", 0),
        ("[Done]g; [Goal(P)]g; (g<Goal(P)> + g<Goal(P)>)*; g<Done>", 2),
        ("[Done]g; ((ex x. g<Goal(P(x))>; x == A; [Goal(P(B))]g))*; g<Done>", 1),
        ("[Done]g; 0; [Goal(P)]g; (g<Goal(P)>)*; g<Done>", 0),
        ("[Done]g; [Goal(P(x))]g; (ex x. g<Goal(P(x))>; (x == A + x == B; eq(1, 1)))*; g<Done>; [x]", 2),
    ],
)
def test_calls_have_the_answers_of_the_goals(text: str, number: int) -> None:
    goals = query(text)
    calls = as_calls(goals)
    assert calls is not None
    assert not any(item.op is STAR for item in postorder(calls.term))
    assert answers(calls) == answers(goals)
    assert len(answers(goals)[0]) == number


def test_a_clause_without_goals_stands_in_the_place_of_its_call() -> None:
    calls = as_calls(query(f"[Done]g; [Goal(Fib(5, x))]g; ({FIB})*; g<Done>"))
    assert calls is not None
    called = {item.label for item in postorder(calls.definitions["Fib/2"]) if item.op is CALL}
    assert called == {"Fib/2"}


@pytest.mark.parametrize(
    "text",
    [
        "[A]",
        "[Done]g; [Goal(P)]g; (g<Goal(P)>)*",
        "[Done]g; [Goal(P)]g; (g<Goal(P)>)*; g<Other>",
        "[Done]g; [Goal(x)]g; (g<Goal(P)>)*; g<Done>",
        "[Done]g; [Goal(P)]g; (ex x. g<Goal(P)>; [Goal(x)]g)*; g<Done>",
        "[Done]g; [Goal(P)]g; (ex x. g<x>)*; g<Done>",
        "[Done]g; [Goal(P)]g; (g<Goal(P)> + g<Other(P)>)*; g<Done>",
        "[Done]g; [Goal(P)]g; (g<Goal(P)>; [A])*; g<Done>",
        "[Done]g; [Goal(P)]g; (g<Goal(P)>; (eq(1, 1) + [A]))*; g<Done>",
        "[Done]g; [Goal(P)]g; (g<Goal(P)>)*; g<Done>; [A]g",
        "[Done]g; [Goal(P)]g; (g<Goal(P)>)*; g<Done>; f",
        "[Done]; [Goal(P)]; (<Goal(P)>)*; <Done>",
    ],
)
def test_other_shapes_are_left_alone(text: str) -> None:
    assert as_calls(query(text)) is None


def test_goals_that_lie_there_already_are_left_alone() -> None:
    term = parse_term(Source("[Done]g; [Goal(P)]g; (g<Goal(P)>)*; g<Done>"))
    assert as_calls(Query(term, {}, {"g": [parse_value("Goal(P)")]})) is None


def parse_value(text: str) -> Term:
    from calculus.rmc.parser import parse_value

    return parse_value(Source(text))
