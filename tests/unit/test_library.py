"""The library: parse, run, machine, explore, exact, check, format, register; and its errors."""

import json
from collections.abc import Callable
from typing import Any

import pytest

import calculus
from calculus.machine.instructions import jump, push

# Fetched by name, as users do; the package gives each name when it is first used.
CalculusError = calculus.CalculusError
UsageProblem = calculus.UsageProblem


def test_parse_gives_a_term() -> None:
    term = calculus.parse("fmc", "[2].[3].add")
    assert str(term) == "[2].[3].add"
    assert term == calculus.parse("fmc", " [2] . [3] . add . *")
    assert term.span is not None and term.span.text == "[2].[3].add"


def test_run_takes_text_term_program_and_source() -> None:
    text = "[2].[3].add"
    source = calculus.Source("def two = [2]\ntwo.[3].add\n", "two.fmc")
    for subject in (
        text,
        calculus.parse("fmc", text),
        calculus.program("fmc", text),
        source,
        calculus.program("fmc", source),
    ):
        result = calculus.run("fmc", subject)
        assert (result.status, result.exit) == ("done", "*")
        assert list(map(str, result.stacks["λ"])) == ["5"]


def test_run_takes_values_of_every_kind() -> None:
    values = [1, True, calculus.Text("a"), "[2].add", push(jump(3)), calculus.Source("<x>.x")]
    result = calculus.run("fmc", "in<x>.[x]", stacks={"lambda": values, "c": (0,)}, inputs=[-7])
    assert result.to_json()["stacks"] == {
        "λ": ["1", "True", '"a"', "[2].add", "[3]", "<x>.x", "-7"],
        "c": ["0"],
    }


def test_a_stuck_run_is_a_result() -> None:
    result = calculus.run("fmc", "[1].add")
    assert result.status == "stuck"
    assert result.error is not None and result.error.kind == "stack"


@pytest.mark.parametrize("engine", ["auto", "reference", "kernel"])
def test_run_takes_limits(engine: str) -> None:
    result = calculus.run("fmc", "[1].(*)^*", engine=engine, max_steps=20_000)
    assert (result.status, result.stopped_by, result.steps) == ("budget", "steps", 20_000)
    assert list(map(str, result.stacks["λ"])) == ["1"]


def test_seeds_repeat_and_differ() -> None:
    program = ".".join(["rnd<b>.[b]"] * 1) + "".join([".rnd<b>.[b]"] * 30)
    runs = [calculus.run("fmc", program, seed=seed).to_json()["stacks"] for seed in (1, 1, 2)]
    assert runs[0] == runs[1] != runs[2]


def test_a_machine_steps() -> None:
    machine = calculus.machine("fmc", "[2].[3].add")
    assert [machine.step() for _ in range(4)] == ["push", "push", "primitive", None]
    assert machine.result.status == "done"
    assert str(machine.state.stacks["λ"][0].read_back()) == "5"


def test_a_machine_runs_on() -> None:
    machine = calculus.machine("fmc", "[1].[2].[3].add.add")
    assert machine.run(max_steps=3).stopped_by == "steps"
    twin = machine.copy()
    assert machine.run().to_json()["stacks"] == {"λ": ["6"]}
    assert twin.run().steps == 5


def test_a_machine_suspends_and_resumes() -> None:
    hosts = {"ask": "source", "tell": "sink"}
    machine = calculus.machine("fmc", "ask<x>.[x].[1].add.<y>.[y]tell.[y]", hosts=hosts)
    assert machine.run().status == "suspended"
    assert machine.suspended == calculus.Suspension("ask", None)
    machine = calculus.Machine.from_json(json.dumps(machine.to_json()))
    machine.resume(41)
    assert machine.run().request == "tell"
    assert machine.suspended is not None and str(machine.suspended.value) == "42"
    machine.resume()
    assert machine.run().to_json()["stacks"] == {"λ": ["42"]}
    assert machine.suspended is None


