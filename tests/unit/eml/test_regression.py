"""Regression with EML trees: recovery and its criteria, finishing, data, the estimator, the command."""

import copy
import itertools
import json
import math
import pickle
from pathlib import Path

import numpy as np
import pytest

from calculus.eml import Regressor, fit
from calculus.eml.postfix import from_postfix, to_postfix
from calculus.eml.regression import read_csv
from calculus.eml.regression.architecture import Shape, choices, initial, terms
from calculus.eml.regression.data import from_arrays
from calculus.eml.regression.finishing import finish, improved, searched, shortened
from calculus.eml.regression.fitting import split
from calculus.eml.regression.table import Table
from calculus.eml.regression.training import Problem, train, train_all
from calculus.eml.regression.values import values, values_with_bounds
from calculus.eml.regression.verification import check
from calculus.eml.syntax import EML, ONE, eml, subtrees, variable
from calculus.eml.tree import Tree
from calculus.interfaces.command import main
from calculus.source.diagnostic import CalculusError, SyntaxProblem, UsageProblem
from calculus.source.text import Source

EXAMPLES = Path(__file__).parents[3] / "examples" / "eml" / "data"
DEPTH_2 = "1yxEE"
DEPTH_4 = "11xyEE1EE"
DEPTH_5 = "111xyEEE1EE"


def samples(postfix, count=60, low=1.0, high=3.0):
    """Points where a tree is real, and its values there."""
    points = np.random.default_rng(count).uniform(low, high, (2, 2 * count))
    found = values(from_postfix(postfix), {"x": points[0], "y": points[1]}, 2 * count)
    real = np.flatnonzero(found.imag == 0)[:count]
    assert len(real) == count
    return points.T[real], found.real[real]


def logits_of(shape, tree, names):
    """Logits that a tree is the rounding of: those of a soft tree that has learned it."""
    logits = np.zeros((shape.inputs, shape.columns))
    places = [(tree, 0)]
    for item, node in places:
        for side, child in enumerate(item.children):
            i = 2 * node + side
            if child.op is EML:
                logits[i, shape.subtree] = 5
                places.append((child, i + 1))
            else:
                logits[i, 0 if child is ONE else 1 + names.index(child.label)] = 5
    return logits


# Training


@pytest.mark.parametrize("postfix", ["1xE", "xyE", DEPTH_2, "1yxEE1E"])
def test_training_alone_recovers_trees_of_small_depth(postfix):
    rows, y = samples(postfix)
    found = fit(rows, y, depth=3, names=["x", "y"], finish=False, restarts=16)
    assert found.recovered and found.how == "training"
    assert found.witness.postfix == postfix
    assert found.tree == Tree(postfix)
    assert found.worst < 1e-13
    assert found.digits == 50


def test_every_blind_start_recovers_the_target_of_depth_2():
    rows, y = samples(DEPTH_2, 40)
    problem = Problem(Shape(2, 2), np.ascontiguousarray(rows.T), y, seed=3)
    for start in train_all(problem, 20, lambda: False):
        assert start.close
        assert (
            to_postfix(terms(problem.shape, choices(problem.shape, start.logits), ["x", "y"])[0]) == DEPTH_2
        )


def test_starts_do_not_depend_on_the_number_of_workers():
    rows, y = samples(DEPTH_4, 30)
    problem = Problem(Shape(4, 2), np.ascontiguousarray(rows.T), y, seed=5, iterations=300)
    one, three = (list(train_all(problem, 7, lambda: False, workers)) for workers in (1, 3))
    assert [start.number for start in one] == list(range(7))
    for a, b in zip(one, three, strict=True):
        assert np.array_equal(a.logits, b.logits)
        assert a.history.soft == b.history.soft
    assert not np.array_equal(one[0].logits, one[1].logits)


def test_a_fit_is_determined_by_its_seed():
    rows, y = samples(DEPTH_4)
    first, again, other = (
        fit(rows, y, depth=4, seed=seed, restarts=8, finish=False, workers=workers)
        for seed, workers in ((1, 1), (1, 2), (2, 1))
    )
    assert first.to_json() == again.to_json()
    assert first.history == again.history
    assert first.history != other.history


