"""The kernel of EML arrays against NumPy and mpmath: operations, whole trees, exceptional values, blocks.

NumPy is the oracle of classes (zeros with their signs, infinities, what is no number), mpmath of accuracy.
"""

import os
import struct
from array import array
from collections.abc import Callable, Sequence

import mpmath
import numpy as np
import numpy.typing as npt
import pytest

from calculus.eml import compile_array, evaluate_array
from calculus.eml.arrays.code import EXP, LOAD, LOG, STORE, Code, compile_code
from calculus.eml.arrays.evaluation import CompiledTrees
from calculus.eml.arrays.kernel import jit
from calculus.eml.arrays.kernel.host import MOST_BLOCK, KernelEngine
from calculus.eml.arrays.reference import NumpyEngine
from calculus.eml.syntax import ONE, eml, variable
from calculus.term import Term

Array = npt.NDArray[np.complex128]
Engine = Callable[[Code], KernelEngine | NumpyEngine]


def only(operation: int) -> Code:
    """The code of an operation alone, which no tree is."""
    return Code(("x",), (), array("q", (LOAD, 0, 0, 0, operation, 1, 0, 0, STORE, 0, 1, 0)), 2, 1)


def run(engine: Engine, code: Code, *variables: Sequence[complex] | Array) -> Array:
    points = np.array(variables, np.complex128).reshape(len(variables), -1)
    results = np.empty((code.results, points.shape[1]), np.complex128)
    runner = engine(code)
    for start in range(0, points.shape[1], runner.most_points):
        stop = min(start + runner.most_points, points.shape[1])
        part = np.empty((code.results, stop - start), np.complex128)
        runner.run(np.ascontiguousarray(points[:, start:stop]), part, stop - start)
        results[:, start:stop] = part
    return results


