"""What the simulated oracle understands."""

import time

import pytest

from calculus.rlm.calls import Role
from calculus.rlm.oracles import SimulatedOracle
from calculus.rlm.prompts import prompt
from tests.unit.rlm.asking import HOSTILE, call


def said(instruction: str, query: str, *texts: str, role: Role = "leaf", limit: int | None = None) -> str:
    return SimulatedOracle().reply(call(prompt(instruction, query, texts), role, limit)).text


SETTINGS = """\
# settings
name: "north"
colour = deep blue,
The capital of France is Paris. It is old.
The magic number for delta-42 is 7391.
port-9: 80
"""

LOG = """\
2026-01-02 10:00:01 ERROR disk full on db-1
2026-01-02 10:00:02 INFO started
2026-01-02 10:00:03 WARNING slow query

2026-01-02 10:00:04 ERROR disk error on db-2
"""


@pytest.mark.parametrize(
    ("query", "value"),
    [
        ("Find: name", "north"),
        ("Find: colour", "deep blue"),
        ("What is the value of colour?", "deep blue"),
        ("What is the value of the key `port-9` in the settings?", "80"),
        ("Which colour is it?", "deep blue"),
        ("What is the capital of France?", "Paris"),
        ("What is the magic number for delta-42?", "7391"),
        ("What is the magic number for delta-4?", "NONE"),
        ("What is the value of size?", "NONE"),
        ("Find: apital of France", "NONE"),
    ],
)
def test_values_are_found(query: str, value: str) -> None:
    for instruction in ("", "Answer the question from the text alone. Reply NONE if it does not say."):
        assert said(instruction, query, SETTINGS) == value


@pytest.mark.parametrize(
    ("instruction", "query", "answer"),
    [
        ("", "How many lines contain ERROR?", "2"),
        ("Count the lines that contain `disk`.", "", "disk: 2"),
        ("Count the lines that contain `Disk`.", "", "Disk: 0"),
        ("Count the lines that contain disk full", "", "disk full: 1"),
        ("", "How many errors are there?", "2"),
        ("Count what the question asks for, as lines `label: n`.", "How many errors?", "errors: 2"),
        ("Count by level", "", "ERROR: 2\nINFO: 1\nWARNING: 1"),
        ("", "How many lines of each level are there?", "ERROR: 2\nINFO: 1\nWARNING: 1"),
    ],
)
def test_lines_are_counted(instruction: str, query: str, answer: str) -> None:
    assert said(instruction, query, LOG) == answer


def test_lines_are_counted_by_a_field() -> None:
    text = "id: 1, kind: spam\nid: 2, kind: ham\nid: 3, kind: spam; x\n{'id': 4, 'kind': 'ham'}\n"
    assert said("Count by kind", "", text) == "spam: 2\nham: 2"


def test_lines_are_labelled() -> None:
    instruction = "Label every line of the text. Reply with a line `name: label` for each."
    assert said(instruction, "level", LOG).splitlines()[0] == "2026-01-02 10:00:01: ERROR"
    assert said(instruction, "", "m1 kind: spam\nm2 kind: ham\nm3 what") == "m1: spam\nm2: ham\nm3: other"


def test_answers_to_parts_are_merged() -> None:
    assert said("Count", "by level", "a: 1\nb: 2", "b: 3", "NONE", role="merge") == "a: 1\nb: 5"
    assert said("", "How many errors?", "2", "0", "NONE", "40") == "42"
    assert said("", "What is the value of x?", "NONE", "7", "8", "8") == "8"
    assert said("", "What is the value of x?", "NONE", "NONE") == "NONE"
    assert said("List the lines that contain x", "", "x 1\nx 2", "x 2\nx 3") == "x 1\nx 2\nx 3"
    assert said("Join these summaries into one.", "", "One.\nTwo.", role="merge") == "One. Two."


def test_lists_facts_calls_and_relevance() -> None:
    assert said("List the lines that contain `db`", "", LOG).count("\n") == 1
    assert said("List the values of kind", "", "kind: a\nkind: b, x\nkind: a") == "a\nb"
    assert said("Extract what helps to answer the question.", "Which disk?", LOG).count("\n") == 1
    code = "def f(x):\n    return g(h(x))\n\ndef g(y): return k(y.h(1))\n"
    assert said("List every call as `caller -> callee`.", "f", code) == "f -> g\nf -> h\ng -> k"
    assert said("Is it relevant? Answer YES or NO.", "What is db-2?", LOG) == "YES"
    assert said("Is it relevant? Answer YES or NO.", "What is db-3?", LOG) == "NO"
    assert said("Is it relevant? Answer yes or no.", "Which queries are slow?", "a text") == "no"
    assert said("Can a text that begins like this help? Reply YES or NO.", "What is x?", "a") == "YES"
    assert said("", "Who started?", LOG) == "2026-01-02 10:00:02 INFO started"
    menu = "Which is it: search, aggregate, summarise, pairwise?"
    assert said(menu, "How many errors?", LOG, role="detect") == "aggregate"
    assert said(menu, "Who is it?", LOG, role="detect") == "search"


@pytest.mark.parametrize("limit", [None, *range(2, 40), 80, 1000])
def test_summaries_keep_to_their_limit(limit: int | None) -> None:
    text = "Ünser erster Satz. Noch einer, länger! Drei?\n" * 20
    answer = said("Summarise the text.", "", text, limit=limit)
    assert answer
    assert len(answer.encode()) <= (200 if limit is None else limit)
    flat = " ".join(text.split())
    assert flat.startswith(answer)
    if limit is not None and limit >= 19:
        assert answer[-1] in ".!?"


@pytest.mark.parametrize(
    "instruction",
    [
        "Find: a",
        "Count by a",
        "Count the lines that contain a",
        "How many a?",
        "Label every line",
        "List every call: caller",
        "List the values of a",
        "Extract a",
        "Is it relevant?",
        "Summarise",
        "",
    ],
)
def test_any_text_is_read_in_linear_time(instruction: str) -> None:
    started = time.process_time()
    for text in HOSTILE:
        for role in ("leaf", "merge"):
            said(instruction, "a", text, role=role)  # type: ignore[arg-type]
    assert time.process_time() - started < 10


def test_a_prompt_without_tags_is_its_first_line_and_the_rest() -> None:
    assert SimulatedOracle().reply(call("Find: colour\n" + SETTINGS)).text == "deep blue"
    assert SimulatedOracle().reply(call("")).text == "NONE"