def test_training_lowers_the_loss_and_keeps_its_history():
    rows, y = samples(DEPTH_4, 30)
    start = train(Problem(Shape(4, 2), np.ascontiguousarray(rows.T), y, iterations=1000), 0)
    history = start.history
    assert history.iterations == list(range(0, history.iterations[-1] + 1, 10))
    assert len(history.soft) == len(history.snapped) == len(history.iterations)
    assert min(history.snapped) < 0.5 * history.snapped[0]


def test_initial_logits_of_starts_are_independent():
    shape = Shape(3, 2)
    assert not np.array_equal(initial(shape, 0, 1), initial(shape, 1, 0))
    assert np.array_equal(initial(shape, 4, 2), initial(shape, 4, 2))


@pytest.mark.long
@pytest.mark.parametrize(
    ("postfix", "depth", "least"),
    [("1yxEE1E", 3, 0.7), (DEPTH_4, 4, 0.6), (DEPTH_5, 5, 0.04), ("11xyE1EE1E1EE", 6, 0.02)],
)
def test_rates_of_recovery_without_finishing(postfix, depth, least):
    rows, y = samples(postfix, 32)
    problem = Problem(Shape(depth, 2), np.ascontiguousarray(rows.T), y)
    starts = list(train_all(problem, 100, lambda: False))
    assert sum(start.close for start in starts) >= least * len(starts)


# Finishing


def broken(postfix, depth, place):
    """A shape, the logits of a tree with one subtree spoiled, points, and the values of the tree."""
    shape = Shape(depth, 2)
    logits = logits_of(shape, from_postfix(postfix), ["x", "y"])
    logits[2 * place] = logits[2 * place + 1] = [0, 1, 0, 0]
    rows, y = samples(postfix, 24)
    return shape, logits, np.ascontiguousarray(rows.T), y


@pytest.mark.parametrize(("place", "entries"), [(12, 300), (5, 300), (2, 3000)])
def test_a_spoiled_subtree_is_looked_up(place, entries):
    shape, logits, points, target = broken(DEPTH_5, 5, place)
    tree = from_postfix(DEPTH_5)
    assert terms(shape, choices(shape, logits), ["x", "y"])[0] != tree
    table = Table(["x", "y"], points, entries)
    assert tree in list(itertools.islice(finish(shape, logits, table, points, target), 50))


def test_a_doubtful_choice_is_changed():
    shape = Shape(5, 2)
    tree = from_postfix(DEPTH_5)
    logits = logits_of(shape, tree, ["x", "y"])
    rows, y = samples(DEPTH_5, 24)
    points = np.ascontiguousarray(rows.T)
    # The root's left input is unsure, and the lowest subtree wrong: neither alone can be finished.
    logits[0] = [0.9, 1.0, 0, 0]
    logits[2 * 12] = logits[2 * 12 + 1] = [0, 5, 0, 0]
    table = Table(["x", "y"], points, 12)
    assert table.largest == 3
    assert tree in list(finish(shape, logits, table, points, y))


def test_small_trees_are_found_without_training():
    rows, _ = samples("1111xEE1EExE1EE1E")
    table = Table(["x"], np.ascontiguousarray(rows.T[:1]))
    x = rows.T[0]
    assert any(np.allclose(values(tree, {"x": x}, 60), x**2) for tree in searched(table, x**2))


def test_finishing_recovers_what_training_of_that_depth_cannot_express():
    x = np.linspace(0.5, 3, 50)
    found = fit(x, x**2, depth=2, restarts=1, iterations=100)
    assert found.recovered and found.how == "search"
    assert found.witness.K == 17  # the shortest known
    assert not fit(x, x**2, depth=2, restarts=1, iterations=100, finish=False).recovered


def test_the_table_has_every_small_tree():
    points = np.random.default_rng(0).uniform(0.5, 2.5, (1, 12))
    table = Table(["x"], points, largest=9)
    assert table.largest == 9
    levels = {1: [ONE, variable("x")]}
    for k in range(3, 10, 2):
        levels[k] = [eml(a, b) for i in range(1, k, 2) for a in levels[i] for b in levels[k - 1 - i]]
    seen = {}
    for k, trees in levels.items():
        for tree in trees:
            value = values(tree, {"x": points[0]}, 12)
            if np.all(np.isfinite(value) & (np.abs(value) < 1e15)):
                seen.setdefault(tuple(np.round(value, 7)), k)
                entry = table.find(value)
                assert entry is not None and table.sizes[entry] <= k, to_postfix(tree)
    # As many values of each size as there are by brute force.
    assert [int(np.sum(table.sizes == k)) for k in levels] == [list(seen.values()).count(k) for k in levels]
    for entry in range(0, len(table.values), 97):
        np.testing.assert_allclose(values(table.tree(entry), {"x": points[0]}, 12), table.values[entry])


