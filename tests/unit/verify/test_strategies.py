"""Public strategies: what they give, and the small subjects that Hypothesis finds with them."""

import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

import calculus
from calculus.machine.instructions import LOOP, PRIMITIVE, PUSH
from calculus.machine.reference import steps
from calculus.machine.relational import instructions as relational
from calculus.machine.state import State
from calculus.term import Term, free_variables
from calculus.term.node import postorder, size
from calculus.verify import strategies


def has(term: Term, *ops: object) -> bool:
    return set(ops) <= {item.op for item in postorder(term)}


def ran(term: Term) -> State:
    state = State(term)
    for _ in steps(state):
        if state.steps > 200:
            break
    return state


def leaves_a_large_number(term: Term) -> bool:
    labels = [value.label for value in ran(term).memory().get("a", ())]
    return any(type(label) is int and label > 3 for label in labels)


FOUND: list[tuple[st.SearchStrategy[Any], Callable[[Any], bool], str]] = [
    (strategies.fmc.terms(), lambda term: ran(term).status == "stuck", "<x>"),
    (strategies.fmc.terms(), lambda term: ran(term).exit == "J", "J"),
    (strategies.fmc.terms(effects=("in",), max_size=8), lambda term: "in<" in str(term), "in<x>"),
    (
        strategies.fmc.terms(typed=True, max_size=8),
        leaves_a_large_number,
        "[4]a",
    ),
    (strategies.rmc.terms(), lambda term: has(term, relational.STAR), "1*"),
    (strategies.rmc.terms(constructors={"A": 0, "F": 2}), lambda term: "F" in str(term), "[F(A, A)]"),
    (strategies.eml.trees(), lambda tree: tree.K >= 5 and "x" in str(tree), "eml(1, eml(1, x))"),
    (strategies.eml.expressions(), lambda item: "arccos" in str(item), "arccos(x)"),
    (strategies.rlm.documents(), lambda text: "é" in text and "a" in text, "aé"),
]


@pytest.mark.parametrize(("strategy", "condition", "expected"), FOUND, ids=[row[2] for row in FOUND])
def test_what_is_found_is_small(
    strategy: st.SearchStrategy[Any], condition: Callable[[Any], bool], expected: str
) -> None:
    chosen = settings(max_examples=500, derandomize=True, database=None)
    assert str(find(strategy, condition, settings=chosen)) == expected


few = settings(max_examples=20, phases=[Phase.generate])


@given(strategies.fmc.terms(typed=True, effects=("out",)), strategies.fmc.terms(typed=False, loops=False))
@few
def test_terms_of_the_fmc(typed: Term, wild: Term) -> None:
    assert calculus.infer("fmc", typed) is not None
    assert ran(typed).status == "done"
    assert not free_variables(wild) and not has(wild, LOOP)


@given(strategies.fmc.terms(closed=False), strategies.fmc.terms(primitives=False, locations=("c",)))
@few
def test_terms_may_be_open_or_of_few_constructs(opened: Term, plain: Term) -> None:
    assert free_variables(opened) <= {"p", "q"}
    assert not has(plain, PRIMITIVE)
    assert {item.label for item in postorder(plain) if item.op is PUSH} <= {"c", "c1", "c2", "c3"}


@given(strategies.fmc.programs(max_size=15, definitions=2), strategies.fmc.memories(max_height=2))
@few
def test_programs_and_memories_of_the_fmc(program: Any, memory: dict[str, list[Term]]) -> None:
    assert list(program.definitions) == ["d0", "d1"]
    calculus.program("fmc", str(program))
    assert all(0 < len(values) <= 2 for values in memory.values())


@given(strategies.rmc.queries(stars=False), strategies.rmc.programs(free=("x",)), strategies.rmc.values())
@few
def test_queries_of_the_rmc(query: Any, program: Any, value: Term) -> None:
    assert not has(query.term, relational.STAR) and not free_variables(query.term)
    assert set(program.variables) <= {"x"}
    assert size(value) <= 7 and not free_variables(value)


@given(strategies.rmc.terms(closed=False), strategies.rmc.memories(max_height=1, locations=("λ", "b")))
@few
def test_terms_and_memories_of_the_rmc(term: Term, memory: dict[str, list[Term]]) -> None:
    assert free_variables(term) <= {"p", "q"}
    assert memory.keys() == {"λ", "b"} and all(len(values) <= 1 for values in memory.values())


@given(strategies.rlm.programs(), strategies.rlm.expressions(type="Int"))
@few
def test_programs_of_rlm(program: Any, expression: str) -> None:
    assert calculus.infer("rlm", program.source.text) is not None
    assert calculus.infer("rlm", f"show ({expression})") is not None


def test_a_strategy_says_what_it_cannot_give() -> None:
    with pytest.raises(calculus.UsageProblem, match="typed=True or closed=False"):
        strategies.fmc.terms(typed=True, closed=False)


def test_without_hypothesis_it_is_said_what_to_install() -> None:
    code = (
        "import sys; sys.modules['hypothesis'] = None\n"
        "import calculus\n"
        "from calculus.verify import Plan\n"
        "try:\n    from calculus.verify import strategies\n"
        "except calculus.UsageProblem as problem:\n    print(problem)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "strategies need Hypothesis: pip install 'calculus[verify]'" in done.stdout


def test_the_verifier_loads_no_strategies_by_itself() -> None:
    code = (
        "import sys, calculus.verify\n"
        "assert 'strategies' in dir(calculus.verify)\n"
        "assert 'hypothesis' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
