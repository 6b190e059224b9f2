"""Trees at arrays: the code, broadcasting and options; all by NumPy, without the kernel."""

import cmath
import threading
import warnings
from collections.abc import Iterator

import numpy as np
import pytest

from calculus import CalculusError
from calculus.eml import Tree, compile_array, evaluate_array
from calculus.eml.arrays import evaluation
from calculus.eml.arrays.code import CONSTANT, EXP, LOAD, LOG, STORE, SUB, Code, compile_code
from calculus.eml.evaluation.ieee import evaluate_ieee, exp_ieee, log_ieee
from calculus.eml.syntax import ONE, eml, variable
from calculus.source.diagnostic import NameProblem, SyntaxProblem, UsageProblem
from calculus.term import Term

LN = "11xE1EE"
POINTS = [0.5, -2.0, 0.3 + 1.2j, -1 - 0.4j, 2j]


def trees(*texts: str) -> list[Term]:
    return [Tree(text).term for text in texts]


def run(code: Code, *point: complex) -> list[complex]:
    """The code's results at a point, by complex numbers of Python."""
    registers: dict[int, complex] = {}
    results: dict[int, complex] = {}
    for at in range(0, len(code.words), 4):
        operation, target, a, b = code.words[at : at + 4]
        if operation == LOAD:
            registers[target] = point[a]
        elif operation == CONSTANT:
            registers[target] = code.constants[a]
        elif operation == STORE:
            results[target] = registers[a]
        else:
            assert target not in ((a, b) if operation == SUB else (a,))
            registers[target] = {
                EXP: lambda a, b: exp_ieee(registers[a]),
                LOG: lambda a, b: log_ieee(registers[a]),
                SUB: lambda a, b: registers[a] - registers[b],
            }[operation](a, b)
        assert target < (code.results if operation == STORE else code.registers)
    return [results[k] for k in range(code.results)]


def generated(count: int, names: str = "1xy", seed: int = 3) -> list[Term]:
    """Trees that share subtrees, each of earlier ones."""
    rng = np.random.default_rng(seed)
    pool = [ONE if name == "1" else variable(name) for name in names]
    for _ in range(count):
        left, right = (pool[k] for k in rng.integers(max(0, len(pool) - 12), len(pool), 2))
        pool.append(eml(left, right))
    return pool


# The code.


def test_code_computes_what_the_scalar_evaluator_does() -> None:
    pool = generated(300)
    code = compile_code(pool)
    for point in zip(POINTS, reversed(POINTS), strict=True):
        at = dict(zip(code.variables, map(complex, point), strict=True))
        for term, found in zip(pool, run(code, *at.values()), strict=True):
            expected = evaluate_ieee(term, at)
            # By their text, in which no numbers equal themselves and zeros have signs.
            assert repr(found) == repr(expected), term


def test_code_of_a_logarithm() -> None:
    assert str(compile_code(trees(LN))).splitlines() == [
        "r0 = load x",
        "r1 = log r0",
        "r0 = constant (2.718281828459045+0j)",
        "r2 = r0 - r1",
        "r1 = exp r2",
        "r2 = log r1",
        "r1 = constant (2.718281828459045+0j)",
        "r0 = r1 - r2",
        "result 0 = r0",
    ]


def test_shared_operations_are_there_once() -> None:
    # exp x is in both, log x once in each.
    code = compile_code(trees("xxE", "x1E", "1xE"))
    assert [code.count(operation) for operation in (LOAD, EXP, LOG, SUB, STORE)] == [1, 1, 1, 2, 3]


def test_constant_subtrees_are_worked_out() -> None:
    code = compile_code(trees("111E1EE"))
    assert [code.count(operation) for operation in (CONSTANT, STORE)] == [1, 1] and len(code) == 2
    assert code.constants == (evaluate_ieee(Tree("111E1EE").term),)


def test_signed_zeros_of_constants_are_kept_apart() -> None:
    # -0 - (+0): were the two zeros one constant, or taken away from nothing, the sign would go.
    # exp(-inf) is 0, and of a logarithm on the lower edge of the cut -0 is taken away.
    zero = "11111E1EEEE1E"
    texts = (zero, f"{zero}xE", f"x{zero}E", f"x1{zero}EE", f"{zero}x1EE")
    for x in (complex(0.5, -0.0), complex(-0.5, -0.0), complex(0.0, -0.0)):
        expected = [evaluate_ieee(Tree(text).term, {"x": x}) for text in texts]
        assert repr(run(compile_code(trees(*texts)), x)) == repr(expected)


