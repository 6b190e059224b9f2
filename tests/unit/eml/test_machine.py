"""Trees on the abstract machine: transitions, values, limits, states as JSON."""

import json
import signal
from random import Random

import pytest

import calculus
from calculus import eml
from calculus.eml.evaluation.ieee import eml_ieee
from calculus.eml.number import read_number
from calculus.eml.syntax import EML, ONE, VARIABLE, size, variable
from calculus.eml.syntax import eml as node
from calculus.interfaces.stepping import Stepper
from calculus.machine.budget import Budget
from calculus.machine.instructions import PUSH, SKIP, pop, primitive, push
from calculus.machine.instructions import jump as jump_to
from calculus.machine.numeric import COMPUTE, NUMBER, OPERATE, Number, compute, number
from calculus.machine.reference import step
from calculus.machine.serial import state_from_json, state_to_json
from calculus.machine.state import Closure, State
from calculus.machine.trace import trace
from calculus.source.diagnostic import UsageProblem
from calculus.source.text import Source
from calculus.term import Term

LN = "11xE1EE"
x = variable("x")


def random_tree(random: Random, leaves: int, names: str = "1xy") -> Term:
    parts = [ONE if name == "1" else variable(name) for name in random.choices(names, k=leaves)]
    while len(parts) > 1:
        at = random.randrange(len(parts) - 1)
        parts[at : at + 2] = [node(parts[at], parts[at + 1])]
    return parts[0]


def naive(tree: Term, at: dict[str, complex]) -> complex:
    """By recursion, as the definition says."""
    if tree.op is EML:
        left, right = tree.children
        return eml_ieee(naive(left, at), naive(right, at))
    return at[tree.label] if tree.op is VARIABLE else 1 + 0j


def top(result: calculus.Result) -> Number:
    value = result.stack()[-1]
    assert value.op is NUMBER
    found: Number = value.label
    return found


def test_transitions() -> None:
    machine = calculus.machine("eml", LN, stacks={"x": ["0.5"]})
    rules = []
    heights = []
    while (rule := machine.step()) is not None:
        rules.append(rule)
        heights.append(len(machine.state.stacks["λ"]))
    assert rules == ["push", "push", "read", "eml", "push", "eml", "eml"]
    assert heights == [1, 2, 3, 2, 3, 2, 1]
    result = machine.result
    assert (result.status, result.exit, result.steps) == ("done", "*", 7)
    assert {name: list(map(str, values)) for name, values in result.stacks.items()} == {
        "λ": ["-0.6931471805599454"],
        "x": ["0.5"],
    }


def test_as_many_steps_as_nodes_and_bit_for_bit_the_value() -> None:
    random = Random(1)
    points = [0.0, -0.0, 1.0, -1.0, 0.5, -3.0, 1e-300, float("inf"), float("-inf"), 710.0]
    for _ in range(200):
        tree = random_tree(random, random.randint(1, 20))
        at = {name: complex(random.choice(points), random.choice(points)) for name in "xy"}
        result = calculus.run("eml", tree, stacks={name: [value] for name, value in at.items()})
        assert result.status == "done"
        assert result.steps == size(tree)
        assert top(result) == Number.of(naive(tree, at))


@pytest.mark.parametrize("engine", ["auto", "reference", "kernel"])
def test_the_engine_does_not_matter(engine: str) -> None:
    # Long enough that `auto` would move an integer program to the kernel.
    tree = random_tree(Random(2), 4_000)
    result = calculus.run("eml", tree, stacks={"x": [0.25], "y": [2 - 1j]}, engine=engine)
    assert (result.status, result.steps, result.engine) == ("done", 7_999, "reference")


def test_values_from_python() -> None:
    for value, text in ((2, "2"), (0.5, "0.5"), (1 + 2j, "1+2i"), ("-3i", "-3i"), (-0.0, "-0")):
        assert str(calculus.run("eml", "x", stacks={"x": [value]}).stack()[-1]) == text
    for value in (True, 10**400, calculus.Text("1"), [1], None):
        with pytest.raises(UsageProblem):
            calculus.run("eml", "x", stacks={"x": [value]})
    with pytest.raises(UsageProblem, match="holds numbers"):
        calculus.run("eml", "x", stacks={"x": [calculus.parse("eml", "11E")]})


