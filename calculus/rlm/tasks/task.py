"""A generated task: a document, a question, the known answer, and how an answer is judged."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any, Literal, get_args

from calculus.rlm.calls import Call
from calculus.rlm.prompts import Asked, read_prompt

Method = Literal["direct", "flat", "rlm"]
METHODS: tuple[Method, ...] = get_args(Method)
"""Asking once, about as much of the document as fits; splitting it once, with one reply for each part and
one that joins them; λ-RLM."""

Metric = Callable[[Any], float]
"""How good the value of a run is, from 0 to 1."""


@dataclass(frozen=True)
class Task:
    """A document and a question with a known `answer`, and a program for each method.

    The document is cut `by` boundaries that are no further apart than `record` bytes, and the answer to a
    call needs up to `output` of the window. `solve` gives the right answer to a call: what is true of the
    part that its prompt shows. The first of the `metrics` is what the task is about.
    """

    name: str
    document: str
    query: str
    answer: Any
    programs: Mapping[Method, str]
    by: str
    record: int
    output: float
    solve: Callable[[Call], str]
    metrics: Mapping[str, Metric]


def drawing(name: str, size: int, seed: int) -> Random:
    """Chance that depends on the task, its size and the seed alone."""
    return Random(f"{name} {size} {seed}")


def asked_by(call: Call) -> Asked:
    """What a call asks; the programs of tasks ask by `ask` and `ask_all` alone."""
    asked = read_prompt(call.prompt)
    assert asked is not None, call.prompt[:200]
    return asked
