"""Generated tasks, the methods that are compared on them, and what is said of the numbers."""

import math
import random
import re
from collections import Counter

import pytest

from calculus.rlm.calls import Call
from calculus.rlm.library import load_program
from calculus.rlm.oracles import Noise, SimulatedOracle
from calculus.rlm.planning import Model, PlanProblem, plan
from calculus.rlm.prompts import prompt
from calculus.rlm.runtime.running import run
from calculus.rlm.tasks import METHODS, TASKS, compare, generate, noise_of, simulate
from calculus.rlm.tasks import trial as trial_module
from calculus.rlm.tasks.comparing import MODEL
from calculus.rlm.tasks.fitting import fitted
from calculus.rlm.tasks.records import KINDS, kinds, messages
from calculus.rlm.tasks.scoring import bootstrap, closeness, f1, interval, quantile, wilson
from calculus.rlm.tasks.trial import trial
from calculus.rlm.text import Document
from calculus.source.diagnostic import UsageProblem

each_task = pytest.mark.parametrize("name", TASKS)


# The tasks themselves


@each_task
def test_a_task_depends_on_its_size_and_seed_alone(name: str) -> None:
    task = generate(name, 3000, 5)
    assert task.document == generate(name, 3000, 5).document
    assert task.document != generate(name, 3000, 6).document
    assert 0.7 * 3000 < len(task.document) <= 3100


@each_task
@pytest.mark.parametrize("size", [1, 100, 1000])
def test_small_tasks_have_an_answer(name: str, size: int) -> None:
    task = generate(name, size)
    assert task.document
    assert list(task.metrics)


@each_task
def test_no_boundaries_are_further_apart_than_is_said(name: str) -> None:
    document = generate(name, 60_000, 3).document
    parts = re.split(r"(?m)^(?=def )", document) if name == "code" else document.splitlines(keepends=True)
    assert max(map(len, parts)) <= generate(name, 100).record


def test_the_needle_is_in_the_haystack_once() -> None:
    for seed in range(20):
        task = generate("sniah", 20_000, seed)
        assert len(re.findall(rf"\b{task.answer}\b", task.document)) == 1
        key = re.search(r"code of ([a-z-]+),", task.query)
        assert key is not None
        assert len(re.findall(rf"code of {key[1]} is", task.document)) == 1


def test_every_kind_of_message_is_told_from_its_words() -> None:
    text = messages(20_000, random.Random(1))
    assert len(kinds(text)) == len(text.splitlines())
    assert set(kinds(text).values()) == set(KINDS)


def test_the_pairs_are_all_pairs() -> None:
    task = generate("pairs", 4000, 2)
    # Counted in another way than the task does.
    count = Counter(kinds(task.document).values())[task.query]
    assert len(task.answer) == math.comb(count, 2)


def test_the_call_graph_is_that_of_python() -> None:
    import ast

    task = generate("code", 8000, 4)
    calls = {
        function.name: {
            node.func.id
            for node in ast.walk(function)
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        }
        for function in ast.parse(task.document).body
        if isinstance(function, ast.FunctionDef)
    }
    paths = {
        f"{task.query} -> {middle} -> {end}" for middle in calls[task.query] for end in calls.get(middle, ())
    }
    assert set(task.answer) == paths


def test_unknown_tasks_are_refused() -> None:
    with pytest.raises(UsageProblem, match="there is no task 'needle'"):
        generate("needle", 100)


# The methods


@each_task
@pytest.mark.parametrize("size", [600, 5_000, 30_000])
@pytest.mark.parametrize("seed", [0, 1])
def test_without_errors_the_program_is_right_and_makes_the_planned_calls(
    name: str, size: int, seed: int
) -> None:
    task = generate(name, size, seed)
    program, document = load_program(task.programs["rlm"]), Document(task.document)
    model = Model(window=8192, max_output=int(8192 * task.output))
    certificate = fitted("rlm", program, task, document, model)
    found = trial(program, document, task.query, SimulatedOracle(task.solve), certificate)
    assert found.status == "done"
    assert {metric: score(found.value) for metric, score in task.metrics.items()} == dict.fromkeys(
        task.metrics, 1.0
    )
    if certificate.calls_exact:
        assert found.calls == certificate.calls
    assert found.calls <= certificate.calls
    assert found.tokens_in <= certificate.tokens_in
    assert found.tokens_out <= certificate.tokens_out
    assert found.seconds <= certificate.span