def test_trees_are_shortened_to_the_smallest_of_their_values():
    points = np.random.default_rng(0).uniform(1, 3, (1, 12))
    table = Table(["x"], points, 3000)
    ln_of_exp = from_postfix("11x1EE1EE")  # ln(exp(x)) = x
    assert shortened(eml(ln_of_exp, ONE), table, points) == from_postfix("x1E")


def test_trees_are_improved_in_the_place_of_one_subtree():
    points = np.random.default_rng(0).uniform(1, 3, (1, 12))
    table = Table(["x"], points, 300)
    target = values(from_postfix("x1xEE"), {"x": points[0]}, 12).real
    assert from_postfix("x1xEE") in list(improved(from_postfix("x1E"), table, points, target))


# What is called recovered


def verdict(postfix, rows, y, names=("x", "y")):
    fresh = np.zeros(len(y), bool)
    fresh[: len(y) // 4] = True
    return check(from_postfix(postfix), list(names), np.ascontiguousarray(rows.T), y, fresh)


def test_the_law_itself_is_recovered():
    rows, y = samples(DEPTH_4)
    assert verdict(DEPTH_4, rows, y).recovered
    # The same law computed in another way, with other rounding errors.
    assert verdict(DEPTH_4, rows, np.log(np.exp(rows[:, 0]) - np.log(rows[:, 1]))).recovered


@pytest.mark.parametrize("relative", [1e-3, 1e-6, 1e-9, 1e-11])
def test_what_is_only_near_is_not_recovered(relative):
    rows, y = samples(DEPTH_4)
    found = verdict(DEPTH_4, rows, y * (1 + relative))
    assert not found.recovered
    assert "in one row" in found.reason


def test_a_difference_in_one_fresh_row_is_seen():
    rows, y = samples(DEPTH_4)
    y[3] += 1e-10
    assert not verdict(DEPTH_4, rows, y).recovered


def test_an_operand_lost_to_rounding_is_not_recovered():
    # exp(exp(x)) - ln(y) where the logarithm is far below the last digit
    rows, _ = samples("xyE", 40, 3.8, 4.2)
    y = np.exp(np.exp(rows[:, 0]))
    impostor = "x1EyE"
    assert np.array_equal(values(from_postfix(impostor), {"x": rows[:, 0], "y": rows[:, 1]}, 40).real, y)
    found = verdict(impostor, rows, y)
    assert not found.recovered and found.reason == "an operand is lost to rounding at every row"


def test_too_few_fresh_rows_tell_nothing():
    rows, y = samples(DEPTH_2, 8)
    fresh = np.zeros(8, bool)
    fresh[:3] = True
    assert not check(from_postfix(DEPTH_2), ["x", "y"], np.ascontiguousarray(rows.T), y, fresh).recovered
    few = fit(rows[:7], y[:7], depth=2, restarts=4)
    assert not few.recovered and few.fresh_error is None
    assert few.witness.postfix == DEPTH_2 and few.error < 1e-15


def test_bounds_hold_for_the_rounding_errors():
    mpmath = pytest.importorskip("mpmath")
    points = np.random.default_rng(2).uniform(0.5, 2.0, 20)
    for postfix in (DEPTH_2, DEPTH_4, DEPTH_5, "x1E1E", "1111xEE1EExE1EE1E", "11xE1EExyEE"):
        tree = from_postfix(postfix)
        found = values_with_bounds(tree, {"x": points, "y": points[::-1]}, 20)
        with mpmath.workdps(40):
            for i in range(20):
                made = {}
                for item in subtrees(tree):
                    if item.op is EML:
                        left, right = (made[child] for child in item.children)
                        made[item] = mpmath.exp(left) - mpmath.log(right)
                    else:
                        made[item] = mpmath.mpf(
                            1 if item is ONE else points[i if item.label == "x" else -1 - i]
                        )
                assert abs(made[tree] - complex(found.values[i])) <= found.bound[i]
                assert found.bound[i] < 1e-9 * max(1, abs(found.values[i]))


@pytest.mark.parametrize("seed", [0, pytest.param(1, marks=pytest.mark.long)])
def test_noise_is_fitted_and_never_recovered(seed):
    random = np.random.default_rng(seed)
    x = random.uniform(0.5, 3, 80)
    y = np.exp(x) - np.log(x) + random.normal(size=80) * 0.01
    told = fit(x, y, depth=2, restarts=6, noise=0.01, seed=seed)
    assert told.witness.postfix == "xxE"
    assert not told.recovered and told.within_noise and told.reason == "the data have noise"
    assert 0.005 < told.fresh_error < 0.02
    # More starts are not needed then.
    assert fit(x, y, depth=2, restarts=50, noise=0.01, seed=seed).starts == 8
    untold = fit(x, y, depth=2, restarts=4, seed=seed, iterations=1000)
    assert not untold.recovered and untold.within_noise is None


def test_digits_cut_off_are_no_recovery():
    rows, y = samples(DEPTH_2)
    found = fit(rows, np.round(y, 6), depth=2, restarts=2)
    assert not found.recovered
    assert found.witness.postfix == DEPTH_2 and found.worst < 1e-6


def test_a_law_without_a_small_tree_gets_the_best_tree():
    x = np.linspace(0.5, 3, 60)
    found = fit(x, np.sin(x), depth=2, restarts=4, iterations=500)
    assert not found.recovered and found.reason
    assert found.error < np.std(np.sin(x))
    off = (found.predict(x) - np.sin(x))[found.trained]
    assert found.error == pytest.approx(np.sqrt(np.mean(off**2)), rel=0.1)


def test_formulas_are_simplified_where_the_data_are():
    rows, y = samples(DEPTH_4)
    found = fit(rows, y)
    assert found.expression == "ln(exp(x) - ln(y))"
    assert str(found.witness.domain).startswith("x, y real, x ≥ ")
    assert found.witness.domain.contains({"x": rows[0, 0], "y": rows[0, 1]})
    assert not found.witness.domain.contains({"x": 0.5, "y": 2.0})


def test_trivial_laws():
    x = np.linspace(0.5, 3, 40)
    assert fit(x, x).witness.postfix == "x"
    assert fit(x, np.ones(40)).witness.postfix == "1"
    assert fit(x, np.full(40, np.e), depth=2, restarts=4).witness.postfix == "11E"


# Limits


def test_a_limit_on_seconds_gives_the_best_so_far():
    x = np.linspace(0.5, 3, 60)
    found = fit(x, np.sin(x), depth=5, max_seconds=0, restarts=10**6)
    assert found.stopped_by == "seconds" and not found.recovered
    assert found.starts < 10
    assert math.isfinite(found.error)


def test_an_interrupt_gives_the_best_so_far():
    x = np.linspace(0.5, 3, 60)

    def interrupt(starts, restarts, error):
        if starts == 3:
            raise KeyboardInterrupt

    found = fit(x, np.sin(x), depth=2, restarts=10**6, iterations=50, finish=False, progress=interrupt)
    assert found.stopped_by == "interrupt" and found.starts == 3


@pytest.mark.parametrize(
    "options",
    [
        {"depth": 0},
        {"depth": 9},
        {"depth": 2.5},
        {"restarts": 0},
        {"seed": -1},
        {"noise": -1.0},
        {"max_seconds": -1},
        {"backend": "jax"},
        {"names": ["x", "x"]},
        {"names": ["x"]},
        {"names": ["1", "y"]},
    ],
)
def test_options_that_make_no_sense(options):
    rows, y = samples(DEPTH_2, 10)
    with pytest.raises(UsageProblem, match="expected"):
        fit(rows, y, **options)


@pytest.mark.parametrize(
    ("rows", "y", "said"),
    [
        ([[1, 2]], [1, 2], "as many rows"),
        ([[1.0], [math.nan]], [1, 2], "NaN in row 2 of x"),
        ([[1.0], [2.0]], [1, math.inf], "inf in row 2 of y"),
        ([["a"], ["b"]], [1, 2], "numbers in X"),
        ([[1j], [2]], [1, 2], "real numbers"),
        (np.ones((3, 6)), [1, 2, 3], "at most 5"),
        (np.ones((0, 2)), [], "at least one row"),
        (np.ones((2, 2, 2)), [1, 2], "shape"),
    ],
)
def test_arrays_that_are_no_data(rows, y, said):
    with pytest.raises(UsageProblem, match=said):
        fit(rows, y)


def test_odd_columns_are_noted():
    column = np.linspace(1, 2, 10)
    data = from_arrays(np.stack([column, np.full(10, 2.0), column]).T, column)
    assert data.names == ["x", "y", "z"]
    assert [note.partition(":")[0] for note in data.notes] == [
        "y is 2 in every row",
        "z is x in every row",
    ]


def test_a_quarter_of_the_rows_stays_fresh():
    trained, fresh = split(100, 0)
    assert len(fresh) == 25 and sorted([*trained, *fresh]) == list(range(100))
    assert len(split(7, 0)[1]) == 0
    assert not np.array_equal(split(100, 1)[1], fresh)


# CSV


def csv(text, **options):
    return read_csv(Source(text, "data.csv"), **options)


def test_columns_are_chosen_by_name():
    data = csv("a,b,c,word\n1,2,3,u\n4,5,6.5e0,v\n\n", target="a", features=["c", "b"])
    assert (data.names, data.target_name) == (["c", "b"], "a")
    assert data.rows.tolist() == [[3, 6.5], [2, 5]]
    assert data.target.tolist() == [1, 4]


def test_the_last_column_is_the_target_unless_told():
    assert csv("x,y\n1,2\n").target_name == "y"


@pytest.mark.parametrize("text", ["x;y\n1;2\n", "x\ty\n1\t2\n", '"x", "y"\n"1",2\n', "x,y\r\n1,2\r\n"])
def test_separators_quotes_and_line_ends(text):
    data = csv(text.replace(', "', ',"'))
    assert data.names == ["x"] and data.rows.tolist() == [[1]] and data.target.tolist() == [2]


def test_names_are_made_readable():
    data = csv("mass (kg),2nd,y\n1,2,3\n4,5,6\n")
    assert data.names == ["mass_kg", "_2nd"]
    assert "the column mass (kg) is called mass_kg" in data.notes


def test_every_bad_cell_has_its_place():
    with pytest.raises(SyntaxProblem) as caught:
        csv("x,y\n1,2\n2,a\n3\n,4\nnan,1\n5,1e999\n")
    places = [d.span.source.line_column(d.span.start) for d in caught.value.diagnostics]
    found = [(*place, d.message) for place, d in zip(places, caught.value.diagnostics, strict=True)]
    assert found == [
        (3, 3, "expected a number, found 'a' in the column y"),
        (4, 1, "expected 2 fields, found 1"),
        (5, 1, "expected a number, found a missing value in the column x"),
        (6, 1, "expected a number, found a missing value (nan) in the column x"),
        (7, 3, "expected a finite number, found 1e999 in the column y"),
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "found an empty file"),
        ("x,y\n", "expected rows of numbers"),
        ("1,2\n3,4\n", "expected names in the first line, found numbers"),
        ("x,x\n1,2\n", "expected different names"),
        ("x,\n1,2\n", "expected a name for the column 2"),
        ('x,y\n1,"2\n', "expected a row of fields"),
    ],
)
def test_files_that_are_no_tables(text, said):
    with pytest.raises(SyntaxProblem, match=said):
        csv(text)