def kinds(numbers: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """What no rounding error changes: nan, ±inf, ±0, and the sign of other numbers."""
    sign = np.copysign(1.0, numbers)
    return np.select([np.isnan(numbers), np.isinf(numbers), numbers == 0], [4, 3 * sign, 2 * sign], sign)


def check_kinds(found: Array, expected: Array, at: Array) -> None:
    for part in ("real", "imag"):
        ours, theirs = getattr(found, part), getattr(expected, part)
        wrong = np.flatnonzero(kinds(ours) != kinds(theirs))
        assert not wrong.size, [(at[k], found[k], expected[k]) for k in wrong[:5]]


EXCEPTIONAL = [
    *(
        0.0,
        5e-324,
        1e-310,
        2.3e-308,
        1e-200,
        1e-160,
        1e-16,
        0.6,
        0.8,
        1 - 1e-16,
        1,
        1 + 1e-15,
        np.pi / 2,
        np.pi,
    ),
    *(3.5, 707.9, 708.5, 709.5, 710, 745, 750, 1418.3, 1e5, 1048575, 1e6, 1e7, 1e22, 1e160, 1e200, 1.7e308),
    *(np.inf, np.nan),
]
SIGNED = [*EXCEPTIONAL, *(-number for number in EXCEPTIONAL)]
GRID = np.array([complex(x, y) for x in SIGNED for y in SIGNED])


# Operations.


@pytest.mark.parametrize("operation", [EXP, LOG])
def test_exceptional_values_are_those_of_numpy(operation: int) -> None:
    expected = run(NumpyEngine, only(operation), GRID)[0]
    found = run(KernelEngine, only(operation), GRID)[0]
    check_kinds(found, expected, GRID)
    for part in ("real", "imag"):
        ours, theirs = getattr(found, part), getattr(expected, part)
        some = np.isfinite(theirs) & (abs(theirs) > 1e-290)
        np.testing.assert_allclose(ours[some], theirs[some], 1.2e-15)
        few = np.isfinite(theirs) & ~some
        np.testing.assert_allclose(ours[few], theirs[few], 1e-12, 1e-320)


@pytest.mark.parametrize("operation", [EXP, LOG])
def test_a_value_depends_on_its_point_alone(operation: int) -> None:
    # One by one the exceptional points are blocks of their own, and real points go through the real loops.
    code = only(operation)
    together = run(KernelEngine, code, GRID)[0]
    engine = KernelEngine(code)
    alone = np.empty_like(together)
    for k in range(len(GRID)):
        engine.run(GRID[None, k : k + 1].copy(), alone[None, k : k + 1], 1)
    assert alone.tobytes() == together.tobytes()


def wrong_logarithm(code: Code) -> NumpyEngine:
    """NumPy, but for the branch of the logarithm: an arctangent that forgets the quadrant."""

    class Wrong(NumpyEngine):
        def run(self, points: Array, results: Array, total: int) -> None:
            super().run(points, results, total)
            with np.errstate(all="ignore"):
                results.imag[:, :total] = np.arctan(points.imag / points.real)[:, :total]

    return Wrong(code)


def test_a_wrong_branch_would_be_noticed() -> None:
    expected = run(NumpyEngine, only(LOG), GRID)[0]
    with pytest.raises(AssertionError):
        check_kinds(run(wrong_logarithm, only(LOG), GRID)[0], expected, GRID)


def points_everywhere(operation: int) -> Array:
    rng = np.random.default_rng(11)
    n = 400

    def size(low: float, high: float) -> npt.NDArray[np.float64]:
        return rng.choice([-1, 1], n) * 10 ** rng.uniform(low, high, n)

    turn = rng.uniform(0, 2 * np.pi, n)
    near = 1 + size(-15, -1)
    wide = [
        rng.uniform(-5, 5, n) + 1j * rng.uniform(-5, 5, n),
        near * np.cos(turn) + 1j * near * np.sin(turn),
        near + 1j * size(-12, -1),
        size(-1, 2.8) + 1j * (np.round(size(-1, 3.5)) * np.pi / 2),
        rng.uniform(-700, 700, n) + 1j * size(-8, 6.1),
        rng.uniform(-5, 5, n) + 0j,
    ]
    if operation == LOG:
        wide += [size(-140, 140) + 1j * size(-140, 140), size(-320, 308) + 1j * size(-320, 308)]
    else:
        wide += [rng.uniform(-1, 1, n) + 1j * size(6, 300)]
    return np.concatenate(wide)


@pytest.mark.parametrize(("operation", "truth"), [(EXP, mpmath.exp), (LOG, mpmath.log)])
def test_errors_of_operations(operation: int, truth: Callable[[object], mpmath.mpc]) -> None:
    points = points_everywhere(operation)
    found = run(KernelEngine, only(operation), points)[0]
    # Angles of 10^300 take so many digits.
    with mpmath.workprec(1200 if operation == EXP else 220):
        for z, value in zip(points.tolist(), found.tolist(), strict=True):
            exact = truth(mpmath.mpc(z))
            for ours, theirs in ((value.real, exact.real), (value.imag, exact.imag)):
                if abs(theirs) > 1e-300:
                    assert abs(ours - theirs) <= 4.5e-16 * abs(theirs), (z, value)
                else:
                    assert abs(ours - theirs) <= 1e-315, (z, value)


# Trees.


def all_trees(leaves: int, names: Sequence[Term]) -> list[Term]:
    """All trees with so many leaves at most, small ones first."""
    by_size = [[], list(names)]
    for n in range(2, leaves + 1):
        by_size.append([eml(a, b) for k in range(1, n) for a in by_size[k] for b in by_size[n - k]])
    return [tree for some in by_size for tree in some]


def check_operations(trees: list[Term], values: Array) -> None:
    """Each tree's value is that of NumPy from its two subtrees' values, which are among the trees."""
    places = {id(tree): k for k, tree in enumerate(trees)}
    with np.errstate(all="ignore"):
        for tree, found in zip(trees, values, strict=True):
            if not tree.children:
                continue
            left, right = (values[places[id(child)]] for child in tree.children)
            first, second = np.exp(left), np.log(right)
            expected = first - second
            for part in ("real", "imag"):
                ours, theirs = getattr(found, part), getattr(expected, part)
                assert np.array_equal(np.isnan(ours), np.isnan(theirs)), tree
                whole = np.isfinite(theirs)
                assert np.array_equal(ours[np.isinf(theirs)], theirs[np.isinf(theirs)]), tree
                allowed = 1e-15 * (abs(getattr(first, part)) + abs(getattr(second, part))) + 1e-310
                assert np.all(abs(ours - theirs)[whole] <= allowed[whole]), tree


def test_all_trees_to_k_9() -> None:
    trees = all_trees(5, [ONE, variable("x")])
    assert len(trees) == 550
    rng = np.random.default_rng(5)
    real, rest = rng.uniform(-3, 3, 150), rng.uniform(-3, 3, 150) + 1j * rng.uniform(-4, 4, 150)
    points = np.concatenate([real, rest, GRID[:: 7 if len(GRID) > 3000 else 3][:500]])
    check_operations(trees, run(KernelEngine, compile_code(trees), points))


def random_trees(count: int, seed: int) -> list[Term]:
    rng = np.random.default_rng(seed)
    pool = [ONE, variable("x"), variable("y")]
    for _ in range(count):
        left, right = rng.integers(max(0, len(pool) - 40), len(pool), 2)
        pool.append(eml(pool[left], pool[right]))
    return list(dict.fromkeys(pool))


@pytest.mark.parametrize("seed", [1, 2])
def test_random_trees_of_two_variables(seed: int) -> None:
    rng = np.random.default_rng(seed)
    trees = random_trees(200, seed)
    x = rng.normal(size=700) + 1j * rng.normal(size=700)
    # Of a part of the points one or both variables are real: other loops, and blocks where they change.
    x.imag[100:620] = 0
    y = rng.normal(size=700) + 0j
    y.imag[600:] = rng.normal(size=100)
    code = compile_code([eml(variable("x"), variable("y")), *trees])
    values = run(KernelEngine, code, x, y)
    check_operations(trees, values[1:])


def test_errors_of_trees_are_no_larger_than_those_of_numpy() -> None:
    names = {"x": 0.7 - 0.3j, "y": 1.4 + 0.6j}
    ours, theirs = [], []
    with mpmath.workprec(400):
        exact: dict[int, mpmath.mpc] = {}
        trees = random_trees(400, 8)
        kernel, numpy = (
            evaluate_array(trees, names, engine=engine)
            for engine in ("kernel", "numpy")  # type: ignore[arg-type]
        )
        for tree, a, b in zip(trees, kernel, numpy, strict=True):
            if tree.children:
                left, right = (exact.get(id(child)) for child in tree.children)
                if left is None or right is None or abs(left) > 50 or not right:
                    continue
                exact[id(tree)] = mpmath.exp(left) - mpmath.log(right)
            else:
                exact[id(tree)] = mpmath.mpc(1 if tree is ONE else names[tree.label])
            value = exact[id(tree)]
            if abs(value) < 50 and min(abs(complex(a) - value), abs(complex(b) - value)) < 1e-6:
                ours.append(float(abs(complex(a) - value)))
                theirs.append(float(abs(complex(b) - value)))
    assert len(ours) > 150
    assert np.mean(ours) <= 2 * np.mean(theirs) and np.median(ours) <= 2 * np.median(theirs) + 1e-16


# Blocks, layouts, threads.

SHARED = ["x1E", "1xE", "11xE1EEy1EE", "1xyEE"]


@pytest.fixture(scope="module")
def function() -> CompiledTrees:
    return compile_array(SHARED)


@pytest.fixture(scope="module")
def sample() -> tuple[Array, Array]:
    rng = np.random.default_rng(4)
    x = rng.normal(size=40_000) + 1j * rng.normal(size=40_000)
    x.imag[1000:3000] = 0
    return x, np.abs(rng.normal(size=40_000)) + 0j


def test_parts_of_all_lengths(function: CompiledTrees, sample: tuple[Array, Array]) -> None:
    x, y = sample
    whole = function(x=x, y=y, engine="kernel")
    lengths = [0, 1, 2, 15, 16, 17, 127, 128, 129, MOST_BLOCK - 1, MOST_BLOCK, MOST_BLOCK + 1, 1025]
    for length in (*lengths, 16_383, 16_384, 16_385):
        for start in (0, 1, 997):
            part = function(x=x[start : start + length], y=y[start : start + length], engine="kernel")
            assert part.tobytes() == whole[:, start : start + length].tobytes()


def test_layouts_make_no_difference(function: CompiledTrees, sample: tuple[Array, Array]) -> None:
    x, y = sample[0][:900].reshape(30, 30), sample[1][:30]
    expected = function(x=x, y=np.tile(y, (30, 1)), engine="kernel")
    frozen = x.copy()
    frozen.flags.writeable = False
    for other in (np.asfortranarray(x), frozen, np.repeat(x, 2, axis=1)[:, ::2], x.astype(">c16")):
        assert np.array_equal(function(x=other, y=y, engine="kernel"), expected)
    out = np.empty((4, 30, 60), complex)[..., ::2]
    assert function(x=x, y=y, engine="kernel", out=out) is out
    assert np.array_equal(out, expected)
    assert function(x=x[0, 0], y=y[0], engine="kernel").tolist() == expected[:, 0, 0].tolist()
    single = compile_array("1xE")
    assert np.array_equal(single(x=frozen, engine="kernel"), single(x=x, engine="kernel"))


def test_threads_find_the_same_bits(function: CompiledTrees, sample: tuple[Array, Array]) -> None:
    x, y = (np.tile(array, 5) for array in sample)
    expected = function(x=x, y=y, engine="kernel")
    for threads in (2, 5, None):
        assert function(x=x, y=y, engine="kernel", threads=threads).tobytes() == expected.tobytes()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_after_a_fork(function: CompiledTrees, sample: tuple[Array, Array]) -> None:
    x, y = (np.tile(array, 2) for array in sample)
    expected = function(x=x, y=y, engine="kernel", threads=2)
    child = os.fork()
    if child == 0:
        same = np.array_equal(function(x=x, y=y, engine="kernel", threads=2), expected)
        os._exit(0 if same else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_a_wide_tree_in_small_blocks() -> None:
    leaves = [variable(f"v{k}") for k in range(400)]
    # Every leaf is used again at the end, so all stay in registers.
    total = ONE
    for leaf in (*leaves, *leaves[::-1]):
        total = eml(eml(ONE, leaf), eml(total, ONE))
    function = compile_array(total)
    assert function.code.registers > 300
    rng = np.random.default_rng(0)
    at = {f"v{k}": rng.uniform(0.5, 2, 200) for k in range(400)}
    found = function(at, engine="kernel")
    np.testing.assert_allclose(found, function(at, engine="numpy"), 1e-12)


def test_real_values_are_real() -> None:
    x = np.linspace(0.1, 3, 1000)
    found = evaluate_array(["x1E", "1x1EE", "xx1EE"], {"x": x}, engine="kernel")
    assert not found.imag.any() and not np.signbit(found.imag).any()
    below = evaluate_array("1xE", {"x": -x}, engine="kernel")
    assert np.all(below.imag == -np.pi)


def test_the_kernel_and_the_code_number_operations_alike() -> None:
    from calculus.eml.arrays import code

    for name in ("LOAD", "CONSTANT", "EXP", "LOG", "SUB", "STORE"):
        assert getattr(jit, name) == getattr(code, name)


def test_bounds_are_the_bits_of_what_they_say() -> None:
    from calculus.eml.arrays.kernel import elementary

    for word, number in (
        (elementary.MOST_EXPONENT, 708.0),
        (elementary.MOST_ANGLE, 2.0**20),
        (elementary.LEAST_ABS, 2.0**-500),
        (elementary.MOST_ABS, 2.0**500),
        (elementary.NEAR_ZERO, 2.0**-48),
        (elementary.ONE, 1.0),
        (elementary.EXPONENT, np.inf),
    ):
        assert struct.pack("<q", word) == struct.pack("<d", number)
