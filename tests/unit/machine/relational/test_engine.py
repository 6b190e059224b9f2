"""The engines: they agree, and `auto` goes from one to the other without a seam."""

from itertools import islice
from typing import Any

import pytest

from calculus.machine.budget import Budget
from calculus.machine.relational import engine
from calculus.machine.relational.answers import Answers
from calculus.machine.relational.engine import MOVE_AFTER, EngineName, search
from tests.unit.machine.relational.helpers import query, shown

NUMBERS = "(ex x. <x>; [S(x)])*"
"""One answer every seven transitions or so, without end."""
LONG = f"{NUMBERS}; <{'S(' * 600}Z{')' * 600}>"
ENGINES: tuple[EngineName, ...] = ("auto", "reference", "kernel")


def begun(text: str, budget: Budget | None = None, **options: Any) -> Answers:
    return search(query(text, {"λ": "Z"}), budget or Budget(max_steps=100_000), **options)


def ended(text: str, budget: Budget | None = None, **options: Any) -> Answers:
    answers = begun(text, budget, **options)
    list(answers)
    return answers


def test_a_short_search_stays_on_the_reference_machine() -> None:
    assert ended("[A] + [B]").engine == "reference"
    assert ended(NUMBERS, Budget(max_steps=MOVE_AFTER)).engine == "reference"


def test_the_kernel_takes_over_where_the_reference_machine_was() -> None:
    expected = [shown(answer) for answer in islice(begun(NUMBERS, engine="reference"), 700)]
    auto = begun(NUMBERS, Budget(max_answers=700))
    coming = iter(auto)
    assert [shown(answer) for answer in islice(coming, 10)] == expected[:10]
    assert (auto.engine, auto.found) == ("reference", 10)
    assert [shown(answer) for answer in coming] == expected[10:]
    assert (auto.engine, auto.stopped_by, auto.complete) == ("kernel", "answers", False)
    assert auto.found == len(auto.answers) == 700
    assert auto.steps > MOVE_AFTER
    assert list(auto) == []


@pytest.mark.parametrize("engine_name", ENGINES)
def test_counting_across_engines(engine_name: EngineName) -> None:
    text = "([A] + [B] + [C]); (0 + 1); ([A] + [A]); " + "(0 + 1); " * 600 + "([A] + [B] + [A])"
    answers = ended(text, engine=engine_name, count=True)
    assert answers.complete
    assert [(shown(answer), answer.multiplicity) for answer in answers.answers] == [
        (f"λ: Z, {first}, A, {last}", times) for first in "ABC" for last, times in (("A", 4), ("B", 2))
    ]


@pytest.mark.parametrize("engine_name", ENGINES)
def test_other_strategies_and_set_mode(engine_name: EngineName) -> None:
    for strategy in ("bfs", "deepening", "fair"):
        answers = ended(NUMBERS, Budget(max_steps=10_000), engine=engine_name, strategy=strategy)
        assert (answers.engine, answers.stopped_by) == ("reference", "steps")
    answers = ended("(<A>; [B] + <B>; [A])*", engine=engine_name, mode="set")
    assert (answers.complete, answers.states) == (True, 1)


@pytest.mark.parametrize("engine_name", ENGINES)
def test_the_end_of_a_long_search_without_answers(engine_name: EngineName) -> None:
    answers = ended(f"{NUMBERS}; <A>", engine=engine_name, budget=Budget(max_steps=20_000))
    assert (answers.found, answers.stopped_by, answers.status) == (0, "steps", "budget")
    assert answers.deaths[0].message.startswith("expected A on λ, found Z")
    if engine_name != "reference":
        assert answers.engine == "kernel"
        assert answers.deaths[-1].message == "these are ends among the first 3,000 transitions"


@pytest.mark.parametrize("engine_name", ENGINES)
def test_a_long_search_that_gets_stuck(engine_name: EngineName) -> None:
    answers = ended(f"{LONG}; ex x. lt(x, 1)", engine=engine_name)
    assert (answers.found, answers.status, answers.complete) == (0, "stuck", False)
    assert answers.error is not None and answers.error.span is not None
    assert answers.error.span.text == "lt(x, 1)"
    assert answers.error.message == "lt expects an integer as value 1, found x, which is not bound"


def test_a_query_the_kernel_does_not_support_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    from calculus.machine.relational.kernel import host

    monkeypatch.setattr(host, "supports", lambda _: False)
    answers = ended(LONG)
    assert (answers.engine, answers.stopped_by) == ("reference", "steps")
    assert answers.found == 1


def test_the_kernel_is_prepared_once() -> None:
    engine.prepare_kernel()
    assert not engine.preparing_kernel()
