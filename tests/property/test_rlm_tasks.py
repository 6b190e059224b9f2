"""On any generated task: right without errors, and no more calls than planned with them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calculus.rlm.library import load_program
from calculus.rlm.oracles import Noise, SimulatedOracle
from calculus.rlm.planning import Model, recheck
from calculus.rlm.tasks import TASKS, generate
from calculus.rlm.tasks.fitting import fitted
from calculus.rlm.tasks.scoring import interval, wilson
from calculus.rlm.tasks.trial import Trial, trial
from calculus.rlm.text import Document

CHANCES = st.floats(0, 1)


def run(
    name: str, size: int, seed: int, window: int, noise: Noise | None = None
) -> tuple[Trial, dict[str, float], int, bool]:
    """A run of a task's program, its scores, and the calls that were planned."""
    task = generate(name, size, seed)
    program, document = load_program(task.programs["rlm"]), Document(task.document)
    model = Model(window=window, max_output=int(window * task.output))
    certificate = fitted("rlm", program, task, document, model, seed=seed)
    assert recheck(certificate.to_json()) == []
    found = trial(program, document, task.query, SimulatedOracle(task.solve, noise, seed), certificate)
    scores = {metric: score(found.value) for metric, score in task.metrics.items()}
    return found, scores, certificate.calls, certificate.calls_exact


@pytest.mark.parametrize("name", TASKS)
@given(size=st.integers(1, 20_000), seed=st.integers(0, 10**6), window=st.sampled_from([4096, 8192, 16_384]))
@settings(max_examples=25, deadline=None)
def test_without_errors_every_program_is_right(name: str, size: int, seed: int, window: int) -> None:
    found, scores, calls, exact = run(name, size, seed, window)
    assert found.status == "done"
    assert set(scores.values()) == {1.0}
    assert found.calls == calls if exact else found.calls <= calls


@pytest.mark.parametrize("name", TASKS)
@given(
    size=st.integers(1, 12_000),
    seed=st.integers(0, 10**6),
    noise=st.builds(
        Noise,
        accuracy=CHANCES,
        rho=CHANCES,
        recall=CHANCES,
        flip=CHANCES,
        false_positive=CHANCES,
        rate_limit=st.floats(0, 0.3),
        correlated=CHANCES,
    ),
)
@settings(max_examples=15, deadline=None)
def test_errors_change_no_bound(name: str, size: int, seed: int, noise: Noise) -> None:
    found, scores, calls, exact = run(name, size, seed, 8192, noise)
    assert all(0 <= score <= 1 for score in scores.values())
    assert found.calls <= calls
    assert found.attempts <= 5 * calls
    if found.status == "done" and exact:
        assert found.calls == calls


@given(st.integers(1, 400).flatmap(lambda runs: st.tuples(st.integers(0, runs), st.just(runs))))
def test_an_interval_has_the_rate_in_it(counts: tuple[int, int]) -> None:
    successes, runs = counts
    low, high = wilson(successes, runs)
    assert 0 <= low <= successes / runs <= high <= 1
    # More runs of the same rate say more.
    again = wilson(10 * successes, 10 * runs)
    assert again[1] - again[0] < high - low


@given(st.lists(st.floats(0, 1), min_size=1, max_size=40))
def test_an_interval_of_a_mean_is_among_the_values(values: list[float]) -> None:
    low, high = interval(values)
    if any(value not in (0, 1) for value in values):
        assert min(values) - 1e-9 <= low <= high <= max(values) + 1e-9
