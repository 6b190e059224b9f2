"""Calls and runs for the tests of oracles."""

import asyncio
from typing import Any

from calculus.rlm.calls import Call, Role
from calculus.rlm.evaluation import Evaluation
from calculus.rlm.prompts import prompt
from calculus.rlm.runtime import Limits, Outcome
from calculus.rlm.runtime.driver import Driver, Options
from calculus.rlm.runtime.limits import Ledger
from tests.unit.rlm.test_runtime import PROGRAM

HEAD = {"program": "count", "document": "d"}
"""Of a journal."""

NESTED = prompt("Do {this}.", "Why?", ["a", "b"])

HOSTILE = [
    "",
    NESTED,
    NESTED[:-1],
    "Question: x\n",
    " " * 1_000_000,
    "a:" * 100_000,
    "x" * 300_000 + ":",
    "a" + " " * 300_000 + "b",
    ("(" * 1000 + "\n") * 100,
    "\ud800\0\r\n{query} %s {0}",
    "is " * 100_000,
]
"""Documents that would matter if anything in them were interpreted, or read slowly."""


def call(text: str, role: Role = "leaf", limit: int | None = None, attempt: int = 0) -> Call:
    return Call((0,), 0, role, text, limit, attempt)


def drive(
    oracle: Any,
    document: str = "x" * 100,
    options: Options | None = None,
    limits: Limits | None = None,
    *,
    k: int = 4,
    tau: int = 10,
    **more: Any,
) -> Outcome:
    evaluation = Evaluation(PROGRAM, document, "how many?", k=k, tau=tau)
    driver = Driver(
        evaluation, oracle, options or Options(first_wait=0.001), Ledger(limits or Limits()), **more
    )

    async def run() -> Outcome:
        try:
            return await driver.run()
        finally:
            if hasattr(oracle, "close"):
                await oracle.close()
            if driver.journal is not None:
                driver.journal.close()

    return asyncio.run(run())


def count(text: str) -> str:
    return f"x: {text.count('x') - 2}"  # two are in the tags
