"""The enumeration against published counts, brute force, and itself under other circumstances."""

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import mpmath
import numpy as np
import pytest

from calculus.eml.searching.enumeration import building, doubles, enumerate_trees, jit, long
from calculus.eml.syntax import ONE, eml, size, subtrees, variable
from calculus.source.diagnostic import UsageProblem
from calculus.term import Term

needs_long = pytest.mark.skipif(not long.available(), reason="no numbers of 80 bits here")

CONSTANTS = [1, 1, 2, 5, 11, 28, 74, 205, 577, 1639, 4755, 13950, 41367, 123647]
FUNCTIONS = [2, 4, 16, 78, 385, 2041, 10988, 61195, 346956]


@needs_long
def test_real_constants_are_as_many_as_known() -> None:
    assert enumerate_trees(("1",), max_size=27, real=True).counts == CONSTANTS


@needs_long
def test_real_functions_are_as_many_as_known() -> None:
    assert enumerate_trees(("1", "x"), max_size=17, real=True).counts == FUNCTIONS


def brute(leaves: dict[Term, tuple[Any, ...]], most: int, keep: Callable[[Any], bool]) -> list[int]:
    """How many values of all trees are new at each size, with 40 digits; two within 1e-11 are one.

    Operands that double precision would lose, and exponentials outside its range, are left out.
    """
    with mpmath.workdps(40):
        known: list[tuple[Any, ...]] = []
        levels: dict[int, list[tuple[Any, ...]]] = {1: list(leaves.values())}
        known += levels[1]
        for n in range(2, most + 1):
            levels[n] = []
            for i in range(1, n):
                for a in levels[i]:
                    for b in levels[n - i]:
                        value = tuple(_step(x, y) for x, y in zip(a, b, strict=True))
                        if any(v is None or not keep(v) for v in value):
                            continue
                        if not any(_same(value, other) for other in known):
                            known.append(value)
                            levels[n].append(value)
        return [len(levels[n]) for n in range(1, most + 1)]


def _step(a: Any, b: Any) -> Any:
    if mpmath.isinf(a) and mpmath.im(a) != 0:
        return None
    if a == -mpmath.inf or a == mpmath.inf:
        power = mpmath.mpf(0) if a == -mpmath.inf else mpmath.inf
    elif not -708 < mpmath.re(a) < 709.78 or abs(mpmath.im(a)) >= 2**14:
        return None
    else:
        power = mpmath.exp(a)
    if mpmath.isinf(b):
        if b != mpmath.inf:
            return None
        log = mpmath.inf
    else:
        log = -mpmath.inf if b == 0 else mpmath.log(b)
    if mpmath.isinf(power) and mpmath.isinf(log) and power == log:
        return None
    if mpmath.isinf(power) or mpmath.isinf(log):
        return power - mpmath.re(log) if mpmath.isinf(power) else -log
    sizes = sorted(max(abs(mpmath.re(z)), abs(mpmath.im(z))) for z in (power, log))
    if 0 < sizes[0] < 2**-38 * sizes[1]:
        return None
    value = power - log
    clean = [0 if abs(part) < 1e-20 * sizes[1] else part for part in (mpmath.re(value), mpmath.im(value))]
    return mpmath.mpc(*clean) if clean[1] else mpmath.mpf(clean[0])


def _same(left: tuple[Any, ...], right: tuple[Any, ...]) -> bool:
    return all(
        x == y or (mpmath.isfinite(x) and abs(x - y) <= 1e-11 * abs(x))
        for x, y in zip(left, right, strict=True)
    )


@pytest.mark.parametrize("semantics", ["extended", "principal"])
def test_constants_are_those_of_brute_force(semantics: str) -> None:
    keep = (lambda v: True) if semantics == "extended" else (lambda v: not mpmath.isinf(v))
    found = enumerate_trees(("1",), max_leaves=7, semantics=semantics)
    assert found.counts == brute({ONE: (mpmath.mpf(1),)}, 7, keep)


def test_functions_are_those_of_brute_force() -> None:
    found = enumerate_trees(("1", "x"), max_leaves=5)
    x = tuple(mpmath.mpmathify(number) for number in found.probes["x"])
    assert found.counts == brute({ONE: (mpmath.mpf(1),) * 2, variable("x"): x}, 5, lambda v: True)


