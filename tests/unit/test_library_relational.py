"""The library on relational languages: `solve`, `dual`, and machines that search."""

import json

import pytest

import calculus


def texts(answers: object) -> list[dict[str, list[str]]]:
    return [{name: list(map(str, values)) for name, values in answer.stacks.items()} for answer in answers]  # type: ignore[attr-defined]


def test_answers_come_as_they_are_found() -> None:
    answers = calculus.solve("rmc", "1*", max_answers=3)
    assert [answer.stacks for answer in answers] == [{}, {}, {}]
    assert (answers.stopped_by, answers.complete, answers.status) == ("answers", False, "budget")


def test_the_stacks_and_inputs_given() -> None:
    found = calculus.run("rmc", "in<x>; [x]; <y>; [y]", stacks={"λ": ["F(z)"]}, inputs=[1, True])
    assert texts(found.answers) == [{"λ": ["F(_0)", "1"], "in": ["True"]}]
    assert {name: str(value) for name, value in found.answers[0].bindings.items()} == {
        "z": "_0",
        "x": "1",
        "y": "1",
    }


def test_constants_of_python() -> None:
    found = calculus.run("rmc", "1", stacks={"λ": [2, False, calculus.Text("a"), "{1}"]})
    assert texts(found.answers) == [{"λ": ["2", "False", '"a"', "{1}"]}]


@pytest.mark.parametrize(
    ("options", "multiplicities"),
    [({}, [1, 1]), ({"count": True}, [2]), ({"mode": "set"}, [2])],
)
def test_equal_answers(options: dict[str, object], multiplicities: list[int]) -> None:
    answers = calculus.solve("rmc", "[A] + [A]", **options)  # type: ignore[arg-type]
    assert len(list(answers)) == answers.found == len(multiplicities)
    assert [answer.multiplicity for answer in answers.answers] == multiplicities


def test_dual() -> None:
    term = calculus.parse("rmc", "ex x. <S(x)>; [x]a")
    assert str(calculus.dual(term)) == "ex x. a<x>; [S(x)]"
    assert calculus.dual(calculus.dual(term)) == term
    assert str(calculus.dual("p(a). ?- p(X).", "prolog")).startswith("ex x. ")
    with pytest.raises(calculus.UsageProblem, match="fmc cannot"):
        calculus.dual("[1]", "fmc")


def test_machines_are_stepped_stored_and_resumed() -> None:
    machine = calculus.machine("rmc", "([A] + [B]); <B>; [C]")
    assert [machine.step(), machine.step()] == ["sequence", "choice"]
    other = calculus.Machine.from_json(json.dumps(machine.to_json()))
    copy = machine.copy()
    for one in (machine, other, copy):
        assert texts(one.run().answers) == [{"λ": ["C"]}]
        assert one.step() is None
    assert machine.suspended is None
    with pytest.raises(calculus.UsageProblem, match="waits for nothing"):
        machine.resume()


def test_a_machine_stops_at_its_limits_and_goes_on() -> None:
    machine = calculus.machine("rmc", "[A]*")
    assert machine.run(max_answers=2).stopped_by == "answers"
    assert machine.run(max_steps=5).stopped_by == "steps"
    assert machine.state.steps > 5


def test_searches_show_what_they_found() -> None:
    found = calculus.run("rmc", "[A]; [B] + [C]")
    assert str(found).splitlines()[:2] == ["1. λ: A, B", "2. λ: C"]
    assert "<code>λ: C</code>" in found._repr_html_()
    assert "X = a" in str(calculus.run("prolog", "p(a). ?- p(X)."))
    assert "stuck: lt expects" in str(calculus.run("rmc", "lt(x, 1)"))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: calculus.solve("rmc", "f"), "f"),
        (lambda: calculus.solve("fmc", "[1]"), "fmc cannot search"),
        (lambda: calculus.solve("rmc", "1", strategy="best"), "strategy is one of"),
        (lambda: calculus.solve("rmc", "1", stacks={"λ": ["[A]"]}), "expected"),
        (lambda: calculus.solve("rmc", "1", stacks={"λ": [calculus.parse("rmc", "[A]")]}), "holds values"),
        (lambda: calculus.run("rmc", "def f = 1"), "no main term"),
        (lambda: calculus.translate("rmc", "1"), "not translated"),
        (lambda: calculus.translate("prolog", "p(a).", to="fmc"), "does not translate into fmc"),
    ],
)
def test_mistakes_are_calculus_errors(call: object, message: str) -> None:
    with pytest.raises(calculus.CalculusError, match=message):
        call()  # type: ignore[operator]