def test_columns_that_are_not_there():
    with pytest.raises(UsageProblem) as caught:
        csv("mass,y\n1,2\n", target="mas")
    assert caught.value.diagnostic.help == "did you mean mass?"
    with pytest.raises(UsageProblem, match="is the target"):
        csv("x,y\n1,2\n", features=["y"])
    with pytest.raises(UsageProblem, match="expected columns beside the target y, found none"):
        csv("y\n1\n2\n")


def test_numbers_near_overflow_are_fitted_in_silence():
    x = np.array([1e300, 1e308, 2, 3, 5, 7, 9, 11])
    found = fit(x, 1e308 / (1 + np.arange(8.0)), depth=2, restarts=2, workers=1)
    assert not found.recovered
    assert fit(x, x, depth=2, restarts=2, workers=1).expression == "x"


def test_numbers_that_differ_are_told_with_different_digits():
    x = np.linspace(1, 3, 40)
    found = check(from_postfix("x1E"), ["x"], x[None], np.exp(x) * (1 + 1e-8), np.ones(40, bool))
    words = found.reason.split()
    assert words[0] == "expected" and words[1] != words[-1]


# The estimator


def test_the_regressor_follows_the_conventions():
    pytest.importorskip("sklearn")
    from sklearn.base import clone, is_regressor
    from sklearn.model_selection import GridSearchCV, cross_val_score
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import FunctionTransformer

    rows, y = samples(DEPTH_2)
    model = Regressor(depth=2, restarts=4)
    assert is_regressor(model)
    assert clone(model).get_params() == model.get_params()
    assert cross_val_score(model, rows, y, cv=3) == pytest.approx([1, 1, 1])
    piped = make_pipeline(FunctionTransformer(np.log), model).fit(np.exp(rows), y)
    assert piped.score(np.exp(rows), y) == pytest.approx(1)
    few = Regressor(restarts=2, finish=False, iterations=2000)
    grid = GridSearchCV(few, {"depth": [1, 2]}, cv=2).fit(rows, y)
    assert grid.best_params_ == {"depth": 2}
    assert grid.best_estimator_.tree_ == Tree(DEPTH_2)


