"""Evaluation: what programs come to, what they ask, in whatever order the answers arrive."""

import json
import random
from collections.abc import Callable
from typing import Any

import pytest

from calculus.machine.serial import state_from_json, state_to_json
from calculus.rlm.calls import Call, OracleFailure, Reply
from calculus.rlm.evaluation import Evaluation
from calculus.rlm.planning.shape import shape
from calculus.rlm.program import parse_program
from calculus.rlm.prompts import overhead, prompt
from calculus.source.diagnostic import TypeProblem, UsageProblem
from calculus.source.text import Source

COUNT = r"""
def leaf = \P. oracle (ask "Count the letters." query P)

def count = fix f. \P. if size P <= tau then leaf P else merge_counts (map f (split k P))

count document
"""


def start(text: str, document: str = "", query: str = "", **options: Any) -> Evaluation:
    return Evaluation(parse_program(Source(text)), document, query, **options)


def run(
    text: str,
    document: str = "",
    query: str = "",
    answer: Callable[[Call], str] = lambda call: call.prompt,
    order: random.Random | None = None,
    **options: Any,
) -> Evaluation:
    """Run a program to its end, the answers in order or in a random one."""
    evaluation = start(text, document, query, **options)
    waiting = evaluation.ready()
    while waiting:
        call = waiting.pop(order.randrange(len(waiting)) if order else 0)
        evaluation.answer(call, Reply(answer(call), 1, 1))
        waiting += evaluation.ready()
    assert evaluation.done
    return evaluation


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 + 2 * 3 - -4", 11),
        ("7 / 2 * 10 + 7 % 4", 33),
        ('[(1, "a"), (2, "b")]', [(1, "a"), (2, "b")]),
        ("(\\x y. x - y) 5 3", 2),
        ("let twice = \\f x. f (f x) in twice (\\n. n * n) 3", 81),
        ("map (\\x. (x, x > 1)) [1, 2]", [(1, False), (2, True)]),
        ("map (map (\\x. x + 1)) [[1], [], [2, 3]]", [[2], [], [3, 4]]),
        ("filter (\\x. x % 2 == 0) [1, 2, 3, 4]", [2, 4]),
        ("reduce (\\a b. a * 10 + b) 0 [1, 2, 3]", 123),
        ("reduce append [] [[1], [2, 3]]", [1, 2, 3]),
        ("reduce (\\a b. a) 7 []", 7),
        ('cross [1, 2] ["a", "b"]', [(1, "a"), (1, "b"), (2, "a"), (2, "b")]),
        ("pairs [1, 2, 3]", [(1, 2), (1, 3), (2, 3)]),
        ("zip [1, 2, 3] [True, False]", [(1, True), (2, False)]),
        ("fst (snd (1, (2, 3)))", 2),
        ('(words " a b\\nc ", lines "a\\nb")', (["a", "b", "c"], ["a", "b"])),
        ('parse " x \\n\\n y"', ["x", "y"]),
        ('join ", " (map show [1, 2])', "1, 2"),
        ('(contains "b" "abc", contains "d" "abc")', (True, False)),
        ('(number "about -12 or so", number "none")', (-12, 0)),
        ('dedupe ["a", "b", "a"]', ["a", "b"]),
        ('majority ["a", "b", "b", "a", "b"]', "b"),
        ("majority []", ""),
        ('merge_counts ["a: 1\\nb: 2", "noise", "b: 3"]', "a: 1\nb: 5"),
        ('best ["", "NONE", " yes "]', "yes"),
        ('best ["", "NONE"]', ""),
        ('concat ["a", "b" ++ "c"]', "abc"),
        ("(size query, length [query])", (5, 1)),
        ("peek 1 3 query", "el"),
        ("peek 3 1 query", ""),
        ("concat (split 2 query)", "hello"),
        ("map size (split 3 query)", [2, 2, 1]),
        ('if size query <= 5 and not (query == "x") or 1 / 0 == 1 then "yes" else "no"', "yes"),
        ("split", None),
    ],
)
def test_values(text: str, value: Any) -> None:
    if value is None:
        with pytest.raises(UsageProblem, match="the main term is a function"):
            start(text)
    else:
        evaluation = run(text, query="hello")
        assert evaluation.error is None
        assert evaluation.result == value


def test_combinators_are_functions_too() -> None:
    assert run("(\\f. f 2 query) split", query="abcd").result == ["ab", "cd"]
    assert run('map (contains "a") ["ab", "c"]').result == [True, False]
    assert run("let s = split 2 in map (\\t. length (s t)) [query]", query="abcd").result == [2]
    assert run('map oracle ["x", "y"]', answer=lambda call: call.prompt + "!").result == ["x!", "y!"]


def test_definitions_are_evaluated_once_and_only_if_they_are_used() -> None:
    asked = []

    def answer(call: Call) -> str:
        asked.append(call.prompt)
        return "a"

    text = (
        'def used = oracle "used"\n\ndef unused = oracle "unused"\n\ndef also = used ++ used\n\n(used, also)'
    )
    assert run(text, answer=answer).result == ("a", "aa")
    assert asked == ["used"]


def letters(call: Call) -> str:
    return f"x: {call.prompt.count('x')}"


def test_calls_are_those_of_the_tree() -> None:
    for n, k, tau in ((0, 2, 5), (5, 2, 5), (6, 2, 5), (100, 3, 9), (1000, 10, 10), (257, 2, 4)):
        evaluation = run(COUNT, "y" * n, answer=lambda _: "x: 1", k=k, tau=tau)
        leaves = shape(n, k, tau).leaves
        assert evaluation.result == f"x: {leaves}"
        assert len({tuple(path) for path, _ in evaluation.to_json()["answers"]}) == leaves


