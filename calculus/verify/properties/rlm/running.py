"""Runs of programs for the properties: answers made up from the prompts, calls counted."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from calculus.rlm.evaluation import Evaluation
from calculus.rlm.planning import Certificate
from calculus.rlm.program import Program
from calculus.verify.generation.choices import pick
from calculus.verify.property import Choose

MAX_STEPS = 1_000_000
"""Transitions of a run. Those that are looked at take some thousands; so many count as going on for ever."""

QUERY = "wö?"

WAYS = ("characters", "words", "lines", "code", "records:;")
"""How a text may be cut."""

_ANSWERS = ("", "YES", "NO", "a: 1\nb: 2", "b: 3", "NONE", "x 7", "a")


def answer(prompt: str) -> str:
    """An answer that depends on the prompt alone."""
    return _ANSWERS[sha256(prompt.encode("utf-8", "surrogatepass")).digest()[0] % len(_ANSWERS)]


def finish(evaluation: Evaluation, reply: Callable[[str], str], *, last: bool = False) -> list[str]:
    """Run to the end; of calls that wait, the first (or last) is answered next. The prompts, as asked."""
    prompts: list[str] = []
    waiting = deque(evaluation.ready())
    while waiting:
        call = waiting.pop() if last else waiting.popleft()
        prompts.append(call.prompt)
        evaluation.answer(call, reply(call.prompt))
        waiting += evaluation.ready()
    return prompts


@dataclass
class Run:
    """The calls that a run made, with the bytes of their prompts."""

    calls: int = 0
    tokens: int = 0
    longest: int = 0
    result: Any = None
    roles: dict[str, int] = field(default_factory=dict)


def run(program: Program, text: str, query: str, plan: Certificate, choose: Choose) -> Run:
    """Run a plan, with answers of all lengths that it allows, given in any order."""
    evaluation = Evaluation(
        program,
        text,
        query,
        k=plan.k,
        tau=plan.tau,
        by=plan.by,
        measure=plan.unit,
        roles=plan.roles,
        max_steps=MAX_STEPS,
    )
    made, waiting = Run(), evaluation.ready()
    while waiting:
        call = waiting.pop(choose(len(waiting)))
        limit = plan.limits[call.role]
        size = len(call.prompt.encode("utf-8", "surrogatepass"))
        made.calls += 1
        made.tokens += size
        made.longest = max(made.longest, size + limit)
        made.roles[call.role] = made.roles.get(call.role, 0) + 1
        filters = call.role == "filter"
        evaluation.answer(call, pick(choose, ("YES", "NO")) if filters else "z" * choose(limit + 1))
        waiting += evaluation.ready()
    if evaluation.error is not None:
        raise RuntimeError(f"the run ended with: {evaluation.error.error.message}")
    made.result = evaluation.result
    return made