NOT_FOR_US = {
    "check_dtype_object": "10 variables",
    "check_regressors_train": "10 variables",
    "check_regressors_int": "10 variables",
    "check_regressor_data_not_an_array": "10 variables",
    "check_fit2d_1sample": "10 variables",
    "check_estimators_empty_data_messages": "wants a message in other words",
    "check_requires_y_none": "wants a message in other words",
    "check_supervised_y_2d": "a column y[N, 1] is taken as y[N] without a warning",
}


@pytest.mark.filterwarnings("ignore:Estimator Regressor does not inherit:UserWarning")
def test_the_checks_of_scikit_learn():
    checks = pytest.importorskip("sklearn.utils.estimator_checks")
    found = checks.check_estimator(
        Regressor(depth=2, restarts=2, iterations=200, finish=False),
        expected_failed_checks=NOT_FOR_US,
        on_fail=None,
        on_skip=None,
    )
    assert [item["check_name"] for item in found if item["status"] == "failed"] == []
    assert sum(item["status"] == "passed" for item in found) >= 38


def test_the_regressor_works_without_scikit_learn():
    rows, y = samples(DEPTH_2)
    model = Regressor()
    assert repr(model.set_params(depth=2, restarts=4)) == "Regressor(depth=2, restarts=4)"
    with pytest.raises(UsageProblem, match="there is no parameter 'deep'"):
        model.set_params(deep=3)
    with pytest.raises(UsageProblem, match="call fit first"):
        model.predict(rows)
    assert model.fit(rows, y) is model
    assert model.recovered_ and model.n_features_in_ == 2
    assert model.expression_ == str(model.fit_).removeprefix("y = ")
    np.testing.assert_allclose(model.predict(rows), y, rtol=1e-14)
    assert model.score(rows, y) == pytest.approx(1)
    with pytest.raises(UsageProblem, match="X has 1 features"):
        model.predict(rows[:, :1])