def test_real_functions_are_those_of_brute_force() -> None:
    found = enumerate_trees(("1", "x"), max_leaves=5, real=True, arithmetic="double")
    x = tuple(mpmath.mpf(number.real) for number in map(complex, found.probes["x"]))
    keep = lambda v: mpmath.im(v) == 0  # noqa: E731
    assert found.counts == brute({ONE: (mpmath.mpf(1),) * 2, variable("x"): x}, 5, keep)


def test_two_variables_have_the_difference() -> None:
    found = enumerate_trees(("1", "x", "y"), max_size=11)
    assert found.counts[:3] == [3, 9, 54]
    tree = found.find(lambda x, y: x - y)
    assert tree is not None
    assert tree.K == 11
    assert found.find(lambda x, y: x + y) is None


def test_known_shortest_trees_are_found() -> None:
    constants = enumerate_trees(("1",), max_size=19)
    assert [constants.find(v).K for v in (1, math.e, 0, -1, 2)] == [1, 3, 7, 15, 19]  # type: ignore[union-attr]
    finite = enumerate_trees(("1",), max_size=19, semantics="principal")
    assert finite.find(-1).K == 17  # type: ignore[union-attr]
    assert constants.find(3) is None
    functions = enumerate_trees(("1", "x"), max_size=17)
    for function, k in (
        (lambda x: -x, 15),
        (lambda x: 1 / x, 15),
        (lambda x: x * x, 17),
        (lambda x: x - 1, 11),
    ):
        tree = functions.find(function)
        assert tree is not None
        assert k == tree.K


def test_trees_have_the_values_they_stand_for() -> None:
    found = enumerate_trees(("1", "x"), max_leaves=6, semantics="principal")
    at = {ONE: np.ones(2, complex), variable("x"): np.array(found.probes["x"], complex)}
    seen: list[Any] = []
    for n in range(1, 7):
        trees = list(found.trees(n))
        assert len(trees) == found.counts[n - 1]
        for tree in trees:
            assert size(tree.term) == 2 * n - 1
            values = dict(at)
            for item in subtrees(tree.term):
                if item.children:
                    left, right = item.children
                    values[item] = np.exp(values[left]) - np.log(values[right])
            seen.append(values[tree.term])
    rows = np.array(seen)
    # No two agree at both probes.
    order = np.lexsort(rows.T)
    differ = np.abs(np.diff(rows[order], axis=0)) > 1e-13 * np.abs(rows[order][1:])
    assert differ.any(axis=1).all()
    assert np.isfinite(rows).all()


def test_number_of_threads_changes_nothing() -> None:
    one, three = (enumerate_trees(("1", "x"), max_leaves=7, threads=threads) for threads in (1, 3))
    assert one.counts == three.counts
    assert one.lost == three.lost
    assert [tree.term for tree in one.trees(6)] == [tree.term for tree in three.trees(6)]


@pytest.mark.long
def test_millions_of_values_are_the_same_on_all_cores() -> None:
    one, two = (enumerate_trees(("1", "x"), max_leaves=11, threads=threads) for threads in (1, 2))
    assert one.counts == two.counts
    assert one.lost == two.lost
    assert one.total > 20_000_000