def test_resuming_wrongly_is_a_mistake() -> None:
    machine = calculus.machine("fmc", "a<x>.[x]b", hosts={"a": "source", "b": "sink"})
    with pytest.raises(UsageProblem, match="not suspended"):
        machine.resume(1)
    machine.run()
    with pytest.raises(UsageProblem, match="waits for a value"):
        machine.resume()
    with pytest.raises(UsageProblem, match="a value is a term"):
        machine.resume(1.5)
    machine.resume("1")
    machine.run()
    with pytest.raises(UsageProblem, match="takes no answer"):
        machine.resume(1)


def test_explore_finds_all_outcomes() -> None:
    found = calculus.explore("fmc", "nd<a>.nd<b>.[a].[b].and")
    assert found.complete
    assert [str(answer.stacks["λ"][0]) for answer in found.answers].count("True") == 1
    some = calculus.explore("fmc", "nd<a>.nd<b>.[b]", max_answers=1)
    assert (len(some.answers), some.stopped_by) == (1, "answers")


def test_exact_gives_fractions() -> None:
    found = calculus.exact("fmc", "rnd<a>.rnd<b>.[a].[b].and")
    assert [str(entry.probability) for entry in found.entries] == ["3/4", "1/4"]
    assert calculus.exact("fmc", "(rnd<a>.(a; True->*; False->G))^G", depth=1).unexplored == 0


def test_check_and_format() -> None:
    assert calculus.check("fmc", "[1].x")[0].kind == "name"
    assert calculus.check("fmc", "[1")[0].kind == "syntax"
    assert calculus.check("fmc", "[1]") == []
    assert calculus.format("fmc", "[1] . c<x>") == "[1].c<x>\n"
    assert calculus.format("fmc", "c<x>", unicode=True) == "c⟨x⟩\n"


def test_results_print_well() -> None:
    result = calculus.run("fmc", '[1].["<a>"]c.J')
    assert str(result) == 'λ: 1\nc: "<a>"\nexit: J\n(2 steps, reference engine)'
    assert "&quot;&lt;a&gt;&quot;" in result._repr_html_()
    assert str(calculus.run("fmc", "add")).startswith("stuck: add expects")


def test_searches_print_well() -> None:
    found = calculus.explore("fmc", "nd<a>.[a]")
    assert str(found) == "1. λ: True\n2. λ: False\n(2 answers, no more; 4 steps)"
    assert "<code>λ: False</code>" in found._repr_html_()
    exact = calculus.exact("fmc", "rnd<a>.(a; True->[1].X; False->(*)^*)")
    assert str(exact).startswith("1/2  λ: 1  exit: X\n1/2  diverges\n(exact; ")
    assert "<code>diverges</code>" in exact._repr_html_()


def test_a_room_is_also_a_call() -> None:
    import calculus.machine.state as module

    assert module.State
    assert calculus.machine("fmc", "[1]").run().status == "done"


def test_what_there_is_and_is_not() -> None:
    assert "run" in dir(calculus)
    for name in calculus.__all__:
        assert getattr(calculus, name) is not None
    with pytest.raises(AttributeError):
        calculus.__getattr__("walk")


NOT_TEXT: list[Any] = [None, 3, b"[1]", 1.5, ["[1]"]]