def test_a_tree_of_the_library_runs() -> None:
    assert str(calculus.run("eml", eml.Tree("11E")).stack()[0]) == "2.718281828459045"


def test_the_top_of_a_location_is_read_and_stays() -> None:
    result = calculus.run("eml", "xxE", stacks={"x": [5, 0]})
    assert str(result.stack()[0]) == "inf"
    assert list(map(str, result.stacks["x"])) == ["5", "0"]


def test_a_missing_variable_is_stuck_at_its_place() -> None:
    result = calculus.run("eml", "eml(1, eml(rate, 1))")
    assert (result.status, result.steps) == ("stuck", 1)
    error = result.error
    assert error is not None and error.span is not None
    assert (error.kind, error.message) == ("variable", "there is no value for the variable rate")
    assert error.span.text == "rate"
    assert error.help is not None and "--stack 'rate=0.5'" in error.help


@pytest.mark.parametrize("limit", [0, 1, 3, 6])
def test_a_limit_on_steps(limit: int) -> None:
    result = calculus.run("eml", LN, stacks={"x": [2]}, max_steps=limit)
    assert (result.status, result.stopped_by, result.steps) == ("budget", "steps", limit)


def test_a_tree_of_astronomic_size_stays_small() -> None:
    tree = x
    for _ in range(500):
        tree = node(tree, tree)
    machine = calculus.machine("eml", tree, stacks={"x": [0.1]})
    result = machine.run(max_steps=20_000)
    assert (result.status, result.stopped_by) == ("budget", "steps")
    assert len(machine.state.stacks["λ"]) < 510
    assert len(json.dumps(machine.to_json())) < 300_000
    machine.run(max_seconds=0.01)
    assert len(machine.state.stacks["λ"]) < 510


@pytest.mark.parametrize("shape", ["left", "right"])
def test_a_deep_tree(shape: str) -> None:
    count = 20_000
    tree = x
    for _ in range(count):
        tree = node(tree, ONE) if shape == "left" else node(ONE, tree)
    result = calculus.run("eml", tree, stacks={"x": [-0.5]})
    assert (result.status, result.steps) == ("done", 2 * count + 1)
    value = complex(-0.5)
    for _ in range(count):
        value = eml_ieee(value, 1 + 0j) if shape == "left" else eml_ieee(1 + 0j, value)
    assert top(result) == Number.of(value)


def test_states_go_through_json_at_every_step() -> None:
    random = Random(3)
    for _ in range(20):
        tree = random_tree(random, 8)
        machine = calculus.machine("eml", str(tree), stacks={"x": [0.0], "y": [-0.0]})
        whole = calculus.run("eml", tree, stacks={"x": [0.0], "y": [-0.0]})
        while machine.step() is not None:
            machine = calculus.Machine.from_json(json.dumps(machine.to_json()))
        result = machine.result
        assert (result.status, result.steps) == ("done", whole.steps)
        assert top(result) == top(whole)
        assert result.state is not None
        assert [item.read_back() for item in result.state.stacks["y"]] == [number(-0.0)]


def test_a_copy_is_independent() -> None:
    machine = calculus.machine("eml", LN, stacks={"x": [2]})
    machine.step()
    other = machine.copy()
    machine.run()
    assert (other.state.steps, other.state.status) == (1, "running")
    assert str(other.run().stack()[0]) == str(machine.result.stack()[0])


def test_a_trace_shows_the_rest_in_postfix() -> None:
    machine = calculus.machine("eml", LN, stacks={"x": [1]})
    entries = list(trace(machine.state, Budget(), start=True))
    assert [entry.term for entry in entries] == [
        *("11xE1EE", "1xE1EE", "xE1EE", "E1EE", "1EE", "EE", "E", "*", "*"),
    ]
    assert [entry.rule for entry in entries][-2:] == ["eml", "done"]
    places = [entry.span and entry.span.start for entry in entries[1:-1]]
    assert places == list(range(7))