def test_tables_grow_without_losing_values(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = enumerate_trees(("1", "x"), max_leaves=8, threads=1).counts
    monkeypatch.setattr(doubles.Doubles, "reserve", lambda self, new: None)
    monkeypatch.setattr(doubles, "PORTION", 3000)
    assert enumerate_trees(("1", "x"), max_leaves=8, threads=2).counts == whole


@pytest.mark.parametrize("real", [False, pytest.param(True, marks=needs_long)])
def test_resumed_is_as_uninterrupted(tmp_path: Path, real: bool) -> None:
    path = tmp_path / "levels"
    whole = enumerate_trees(("1", "x"), max_leaves=7, real=real)
    part = enumerate_trees(("1", "x"), max_leaves=5, real=real, resume=path)
    rest = enumerate_trees(("1", "x"), max_leaves=7, real=real, resume=path)
    assert part.counts == whole.counts[:5]
    assert rest.counts == whole.counts
    assert rest.lost == whole.lost
    assert [tree.term for tree in rest.trees(7)] == [tree.term for tree in whole.trees(7)]
    with pytest.raises(UsageProblem, match="another enumeration"):
        enumerate_trees(("1",), max_leaves=5, real=real, resume=path)


def test_broken_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "levels"
    path.write_bytes(b"PK nonsense")
    with pytest.raises(UsageProblem, match="is no enumeration"):
        enumerate_trees(("1",), max_leaves=3, resume=path)


def test_interrupted_keeps_complete_levels() -> None:
    calls = []

    def interrupt(words: str) -> None:
        calls.append(words)
        if words.startswith("K = 11"):
            raise KeyboardInterrupt

    found = enumerate_trees(("1", "x"), max_leaves=9, progress=interrupt)
    assert found.stopped_by == "interrupted"
    assert found.complete == 5
    assert found.K == 9
    assert found.find(lambda x: math.e - np.log(x)) is not None


def test_limits_end_with_complete_levels() -> None:
    small = enumerate_trees(("1", "x"), max_leaves=12, max_memory=3)
    assert small.stopped_by == "max_memory"
    assert small.counts == enumerate_trees(("1", "x"), max_leaves=small.complete).counts
    late = enumerate_trees(("1", "x"), max_leaves=12, max_seconds=0)
    assert late.stopped_by == "max_seconds"
    assert late.complete == 1


def test_lost_operands_are_no_values() -> None:
    # e^(e^e) - 1 is a value; e^30 - ln x, where the second is below the digits looked at, is none.
    found = enumerate_trees(("1",), max_leaves=7)
    assert found.lost > 0
    exps = np.array([[1e15], [0.0]])
    logs = np.array([[1.0, 0.0, 1e14], [0.0, 0.0, 0.0]])
    hashes, lost = np.empty(3, np.int64), np.empty(3)
    jit.fingerprints(exps[:, 0].copy(), logs, 0, 3, jit.INFINITE, 38, hashes, lost)
    assert hashes[0] == 0
    assert hashes[1] != 0
    assert hashes[2] != 0


def test_filters_say_what_was_looked_at() -> None:
    filters = enumerate_trees(("1", "x"), max_leaves=2, semantics="principal").filters
    assert "principal" in filters
    assert "finite values only" in filters
    assert "3.64e-12" in filters
    assert "x at 0.577" in filters
    assert building.enumerate_trees(("1",), max_leaves=2).filters != filters


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"leaves": ("1", "x", "y", "z")}, "up to two variables"),
        ({"leaves": ()}, "up to two variables"),
        ({"leaves": ("2",)}, "a leaf is 1 or a variable"),
        ({"leaves": 9}, "the leaves are texts"),
        ({"max_leaves": 0}, "trees of 1 to 64 leaves"),
        ({"semantics": "exact"}, "the semantics is one of"),
        ({"arithmetic": "long"}, "long arithmetic is for real values"),
        ({"tolerance": 1.0}, "the tolerance is"),
        ({"probes": {"y": (1.0,)}}, "the probes are"),
        ({"real": True, "probes": {"x": (1j, 2.0)}}, "real probes"),
        ({"threads": 0}, "threads is"),
    ],
)
def test_nonsense_is_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageProblem, match=message):
        enumerate_trees(**options)


def test_values_that_are_no_numbers_are_refused() -> None:
    found = enumerate_trees(("1", "x"), max_leaves=2)
    with pytest.raises(UsageProblem, match="expected numbers"):
        found.find("two")
    with pytest.raises(UsageProblem, match="at 2 probes, found 3"):
        found.find([1, 2, 3])
    with pytest.raises(UsageProblem, match="can be listed"):
        list(found.trees(5))


def test_eml_of_leaves_is_found_by_its_term() -> None:
    found = enumerate_trees(("1", "x"), max_leaves=2)
    tree = found.find(lambda x: np.exp(x) - np.log(x))
    assert tree is not None
    assert tree.term is eml(variable("x"), variable("x"))
