"""Results as JSON."""

import pytest

from calculus.machine.budget import Budget, StoppedBy
from calculus.machine.engine import run as run_engine
from calculus.machine.result import Result
from tests.unit.machine.helpers import state


def result(text: str, max_steps: int | None = None) -> Result:
    machine = state(text, hosts={"ask": "source"})
    stopped, engine = run_engine(machine, Budget(max_steps=max_steps), "reference")
    return Result.of("fmc", machine, stopped, engine)


def test_done() -> None:
    assert result("[2].[3]out.[K].J").to_json() == {
        "language": "fmc",
        "status": "done",
        "exit": "J",
        "stacks": {"λ": ["2", "K"], "out": ["3"]},
        "steps": 3,
        "engine": "reference",
        "stopped_by": None,
        "error": None,
    }


def test_stuck() -> None:
    found = result("[1].add").to_json()
    assert (found["status"], found["exit"], found["stacks"]) == ("stuck", None, {"λ": ["1"]})
    assert found["error"]["kind"] == "stack"
    assert found["error"]["span"] == {"line": 1, "column": 5, "end_line": 1, "end_column": 8}


@pytest.mark.parametrize(("limit", "stopped"), [(10, "steps"), (0, "steps")])
def test_budget(limit: int, stopped: StoppedBy) -> None:
    found = result("(*)^*", limit)
    assert (found.status, found.stopped_by, found.steps) == ("budget", stopped, limit)


def test_a_budget_of_just_enough() -> None:
    assert result("[1].[2]", 2).status == "done"


def test_suspended() -> None:
    found = result("ask<x>.[x]")
    assert (found.status, found.request) == ("suspended", "ask")


def test_stack_by_name() -> None:
    found = result("[1].[2]a")
    assert [str(value) for value in found.stack()] == ["1"]
    assert [str(value) for value in found.stack("a")] == ["2"]
    assert found.stack("b") == []