MISTAKES: dict[str, Callable[[], object]] = {
    "syntax": lambda: calculus.parse("fmc", "[1"),
    "definition": lambda: calculus.parse("fmc", "def a = [1]"),
    "language": lambda: calculus.run("nonsense", "[1]"),
    "language type": lambda: calculus.run(3, "[1]"),  # type: ignore[arg-type]
    "no main": lambda: calculus.run("fmc", "def a = [1]"),
    "engine": lambda: calculus.run("fmc", "[1]", engine="turbo"),
    "steps": lambda: calculus.run("fmc", "[1]", max_steps=-1),
    "steps type": lambda: calculus.run("fmc", "[1]", max_steps=1.5),  # type: ignore[arg-type]
    "steps bool": lambda: calculus.run("fmc", "[1]", max_steps=True),
    "seconds": lambda: calculus.run("fmc", "[1]", max_seconds=float("nan")),
    "memory": lambda: calculus.run("fmc", "[1]", max_memory="2 GB"),  # type: ignore[arg-type]
    "seed": lambda: calculus.run("fmc", "[1]", seed=None),  # type: ignore[arg-type]
    "stacks": lambda: calculus.run("fmc", "[1]", stacks=[1]),  # type: ignore[arg-type]
    "stack": lambda: calculus.run("fmc", "[1]", stacks={"a": "12"}),
    "stack name": lambda: calculus.run("fmc", "[1]", stacks={"": [1]}),
    "stack value": lambda: calculus.run("fmc", "[1]", stacks={"a": [None]}),
    "stack text": lambda: calculus.run("fmc", "[1]", stacks={"a": ["[1"]}),
    "inputs": lambda: calculus.run("fmc", "[1]", inputs=5),  # type: ignore[arg-type]
    "hosts": lambda: calculus.run("fmc", "[1]", hosts=["a"]),  # type: ignore[arg-type]
    "host kind": lambda: calculus.run("fmc", "[1]", hosts={"a": "both"}),
    "host kind type": lambda: calculus.run("fmc", "[1]", hosts={"a": []}),  # type: ignore[dict-item]
    "depth": lambda: calculus.exact("fmc", "[1]", depth=-1),
    "exact of choices": lambda: calculus.exact("fmc", "nd<x>"),
    "machine JSON": lambda: calculus.Machine.from_json("{"),
    "machine type": lambda: calculus.Machine.from_json("[]"),
    "machine state": lambda: calculus.Machine.from_json({"language": "fmc", "state": {}}),
    "machine language": lambda: calculus.Machine.from_json({"language": "x", "state": {}}),
    **{f"run {item!r}": (lambda item=item: calculus.run("fmc", item)) for item in NOT_TEXT},
    **{f"parse {item!r}": (lambda item=item: calculus.parse("fmc", item)) for item in NOT_TEXT},
    **{f"format {item!r}": (lambda item=item: calculus.format("fmc", item)) for item in NOT_TEXT},
}


@pytest.mark.parametrize("name", MISTAKES)
def test_mistakes_are_calculus_errors(name: str) -> None:
    with pytest.raises(CalculusError) as caught:
        MISTAKES[name]()
    assert caught.value.diagnostic.message


def test_reduce() -> None:
    found = calculus.reduce("fmc", calculus.parse("fmc", "[2].<x>.[x].[x].add"))
    assert (str(found), found.normal, found.steps, found.stopped_by) == ("[4]", True, 2, None)
    assert found.to_json()["path"][1]["rule"] == "delta-add"
    assert calculus.reduce("fmc", "(J)^J", max_steps=5, strategy="machine").stopped_by == "steps"
    with pytest.raises(calculus.UsageProblem, match="no main term"):
        calculus.reduce("fmc", "def f = *")
    with pytest.raises(calculus.UsageProblem, match="max_steps"):
        calculus.reduce("fmc", "*", max_steps=-1)
    with pytest.raises(calculus.UsageProblem, match="seed"):
        calculus.reduce("fmc", "*", seed="x")


def test_equal() -> None:
    left = calculus.parse("fmc", "[1]a.[2]b")
    verdict = calculus.equal("fmc", left, "[2]b.[1]a")
    assert (verdict.verdict, str(verdict), verdict.witness) == ("equal", "equal", None)
    assert verdict.to_json()["proof"]["permuted"]
    assert calculus.equal("fmc", left, "[2]b.[2]a").verdict == "different"
    with pytest.raises(calculus.UsageProblem, match="arity"):
        calculus.equal("fmc", left, left, arity=-1)