def test_copies_of_fits_and_trees_are_equal():
    rows, y = samples(DEPTH_4)
    found = fit(rows, y, depth=4)
    for other in (pickle.loads(pickle.dumps(found)), copy.deepcopy(found)):
        assert other.tree == found.tree
        assert other.to_json() == found.to_json()
        assert np.array_equal(other.predict(rows), found.predict(rows))
    deep = ONE
    for _ in range(5000):
        deep = eml(deep, deep)
    assert pickle.loads(pickle.dumps(Tree(deep))) == Tree(deep)


# Figures


@pytest.mark.parametrize("name", ["fit.png", "fit.svg"])
def test_figures_are_drawn(tmp_path, name):
    pytest.importorskip("matplotlib")
    x = np.linspace(0.5, 3, 30)
    fit(x, np.exp(x) - np.log(x), depth=2, restarts=2).plot(tmp_path / name)
    assert (tmp_path / name).read_bytes()[:5] in (b"\x89PNG\r", b"<?xml")


def test_a_figure_without_training_and_one_of_two_variables(tmp_path):
    pytest.importorskip("matplotlib")
    rows, y = samples(DEPTH_2, 20)
    fit(rows, rows[:, 0], restarts=2).plot(tmp_path / "a.png")
    fit(rows, y, depth=2, restarts=2).plot(tmp_path / "b.png")
    with pytest.raises(UsageProblem, match="expected a file ending in"):
        fit(rows, y, depth=2, restarts=2).plot(tmp_path / "c.xyz")
    with pytest.raises(CalculusError, match="cannot write"):
        fit(rows, y, depth=2, restarts=2).plot(tmp_path / "nowhere" / "c.png")