def test_reading_a_number_of_a_result_gives_it_back() -> None:
    result = calculus.run("eml", "1xE", stacks={"x": [-2]})
    assert Number.of(read_number(Source(str(result.stack()[0])))) == top(result)


STRANGE = {
    "foreign-tree": compute(push(ONE), SKIP),
    "foreign-leaf": compute(SKIP, SKIP),
    "too-few-numbers": Term(OPERATE, "eml.eml", (SKIP,), None),
    "foreign-operator": Term(OPERATE, "machine.push", (SKIP,), None),
    "no-instruction": node(ONE, ONE),
    "not-in-postfix": Term(COMPUTE, None, (node(x, ONE), SKIP), None),
}


@pytest.mark.parametrize("name", STRANGE)
def test_strange_states_get_stuck_and_nothing_else(name: str) -> None:
    state = state_from_json(json.loads(json.dumps(state_to_json(State(STRANGE[name])))))
    for _ in range(10):
        step(state)
    assert state.status == "stuck"


@pytest.mark.parametrize("engine", ["reference", "kernel"])
def test_numbers_among_the_values_of_the_other_calculus(engine: str) -> None:
    # No text makes such a program, but a state may be made by hand.
    term = push(number(2), pop("n", push(variable("n"), jump_to("*"))))
    result = calculus.run("fmc", term, engine=engine)
    assert list(map(str, result.stack())) == ["2"]
    inside = push(compute(node(ONE, ONE), SKIP), pop("f", push(jump_to(1), variable("f"))))
    result = calculus.run("fmc", inside, engine=engine)
    assert list(map(str, result.stack())) == ["1", "2.718281828459045"]
    result = calculus.run("fmc", push(number(2), push(jump_to(1), primitive("add"))), engine=engine)
    assert result.status == "stuck"


@pytest.mark.parametrize(
    ("term", "message"),
    [
        (["numeric.number", {"number": "00"}, [], None], "a label"),
        (["numeric.number", 1, [], None], "a number"),
        (["numeric.compute", None, [], None], "number of children"),
        (["numeric.operate", None, [0], None], "a name"),
    ],
)
def test_malformed_states_are_refused(term: list[object], message: str) -> None:
    data = state_to_json(State(SKIP))
    data["terms"] = [["machine.jump", "*", [], None], term]
    with pytest.raises(UsageProblem, match=message):
        state_from_json(json.loads(json.dumps(data)))


def test_operands_that_are_no_numbers() -> None:
    state = State(Term(OPERATE, EML.name, (SKIP,), None))
    state.stacks["λ"] = [Closure(number(1), {}), Closure(push(SKIP), {})]
    assert step(state) is None
    assert state.error is not None and "expects numbers" in state.error.message
    assert state.stacks["λ"][0].term.op is NUMBER and state.stacks["λ"][1].term.op is PUSH


def test_the_stepper_goes_forth_and_back() -> None:
    language = calculus.registry.get("eml")
    machine = calculus.machine("eml", LN, stacks={"x": [1]})
    commands = iter(["", "n 2", "b 2", "c", "q"])
    lines: list[str] = []
    last = Stepper(language, machine.state, lambda _: next(commands), lines.append, color=False).run()
    assert (last.rule, last.step) == ("done", 7)
    steps = [int(line.split()[0]) for line in lines[1:-1]]
    assert steps == [0, 1, 2, 3, 1, 2, 3, 4, 5, 6, 7]


def test_an_interrupt_leaves_what_there_is(monkeypatch: pytest.MonkeyPatch) -> None:
    tree = x
    for _ in range(200):
        tree = node(tree, tree)
    looks = iter(range(3))

    def overdrawn(budget: Budget) -> str | None:
        if next(looks, None) is None:
            signal.raise_signal(signal.SIGINT)
        return "interrupt" if budget.interrupted else None

    monkeypatch.setattr(Budget, "overdrawn", overdrawn)
    result = calculus.run("eml", tree, stacks={"x": [1]})
    assert (result.status, result.stopped_by) == ("budget", "interrupt")
    assert result.steps == 4 * 4096