@each_task
def test_all_methods_are_right_where_everything_fits(name: str) -> None:
    # Flat loses what goes across its parts, so only the others are right on all tasks.
    for row in compare([name], [1500], 2, methods=["direct", "rlm"], noise=Noise()).rows:
        assert all(score.mean == 1 for score in row.scores.values()), row


def test_asking_directly_reads_the_beginning_alone() -> None:
    (row,) = compare(["sniah"], [40_000], 6, methods=["direct"], noise=Noise()).rows
    assert 0.15 < row.read < 0.25
    task = generate("sniah", 40_000, 0)
    place = task.document.index(f" {task.answer}.") / len(task.document)
    (one,) = compare(["sniah"], [40_000], [0], methods=["direct"], noise=Noise()).rows
    assert one.scores["needle"].mean == float(place < one.read)


def test_a_flat_map_reduce_finds_no_pairs_across_its_parts() -> None:
    (flat, ours) = compare(["pairs"], [4000], 3, methods=["flat", "rlm"], noise=Noise()).rows
    assert flat.scores["F1"].mean < 0.6
    assert ours.scores["F1"].mean == 1


def test_what_does_not_fit_is_refused_and_counts_as_wrong() -> None:
    (row,) = compare(["oolong"], [400_000], 1, methods=["flat"], model=Model(window=4096)).rows
    assert row.refused is not None
    assert "expected prompts and answers of up to 4,096 tokens" in row.refused
    assert row.scores["counts"].mean == 0


def test_more_leaves_are_less_often_all_right_but_count_as_well() -> None:
    noise = Noise(accuracy=0.9)
    few, many = (
        compare(["oolong"], [3000], 30, methods=["rlm"], noise=noise, tau=tau).rows[0] for tau in (None, 600)
    )
    assert few.calls == 1
    assert many.calls > 6
    assert many.scores["all counts right"].mean < few.scores["all counts right"].mean - 0.2
    assert many.scores["counts"].mean > 0.9


def test_a_comparison_is_determined_by_its_seeds() -> None:
    options = {"tasks": ["sniah"], "sizes": [12_000], "methods": ["rlm"]}
    first, again = (compare(seeds=4, **options).to_json() for _ in range(2))
    assert first == again
    assert first["rows"][0]["bounded"]
    assert "simulation" in first["note"]


def test_an_interrupt_leaves_the_rows_that_are_complete() -> None:
    def stop(text: str) -> None:
        if "flat" in text:
            raise KeyboardInterrupt

    found = compare(["sniah"], [1000], 1, progress=stop)
    assert [row.method for row in found.rows] == ["direct"]
    assert found.stopped_by == "interrupt"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"tasks": ["needles"]}, "there is no task 'needles'"),
        ({"methods": ["agent"]}, "there is no method 'agent'"),
        ({"sizes": [0]}, "a size is a whole number"),
        ({"seeds": 0}, "give 1 seed or more"),
    ],
)
def test_comparisons_that_make_no_sense_are_refused(options: dict[str, object], message: str) -> None:
    with pytest.raises(UsageProblem, match=message):
        compare(**{"tasks": ["sniah"], "sizes": [100], "seeds": 1, **options})  # type: ignore[arg-type]


# The clock


MANY = 'concat (map (\\part. oracle (ask "Say it." query part)) (split k document))'
PARTS = "".join(f"{number:05}" for number in range(20))
"""Ten parts of it are all different, and so are what is drawn for them."""