def test_the_order_of_answers_does_not_matter() -> None:
    text = "".join(random.Random(5).choices("xyz é😀\n", k=700))
    expected = run(COUNT, text, "how many?", letters, k=3, tau=20)
    assert expected.error is None
    for seed in range(10):
        found = run(COUNT, text, "how many?", letters, random.Random(seed), k=3, tau=20)
        assert found.result == expected.result
        assert found.steps == expected.steps


def test_an_evaluation_is_stored_as_its_answers() -> None:
    text = "xyz" * 100
    expected = run(COUNT, text, "?", letters, k=4, tau=10)
    first = start(COUNT, text, "?", k=4, tau=10)
    for call in first.ready()[::2]:
        first.answer(call, letters(call))
    stored = json.loads(json.dumps(first.to_json()))
    second = start(COUNT, text, "?", k=4, tau=10)
    second.replay(stored)
    waiting = second.ready()
    assert len(waiting) == len(second.to_json()["answers"])
    for call in waiting:
        second.answer(call, letters(call))
    assert second.ready() == []
    assert second.result == expected.result
    with pytest.raises(UsageProblem, match="another document"):
        start(COUNT, "other", "?", k=4, tau=10).replay(stored)
    with pytest.raises(UsageProblem, match="another parameters"):
        start(COUNT, text, "?", k=5, tau=10).replay(stored)


def test_a_suspended_machine_is_data() -> None:
    evaluation = start('oracle (join "," (words query)) ++ query', query="a b")
    (call,) = evaluation.ready()
    ((task, _),) = evaluation._asked.values()
    task.state = state_from_json(json.loads(json.dumps(state_to_json(task.state))))
    evaluation.answer(call, "x")
    assert evaluation.ready() == []
    assert call.prompt == "a,b"
    assert evaluation.result == "xa b"


def test_calls_are_found_while_others_are_under_way() -> None:
    evaluation = start(COUNT, "x" * 1000, k=10, tau=10)
    first = evaluation.ready(3)
    assert len(first) == 3
    assert evaluation.steps < 500
    assert len(first + evaluation.ready(20) + evaluation.ready()) == 100


def test_a_failed_call_ends_the_run_with_its_place() -> None:
    evaluation = start(COUNT, "x" * 100, k=2, tau=30)
    call = evaluation.ready()[1]
    evaluation.fail(call, OracleFailure("timeout", "no answer in 30 s", retryable=True))
    assert evaluation.done
    assert evaluation.error is not None
    assert evaluation.error.path == call.path
    assert "no answer in 30 s" in evaluation.error.error.message
    assert evaluation.ready() == []


def test_what_is_left_out_is_reported() -> None:
    evaluation = start(COUNT, "x" * 100, k=2, tau=30)
    first, *others = evaluation.ready()
    evaluation.leave_out(first)
    for call in others:
        evaluation.answer(call, "x: 1")
    assert evaluation.ready() == []
    assert evaluation.result == "x: 3"
    assert evaluation.coverage.left_out == (first.path,)
    assert evaluation.coverage.answered == 3
    assert not evaluation.coverage.complete


def test_what_cannot_go_on_says_where() -> None:
    evaluation = run("map (\\x. 10 / x) [1, 0]")
    assert evaluation.error is not None
    assert evaluation.error.kind == "stuck"
    assert evaluation.error.error.span is not None
    assert evaluation.error.error.span.text == "10 / x"
    for text, message in (("split 1 query", "2 parts or more"), ("split 2 document", "larger than tau")):
        found = run(text, "😀", "abc", tau=1)
        assert found.error is not None
        assert message in found.error.error.message


def test_steps_are_limited() -> None:
    evaluation = run("length (cross (words document) (words document))", "a " * 10, max_steps=2)
    assert evaluation.error is not None
    assert evaluation.error.kind == "steps"


def test_programs_without_a_type_are_not_run() -> None:
    with pytest.raises(TypeProblem):
        start("size 1")
    with pytest.raises(UsageProblem, match="no main term"):
        start("def a = 1")


def test_roles_and_limits_come_with_the_calls() -> None:
    evaluation = start('(oracle "a", oracle "b")', roles={0: "leaf", 1: "merge"}, limit=99)
    (first,) = evaluation.ready()
    assert (first.site, first.role, first.limit) == (0, "leaf", 99)
    evaluation.answer(first, "")
    (second,) = evaluation.ready()
    assert (second.site, second.role) == (1, "merge")


@pytest.mark.parametrize(
    "document",
    [
        "Question: what?\n</text>",
        "{query} {0} %s $query {{x}}",
        " " * 100_000,
        "\ud800 lone",
        "a\r\nb\0c",
        prompt("i", "q", ["nested"]),
    ],
)
def test_documents_are_not_interpreted(document: str) -> None:
    whole = prompt("Do it.", "Why {x}?", [document])
    assert document in whole
    size = len(whole.encode("utf-8", "surrogatepass"))
    assert size == overhead("Do it.", "Why {x}?") + len(document.encode("utf-8", "surrogatepass"))
    assert run('oracle (ask "Do it." query document)', document, "Why {x}?").result == whole
    assert "".join(run("map oracle (split 3 document)", document).result) == document


def test_depth_is_no_matter() -> None:
    for text in ("1" + " + 1" * 3000, "(" * 3000 + "1" + ")" * 3000, "let x = 1 in " * 3000 + "x"):
        assert run(text).error is None
    deep = "fix f. \\P. if size P <= tau then 1 else reduce (\\a b. a + b) 0 (map f (split 2 P))"
    assert run(f"({deep}) document", "x" * 3000, tau=1).result == 3000
