"""Finding out the task with one call, which the plan counts."""

import asyncio

import pytest

from calculus import rlm
from calculus.interfaces.command import main
from calculus.rlm.calls import Call, OracleFailure, Reply
from calculus.rlm.runtime.detecting import TASKS, named
from calculus.source.diagnostic import UsageProblem

LOG = "INFO a\nERROR b\nINFO c\n" * 40


class Told:
    """Names a task, counts lines, and keeps what it is asked."""

    name = "told"

    def __init__(self, task: str) -> None:
        self.task = task
        self.asked: list[Call] = []

    def ask_now(self, call: Call) -> Reply:
        self.asked.append(call)
        if call.role == "detect":
            return Reply(self.task, 10, 1)
        return Reply(f"ERROR: {call.prompt.count('ERROR b')}", 10, 1)


@pytest.mark.parametrize("answer", ["aggregate", "Aggregate.", "The task is: **aggregate**"])
def test_the_task_is_asked_for_once(answer: str) -> None:
    oracle = Told(answer)
    outcome = rlm.run("auto", document=LOG, query="How many errors?", oracle=oracle, window=2048)
    assert outcome.value == "ERROR: 40"
    assert [call.role for call in oracle.asked].count("detect") == 1
    assert oracle.asked[0].role == "detect"
    assert outcome.calls == outcome.attempts == len(oracle.asked) == outcome.certificate.calls
    assert len(outcome.records) == outcome.calls
    assert outcome.tokens_out == len(oracle.asked)


def test_the_question_of_the_task_stays_within_its_plan() -> None:
    for query in ("", "é" * 5000, "Question: {x}\n" * 100):
        oracle = Told("summarise")
        outcome = rlm.run("auto", document="é" * 5000, query=query, oracle=oracle, window=30_000)
        assert outcome.status == "done"
        assert len(oracle.asked[0].prompt.encode()) <= 1024


def test_a_task_that_is_none_is_told() -> None:
    with pytest.raises(UsageProblem, match="named none of the tasks search"):
        rlm.run("auto", document=LOG, query="?", oracle=Told("dancing"))


def test_an_oracle_that_fails_ends_the_run() -> None:
    class Failing(Told):
        def ask_now(self, call: Call) -> Reply:
            raise OracleFailure("refused", "wrong key", retryable=False)

    outcome = rlm.run("auto", document=LOG, query="?", oracle=Failing(""))
    assert outcome.status == "failed"
    assert "wrong key" in str(outcome)
    assert rlm.run("auto", document=LOG, oracle=Told(""), limits=rlm.Limits(calls=0)).status == "budget"


def test_every_task_can_be_named() -> None:
    assert [named(name.upper()) for name in TASKS] == list(TASKS)
    assert named("multi-hop") == "multi_hop"


def test_the_command_finds_out_the_task(tmp_path, capsys) -> None:
    file = tmp_path / "log"
    file.write_text(LOG)
    assert main(["rlm", "run", "auto", "--document", str(file), "--query", "How many ERROR lines?"]) == 0
    assert "ERROR: 40" in capsys.readouterr().out


def test_a_run_within_a_loop_finds_it_out_too() -> None:
    oracle = Told("aggregate")
    outcome = asyncio.run(rlm.run_async("auto", document=LOG, query="?", oracle=Slow(oracle), window=2048))
    assert outcome.value == "ERROR: 40"
    assert outcome.calls == len(oracle.asked)


class Slow:
    """Answers as another, but not at once."""

    name = "slow"

    def __init__(self, oracle: Told) -> None:
        self.oracle = oracle

    async def ask(self, call: Call) -> Reply:
        await asyncio.sleep(0)
        return self.oracle.ask_now(call)