# PyTorch


def test_training_with_pytorch():
    pytest.importorskip("torch")
    rows, y = samples(DEPTH_2, 40)
    options = {"depth": 2, "restarts": 1, "finish": False, "names": ["x", "y"]}
    found = fit(rows, y, backend="torch", **options)
    assert found.recovered and found.how == "training" and found.witness.postfix == DEPTH_2
    # The same start before the first step, whose noise is another.
    assert found.history.snapped[0] == pytest.approx(fit(rows, y, **options).history.snapped[0], rel=1e-9)


def test_pytorch_that_is_missing_is_named(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "torch", None)
    with pytest.raises(UsageProblem) as caught:
        fit([1.0, 2, 3], [2.0, 4, 6], backend="torch")
    assert "calculus[torch]" in caught.value.diagnostic.help


# The command


def test_the_command_recovers_a_formula(capsys):
    assert main(["eml", "fit", str(EXAMPLES / "depth-2.csv"), "--target", "z", "--depth", "2"]) == 0
    output, said = capsys.readouterr()
    assert output.splitlines() == ["z = e - ln(exp(y) - ln(x))", "  1yxEE  K = 5"]
    assert "recovered by training: exact at 60 rows, 15 of them fresh (50 digits)" in said


def test_the_command_in_json(capsys):
    assert main(["eml", "fit", str(EXAMPLES / "depth-2.csv"), "--depth", "2", "--no-finish", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["postfix"] == DEPTH_2 and found["K"] == 5 and found["recovered"] is True
    assert found["variables"] == ["x", "y"] and found["target"] == "z"
    assert found["semantics"] == "ieee" and found["domain"].startswith("x, y real")


def test_the_command_without_an_exact_formula(capsys):
    arguments = ["eml", "fit", str(EXAMPLES / "sine.csv"), "--depth", "2", "--restarts", "2", "--no-finish"]
    assert main(arguments) == 1
    output, said = capsys.readouterr()
    assert output.startswith("y = ") and "no exact formula found" in said
    assert main([*arguments, "--quiet"]) == 1
    assert capsys.readouterr().err == ""


def test_the_command_at_its_limit(capsys):
    arguments = ["eml", "fit", str(EXAMPLES / "sine.csv"), "--max-seconds", "0"]
    assert main(arguments) == 3
    assert "stopped by its limit on seconds" in capsys.readouterr().err


def test_mistakes_of_the_command(capsys, monkeypatch, tmp_path):
    assert main(["eml", "fit", "nowhere.csv"]) == 2
    assert main(["eml", "fit", str(EXAMPLES / "sine.csv"), "--target", "q"]) == 2
    assert "there is no column 'q'" in capsys.readouterr().err
    wide = tmp_path / "wide.csv"
    wide.write_text("a,b,c,d,e,f,y\n1,2,3,4,5,6,7\n")
    assert main(["eml", "fit", str(wide)]) == 2
    assert "at most 5 variables" in capsys.readouterr().err
    # Before anything is trained.
    arguments = ["eml", "fit", str(EXAMPLES / "sine.csv"), "--plot"]
    assert main([*arguments, str(tmp_path / "figure.xyz")]) == 2
    assert "expected a file ending in" in capsys.readouterr().err
    assert main([*arguments, str(tmp_path / "missing" / "figure.png")]) == 2
    assert "there is no folder" in capsys.readouterr().err
    wide.write_bytes(b"\xff\xfe\x00")
    assert main(["eml", "fit", str(wide)]) == 2