def test_registers_are_used_again() -> None:
    deep = variable("x")
    for _ in range(10_000):
        deep = eml(deep, variable("x"))
    code = compile_code([deep])
    assert len(code) > 20_000 and code.registers <= 4
    # A balanced tree over distinct leaves takes a register for each level.
    level = [eml(ONE, variable(f"v{k}")) for k in range(256)]
    while len(level) > 1:
        level = [eml(a, b) for a, b in zip(level[::2], level[1::2], strict=True)]
    assert compile_code(level).registers <= 12


def test_order_of_variables_is_that_of_their_occurrence() -> None:
    assert compile_array("yxE").variables == ("y", "x")


# Values.


@pytest.mark.parametrize("text", ["1", "x", "x1E", LN, "11xE1EEy1EE"])
def test_values_are_those_at_each_point(text: str) -> None:
    x, y = np.array(POINTS), np.array(POINTS[::-1])
    found = evaluate_array(text, {"x": x, "y": y}, engine="numpy")
    term = Tree(text).term
    expected = [evaluate_ieee(term, {"x": a, "y": b}) for a, b in zip(x.tolist(), y.tolist(), strict=True)]
    np.testing.assert_allclose(found, expected if "x" in text else 1, 1e-13, 1e-15)
    assert found.dtype == np.complex128 and found.shape == (x.shape if "x" in text else ())


def test_scalars_and_empty_arrays() -> None:
    assert evaluate_array("x1E", {"x": 1}).shape == ()
    assert evaluate_array("x1E", {"x": 1})[()] == pytest.approx(np.e)
    assert evaluate_array("1").shape == () and evaluate_array("1")[()] == 1
    assert evaluate_array("x1E", {"x": []}).shape == (0,)
    assert evaluate_array("xyE", {"x": np.ones((0, 3)), "y": np.ones(3)}).shape == (0, 3)


@pytest.mark.parametrize(
    "dtype", [bool, np.int8, np.uint64, np.float16, np.float32, complex, np.complex64, ">f8"]
)
def test_numbers_of_all_kinds(dtype: type) -> None:
    found = evaluate_array("x1xEE", {"x": np.array([1, 0, 1], dtype)})
    np.testing.assert_allclose(found, [np.e - 1, -np.inf, np.e - 1], 1e-15)


def test_arrays_are_broadcast() -> None:
    x, y = np.linspace(0.1, 1, 300)[:, None], np.linspace(1, 2, 70)
    found = evaluate_array("xyE", {"x": x, "y": y})
    np.testing.assert_allclose(found, np.exp(x) - np.log(y), 1e-14)


def test_arrays_in_any_layout() -> None:
    base = np.random.default_rng(0).uniform(0.5, 2, (60, 90, 4)) + 0.1j
    for x in (base[::2, ::-3, 1], base[..., 0].T, np.asfortranarray(base), base[:, :1], base[0]):
        np.testing.assert_allclose(evaluate_array("1xE", {"x": x}), np.e - np.log(x), 1e-14)
    frozen = base.copy()
    frozen.flags.writeable = False
    np.testing.assert_allclose(evaluate_array("1xE", {"x": frozen}), np.e - np.log(frozen), 1e-14)


def test_several_trees_are_computed_together() -> None:
    x = np.linspace(0.1, 2, 20_000)
    found = evaluate_array(["x1E", "1", Tree("1xE"), variable("x")], {"x": x})
    np.testing.assert_allclose(found, [np.exp(x), np.ones_like(x), np.e - np.log(x), x], 1e-14)
    assert evaluate_array(["1", "x1E"], {"x": 0}).tolist() == [1, 1]
    assert evaluate_array([], {}).shape == (0,)


def test_out_takes_the_result() -> None:
    x = np.linspace(0.1, 2, 1000)
    for out in (np.empty(1000, complex), np.empty((1000, 2), complex)[:, 1], np.empty(1000, complex)[::-1]):
        assert evaluate_array("x1E", {"x": x}, out=out) is out
        np.testing.assert_allclose(out, np.exp(x), 1e-14)


def test_a_tree_can_be_called() -> None:
    np.testing.assert_allclose(Tree("xyE")(x=[0.0, 1.0], y=2.0), np.exp([0, 1]) - np.log(2))


def test_what_was_compiled_is_used_again() -> None:
    function = compile_array("xyE")
    assert function({"x": 0, "y": 1})[()] == 1
    assert function({"x": 5}, x=0, y=np.e)[()] == pytest.approx(0)
    assert "x, y" in repr(function)