def clocked(workers: int, noise: Noise | None = None, **options: object) -> trial_module.Trial:
    program, document = load_program(MANY), Document(PARTS)
    model = Model(seconds=2.0)
    certificate = plan(program, document=document, model=model, k=10, tau=100, workers=workers)
    oracle = SimulatedOracle(lambda call: "y", noise, 3)
    return trial(program, document, "", oracle, certificate, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize(("workers", "seconds"), [(1, 20.0), (3, 8.0), (10, 2.0), (99, 2.0)])
def test_latency_is_of_as_many_calls_at_a_time_as_there_are_workers(workers: int, seconds: float) -> None:
    found = clocked(workers)
    assert (found.calls, found.seconds) == (10, seconds)


def test_attempts_that_fail_are_made_again_and_paid_for() -> None:
    quiet, noisy = clocked(1), clocked(1, Noise(rate_limit=0.5, retry_after=7.0), retries=50)
    again = noisy.attempts - 10
    assert noisy.status == "done"
    assert again > 0
    assert noisy.seconds == pytest.approx(quiet.seconds + again * (2 + 7))
    assert noisy.tokens_in == pytest.approx(quiet.tokens_in * noisy.attempts / 10)


def test_calls_that_fail_in_the_end_fail_the_run_or_are_left_out() -> None:
    noise = Noise(truncate=0.3)
    failed, partial = clocked(4, noise), clocked(4, noise, on_error="partial")
    assert failed.status == "failed"
    assert "cut off" in (failed.error or "")
    assert partial.status == "partial"
    assert partial.value == "y" * (10 - partial.left_out)


def test_a_trial_comes_to_what_a_run_comes_to() -> None:
    task = generate("sniah", 20_000, 3)
    noise = Noise(accuracy=0.8, false_positive=0.1, timeout=0.5)
    program, document = load_program("search"), Document(task.document)
    certificate = fitted("rlm", program, task, document, MODEL)
    oracle = SimulatedOracle(task.solve, noise, 3)
    found = trial(program, document, task.query, oracle, certificate)
    real = run(
        program,
        document=document,
        query=task.query,
        oracle=SimulatedOracle(task.solve, Noise(accuracy=0.8, false_positive=0.1), 3),
        certificate=certificate,
    )
    again = trial(
        program,
        document,
        task.query,
        SimulatedOracle(task.solve, Noise(accuracy=0.8, false_positive=0.1), 3),
        certificate,
    )
    assert (real.value, real.calls, real.tokens_in) == (again.value, again.calls, again.tokens_in)
    assert found.attempts > found.calls


# Simulations


def test_a_simulation_counts_what_came_of_its_runs() -> None:
    task = generate("sniah", 9000, 1)
    found = simulate(
        "search",
        document=task.document,
        query=task.query,
        runs=60,
        noise=Noise(accuracy=0.7),
        solve=task.solve,
        window=8192,
        by="lines",
    )
    assert found.right == task.answer
    assert sum(value.runs for value in found.values) == 60
    assert found.accuracy.runs == next(value.runs for value in found.values if value.value == task.answer)
    assert found.accuracy.low < found.accuracy.share < found.accuracy.high
    assert found.statuses == {"done": 60}
    assert found.measures["calls"]["1"] <= found.certificate.calls
    assert found.to_json()["planned"]["calls"] == found.certificate.calls


def test_a_simulation_tells_why_runs_failed() -> None:
    found = simulate(MANY, document=PARTS, k=5, runs=20, noise=Noise(malformed=0.5), retries=0)
    assert found.statuses["failed"] > 10
    assert any("cannot be read" in error for error in found.errors)
    assert found.accuracy.runs == found.statuses.get("done", 0)


def test_an_interrupted_simulation_has_its_runs_so_far() -> None:
    def stop(text: str) -> None:
        if text.startswith("3 "):
            raise KeyboardInterrupt

    found = simulate(MANY, document=PARTS, k=5, runs=20, progress=stop)
    assert found.runs == 3
    assert found.stopped_by == "interrupt"


def test_predicted_accuracy_is_what_a_simulation_comes_to() -> None:
    # One leaf, no merge: A(n), which the planner computes and the oracle draws by.
    model = Model(window=4096, accuracy=0.8, decay=0.7)
    task = generate("sniah", 3000, 2)
    found = simulate(
        "search",
        document=task.document,
        query=task.query,
        runs=400,
        solve=task.solve,
        model=model,
        noise=noise_of(model, 0.0),
    )
    assert found.accuracy.low < found.certificate.accuracy["one_path"] < found.accuracy.high


def test_a_needle_is_found_as_often_as_planned() -> None:
    (row,) = compare(["sniah"], [20_000], 100, methods=["rlm"], noise=noise_of(MODEL, 0.0)).rows
    found = row.scores["needle"]
    # Parts that are not read give no false positives, so it may be a little better than planned.
    assert found.low < row.predicted["needle"] < found.high
    assert found.mean > row.predicted["all_leaves"] + 0.2


def test_a_simulation_has_runs() -> None:
    with pytest.raises(UsageProblem, match="1 run or more"):
        simulate(MANY, document="x", runs=0)


# What is said of the numbers


def test_f1() -> None:
    assert f1({"a", "b"}, {"b", "c", "d"}) == pytest.approx(2 * (1 / 2) * (1 / 3) / (1 / 2 + 1 / 3))
    assert f1(set(), set()) == 1
    assert f1({"a"}, set()) == f1(set(), {"a"}) == 0


def test_closeness_is_the_share_of_what_was_counted_rightly() -> None:
    assert closeness({"a": 3, "b": 7}, {"a": 3, "b": 7}) == 1
    assert closeness({"a": 2, "b": 8}, {"a": 3, "b": 7}) == pytest.approx(0.8)
    assert closeness({"c": 99}, {"a": 1}) == 0


@pytest.mark.parametrize(
    ("successes", "runs", "low", "high"),
    [(0, 10, 0.0, 0.2775), (5, 10, 0.2366, 0.7634), (81, 263, 0.2553, 0.3662), (10, 10, 0.7225, 1.0)],
)
def test_wilson_intervals_are_those_of_the_literature(
    successes: int, runs: int, low: float, high: float
) -> None:
    # 81 of 263 is R. G. Newcombe's example (1998).
    assert wilson(successes, runs) == pytest.approx((low, high), abs=5e-5)


@pytest.mark.parametrize("rate", [0.1, 0.5, 0.9])
def test_intervals_of_rates_hold_as_often_as_they_say(rate: float) -> None:
    draw = random.Random(7)
    held = 0
    for _ in range(2000):
        low, high = wilson(sum(draw.random() < rate for _ in range(40)), 40)
        held += low <= rate <= high
    assert 0.93 < held / 2000 < 0.985


def test_intervals_of_means_hold_about_as_often_as_they_say() -> None:
    draw = random.Random(11)
    held = 0
    for trial_number in range(150):
        low, high = bootstrap([draw.random() for _ in range(30)], trial_number)
        held += low <= 0.5 <= high
    assert 0.86 < held / 150 <= 1


def test_intervals_of_nothing_say_nothing() -> None:
    assert wilson(0, 0) == bootstrap([]) == (0.0, 1.0)
    assert interval([1.0, 0.0]) == wilson(1, 2)
    assert interval([0.5, 0.25]) == bootstrap([0.5, 0.25])


def test_quantiles_are_values_that_were_there() -> None:
    assert [quantile([3, 1, 2, 4], share) for share in (0, 0.5, 1)] == [1, 3, 4]


@each_task
def test_solvers_answer_for_the_part_that_they_see(name: str) -> None:
    task = generate(name, 4000, 0)
    for method in METHODS:
        program = load_program(task.programs[method])
        assert program.main is not None
    instruction = {
        "sniah": "Answer the question",
        "oolong": "Count",
        "pairs": "Label every line",
        "code": "List every call",
    }[name]
    empty = task.solve(Call((), 0, "leaf", prompt(instruction, task.query, ["nothing here"])))
    assert empty in ("NONE", "")


@pytest.mark.parametrize("size", [50_000, 150_000, 200_000, 215_000, 300_000])
def test_a_flat_program_has_a_plan_if_any_number_of_parts_fits(size: int) -> None:
    program = load_program(
        'let xs = map (\\part. oracle (ask "A" query part)) (split k document) in\n'
        '  oracle (ask "B" query (join "\\n" xs))'
    )

    def fits(k: int | None) -> int | None:
        try:
            return plan(program, size=size, window=4096, max_output=64, k=k).k
        except PlanProblem:
            return None

    assert fits(None) == next((k for k in range(2, 100) if fits(k)), None)


@pytest.mark.parametrize("size", [1000, 5000, 32_000, 64_000])
def test_a_flat_program_cuts_between_lines(size: int) -> None:
    document = generate("pairs", size, 3).document
    program = load_program("map (\\part. concat [part]) (split k document)")
    asking = 'map (\\part. oracle (ask "A" query part)) (split k document)'
    found = plan(asking, document=document, window=8192, max_output=2048, by="lines")
    parts = run(program, document=document, k=found.k, tau=found.tau, by="lines").value
    assert "".join(parts) == document
    assert len(parts) == found.k
    assert all(part.endswith("\n") and len(part) <= found.tau for part in parts)