def test_nothing_is_warned_of() -> None:
    x = np.array([0, np.inf, -np.inf, np.nan, 1e308, complex(np.inf, np.nan)])
    with warnings.catch_warnings(), np.errstate(all="raise"):
        warnings.simplefilter("error")
        found = evaluate_array(["x1E1E", "1xE"], {"x": x}, engine="numpy")
    assert found[1, 0] == complex(np.inf, 0) and found[0, 2] == 1 and found[0, 4] == np.inf


def test_deep_trees() -> None:
    deep = variable("x")
    for _ in range(5_000):
        deep = eml(ONE, eml(eml(ONE, deep), ONE))  # e - log(exp(e - log x)) = log x
    found = evaluate_array(deep, {"x": np.array([1.5])}, engine="numpy")
    value = 1.5 + 0j
    for _ in range(5_000):
        value = cmath.log(value)
    # Logarithms again and again go to the same number, from wherever they begin.
    assert found[0] == pytest.approx(value, rel=1e-12)


# Threads.


def test_threads_find_the_same() -> None:
    x = np.random.default_rng(1).uniform(-3, 3, 50_000) + 0.5j
    function = compile_array([LN, "x1E1xEE"])
    expected = function(x=x, engine="numpy")
    for threads in (2, 3, None):
        assert np.array_equal(function(x=x, engine="numpy", threads=threads), expected, equal_nan=True)


def test_an_error_in_a_thread_comes_out(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = iter(range(100))

    def interrupted(self: object, *arrays: object) -> None:
        if next(calls) == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr(evaluation.NumpyEngine, "run", interrupted)
    before = threading.active_count()
    with pytest.raises(KeyboardInterrupt):
        evaluate_array("x1E", {"x": np.ones(1_000_000)}, engine="numpy", threads=2)
    assert threading.active_count() == before
    assert next(calls) < 100  # the other thread stopped


# What makes no sense.


@pytest.mark.parametrize(
    ("call", "problem", "said"),
    [
        (lambda: evaluate_array("xyE", {"x": 1}), NameProblem, "variable y"),
        (lambda: evaluate_array("eml(x", {"x": 1}), SyntaxProblem, "expected"),
        (lambda: evaluate_array("x", {"x": "one"}), UsageProblem, "found <U3"),
        (lambda: evaluate_array("x", 3), UsageProblem, "expected a mapping of names to arrays, found int"),  # type: ignore[arg-type]
        (lambda: evaluate_array("x", {"x": [1, [2]]}), UsageProblem, "for x"),
        (lambda: evaluate_array("x", {"x": None}), UsageProblem, "found object"),
        (lambda: evaluate_array("xyE", {"x": [1, 2], "y": [1, 2, 3]}), UsageProblem, r"x: \(2,\), y: \(3,\)"),
        (lambda: evaluate_array("x", {"x": 1}, engine="C"), UsageProblem, "auto, numpy, kernel"),  # type: ignore[arg-type]
        (lambda: evaluate_array("x", {"x": 1}, threads=0), UsageProblem, "found 0"),
        (lambda: evaluate_array("x", {"x": 1}, threads=True), UsageProblem, "found True"),
        (lambda: evaluate_array("x", {"x": [1]}, out=np.empty(2, complex)), UsageProblem, r"of \(2,\)"),
        (lambda: evaluate_array("x", {"x": [1]}, out=np.empty(1)), UsageProblem, "found float64"),  # type: ignore[arg-type]
        (lambda: evaluate_array("x", {"x": [1]}, out=[0]), UsageProblem, "found list"),  # type: ignore[arg-type]
        (lambda: evaluate_array(3, {}), UsageProblem, "a tree"),  # type: ignore[arg-type]
    ],
)
def test_mistakes_are_named(call: object, problem: type[CalculusError], said: str) -> None:
    with pytest.raises(problem, match=said):
        call()  # type: ignore[operator]


def test_the_result_does_not_go_into_a_variable() -> None:
    x = np.ones(10, complex)
    with pytest.raises(UsageProblem, match="no variable's"):
        evaluate_array("x1E", {"x": x}, out=x)
    x.flags.writeable = False
    with pytest.raises(UsageProblem, match="can be written"):
        evaluate_array("y1E", {"y": 1.0 + np.zeros(10)}, out=x)


@pytest.fixture(autouse=True)
def without_kernel(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Whatever ran before, `auto` takes NumPy for so little."""
    monkeypatch.setattr(evaluation, "_kernel", "absent")
    yield
    assert evaluation._kernel == "absent"
